"""Referrals of a case: written down, and listed."""

from functools import partial
from typing import Any

import wtforms
from flask import Blueprint

from .. import clock
from ..domain import cases, referrals
from ..kinds import ReferralWay
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("referrals", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="referral:list"), back="referrals.index", tab="henvisninger",
              heading="Henvisninger")  # fmt: skip


class ReferralForm(forms.Form):
    """Which organisation, how, when, and what came of it."""

    organisation = forms.choice("Hvor blev borgeren henvist til?", [], "Vælg, hvor borgeren blev henvist til.")
    way = forms.choice("Hvordan?", ReferralWay, "Vælg, hvordan det foregik.", default=ReferralWay.NUMBER_GIVEN)
    consents = wtforms.BooleanField("Borgeren har sagt ja til, at kontakten sendes videre")
    on = forms.DateField("Hvornår?", "Skriv datoen som dag, måned og år, fx 19.11.2026.", looks=forms.Looks.BACK)
    result = forms.text("Hvad kom der ud af det?")
    anyway = forms.text(forms.ANYWAY, longest=1_000)


@pages.page("/sager/<ref>/henvisninger", Action.CASE_READ, "referrals/index.html")
def index(case: Case) -> Words:
    """The referrals of a case, and the form of a new one."""
    organisations = referrals.organisations(case)
    usual = {"way": ReferralWay.NUMBER_GIVEN, "on": clock.today()}
    form = forms.blank(ReferralForm, _choices(organisations), **usual)
    return {"referrals": referrals.of_case(actor(), case), "organisations": organisations, "form": form}


@pages.post("/sager/<ref>/henvisninger", Action.REFERRAL_RECORD)
def record(case: Case) -> Sent:
    """Write one down; the date that was understood is said back."""
    form = yield Ask(ReferralForm, on=index, choices=_choices(referrals.organisations(case)))
    made = referrals.record(actor(), case, **form.values(), key=form.sent_key)
    return f"Henvisningen er gemt med datoen {clock.long_date_with_year(made.on)}."


def _choices(organisations: list[Any]) -> forms.Choices:
    return {"organisation": [(entry.key, entry.name) for entry in organisations]}
