"""Meetings: planned, moved, cancelled, held and followed up; always with one party only.

A form for a meeting of both would be a fault (docs/domain.md «What it refuses to be»).
"""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...errors import Invalid, NotFound
from ...kinds import EventKind, LetterKind, MeetingKind, MeetingStatus, MeetingWith
from ...mail import outbox
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.db import insert, rewrite
from ...store.idempotency import creates
from ...store.outbox import OutboxLetter
from ...store.people import Department, Person
from ...store.work import Decision, Meeting, MeetingMove, Participant, Reminder
from .. import access, days, due, people, reminders, tasks, verbs, written
from ..reminders import reminded
from ..safety import safe_contact
from ..tasks import safety
from ..verbs import verb, work
from ..written import add, insert_by, revise, revise_if_new
from . import clashes

MOVED = EventKind.MEETING_MOVED, LetterKind.MEETING_MOVED
ENDS_OTHERWISE = EventKind.MEETING_ENDS_OTHERWISE, LetterKind.MEETING_ENDS_OTHERWISE  # it begins as agreed
NO_MINUTES = "Der er ikke skrevet referat endnu."


class NewDecision(NamedTuple):
    """A decision as it was typed, in a row of the form: it becomes a task."""

    text: str
    assignee: Person | None
    due_on: date | None
    row: int = 1
    department: Department | None = None  # whose queue it goes to, where no person owns it


class When(NamedTuple):
    """The wall time that was agreed."""

    on: date
    at: time
    until: time


# ── plan ────────────────────────────────────────────────────────────────────────────────────────────


@creates(Meeting)
@work(Action.MEETING_PLAN)
def plan(
    actor: Person, case: Case, when: When, *, kind: MeetingKind, party: MeetingWith, place: str | None,
    agenda: str | None, participants: list[Person], previous: Meeting | None = None, anyway: str | None = None,
    has_read_rules: bool = False, despite_busy: bool = False,
) -> Meeting:  # fmt: skip
    """Agree on a meeting: reminders are written with it, and every participant is invited (D-10).

    Raises Invalid for a time that does not exist or is past, for nobody to take part, on a closed case, and for who is
    at another meeting then unless it shall be `despite_busy`; and for one
    with the citizen where rules or warnings speak against it, until the one who plans has read them.
    """
    _refuse_participants(case, participants)
    if party != MeetingWith.STAFF:
        safety.before_alerting(actor, case, anyway)
        safe_contact.refuse_unread(case, has_read_rules)
    if previous and previous.case_id != case.ref:
        raise NotFound()  # what was agreed in another case is nothing to this one (SEC-04)
    times = _times(when)
    clashes.refuse_busy(participants, times, despite=despite_busy)
    told = {"starts_at": times["wall_start"], "place": place, "agenda": agenda}
    meeting = add(
        actor, EventKind.MEETING_PLANNED, Meeting, case, told=written.news(told) | _named([], participants),
        kind=kind, party=party, place=place, agenda=agenda, status=MeetingStatus.PLANNED, previous=previous, **times,
    )  # fmt: skip
    for person in participants:
        insert(Participant, meeting=meeting, person=person, added_at=clock.now())
    reminders.plan_for_meeting(meeting, participants)
    _tell(LetterKind.MEETING_INVITATION, meeting, participants)
    return meeting


def _times(when: When) -> dict[str, Any]:
    """The columns of a wall time, which is what was agreed; raises Invalid for one that cannot be."""
    if when.until <= when.at:
        raise Invalid("Mødet skal slutte senere, end det begynder. Ret sluttidspunktet.", "until")
    starts_at, ends_at = _instant(when.on, when.at, "at"), _instant(when.on, when.until, "until")
    if starts_at <= clock.now():
        raise Invalid("Tidspunktet er passeret. Vælg et, der ligger fremme i tiden.", "on")
    days.refuse_far(when.on, "on", 2)
    return {"starts_at": starts_at, "ends_at": ends_at, "wall_start": _wall(starts_at), "zone": str(clock.zone())}


def _wall(instant: datetime) -> str:
    return clock.local(instant).replace(tzinfo=None).isoformat(timespec="minutes")


def _instant(on: date, at: time, field: str) -> datetime:
    try:
        return clock.instant(on, at)
    except clock.NoSuchTime as error:
        raise Invalid(str(error), field) from None


def _refuse_participants(case: Case, participants: list[Person]) -> None:
    if not participants:
        raise Invalid("Vælg mindst én medarbejder, der deltager.", "participants")
    if access.excluded_persons(case.ref) & {person.ref for person in participants}:
        raise Invalid("En af deltagerne må ikke se noget af sagen. Vælg en anden.", "participants")


