"""Deling: the consents of a case, and the ledger of what was told to whom."""

from typing import Any

from flask import Blueprint, Response, url_for

from .. import clock
from ..danish import dates
from ..domain import cases
from ..domain.sharing import consents, ledger
from ..kinds import Basis, ConsentWay
from ..policy import Action
from ..store.cases import Case
from . import forms, render, sharing_form
from .guard import actor, asks

bp = Blueprint("sharing", __name__)
PAGE, CONSENT_PAGE, SECTION = "sharing/show.html", "sharing/consent.html", "sager"
BASES = [one for one in Basis if one != Basis.UNSURE]


class ConsentForm(forms.Form):
    """What the citizen said yes to, how, when, and until when."""

    consent_scope = forms.text(
        "Hvad har borgeren sagt ja til, og hvem må få det at vide?",
        "Skriv, hvad borgeren har sagt ja til, og hvem der må få det at vide.",
        1_000,
    )
    consent_way = forms.choice("Hvordan?", ConsentWay, "Vælg, hvordan borgeren sagde ja.")
    consent_on = forms.DateField("Hvornår sagde borgeren ja?", dates.DATE_HINT)
    consent_expires = forms.DateField("Gælder til og med")

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
    on = forms.DateField("Hvornår?", dates.DATE_HINT)

    def told(self) -> ledger.Told:
        """What was typed, as the verb wants it."""
        basis = self.basis.data
        return ledger.Told(
            self.what.data, self.to_whom.data, self.why.data, basis, self.on.data, self.consent.data or None
        )


class WithdrawForm(forms.Form):
    """When the citizen took it back."""

    withdrawn_on = forms.DateField("Hvornår trak borgeren det tilbage?", dates.DATE_HINT)
    withdrawn_note = forms.text("Bemærkning", longest=2_000)


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/deling")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """The consents and the ledger."""
    return render.page(PAGE, SECTION, **_context(ref, Action.CASE_READ))


@bp.post("/sager/<ref>/deling/samtykke")
@asks(Action.CASE_SHARE, on=Case)
def give(ref: str) -> Response:
    """Write down a consent; the date that was understood is said back."""
    context = _context(ref, Action.CASE_SHARE)
    form = forms.read(ConsentForm, PAGE, SECTION, name="consent_form", **context)
    made = consents.give(actor(), context["case"], form.given(), key=form.sent_key)
    return _back(ref, f"Samtykket er gemt med datoen {clock.long_date_with_year(made.given_on)}.")


@bp.post("/sager/<ref>/deling/fortalt")
@asks(Action.CASE_SHARE, on=Case)
def tell(ref: str) -> Response:
    """Write down what was told."""
    context = _context(ref, Action.CASE_SHARE)
    choices = {"consent": _choices(context["consents"])}
    form = forms.read(TellForm, PAGE, SECTION, name="tell_form", choices=choices, **context)
    made = ledger.tell(actor(), context["case"], form.told(), key=form.sent_key)
    return _back(ref, f"Det er skrevet ned med datoen {clock.long_date_with_year(made.on)}.")


# ── one consent ─────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/deling/samtykke/<consent_ref>")
@asks(Action.CASE_READ, on=Case)
def consent(ref: str, consent_ref: str) -> Response:
    """A consent, what was told under it, and the form that takes it back."""
    return render.page(CONSENT_PAGE, SECTION, **_consent_context(ref, consent_ref, Action.CASE_READ))


@bp.post("/sager/<ref>/deling/samtykke/<consent_ref>")
@asks(Action.CASE_SHARE, on=Case)
def withdraw(ref: str, consent_ref: str) -> Response:
    """Write down that the citizen took it back."""
    context = _consent_context(ref, consent_ref, Action.CASE_SHARE)
    form = forms.read(WithdrawForm, CONSENT_PAGE, SECTION, name="withdraw_form", **context)
    when, note = form.withdrawn_on.data, form.withdrawn_note.data or None
    consents.withdraw(actor(), context["consent"], when, note, form.seen_version)
    instead = url_for("sharing.consent", ref=ref, consent_ref=consent_ref)
    return render.changed(instead=instead, said="Samtykket er trukket tilbage. Her står, hvad der allerede er delt.")


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _context(ref: str, action: Action) -> dict[str, Any]:
    case, today = cases.opened(actor(), ref, "sharing:list", action), clock.today()
    found = consents.of_case(actor(), case)
    return {
        "case": case,
        "consents": found,
        "page": ledger.of_case(actor(), case, forms.page_number()),
        "validity": consents.validity,
        "consent_form": forms.blank(ConsentForm, **sharing_form.blank_values()),
        "tell_form": forms.blank(TellForm, {"consent": _choices(found)}, on=today),
        "heading": "Deling",
        "tab": "deling",
    }


def _consent_context(ref: str, consent_ref: str, action: Action) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "consent:read", action)
    found = consents.one(actor(), case, consent_ref)
    return {
        "case": case,
        "consent": found,
        "validity": consents.validity,
        "told": ledger.under(actor(), found),
        "open_requests": consents.resting_on(actor(), found),
        "withdraw_form": forms.blank(WithdrawForm, withdrawn_on=clock.today()),
        "heading": "Samtykke",
        "tab": "deling",
    }


def _choices(found: list[Any]) -> list[tuple[str, str]]:
    return [("", "Vælg …"), *((consent.ref, sharing_form.in_words(consent)) for consent in found)]


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("sharing.show", ref=ref), said=said)
