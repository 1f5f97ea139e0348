"""Sparring on a case: what was advised, the sheet to ring from, and whether it becomes a case."""

from functools import partial

import wtforms
from flask import Blueprint

from .. import clock, content
from ..domain import access, cases, contacts, people, sparring
from ..kinds import SparringWay
from ..policy import Action
from ..store.cases import Case
from . import forms
from .form_pages import Ask, Pages, Sent, Words, back
from .guard import actor

bp = Blueprint("sparring", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="sparring:read"), back="sparring.show", tab="sparring")


class SparringForm(forms.Form):
    """Date, person, advice, next step."""

    way = forms.choice("Hvem gav sparring?", SparringWay, "Vælg, hvem der gav sparring.")
    person = forms.select("Ressourceperson")
    external_name = forms.line("Navn på den, du talte med (Dansk Stalking Center eller politi)")
    with_citizen = wtforms.BooleanField("Borgeren var med")
    held_on = forms.DateField("Dato", "Skriv datoen som dag, måned og år, fx 19.11.2026.", looks=forms.Looks.BACK)
    advice = forms.text("Hvad blev rådet?", "Skriv kort, hvad rådet var.")
    next_step = forms.text("Næste skridt", longest=2_000)


class WaiveForm(forms.Form):
    """Why there is no sparring."""

    reason = forms.text("Hvorfor er der ingen sparring?", "Skriv, hvorfor der ikke er sparring.", 1_000)


@pages.page("/sager/<ref>/sparring", Action.CASE_READ, "sparring/show.html")
def show(case: Case) -> Words:
    """What was advised, and the form for more."""
    is_giver = access.is_resource_person(actor(), case)
    given = {"way": SparringWay.INTERNAL, "person": actor().ref} if is_giver else {}
    return {
        "records": sparring.of_case(actor(), case),
        "is_giver": is_giver,
        "sparring_form": forms.blank(SparringForm, _choices(), held_on=clock.today(), **given),
        "waive_form": forms.blank(WaiveForm, version=str(case.version)),
        "questions": content.guide().question,
        "heading": "Sparring",
    }


@pages.post("/sager/<ref>/sparring", Action.SPARRING_RECORD)
def record(case: Case) -> Sent:
    """Write down advice."""
    form = yield Ask(SparringForm, "sparring_form", on=show, choices=_choices())
    person = people.get(form.person.data) if form.person.data else None
    sparring.record(actor(), case, **form.values() | {"person": person}, key=form.sent_key)
    return "Sparring er skrevet ned."


@pages.page("/sager/<ref>/sparring/ark", Action.CASE_READ, "sparring/sheet.html",
            find=partial(cases.opened, seen_as="sparring:sheet"))  # fmt: skip
def sheet(case: Case) -> Words:
    """A sheet to ring from: no name, no place."""
    return {"numbers": contacts.of_sparring(), "questions": content.guide().question}


@pages.post("/sager/<ref>/sparring/ingen", Action.CASE_DESCRIBE)
def waive(case: Case) -> Sent:
    """Say why there is none."""
    form = yield Ask(WaiveForm, "waive_form", on=show)
    sparring.waive(actor(), case, form.reason.data, form.seen_version)
    return "Begrundelsen er gemt."


@pages.post("/sager/<ref>/sparring/kun", Action.CASE_DESCRIBE)
def keep(case: Case) -> Sent:
    """Keep it at sparring."""
    form = yield Ask(forms.Form, on=show)
    sparring.keep(actor(), case, form.seen_version)
    return "Det er nu kun sparring."


@pages.post("/sager/<ref>/sparring/sag", Action.CASE_DESCRIBE)
def make_case(case: Case) -> Sent:
    """Make a case of it."""
    form = yield Ask(forms.Form, on=show)
    sparring.make_case(actor(), case, form.seen_version)
    return back("cases.show", "Det er nu en sag.")


def _choices() -> forms.Choices:
    return {"person": [("", "Vælg …"), *((one.ref, one.name) for one in people.resource_persons())]}