# ── move, cancel ────────────────────────────────────────────────────────────────────────────────────


@verb(Action.MEETING_PLAN)
def move(
    actor: Person, meeting: Meeting, when: When, reason: str, place: str | None, seen_version: int, *,
    despite_busy: bool = False,
) -> Meeting:  # fmt: skip
    """Move a meeting: its old reminders and unsent letters go, new ones come, calendars follow (REL-30, SEC-45).

    Moving it to where it is already changes nothing. Of another place alone nobody is told: it stands on the page only.
    Raises Invalid as `plan` does, Conflict.
    """
    _refuse_unless_planned(meeting)
    verbs.refuse_closed(meeting.case)
    times = _times(when)
    changed = {name for name in ("starts_at", "ends_at") if times[name] != getattr(meeting, name)}
    if not changed:
        return revise_if_new(actor, EventKind.MEETING_DESCRIBED, meeting, seen_version, because=reason, place=place)
    clashes.refuse_busy(reminded.participants(meeting.ref), times, meeting.ref, despite=despite_busy)
    event, letter = MOVED if "starts_at" in changed else ENDS_OTHERWISE
    _remember(actor, meeting, reason)
    told: dict[str, list[Any]] = {name: [_wall(getattr(meeting, name)), _wall(times[name])] for name in changed}
    told |= {"place": [meeting.place, place]} if place != meeting.place else {}
    columns = {"place": place, "sequence": meeting.sequence + 1}
    moved = revise(actor, event, meeting, seen_version, told=told, because=reason, **columns, **times)
    taking_part = _stop_letters(moved)
    reminders.plan_for_meeting(moved, taking_part)
    _tell(
        letter, moved, taking_part, was=clock.long_moment(meeting.starts_at), was_until=clock.hour_of(meeting.ends_at)
    )
    return moved


@verb(Action.MEETING_PLAN)
def cancel(actor: Person, meeting: Meeting, reason: str, seen_version: int) -> Meeting:
    """Cancel a meeting, with a reason; doing it twice changes nothing. Raises Invalid once it is held, Conflict, and
    TooLate where another gave another reason first."""
    if meeting.status == MeetingStatus.CANCELLED:
        return written.already(meeting, cancel_reason=reason)
    _refuse_unless_planned(meeting)
    return _cancel(actor, meeting, reason, seen_version)


def cancel_to_come(actor: Actor, case: Case, reason: str) -> None:
    """Cancel every meeting of a case that is still to come, inside the caller's transaction: of a case that is closed
    nobody meets any more, and everyone's calendar is told so."""
    planned = Meeting.select().where(
        Meeting.case == case.ref, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > clock.now()
    )
    for meeting in list(planned):
        _cancel(actor, meeting, reason, meeting.version)


def _cancel(actor: Actor, meeting: Meeting, reason: str, seen_version: int) -> Meeting:
    _remember(actor, meeting, reason)
    columns = {"cancel_reason": reason, "status": MeetingStatus.CANCELLED, "sequence": meeting.sequence + 1}
    cancelled = revise(actor, EventKind.MEETING_CANCELLED, meeting, seen_version, told=("cancel_reason",), **columns)
    _tell(LetterKind.MEETING_CANCELLED, cancelled, _stop_letters(cancelled))
    return cancelled


def _remember(actor: Actor, meeting: Meeting, reason: str) -> None:
    was = {"was_at": meeting.starts_at, "was_until": meeting.ends_at}
    insert_by(actor, MeetingMove, meeting.case, meeting=meeting, reason=reason, **was)


def _stop_letters(meeting: Meeting) -> list[Person]:
    """Withdraw reminders and what was not sent yet to those who take part; returns them."""
    taking_part = reminded.participants(meeting.ref)
    reminders.void_for(meeting)
    _stop_letters_to(meeting, taking_part)
    return taking_part


def _stop_letters_to(meeting: Meeting, persons: Iterable[Person]) -> None:
    """Only theirs: whoever was taken off the meeting must still be told so."""
    theirs = OutboxLetter.person.in_([person.ref for person in persons])
    outbox.withdraw(OutboxLetter.meeting == meeting.ref, theirs, now=clock.now())


# ── who takes part, what is on the agenda ───────────────────────────────────────────────────────────


