"""Adgang: who is on a case and why, who is tovholder, who never sees it."""

from functools import partial

import wtforms
from flask import Blueprint, Response

from ..domain import access, cases, people
from ..domain.access import contact, ending, exclusions, moves, offers, restriction, same_person
from ..kinds import Answer
from ..pages import access as access_page
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent, Words, back
from .guard import actor

NOBODY = ("", "Vælg …")
bp = Blueprint("access", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="access:read"), back="access.show", tab="adgang")
offer_pages = Pages(bp, Case, back="cases.show", section="min-dag")
WAITS = "Spærringen venter på en leder og gælder først, når lederen har sagt ja."
ANYWAY = "Det er afklaret, og personen skal have adgang alligevel"
ASKED = "Jeg har spurgt personen, om noget taler imod: en part er i familie, en ven, eller får hjælp af personen"
ASK_FIRST = "Spørg først den valgte, om noget taler imod. Sæt hak, når I har afklaret det."


class GrantForm(forms.Form):
    """Who takes part, and why."""

    person = forms.select("Hvem skal have adgang?", "Vælg en person.")
    reason = forms.line("Hvorfor?", "Skriv, hvorfor personen skal have adgang.")
    asked = wtforms.BooleanField(ASKED, [wtforms.validators.InputRequired(ASK_FIRST)])
    anyway = wtforms.BooleanField(ANYWAY)


class OfferForm(forms.Form):
    """Who is asked to be tovholder."""

    contact = forms.select("Hvem spørger du?", "Vælg en person.")
    note = forms.text("Det skal den næste vide", "Skriv, hvad den næste tovholder skal vide.", 4_000)
    asked = wtforms.BooleanField(ASKED, [wtforms.validators.InputRequired(ASK_FIRST)])
    anyway = wtforms.BooleanField(ANYWAY)


class AcceptForm(forms.Form):
    """What must be clear before anyone says yes."""

    knows = forms.choice("Kender du nogen i sagen?", Answer, required="")


class ExcludePersonForm(forms.Form):
    """Who never sees the case, and why."""

    excluded = forms.select("Hvem skal spærres?", "Vælg en person.")
    excluded_reason = forms.line("Hvorfor?", "Skriv, hvorfor personen skal spærres, fx at en part er i familien.")


class ExcludeDepartmentForm(forms.Form):
    """Which department never sees the case, and why."""

    department = forms.select("Hvilken afdeling skal spærres?", "Vælg en afdeling.")
    department_reason = forms.line("Hvorfor?", "Skriv, hvorfor afdelingen skal spærres.")


class LiftForm(forms.Form):
    """Why it is over."""

    lift_reason = forms.line("Hvorfor kan spærringen ophæves?", "Skriv, hvorfor spærringen kan ophæves.")


@pages.page("/sager/<ref>/adgang", Action.CASE_READ, "access/show.html")
def show(case: Case) -> Words:
    """Who has access since when and why."""
    found, choices = access_page.of_case(actor(), case), _choices()
    return {
        "access": found,
        "offered_to": next((name for ref, name, *_ in choices["contact"] if ref == case.offered_to_id), None),
        "grant_form": forms.blank(GrantForm, choices),
        "offer_form": forms.blank(OfferForm, choices),
        "person_form": forms.blank(ExcludePersonForm, choices),
        "lift_forms": forms.one_for_each(LiftForm, [one.ref for one in found.exclusions]),
        "department_form": forms.blank(ExcludeDepartmentForm, choices),
        "heading": "Adgang",
    }


@pages.post("/sager/<ref>/adgang", Action.CASE_GRANT)
def grant(case: Case) -> Sent:
    """Let a person take part."""
    form = yield Ask(GrantForm, "grant_form", on=show, choices=_choices())
    person = people.get(form.person.data)
    access.grant(actor(), case, person, form.reason.data, is_confirmed=form.anyway.data)
    return "Personen har fået adgang."


@pages.post("/sager/<ref>/adgang/<relation_ref>/afslut", Action.CASE_GRANT)
def end(case: Case, relation_ref: str) -> Sent:
    """End what ties a person to the case."""
    yield Ask(forms.Form, on=show)
    ending.end(actor(), case, relation_ref)
    return "Adgangen er afsluttet."


@pages.post("/sager/<ref>/adgang/<relation_ref>/behold", Action.CASE_GRANT)
def keep(case: Case, relation_ref: str) -> Sent:
    """Let an access stand, though the person works in another department now."""
    yield Ask(forms.Form, on=show)
    moves.keep(actor(), case, relation_ref)
    return "Adgangen fortsætter."


