"""Reminders: rows written at planning, which a tick turns into letters when they fall due and still hold."""

import json
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

import peewee

from ... import clock, policy
from ...addresses import Place
from ...kinds import LetterKind, MeetingStatus, Phase, ReminderKind, RequestStatus
from ...mail import outbox
from ...settings import Defaults
from ...store.cases import Case
from ...store.db import insert
from ...store.outbox import OutboxLetter
from ...store.people import Person
from ...store.work import Meeting, Reminder, Request
from .. import rules
from . import reminded, tick

OVER = (RequestStatus.ANSWERED, RequestStatus.READ, RequestStatus.WITHDRAWN)


# ── planning, inside the transaction of what it is about (REL-20) ───────────────────────────────────


def plan_for_meeting(meeting: Meeting, participants: Iterable[Person], defaults: Defaults | None = None) -> None:
    """Remind each participant before the meeting, and the tovholder after it while minutes are missing (D-10)."""
    rules_in_force = defaults or rules.current()
    plan_for_participants(meeting, participants, rules_in_force)
    after = clock.add_working_days(_day_of(meeting), rules_in_force.minutes_missing_working_days)
    _plan(
        ReminderKind.MINUTES_MISSING, meeting.case_id, clock.next_valid_instant(after, rules_in_force.meeting_ahead_at),
        meeting=meeting,
    )  # fmt: skip


def plan_for_participants(meeting: Meeting, participants: Iterable[Person], defaults: Defaults | None = None) -> None:
    """Remind each participant two working days before the meeting and on its day, as far as that is still to come."""
    defaults = defaults or rules.current()
    day = _day_of(meeting)
    ahead = clock.next_valid_instant(
        clock.add_working_days(day, -defaults.meeting_ahead_working_days), defaults.meeting_ahead_at
    )
    same_day = clock.next_valid_instant(day, defaults.meeting_today_at)
    for person in participants:
        _plan(ReminderKind.MEETING_AHEAD, meeting.case_id, ahead, meeting=meeting, person=person)
        if same_day < meeting.starts_at:
            _plan(ReminderKind.MEETING_TODAY, meeting.case_id, same_day, meeting=meeting, person=person)


def plan_for_request(request: Request, defaults: Defaults | None = None) -> None:
    """Remind of a request before its deadline, on the first working morning after it, and, louder, after that.

    Opening or taking a request does not stop them; answering and withdrawing do, by `void_for` (REL-30).
    """
    defaults = defaults or rules.current()
    due = {
        ReminderKind.REQUEST_SOON: -defaults.request_soon_working_days,
        ReminderKind.REQUEST_OVERDUE: 1,
        ReminderKind.REQUEST_ESCALATED: defaults.request_escalated_working_days,
    }
    for kind, days in due.items():
        at = clock.next_valid_instant(clock.add_working_days(request.due_on, days), defaults.meeting_ahead_at)
        _plan(kind, request.case_id, at, request=request)


def plan_for_suspicion(case: Case, defaults: Defaults | None = None) -> None:
    """Tell every resource person again when nobody has taken a suspicion in time, and next morning the manager."""
    defaults = defaults or rules.current()
    told_again = clock.add_working_hours(
        case.reported_at, defaults.suspicion_unclaimed_working_hours, defaults.office_opens, defaults.office_closes
    )
    _plan(ReminderKind.SUSPICION_UNCLAIMED, case.ref, told_again)
    _plan(ReminderKind.SUSPICION_MANAGER, case.ref, clock.next_working_morning(told_again, defaults.office_opens))


def void_for(row: Meeting | Request | Case) -> int:
    """Withdraw the reminders of a row that are still to come, and their letters that were not sent; returns how many.

    Of a case: those of its suspicion. Part of the transaction that moves, cancels, answers or takes it (REL-30).
    """
    return withdraw(_reminders_of(row), now=clock.now())


def void_for_participant(meeting: Meeting, person_ref: str) -> None:
    """Withdraw what one participant would have been reminded of."""
    withdraw(Reminder.meeting == meeting.ref, Reminder.person == person_ref, now=clock.now())


