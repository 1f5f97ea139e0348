"""The course of a case: each phase has a condition, and none is a dead end (docs/domain.md «The flow»)."""

from datetime import datetime
from typing import NamedTuple

import peewee

from ... import clock
from ...errors import Conflict, Invalid
from ...kinds import OPEN_REQUEST, CaseKind, EventKind, MeetingStatus, Phase, ReminderKind, RequestStatus, TaskKind
from ...policy import Action, Actor
from ...store.cases import Case, PhaseMove
from ...store.record import Conclusion, Sparring
from ...store.work import Deadline, Meeting, Reminder, Request, Task
from .. import journal, meetings, reminders, written
from ..access import duties
from ..emergency import sheets
from ..tasks import safety
from ..verbs import reads, verb
from ..written import insert_by, revise


class Step(NamedTuple):
    """The next phase; whether what it wants is so, and in words what is, or what to do about it."""

    to: Phase
    condition: str
    is_met: bool


NEXT = {
    Phase.SPARRING: Phase.ACTION,
    Phase.ACTION: Phase.FURTHER_ACTION,
    Phase.FURTHER_ACTION: Phase.FOLLOW_UP,
}
MISSING = {
    Phase.ACTION: "Skriv sparring ned, eller begrund, at der ikke er nogen.",
    Phase.FURTHER_ACTION: "Skriv en konklusion på vurderingen.",
    Phase.FOLLOW_UP: "Aftal et møde, eller skriv svar på alle henvisninger.",
}
CLOSED = "Sagen er afsluttet."  # why its meetings to come are cancelled
LEAST_REASON = 3
SAID_LATE = [ReminderKind.REQUEST_OVERDUE, ReminderKind.REQUEST_ESCALATED, ReminderKind.MINUTES_MISSING]
NOT_ASSESSED = "Sagen kan ikke afsluttes endnu: {}. Den vurdering kan ingen springe over."


def next_step(
    case: Case, has_sparring: bool, has_conclusion: bool, has_meeting: bool, is_referred: bool,
    meets_at: datetime | None = None,
) -> Step | None:  # fmt: skip
    """The step a case can take, from what is known of it, `meets_at` being its next meeting; None while nobody has
    taken it, and at the end."""
    to = NEXT.get(case.phase)
    if to is None or case.kind == CaseKind.SPARRING_ONLY:
        return None
    met = {
        Phase.ACTION: has_sparring or bool(case.sparring_waived),
        Phase.FURTHER_ACTION: has_conclusion,
        Phase.FOLLOW_UP: has_meeting or is_referred,
    }
    if not met[to]:
        return Step(to, MISSING[to], False)
    meeting = f"Der er et møde {clock.long_date(clock.today(meets_at))}." if meets_at else "Der har været et møde."
    is_so = {
        Phase.ACTION: "Der er skrevet sparring ned." if has_sparring else "Det er begrundet, at der ikke er sparring.",
        Phase.FURTHER_ACTION: "Vurderingen har en konklusion.",
        Phase.FOLLOW_UP: meeting if has_meeting else "Der er svar på alle henvisninger.",
    }
    return Step(to, is_so[to], True)


def step_of(case: Case) -> Step | None:
    """The step a case can take, looked up."""
    meetings = Meeting.select().where(Meeting.case == case.ref, Meeting.status != MeetingStatus.CANCELLED)
    referrals = Task.select().where(Task.case == case.ref, Task.kind == TaskKind.REFERRAL)
    asked = {
        "sparring": Sparring.select().where(Sparring.case == case.ref),
        "conclusion": Conclusion.select().where(Conclusion.case == case.ref),
        "meeting": meetings,
        "referral": referrals,
        "waiting": referrals.where(Task.closed_at.is_null()),
    }
    columns = [_exists(rows).alias(f"has_{name}") for name, rows in asked.items()]
    has = Case.select(*columns).where(Case.ref == case.ref).dicts().get()
    return next_step(
        case, has_sparring=bool(has["has_sparring"]), has_conclusion=bool(has["has_conclusion"]),
        has_meeting=bool(has["has_meeting"]), is_referred=bool(has["has_referral"]) and not has["has_waiting"],
    )  # fmt: skip


