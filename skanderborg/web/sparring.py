"""Sparring on a case: what was advised, the sheet to ring from, and whether it becomes a case."""

from typing import Any

import wtforms
from flask import Blueprint, Response, url_for

from .. import clock, content
from ..domain import access, cases, contacts, people, sparring
from ..kinds import SparringWay
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("sparring", __name__)
PAGE = "sparring/show.html"


class SparringForm(forms.Form):
    """Date, person, advice, next step."""

    way = forms.choice("Hvem gav sparring?", SparringWay, "Vælg, hvem der gav sparring.")
    person = forms.select("Ressourceperson")
    external_name = forms.line("Navn på den, du talte med (Dansk Stalking Center eller politi)")
    with_citizen = wtforms.BooleanField("Borgeren var med")
    held_on = forms.DateField("Dato", "Skriv datoen som dag, måned og år, fx 19.11.2026.")
    advice = forms.text("Hvad blev rådet?", "Skriv kort, hvad rådet var.")
    next_step = forms.text("Næste skridt", longest=2_000)


class WaiveForm(forms.Form):
    """Why there is no sparring."""

    reason = forms.text("Hvorfor er der ingen sparring?", "Skriv, hvorfor der ikke er sparring.", 1_000)


@bp.get("/sager/<ref>/sparring")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """What was advised, and the form for more."""
    return render.page(PAGE, "sager", **_context(ref))


@bp.post("/sager/<ref>/sparring")
@asks(Action.SPARRING_RECORD, on=Case)
def record(ref: str) -> Response:
    """Write down advice."""
    context = _context(ref, Action.SPARRING_RECORD)
    form = forms.read(SparringForm, PAGE, "sager", choices=_choices(), name="sparring_form", **context)
    person = people.get(form.person.data) if form.person.data else None
    typed = {"way": form.way.data, "person": person, "with_citizen": form.with_citizen.data}
    given = sparring.Advice(**form.values() | typed)
    sparring.record(actor(), context["case"], given, key=form.sent_key)
    return _back(ref, "Sparring er skrevet ned.")


@bp.get("/sager/<ref>/sparring/ark")
@asks(Action.CASE_READ, on=Case)
def sheet(ref: str) -> Response:
    """A sheet to ring from: no name, no place."""
    case = cases.opened(actor(), ref, "sparring:sheet")
    return render.page("sparring/sheet.html", "sager", case=case, numbers=contacts.of_sparring(),
                       questions=content.guide().question)  # fmt: skip


@bp.post("/sager/<ref>/sparring/ingen")
@asks(Action.CASE_DESCRIBE, on=Case)
def waive(ref: str) -> Response:
    """Say why there is none."""
    context = _context(ref, Action.CASE_DESCRIBE)
    form = forms.read(WaiveForm, PAGE, "sager", name="waive_form", **context)
    sparring.waive(actor(), context["case"], form.reason.data, form.seen_version)
    return _back(ref, "Begrundelsen er gemt.")


@bp.post("/sager/<ref>/sparring/kun")
@asks(Action.CASE_DESCRIBE, on=Case)
def keep(ref: str) -> Response:
    """Keep it at sparring."""
    context = _context(ref, Action.CASE_DESCRIBE)
    form = forms.read(forms.Form, PAGE, "sager", name="kind_form", **context)
    sparring.keep(actor(), context["case"], form.seen_version)
    return _back(ref, "Det er nu kun sparring.")


@bp.post("/sager/<ref>/sparring/sag")
@asks(Action.CASE_DESCRIBE, on=Case)
def make_case(ref: str) -> Response:
    """Make a case of it."""
    context = _context(ref, Action.CASE_DESCRIBE)
    form = forms.read(forms.Form, PAGE, "sager", name="kind_form", **context)
    sparring.make_case(actor(), context["case"], form.seen_version)
    return render.changed(instead=url_for("cases.show", ref=ref), said="Det er nu en sag.")


def _choices() -> dict[str, list[tuple[str, str]]]:
    return {"person": [("", "Vælg …"), *((one.ref, one.name) for one in people.resource_persons())]}


def _context(ref: str, action: Action = Action.CASE_READ) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "sparring:read", action)
    is_giver = access.is_resource_person(actor(), case)
    given = {"way": SparringWay.INTERNAL, "person": actor().ref} if is_giver else {}
    return {
        "case": case,
        "records": sparring.of_case(actor(), case),
        "is_giver": is_giver,
        "sparring_form": forms.blank(SparringForm, _choices(), held_on=clock.today(), **given),
        "waive_form": forms.blank(WaiveForm, version=str(case.version)),
        "questions": content.guide().question,
        "heading": "Sparring",
        "tab": "sparring",
    }


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("sparring.show", ref=ref), said=said)
