"""The forms of a handing-over: what is to go, which stands in the address so that the preview can be opened again, and
the form that makes it."""

from typing import Any
from urllib.parse import parse_qs, urlencode

import wtforms
from werkzeug.datastructures import MultiDict

from ..domain import incidents
from ..domain.packs import choosing
from ..domain.packs.choosing import Choice
from ..kinds import Basis, PackOrder, PackPart, PackRecipient
from . import forms, sharing_form

CHOSEN = "valgt"  # in the address: the parts are what someone chose, not what is usual
EVERY_TYPE = ("", "Alle typer")


class ChoiceForm(forms.Form):
    """To whom, in which order, of which days, which type, and which parts. Nothing of it tells of anyone."""

    recipient = forms.choice("Til hvem?", PackRecipient, "Vælg, hvem der skal have udtrækket.")
    order = forms.choice("Rækkefølge", PackOrder, default=PackOrder.NEWEST)
    from_on = forms.DateField("Fra dato", looks=forms.Looks.BACK)
    to_on = forms.DateField("Til og med dato", looks=forms.Looks.BACK, after="from_on")
    type = forms.select("Type af hændelse")
    parts = forms.many("Hvad skal med?", PackPart)

    def validate_to_on(self, field: wtforms.Field) -> None:
        """A period does not end before it begins."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise wtforms.ValidationError("Perioden slutter, før den begynder. Ret en af datoerne.")

    def choice(self) -> Choice:
        """What was chosen, as the verbs want it."""
        return Choice(
            self.recipient.data, self.order.data, self.from_on.data, self.to_on.data,
            self.type.data or None, tuple(part for part in PackPart if part in (self.parts.data or ())),
        )  # fmt: skip

    def address(self) -> dict[str, Any]:
        """The choice as it stands in an address."""
        days = {name: self[name]._value() or None for name in ("from_on", "to_on")}
        named = {name: self[name].data or None for name in ("recipient", "order", "type", "parts")}
        return {**named, **days, CHOSEN: 1}

    def written(self, seen: str) -> str:
        """The choice and the mark of what was seen, as the form that hands it over carries them."""
        told = {name: value for name, value in self.address().items() if value}
        return urlencode(told | {"seen": seen}, doseq=True)


class HandForm(sharing_form.ConsentFields):
    """To whom, why and on which basis. What is handed over comes with it, so that a form that was
    kept is whole (REL-13)."""

    extract = wtforms.HiddenField(validators=[wtforms.validators.Length(max=1_000)])
    to_whom = forms.line("Hvem får det?", "Skriv, hvem der får det, fx kreds, navn og nummer.")
    reason = forms.text("Hvorfor udleveres det?", "Skriv, hvorfor det udleveres.", 2_000)
    basis = forms.choice("Hvorfor må det udleveres?", Basis, "Vælg det grundlag, det må udleveres på.")


def carried(written: str) -> MultiDict[str, str]:
    """What `ChoiceForm.written` wrote, as an address would have it."""
    return MultiDict(parse_qs(written))


def asked(named: MultiDict[str, str], is_masked: bool) -> ChoiceForm | None:
    """The choice that stands in the address, checked; None where it names nobody to hand it to. An address that only
    names the recipient means what is usual for that one."""
    try:
        recipient = choosing.RECIPIENTS[choosing.RECIPIENTS.index(PackRecipient(named.get("recipient", "")))]
    except ValueError:
        return None
    parts = list(choosing.usual(recipient, is_masked))
    usual = MultiDict({"recipient": recipient, "order": PackOrder.NEWEST, "parts": parts})
    form = ChoiceForm(named if named.get(CHOSEN) else usual)
    types = list(incidents.types_to_find().items())
    forms.fill(form, {"type": [EVERY_TYPE, *types], "parts": choosing.possible(recipient, is_masked)})
    form.type.data = form.type.data or ""
    return form
