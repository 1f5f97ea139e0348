"""Vurdering: what is known in versions, what risk instruments said, and the conclusion that a person draws."""

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Any

import wtforms
from flask import Blueprint, Response, request, url_for
from wtforms import validators

from .. import clock, content
from ..content.questions import Question
from ..domain import assessment, cases
from ..domain.assessment import parts, risk, versions
from ..errors import NotFound
from ..kinds import Answer, ConclusionKind, Relationship, RiskLevel
from ..policy import Action
from ..store.cases import Case
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("assessment", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="assessment:read"), back="assessment.show", tab="vurdering")
risk_pages = Pages(bp, Case, partial(cases.opened, seen_as="risk:new"), back="assessment.show", tab="vurdering")
SAVED, NOW_ACUTE = "Delen er gemt.", "Sagen er akut: vurdér sikkerheden i dag."
CLOSES = "luk"  # in the address that the button «Gem og luk» sends to
FIELDS: dict[str, Callable[[Question], Any]] = {
    "answer": lambda one: forms.choice(one.text, Answer, required=""),
    "relation": lambda one: forms.choice(one.text, Relationship, required=""),
    "date": lambda one: forms.DateField(one.text, looks=forms.Looks.BACK),
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
    """The questions of a part, put in by `form_of`; the version is that of the part which was seen."""

    def standing(self, theirs: Any, hidden: str = "") -> dict[str, Any]:
        """What was answered in the version that came meanwhile."""
        return _typed({field.name: theirs.answers.get(field.name) for field in self._visible()}, self)


class RiskForm(forms.Form):
    """What an instrument said."""

    instrument = forms.line("Hvilket redskab?", "Skriv, hvilket redskab det er.")
    assessor = forms.line("Hvem har brugt det?", "Skriv, hvem der har lavet vurderingen.")
    made_on = forms.DateField(
        "Hvornår?", "Skriv, hvornår vurderingen blev lavet, fx 19.11.2026.", looks=forms.Looks.BACK
    )
    level = forms.choice("Niveau", RiskLevel, "Vælg niveau.")
    level_text = forms.text("Resultat i ord", longest=2_000)
    valid_until = forms.DateField("Gælder til", looks=forms.Looks.AHEAD)


# ── what is known, and the conclusion ───────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/vurdering", Action.CASE_READ, "assessment/show.html")
def show(case: Case) -> Words:
    """What holds now and what was before."""
    rows, conclusions = versions.of_case(actor(), case), assessment.of_case(actor(), case)
    newest, last = (found[0].number if found else 0 for found in (rows, conclusions))
    return {
        "rows": rows,
        "version": versions.newest(rows),
        "conclusions": conclusions,
        "risks": risk.of_case(actor(), case),
        "has_expired": risk.has_expired,
        "conclusion_form": forms.blank(ConclusionForm, version=str(newest), seen_last=str(last)),
        "distinctions": content.guide().distinction,
        "heading": "Vurdering",
    }


@pages.post("/sager/<ref>/vurdering", Action.CASE_CONCLUDE)
def conclude(case: Case) -> Sent:
    """Write a new version of the conclusion."""
    form = yield Ask(ConclusionForm, "conclusion_form", on=show)
    assessment.conclude(
        actor(), case, form.conclusion.data, form.reason.data, form.seen_number,
        form.seen_conclusion, key=form.sent_key,
    )  # fmt: skip
    return "Konklusionen er gemt."


@pages.page("/sager/<ref>/vurdering/<int:number>", Action.CASE_READ, "assessment/version.html")
def version(case: Case, number: int) -> Words:
    """One version as it was written."""
    rows = versions.of_case(actor(), case)
    return {"version": versions.numbered(rows, number), "rows": rows, "heading": f"Vurdering, udgave {number}"}


# ── what is known, part by part ─────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/vurdering/ny", Action.CASE_ASSESS, "assessment/part.html")
def begin(case: Case) -> Response:
    """The first part, where one begins."""
    return answers.see(url_for("assessment.write", ref=case.ref, part=1))


@pages.form("/sager/<ref>/vurdering/ny/<int:part>", Action.CASE_ASSESS, "assessment/part.html")
def write(case: Case, part: int) -> Sent:
    """Save one part into the unfinished edition, beginning with what stands there, and go on to the next."""
    found = parts.of_case(actor(), case).parts
    if not 1 <= part <= len(found):
        raise NotFound()
    one = found[part - 1]
    form = yield Ask(form_of(one), version=one.version, start=lambda: _typed(one.answers, form_of(one)),
                     asked=one, place=part, parts=found, heading=one.section.title)  # fmt: skip
    was_acute = case.is_acute
    parts.save(actor(), case, one.section.id, form.values(), form.seen_version)
    said = SAVED if was_acute or not case.is_acute else f"{SAVED} {NOW_ACUTE}"
    return answers.changed(instead=_after(case, part, len(found)), said=said)


def _after(case: Case, part: int, count: int) -> str:
    """Where one goes on when a part is saved."""
    if CLOSES in request.args:
        return url_for("assessment.show", ref=case.ref)
    if part == count:
        return url_for("assessment.check", ref=case.ref)
    return url_for("assessment.write", ref=case.ref, part=part + 1)


@pages.form("/sager/<ref>/vurdering/ny/kontrol", Action.CASE_ASSESS, "assessment/check.html")
def check(case: Case) -> Sent:
    """Look the unfinished edition over, and let it count."""
    edition = parts.of_case(actor(), case)
    form = yield Ask(forms.Form, version=edition.seen, parts=edition.parts, read=parts.read(edition),
                     heading="Kontrollér vurderingen")  # fmt: skip
    made = parts.finish(actor(), case, form.seen_version)
    if made.number < edition.number:
        return f"Intet var ændret. Udgave {made.number} gælder stadig."
    return f"Udgave {made.number} af vurderingen er gemt."


@pages.post("/sager/<ref>/vurdering/ny/kasser", Action.CASE_ASSESS)
def discard(case: Case) -> Sent:
    """Put the unfinished edition away."""
    form = yield Ask(forms.Form, on=check)
    parts.discard(actor(), case, form.seen_version)
    return "Det ufærdige er kasseret."


# ── risk instruments ────────────────────────────────────────────────────────────────────────────────


@risk_pages.form("/sager/<ref>/vurdering/risiko", Action.CASE_ASSESS, "assessment/risk.html")
def record_risk(case: Case) -> Sent:
    """Write down what an instrument said."""
    form = yield Ask(RiskForm, heading="Risikovurdering")
    made = risk.record(actor(), case, **form.values(), key=form.sent_key)
    return f"Risikovurderingen fra {clock.long_date_with_year(made.made_on)} er skrevet ned."


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def form_of(part: parts.Part) -> type[AssessmentForm]:
    """The form with the questions of a part, as they are asked in this case."""
    return _form_of(tuple(part.questions))


@cache
def _form_of(questions: tuple[Question, ...]) -> type[AssessmentForm]:
    return type("AssessmentForm", (AssessmentForm,), {one.id: FIELDS[one.form](one) for one in questions})


def _typed(answered: dict[str, Any], form: Any) -> dict[str, Any]:
    """Answers as the fields of a form hold them; none that it does not ask for."""
    dates = {one.id for one in content.assessment().question if one.form == "date"}
    kept = {name: value for name, value in answered.items() if hasattr(form, name)}
    return {name: date.fromisoformat(value) if value and name in dates else value for name, value in kept.items()}
