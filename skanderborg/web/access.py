"""Adgang: who is on a case and why, who is tovholder, who never sees it."""

from typing import Any

import wtforms
from flask import Blueprint, Response, url_for

from ..domain import access, cases, people
from ..domain.access import contact, ending, exclusions, offers, restriction
from ..pages import access as access_page
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("access", __name__)
PAGE = "access/show.html"
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


@bp.get("/sager/<ref>/adgang")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """Who has access since when and why."""
    return render.page(PAGE, "sager", **_context(ref, Action.CASE_READ))


@bp.post("/sager/<ref>/adgang")
@asks(Action.CASE_GRANT, on=Case)
def grant(ref: str) -> Response:
    """Let a person take part."""
    case, form = _read(ref, Action.CASE_GRANT, GrantForm, "grant_form")
    person = people.get(form.person.data)
    access.grant(actor(), case, person, form.reason.data, is_confirmed=bool(form.anyway.data))
    return _back(ref, "Personen har fået adgang.")


@bp.post("/sager/<ref>/adgang/<relation_ref>/afslut")
@asks(Action.CASE_GRANT, on=Case)
def end(ref: str, relation_ref: str) -> Response:
    """End what ties a person to the case."""
    case, _ = _read(ref, Action.CASE_GRANT, forms.Form, "plain_form")
    ending.end(actor(), case, relation_ref)
    return _back(ref, "Adgangen er afsluttet.")


@bp.post("/sager/<ref>/tovholder")
@asks(Action.CASE_HAND_OVER, on=Case)
def offer(ref: str) -> Response:
    """Ask someone to be tovholder."""
    case, form = _read(ref, Action.CASE_HAND_OVER, OfferForm, "offer_form")
    person = people.get(form.contact.data)
    contact.offer(actor(), case, person, form.note.data, is_confirmed=bool(form.anyway.data))
    return _back(ref, "Personen er spurgt, og ser spørgsmålet og det, du skrev, men ikke sagen.")


@bp.get("/sager/<ref>/tovholder/spurgt")
@asks(Action.CASE_ACCEPT, on=Case)
def asked(ref: str) -> Response:
    """What one must know to answer, and not the case."""
    return render.page("access/asked.html", "min-dag", offer=offers.opened(actor(), ref))


@bp.post("/sager/<ref>/tovholder/ja")
@asks(Action.CASE_ACCEPT, on=Case)
def accept(ref: str) -> Response:
    """Say yes to being tovholder."""
    contact.accept(actor(), offers.known(actor(), ref))
    return render.changed(instead=url_for("cases.show", ref=ref), said="Du er nu tovholder på sagen.")


@bp.post("/sager/<ref>/tovholder/nej")
@asks(Action.CASE_ACCEPT, on=Case)
def decline(ref: str) -> Response:
    """Say no to being tovholder; the case may be out of sight then."""
    contact.decline(actor(), ref)
    return render.changed(
        instead=url_for("cases.index"), said="Du har sagt nej. Den, der spurgte, er stadig tovholder."
    )


@bp.post("/sager/<ref>/spaerring/person")
@asks(Action.CASE_EXCLUDE, on=Case)
def exclude_person(ref: str) -> Response:
    """Close the case to a person."""
    case, form = _read(ref, Action.CASE_EXCLUDE, ExcludePersonForm, "person_form")
    made = exclusions.exclude_person(actor(), case, people.get(form.excluded.data), form.excluded_reason.data)
    return _back(ref, WAITS if made.waits_since else "Personen er spærret fra sagen.")


@bp.post("/sager/<ref>/spaerring/afdeling")
@asks(Action.CASE_EXCLUDE, on=Case)
def exclude_department(ref: str) -> Response:
    """Close the case to everyone in a department."""
    case, form = _read(ref, Action.CASE_EXCLUDE, ExcludeDepartmentForm, "department_form")
    home, reason = people.department(form.department.data), form.department_reason.data
    made = exclusions.exclude_department(actor(), case, home, reason)
    return _back(ref, WAITS if made.waits_since else "Afdelingen er spærret fra sagen.")


@bp.post("/sager/<ref>/spaerring/<exclusion_ref>/ophaev")
@asks(Action.CASE_EXCLUDE, on=Case)
def lift(ref: str, exclusion_ref: str) -> Response:
    """End an exclusion."""
    case, form = _read(ref, Action.CASE_EXCLUDE, LiftForm, "lift_form", lifted=exclusion_ref)
    exclusions.lift(actor(), case, exclusion_ref, form.lift_reason.data)
    return _back(ref, "Spærringen er ophævet. Ingen har fået adgang af den grund.")


@bp.post("/sager/<ref>/navngivne")
@asks(Action.CASE_EXCLUDE, on=Case)
def restrict(ref: str) -> Response:
    """Named persons only."""
    case, form = _read(ref, Action.CASE_EXCLUDE, forms.Form, "plain_form")
    restriction.restrict(actor(), case, form.seen_version)
    return _back(ref, "Kun navngivne personer ser nu sagen.")


@bp.post("/sager/<ref>/navngivne/ophaev")
@asks(Action.CASE_EXCLUDE, on=Case)
def unrestrict(ref: str) -> Response:
    """Department queues again."""
    case, form = _read(ref, Action.CASE_EXCLUDE, forms.Form, "plain_form")
    restriction.unrestrict(actor(), case, form.seen_version)
    return _back(ref, "Sagen er ikke længere begrænset til navngivne personer.")


def _read(
    ref: str, action: Action, kind: type[forms.FormType], name: str, **more: str
) -> tuple[Any, forms.FormType]:  # fmt: skip
    """The case and the checked form; refused, the page is shown again with this form as it was typed."""
    context = _context(ref, action) | more
    choices = {field: listed for field, listed in _choices().items() if hasattr(kind, field)}
    return context["case"], forms.read(kind, PAGE, "sager", choices=choices, name=name, **context)


def _choices() -> dict[str, list[tuple[str, str]]]:
    persons, departments = ([("", "Vælg …"), *listed] for listed in people.every_choice())
    return {"person": persons, "contact": persons, "excluded": persons, "department": departments}


def _context(ref: str, action: Action) -> dict[str, Any]:
    case, choices = cases.opened(actor(), ref, "access:read", action), _choices()
    found = access_page.of_case(actor(), case)
    return {
        "case": case,
        "access": found,
        "offered_to": dict(choices["contact"]).get(case.offered_to_id),
        "grant_form": forms.blank(GrantForm, {"person": choices["person"]}),
        "offer_form": forms.blank(OfferForm, {"contact": choices["contact"]}),
        "person_form": forms.blank(ExcludePersonForm, {"excluded": choices["excluded"]}),
        "lift_forms": forms.one_for_each(LiftForm, [one.ref for one in found.exclusions]),
        "department_form": forms.blank(ExcludeDepartmentForm, {"department": choices["department"]}),
        "heading": "Adgang",
        "tab": "adgang",
    }


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("access.show", ref=ref), said=said)
