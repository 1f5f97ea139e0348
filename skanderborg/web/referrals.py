"""Referrals of a case: written down, and listed."""

from typing import Any

import wtforms
from flask import Blueprint, Response, url_for

from .. import clock
from ..domain import cases, referrals
from ..kinds import ReferralWay
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("referrals", __name__)
PAGE, SECTION = "referrals/index.html", "sager"


class ReferralForm(forms.Form):
    """Which organisation, how, when, and what came of it."""

    organisation = forms.choice("Hvor blev borgeren henvist til?", [], "Vælg, hvor borgeren blev henvist til.")
    way = forms.choice("Hvordan?", ReferralWay, "Vælg, hvordan det foregik.", default=ReferralWay.NUMBER_GIVEN)
    consents = wtforms.BooleanField("Borgeren har sagt ja til, at kontakten sendes videre")
    on = forms.DateField("Hvornår?", "Skriv datoen som dag, måned og år, fx 19.11.2026.")
    result = forms.text("Hvad kom der ud af det?")
    anyway = forms.text(forms.ANYWAY, longest=1_000)

    def contacted(self) -> referrals.Contacted:
        """What was typed, as the verb wants it."""
        return referrals.Contacted(
            self.organisation.data, self.way.data, self.on.data, bool(self.consents.data),
            self.result.data or None, self.anyway.data or None,
        )  # fmt: skip


@bp.get("/sager/<ref>/henvisninger")
@asks(Action.CASE_READ, on=Case)
def index(ref: str) -> Response:
    """The referrals of a case, and the form of a new one."""
    case = cases.opened(actor(), ref, "referral:list")
    context = _context(case)
    form = forms.blank(ReferralForm, _choices(case), way=ReferralWay.NUMBER_GIVEN, on=clock.today())
    return render.page(PAGE, SECTION, form=form, **context)


@bp.post("/sager/<ref>/henvisninger")
@asks(Action.REFERRAL_RECORD, on=Case)
def record(ref: str) -> Response:
    """Write one down; the date that was understood is said back."""
    case = cases.opened(actor(), ref, "referral:list", Action.REFERRAL_RECORD)
    form = forms.read(ReferralForm, PAGE, SECTION, choices=_choices(case), **_context(case))
    made = referrals.record(actor(), case, form.contacted(), key=form.sent_key)
    said = f"Henvisningen er gemt med datoen {clock.long_date_with_year(made.on)}."
    return render.changed(instead=url_for("referrals.index", ref=ref), said=said)


def _context(case: Any) -> dict[str, Any]:
    return {
        "case": case,
        "referrals": referrals.of_case(actor(), case),
        "organisations": referrals.organisations(case),
    }


def _choices(case: Any) -> forms.Choices:
    return {"organisation": [(entry.key, entry.name) for entry in referrals.organisations(case)]}
