"""Vurdering: what is known in versions, what risk instruments said, and the conclusion that a person draws."""

from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any, cast

import wtforms
from flask import Blueprint, Response, url_for
from wtforms import validators

from .. import clock, content
from ..content.questions import Question
from ..domain import assessment, cases
from ..domain.assessment import risk, versions
from ..kinds import Answer, ConclusionKind, Relationship, RiskLevel
from ..policy import Action
from ..store.cases import Case
from . import forms, render
from .guard import actor, asks

bp = Blueprint("assessment", __name__)
PAGE, VERSION, FORM, RISK = (f"assessment/{page}.html" for page in ("show", "version", "form", "risk"))
FIELDS: dict[str, Callable[[Question], Any]] = {
    "answer": lambda one: forms.choice(one.text, Answer, required=""),
    "relation": lambda one: forms.choice(one.text, Relationship, required=""),
    "date": lambda one: forms.DateField(one.text),
    "line": lambda one: forms.line(one.text),
    "text": lambda one: forms.text(one.text),
}


class ConclusionForm(forms.Form):
    """What it is, and why; the version is that of the assessment which was seen."""

    conclusion = forms.choice("Konklusion", ConclusionKind, "Vælg en konklusion. «Uafklaret» er også et svar.")
    reason = forms.text("Begrundelse", "Skriv, hvad konklusionen bygger på.")
    seen_last = wtforms.HiddenField(validators=[validators.Length(max=9)])

    @property
    def seen_conclusion(self) -> int | None:
        """Number of the last conclusion that was seen; None where the form does not say."""
        said = self.seen_last.data or ""
        return int(said) if said.isascii() and said.isdecimal() else None

    @property
    def seen_number(self) -> int | None:
        """Number of the assessment that was seen; None where the form does not say."""
        return self.seen_version if self.version.data else None


class AssessmentForm(forms.Form):
    """The questions of a case, put in by `form_for`; the version is the number of the newest that was seen."""

    def standing(self, theirs: Any) -> dict[str, Any]:
        """What was answered in the version that came meanwhile."""
        return _typed({field.name: theirs.answers.get(field.name) for field in self._visible()}, self)


class RiskForm(forms.Form):
    """What an instrument said."""

    instrument = forms.line("Hvilket redskab?", "Skriv, hvilket redskab det er.")
    assessor = forms.line("Hvem har brugt det?", "Skriv, hvem der har lavet vurderingen.")
    made_on = forms.DateField("Hvornår?", "Skriv, hvornår vurderingen blev lavet, fx 19.11.2026.")
    level = forms.choice("Niveau", RiskLevel, "Vælg niveau.")
    level_text = forms.text("Resultat i ord", longest=2_000)
    valid_until = forms.DateField("Gælder til")

    def result(self) -> risk.Result:
        """What was typed, as the verb wants it."""
        return risk.Result(
            self.instrument.data, self.assessor.data, cast(date, self.made_on.data), self.level.data,
            self.level_text.data or None, self.valid_until.data,
        )  # fmt: skip


# ── what is known, and the conclusion ───────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/vurdering")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """What holds now and what was before."""
    return render.page(PAGE, "sager", **_context(ref, Action.CASE_READ))


@bp.post("/sager/<ref>/vurdering")
@asks(Action.CASE_CONCLUDE, on=Case)
def conclude(ref: str) -> Response:
    """Write a new version of the conclusion."""
    context = _context(ref, Action.CASE_CONCLUDE)
    form = forms.read(ConclusionForm, PAGE, "sager", name="conclusion_form", **context)
    assessment.conclude(
        actor(), context["case"], form.conclusion.data, form.reason.data, form.seen_number,
        form.seen_conclusion, key=form.sent_key,
    )  # fmt: skip
    return render.changed(instead=url_for("assessment.show", ref=ref), said="Konklusionen er gemt.")


@bp.get("/sager/<ref>/vurdering/<int:number>")
@asks(Action.CASE_READ, on=Case)
def version(ref: str, number: int) -> Response:
    """One version as it was written."""
    case = cases.opened(actor(), ref, "assessment:read")
    rows = versions.of_case(actor(), case)
    found = versions.numbered(rows, number)
    return render.page(VERSION, "sager", version=found, rows=rows, **_about(case, f"Vurdering, udgave {number}"))


