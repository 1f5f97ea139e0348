"""Cases: the list, the overview, what is known, and the course from phase to phase."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from wtforms import HiddenField, validators

from ..domain import cases, transfer
from ..domain.cases import phases
from ..kinds import Answer, CitizenRole, Phase
from ..pages import overview
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("cases", __name__)
MOVE, CLOSE, REOPEN, DESCRIBE = "cases/move.html", "cases/close.html", "cases/reopen.html", "cases/describe.html"


class DescribeForm(forms.Form):
    """What is known of the case."""

    citizen_role = forms.choice("Hvem handler sagen om?", CitizenRole, "Vælg udsat, udøver eller ved ikke.")
    name = forms.line("Borgerens navn eller initialer")
    children = forms.choice("Er der børn?", Answer, "Vælg ja, nej eller ved ikke.")
    what_happened = forms.text("Hvad skete der?", "Skriv kort, hvad der skete.")

    def standing(self, theirs: Any) -> dict[str, Any]:
        """The citizen's name too, which stands in a row of its own."""
        citizen = cases.citizen_of(theirs)
        return super().standing(theirs) | {"name": citizen.name if citizen else None}


class MoveForm(forms.Form):
    """Where to, and why if its condition is not met."""

    to = HiddenField(validators=[validators.AnyOf([phase.value for phase in Phase])])
    reason = forms.text("Hvorfor fortsætter I alligevel?", longest=1_000)


class CloseForm(forms.Form):
    """Why the case is closed, and why in spite of what is open."""

    reason = forms.text("Hvorfor afsluttes sagen?", "Skriv, hvorfor sagen afsluttes.", 2_000)
    anyway = forms.text("Noget er stadig åbent. Hvorfor afsluttes sagen alligevel?", longest=2_000)


class ReopenForm(forms.Form):
    """Why the case is opened again."""

    reason = forms.text("Hvorfor genåbnes sagen?", "Skriv, hvorfor sagen genåbnes.", 2_000)


@bp.get("/sager")
@asks(Action.CASE_LIST)
def index() -> Response:
    """The cases one sees, open or closed."""
    is_closed = request.args.get("vis") == "afsluttede"
    return render.page(
        "cases/index.html", "sager", page=cases.index(actor(), is_closed, forms.page_number()), is_closed=is_closed
    )


@bp.get("/sager/<ref>")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """The overview of a case."""
    found = overview.of_case(actor(), ref, request.args.get("boks", ""))
    return render.page("cases/show.html", "sager", case=found.case, overview=found, heading="Overblik", tab="overblik")


@bp.get("/sager/<ref>/beskrivelse")
@asks(Action.CASE_DESCRIBE, on=Case)
def description(ref: str) -> Response:
    """The form that says more of the case."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_DESCRIBE)
    citizen = cases.citizen_of(case)
    form = forms.blank(
        DescribeForm, citizen_role=case.citizen_role, name=citizen.name if citizen else "", children=case.children,
        what_happened=case.what_happened, version=str(case.version),
    )  # fmt: skip
    return render.page(DESCRIBE, "sager", form=form, **_about(case, "Beskrivelse"))


@bp.post("/sager/<ref>/beskrivelse")
@asks(Action.CASE_DESCRIBE, on=Case)
def describe(ref: str) -> Response:
    """Save what is known; a role that was chosen brings its tasks."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_DESCRIBE)
    form = forms.read(DescribeForm, DESCRIBE, "sager", **_about(case, "Beskrivelse"))
    said = form.values()
    cases.describe(actor(), case, form.seen_version, role=said.pop("citizen_role"), **said)
    return _back(ref, "Beskrivelsen er gemt.")


@bp.get("/sager/<ref>/fase")
@asks(Action.CASE_MOVE, on=Case)
def moving(ref: str) -> Response:
    """The next phase, its condition, and *Fortsæt alligevel*."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_MOVE)
    step = phases.step_of(case)
    form = forms.blank(MoveForm, to=step.to if step else "", version=str(case.version))
    return render.page(MOVE, "sager", form=form, step=step, **_about(case, "Næste fase"))


@bp.post("/sager/<ref>/fase")
@asks(Action.CASE_MOVE, on=Case)
def move(ref: str) -> Response:
    """Move the case on."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_MOVE)
    form = forms.read(MoveForm, MOVE, "sager", step=phases.step_of(case), **_about(case, "Næste fase"))
    moved = phases.move(actor(), case, form.to.data, form.reason.data, form.seen_version)
    return _back(ref, f"Sagen er nu i fasen {moved.phase.label}.")


@bp.get("/sager/<ref>/afslut")
@asks(Action.CASE_CLOSE, on=Case)
def closing(ref: str) -> Response:
    """What is still open, and the reason to close."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_CLOSE)
    reason = transfer.closing_reason(actor(), case) if request.args.get("efter") == "overdragelse" else ""
    form = forms.blank(CloseForm, version=str(case.version), reason=reason)
    return render.page(CLOSE, "sager", form=form, left=phases.unfinished(actor(), case), **_about(case, "Afslut sagen"))


@bp.post("/sager/<ref>/afslut")
@asks(Action.CASE_CLOSE, on=Case)
def close(ref: str) -> Response:
    """Close the case."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_CLOSE)
    left = phases.unfinished(actor(), case)
    form = forms.read(CloseForm, CLOSE, "sager", left=left, **_about(case, "Afslut sagen"))
    phases.close(actor(), case, form.reason.data, form.anyway.data, form.seen_version)
    return _back(ref, "Sagen er afsluttet.")


@bp.get("/sager/<ref>/genaabn")
@asks(Action.CASE_CLOSE, on=Case)
def reopening(ref: str) -> Response:
    """The reason to open a closed case again."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_CLOSE)
    form = forms.blank(ReopenForm, version=str(case.version))
    return render.page(REOPEN, "sager", form=form, **_about(case, "Genåbn sagen"))


@bp.post("/sager/<ref>/genaabn")
@asks(Action.CASE_CLOSE, on=Case)
def reopen(ref: str) -> Response:
    """Open the case again, where it was left."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_CLOSE)
    form = forms.read(ReopenForm, REOPEN, "sager", **_about(case, "Genåbn sagen"))
    phases.reopen(actor(), case, form.reason.data, form.seen_version)
    return _back(ref, "Sagen er genåbnet.")


def _about(case: Any, heading: str) -> dict[str, Any]:
    return {"case": case, "heading": heading, "tab": "overblik"}


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("cases.show", ref=ref), said=said)
