"""A case that is handed to another municipality."""

from functools import partial

from flask import Blueprint, url_for

from .. import clock
from ..danish import dates
from ..domain import cases, transfer
from ..kinds import Basis
from ..policy import Action
from ..store.cases import Case
from . import answers, forms, sharing_form
from .form_pages import Ask, Pages, Sent
from .guard import actor

bp = Blueprint("transfer", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="transfer:list"), back="cases.show", tab="adgang-og-deling")
BASES = {
    Basis.CONSENT: Basis.CONSENT.label,
    Basis.NECESSARY: "Nødvendigt for den anden kommunes opgave",
    Basis.ACUTE: Basis.ACUTE.label,
}


class TransferForm(sharing_form.ConsentFields):
    """Which municipality, who there, what they were given, on which basis, when."""

    municipality = forms.line("Hvilken kommune?", "Skriv, hvilken kommune sagen er overdraget til.")
    receiver = forms.line("Hvem har modtaget den?", "Skriv, hvem der har modtaget sagen, fx navn og afdeling.")
    what = forms.text("Hvad er givet videre?", "Skriv, hvilke oplysninger den anden kommune har fået.", 4_000)
    basis = forms.choice("På hvilket grundlag?", BASES.items(), "Vælg et grundlag.")
    on = forms.DateField("Hvornår?", dates.DATE_HINT, looks=forms.Looks.BACK)

    def passed_on(self) -> transfer.PassedOn:
        """What was typed, as the verb wants it."""
        return transfer.PassedOn(
            self.municipality.data, self.receiver.data, self.what.data, self.basis.data, self.on.data,
            self.chosen(),
        )  # fmt: skip


@pages.form("/sager/<ref>/overdrag-kommune", Action.CASE_TRANSFER, "transfer/show.html")
def hand_on(case: Case) -> Sent:
    """What was handed on before, and the form; the next step is to close the case."""
    form = yield Ask(
        TransferForm, choices={"consent": sharing_form.valid_choices(case)},
        start={"on": clock.today(), **sharing_form.blank_values()},
        transfers=transfer.of_case(actor(), case), continue_protection=transfer.CONTINUE,
        is_special=transfer.has_special_protection(actor(), case),
        labels=BASES, heading="Til en anden kommune",
    )  # fmt: skip
    transfer.hand_on(actor(), case, form.passed_on(), key=form.sent_key)
    instead = url_for("cases.close", ref=case.ref, efter="overdragelse")
    return answers.changed(instead=instead, said="Overdragelsen er skrevet ned. Afslut sagen her, hvis I er færdige.")
