"""Children of a case, and one's own duty to report concern for them."""

from typing import Any

from flask import Blueprint, Response, url_for

from .. import clock
from ..domain import cases, children, protection
from ..kinds import ReportChannel, ReportOutcome
from ..policy import Action
from ..store.cases import Case
from ..store.work import Task
from . import forms, render
from .guard import actor, asks

bp = Blueprint("children", __name__)
PAGE, EDIT, REPORT = "children/show.html", "children/edit.html", "children/report.html"


class ChildForm(forms.Form):
    """What is known of a child."""

    name = forms.line("Navn eller initialer")
    born = forms.line("Født år", longest=20)
    lives_with = forms.line("Hvem bor barnet hos?")
    institution = forms.line("Skole eller daginstitution")

    def standing(self, theirs: Any) -> dict[str, Any]:
        """Where the child goes stays hidden while the address is protected."""
        is_masked = protection.masked(theirs.case)
        where = {"lives_with": theirs.relation_text, "institution": protection.told(theirs.institution, is_masked)}
        return super().standing(theirs) | where

    def child(self, standing: Any = None, is_masked: bool = False) -> children.Child:
        """What was typed; a place that was hidden and is left empty stays as it is."""
        typed = self.values()
        there = protection.kept(typed["institution"], standing.institution if standing else None, is_masked)
        return children.Child(typed["name"], typed["born"], typed["lives_with"], there)


class TakeOutForm(forms.Form):
    """Why a child is taken out."""

    reason = forms.text("Hvorfor tages barnet ud?", "Skriv, hvorfor barnet tages ud.", 1_000)


class ReportForm(forms.Form):
    """What was done with the duty."""

    outcome = forms.choice("Hvad har du gjort?", ReportOutcome, "Vælg, hvad du har gjort.")
    called_at = forms.TimeField("Ringet kl.")
    called_whom = forms.line("Hvem talte du med?")
    known = forms.text("Hvad fortalte du?", longest=5_000)
    why_not_yet = forms.text("Hvorfor kan den ikke sendes endnu?", longest=5_000)
    look_on = forms.DateField("Hvornår ser du på det igen?")
    sent_on = forms.DateField("Sendt den")
    receiver = forms.line("Modtager")
    channel = forms.choice("Hvordan er den sendt?", ReportChannel, required="")
    reason = forms.text("Hvorfor er en underretning ikke nødvendig?", longest=5_000)

    @property
    def report(self) -> children.Report:
        """What was typed."""
        said = self.values()
        return children.Report(**said)


# ── the children ────────────────────────────────────────────────────────────────────────────────────


@bp.get("/sager/<ref>/boern")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """The children, one's own duty, and how many others have yet to assess theirs."""
    return render.page(PAGE, "sager", **_context(ref, Action.CASE_READ))


@bp.post("/sager/<ref>/boern")
@asks(Action.CASE_WORK, on=Case)
def register(ref: str) -> Response:
    """One more child."""
    context = _context(ref, Action.CASE_WORK)
    form = forms.read(ChildForm, PAGE, "sager", name="child_form", **context)
    children.register(actor(), context["case"], form.child(), key=form.sent_key)
    return _back(ref, "Barnet er registreret. Alle på sagen skal vurdere deres underretningspligt.")


@bp.get("/sager/<ref>/boern/<child_ref>")
@asks(Action.CASE_WORK, on=Case)
def edit(ref: str, child_ref: str) -> Response:
    """One child, to be changed or taken out."""
    case, row = _child(ref, child_ref)
    return render.page(EDIT, "sager", **_one(case, row), **_forms(case, row))


@bp.post("/sager/<ref>/boern/<child_ref>")
@asks(Action.CASE_WORK, on=Case)
def describe(ref: str, child_ref: str) -> Response:
    """Change what is known of a child."""
    case, row = _child(ref, child_ref)
    form = forms.read(ChildForm, EDIT, "sager", name="child_form", late=lambda: _forms(case, row), **_one(case, row))
    children.describe(actor(), case, row, form.child(row, case.bar.is_masked), form.seen_version)
    return _back(ref, "Oplysningerne er ændret.")


@bp.post("/sager/<ref>/boern/<child_ref>/tag-ud")
@asks(Action.CASE_WORK, on=Case)
def take_out(ref: str, child_ref: str) -> Response:
    """Take a child out."""
    case, row = _child(ref, child_ref)
    form = forms.read(TakeOutForm, EDIT, "sager", name="out_form", late=lambda: _forms(case, row), **_one(case, row))
    children.take_out(actor(), case, row, form.reason.data, form.seen_version)
    return _back(ref, "Barnet er taget ud.")


@bp.post("/sager/<ref>/underretningspligt/igen")
@asks(Action.CHILD_REPORT, on=Case)
def assess_again(ref: str) -> Response:
    """There is a new concern."""
    case = cases.opened(actor(), ref, "child:list", Action.CHILD_REPORT)
    task = children.assess_again(actor(), case)
    return render.changed(instead=url_for("children.report", ref=task.ref), said="Vurdér din underretningspligt igen.")


# ── one's own duty ──────────────────────────────────────────────────────────────────────────────────


@bp.get("/o/<ref>/underretning")
@asks(Action.CHILD_REPORT, on=Task)
def report(ref: str) -> Response:
    """What one did with the duty, or the form that asks for it."""
    return render.page(REPORT, "min-dag", **_duty(ref), form=forms.blank(ReportForm))


@bp.post("/o/<ref>/underretning")
@asks(Action.CHILD_REPORT, on=Task)
def record(ref: str) -> Response:
    """Write down what one did with the duty."""
    duty = _duty(ref)
    form = forms.read(ReportForm, REPORT, "min-dag", **duty)
    children.record(actor(), duty["task"], form.report, key=form.sent_key)
    return render.changed(instead=url_for("children.report", ref=ref), said="Din vurdering er skrevet ned.")


def _duty(ref: str) -> dict[str, Any]:
    today = clock.today()
    return {**children.open_duty(actor(), ref)._asdict(), "latest_look": children.next_look(today)}


def _child(ref: str, child_ref: str) -> tuple[Case, Any]:
    case = cases.opened(actor(), ref, "child:list", Action.CASE_WORK)
    return case, children.get(actor(), case, child_ref)


def _forms(case: Case, row: Any) -> dict[str, Any]:
    where = protection.visible(row.institution, case.bar.is_masked)
    known = {"name": row.name, "born": row.born, "lives_with": row.relation_text, "institution": where}
    return {
        "child_form": forms.blank(ChildForm, version=row.version, **known),
        "out_form": forms.blank(TakeOutForm, version=row.version),
    }


def _one(case: Case, row: Any) -> dict[str, Any]:
    return {"case": case, "row": row, "heading": "Ret barn", "tab": "boern"}


def _context(ref: str, action: Action) -> dict[str, Any]:
    case = cases.opened(actor(), ref, "child:list", action)
    return {
        "case": case,
        "rows": children.of_case(actor(), case),
        "duties": children.duties_of(actor(), case),
        "child_form": forms.blank(ChildForm),
        "heading": "Børn",
        "tab": "boern",
    }


def _back(ref: str, said: str) -> Response:
    return render.changed(instead=url_for("children.show", ref=ref), said=said)
