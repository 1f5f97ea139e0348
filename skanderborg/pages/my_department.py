"""Min afdeling: what waits in a department and with its staff, and who is away, for who heads it (decision 25).

A bare list: what kind, since when, how it stands and whose it is. Never the case, nor anything that names it; which
rows there are, policy/departments.py says.
"""

from datetime import date, timedelta
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..domain import paging, people
from ..domain.access import impartiality
from ..domain.emergency import signing
from ..domain.my_department import reminded_today, row_for
from ..domain.oversight import reviews
from ..domain.retention import deciding
from ..domain.tasks.marks import mark_of
from ..domain.verbs import verb
from ..kinds import Kind, Mark, RelationKind, TaskKind
from ..policy import Action
from ..store import events
from ..store.cases import Relation
from ..store.insight import Insight
from ..store.people import Absence, Person
from ..store.work import Request, Task

AHEAD = timedelta(days=14)
UNTOUCHED, UNTAKEN = "Ikke vurderet", "Ikke taget"


class WaitingLine(NamedTuple):
    """One thing that waits: `part` is «opgave» or «anmodning», `whose` the one who has it, whom one can ring."""

    part: str
    ref: str
    kind: Kind
    due_on: date | None
    mark: Kind
    state: str
    whose: str
    phone: str | None
    is_reminded: bool
    row: Task | Request


class AwaySoon(NamedTuple):
    """Someone of the staff who is away in the days to come, and who stands in then; None: nobody who is there."""

    name: str
    from_on: date
    to_on: date
    stands_in: str | None


class DepartmentPage(NamedTuple):
    """One page of what waits in `departments`, the oldest first, who is away, and how many declarations, cases to be
    erased, and people to confirm, wait for a decision, how many requests for insight of the staff's cases are not
    answered in time, and how many uses of the emergency access nobody has looked at."""

    lines: paging.Page
    away: list[AwaySoon]
    to_decide: int
    to_erase: int
    to_review: int
    late_insights: int
    to_sign: int
    departments: list[str]


@verb(Action.DEPARTMENT_READ)
def index(actor: Person, number: int) -> DepartmentPage:
    """What waits in the departments that the actor heads, and with their staff; the look is written down."""
    rows = [*policy.tasks_of_department(actor), *policy.requests_of_department(actor)]
    rows.sort(key=lambda row: (row.due_on or date.max, row.ref))
    page = paging.part_of(rows, number)
    events.looked_at_list(actor, Action.DEPARTMENT_READ, [row.case_id for row in page.rows])
    return DepartmentPage(page._replace(rows=_lines(actor, page.rows)), *_staff(actor))


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
        _mark(row), _state(row), whose, owner.phone if owner else None, is_reminded, row,
    )  # fmt: skip


def _mark(row: Task | Request) -> Kind:
    """How it stands, as the badge has it."""
    if row.due_on and row.due_on < clock.today():
        return Mark.OVERDUE
    if isinstance(row, Request):
        return row.status
    return Mark.TO_ASSESS if _is_untouched(row) else mark_of(row)


def _state(row: Task | Request) -> str:
    if policy.may_be_given(row):
        return UNTAKEN
    return UNTOUCHED if isinstance(row, Task) and _is_untouched(row) else _mark(row).label


def _is_untouched(task: Task) -> bool:
    return task.kind == TaskKind.SAFETY and (task.danger_at is not None or task.assessed_on is None)


# ── who is away ─────────────────────────────────────────────────────────────────────────────────────


def _late_insights(actor: Person) -> peewee.ModelSelect:
    """How many requests for insight are late, of the cases of which the actor's staff is tovholder."""
    held = (Relation.kind == RelationKind.PRIMARY_CONTACT) & Relation.until_at.is_null()
    return (
        Insight.select(peewee.fn.COUNT(Insight.ref))
        .join(Relation, on=(Relation.case == Insight.case) & held)
        .where(Insight.ended_at.is_null(), Insight.due_on < clock.today(), policy.heads(actor, Relation.person))
        .where(~policy.is_excluded(actor.ref, Insight.case))
    )


WAITS = (  # what waits for a manager, in the order in which DepartmentPage counts it
    (Action.IMPARTIALITY_DECIDE, impartiality.how_many), (Action.RETENTION_DECIDE, deciding.how_many),
    (Action.ACCESS_REVIEW, reviews.how_many), (Action.DEPARTMENT_READ, _late_insights),
    (Action.EMERGENCY_SIGN, signing.how_many),
)  # fmt: skip


def _staff(actor: Person) -> tuple[Any, ...]:
    """Each absence of the staff that falls in the next two weeks, the first to begin first; how many of each kind in
    WAITS wait for the actor; and which departments these are. One query."""
    today = clock.today()
    ahead = (Absence.to_on >= today) & (Absence.from_on <= today + AHEAD)
    waits = [how_many(actor) if policy.may(actor, action) else peewee.SQL("0") for action, how_many in WAITS]
    is_mine = peewee.Case(None, [(policy.heads(actor, Person.ref), 1)], 0)
    columns = (Person.ref, Person.name, Person.substitute, Absence.from_on, Absence.to_on, is_mine, *waits)
    found = list(
        Person.select(*columns, policy.departments_headed_by(actor))
        .join(Absence, peewee.JOIN.LEFT_OUTER, on=(Absence.person == Person.ref) & ahead)
        .where(Person.disabled_at.is_null())
        .tuples()
    )
    house = {ref: (name, substitute) for ref, name, substitute, *_ in found}
    gone = [(ref, from_on, to_on) for ref, _, _, from_on, to_on, *_ in found if from_on]
    away = [AwaySoon(name, from_on, to_on, _who_stands_in(ref, max(from_on, today), house, gone))
            for ref, name, _, from_on, to_on, mine, *_ in found if from_on and mine]  # fmt: skip
    away.sort(key=lambda one: (one.from_on, people.danish_order(one.name)))
    first: tuple[Any, ...] = found[0][len(columns) - len(WAITS) :] if found else (*[0] * len(WAITS), "")
    *counts, departments = first
    return away, *counts, sorted((departments or "").splitlines(), key=people.danish_order)


def _who_stands_in(
    ref: str, day: date, house: dict[str, tuple[str, str | None]], gone: list[tuple[str, date, date]]
) -> str | None:
    """The name of who stands in on a day, as people.with_substitutes finds it, from what is read already."""
    away = {one for one, first, last in gone if first <= day <= last}
    passed, following = {ref}, house[ref][1]
    while following in house and following not in passed:
        if following not in away:
            return house[following][0]
        passed.add(following)
        following = house[following][1]
    return None