@verb(Action.MEETING_PLAN)
def set_participants(
    actor: Person, meeting: Meeting, persons: list[Person], seen_version: int, *, despite_busy: bool = False
) -> Meeting:
    """Say who takes part: who is new is invited, who is left out gets a cancellation.

    Raises Invalid as `plan` does, Conflict.
    """
    _refuse_unless_planned(meeting)
    verbs.refuse_closed(meeting.case)
    _refuse_participants(meeting.case, persons)
    before = reminded.participants(meeting.ref)
    had, wanted = {person.ref for person in before}, {person.ref for person in persons}
    added = [person for person in persons if person.ref not in had]
    removed = [person for person in before if person.ref not in wanted]
    if not added and not removed:
        return meeting
    times = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    clashes.refuse_busy(added, times, meeting.ref, despite=despite_busy)
    changed = revise(
        actor, EventKind.MEETING_PARTICIPANTS_CHANGED, meeting, seen_version, told=_named(before, persons),
        sequence=meeting.sequence + 1,
    )  # fmt: skip
    for person in added:
        _add_participant(changed, person)
    for person in removed:
        _remove_participant(changed, person)
    reminders.plan_for_participants(changed, added)
    _tell(LetterKind.MEETING_INVITATION, changed, added)
    _tell(LetterKind.MEETING_CANCELLED, changed, removed)
    return changed


def _add_participant(meeting: Meeting, person: Person) -> None:
    """Someone who was taken off and comes back is the same row."""
    _stop_letters_to(meeting, [person])
    is_theirs = Participant.meeting == meeting.ref, Participant.person == person.ref
    if not rewrite(Participant, *is_theirs, removed_at=None, added_at=clock.now()):
        insert(Participant, meeting=meeting, person=person, added_at=clock.now())


def _remove_participant(meeting: Meeting, person: Person) -> None:
    is_theirs = Participant.meeting == meeting.ref, Participant.person == person.ref
    rewrite(Participant, *is_theirs, removed_at=clock.now())
    reminders.void_for_participant(meeting, person.ref)
    _stop_letters_to(meeting, [person])


def take_off(actor: Actor, case: Case, persons: set[str]) -> None:
    """Take people who have no part in a case any more off its meetings to come, inside the caller's transaction.

    They get no cancellation. Where nobody else takes part the tovholder is invited in their place: a meeting is never
    left without a participant.
    """
    for meeting in list(to_come_with(persons).where(Meeting.case == case.ref)):
        before = _taking_part(meeting)
        staying = [person for person in before if person.ref not in persons]
        after = staying or _heirs(case, persons)
        changed = revise(actor, EventKind.MEETING_PARTICIPANTS_CHANGED, meeting, meeting.version,
                         told=_named(before, after))  # fmt: skip
        is_theirs = Participant.meeting == meeting.ref, Participant.person.in_(list(persons))
        rewrite(Participant, *is_theirs, Participant.removed_at.is_null(), removed_at=clock.now())
        if after:
            reminders.withdraw(Reminder.meeting == meeting.ref, Reminder.person.in_(list(persons)), now=clock.now())
        for person in after if not staying else []:
            _add_participant(changed, person)
            reminders.plan_for_participants(changed, [person])
            _tell(LetterKind.MEETING_INVITATION, changed, [person])


def _heirs(case: Case, persons: set[str]) -> list[Person]:
    """Who takes the place of those who leave a meeting empty: the tovholder, else the resource persons on the case."""
    contact = access.primary_contact(case.ref)
    heirs = [contact] if contact else access.resource_persons_on(case.ref)
    shut_out = access.excluded_persons(case.ref) | persons
    return [person for person in heirs if person.ref not in shut_out]


def to_come_with(persons: set[str]) -> peewee.ModelSelect:
    """Meetings to come in which any of these people take part."""
    theirs = Participant.select(Participant.meeting).where(
        Participant.person.in_(list(persons)), Participant.removed_at.is_null()
    )
    planned = (Meeting.status == MeetingStatus.PLANNED) & (Meeting.ends_at > clock.now())
    return Meeting.select().where(planned, Meeting.ref.in_(theirs)).order_by(Meeting.ref)


def _taking_part(meeting: Meeting) -> list[Person]:
    """Those who take part, also who has just left the municipality."""
    now = (Participant.meeting == meeting.ref) & Participant.removed_at.is_null()
    rows = Person.select().join(Participant, on=(Participant.person == Person.ref)).where(now)
    return sorted(rows, key=lambda person: people.danish_order(person.name))


def _named(before: list[Person], after: list[Person]) -> dict[str, list[Any]]:
    return {"participants": [[person.name for person in before] or None, [person.name for person in after]]}


@work(Action.MEETING_PLAN)
def describe(actor: Person, meeting: Meeting, place: str | None, agenda: str | None, seen_version: int) -> Meeting:
    """Change place or agenda: they stand on the page only, in no letter. Raises Invalid once it is held and on a closed
    case, Conflict."""
    _refuse_unless_planned(meeting)
    return revise_if_new(actor, EventKind.MEETING_DESCRIBED, meeting, seen_version, place=place, agenda=agenda)