def _exists(rows: peewee.ModelSelect) -> peewee.Node:
    return peewee.Case(None, [(peewee.fn.EXISTS(rows.select(peewee.SQL("1"))), 1)], 0)


@verb(Action.CASE_MOVE)
def move(actor: Actor, case: Case, to: Phase, reason: str | None, seen_version: int) -> Case:
    """Move a case to its next phase. Moving it there twice changes nothing.

    Raises Invalid when the condition is not met and no reason says why it moves anyway, Conflict when someone moved it
    or a phase is skipped.
    """
    if case.phase == to:
        return written.already_told(actor, EventKind.CASE_MOVED, case, reason)
    step = step_of(case)
    if step is None or step.to != to:
        raise Conflict("Sagen er i en anden fase nu. Gå tilbage til sagen, og se, hvor den står.")
    if not step.is_met and len(reason or "") < LEAST_REASON:
        raise Invalid(f"Mangler: {step.condition} Eller skriv, hvorfor I fortsætter alligevel.", "reason")
    _note_move(actor, case, to, reason or None)
    return revise(actor, EventKind.CASE_MOVED, case, seen_version, because=reason, phase=to)


class Unfinished(NamedTuple):
    """What is still open on a case that someone wants to close.

    `requests` wait for an answer, `frozen` of them are on pause; `unread` are answers that the asker has not opened;
    `duties`: how many have yet to assess theirs; `unjournalised`: what lacks the journal's mark.
    """

    tasks: list[Task]
    requests: int
    frozen: int
    unread: int
    meetings: int
    musts: int
    duties: int
    unjournalised: int

    def needs_reason(self, kind: str) -> bool:
        """Whether a case of this kind is closed in spite of something; the card asks nothing of sparring only."""
        return bool(self.requests or (kind == CaseKind.FULL and (self.unread or self.meetings or self.musts)))

    @property
    def duties_said(self) -> str:
        """«1 mangler at vurdere sin underretningspligt»."""
        whose = "sin" if self.duties == 1 else "deres"
        return f"{self.duties} mangler at vurdere {whose} underretningspligt"

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        return not any(self)


@reads(Action.CASE_READ)
def unfinished(actor: Actor, case: Case) -> Unfinished:
    """Open tasks, the card's own first, and how much else is not over; in three queries."""
    tasks = list(
        Task.select()
        .where(Task.case == case.ref, Task.closed_at.is_null(), Task.kind != TaskKind.CHILD_REPORT)
        .order_by(Task.must.desc(), Task.due_on)
    )
    asked = Request.select(peewee.fn.COUNT(Request.ref)).where(Request.case == case.ref)
    waiting = asked.where(Request.status.in_(OPEN_REQUEST))
    to_come = Meeting.select(peewee.fn.COUNT(Meeting.ref)).where(
        Meeting.case == case.ref, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > clock.now()
    )
    unread = asked.where(Request.status == RequestStatus.ANSWERED)
    counts = [waiting, waiting.where(Request.frozen_at.is_null(False)), unread, to_come]
    columns = [count.alias(f"count_{place}") for place, count in enumerate(counts)]
    rows = Task.select(*columns, *duties.counted(case.ref)).from_(peewee.SQL("(SELECT 1) AS one")).tuples()
    [(requests, frozen, answers, meetings, _, open_duties, _)] = rows
    musts, unjournalised = sum(task.must for task in tasks), len(journal.missing(actor, case))
    return Unfinished(tasks, requests, frozen, answers, meetings, musts, open_duties, unjournalised)


