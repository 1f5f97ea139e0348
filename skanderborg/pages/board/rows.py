"""The rows of the board, worked out once and kept (decision 23).

What a row says follows from the case's stamp, the day, its meetings, since when it is silent and what contacts and
departments are called. Who sees which rows is asked anew each time. A row holds nothing of a citizen: the initials are
read beside it, for the one who looks.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...domain import access, editions, rules, silence, tasks
from ...domain.cases import identity
from ...domain.tasks.marks import is_duty, is_overdue, is_unowned
from ...domain.verbs import reads
from ...kinds import Box, CaseKind, MeetingStatus, Phase, ReferralWay, TaskStatus
from ...policy import Action
from ...store import keys
from ...store.cases import Case, Party, Relation
from ...store.people import Department, Person
from ...store.prepared import Parameter, prepared
from ...store.work import Meeting, Referral, Request, Task
from .cells import GAP, Cell, cell_of

KEPT_ROWS = 1_000
PHASES = list(Phase)


@dataclass(frozen=True, eq=False)
class CaseRow:
    """What the board says of one case. The same row, unchanged, is the same object."""

    ref: str
    code: str
    phase: Phase
    stage: str  # the phase with its number, or that it is about sparring only
    is_acute: bool
    is_untaken: bool  # a suspicion that nobody has taken: no tasks yet
    reported_at: Any  # as stored, to sort by
    primary_contact: tuple[str, str]  # ref and name; empty while nobody is
    contact: str  # the name in short
    meeting: str  # when the next one is, or that there is none
    has_meeting: bool
    silent: str  # «Stille siden 30. okt.», or nothing
    cells: tuple[Cell, ...]
    owners: frozenset[str]  # refs of the people and departments that owe something here …
    duties: frozenset[str]  # … and of those with a personal duty, to find one's own by and never anyone else's
    overdue: int
    unowned: int
    waiting: int
    meetings: int  # until the end of the week


class OpenCase(NamedTuple):
    """An open case as the database keeps it, in the order of the query's columns."""

    ref: str
    code: str
    phase: str
    kind: str
    is_acute: bool
    is_untaken: int
    reported_at: Any
    stamp: int
    meeting_at: Any
    meetings: int
    contact: str | None
    contact_name: str | None
    citizen: str | None
    citizen_name: Any  # sealed
    silent_since: date | None

    @property
    def initials(self) -> str:
        """The citizen's initials, opened now."""
        if self.citizen is None:
            return identity.NAMELESS
        return identity.initials(Party.name.read({"ref": self.citizen, "case": self.ref}, self.citizen_name))


_kept: OrderedDict[tuple[Any, ...], CaseRow] = OrderedDict()
_kept_lock = Lock()


@reads(Action.BOARD_READ)
def seen_by(actor: Person) -> list[tuple[CaseRow, OpenCase]]:
    """A row for every open case that the actor sees, beside what the database keeps of it."""
    now = clock.now()
    today, names = clock.today(now), editions.read()
    found = {_key(case, today, names): case for case in open_cases(actor, now)}
    with _kept_lock:
        rows = {key: _kept[key] for key in found if key in _kept}
    rows |= _made({key: case for key, case in found.items() if key not in rows}, today)
    with _kept_lock:
        for key, row in rows.items():
            _kept[key] = row
            _kept.move_to_end(key)
        while len(_kept) > KEPT_ROWS:
            _kept.popitem(last=False)
    return [(row, found[key]) for key, row in rows.items()]


def _key(case: OpenCase, today: date, names: Any) -> tuple[Any, ...]:
    return case.ref, case.stamp, today, case.meeting_at, case.meetings, case.silent_since, names


def open_cases(actor: Person, now: datetime) -> list[OpenCase]:
    """Every open case that the actor sees, also a suspicion that nobody has taken."""
    today = clock.today(now)
    rows = _open.stored(policy.shape_of(actor), actor=actor.ref, now=now, week_ends=_end_of_week(today))
    patience = rules.current().silent_after_days
    return [OpenCase._make((*row[:14], _silent_since(row[14:], today, patience))) for row in rows]


def _end_of_week(today: date) -> datetime:
    monday = today + timedelta(days=7 - today.weekday())
    return clock.next_valid_instant(monday, datetime.min.time())


@lru_cache(maxsize=KEPT_ROWS)
def _silent_since(row: tuple[Any, ...], today: date, _patience: int) -> date | None:
    """Since when a case is silent, if it is: reckoned from instants, and the same all day."""
    is_quiet, *heard = row
    told = silence.Heard(*heard)
    return told.since() if is_quiet and told.falls_due() <= today else None


