"""What the tick does about a critical date: before it safety is assessed and a letter goes out, after it a question is
asked. Running it late, or twice, does it once."""

from datetime import date, datetime

from ... import clock, policy
from ...addresses import Place
from ...kinds import DeadlineKind, LetterKind, TaskKind
from ...mail import outbox
from ...policy import SYSTEM
from ...store.cases import Case
from ...store.critical_dates import CriticalDate
from ...store.db import Table
from ...store.people import Person
from ...store.work import Deadline, Task
from .. import access, critical_dates
from ..reminders import reminded
from ..reminders.reach import once, reach, side
from ..tasks import safety
from . import answering

OF_DATES = (DeadlineKind.DATE_AHEAD, DeadlineKind.DATE_PASSED)


def owe(row: Deadline, now: datetime) -> int | None:
    """Owe the letters of one that fell due; None where the date was called off, answered, or is no more ahead."""
    found, today = CriticalDate.get_by_id(row.about.rpartition(":")[2]), clock.today(now)
    if found.cancelled_at or found.answered_at:
        return None
    if row.kind == DeadlineKind.DATE_PASSED:
        return _ask(row, found, now)
    return _warn(row, found, now) if found.on >= today else None


def _warn(row: Deadline, found: CriticalDate, now: datetime) -> int:
    """Of several dates of a case that come to be told on one morning one letter: it opens the list of them."""
    today = clock.today(now)
    if not _is_assessed_since(row.case, critical_dates.assess_on(found.kind, found.on)):
        safety.fall_due_by(SYSTEM, row.case, today)
    return sum(
        _put(LetterKind.DATE_AHEAD, person, row, row.case, f"date:{row.case_id}:{today}", Place.CRITICAL_DATES)
        for person in _told(row.case, now)
    )


def _is_assessed_since(case: Case, day: date) -> bool:
    of_case = Task.select(Task.ref).where(Task.case == case.ref, Task.kind == TaskKind.SAFETY)
    return of_case.where(Task.assessed_on >= day, Task.closed_at.is_null()).exists()


def _ask(row: Deadline, found: CriticalDate, now: datetime) -> int:
    task = answering.ask(SYSTEM, row.case, found)
    told = reminded.of_case_work(row.case, now)
    return sum(_put(LetterKind.DATE_PASSED, person, task, row.case, f"deadline:{row.ref}") for person in told)


def _told(case: Case, now: datetime) -> list[Person]:
    """The tovholder and the resource persons, or who is next in turn."""
    others = reach(side(access.resource_persons_on(case.ref), case), case, clock.today(now))
    return once(reminded.of_case_work(case, now) + others)


def _put(kind: LetterKind, person: Person, about: Table, case: Case, key: str, opens: Place | None = None) -> bool:
    if not policy.opens(person, case):
        kind, opens = LetterKind.NOBODY_PRESENT, Place.DEPARTMENT
    return outbox.put(kind, person, key=key, about=about, opens=opens)
