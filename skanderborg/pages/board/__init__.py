"""The board: a row a case, a column a box (UX-36); and the flat list of open tasks behind the second tab."""

from typing import NamedTuple

import peewee

from ... import clock, policy
from ...domain import people, tasks
from ...domain.access import duties
from ...domain.paging import before, rows_a_page
from ...domain.verbs import reads
from ...kinds import Box, Phase, RelationKind, TaskStatus
from ...policy import Action
from ...store import events, keys
from ...store.cases import Case, Relation
from ...store.db import transaction
from ...store.people import Membership, Person
from ...store.work import Task
from . import rows
from .cells import Cell, cell_of
from .rows import KEPT_ROWS, CaseRow

__all__ = ["KEPT_ROWS", "Board", "BoardFilter", "BoxPage", "CaseRow", "Counts", "TaskPage", "box", "show", "task_list"]


class BoardFilter(NamedTuple):
    """What is asked for; everything that is said must hold."""

    mine: bool = False
    my_department: bool = False
    overdue: bool = False
    unowned: bool = False
    waiting: bool = False
    meetings: bool = False  # in this week
    untaken: bool = False  # suspicions that nobody has taken, which have no row otherwise
    phase: Phase | None = None
    primary_contact: str | None = None


class Counts(NamedTuple):
    """What is counted over all that the actor sees, whatever is asked for."""

    cases: int
    overdue: int
    unowned: int
    waiting: int
    meetings: int
    untaken: int


class Board(NamedTuple):
    """One page of the rows that were asked for, with the citizens' initials in the same order; how many there are."""

    rows: list[CaseRow]
    initials: list[str]
    found: int
    counts: Counts
    primary_contacts: list[tuple[str, str]]
    number: int
    pages: int


class TaskPage(NamedTuple):
    """Some of the open tasks; `number` from 1."""

    tasks: list[Task]
    total: int
    number: int
    pages: int
    primary_contacts: list[tuple[str, str]]


# ── the board ───────────────────────────────────────────────────────────────────────────────────────


@reads(Action.BOARD_READ)
def show(actor: Person, wanted: BoardFilter, number: int = 1) -> Board:
    """The board as the actor asked for it: acute cases first, then overdue ones, then the oldest."""
    seen = rows.seen_by(actor)
    ours = _ours(actor) if wanted.my_department else frozenset()
    fitting = [pair for pair in seen if _fits(pair[0], wanted, actor.ref, ours)]
    fitting.sort(key=lambda pair: (not pair[0].is_acute, not pair[0].overdue, pair[0].reported_at, pair[0].ref))
    pages = max(1, -(-len(fitting) // rows_a_page()))
    number = min(number, pages)
    page = fitting[before(number) : before(number + 1)]
    initials = rows.initials_of(case for _, case in page)
    events.looked_at_list(actor, "board:read", [row.ref for row, _ in page])
    return Board(
        [row for row, _ in page], initials, len(fitting), _counts([row for row, _ in seen]),
        _by_name({row.primary_contact for row, _ in seen if row.primary_contact[0]}),
        number, pages,
    )  # fmt: skip


def _counts(seen: list[CaseRow]) -> Counts:
    taken = [row for row in seen if not row.is_untaken]
    return Counts(
        len(taken), sum(row.overdue for row in taken), sum(row.unowned for row in taken),
        sum(row.waiting for row in taken), sum(row.meetings for row in taken), len(seen) - len(taken),
    )  # fmt: skip


def _by_name(contacts: set[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(contacts, key=lambda who: people.danish_order(who[1]))


def _fits(row: CaseRow, wanted: BoardFilter, me: str, ours: frozenset[str]) -> bool:
    return (
        row.is_untaken == wanted.untaken
        and (not wanted.mine or me == row.primary_contact[0] or me in row.owners | row.duties)
        and (not wanted.my_department or bool(ours & row.owners))
        and (not wanted.overdue or row.overdue > 0)
        and (not wanted.unowned or row.unowned > 0)
        and (not wanted.waiting or row.waiting > 0)
        and (not wanted.meetings or row.meetings > 0)
        and (wanted.phase is None or row.phase == wanted.phase)
        and (wanted.primary_contact is None or row.primary_contact[0] == wanted.primary_contact)
    )


def _ours(actor: Person) -> frozenset[str]:
    """Refs of the actor's departments and of everyone who works there."""
    pairs = Membership.select(Membership.department, Membership.person).where(
        Membership.department.in_(policy.my_departments(actor))
    )
    return frozenset(ref for pair in pairs.tuples() for ref in pair)


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
    of_box = rows.with_asked().where(Task.case == case.ref, Task.box == wanted)
    cell = cell_of(wanted, list(of_box), clock.today())
    return BoxPage(case, cell, shown, duties.progress(case.ref) if wanted == Box.SAFETY else None)


# ── the flat list ───────────────────────────────────────────────────────────────────────────────────


@reads(Action.BOARD_READ)
def task_list(actor: Person, wanted: BoardFilter, number: int) -> TaskPage:
    """One page of the open tasks of all open cases that the actor sees, the earliest deadline first."""
    size = rows_a_page()
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
    seen = rows.open_cases(actor, clock.now())
    contacts = {(case.contact, case.contact_name or "") for case in seen if case.contact}
    events.looked_at_list(actor, "board:task-list", [task.case_id for task in found])
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
        (wanted.waiting, Task.status == TaskStatus.WAITING),
        (wanted.phase is not None, Case.phase == wanted.phase),
        (wanted.primary_contact is not None, Case.ref.in_(held)),
    ]
    return [condition for is_asked, condition in asked if is_asked]
