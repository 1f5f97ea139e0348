"""Children of a case, and what each professional did with the personal duty to report concern for them (D-15; S2-14).

Who has the duty and when is in access/duties.py; the children themselves are parties of the case (parties.py).
"""

from datetime import date, time
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..errors import Invalid, NotFound
from ..kinds import Answer, EventKind, PartyRole, ReportChannel, ReportOutcome, TaskKind, TaskStatus
from ..policy import Action
from ..store import events
from ..store.cases import Case, Party
from ..store.db import transaction
from ..store.idempotency import creates
from ..store.people import Person
from ..store.plans import ChildReport, ChildStep
from ..store.work import Task
from . import days, parties, tasks
from .access import duties
from .verbs import reads, work
from .written import add

BORN_HINT = "Skriv fødselsåret med fire tal, fx 2018."
STILL_OPEN = (ReportOutcome.NECESSARY, ReportOutcome.NOT_YET)
CALL_FIRST = "Ring først til dem, der modtager underretninger, i dag, og skriv, hvem du talte med, og hvornår."
OLDEST_CHILD_YEARS = 30  # a child who grew up is a party of its own; a year before that is a slip of the finger


class Report(NamedTuple):
    """What was done with the duty: sent (when, to whom, how), assessed as not necessary (why), or necessary: told by
    phone today (when, to whom, what is known), and why it cannot be sent yet, with the day of the next look."""

    outcome: ReportOutcome
    sent_on: date | None = None
    receiver: str | None = None
    channel: ReportChannel | None = None
    reason: str | None = None
    called_at: time | None = None
    called_whom: str | None = None
    known: str | None = None
    why_not_yet: str | None = None
    look_on: date | None = None


class Duties(NamedTuple):
    """The actor's own duty (open, or None) and own reports, newest first, and how many others have yet to assess."""

    mine: Task | None
    reports: list[ChildReport]
    progress: duties.Progress


class Opened(NamedTuple):
    """A duty as its page shows it: the steps that left it open, in order, and what ended it."""

    task: Task
    steps: list[ChildStep]
    written: ChildReport | None


# ── the children ────────────────────────────────────────────────────────────────────────────────────


def of_case(actor: Person, case: Case) -> list[Party]:
    """The children of a case that the actor has loaded, as they were registered."""
    return parties.of_case(actor, case, PartyRole.CHILD)


def get(actor: Person, case: Case, ref: str) -> Party:
    """A child of a case that the actor has loaded. Raises NotFound for one of another case, TooLate for one
    that was taken out."""
    return parties.get(actor, case, ref, PartyRole.CHILD)


def register(
    actor: Person, case: Case, *, name: str | None = None, born: str | None = None, lives_with: str | None = None,
    institution: str | None = None, key: str | None = None,
) -> Party:  # fmt: skip
    """Register a child, by what its form asks; initials or a year of birth are enough. Everyone on the case now has the
    duty to assess.

    Raises Invalid for an odd year of birth, for a child of whom nothing tells who it is, and on a closed case.
    """
    said = parties.Details(**_known(name, born, lives_with, institution))
    return parties.add(actor, case, PartyRole.CHILD, said, key=key)


def describe(actor: Person, case: Case, row: Party, seen_version: int, **said: str | None) -> Party:
    """Say more of a child; its protection stays. Raises as `register` does, and Conflict when someone was faster."""
    stays = {name: getattr(row, name) for name in ("contact", "address", "protection", "protection_until")}
    return parties.describe(actor, case, row, parties.Details(**stays | _known(**said)), seen_version)


def take_out(actor: Person, case: Case, row: Party, reason: str | None, seen_version: int) -> Party:
    """Take out a child who has nothing to do with the case; nobody's duty goes away by that. Raises Invalid without a
    reason, Conflict."""
    return parties.take_out(actor, case, row, reason, seen_version)