@verb(Action.CASE_CLOSE)
def close(actor: Actor, case: Case, reason: str, anyway: str | None, seen_version: int) -> Case:
    """Close a case with a reason; its meetings to come are cancelled, and its reminders withdrawn. Closing it twice
    changes nothing, and for another reason tells so.

    Raises Invalid for one that nobody has taken, while someone has yet to assess the duty to report concern for a child
    (D-15), and, unless `anyway` says why, while the card's own tasks, requests, unread answers or meetings are open;
    Conflict when someone was faster.
    """
    if case.closed_at:
        return written.already_told(actor, EventKind.CASE_CLOSED, case, reason)
    if case.phase == Phase.SUSPICION:
        raise Invalid("Tag mistanken først.")
    left = unfinished(actor, case)
    needs_reason = left.needs_reason(case.kind)
    if sheets.are_out(left.tasks):
        raise Invalid("Et nødark er stadig hos døgnvagten. Få det tilbage, og skriv ned, hvad der blev af det, først.")
    if left.duties:
        raise Invalid(NOT_ASSESSED.format(left.duties_said))
    if needs_reason and len(anyway or "") < LEAST_REASON:
        raise Invalid("Der er stadig noget åbent på sagen. Skriv, hvorfor den afsluttes alligevel.", "anyway")
    now = clock.now()
    meetings.cancel_to_come(actor, case, CLOSED)
    _silence(case, now)
    _note_move(actor, case, Phase.CLOSED, reason)
    return revise(
        actor, EventKind.CASE_CLOSED, case, seen_version, told=("phase",), because=reason, phase=Phase.CLOSED,
        closed_at=now, offered_to=None,
        close_reason=f"{reason}\n\nÅbent ved afslutningen: {anyway}" if needs_reason else reason,
    )  # fmt: skip


def _silence(case: Case, now: datetime) -> None:
    """A closed case reminds nobody; what was said already stays said."""
    reminders.withdraw(Reminder.case == case.ref, now=now)


@verb(Action.CASE_CLOSE)
def reopen(actor: Actor, case: Case, reason: str, seen_version: int) -> Case:
    """Open a closed case again where it was left, with code and history; meetings and requests remind again, and safety
    is to be assessed today.

    Reopening an open one changes nothing. Raises Conflict when someone was faster.
    """
    if not case.closed_at:
        return written.already_told(actor, EventKind.CASE_REOPENED, case, reason)
    last = (
        PhaseMove.select()
        .where(PhaseMove.case == case.ref, PhaseMove.to_phase == Phase.CLOSED)
        .order_by(PhaseMove.at.desc())
        .first()
    )
    back = last.from_phase if last else Phase.FOLLOW_UP
    _note_move(actor, case, back, reason)
    columns = {"phase": back, "closed_at": None, "reopened_at": clock.now()}
    reopened = revise(actor, EventKind.CASE_REOPENED, case, seen_version, told=("phase",), because=reason, **columns)
    _remind_again(case)
    duties.arise_for_all(actor, reopened)
    safety.fall_due(actor, reopened, reason)
    return reopened


def _remind_again(case: Case) -> None:
    """What the closing silenced, and nothing else, is to come again. What fell due meanwhile is said at once, where
    someone is waited for or something runs out; the tick asks of each whether it holds."""
    silenced = (Reminder.case == case.ref) & (Reminder.void_at == case.closed_at) & Reminder.owed_at.is_null()
    to_come = (Reminder.due_at > clock.now()) | Reminder.kind.in_(SAID_LATE)
    Reminder.update(void_at=None).where(silenced, to_come).execute()
    silent = (Deadline.case == case.ref) & (Deadline.void_at >= case.closed_at) & Deadline.owed_at.is_null()
    Deadline.update(void_at=None).where(silent).execute()


def _note_move(actor: Actor, case: Case, to: Phase, reason: str | None) -> None:
    insert_by(actor, PhaseMove, case, from_phase=case.phase, to_phase=to, reason=reason)
