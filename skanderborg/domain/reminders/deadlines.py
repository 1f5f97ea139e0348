"""Something of a case runs out: a protected address, a consent, the review of a warning, a decision; or a critical date
comes and goes.

A row is written with what runs out; a tick turns each that is due and still holds into a letter to the tovholder, or
does what is to be done about a date (critical_dates/falling_due.py).
"""

from datetime import date, datetime, timedelta

from ... import clock, policy
from ...addresses import Place
from ...kinds import DeadlineKind, LetterKind
from ...mail import outbox
from ...store.db import Table, insert
from ...store.people import Person
from ...store.work import Deadline
from .. import rules
from ..critical_dates import falling_due
from . import reminded, tick

PLACES = {
    DeadlineKind.ADDRESS_EXPIRES: Place.SAFETY,
    DeadlineKind.WARNING_REVIEW: Place.SAFETY,
    DeadlineKind.CONSENT_EXPIRES: Place.SHARING,
    DeadlineKind.INFORM_AGAIN: Place.INFORMING,
    DeadlineKind.INSIGHT_DUE: Place.INSIGHT,
}
AHEAD_DAYS = {DeadlineKind.INFORM_AGAIN: 0, DeadlineKind.INSIGHT_DUE: 7}  # … where it is not `deadline_ahead_days`
OUTLIVES_CASE = {DeadlineKind.INSIGHT_DUE}


def plan(kind: DeadlineKind, about: Table, runs_out_on: date | None) -> None:
    """Remind the tovholder `deadline_ahead_days` (or AHEAD_DAYS) before `runs_out_on`, in place of what was planned for
    the row before.

    Less time than that: on the next working morning. None, or a day that has passed, only withdraws. Must run inside
    the transaction of what it tells of (REL-20).
    """
    now = clock.now()
    if runs_out_on is None or runs_out_on < clock.today(now):
        void(about)
        return
    ahead = timedelta(days=AHEAD_DAYS.get(kind, rules.current().deadline_ahead_days))
    plan_each(about, {kind: _ahead_of(runs_out_on, ahead, now)})


def plan_each(about: Table, due: dict[DeadlineKind, datetime]) -> None:
    """Let each of these fall due at its instant, at once where that has passed, in place of what was planned for the
    row before. Must run inside the transaction of what it tells of (REL-20)."""
    void(about)
    now = clock.now()
    for kind, due_at in due.items():
        columns = {"kind": kind, "case": about.__data__["case"], "created_at": now, "due_at": max(due_at, now)}
        insert(Deadline, about=name_of(about), **columns)


def _ahead_of(runs_out_on: date, ahead: timedelta, now: datetime) -> datetime:
    current = rules.current()
    day = runs_out_on - ahead
    if not clock.is_working_day(day):
        day = clock.add_working_days(day, -1)
    at = clock.next_valid_instant(day, current.meeting_ahead_at)
    return at if at > now else clock.next_working_morning(now, current.office_opens)


def is_planned(about: Table) -> bool:
    """Whether anything was ever planned for the row."""
    return Deadline.select(Deadline.ref).where(Deadline.about == name_of(about)).exists()


def void(about: Table) -> None:
    """Withdraw what was planned for the row, and its letters that were not sent."""
    now = clock.now()
    for row in list(Deadline.select().where(Deadline.about == name_of(about), Deadline.void_at.is_null())):
        outbox.void(row)
        if row.owed_at is None:
            Deadline.update(void_at=now).where(Deadline.ref == row.ref, *tick.to_come(Deadline)).execute()


def owe_due(now: datetime) -> int:
    """Turn every deadline that is due at `now` into letters; see `tick.owe_due`. A closed case reminds of nothing but
    what OUTLIVES_CASE."""
    return tick.owe_due(Deadline, now, _owe)


def _owe(row: Deadline, now: datetime) -> int | None:
    if row.case.closed_at is not None and row.kind not in OUTLIVES_CASE:
        return None
    if row.kind in falling_due.OF_DATES:
        return falling_due.owe(row, now)
    return sum(_put_letter(row, person) for person in reminded.of_case_work(row.case, now))


def _put_letter(row: Deadline, person: Person) -> bool:
    opens = policy.opens(person, row.case)
    kind, place = (
        (LetterKind.CASE_DEADLINE, PLACES[row.kind]) if opens else (LetterKind.NOBODY_PRESENT, Place.DEPARTMENT)
    )
    return outbox.put(kind, person, key=f"deadline:{row.ref}", about=row, opens=place, due_at=row.due_at)


def name_of(about: Table) -> str:
    """What a row is called where another names it: «order:<ref>»."""
    return f"{about._meta.table_name}:{about.ref}"
