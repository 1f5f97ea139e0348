"""Children of a case, and one's own duty to report concern for them."""

from functools import partial
from typing import Any

from flask import Blueprint, Response, url_for

from .. import clock
from ..domain import cases, children
from ..kinds import ReportChannel, ReportOutcome
from ..policy import Action
from ..store.cases import Case
from ..store.work import Task
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words
from .guard import actor

bp = Blueprint("children", __name__)
pages = Pages(bp, Case, partial(cases.opened, seen_as="child:list"), back="children.show", tab="boern")
duty_pages = Pages(bp, Task, children.open_duty, back="children.record", section="min-dag", called="duty")


class ChildForm(forms.Form):
    """What is known of a child."""

    name = forms.line("Navn eller initialer")
    born = forms.line("Født år", longest=20)
    lives_with = forms.line("Hvem bor barnet hos?")
    institution = forms.line("Skole eller daginstitution")

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """With whom it lives is how a party is related."""
        return {"lives_with": theirs.relation_text}


class TakeOutForm(forms.Form):
    """Why a child is taken out."""

    reason = forms.text("Hvorfor hører barnet ikke til?", "Skriv, hvorfor barnet ikke hører til i sagen.", 1_000)


class ReportForm(forms.Form):
    """What was done with the duty."""

    outcome = forms.choice("Hvad har du gjort?", ReportOutcome, "Vælg, hvad du har gjort.")
    called_at = forms.TimeField("Ringet kl.")
    called_whom = forms.line("Hvem talte du med?")
    known = forms.text("Hvad fortalte du?", longest=5_000)
    why_not_yet = forms.text("Hvorfor kan den ikke sendes endnu?", longest=5_000)
    look_on = forms.DateField("Hvornår ser du på det igen?", looks=forms.Looks.AHEAD)
    sent_on = forms.DateField("Sendt den", looks=forms.Looks.BACK)
    receiver = forms.line("Modtager")
    channel = forms.choice("Hvordan er den sendt?", ReportChannel, required="")
    reason = forms.text("Hvorfor er en underretning ikke nødvendig?", longest=5_000)

    @property
    def report(self) -> children.Report:
        """What was typed."""
        said = self.values()
        return children.Report(**said)


# ── the children ────────────────────────────────────────────────────────────────────────────────────


@pages.page("/sager/<ref>/boern", Action.CASE_READ, "children/show.html")
def show(case: Case) -> Words:
    """The children, one's own duty, and how many others have yet to assess theirs."""
    return {
        "rows": children.of_case(actor(), case),
        "duties": children.duties_of(actor(), case),
        "child_form": forms.blank(ChildForm),
        "heading": "Børn",
    }


@pages.post("/sager/<ref>/boern", Action.CASE_WORK)
def register(case: Case) -> Sent:
    """One more child."""
    form = yield Ask(ChildForm, "child_form", on=show)
    children.register(actor(), case, **form.values(), key=form.sent_key)
    return "Barnet er registreret. Alle på sagen skal vurdere deres underretningspligt."


@pages.form("/sager/<ref>/boern/<child_ref>", Action.CASE_WORK, "children/edit.html")
def describe(case: Case, child_ref: str) -> Sent:
    """One child, to be changed or taken out."""
    row = children.get(actor(), case, child_ref)
    form = yield Ask(ChildForm, "child_form", over=row, row=row, heading="Ret barn",
                     out_form=forms.blank(TakeOutForm, version=row.version))  # fmt: skip
    children.describe(actor(), case, row, form.seen_version, **form.values(row))
    return "Oplysningerne er ændret."


@pages.post("/sager/<ref>/boern/<child_ref>/tag-ud", Action.CASE_WORK)
def take_out(case: Case, child_ref: str) -> Sent:
    """Take a child out."""
    row = children.get(actor(), case, child_ref)
    form = yield Ask(TakeOutForm, "out_form", on=describe)
    children.take_out(actor(), case, row, form.reason.data, form.seen_version)
    return "Barnet står ikke længere på listen."


@pages.post("/sager/<ref>/underretningspligt/igen", Action.CHILD_REPORT)
def assess_again(case: Case) -> Response:
    """There is a new concern."""
    task = children.assess_again(actor(), case)
    return answers.changed(instead=url_for("children.record", ref=task.ref), said="Vurdér din underretningspligt igen.")


# ── one's own duty ──────────────────────────────────────────────────────────────────────────────────


@duty_pages.form("/o/<ref>/underretning", Action.CHILD_REPORT, "children/report.html")
def record(duty: children.Opened) -> Sent:
    """What one did with the duty, or the form that asks for it."""
    look = children.next_look(clock.today())
    form = yield Ask(ReportForm, latest_look=look, **duty._asdict())
    children.record(actor(), duty.task, form.report, key=form.sent_key)
    return "Din vurdering er skrevet ned."
