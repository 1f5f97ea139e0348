"""The tasks of a case as its overview shows them: boxes of rows, open before done, in one query."""

from typing import NamedTuple

import peewee

from .. import content, policy
from ..domain import tasks
from ..domain.tasks import marks
from ..domain.verbs import reads
from ..kinds import Box, Kind, Mark, TaskStatus, TaskStep
from ..policy import Action
from ..store.cases import Case
from ..store.people import Department, Person
from ..store.prepared import Parameter, prepared
from ..store.work import Task
from .tasks import step_of

FULL_BOX = 5  # more than a box usually has: then it shows the first few, so that an old case opens as fast
SHOWN_OF_A_FULL_BOX = 2
NOBODY = "Ingen endnu"
SHOWN = (
    Task.ref, Task.case, Task.kind, Task.box, Task.template, Task.title, Task.brief, Task.must, Task.status,
    Task.due_on, Task.assignee, Task.department, Task.duty_of, Task.reason, Task.postpone_reason, Task.assessed_on,
    Task.closed_at, Task.closed_by, Task.version,
)  # fmt: skip


class TaskRow(NamedTuple):
    """A task in one line; `step` is what the one who looks can do with it next, `when` its deadline or its closing."""

    ref: str
    task: Task
    title: str
    mark: Kind
    status: str
    who: str
    when: str
    step: TaskStep | None


class BoxView(NamedTuple):
    """One box: rows of the open and the closed tasks shown, how many there are and are done, and the card's own words
    beside it. `is_done`: whether each closed one that is shown was done, and none set aside."""

    box: Box
    open: list[TaskRow]
    closed: list[TaskRow]
    total: int
    done: int
    is_done: bool
    part: content.CardPart | None

    @property
    def is_cut(self) -> bool:
        """Whether there are more tasks than are shown."""
        return self.total > len(self.open) + len(self.closed)


def row_of(actor: Person, task: Task) -> TaskRow:
    """A task, with its case and the names of its people loaded, as its row shows it to the actor."""
    return _row(actor, task, _name(task, "assignee"), _name(task, "department"), _name(task, "closed_by"))


@reads(Action.CASE_READ)
def open_rows(actor: Person, case: Case) -> list[TaskRow]:
    """Every open task of a case, by box; no duty of anyone else's."""
    return [row_of(actor, task) for task in tasks.of_case(actor, case) if not task.closed_at]


def _name(task: Task, column: str) -> str | None:
    return getattr(task, column).name if getattr(task, f"{column}_id") else None


def _row(actor: Person, task: Task, assignee: str | None, department: str | None, closer: str | None) -> TaskRow:
    if task.closed_at:
        when = marks.closed_by(task, closer)
        return TaskRow(task.ref, task, task.title, task.status, task.status.label, closer or "", when, None)
    mark, status = marks.mark_of(task), marks.words_of(task)
    if mark == TaskStatus.NOT_STARTED and marks.is_unowned(task):
        mark, status = Mark.UNOWNED, Mark.UNOWNED.label
    who = assignee or department or NOBODY
    return TaskRow(task.ref, task, task.title, mark, status, who, marks.day_of(task), step_of(actor, task))


@reads(Action.CASE_READ)
def boxes(actor: Person, case: Case, whole: str, opened: str = "") -> list[BoxView]:
    """The boxes with the tasks that come first in each: open before closed, what is late or due before what waits; a
    box where nothing is open comes last. The box named `whole` has all of its own, and the task `opened` is always
    there; no duty of anyone else's is."""
    found = _first_tasks.all(case=case.ref, whole=whole, actor=actor.ref, opened=opened)
    parts = {part.box: part for part in content.guide().part if part.box}
    by_box: dict[Box, list[Task]] = {box: [] for box in Box}
    for task in found:
        by_box[task.box].append(tasks.of(case, task))
    views = [_box(actor, box, shown, parts.get(box)) for box, shown in by_box.items()]
    return sorted(views, key=lambda view: not view.open)


@prepared
def _first_tasks(
    *, case: Parameter, whole: Parameter, actor: Parameter, opened: Parameter
) -> peewee.ModelSelect:  # fmt: skip
    in_box = {"partition_by": [Task.box]}
    first = [Task.closed_at.is_null(False), Task.due_on.is_null(), Task.due_on, Task.created_at, Task.ref]
    ranked = (
        Task.select(
            Task.ref,
            peewee.fn.ROW_NUMBER().over(order_by=first, **in_box).alias("place"),
            peewee.fn.COUNT(Task.ref).over(**in_box).alias("total"),
            peewee.fn.COUNT(Task.closed_at).over(**in_box).alias("done"),
        )
        .where(Task.case == case, policy.no_duty_of_others(policy.Asker(actor, "")))
        .alias("ranked")
    )
    is_first = (ranked.c.place <= SHOWN_OF_A_FULL_BOX) | (ranked.c.total <= FULL_BOX)
    names = (_named(Person, Task.assignee), _named(Department, Task.department), _named(Person, Task.closed_by))
    owners = [name.alias(called) for called, name in zip(("assigned_to", "lies_with", "closer"), names, strict=True)]
    counts = [ranked.c.total.alias("total"), ranked.c.done.alias("done")]
    return (
        Task.select(*SHOWN, *owners, *counts)
        .join(ranked, on=(Task.ref == ranked.c.ref), attr="ranked")
        .where(is_first | (Task.box == whole) | (Task.ref == opened))
        .order_by(ranked.c.place)
        .objects()
    )


def _named(model: type[Person] | type[Department], ref: peewee.Field) -> peewee.ModelSelect:
    named = model.alias()
    return named.select(named.name).where(named.ref == ref)


def _box(actor: Person, box: Box, shown: list[Task], part: content.CardPart | None) -> BoxView:
    rows = [_row(actor, task, task.assigned_to, task.lies_with, task.closer) for task in shown]
    closed = [row for row in rows if row.task.closed_at]
    return BoxView(
        box, [row for row in rows if not row.task.closed_at], closed, shown[0].total if shown else 0,
        shown[0].done if shown else 0, all(row.task.status == TaskStatus.DONE for row in closed), part,
    )  # fmt: skip
