"""A case that is handed to another municipality."""

from typing import Any

from flask import Blueprint, Response, url_for

from .. import clock
from ..danish import dates
from ..domain import cases, transfer
from ..kinds import Basis
from ..policy import Action
from ..store.cases import Case
from . import forms, render, sharing_form
from .guard import actor, asks

bp = Blueprint("transfer", __name__)
PAGE = "transfer/show.html"
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
    on = forms.DateField("Hvornår?", dates.DATE_HINT)

    def passed_on(self) -> transfer.PassedOn:
        """What was typed, as the verb wants it."""
        return transfer.PassedOn(
            self.municipality.data, self.receiver.data, self.what.data, self.basis.data, self.on.data,
            self.chosen(),
        )  # fmt: skip


@bp.get("/sager/<ref>/overdrag-kommune")
@asks(Action.CASE_TRANSFER, on=Case)
def show(ref: str) -> Response:
    """What was handed on before, and the form."""
    context = _context(ref)
    choices = {"consent": sharing_form.valid_choices(context["case"])}
    form = forms.blank(TransferForm, choices, on=clock.today(), **sharing_form.blank_values())
    return render.page(PAGE, "sager", form=form, **context)


@bp.post("/sager/<ref>/overdrag-kommune")
@asks(Action.CASE_TRANSFER, on=Case)
def hand_on(ref: str) -> Response:
    """Write it down; the next step is to close the case."""
    context = _context(ref)
    choices = {"consent": sharing_form.valid_choices(context["case"])}
    form = forms.read(TransferForm, PAGE, "sager", choices=choices, **context)
    transfer.hand_on(actor(), context["case"], form.passed_on(), key=form.sent_key)
    instead = url_for("cases.closing", ref=ref, efter="overdragelse")
    return render.changed(instead=instead, said="Overdragelsen er skrevet ned. Afslut sagen her, hvis I er færdige.")


def _context(ref: str) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "transfer:list", Action.CASE_TRANSFER)
    return {
        "case": case,
        "transfers": transfer.of_case(actor(), case),
        "continue_protection": transfer.CONTINUE,
        "is_special": transfer.has_special_protection(actor(), case),
        "labels": BASES,
        "heading": "Til en anden kommune",
        "tab": "deling",
    }
