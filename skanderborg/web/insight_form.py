"""The forms of insight: a request, what a jurist decided, what becomes of each item, and the handing over."""

from typing import Any

import wtforms

from ..domain.insight import Asked, Decision, choosing
from ..domain.insight.choosing import Chosen
from ..kinds import InsightAsker, InsightChoice, InsightEnd, InsightGround, InsightKind
from ..pages.insight.items import InsightItem
from . import forms

NOT_CHOSEN = ("", "Vælg")
YES, NO = "ja", "nej"


class UsesForm(forms.Form):
    """Of whom the list is, and whether it names the staff; it stands in the address."""

    part = forms.select("Hvis oplysninger?")
    navne = wtforms.BooleanField("Med medarbejdernes navne")


class AskedForm(forms.Form):
    """What somebody asks for."""

    kind = forms.choice("Hvad bedes der om?", InsightKind, "Vælg, hvad der bedes om.")
    asker = forms.choice("Hvem beder om det?", InsightAsker, "Vælg, hvem der beder om det.")
    name = forms.line("Navn", "Skriv, hvem der beder om indsigt.")
    about = forms.select("Hvis oplysninger gælder det?")
    received_on = forms.DateField("Modtaget", "Skriv dagen, da anmodningen kom.", looks=forms.Looks.BACK)
    decides = forms.line("Hvad afgør sagen?")

    def asked(self) -> Asked:
        """As the verb wants it."""
        return Asked(self.kind.data, self.asker.data, self.name.data, self.received_on.data, self.about.data or None,
                     self.decides.data or "")  # fmt: skip


class DecisionForm(forms.Form):
    """What a jurist decided."""

    jurist = forms.line("Juristens navn", "Skriv juristens navn.")
    decided_on = forms.DateField("Afgjort", "Skriv dagen, da juristen afgjorde det.", looks=forms.Looks.BACK)
    granted = forms.select("Hvad er afgjort?", choices=[NOT_CHOSEN, (NO, "Der gives ingen indsigt"),
                                                        (YES, "Der gives indsigt i det, der vælges")])  # fmt: skip
    ground = forms.select("Hjemmel", choices=[NOT_CHOSEN, *((one.value, one.label) for one in InsightGround)])
    text = forms.text("Afgørelsen, og hvorfor", "Skriv, hvad juristen afgjorde og hvorfor.", 4_000)

    def validate_granted(self, field: wtforms.Field) -> None:
        """One of the two."""
        if not field.data:
            raise wtforms.ValidationError("Vælg, hvad juristen har afgjort.")

    def validate_ground(self, field: wtforms.Field) -> None:
        """Always by a rule."""
        if not field.data:
            raise wtforms.ValidationError("Vælg den regel, afgørelsen bygger på.")

    def decision(self) -> Decision:
        """As the verb wants it."""
        return Decision(self.jurist.data, self.decided_on.data, self.granted.data == YES,
                        InsightGround(self.ground.data), self.text.data)  # fmt: skip


class EndForm(forms.Form):
    """How a request ended without a package."""

    outcome = forms.choice("Hvordan endte den?", [InsightEnd.REFUSED, InsightEnd.WITHDRAWN], "Vælg, hvordan den endte.")
    end_reason = forms.text("Hvad er svaret, og hvordan?", "Skriv, hvordan der er svaret.", 2_000)


class GiveForm(forms.Form):
    """To whom the package goes, and the mark of what was seen."""

    seen = wtforms.HiddenField(validators=[wtforms.validators.Length(max=40)])
    to_whom = forms.line("Hvem får den, og hvordan?", "Skriv, hvem der får den, og hvordan, fx med Digital Post.")


class ChoicesForm(forms.Form):
    """What becomes of some items; its fields are put in by `choices_of`."""

    def chosen(self, items: list[InsightItem]) -> dict[str, Chosen]:
        """What was chosen, by the item's name; of what nothing was, nothing."""
        return {item.name: one for item in items if (one := self._one(item))}

    def _one(self, item: InsightItem) -> Chosen | None:
        choice, ground = self[f"choice-{item.place}"].data, self[f"ground-{item.place}"].data
        if not choice:
            return None
        return Chosen(InsightChoice(choice), InsightGround(ground) if ground else None,
                      self[f"text-{item.place}"].data or "", self[f"mark-{item.place}"].data or "")  # fmt: skip


def choices_of(request: Any, items: list[InsightItem]) -> type[ChoicesForm]:
    """The form with four fields for each item, called by its place."""
    grounds = [NOT_CHOSEN, *((one.value, one.label) for one in choosing.GROUNDS[request.kind])]
    whole = [NOT_CHOSEN, *((one.value, one.label) for one in InsightChoice)]
    fields: dict[str, Any] = {}
    for item in items:
        fields |= {
            f"choice-{item.place}": forms.select("Hvad skal der ske?", choices=whole),
            f"ground-{item.place}": forms.select("Regel, det undtages efter", choices=grounds),
            f"text-{item.place}": forms.text("Den tekst, der gives i stedet", longest=choosing.LONGEST),
            f"mark-{item.place}": wtforms.HiddenField(validators=[wtforms.validators.Length(max=20)]),
        }
    return type("ChoicesForm", (ChoicesForm,), fields)


def start_of(items: list[InsightItem]) -> dict[str, Any]:
    """What stands in the form before anyone types: what was chosen, or what is usual."""
    start: dict[str, Any] = {}
    for item in items:
        one = item.suggested
        start |= {
            f"choice-{item.place}": one.choice.value if one else "",
            f"ground-{item.place}": one.ground.value if one and one.ground else "",
            f"text-{item.place}": one.text if one else "", f"mark-{item.place}": item.mark,
        }  # fmt: skip
    return start
