"""Deling: the consents of a case, and the ledger of what was told to whom."""

from functools import partial
from typing import Any

from flask import Blueprint

from .. import clock
from ..danish import dates
from ..domain import cases
from ..domain.sharing import consents, ledger
from ..kinds import Basis, ConsentWay
from ..policy import Action
from ..store.cases import Case
from . import forms, sharing_form
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("sharing", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="sharing:list"), back="sharing.show", tab="deling")
consent_pages = Pages(bp, Case, partial(cases.opened, seen_as="consent:read"), back="sharing.consent", tab="deling")
BASES = [one for one in Basis if one != Basis.UNSURE]


class ConsentForm(forms.Form):
    """What the citizen said yes to, how, when, and until when."""

    consent_scope = forms.text(
        "Hvad har borgeren sagt ja til, og hvem må få det at vide?",
        "Skriv, hvad borgeren har sagt ja til, og hvem der må få det at vide.",
        1_000,
    )
    consent_way = forms.choice("Hvordan?", ConsentWay, "Vælg, hvordan borgeren sagde ja.")
    consent_on = forms.DateField("Hvornår sagde borgeren ja?", dates.DATE_HINT, looks=forms.Looks.BACK)
    consent_expires = forms.DateField("Gælder til og med", looks=forms.Looks.AHEAD)

    def given(self) -> consents.Given:
        """What was typed, as the verb wants it."""
        way = self.consent_way.data
        return consents.Given(self.consent_scope.data, way, self.consent_on.data, self.consent_expires.data)


class TellForm(forms.Form):
    """What was told by word of mouth, to whom, why, and on which basis."""

    what = forms.text("Hvad blev fortalt?", "Skriv kort, hvad der blev fortalt.", 2_000)
    to_whom = forms.line("Til hvem?", "Skriv, hvem der fik det at vide.")
    why = forms.text("Hvorfor?", "Skriv, hvorfor det blev fortalt.", 2_000)
    basis = forms.choice("Hvorfor måtte det deles?", BASES, "Vælg, hvorfor det måtte deles.")
    consent = forms.select("Hvilket samtykke?")
    on = forms.DateField("Hvornår?", dates.DATE_HINT, looks=forms.Looks.BACK)

    def told(self) -> ledger.Disclosed:
        """What was typed, as the verb wants it."""
        basis = self.basis.data
        return ledger.Disclosed(
            self.what.data, self.to_whom.data, self.why.data, basis, self.on.data, self.consent.data or None
        )


class WithdrawForm(forms.Form):
    """When the citizen took it back."""

    withdrawn_on = forms.DateField("Hvornår trak borgeren det tilbage?", dates.DATE_HINT, looks=forms.Looks.BACK)
    withdrawn_note = forms.text("Bemærkning", longest=2_000)


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/deling", Action.CASE_READ, "sharing/show.html")
def show(case: Case) -> Words:
    """The consents and the ledger."""
    found = consents.of_case(actor(), case)
    return {
        "consents": found,
        "page": ledger.of_case(actor(), case, forms.page_number()),
        "validity": consents.validity,
        "consent_form": forms.blank(ConsentForm, **sharing_form.blank_values()),
        "tell_form": forms.blank(TellForm, _choices(found), on=clock.today()),
        "heading": "Deling",
    }


@pages.post("/sager/<ref>/deling/samtykke", Action.CASE_SHARE)
def give(case: Case) -> Sent:
    """Write down a consent; the date that was understood is said back."""
    form = yield Ask(ConsentForm, "consent_form", on=show)
    made = consents.give(actor(), case, form.given(), key=form.sent_key)
    return f"Samtykket er gemt med datoen {clock.long_date_with_year(made.given_on)}."


@pages.post("/sager/<ref>/deling/fortalt", Action.CASE_SHARE)
def tell(case: Case) -> Sent:
    """Write down what was told."""
    form = yield Ask(TellForm, "tell_form", on=show, choices=_choices(consents.of_case(actor(), case)))
    made = ledger.tell(actor(), case, form.told(), key=form.sent_key)
    return f"Det er skrevet ned med datoen {clock.long_date_with_year(made.on)}."


# ── one consent ─────────────────────────────────────────────────────────────────────────────────────


@consent_pages.page("/sager/<ref>/deling/samtykke/<consent_ref>", Action.CASE_READ, "sharing/consent.html")
def consent(case: Case, consent_ref: str) -> Words:
    """A consent, what was told under it, and the form that takes it back."""
    found = consents.one(actor(), case, consent_ref)
    return {
        "consent": found,
        "validity": consents.validity,
        "told": ledger.under(actor(), found),
        "open_requests": consents.resting_on(actor(), found),
        "withdraw_form": forms.blank(WithdrawForm, withdrawn_on=clock.today()),
        "heading": "Samtykke",
    }


@consent_pages.post("/sager/<ref>/deling/samtykke/<consent_ref>", Action.CASE_SHARE)
def withdraw(case: Case, consent_ref: str) -> Sent:
    """Write down that the citizen took it back."""
    found = consents.one(actor(), case, consent_ref)
    form = yield Ask(WithdrawForm, "withdraw_form", on=consent)
    when, note = form.withdrawn_on.data, form.withdrawn_note.data or None
    consents.withdraw(actor(), found, when, note, form.seen_version)
    return "Samtykket er trukket tilbage. Her står, hvad der allerede er delt."


def _choices(found: list[Any]) -> forms.Choices:
    return {"consent": [("", "Vælg …"), *((consent.ref, sharing_form.in_words(consent)) for consent in found)]}
