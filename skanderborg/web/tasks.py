"""Tasks: the page of one, and what can be done with it. The card answers htmx, the page a plain form."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

import wtforms
from flask import Blueprint, Response, request, url_for
from wtforms.fields.core import UnboundField

from .. import clock
from ..domain import cases, critical_dates, network, tasks
from ..domain.safety import rules_read
from ..domain.tasks import assessments, marks, mediation, owners, safety, undo
from ..kinds import Box, TaskKind, TaskStep
from ..pages import case_tasks, my_day, overview
from ..pages import tasks as task_pages
from ..policy import Action, may
from ..store.cases import Case
from ..store.work import Task
from . import answers, forms
from .form_pages import Ask, Pages, Sent, Words, sent
from .guard import actor, asks

bp = Blueprint("tasks", __name__)
bp.add_app_template_global(marks.mark_of, "mark_of")
bp.add_app_template_global(marks.words_of, "words_of")
bp.add_app_template_global(marks.owner_of, "owner_of")
bp.add_app_template_global(marks.deadline_of, "deadline_of")
bp.add_app_template_global(marks.when_of, "when_of")
bp.add_app_template_global(marks.closing_of, "closing_of")
bp.add_app_template_global(marks.why_of, "why_of")
bp.add_app_template_global(lambda task: case_tasks.row_of(actor(), task), "row_of")
bp.add_app_template_global(lambda task: task_pages.step_of(actor(), task), "step_of")
pages = Pages(bp, Task, tasks.get, back="tasks.show", section="min-dag")
case_pages = Pages(bp, Case, partial(cases.opened, seen_as="case:read"), back="cases.show", tab="overblik")
ENDS = {  # of the address, where it is done on a page of the task
    TaskStep.TAKE: "tag", TaskStep.COMPLETE: "udfoert", TaskStep.ASSESS: "vurdering",
    TaskStep.ASSESS_AGAIN: "vurdering",
    TaskStep.DUTY: "underretning", TaskStep.REQUEST: "anmodning", TaskStep.TAKE_BACK: "noedark",
}  # fmt: skip
CARD, ROW = "tasks/_task.html", "tasks/_row.html"
BESIDE = ("cases/_identity.html", "cases/_acute.html", "cases/_count.html", "cases/_now.html", "cases/_missing.html")


class TaskForm(forms.Form):
    """A free task."""

    title = forms.line("Hvad skal gøres?", "Skriv, hvad der skal gøres.")
    box = forms.choice("Hvor hører det til?", Box, "Vælg, hvor opgaven hører til.")
    due_on = forms.DateField("Frist", "Skriv fristen som dag, måned og år, fx 27.11.2026.", looks=forms.Looks.AHEAD)
    brief = forms.text("Det skal den, der udfører opgaven, vide")
    owner = forms.select("Hvem skal udføre opgaven?")
    is_mediation = wtforms.BooleanField("Det er råd om konfliktmægling")

    @property
    def kind(self) -> TaskKind:
        """A plain task, but for mediation, which is looked after if it turns out to be stalking."""
        return TaskKind.MEDIATION if self.is_mediation.data else TaskKind.PLAIN


class CardForm(forms.Form):
    """A form about one task, on a page of its own or in place on the task's card, which says the same of it: `opener`
    and `heading`, the word on its `button`, and the `hints` and `labels` of its fields by their names."""

    opener: str
    heading: str
    button: str
    hints: ClassVar[dict[str, str]] = {}
    labels: ClassVar[dict[str, str]]

    def __init_subclass__(cls) -> None:
        fields = {name: field for name, field in vars(cls).items() if isinstance(field, UnboundField)}
        cls.labels = {name: field.args[0] for name, field in fields.items()}


class AssignForm(CardForm):
    """A person or a department's queue."""

    opener, heading, button = "Tildel", "Tildel opgaven", "Tildel opgaven"
    owner = forms.select("Hvem skal udføre opgaven?", "Vælg, hvem der skal udføre opgaven.")

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """Who owes it now, as a choice."""
        return {"owner": owners.choice_of(theirs)}


class PostponeForm(CardForm):
    """The new deadline, and why."""

    opener, heading, button = "Udskyd", "Udskyd opgaven", "Gem ny frist"
    hints: ClassVar = {"due_on": "Skriv fx 27.11.2026 eller i morgen."}
    due_on = forms.DateField(
        "Ny frist", "Skriv den nye frist som dag, måned og år, fx 27.11.2026.", looks=forms.Looks.AHEAD
    )
    reason = forms.text("Hvorfor udskydes den?", longest=1_000)

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """The deadline as it stands, and why it was postponed last."""
        return {"due_on": theirs.due_on, "reason": theirs.postpone_reason}