def withdraw(*which: peewee.Expression, now: datetime) -> int:
    """Withdraw the reminders for which all of `which` is so and that are still to come, and the unsent letters of those
    that were; returns how many reminders. Must run inside the transaction of what makes them void."""
    outbox.withdraw(OutboxLetter.reminder.in_(Reminder.select(Reminder.ref).where(*which)), now=now)
    return Reminder.update(void_at=now).where(*which, *tick.to_come(Reminder)).execute()


def _reminders_of(row: Meeting | Request | Case) -> Any:
    if isinstance(row, Meeting):
        return Reminder.meeting == row.ref
    if isinstance(row, Request):
        return Reminder.request == row.ref
    return (Reminder.case == row.ref) & Reminder.meeting.is_null() & Reminder.request.is_null()


def _plan(kind: ReminderKind, case: str, due_at: datetime, **about: Any) -> None:
    """A moment that has passed is not made up for: who plans a meeting for tomorrow has just said so."""
    now = clock.now()
    if due_at > now:
        insert(Reminder, kind=kind, case=case, due_at=due_at, created_at=now, **about)


def _day_of(meeting: Meeting) -> date:
    return clock.today(meeting.starts_at)


# ── the tick ────────────────────────────────────────────────────────────────────────────────────────


def owe_due(now: datetime) -> int:
    """Turn every reminder that is due at `now` and still holds into letters; see `tick.owe_due`."""
    return tick.owe_due(Reminder, now, _owe)


def _owe(row: Reminder, now: datetime) -> int | None:
    people = reminded.of(row, now) if _holds(row, now) else []
    return sum(_put_letter(row, person) for person in people) if people else None


def _holds(row: Reminder, now: datetime) -> bool:
    """Whether there is still anything to be reminded of (REL-30)."""
    if row.case.closed_at is not None:
        return False
    if row.request_id:
        if row.kind == ReminderKind.REQUEST_SOON and row.request.due_on < clock.today(now):
            return False  # what is late already is told as that
        return row.request.status not in OVER and row.request.frozen_at is None
    if row.meeting_id is None:
        return row.case.phase == Phase.SUSPICION and row.case.claimed_at is None
    if row.kind == ReminderKind.MINUTES_MISSING:
        return row.meeting.status != MeetingStatus.CANCELLED and not row.meeting.minutes
    return row.meeting.status == MeetingStatus.PLANNED and row.meeting.ends_at > now


def _put_letter(row: Reminder, person: Person) -> bool:
    if _is_told_today(row, person):
        return False
    about, place, words = _about(row)
    kind, matter = row.kind.letter, reminded.matter_of(row)
    if row.kind != ReminderKind.SUSPICION_MANAGER and not policy.opens(person, matter):
        place = Place.DEPARTMENT
        kind = kind if row.kind == ReminderKind.REQUEST_ESCALATED else LetterKind.NOBODY_PRESENT
    return outbox.put(
        kind, person, key=f"reminder:{row.ref}", about=about, opens=place, meeting=row.meeting, reminder=row,
        due_at=row.due_at, **words,
    )  # fmt: skip


def _is_told_today(row: Reminder, person: Person) -> bool:
    """Whether the person was told the same of the meeting or request, as it stands now, earlier the same day: after
    downtime several of its reminders fall due together, and who stands in for two has one of each."""
    began, (about, _, said) = clock.next_valid_instant(clock.today(), time.min), _about(row)
    earlier = (
        OutboxLetter.select(OutboxLetter.words)
        .join(Reminder)
        .where(
            _reminders_of(about), Reminder.owed_at >= began, OutboxLetter.person == person.ref,
            OutboxLetter.kind == row.kind.letter, OutboxLetter.void_at.is_null(),
        )
    )  # fmt: skip
    return any(json.loads(words) == said for (words,) in earlier.tuples())


def _about(row: Reminder) -> tuple[Any, Place | None, dict[str, str]]:
    if row.meeting_id:
        return row.meeting, None, {"when": clock.long_moment(row.meeting.starts_at)}
    if row.request_id:
        return row.request, None, {"due": clock.long_date(row.request.due_on)}
    if row.kind == ReminderKind.SUSPICION_MANAGER:
        return row.case, Place.CARD, {}  # by role a manager sees no case; the card says whom to ring
    return row.case, None, {}