def _known(
    name: str | None = None, born: str | None = None, lives_with: str | None = None, institution: str | None = None
) -> dict[str, Any]:
    """The columns of a child; with whom it lives is how it is related."""
    _refuse_odd_year(born)
    return {"name": name, "born": born, "relation_text": lives_with, "institution": institution}


def _refuse_odd_year(born: str | None) -> None:
    this_year = clock.today().year
    is_year = born is None or (
        born.isascii() and born.isdecimal() and this_year - OLDEST_CHILD_YEARS <= int(born[:5]) <= this_year
    )
    if not is_year:
        raise Invalid(BORN_HINT, "born")


# ── the duty ────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def duties_of(actor: Person, case: Case) -> Duties:
    """How the actor stands with the duty on a case, and how many others have yet to assess theirs; never who."""
    is_mine = (ChildReport.task == Task.ref) & (ChildReport.person == actor.ref) & (Task.duty_of == actor.ref)
    found = list(
        Task.select(Task, ChildReport)
        .join(ChildReport, peewee.JOIN.LEFT_OUTER, on=is_mine, attr="report")
        .where(Task.case == case.ref, Task.duty_of.is_null(False))
        .order_by(Task.created_at.desc(), Task.ref)
    )
    open_ones = [task for task in found if task.closed_at is None]
    mine = next((task for task in open_ones if task.duty_of_id == task.assignee_id == actor.ref), None)
    reports = [task.report for task in found if getattr(task, "report", None) is not None and task.report.ref]
    waiting = sum(task.status == TaskStatus.WAITING for task in open_ones)
    return Duties(mine, reports, duties.Progress(len({task.duty_of_id for task in found}), len(open_ones), waiting))


@transaction
def open_duty(actor: Person, ref: str, action: Action = Action.CHILD_REPORT) -> Opened:
    """The task of a duty that is the actor's to write down, with what was written; the look is noted.

    Raises NotFound for anyone else's.
    """
    task = policy.task_for(actor, ref, action)
    _refuse_other_kind(task)
    events.looked(actor, "child-report:read", task)
    steps = ChildStep.select().where(ChildStep.task == task.ref).order_by(ChildStep.at, ChildStep.ref)
    return Opened(task, list(steps), ChildReport.get_or_none(ChildReport.task == task.ref))


def record(actor: Person, task: Task, report: Report, key: str | None = None) -> ChildReport | ChildStep:
    """Write down what was done with the duty; only what ends it closes its task. A manager writes it for one who left.

    Raises Invalid, naming the field, for what is missing and for a date to come; and where it was written down already.
    """
    if report.outcome in STILL_OPEN:
        return keep_open(actor, task, report, key=key)
    return conclude(actor, task, report, key=key)


@creates(ChildReport)
@work(Action.CHILD_REPORT)
def conclude(actor: Person, task: Task, report: Report) -> ChildReport:
    """Write down that a report was sent, or why none is necessary. Raises as `record`."""
    _refuse_written(task)
    told = _told(report)
    values = {name: value for name, value in told._asdict().items() if name in ChildReport._meta.fields}
    recorded = add(
        actor, EventKind.CHILD_REPORT_RECORDED, ChildReport, task.case, told=values.keys(), task=task,
        person=task.duty_of_id, **values,
    )  # fmt: skip
    tasks.follow(actor, task.ref, TaskStatus.DONE)
    return recorded