class WaitForm(CardForm):
    """What it waits for."""

    opener, heading, button = "Sæt på vent", "Sæt opgaven på vent", "Sæt på vent"
    reason = forms.text("Hvad eller hvem venter opgaven på?", "Skriv, hvad eller hvem opgaven venter på.", 1_000)


class NotRelevantForm(CardForm):
    """Why it need not be done."""

    opener = heading = button = "Markér som ikke relevant"
    reason = forms.text("Hvorfor er opgaven ikke relevant?", "Skriv, hvorfor opgaven ikke er relevant.", 1_000)


class AssessForm(CardForm):
    """What was assessed."""

    opener, heading, button = "Skriv vurdering", "Skriv vurdering", "Gem"
    note = forms.text("Din vurdering", "Skriv kort, hvad du vurderede, og hvad I gør.")
    danger_remains = wtforms.BooleanField("Der er stadig akut fare")

    def named_otherwise(self, theirs: Any) -> dict[str, Any]:
        """What was assessed last, and whether the case stands as acute."""
        return {"note": theirs.reason, "danger_remains": theirs.case.is_acute}


class AgainForm(CardForm):
    """Why safety must be assessed anew."""

    opener, heading, button = "Vurdér igen", "Vurdér sikkerheden igen", "Vurdér igen"
    why = forms.text("Hvorfor skal sikkerheden vurderes igen?", "Skriv hvorfor, fx et nyt faresignal.", 1_000)


IN_PLACE: dict[str, type[CardForm]] = {"assign": AssignForm, "postpone": PostponeForm, "assess": AssessForm}
bp.add_app_template_global(IN_PLACE.__getitem__, "card_form")


# ── one task, and a new one ─────────────────────────────────────────────────────────────────────────


@pages.page("/o/<ref>", Action.TASK_READ, "tasks/show.html")
def show(task: Task) -> Words:
    """One task: all that its helper sees."""
    task = task_pages.show(actor(), task.ref)
    return {
        "task": task,
        "undo_text": undo.offer(actor(), task),
        "told": assessments.remarks(actor(), task),
        "rules": rules_read.since(actor(), task),
    }


@bp.get("/o/<ref>/anmodning")
@asks(Action.TASK_READ, on=Task)
def request_behind(ref: str) -> Response:
    """The request that the task stands for."""
    return answers.changed(instead=url_for("requests.show", ref=tasks.request_behind(actor(), ref)))


@case_pages.form("/sager/<ref>/opgaver/ny", Action.TASK_CREATE, "tasks/new.html")
def create(case: Case) -> Sent:
    """Add a free task."""
    form = yield Ask(TaskForm, choices=_owners(case), is_conflict=mediation.is_conflict(case),
                     start=network.task_about(actor(), case, request.args.get("netvaerk", "")))  # fmt: skip
    assignee, department = owners.chosen(form.owner.data)
    made = tasks.create(actor(), case, title=form.title.data, box=form.box.data, due_on=form.due_on.data,
                 brief=form.brief.data, assignee=assignee, department=department, kind=form.kind,
                 key=form.sent_key)  # fmt: skip
    return f"Opgaven er oprettet med frist {clock.long_date(made.due_on)}."


# ── what is done with one ───────────────────────────────────────────────────────────────────────────


def _button(named: str, path: str, verb: Callable[[Any, Task, int], Task], said: str) -> None:
    """Declare a button on the card: it says only which version was seen."""

    def press(task: Task) -> Sent:
        form = yield Ask(forms.Form, on=show, part=_part())
        return _changed(verb(actor(), task, form.seen_version), said)

    pages.post(path, Action.TASK_WORK, named=named)(press)


_button("take", "/o/<ref>/tag", tasks.take, "Du har taget opgaven.")
_button("start", "/o/<ref>/begynd", tasks.start, "Opgaven er i gang.")
_button("complete", "/o/<ref>/udfoert", tasks.complete, "Opgaven er udført.")
_button("reopen", "/o/<ref>/genaabn", tasks.reopen, "Opgaven er genåbnet.")
_button("take_back", "/o/<ref>/fortryd", undo.undo, "Det er fortrudt.")


@pages.form("/o/<ref>/tildel", Action.TASK_ASSIGN, "tasks/form.html")
def assign(task: Task) -> Sent:
    """Give it to a person or a department."""
    form = yield _about(task, AssignForm, _owners(task.case))
    task = tasks.assign(actor(), task, *owners.chosen(form.owner.data), form.seen_version)
    return _changed(task, "Opgaven er tildelt.", f" Den ligger nu hos {marks.owner_of(task)}.")


