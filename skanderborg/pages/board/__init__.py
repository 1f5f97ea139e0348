"""The board: a row a case, a column a box; and the flat list of open tasks behind the second tab (UX-36).

Who sees which rows is asked anew each time. What a row says follows from the case's stamp, the day, its next meeting,
since when it is silent and what contacts and departments are called, so it is worked out once and kept
(decision 23). A row holds no citizen's name.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...domain import access, editions, people, rules, silence, tasks
from ...domain.access import duties
from ...domain.tasks.marks import is_duty, is_overdue, is_unowned
from ...domain.verbs import reads
from ...kinds import Box, CaseKind, MeetingStatus, Phase, RelationKind
from ...policy import Action
from ...store import events, keys
from ...store.cases import Case, Relation
from ...store.db import transaction
from ...store.people import Department, Membership, Person
from ...store.prepared import Parameter, prepared
from ...store.work import Meeting, Request, Task
from .cells import Cell, cell_of

KEPT_ROWS = 1_000


class BoardFilter(NamedTuple):
    """What is asked for; everything that is said must hold."""

    mine: bool = False
    my_department: bool = False
    overdue: bool = False
    unowned: bool = False
    phase: Phase | None = None
    primary_contact: str | None = None


@dataclass(frozen=True, eq=False)
class CaseRow:
    """What the board says of one case. The same row, unchanged, is the same object."""

    ref: str
    code: str
    phase: Phase
    stage: str  # the phase in words, or that it is about sparring only
    is_acute: bool
    reported_at: Any  # as stored, to sort by
    primary_contact: tuple[str, str]  # ref and name; empty while nobody is
    meeting: str
    silent: str  # «Stille siden 30. okt.», or nothing
    cells: tuple[Cell, ...]
    owners: frozenset[str]  # refs of the people and departments that owe something here …
    duties: frozenset[str]  # … and of those with a personal duty, to find one's own by and never anyone else's
    overdue: int
    unowned: int


class Board(NamedTuple):
    """The rows that were asked for, and what is counted over all that the actor sees."""

    rows: list[CaseRow]
    cases: int
    overdue: int
    unowned: int
    primary_contacts: list[tuple[str, str]]


class TaskPage(NamedTuple):
    """Some of the open tasks; `number` from 1."""

    tasks: list[Task]
    total: int
    number: int
    pages: int
    primary_contacts: list[tuple[str, str]]


# ── the board ───────────────────────────────────────────────────────────────────────────────────────


@reads(Action.BOARD_READ)
def show(actor: Person, wanted: BoardFilter) -> Board:
    """The board as the actor asked for it: acute cases first, then overdue ones, then the oldest."""
    rows = _rows(actor)
    ours = _ours(actor) if wanted.my_department else frozenset()
    shown = [row for row in rows if _fits(row, wanted, actor.ref, ours)]
    events.looked_at_list(actor, "board:read")
    return Board(
        sorted(shown, key=lambda row: (not row.is_acute, not row.overdue, row.reported_at, row.ref)),
        len(rows), sum(row.overdue for row in rows), sum(row.unowned for row in rows),
        _by_name({row.primary_contact for row in rows if row.primary_contact[0]}),
    )  # fmt: skip


def _by_name(contacts: set[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(contacts, key=lambda who: people.danish_order(who[1]))


def _fits(row: CaseRow, wanted: BoardFilter, me: str, ours: frozenset[str]) -> bool:
    return (
        (not wanted.mine or me == row.primary_contact[0] or me in row.owners | row.duties)
        and (not wanted.my_department or bool(ours & row.owners))
        and (not wanted.overdue or row.overdue > 0)
        and (not wanted.unowned or row.unowned > 0)
        and (wanted.phase is None or row.phase == wanted.phase)
        and (wanted.primary_contact is None or row.primary_contact[0] == wanted.primary_contact)
    )


def _ours(actor: Person) -> frozenset[str]:
    """Refs of the actor's departments and of everyone who works there."""
    pairs = Membership.select(Membership.department, Membership.person).where(
        Membership.department.in_(policy.my_departments(actor))
    )
    return frozenset(ref for pair in pairs.tuples() for ref in pair)


