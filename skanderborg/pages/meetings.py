"""The pages of meetings: one with all that belongs to it, those of a case, and what a new one starts from."""

from datetime import datetime
from typing import NamedTuple

import peewee

from .. import policy
from ..domain import evidence, people, protection
from ..domain.cases import identity
from ..domain.reminders import reminded
from ..domain.safety import rules_read
from ..domain.verbs import reads, verb
from ..errors import NotFound
from ..kinds import MeetingStatus, RelationKind, ReminderState
from ..policy import Action
from ..store import events
from ..store.cases import Case, Relation
from ..store.db import holds, locking, transaction
from ..store.outbox import OutboxLetter
from ..store.people import Department, Membership, Person
from ..store.work import Decision, Meeting, MeetingMove, Reminder, Task

# What a follow-up is for (S4-16), in short.
AGENDA = (
    "1. Hvad er der sket siden sidst?",
    "2. Akut: er sikkerheden stadig vurderet rigtigt – også for børn?",
    "3. Er kontakten stoppet, eller er der svaret på den?",
    "4. Netværk og institutioner: hvem ved hvad?",
    "5. Anmodninger og henvisninger: hvor langt er de?",
    "6. Politi: er noget anmeldt, og hvad venter vi på?",
    "7. Næste skridt: hvad, hvem og hvornår?",
    "8. Næste møde, eller hvad skal der til for at afslutte?",
)
ON_CASE = "På sagen"
COORDINATE = (RelationKind.PRIMARY_CONTACT.value, RelationKind.RESOURCE.value)
OPEN_SINCE_LAST = "Åbne beslutninger fra sidste møde:"


class ReminderLine(NamedTuple):
    """A reminder, to whom, when, and what became of it."""

    label: str
    to: str
    due_at: datetime
    state: ReminderState


class MeetingPage(NamedTuple):
    """A meeting and what its page shows beside it; to one who is not on the case only who takes part."""

    meeting: Meeting
    participants: list[Person]
    reminders: list[ReminderLine]
    moves: list[MeetingMove]
    cancelled: MeetingMove | None
    decisions: list[Decision]
    is_masked: bool  # the place (see protection.py)


class Proposal(NamedTuple):
    """What a new meeting starts from; `participants` are those of the one before, if it follows one."""

    agenda: str
    participants: list[str]


class Staff(NamedTuple):
    """Who can take part, for checkboxes, by department; `coordinators`: refs of the tovholder and resource persons."""

    choices: list[tuple[str, str, str]]
    coordinators: list[str]


@transaction
def show(actor: Person, ref: str, action: Action = Action.MEETING_READ) -> MeetingPage:
    """Load a meeting for one of its pages, and write down that the actor saw it. Raises as policy.meeting_for does."""
    meeting = policy.meeting_for(actor, ref, action, _to_be_shown)
    holds(f"case:{meeting.case_id}")
    events.looked(actor, "meeting:read", meeting)
    participants, is_masked = reminded.participants(ref), bool(meeting.is_masked)
    meeting.case.is_masked = is_masked  # for the forms of the page
    if not policy.may(actor, Action.CASE_READ, meeting.case):
        return MeetingPage(meeting, participants, [], [], None, [], is_masked)
    meeting.case.bar = identity.bar_of(meeting)
    is_planned = meeting.status == MeetingStatus.PLANNED
    moves, cancelled = _moves(meeting)
    return MeetingPage(
        meeting,
        participants,
        reminder_lines(meeting) if is_planned else [],
        moves,
        cancelled,
        _decisions(meeting.ref) if not is_planned else [],
        is_masked,
    )


def _to_be_shown(query: peewee.ModelSelect) -> peewee.ModelSelect:
    files = evidence.many(Meeting).alias("exhibit_count")
    return rules_read.beside(identity.with_bar(query)).select_extend(*locking(Meeting.case), files)


@transaction
def reveal(actor: Person, shown: MeetingPage, reason: str | None, key: str) -> MeetingPage:
    """Show the place in this one answer; raises as protection.reveal does."""
    is_shown = protection.reveal(actor, shown.meeting.case, reason, key, shown.meeting)
    return shown._replace(is_masked=shown.is_masked and not is_shown)


@verb(Action.CASE_READ)
def of_case(actor: Person, case: Case) -> list[Meeting]:
    """All meetings of a case, latest first. Raises NotAllowed."""
    events.looked(actor, "meeting:list", case)
    return list(Meeting.select().where(Meeting.case == case.ref).order_by(Meeting.starts_at.desc()))


# ── what belongs to one meeting ─────────────────────────────────────────────────────────────────────


