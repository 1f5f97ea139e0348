"""Personoplysninger: the named persons of a case, their addresses, and what is hidden of them."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import wtforms
from flask import Blueprint, request

from ..domain import cases, parties, protection
from ..kinds import CitizenRole, PartyRole, Protection
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("parties", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="party:list"), back="parties.index", tab="personer")
HIDDEN_FIELDS = ("contact", "address", "institution")
ADDED_HERE = (PartyRole.CITIZEN, PartyRole.RELATIVE, PartyRole.OPPOSING)  # children have a page of their own


class PartyForm(forms.Form):
    """What is known of a person. `hidden`: its fields were shown empty since what stands there is protected."""

    name = forms.line("Navn eller initialer")
    relation_text = forms.line("Relation til borgeren")
    born = forms.line("Født (år er nok)", longest=40)
    contact = forms.text("Telefon, e-mail eller anden kontakt", longest=1_000)
    address = forms.text("Adresse", longest=1_000)
    institution = forms.line("Arbejdsplads, skole eller institution")
    protection = forms.choice("Adressebeskyttelse", [("", "Ikke spurgt endnu"), *Protection], "")
    protection_until = forms.DateField("Hvornår udløber beskyttelsen?", looks=forms.Looks.AHEAD)
    why = forms.text("Hvorfor er adressen ikke længere beskyttet?", longest=1_000)
    erase = forms.ManyField("Slet det, der står i", choices=[
        ("contact", "Kontakt"), ("address", "Adresse"), ("institution", "Arbejdsplads, skole eller institution"),
    ])  # fmt: skip
    hidden = wtforms.HiddenField(validators=[wtforms.validators.Length(max=1)])

    def said(self, party: Any) -> parties.Details:
        """What was typed, as the verb wants it; a hidden field that was left empty keeps what stands."""
        values = self.values()
        chosen = values.pop("erase") or []
        was_hidden = values.pop("hidden") == "1"
        for name in HIDDEN_FIELDS:
            standing = getattr(party, name) if party else None
            values[name] = protection.typed_or_standing(values[name], standing, was_hidden and name not in chosen)
        return parties.Details(**{name: values[name] for name in parties.Details._fields})


class NewPartyForm(PartyForm):
    """Someone who is not named yet."""

    role = forms.choice("Hvem er det?", ADDED_HERE, "Vælg, hvem det er.")

    def said(self, party: Any) -> parties.Details:
        """As above; nothing stands yet."""
        return super().said(None)


class TakeOutForm(forms.Form):
    """Why someone is taken out."""

    reason = forms.line("Hvorfor hører personen ikke til?", "Skriv, hvorfor personen ikke hører til i sagen.")


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/personer", Action.CASE_READ, "parties/index.html")
def index(case: Case) -> Words:
    """Everyone named in the case; what is protected is hidden."""
    return {
        "parties": parties.of_case(actor(), case), "is_masked": case.bar.is_masked,
        "needs_decision": parties.needs_decision, "reveal_form": forms.blank(forms.RevealForm),
        "heading": "Personoplysninger",
    }  # fmt: skip


@pages.post("/sager/<ref>/personer", Action.CASE_REVEAL)
def reveal(case: Case) -> Sent:
    """Show what is protected, in this answer alone; the reason is written down."""
    form = yield Ask(forms.RevealForm, "reveal_form", on=index)
    is_shown = protection.reveal(actor(), case, form.reason.data, form.sent_key)
    words = index.words((case,), {})
    return index.shown(words | {"is_masked": case.bar.is_masked and not is_shown})


# ── one person ──────────────────────────────────────────────────────────────────────────────────────


@pages.form("/sager/<ref>/personer/ny", Action.CASE_WORK, "parties/edit.html")
def add(case: Case) -> Sent:
    """Name someone."""
    role = PartyRole.of_slug(request.args.get("rolle"))
    form = yield Ask(NewPartyForm, "party_form", start={"role": role, "protection": ""}, party=None, out_form=None,
                     choices={"role": _roles(case, role)}, heading="Ny person")  # fmt: skip
    parties.add(actor(), case, form.role.data, form.said(None), key=form.sent_key)
    return "Personen er gemt."


@pages.form("/sager/<ref>/personer/<party_ref>", Action.CASE_WORK, "parties/edit.html")
def describe(case: Case, party_ref: str) -> Sent:
    """What is known of someone, to be changed; what is protected is not in its field."""
    party = parties.get(actor(), case, party_ref)
    can_go = party.role != PartyRole.CITIZEN
    out_form = forms.blank(TakeOutForm, version=str(party.version)) if can_go else None
    form = yield Ask(PartyForm, "party_form", over=party, start={"hidden": "1" if case.bar.is_masked else ""},
                     party=party, out_form=out_form, heading="Ret personoplysninger")  # fmt: skip
    parties.describe(actor(), case, party, form.said(party), form.seen_version)
    return "Oplysningerne er gemt."


@pages.post("/sager/<ref>/personer/<party_ref>/tag-ud", Action.CASE_WORK)
def take_out(case: Case, party_ref: str) -> Sent:
    """Take someone out of the case."""
    party = parties.get(actor(), case, party_ref)
    form = yield Ask(TakeOutForm, "out_form", on=describe)
    parties.take_out(actor(), case, party, form.reason.data, form.seen_version)
    return "Personen er fjernet fra sagen."


def _roles(case: Any, asked_for: PartyRole | None) -> Iterable[PartyRole]:
    """Who can be named in one form; the exposed person in a perpetrator's case has one without their whereabouts."""
    alone = (PartyRole.OPPOSING,) if case.citizen_role == CitizenRole.PERPETRATOR else ()
    return alone if asked_for in alone else [role for role in ADDED_HERE if role not in alone]
