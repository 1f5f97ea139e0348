"""Tasks: the page of one, and what can be done with it. The card answers htmx, the page a plain form."""

from datetime import date
from typing import Any, ClassVar, cast

import wtforms
from flask import Blueprint, Response, request, url_for
from wtforms.fields.core import UnboundField

from .. import clock
from ..domain import cases, network, tasks
from ..domain.tasks import assessments, marks, mediation, owners, safety, undo
from ..kinds import Box, TaskKind
from ..pages import my_day, overview
from ..policy import Action, may
from ..store.cases import Case
from ..store.work import Task
from . import forms, render
from .guard import actor, asks

bp = Blueprint("tasks", __name__)
bp.add_app_template_global(marks.mark_of, "mark_of")
bp.add_app_template_global(marks.words_of, "words_of")
bp.add_app_template_global(marks.owner_of, "owner_of")
bp.add_app_template_global(marks.deadline_of, "deadline_of")
bp.add_app_template_global(marks.closing_of, "closing_of")
bp.add_app_template_global(marks.why_of, "why_of")
CARD = "tasks/_task.html"
BESIDE = ("cases/_identity.html", "cases/_acute.html", "cases/_count.html", "cases/_missing.html")  # on a case's page


class TaskForm(forms.Form):
    """A free task."""

    title = forms.line("Hvad skal gøres?", "Skriv, hvad der skal gøres.")
    box = forms.choice("Hvor hører det til?", Box, "Vælg, hvor opgaven hører til.")
    due_on = forms.DateField("Frist", "Skriv fristen som dag, måned og år, fx 27.11.2026.")
    brief = forms.text("Det skal den, der udfører opgaven, vide")
    owner = forms.select("Hvem skal udføre opgaven?")
    is_mediation = wtforms.BooleanField("Det er råd om konfliktmægling")

    @property
    def kind(self) -> TaskKind:
        """A plain task, but for mediation, which is looked after if it turns out to be stalking."""
        return TaskKind.MEDIATION if self.is_mediation.data else TaskKind.PLAIN


class CardForm(forms.Form):
    """A form about one task, on a page of its own or in place on the task's card, which says the same of it: `opener`
    and `heading`, the word on its `button`, and the `hints` and `labels` of its fields by their names.

    It can stand among those of other tasks, so its fields' ids are its own.
    """

    opener: str
    heading: str
    button: str
    hints: ClassVar[dict[str, str]] = {}
    labels: ClassVar[dict[str, str]]

    def __init_subclass__(cls) -> None:
        fields = {name: field for name, field in vars(cls).items() if isinstance(field, UnboundField)}
        cls.labels = {name: field.args[0] for name, field in fields.items()}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in self:
            field.id = f"{field.name}-{request.view_args['ref']}" if request and request.view_args else field.name


class AssignForm(CardForm):
    """A person or a department's queue."""

    opener, heading, button = "Tildel", "Tildel opgaven", "Tildel opgaven"
    owner = forms.select("Hvem skal udføre opgaven?", "Vælg, hvem der skal udføre opgaven.")

    def standing(self, theirs: Any) -> dict[str, Any]:
        """Who owes it now, as a choice."""
        return {"owner": owners.choice_of(theirs)}


class PostponeForm(CardForm):
    """The new deadline, and why."""

    opener, heading, button = "Udskyd", "Udskyd opgaven", "Gem ny frist"
    hints: ClassVar = {"due_on": "Skriv fx 27.11.2026 eller i morgen."}
    due_on = forms.DateField("Ny frist", "Skriv den nye frist som dag, måned og år, fx 27.11.2026.")
    reason = forms.text("Hvorfor udskydes den?", longest=1_000)

    def standing(self, theirs: Any) -> dict[str, Any]:
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

    def standing(self, theirs: Any) -> dict[str, Any]:
        """What was assessed last, and whether the case stands as acute."""
        return {"note": theirs.reason, "danger_remains": theirs.case.is_acute}


class AgainForm(CardForm):
    """Why safety must be assessed anew."""

    opener, heading, button = "Vurdér igen", "Vurdér sikkerheden igen", "Vurdér igen"
    why = forms.text("Hvorfor skal sikkerheden vurderes igen?", "Skriv hvorfor, fx et nyt faresignal.", 1_000)


IN_PLACE: dict[str, type[CardForm]] = {"assign": AssignForm, "postpone": PostponeForm, "assess": AssessForm}
bp.add_app_template_global(IN_PLACE.__getitem__, "card_form")


# ── pages ───────────────────────────────────────────────────────────────────────────────────────────


@bp.get("/o/<ref>")
@asks(Action.TASK_READ, on=Task)
def show(ref: str) -> Response:
    """One task: all that its helper sees."""
    return render.page("tasks/show.html", "min-dag", **_shown(tasks.show(actor(), ref)))


@bp.get("/o/<ref>/anmodning")
@asks(Action.TASK_READ, on=Task)
def request_behind(ref: str) -> Response:
    """The request that the task stands for."""
    return render.changed(instead=url_for("requests.show", ref=tasks.request_behind(actor(), ref)))


