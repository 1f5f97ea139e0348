"""Min afdeling: what waits too long with the staff of a department, for who heads it (decision 25).

A bare list: what kind, since when, how it stands and whose it is. Never the case, nor anything that names it; which
rows there are, policy/departments.py says.
"""

from datetime import date
from typing import NamedTuple

from .. import clock, policy
from ..domain import paging, people
from ..domain.my_department import reminded_today, row_for
from ..domain.tasks.marks import mark_of
from ..domain.verbs import verb
from ..kinds import Kind, Mark, TaskKind
from ..policy import Action
from ..store import events
from ..store.people import Absence, Person
from ..store.work import Request, Task

UNTOUCHED, UNTAKEN = "Ikke vurderet", "Ikke taget"


class WaitingLine(NamedTuple):
    """One thing that waits: `part` is «opgave» or «anmodning», `whose` the one who has it, whom one can ring."""

    part: str
    ref: str
    kind: Kind
    due_on: date | None
    state: str
    whose: str
    phone: str | None
    is_reminded: bool
    row: Task | Request


class AwayAlone(NamedTuple):
    """Someone of the staff who is away, and for whom nobody who is there stands in."""

    name: str
    to_on: date


class DepartmentPage(NamedTuple):
    """One page of what waits, the oldest first, and who is away without anyone."""

    lines: paging.Page
    gone: list[AwayAlone]


@verb(Action.DEPARTMENT_READ)
def index(actor: Person, number: int) -> DepartmentPage:
    """What the actor is told of by role; the look is written down."""
    rows = [*policy.tasks_of_department(actor), *policy.requests_of_department(actor)]
    rows.sort(key=lambda row: (row.due_on or date.max, row.ref))
    page = paging.part_of(rows, number)
    events.looked_at_list(actor, Action.DEPARTMENT_READ)
    return DepartmentPage(page._replace(rows=_lines(actor, page.rows)), _gone(actor))


def one(actor: Person, part: str, ref: str, action: Action) -> WaitingLine:
    """One of the lines on which the actor may do `action`. Raises NotFound, NotAllowed."""
    return _lines(actor, [row_for(actor, part, ref, action)])[0]


def _lines(actor: Person, rows: list[Task | Request]) -> list[WaitingLine]:
    reminded = reminded_today(rows)
    return [_line(policy.allow_in_department(row, actor), row.ref in reminded) for row in rows]


def _line(row: Task | Request, is_reminded: bool) -> WaitingLine:
    is_task, owner = isinstance(row, Task), getattr(row, "owner", None)
    whose = (
        owner.name if owner else f"{row.department.name} (hele afdelingen)" if row.department_id else Mark.UNOWNED.label
    )
    if is_task and owner and row.assignee_id is None:
        whose = f"{Mark.UNOWNED.label}. Tovholder: {owner.name}"
    return WaitingLine(
        "opgave" if is_task else "anmodning", row.ref, row.kind if is_task else TaskKind.REQUEST, row.due_on,
        _state(row), whose, owner.phone if owner else None, is_reminded, row,
    )  # fmt: skip


def _state(row: Task | Request) -> str:
    if policy.may_be_given(row):
        return UNTAKEN
    if isinstance(row, Request):
        return Mark.OVERDUE.label
    is_untouched = row.kind == TaskKind.SAFETY and (row.danger_at is not None or row.assessed_on is None)
    return UNTOUCHED if is_untouched else mark_of(row).label


def _gone(actor: Person) -> list[AwayAlone]:
    today = clock.today()
    away = (
        Person.select(Person, Absence.to_on)
        .join(Absence, on=(Absence.person == Person.ref), attr="absence")
        .where(Absence.covers(today), Person.disabled_at.is_null())
        .where(policy.heads(actor, Person.ref))
    )
    found = sorted(away, key=lambda person: people.danish_order(person.name))
    return [AwayAlone(one.name, one.absence.to_on) for one in found if len(people.with_substitutes([one], today)) == 1]
