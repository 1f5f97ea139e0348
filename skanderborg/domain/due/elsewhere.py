"""What letters of their own tell of the things that wait: a digest does not repeat on a day what one of them says."""

from datetime import date, datetime, time, timedelta

from ... import clock
from ...errors import DomainError
from ...kinds import LetterKind, ReminderKind
from ...store.outbox import OutboxLetter
from ...store.work import Deadline, Reminder
from ..reminders import reminded, tick

Pair = tuple[str, str]  # ref of a person, name of a thing
TELLING = [kind for kind in LetterKind if kind.traits.thing]  # of a thing that a digest tells of, too
NO_THING = (ReminderKind.MEETING_AHEAD, ReminderKind.MEETING_TODAY, ReminderKind.SUSPICION_MANAGER)


def told_since(first: date, now: datetime) -> dict[Pair, date]:
    """The last day on which a letter of its own told each person of each thing, the letters withdrawn or failed left
    out."""
    since = clock.next_valid_instant(first, time(0))
    rows = (
        OutboxLetter.select(OutboxLetter.person, OutboxLetter.kind, OutboxLetter.about, OutboxLetter.due_at)
        .where(OutboxLetter.due_at >= since, OutboxLetter.due_at <= now, OutboxLetter.kind.in_(TELLING))
        .where(OutboxLetter.void_at.is_null(), OutboxLetter.failed_at.is_null())
        .order_by(OutboxLetter.due_at)
        .tuples()
    )
    return {
        (person, f"{kind.traits.thing}:{about.rpartition(':')[2]}"): clock.today(due_at)
        for person, kind, about, due_at in rows
    }


def to_be_told(now: datetime) -> set[Pair]:
    """What reminders that are still to come today will tell, and whom."""
    ends = clock.next_valid_instant(clock.today(now) + timedelta(days=1), time(0))
    later = Reminder.select().where(Reminder.due_at < ends, Reminder.kind.not_in(NO_THING), *tick.to_come(Reminder))
    found: set[Pair] = set()
    for row in list(later):
        found |= {(person, _thing_of(row)) for person in _reminded(row)}
    return found | _runs_out(ends)


def _reminded(row: Reminder) -> list[str]:
    try:
        return [person.ref for person in reminded.of(row, row.due_at)]
    except DomainError:
        return []


def _thing_of(row: Reminder) -> str:
    if row.request_id:
        return f"request:{row.request_id}"
    return f"meeting:{row.meeting_id}" if row.meeting_id else f"suspicion:{row.case_id}"


def _runs_out(ends: datetime) -> set[Pair]:
    found: set[Pair] = set()
    for row in list(Deadline.select().where(Deadline.due_at < ends, *tick.to_come(Deadline))):
        try:
            found |= {(person.ref, row.about) for person in reminded.of_case_work(row.case, row.due_at)}
        except DomainError:
            continue
    return found