@bp.get("/sager/<ref>/opgaver/ny")
@asks(Action.TASK_CREATE, on=Case)
def new(ref: str) -> Response:
    """The form of a free task."""
    case = cases.opened(actor(), ref, "case:read", Action.TASK_CREATE)
    words = network.task_about(actor(), case, request.args.get("netvaerk", ""))
    return render.page("tasks/new.html", "sager", case=case, form=forms.blank(TaskForm, _owners(case), **words),
                       is_conflict=mediation.is_conflict(case))  # fmt: skip


@bp.post("/sager/<ref>/opgaver/ny")
@asks(Action.TASK_CREATE, on=Case)
def create(ref: str) -> Response:
    """Add a free task."""
    case = cases.opened(actor(), ref, "case:read", Action.TASK_CREATE)
    form = forms.read(TaskForm, "tasks/new.html", "sager", choices=_owners(case), case=case,
                      is_conflict=mediation.is_conflict(case))  # fmt: skip
    assignee, department = owners.chosen(form.owner.data)
    made = tasks.create(actor(), case, title=form.title.data, box=form.box.data, due_on=form.due_on.data,
                 brief=form.brief.data, assignee=assignee, department=department, kind=form.kind,
                 key=form.sent_key)  # fmt: skip
    said = f"Opgaven er oprettet med frist {clock.long_date(made.due_on)}."
    return render.changed(instead=url_for("cases.show", ref=ref), said=said)


@bp.get("/o/<ref>/tildel")
@asks(Action.TASK_ASSIGN, on=Task)
def assign_form(ref: str) -> Response:
    """Who is to do it."""
    task = tasks.show(actor(), ref, Action.TASK_ASSIGN)
    return _form(task, AssignForm, _owners(task.case))


@bp.get("/o/<ref>/udskyd")
@asks(Action.TASK_WORK, on=Task)
def postpone_form(ref: str) -> Response:
    """A new deadline."""
    task = tasks.show(actor(), ref, Action.TASK_WORK)
    return _form(task, PostponeForm)


@bp.get("/o/<ref>/vent")
@asks(Action.TASK_WORK, on=Task)
def wait_form(ref: str) -> Response:
    """What it waits for."""
    task = tasks.show(actor(), ref, Action.TASK_WORK)
    return _form(task, WaitForm)


@bp.get("/o/<ref>/ikke-relevant")
@asks(Action.TASK_WORK, on=Task)
def not_relevant_form(ref: str) -> Response:
    """Why it need not be done."""
    task = tasks.show(actor(), ref, Action.TASK_WORK)
    return _form(task, NotRelevantForm)


@bp.get("/o/<ref>/vurdering")
@asks(Action.TASK_WORK, on=Task)
def assess_form(ref: str) -> Response:
    """The assessment of safety."""
    task = tasks.show(actor(), ref, Action.TASK_WORK)
    return _form(task, AssessForm)


@bp.get("/o/<ref>/vurder-igen")
@asks(Action.TASK_WORK, on=Task)
def assess_again_form(ref: str) -> Response:
    """Why safety must be assessed anew."""
    task = tasks.show(actor(), ref, Action.TASK_WORK)
    return _form(task, AgainForm)


# ── what is done ────────────────────────────────────────────────────────────────────────────────────


@bp.post("/o/<ref>/tildel")
@asks(Action.TASK_ASSIGN, on=Task)
def assign(ref: str) -> Response:
    """Give it to a person or a department."""
    task = tasks.get(actor(), ref, Action.TASK_ASSIGN)
    form = _read(AssignForm, task, _owners(task.case))
    task = tasks.assign(actor(), task, *owners.chosen(form.owner.data), form.seen_version)
    return _changed(task, "Opgaven er tildelt.", f" Den ligger nu hos {marks.owner_of(task)}.")


@bp.post("/o/<ref>/tag")
@asks(Action.TASK_WORK, on=Task)
def take(ref: str) -> Response:
    """Take it from the queue."""
    task, seen = _pressed(ref)
    return _changed(tasks.take(actor(), task, seen), "Du har taget opgaven.")


@bp.post("/o/<ref>/begynd")
@asks(Action.TASK_WORK, on=Task)
def start(ref: str) -> Response:
    """Begin."""
    task, seen = _pressed(ref)
    return _changed(tasks.start(actor(), task, seen), "Opgaven er i gang.")


@bp.post("/o/<ref>/vent")
@asks(Action.TASK_WORK, on=Task)
def wait(ref: str) -> Response:
    """Say what it waits for."""
    task = tasks.get(actor(), ref, Action.TASK_WORK)
    form = _read(WaitForm, task)
    return _changed(tasks.wait(actor(), task, form.reason.data, form.seen_version), "Opgaven afventer.")


@bp.post("/o/<ref>/udfoert")
@asks(Action.TASK_WORK, on=Task)
def complete(ref: str) -> Response:
    """Mark it done."""
    task, seen = _pressed(ref)
    return _changed(tasks.complete(actor(), task, seen), "Opgaven er udført.")


