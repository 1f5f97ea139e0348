"""The conclusion of the assessment: a form, and every version before."""

from typing import Any

from flask import Blueprint, Response, url_for

from .. import content
from ..domain import assessment, cases
from ..kinds import ConclusionKind
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("assessment", __name__)
PAGE = "assessment/show.html"


class ConclusionForm(forms.Form):
    """What it is, and why."""

    conclusion = forms.choice(
        "Konklusion", ConclusionKind.choices(), "Vælg en konklusion. «Uafklaret» er også et svar."
    )
    reason = forms.text("Begrundelse", "Skriv hvad konklusionen bygger på.")


@bp.get("/sager/<ref>/vurdering")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """The conclusion now and before."""
    return render.page(PAGE, "sager", **_context(ref, Action.CASE_READ))


@bp.post("/sager/<ref>/vurdering")
@asks(Action.CASE_CONCLUDE, on=Case)
def conclude(ref: str) -> Response:
    """Write a new version."""
    context = _context(ref, Action.CASE_CONCLUDE)
    form = forms.read(ConclusionForm, PAGE, "sager", name="conclusion_form", **context)
    conclusion = ConclusionKind(form.conclusion.data)
    assessment.conclude(actor(), context["case"], conclusion, form.reason.data, key=form.key.data)
    return render.changed(instead=url_for("assessment.show", ref=ref), said="Konklusionen er gemt.")


def _context(ref: str, action: Action) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "conclusion:read", action)
    return {
        "case": case,
        "versions": assessment.of_case(actor(), case),
        "conclusion_form": forms.blank(ConclusionForm),
        "distinctions": content.guide().distinction,
        "heading": "Vurdering",
        "tab": "vurdering",
    }