@bp.get("/sager/<ref>/vurdering/ny")
@asks(Action.CASE_ASSESS, on=Case)
def new(ref: str) -> Response:
    """The form, with what was answered last."""
    case = cases.opened(actor(), ref, "assessment:read", Action.CASE_ASSESS)
    rows = versions.of_case(actor(), case)
    kind, number = form_for(case), rows[0].number if rows else 0
    filled = _typed(rows[0].answers, kind) if rows else {}
    return render.page(FORM, "sager", form=forms.blank(kind, version=str(number), **filled), **_asked(case))


@bp.post("/sager/<ref>/vurdering/ny")
@asks(Action.CASE_ASSESS, on=Case)
def write(ref: str) -> Response:
    """Write a new version of what is known."""
    case = cases.opened(actor(), ref, "assessment:read", Action.CASE_ASSESS)
    form = forms.read(form_for(case), FORM, "sager", **_asked(case))
    made = versions.write(actor(), case, form.values(), form.seen_version, key=form.sent_key)
    said = f"Udgave {made.number} af vurderingen er gemt."
    return render.changed(instead=url_for("assessment.show", ref=ref), said=said)


# ── risk instruments ────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/vurdering/risiko")
@asks(Action.CASE_ASSESS, on=Case)
def risk_form(ref: str) -> Response:
    """The form of what an instrument said."""
    case = cases.opened(actor(), ref, "risk:new", Action.CASE_ASSESS)
    return render.page(RISK, "sager", form=forms.blank(RiskForm), **_about(case, "Risikovurdering"))


@bp.post("/sager/<ref>/vurdering/risiko")
@asks(Action.CASE_ASSESS, on=Case)
def record_risk(ref: str) -> Response:
    """Write down what an instrument said."""
    case = cases.opened(actor(), ref, "risk:new", Action.CASE_ASSESS)
    form = forms.read(RiskForm, RISK, "sager", **_about(case, "Risikovurdering"))
    made = risk.record(actor(), case, form.result(), key=form.sent_key)
    said = f"Risikovurderingen fra {clock.long_date_with_year(made.made_on)} er skrevet ned."
    return render.changed(instead=url_for("assessment.show", ref=ref), said=said)


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def form_for(case: Case) -> type[AssessmentForm]:
    """The form with the questions that are asked in this case."""
    return _form_of(tuple(one for part in versions.asked(case) for one in part.questions))


@cache
def _form_of(questions: tuple[Question, ...]) -> type[AssessmentForm]:
    return type("AssessmentForm", (AssessmentForm,), {one.id: FIELDS[one.form](one) for one in questions})


def _typed(answers: dict[str, Any], form: Any) -> dict[str, Any]:
    """Answers as the fields of a form hold them; none that it does not ask for."""
    dates = {one.id for one in content.assessment().question if one.form == "date"}
    kept = {name: value for name, value in answers.items() if hasattr(form, name)}
    return {name: date.fromisoformat(value) if value and name in dates else value for name, value in kept.items()}


def _context(ref: str, action: Action) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "assessment:read", action)
    rows = versions.of_case(actor(), case)
    conclusions = assessment.of_case(actor(), case)
    newest, last = (found[0].number if found else 0 for found in (rows, conclusions))
    return {
        "rows": rows,
        "version": versions.newest(rows),
        "conclusions": conclusions,
        "risks": risk.of_case(actor(), case),
        "has_expired": risk.has_expired,
        "conclusion_form": forms.blank(ConclusionForm, version=str(newest), seen_last=str(last)),
        "distinctions": content.guide().distinction,
        **_about(case, "Vurdering"),
    }


def _asked(case: Case) -> dict[str, Any]:
    return {"parts": versions.asked(case), **_about(case, "Opdatér vurderingen")}


def _about(case: Case, heading: str) -> dict[str, Any]:
    return {"case": case, "heading": heading, "tab": "vurdering"}