@bp.post("/o/<ref>/ikke-relevant")
@asks(Action.TASK_WORK, on=Task)
def not_relevant(ref: str) -> Response:
    """Close it without doing it."""
    task = tasks.get(actor(), ref, Action.TASK_WORK)
    form = _read(NotRelevantForm, task)
    task = tasks.not_relevant(actor(), task, form.reason.data, form.seen_version)
    return _changed(task, "Opgaven er markeret som ikke relevant.")


@bp.post("/o/<ref>/udskyd")
@asks(Action.TASK_WORK, on=Task)
def postpone(ref: str) -> Response:
    """Move its deadline; the date is shown back as it was understood (D-28)."""
    task = tasks.get(actor(), ref, Action.TASK_WORK)
    form = _read(PostponeForm, task)
    task = tasks.postpone(actor(), task, cast(date, form.due_on.data), form.reason.data or None, form.seen_version)
    return _changed(task, f"Opgaven er udskudt til {clock.long_date(task.due_on)}.")


@bp.post("/o/<ref>/vurdering")
@asks(Action.TASK_WORK, on=Task)
def assess(ref: str) -> Response:
    """Record an assessment of safety."""
    task = tasks.get(actor(), ref, Action.TASK_WORK)
    form = _read(AssessForm, task)
    task = safety.assess(actor(), task, form.note.data, form.seen_version, danger_remains=form.danger_remains.data)
    return _changed(task, f"Sikkerheden er vurderet. Vurdér igen senest {clock.long_date(task.due_on)}.")


@bp.post("/o/<ref>/vurder-igen")
@asks(Action.TASK_WORK, on=Task)
def assess_again(ref: str) -> Response:
    """Let the assessment fall due today."""
    task = tasks.get(actor(), ref, Action.TASK_WORK)
    form = _read(AgainForm, task)
    safety.assess_again(actor(), task.case_id, form.why.data)
    return render.changed(instead=url_for("tasks.show", ref=ref), said="Sikkerheden skal vurderes igen i dag.")


@bp.post("/o/<ref>/genaabn")
@asks(Action.TASK_WORK, on=Task)
def reopen(ref: str) -> Response:
    """Open it again."""
    task, seen = _pressed(ref)
    return _changed(tasks.reopen(actor(), task, seen), "Opgaven er genåbnet.")


@bp.post("/o/<ref>/fortryd")
@asks(Action.TASK_WORK, on=Task)
def take_back(ref: str) -> Response:
    """Undo one's own last change."""
    task, seen = _pressed(ref)
    return _changed(undo.undo(actor(), task, seen), "Det er fortrudt.")


# ── what they share ─────────────────────────────────────────────────────────────────────────────────


def _pressed(ref: str) -> tuple[Task, int]:
    """The task whose button was pressed, and the version that the person saw."""
    task = tasks.get(actor(), ref, Action.TASK_WORK)
    return task, _posted(task).seen_version


def _posted(task: Task) -> forms.Form:
    return forms.read(forms.Form, "tasks/show.html", "min-dag", part=CARD,
                      late=lambda: _shown(tasks.show(actor(), task.ref)))  # fmt: skip


def _read(kind: type[forms.FormType], task: Task, choices: forms.Choices | None = None) -> forms.FormType:
    return forms.read(kind, "tasks/form.html", "min-dag", choices=choices, part=CARD,
                      late=lambda: {"task": tasks.show(actor(), task.ref)})  # fmt: skip


def _form(task: Task, kind: type[CardForm], choices: forms.Choices | None = None) -> Response:
    form = forms.blank(kind, choices, version=task.version)
    return render.page("tasks/form.html", "min-dag", task=task, form=form)


def _shown(task: Task) -> dict[str, Any]:
    """What the page of a task wants."""
    return {"task": task, "undo_text": undo.offer(actor(), task), "told": assessments.told(actor(), task)}


def _changed(task: Task, said: str, and_who: str = "") -> Response:
    """The card as it now is; on the page of its case, and on Min dag, what else that page shows of it too.

    `and_who` names someone, which what is `said` must not on its way to another page.
    """
    is_day, is_beside = _shown_on("day"), _shown_on("case") and may(actor(), Action.CASE_READ, task.case)
    parts = (CARD, *BESIDE) if is_beside else (CARD, "my_day/_counts.html") if is_day else (CARD,)

    def late() -> dict[str, Any]:
        here = said + and_who
        offered = {"said": here, "undo_text": undo.offer(actor(), task) and here}
        if is_beside:
            return offered | {"overview": overview.beside(actor(), task.case), "case": task.case}
        return offered | ({"counts": my_day.counts(actor())} if is_day else {})

    return render.changed(*parts, instead=url_for("tasks.show", ref=task.ref), said=said, late=late, task=task)


def _shown_on(page: str) -> bool:
    """Whether the button stood on that page, which says so: «case», «day», or «task», the task's own."""
    return request.form.get("shown") == page


def _owners(case: Case) -> forms.Choices:
    """Who can be chosen: everyone who is not excluded, or only oneself where one may not assign."""
    return {"owner": owners.choices(case) if may(actor(), Action.TASK_ASSIGN, case) else owners.just(actor())}


bp.add_app_template_global(_shown_on, "shown_on")