@pages.post("/sager/<ref>/tovholder", Action.CASE_HAND_OVER)
def offer(case: Case) -> Sent:
    """Ask someone to be tovholder."""
    form = yield Ask(OfferForm, "offer_form", on=show, choices=_choices())
    person = people.get(form.contact.data)
    contact.offer(actor(), case, person, form.note.data, is_confirmed=form.anyway.data)
    return "Personen er spurgt, og ser spørgsmålet og det, du skrev, men ikke sagen."


@offer_pages.page("/sager/<ref>/tovholder/spurgt", Action.CASE_ACCEPT, "access/asked.html")
def asked(ref: str) -> Words:
    """What one must know to answer, and not the case."""
    return {"offer": offers.opened(actor(), ref), "accept_form": forms.blank(AcceptForm)}


@offer_pages.post("/sager/<ref>/tovholder/ja", Action.CASE_ACCEPT)
def accept(ref: str) -> Sent:
    """Say yes to being tovholder."""
    form = yield Ask(AcceptForm, "accept_form", on=asked)
    contact.accept(actor(), offers.known(actor(), ref, form.knows.data))
    return "Du er nu tovholder på sagen."


@offer_pages.post("/sager/<ref>/tovholder/nej", Action.CASE_ACCEPT)
def decline(ref: str) -> Response:
    """Say no to being tovholder; the case may be out of sight then."""
    contact.decline(actor(), ref)
    return back("cases.index", "Du har sagt nej. Den, der spurgte, er stadig tovholder.")


@pages.post("/sager/<ref>/spaerring/person", Action.CASE_EXCLUDE)
def exclude_person(case: Case) -> Sent:
    """Close the case to a person."""
    form = yield Ask(ExcludePersonForm, "person_form", on=show, choices=_choices())
    made = exclusions.exclude_person(actor(), case, people.get(form.excluded.data), form.excluded_reason.data)
    return WAITS if made.waits_since else "Personen er spærret fra sagen."


@pages.post("/sager/<ref>/spaerring/afdeling", Action.CASE_EXCLUDE)
def exclude_department(case: Case) -> Sent:
    """Close the case to everyone in a department."""
    form = yield Ask(ExcludeDepartmentForm, "department_form", on=show, choices=_choices())
    home, reason = people.department(form.department.data), form.department_reason.data
    made = exclusions.exclude_department(actor(), case, home, reason)
    return WAITS if made.waits_since else "Afdelingen er spærret fra sagen."


@pages.post("/sager/<ref>/spaerring/<exclusion_ref>/ophaev", Action.CASE_EXCLUDE)
def lift(case: Case, exclusion_ref: str) -> Sent:
    """End an exclusion."""
    form = yield Ask(LiftForm, "lift_form", on=show, lifted=exclusion_ref)
    exclusions.lift(actor(), case, exclusion_ref, form.lift_reason.data)
    return "Spærringen er ophævet. Ingen har fået adgang af den grund."


@pages.post("/sager/<ref>/kollega/<likeness_ref>/samme", Action.CASE_EXCLUDE)
def same(case: Case, likeness_ref: str) -> Sent:
    """Say that someone who is named is a colleague."""
    yield Ask(forms.Form, on=show)
    same_person.same(actor(), case, likeness_ref)
    return "Kollegaen er spærret fra sagen."


@pages.post("/sager/<ref>/kollega/<likeness_ref>/anden", Action.CASE_EXCLUDE)
def other(case: Case, likeness_ref: str) -> Sent:
    """Say that it is somebody else."""
    yield Ask(forms.Form, on=show)
    same_person.other(actor(), case, likeness_ref)
    return "Det er skrevet ned, at det er en anden."


@pages.post("/sager/<ref>/navngivne", Action.CASE_EXCLUDE)
def restrict(case: Case) -> Sent:
    """Named persons only."""
    form = yield Ask(forms.Form, on=show)
    restriction.restrict(actor(), case, form.seen_version)
    return "Kun navngivne personer ser nu sagen."


@pages.post("/sager/<ref>/navngivne/ophaev", Action.CASE_EXCLUDE)
def unrestrict(case: Case) -> Sent:
    """Department queues again."""
    form = yield Ask(forms.Form, on=show)
    restriction.unrestrict(actor(), case, form.seen_version)
    return "Sagen er ikke længere begrænset til navngivne personer."


def _choices() -> dict[str, list[tuple[str, ...]]]:
    found = people.every_choice()
    persons = [NOBODY, *((one.ref, one.name, one.department) for one in found if one.is_person)]
    departments: list[tuple[str, ...]] = [NOBODY, *((one.ref, one.name) for one in found if not one.is_person)]
    return {"person": persons, "contact": persons, "excluded": persons, "department": departments}