# ── hold ────────────────────────────────────────────────────────────────────────────────────────────


@creates(Meeting)
@verb(Action.MEETING_HOLD)
def hold(
    actor: Person, meeting: Meeting, minutes: str, decisions: list[NewDecision], seen_version: int, *,
    was_early: bool = False,
) -> Meeting:  # fmt: skip
    """Write minutes; each decision becomes a task, and nobody is reminded of missing minutes any more.

    A meeting that lies ahead can only have been held early: who says so takes it out of the participants' calendars.
    Raises Invalid when nobody says so, for a meeting that was cancelled, for a deadline or an owner that cannot be and
    on a closed case, Conflict.
    """
    _refuse_unless_planned(meeting)
    verbs.refuse_closed(meeting.case)
    for decision in decisions:
        tasks.refuse_deadline(decision.due_on, f"due_on_{decision.row}")
    is_ahead = lies_ahead(meeting)
    if is_ahead and not was_early:
        raise Invalid("Mødet er først aftalt til senere. Sæt kryds, hvis det er holdt før tid.", "was_early")
    for decision in decisions:
        task = tasks.from_decision(
            actor, meeting, decision.text, due_on=decision.due_on, assignee=decision.assignee,
            department=decision.department, field=f"owner_{decision.row}",
        )  # fmt: skip
        insert_by(actor, Decision, meeting.case, meeting=meeting, task=task, text=decision.text)
    columns = {"status": MeetingStatus.HELD, "held_at": clock.now(), "sequence": meeting.sequence + is_ahead}
    held = revise(actor, EventKind.MEETING_HELD, meeting, seen_version, told=("minutes",), minutes=minutes, **columns)
    reminders.void_for(held)
    if is_ahead:
        _tell(LetterKind.MEETING_CANCELLED, held, _stop_letters(held))
    return held


def lies_ahead(meeting: Meeting) -> bool:
    """Whether the agreed time is still to come."""
    return bool(meeting.starts_at > clock.now())


@verb(Action.MEETING_HOLD)
def rewrite_minutes(actor: Person, meeting: Meeting, minutes: str, seen_version: int) -> Meeting:
    """Correct the minutes of a held meeting, on a closed case too; the earlier text stays in the history.

    Raises Invalid for a meeting without minutes, Conflict."""
    if meeting.status != MeetingStatus.HELD:
        raise Invalid(NO_MINUTES)
    return revise(actor, EventKind.MEETING_MINUTES_CHANGED, meeting, seen_version, minutes=minutes)


# ── shared ──────────────────────────────────────────────────────────────────────────────────────────


def over(meeting: Meeting) -> str | None:
    """Why nothing of a meeting is planned, moved or written any more, in words; None while it is planned."""
    if meeting.status == MeetingStatus.HELD:
        return "Referatet er skrevet. Åbn mødet og ret referatet dér, eller aftal et nyt møde."
    if meeting.status != MeetingStatus.PLANNED:
        return f"Mødet er {meeting.status.label.lower()}. Aftal et nyt møde i stedet."
    return None


def _refuse_unless_planned(meeting: Meeting) -> None:
    if why := over(meeting):
        raise Invalid(why)


def _tell(kind: LetterKind, meeting: Meeting, persons: Iterable[Person], **was: str) -> None:
    """Owe each of them a letter with the times and the calendar part as they are now, and what they were; never place,
    agenda or reason."""
    words: dict[str, Any] = {
        "when": clock.long_moment(meeting.starts_at), "until": clock.hour_of(meeting.ends_at),
        "starts": meeting.starts_at.isoformat(), "ends": meeting.ends_at.isoformat(), "sequence": meeting.sequence,
    } | was  # fmt: skip
    key = f"meeting:{meeting.ref}:s{meeting.sequence}:{kind}"
    for person in persons:
        outbox.put(kind, person, key=key, about=meeting, meeting=meeting, **words)


# ── what comes next ─────────────────────────────────────────────────────────────────────────────────


def for_my_day(actor: policy.Asker, now: str, until: str, *columns: peewee.Node) -> peewee.ModelSelect:
    """Planned meetings in which the actor takes part until then, and those that are over without minutes in the cases
    that the actor coordinates; a part of *Min dag*'s query."""
    over = Meeting.case.in_(due.related(actor)) & due.minutes(actor, now)
    coming = policy.helps(actor, Meeting) & (Meeting.ends_at > now) & (Meeting.starts_at <= until)
    return Meeting.select(*columns).where(Meeting.status == MeetingStatus.PLANNED, over | coming)