# ── rows, kept ──────────────────────────────────────────────────────────────────────────────────────


class _Stored(NamedTuple):
    """An open case as the database keeps it, in the order of the query's columns."""

    ref: str
    code: str
    phase: str
    kind: str
    is_acute: bool
    reported_at: Any
    stamp: int
    meeting_at: Any
    contact: str | None
    contact_name: str | None
    silent_since: date | None


_kept: OrderedDict[tuple[Any, ...], CaseRow] = OrderedDict()
_kept_lock = Lock()


def _rows(actor: Person) -> list[CaseRow]:
    """A row for every open case that the actor sees and that someone has taken."""
    now = clock.now()
    today, names = clock.today(now), editions.read()
    found = {_key(case, today, names): case for case in _open_cases(actor, now)}
    with _kept_lock:
        rows = {key: _kept[key] for key in found if key in _kept}
    rows |= _made({key: case for key, case in found.items() if key not in rows}, today)
    with _kept_lock:
        for key, row in rows.items():
            _kept[key] = row
            _kept.move_to_end(key)
        while len(_kept) > KEPT_ROWS:
            _kept.popitem(last=False)
    return list(rows.values())


def _key(case: _Stored, today: date, names: Any) -> tuple[Any, ...]:
    return case.ref, case.stamp, today, case.meeting_at, case.silent_since, names


def _open_cases(actor: Person, now: datetime) -> list[_Stored]:
    today = clock.today(now)
    rows = _taken_and_open.stored(policy.shape_of(actor), actor=actor.ref, now=now)
    return [_Stored._make([*row[:10], _silent_since(row[10:], today)]) for row in rows]


def _silent_since(row: tuple[Any, ...], today: date) -> date | None:
    is_quiet, *heard = row
    told = silence.Heard(*heard)
    return told.since() if is_quiet and told.falls_due() <= today else None


@prepared
def _taken_and_open(roles: str, *, actor: Parameter, now: Parameter) -> Any:
    next_meeting = Meeting.select(peewee.fn.MIN(Meeting.starts_at)).where(
        Meeting.case == Case.ref, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > now
    )
    return (
        Case.select(Case.ref, Case.code, Case.phase, Case.kind, Case.is_acute, Case.reported_at, Case.board_stamp,
                    next_meeting, Person.ref, Person.name,
                    peewee.Case(None, [(silence.is_quiet(now), 1)], 0), *silence.columns(Case.ref))
        .join(Relation, peewee.JOIN.LEFT_OUTER, on=access.is_primary_contact())
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Relation.person == Person.ref))
        .where(policy.sees_case(policy.Asker(actor, roles)), Case.closed_at.is_null(), Case.claimed_at.is_null(False))
    )  # fmt: skip


def _made(found: dict[tuple[Any, ...], _Stored], today: date) -> dict[tuple[Any, ...], CaseRow]:
    """Rows worked out anew: two queries, however many."""
    if not found:
        return {}
    refs = [case.ref for case in found.values()]
    keys.preload({f"case:{ref}" for ref in refs})
    by_case: dict[str, list[Task]] = {ref: [] for ref in refs}
    for task in _with_asked().where(Task.case.in_(refs)):
        by_case[task.case_id].append(task)
    return {key: _row(case, by_case[case.ref], today) for key, case in found.items()}


def _with_asked() -> peewee.ModelSelect:
    """Tasks with their owners' names and, behind a request, the department (`asked`) and the `basis`, as a cell wants
    them."""
    asked = Department.select(Department.name).join(Request, on=(Request.department == Department.ref))
    basis = Request.select(Request.basis)
    named = {"asked": asked, "basis": basis}
    behind = [column.where(Request.task == Task.ref).alias(name) for name, column in named.items()]
    return tasks.with_owners(Task.select(Task, *behind))


