"""Habilitet: *Jeg er inhabil*, from a case or from what one was asked, and the manager's decision."""

from typing import Any

from flask import Blueprint, Response, request, url_for

from ..domain.access import impartiality
from ..policy import Action
from ..store.cases import Case
from ..store.work import Meeting, Request, Task
from . import forms, render
from .guard import actor, asks

bp = Blueprint("impartiality", __name__)
WHAT = {Case: "sag", Task: "opgave", Request: "anmodning", Meeting: "møde"}
FORM, DECIDE = "impartiality/declare.html", "impartiality/index.html"


class DeclareForm(forms.Form):
    """Why one must be off the case."""

    reason = forms.line("Hvorfor er du inhabil?", "Skriv hvorfor, fx at en part er i familie med dig.", 500)


class LiftForm(forms.Form):
    """Why there is nothing in the way, or no longer."""

    lift_reason = forms.line("Hvorfor skal spærringen ikke gælde?", "Skriv, hvorfor spærringen ikke skal gælde.", 500)


@bp.get("/sager/<ref>/inhabil")
@asks(Action.CASE_KNOW, on=Case)
def of_case(ref: str) -> Response:
    """The form, from a case."""
    return _ask(Case, ref)


@bp.post("/sager/<ref>/inhabil")
@asks(Action.CASE_KNOW, on=Case)
def declare_case(ref: str) -> Response:
    """Be off a case."""
    return _declare(Case, ref)


@bp.get("/o/<ref>/inhabil")
@asks(Action.TASK_READ, on=Task)
def of_task(ref: str) -> Response:
    """The form, from a task."""
    return _ask(Task, ref)


@bp.post("/o/<ref>/inhabil")
@asks(Action.TASK_READ, on=Task)
def declare_task(ref: str) -> Response:
    """Be off the case of a task."""
    return _declare(Task, ref)


@bp.get("/a/<ref>/inhabil")
@asks(Action.REQUEST_READ, on=Request)
def of_request(ref: str) -> Response:
    """The form, from a request."""
    return _ask(Request, ref)


@bp.post("/a/<ref>/inhabil")
@asks(Action.REQUEST_READ, on=Request)
def declare_request(ref: str) -> Response:
    """Be off the case of a request."""
    return _declare(Request, ref)


@bp.get("/m/<ref>/inhabil")
@asks(Action.MEETING_READ, on=Meeting)
def of_meeting(ref: str) -> Response:
    """The form, from a meeting."""
    return _ask(Meeting, ref)


@bp.post("/m/<ref>/inhabil")
@asks(Action.MEETING_READ, on=Meeting)
def declare_meeting(ref: str) -> Response:
    """Be off the case of a meeting."""
    return _declare(Meeting, ref)


@bp.get("/habilitet")
@asks(Action.IMPARTIALITY_DECIDE)
def index() -> Response:
    """What a manager has to decide."""
    return render.page(DECIDE, "min-dag", **_decisions())


@bp.post("/habilitet/<exclusion_ref>/fasthold")
@asks(Action.IMPARTIALITY_DECIDE)
def uphold(exclusion_ref: str) -> Response:
    """It stands."""
    impartiality.uphold(actor(), exclusion_ref)
    return render.changed(instead=url_for("impartiality.index"), said="Afgjort: spærringen gælder.")


@bp.post("/habilitet/<exclusion_ref>/ophaev")
@asks(Action.IMPARTIALITY_DECIDE)
def lift(exclusion_ref: str) -> Response:
    """There is nothing in the way."""
    impartiality.to_lift(actor(), exclusion_ref)
    form = forms.read(LiftForm, DECIDE, "min-dag", name="lift_form", lifted=exclusion_ref, **_decisions())
    impartiality.lift(actor(), exclusion_ref, form.lift_reason.data)
    said = "Afgjort: spærringen gælder ikke. Ingen har fået adgang af den grund."
    return render.changed(instead=url_for("impartiality.index"), said=said)


def _decisions() -> dict[str, Any]:
    declared, standing = impartiality.waiting(actor()), impartiality.standing(actor())
    refs = [one.ref for one in (*declared, *standing)]
    return {"declared": declared, "standing": standing, "lift_forms": forms.one_for_each(LiftForm, refs)}


def _ask(kind: Any, ref: str) -> Response:
    impartiality.asked_about(actor(), kind, ref)
    return render.page(FORM, "min-dag", form=forms.blank(DeclareForm), here=request.path, what=WHAT[kind])


def _declare(kind: Any, ref: str) -> Response:
    row = impartiality.asked_about(actor(), kind, ref)
    form = forms.read(DeclareForm, FORM, "min-dag", here=request.path, what=WHAT[kind])
    impartiality.declare(actor(), row, form.reason.data)
    return render.changed(instead=url_for("my_day.show"), said="Du er nu spærret fra sagen. Din leder får besked.")