@pages.form("/o/<ref>/vent", Action.TASK_WORK, "tasks/form.html")
def wait(task: Task) -> Sent:
    """Say what it waits for."""
    form = yield _about(task, WaitForm)
    return _changed(tasks.wait(actor(), task, form.reason.data, form.seen_version), "Opgaven afventer.")


@pages.form("/o/<ref>/ikke-relevant", Action.TASK_WORK, "tasks/form.html")
def not_relevant(task: Task) -> Sent:
    """Close it without doing it."""
    form = yield _about(task, NotRelevantForm)
    task = tasks.not_relevant(actor(), task, form.reason.data, form.seen_version)
    return _changed(task, "Opgaven er markeret som ikke relevant.")


@pages.form("/o/<ref>/udskyd", Action.TASK_WORK, "tasks/form.html")
def postpone(task: Task) -> Sent:
    """Move its deadline; the date is shown back as it was understood (D-28)."""
    form = yield _about(task, PostponeForm)
    task = tasks.postpone(actor(), task, form.due_on.data, form.reason.data or None, form.seen_version)
    return _changed(task, f"Opgaven er udskudt til {clock.long_date(task.due_on)}.")


@pages.form("/o/<ref>/vurdering", Action.TASK_WORK, "tasks/form.html")
def assess(task: Task) -> Sent:
    """Record an assessment of safety."""
    form = yield _about(task, AssessForm)
    task = safety.assess(actor(), task, form.note.data, form.seen_version, danger_remains=form.danger_remains.data)
    return _changed(task, f"Sikkerheden er vurderet. Vurdér igen senest {clock.long_date(task.due_on)}.")


@pages.form("/o/<ref>/vurder-igen", Action.TASK_WORK, "tasks/form.html")
def assess_again(task: Task) -> Sent:
    """Let the assessment fall due today."""
    form = yield _about(task, AgainForm)
    safety.assess_again(actor(), task.case_id, form.why.data)
    return "Sikkerheden skal vurderes igen i dag."


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _about(task: Task, kind: type[CardForm], choices: forms.Choices | None = None) -> Ask:
    """A form about a task, on a page of its own, or on its card."""
    return Ask(kind, version=task.version, choices=choices, part=_part(), ids=task.ref,
               late=lambda: {"task": task_pages.show(actor(), task.ref)})  # fmt: skip


def _changed(task: Task, said: str, and_who: str = "") -> Response:
    """The card as it now is; on the page of its case, and on Min dag, what else that page shows of it too.

    `and_who` names someone, which what is `said` must not on its way to another page.
    """
    is_day, is_beside = _shown_on("day"), _shown_on("case") and may(actor(), Action.CASE_READ, task.case)
    parts = (ROW, *BESIDE) if is_beside else (CARD, "my_day/_counts.html") if is_day else (CARD,)

    def late() -> dict[str, Any]:
        here = said + and_who
        offered = {"said": here, "undo_text": undo.offer(actor(), task) and here}
        if is_beside:
            return offered | {"overview": overview.after_change(actor(), task.case), "case": task.case}
        return offered | ({"counts": my_day.counts(actor())} if is_day else {})

    return answers.changed(*parts, instead=url_for("tasks.show", ref=task.ref), said=said, late=late, task=task)


def _part() -> str:
    """What htmx gets of a task: its row where the overview of a case shows it, else its card."""
    return ROW if _shown_on("case") else CARD


def _shown_on(page: str) -> bool:
    """Whether the button stood on that page, which says so: «case», «day», or «task», the task's own."""
    return sent("shown") == page


def _owners(case: Case) -> forms.Choices:
    """Who can be chosen: everyone who is not excluded, or only oneself where one may not assign."""
    return {"owner": owners.choices(case) if may(actor(), Action.TASK_ASSIGN, case) else owners.just(actor())}


bp.add_app_template_global(_shown_on, "shown_on")


@bp.app_template_global()
def place_of(step: TaskStep, task: Task) -> str:
    """The address where a step is done: that a button sends to, or that a link leads to."""
    if step == TaskStep.REFERRAL:
        return f"/sager/{task.case_id}/henvisninger#ny"
    if step == TaskStep.ANSWER:
        return f"/sager/{task.case_id}/datoer/{critical_dates.of_task(task.template)}/svar"
    return f"/o/{task.ref}/{ENDS[step]}"
