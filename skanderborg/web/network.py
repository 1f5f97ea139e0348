"""The network of a case: persons, places that are instructed, and a sheet of advice to print."""

from functools import partial

import wtforms
from flask import Blueprint

from ..domain import cases, children, network
from ..domain.tasks.instructing import INSTRUCTION
from ..kinds import Answer, InstitutionKind, MayKnow
from ..policy import Action
from ..store.cases import Case
from . import forms, revealing
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("network", __name__)
bp.add_app_template_global(network.has_unclear_custody, "has_unclear_custody")
pages = Pages(bp, Case, partial(cases.opened, seen_as="network:list"), back="network.show", tab="netvaerk",
              custody=network.CUSTODY, proposed=INSTRUCTION)  # fmt: skip


class PersonForm(forms.Form):
    """Someone around the citizen."""

    may_know = forms.choice("Må personen vide det?", MayKnow, "Vælg et svar. «Ikke afklaret» er også et svar.")
    name = forms.line("Navn")
    relation_text = forms.line("Relation til borgeren")
    contact = forms.line("Hvordan får I fat i personen?")
    can_help = forms.text("Hvad kan personen hjælpe med?", longest=2_000)
    told_on = forms.DateField("Orienteret den", looks=forms.Looks.BACK)
    agreed = forms.text("Hvad er aftalt?", longest=2_000)
    is_witness = wtforms.BooleanField("Kan være vidne")


class PlaceForm(forms.Form):
    """A school, a daycare or a workplace."""

    kind = forms.choice("Hvad er det for et sted?", InstitutionKind, "Vælg, hvad det er for et sted.")
    name = forms.line("Stedets navn")
    contact = forms.line("Hvem taler I med der?")
    child = forms.select("Hvilket barn handler det om?")
    custody_clear = forms.choice("Er forældremyndighed og samvær afklaret?", Answer, default=Answer.UNKNOWN)
    instruction = forms.text("Hvad er stedet bedt om?", longest=5_000)
    instructed_on = forms.DateField("Instrueret den", looks=forms.Looks.BACK)
    anyway = wtforms.BooleanField("Stedet er instrueret, selv om forældremyndighed og samvær ikke er afklaret")


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/netvaerk", Action.CASE_READ, "network/show.html")
def show(case: Case) -> Words:
    """Who can help, who may know, and which places are instructed."""
    return {
        "persons": network.persons(actor(), case),
        "places": network.places(actor(), case),
        "reveal_form": forms.blank(forms.RevealForm),
        "heading": "Netværk",
    }


@pages.post("/sager/<ref>/netvaerk", Action.CASE_REVEAL)
def reveal(case: Case) -> Sent:
    """Show where people and places are, in this answer alone; the reason is written down."""
    return (yield from revealing.reveal(case, show))


@pages.page("/sager/<ref>/netvaerk/ark", Action.CASE_READ, "network/sheet.html",
            find=partial(cases.opened, seen_as="network:sheet"))  # fmt: skip
def sheet(case: Case) -> Words:
    """General advice to hand to the network: no name, no code, no place."""
    return {}


# ── persons ─────────────────────────────────────────────────────────────────────────────────────────


@pages.form("/sager/<ref>/netvaerk/person", Action.CASE_WORK, "network/person.html")
def add_person(case: Case) -> Sent:
    """One more in the network."""
    form = yield Ask(PersonForm, "row_form", row=None, heading="Ny i netværket")
    network.add_person(actor(), case, **form.values(), key=form.sent_key)
    return "Personen er skrevet ned."


@pages.form("/sager/<ref>/netvaerk/person/<person_ref>", Action.CASE_WORK, "network/person.html")
def change_person(case: Case, person_ref: str) -> Sent:
    """Change one of the network."""
    row = network.person(actor(), case, person_ref)
    form = yield Ask(PersonForm, "row_form", over=row, row=row, heading="Ret person")
    network.change_person(actor(), row, form.seen_version, **form.values(row))
    return "Oplysningerne er ændret."


@pages.post("/sager/<ref>/netvaerk/person/<person_ref>/tag-ud", Action.CASE_WORK)
def take_person_out(case: Case, person_ref: str) -> Sent:
    """Take someone out."""
    form = yield Ask(forms.Form, on=change_person)
    network.take_out(actor(), network.person(actor(), case, person_ref), form.seen_version)
    return "Personen er fjernet fra netværket."


# ── places ──────────────────────────────────────────────────────────────────────────────────────────


@pages.form("/sager/<ref>/netvaerk/sted", Action.CASE_WORK, "network/place.html")
def add_place(case: Case) -> Sent:
    """One more place."""
    form = yield Ask(PlaceForm, "row_form", choices=_choices(case), row=None, heading="Nyt sted")
    network.add_place(actor(), case, **form.values(), key=form.sent_key)
    return "Stedet er skrevet ned."


@pages.form("/sager/<ref>/netvaerk/sted/<place_ref>", Action.CASE_WORK, "network/place.html")
def change_place(case: Case, place_ref: str) -> Sent:
    """Change one place."""
    row = network.place(actor(), case, place_ref)
    form = yield Ask(PlaceForm, "row_form", over=row, choices=_choices(case), row=row, heading="Ret sted")
    network.change_place(actor(), row, form.seen_version, **form.values(row))
    return "Oplysningerne er ændret."


@pages.post("/sager/<ref>/netvaerk/sted/<place_ref>/tag-ud", Action.CASE_WORK)
def take_place_out(case: Case, place_ref: str) -> Sent:
    """Take a place out."""
    form = yield Ask(forms.Form, on=change_place)
    network.take_out(actor(), network.place(actor(), case, place_ref), form.seen_version)
    return "Stedet er fjernet fra netværket."


def _choices(case: Case) -> forms.Choices:
    named = [(child.ref, child.name or "Barn uden navn") for child in children.of_case(actor(), case)]
    return {"child": [("", "Intet bestemt barn"), *named]}