def reminder_lines(meeting: Meeting) -> list[ReminderLine]:
    """The reminders of a meeting with what became of each, in one query."""
    letters = (
        Reminder.select(Reminder, Person.name.alias("to_name"), OutboxLetter.sent_at.alias("letter_sent"),
                        OutboxLetter.failed_at.alias("letter_failed"), OutboxLetter.ref.alias("letter"))
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Reminder.person == Person.ref))
        .join(OutboxLetter, peewee.JOIN.LEFT_OUTER,
              on=(OutboxLetter.reminder == Reminder.ref) & OutboxLetter.void_at.is_null())
        .where(Reminder.meeting == meeting.ref, Reminder.void_at.is_null())
        .order_by(Reminder.due_at, Reminder.ref)
        .objects()
    )  # fmt: skip
    lines: dict[str, list[Reminder]] = {}
    for row in letters:
        lines.setdefault(row.ref, []).append(row)
    return [_line(rows) for rows in lines.values()]


def _line(rows: list[Reminder]) -> ReminderLine:
    first = rows[0]
    return ReminderLine(first.kind.label, first.to_name or "tovholderen", first.due_at, _state(rows))


def _state(rows: list[Reminder]) -> ReminderState:
    if rows[0].failure or any(row.letter_failed for row in rows):
        return ReminderState.FAILED
    if rows[0].owed_at is None:
        return ReminderState.PLANNED
    return ReminderState.SENT if all(row.letter_sent for row in rows) else ReminderState.ON_ITS_WAY


def _moves(meeting: Meeting) -> tuple[list[MeetingMove], MeetingMove | None]:
    """From when it was moved, each time; and, of a meeting that was cancelled, by whom and when."""
    if not meeting.sequence:
        return [], None
    rows = list(
        MeetingMove.select(MeetingMove, Person)
        .join(Person, on=(MeetingMove.by == Person.ref))
        .where(MeetingMove.meeting == meeting.ref)
        .order_by(MeetingMove.at)
    )
    return (rows[:-1], rows[-1]) if meeting.status == MeetingStatus.CANCELLED and rows else (rows, None)


def _decisions(meeting: str | peewee.ModelSelect) -> list[Decision]:
    """The decisions, each with its task and who owes it."""
    return list(
        Decision.select(Decision, Task, Person, Department)
        .join(Task, peewee.JOIN.LEFT_OUTER, on=(Decision.task == Task.ref))
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Task.assignee == Person.ref))
        .join_from(Task, Department, peewee.JOIN.LEFT_OUTER, on=(Task.department == Department.ref))
        .where(Decision.meeting == meeting)
        .order_by(Decision.at, Decision.ref)
    )


# ── what a new one starts from ──────────────────────────────────────────────────────────────────────


@reads(Action.MEETING_PLAN)
def proposal(actor: Person, case: Case, after: Meeting | None = None) -> Proposal:
    """Agenda and participants to start from: the open decisions of the last meeting stand on it.

    Raises NotFound when `after` is a meeting of another case.
    """
    if after and after.case_id != case.ref:
        raise NotFound()  # nothing of another case (SEC-04)
    decided = _decisions(after.ref if after else _last_held(case))
    still_open = [decision.text for decision in decided if _is_open(decision)]
    lines = [*AGENDA, "", OPEN_SINCE_LAST, *(f"– {text}" for text in still_open)] if still_open else AGENDA
    who = reminded.participants(after.ref) if after else []
    return Proposal("\n".join(lines), [person.ref for person in who])


def _last_held(case: Case) -> peewee.ModelSelect:
    held = Meeting.select(Meeting.ref).where(Meeting.case == case.ref, Meeting.status == MeetingStatus.HELD)
    return held.order_by(Meeting.starts_at.desc()).limit(1)


def _is_open(decision: Decision) -> bool:
    return decision.task_id is not None and decision.task.closed_at is None


def staff(case: Case) -> Staff:
    """Everyone who can take part: those on the case first, never who is excluded from it. One query."""
    now = (Relation.case == case.ref) & (Relation.person == Person.ref) & Relation.until_at.is_null()
    kind = Relation.select(peewee.fn.MAX(Relation.kind)).where(now)  # a participant last, as the values sort
    works_in = Membership.select(peewee.fn.MIN(Department.name)).join(Department)
    home = works_in.where(Membership.person == Person.ref, Department.retired_at.is_null())
    rows = Person.select(Person.ref, Person.name, kind, home).where(policy.may_have_part(case.ref)).tuples()
    found = sorted(rows, key=lambda row: (not row[2], *people.by_department(row[3], row[1])))
    choices = [(ref, name, ON_CASE if tie else home or people.NO_DEPARTMENT) for ref, name, tie, home in found]
    return Staff(choices, [ref for ref, _, tie, _ in found if tie in COORDINATE])