@creates(ChildStep)
@work(Action.CHILD_REPORT)
def keep_open(actor: Person, task: Task, report: Report) -> ChildStep:
    """Write down the call of today to those who receive reports of concern, or why a report cannot be sent yet: the
    citizen is anonymous, say. The duty stays open, and falls due again with the next look.

    Raises as `record`, and Invalid for *not yet* where nobody was called, without a reason, and for a next look later
    than the next working day.
    """
    _refuse_written(task)
    told = _call_of(report) | (_wait_of(task, report) if report.outcome == ReportOutcome.NOT_YET else {})
    step = add(
        actor, EventKind.CHILD_REPORT_KEPT_OPEN, ChildStep, task.case, told=("outcome", *told), task=task,
        person=task.duty_of_id, outcome=report.outcome, **told,
    )  # fmt: skip
    is_waiting = report.outcome == ReportOutcome.NOT_YET
    status = TaskStatus.WAITING if is_waiting else TaskStatus.ACTIVE
    tasks.follow(actor, task.ref, status, due_on=report.look_on if is_waiting else clock.today())
    return step


def next_look(today: date) -> date:
    """The last day on which one who cannot send a report yet looks again: the next working day."""
    return clock.add_working_days(today, 1)


def _refuse_written(task: Task) -> None:
    _refuse_other_kind(task)
    if Task.select().where(Task.ref == task.ref, Task.closed_at.is_null(False)).exists():
        raise Invalid("Det er skrevet ned. Er der en ny bekymring, så vurdér igen fra siden Børn.")


def _call_of(report: Report) -> dict[str, Any]:
    """The call of today; for *not yet* it may have been made and written down before."""
    if report.outcome == ReportOutcome.NOT_YET and not (report.called_at or report.called_whom or report.known):
        return {}
    if report.called_at is None:
        raise Invalid(CALL_FIRST, "called_at")
    if clock.local(clock.now()).time() < report.called_at:
        raise Invalid("Klokkeslættet er ikke kommet endnu. Ring først, og skriv, hvornår det var.", "called_at")
    if not report.called_whom:
        raise Invalid("Skriv navnet på den, du talte med.", "called_whom")
    if not report.known:
        raise Invalid("Skriv, hvad du fortalte: det, I ved nu.", "known")
    return {"called_at": report.called_at.strftime("%H:%M"), "called_whom": report.called_whom, "known": report.known}


def _wait_of(task: Task, report: Report) -> dict[str, Any]:
    """Why it cannot be sent yet, and when one looks again; only after a call, of today or before."""
    called = ChildStep.select().where(ChildStep.task == task.ref, ChildStep.called_at.is_null(False))
    if report.called_at is None and not called.exists():
        raise Invalid(CALL_FIRST, "called_at")
    if not report.why_not_yet:
        raise Invalid("Skriv, hvorfor underretningen ikke kan sendes endnu.", "why_not_yet")
    today = clock.today()
    if report.look_on is None or not today <= report.look_on <= next_look(today):
        raise Invalid(f"Vælg, hvornår du ser på det igen: senest {clock.long_date(next_look(today))}.", "look_on")
    return {"reason": report.why_not_yet, "look_on": report.look_on}


def _refuse_other_kind(task: Task) -> None:
    if task.kind != TaskKind.CHILD_REPORT:
        raise NotFound()


def _told(report: Report) -> Report:
    """Only what belongs to the outcome."""
    if report.outcome == ReportOutcome.NOT_NEEDED:
        if not report.reason:
            raise Invalid("Skriv, hvorfor en underretning ikke er nødvendig.", "reason")
        return Report(report.outcome, reason=report.reason)
    days.past_day(report.sent_on, "sent_on", "Skriv den dag, underretningen blev sendt.")
    if not report.receiver:
        raise Invalid("Skriv, hvem underretningen er sendt til.", "receiver")
    if report.channel is None:
        raise Invalid("Vælg, hvordan underretningen er sendt.", "channel")
    return Report(report.outcome, report.sent_on, report.receiver, report.channel)


@work(Action.CHILD_REPORT)
def assess_again(actor: Person, case: Case) -> Task:
    """Take the duty up once more: there is a new concern. Whoever has it open has it already.

    Raises Invalid on a closed case, and where no children are known.
    """
    if case.children != Answer.YES:
        raise Invalid("Registrér barnet først.")
    return duties.arise_anew(actor, case)
