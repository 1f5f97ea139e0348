"""Habilitet: *Jeg er inhabil*, from a case or from what one was asked, and the manager's decision."""

from functools import partial
from typing import Any

from flask import Blueprint

from ..domain.access import impartiality
from ..policy import Action
from ..store.cases import Case
from ..store.work import Meeting, Request, Task
from . import forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("impartiality", __name__)
WHAT = {Case: "sag", Task: "opgave", Request: "anmodning", Meeting: "møde"}
FORM = "impartiality/declare.html"
pages = Pages(bp, back="impartiality.index", section="min-dag")


class DeclareForm(forms.Form):
    """Why one must be off the case."""

    reason = forms.line("Hvorfor er du inhabil?", "Skriv hvorfor, fx at en part er i familie med dig.", 500)


class LiftForm(forms.Form):
    """Why there is nothing in the way, or no longer."""

    lift_reason = forms.line("Hvorfor skal spærringen ikke gælde?", "Skriv, hvorfor spærringen ikke skal gælde.", 500)


def _declare(row: Any) -> Sent:
    """Be off a case, or the case of a part of it."""
    form = yield Ask(DeclareForm, what=WHAT[type(row)])
    impartiality.declare(actor(), row, form.reason.data)
    return "Du er nu spærret fra sagen. Din leder får besked."


for _kind, _path, _action in (
    (Case, "sager", Action.CASE_KNOW), (Task, "o", Action.TASK_READ), (Request, "a", Action.REQUEST_READ),
    (Meeting, "m", Action.MEETING_READ),
):  # fmt: skip
    _find = partial(impartiality.asked_about, kind=_kind)
    _pages = Pages(bp, _kind, _find, back="my_day.show", section="min-dag")
    _pages.form(f"/{_path}/<ref>/inhabil", _action, FORM, named=f"declare_{_kind.__name__.lower()}")(_declare)


@pages.page("/habilitet", Action.IMPARTIALITY_DECIDE, "impartiality/index.html")
def index() -> Words:
    """What a manager has to decide."""
    declared, standing = impartiality.waiting(actor()), impartiality.standing(actor())
    refs = [one.ref for one in (*declared, *standing)]
    return {"declared": declared, "standing": standing, "lift_forms": forms.one_for_each(LiftForm, refs)}


@pages.post("/habilitet/<exclusion_ref>/fasthold", Action.IMPARTIALITY_DECIDE)
def uphold(exclusion_ref: str) -> str:
    """It stands."""
    impartiality.uphold(actor(), exclusion_ref)
    return "Afgjort: spærringen gælder."


@pages.post("/habilitet/<exclusion_ref>/ophaev", Action.IMPARTIALITY_DECIDE)
def lift(exclusion_ref: str) -> Sent:
    """There is nothing in the way."""
    impartiality.to_lift(actor(), exclusion_ref)
    form = yield Ask(LiftForm, "lift_form", on=index, lifted=exclusion_ref)
    impartiality.lift(actor(), exclusion_ref, form.lift_reason.data)
    return "Afgjort: spærringen gælder ikke. Ingen har fået adgang af den grund."