@prepared
def _open(roles: str, *, actor: Parameter, now: Parameter, week_ends: Parameter) -> Any:
    meetings = Meeting.select().where(
        Meeting.case == Case.ref, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > now
    )
    outer = peewee.JOIN.LEFT_OUTER
    return (
        Case.select(Case.ref, Case.code, Case.phase, Case.kind, Case.is_acute,
                    peewee.Case(None, [(Case.claimed_at.is_null(), 1)], 0), Case.reported_at, Case.board_stamp,
                    meetings.select(peewee.fn.MIN(Meeting.starts_at)),
                    meetings.select(peewee.fn.COUNT(Meeting.ref)).where(Meeting.starts_at < week_ends),
                    Person.ref, Person.name, Party.ref, Party.name,
                    peewee.Case(None, [(silence.is_quiet(now), 1)], 0), *silence.columns(Case.ref))
        .join(Relation, outer, on=access.is_primary_contact())
        .join(Person, outer, on=(Relation.person == Person.ref))
        .join_from(Case, Party, outer, on=identity.is_citizen())
        .where(policy.sees_case(policy.Asker(actor, roles)), Case.closed_at.is_null())
    )  # fmt: skip


def initials_of(cases: Iterable[OpenCase]) -> list[str]:
    """The initials of the citizens of some cases; their keys are fetched at once."""
    shown = list(cases)
    keys.preload({f"case:{case.ref}" for case in shown})
    return [case.initials for case in shown]


def _made(found: dict[tuple[Any, ...], OpenCase], today: date) -> dict[tuple[Any, ...], CaseRow]:
    """Rows worked out anew: two queries, however many."""
    if not found:
        return {}
    refs = [case.ref for case in found.values()]
    keys.preload({f"case:{ref}" for ref in refs})
    by_case: dict[str, list[Task]] = {ref: [] for ref in refs}
    for task in with_asked().where(Task.case.in_(refs)):
        by_case[task.case_id].append(task)
    return {key: _row(case, by_case[case.ref], today) for key, case in found.items()}


def with_asked() -> peewee.ModelSelect:
    """Tasks with their owners' names and what a cell wants to know of what stands behind them: of a request the
    department (`asked`) and the `basis`, of a referral whether the citizen `declined`."""
    asked = Department.select(Department.name).join(Request, on=(Request.department == Department.ref))
    behind = {
        "asked": asked.where(Request.task == Task.ref),
        "basis": Request.select(Request.basis).where(Request.task == Task.ref),
        "declined": Referral.select(peewee.fn.MAX(Referral.way)).where(
            Referral.task == Task.ref, Referral.way == ReferralWay.DECLINED
        ),
    }
    return tasks.with_owners(Task.select(Task, *(column.alias(name) for name, column in behind.items())))


def _row(case: OpenCase, found: list[Task], today: date) -> CaseRow:
    still_open = [task for task in found if task.closed_at is None]
    meeting_at, phase = Meeting.starts_at.python_value(case.meeting_at), Phase(case.phase)
    return CaseRow(
        ref=case.ref,
        code=case.code,
        phase=phase,
        stage=f"{PHASES.index(phase) + 1} {phase.label}" if case.kind == CaseKind.FULL else CaseKind(case.kind).label,
        is_acute=case.is_acute,
        is_untaken=bool(case.is_untaken),
        reported_at=case.reported_at,
        primary_contact=(case.contact or "", case.contact_name or ""),
        contact=_in_short(case.contact_name) if case.contact_name else "ingen tovholder",
        meeting=_day_of(meeting_at, today) if meeting_at else "intet møde",
        has_meeting=meeting_at is not None,
        silent=silence.words(case.silent_since) if case.silent_since else "",
        cells=tuple(cell_of(box, [task for task in found if task.box == box], today) for box in Box),
        owners=frozenset(task.assignee_id or task.department_id or "" for task in still_open if not is_duty(task))
        - {""},
        duties=frozenset(task.assignee_id for task in still_open if is_duty(task)),
        overdue=sum(is_overdue(task, today) for task in still_open),
        unowned=sum(is_unowned(task) for task in still_open),
        waiting=sum(task.status == TaskStatus.WAITING for task in still_open),
        meetings=case.meetings,
    )  # fmt: skip


def _in_short(name: str) -> str:
    """«Solveig Sand» as «Solveig S.»."""
    first, *rest = name.split()
    return f"{first}{GAP}{rest[-1][0]}." if rest else first


def _day_of(meeting_at: datetime, today: date) -> str:
    local = clock.local(meeting_at)
    return f"i dag kl. {clock.hhmm(local.time())}" if local.date() == today else clock.short_date(local.date())