def _row(case: _Stored, found: list[Task], today: date) -> CaseRow:
    still_open = [task for task in found if task.closed_at is None]
    meeting_at, phase = Meeting.starts_at.python_value(case.meeting_at), Phase(case.phase)
    return CaseRow(
        ref=case.ref,
        code=case.code,
        phase=phase,
        stage=phase.label if case.kind == CaseKind.FULL else CaseKind(case.kind).label,
        is_acute=case.is_acute,
        reported_at=case.reported_at,
        primary_contact=(case.contact or "", case.contact_name or ""),
        meeting=f"Møde {clock.short_moment(meeting_at)}" if meeting_at else "Intet møde planlagt",
        silent=silence.words(case.silent_since) if case.silent_since else "",
        cells=tuple(cell_of(box, [task for task in found if task.box == box], today) for box in Box),
        owners=frozenset(task.assignee_id or task.department_id or "" for task in still_open if not is_duty(task))
        - {""},
        duties=frozenset(task.assignee_id for task in still_open if is_duty(task)),
        overdue=sum(is_overdue(task, today) for task in still_open),
        unowned=sum(is_unowned(task) for task in still_open),
    )


# ── one box of one case ─────────────────────────────────────────────────────────────────────────────


class BoxPage(NamedTuple):
    """One box of a case: what it comes to on the board, its tasks with all that can be done with them, and beside the
    box of safety how far those on the case are with their duty towards the children."""

    case: Case
    cell: Cell
    tasks: list[Task]
    duties: duties.Progress | None


@transaction
def box(actor: Person, case_ref: str, wanted: Box) -> BoxPage:
    """One box of a case. Raises NotFound."""
    case = policy.case_for(actor, case_ref, Action.CASE_READ)
    events.looked(actor, "board:box-read", case)
    shown = [task for task in tasks.of_case(actor, case) if task.box == wanted]
    of_box = _with_asked().where(Task.case == case.ref, Task.box == wanted)
    cell = cell_of(wanted, list(of_box), clock.today())
    return BoxPage(case, cell, shown, duties.progress(case.ref) if wanted == Box.SAFETY else None)


# ── the flat list ───────────────────────────────────────────────────────────────────────────────────


@reads(Action.BOARD_READ)
def task_list(actor: Person, wanted: BoardFilter, number: int) -> TaskPage:
    """One page of the open tasks of all open cases that the actor sees, the earliest deadline first."""
    size = rules.current().rows_a_page
    query = (
        tasks.with_owners(policy.parts(actor, Task))
        .select_extend(peewee.fn.COUNT(Task.ref).over().alias("total"))
        .where(
            policy.sees_case(actor),
            policy.no_duty_of_others(actor),
            Case.closed_at.is_null(),
            Task.closed_at.is_null(),
            *_conditions(actor, wanted),
        )
        .order_by(Task.due_on.asc(nulls="LAST"), Task.created_at, Task.ref)
        .paginate(number, size)
    )
    found = [policy.allow_part(task, actor) for task in query]
    keys.preload({f"case:{task.case_id}" for task in found})
    total = found[0].total if found else 0
    contacts = {(case.contact, case.contact_name or "") for case in _open_cases(actor, clock.now()) if case.contact}
    events.looked_at_list(actor, "board:task-list")
    return TaskPage(found, total, number, max(1, -(-total // size)), _by_name(contacts))


def _conditions(actor: Person, wanted: BoardFilter) -> list[peewee.Expression]:
    ours = policy.my_departments(actor)
    colleagues = Membership.select(Membership.person).where(Membership.department.in_(ours))
    held = Relation.select(Relation.case).where(
        Relation.person == wanted.primary_contact,
        Relation.kind == RelationKind.PRIMARY_CONTACT,
        Relation.until_at.is_null(),
    )
    today = clock.today()
    asked = [
        (wanted.mine, Task.assignee == actor.ref),
        (wanted.my_department, Task.assignee.in_(colleagues) | Task.assignee.is_null() & Task.department.in_(ours)),
        (wanted.overdue, Task.due_on < today),
        (wanted.unowned, Task.assignee.is_null() & Task.department.is_null()),
        (wanted.phase is not None, Case.phase == wanted.phase),
        (wanted.primary_contact is not None, Case.ref.in_(held)),
    ]
    return [condition for is_asked, condition in asked if is_asked]
