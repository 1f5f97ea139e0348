"""Safety comes first and is never done: it is assessed, and assessed again (docs/domain.md «The flow»)."""

from datetime import date, timedelta
from typing import Any

from ... import clock, content, policy
from ...errors import Invalid
from ...kinds import CitizenRole, EventKind, TaskKind, TaskStatus
from ...policy import Action, Actor
from ...store import events, keys
from ...store.cases import Case
from ...store.db import rewrite, transaction
from ...store.idempotency import first_time
from ...store.people import Person
from ...store.work import Task
from .. import access, critical_dates, rules, tasks, verbs
from ..verbs import verb
from ..written import revise
from . import owners, urgent

NOT_SAFE_YET = "Den udsattes sikkerhed er ikke vurderet endnu – aftal med ressourcepersonen først."
TO_DISCUSS = "Drøft det med ressourcepersonen."
LEAST_REASON = 3
MADE_ACUTE, NO_LONGER_ACUTE, DANGER_AGAIN = (
    EventKind.CASE_MADE_ACUTE,
    EventKind.CASE_NO_LONGER_ACUTE,
    EventKind.CASE_DANGER_AGAIN,
)


@verb(Action.TASK_WORK)
def assess(actor: Person, task: Task, note: str | None, seen_version: int, *, danger_remains: bool = False) -> Task:
    """Record that safety was assessed today; it falls due again after `safety_again_days`.

    The case then no longer stands as acute on the board, unless the one who assessed says that danger remains. Raises
    Invalid without a note, and for a task that is no safety assessment. Saying the same twice changes nothing.
    """
    tasks.refuse_closed(task)
    if task.kind != TaskKind.SAFETY:
        raise Invalid("Kun sikkerhed vurderes på den måde. Markér opgaven som udført i stedet.")
    if not note:
        raise Invalid("Skriv kort, hvad du vurderede, og hvad I gør.", "note")
    today = clock.today()
    if task.assessed_on == today and task.reason == note and task.danger_at is None:
        return tasks.as_it_was(actor, task)
    again = _again_on(task.case_id, today)
    assessed = revise(actor, EventKind.TASK_ASSESSED, task, seen_version, assessed_on=today, due_on=again,
                           reason=note, status=TaskStatus.ACTIVE, danger_at=None)  # fmt: skip
    mark(actor, task.case, danger_remains, note)
    return assessed


def _again_on(case_ref: str, assessed_on: date) -> date:
    """When safety assessed on a day is assessed again: after `safety_again_days`, or sooner, before a critical date."""
    later = assessed_on + timedelta(days=rules.current().safety_again_days)
    return min(later, critical_dates.next_assessment(case_ref, assessed_on) or later)


@transaction
def assess_again(actor: Person, case_ref: str, why: str | None) -> Task:
    """Let *Vurdér igen* fall due today: a new danger sign, or the police is about to contact the udøver (D-02).

    The case stands as acute, first on the board, until it is assessed; its tovholder and resource persons are told. A
    case without a safety task gets one. Saying the same twice changes nothing. Raises NotFound, and Invalid without a
    reason or on a closed case.
    """
    case = policy.case_for(actor, case_ref, Action.CASE_WORK)
    verbs.refuse_closed(case)
    if not why:
        raise Invalid("Skriv, hvorfor sikkerheden skal vurderes igen.", "why")
    was_acute, today = case.is_acute, clock.today()
    task = _safety_task(actor, case)
    occasion = f"{task.ref}:{today:%y%m%d}:{task.assessed_on or date.min:%y%m%d}:{keys.hidden(why)}"
    if not first_time(actor, "safety.assess_again", occasion) and was_acute:
        return task
    if was_acute:
        events.record(actor, DANGER_AGAIN, case, changes={"reason": [None, why]})
    mark(actor, case, True, why)
    told = urgent.tell(actor, task, occasion)
    return _due_by(actor, task, today, why, told, danger_at=task.danger_at or clock.now())


def discuss(actor: Person, case: Case, why: str) -> Task:
    """Let safety be assessed with the resource person by the next working day: a sign that most such cases have says
    little alone, and must not wait for long. The case does not stand as acute. Inside the caller's transaction."""
    by = clock.add_working_days(clock.today(), 1)
    return _due_by(actor, _safety_task(actor, case), by, f"{TO_DISCUSS} {why}", set())


def fall_due(actor: Actor, case: Case, why: str) -> None:
    """Let the assessment of safety, if the case has one, fall due today without the case standing as acute: what was
    assessed before it was closed says nothing of today. Inside the caller's transaction."""
    task = Task.get_or_none(Task.case == case.ref, Task.kind == TaskKind.SAFETY, Task.closed_at.is_null())
    today = clock.today()
    if task is not None and task.due_on != today:
        _to_assess_again(actor, tasks.of(case, task), set(), due_on=today, reason=why)


def fall_due_by(actor: Actor, case: Case, day: date, why: str | None = None) -> None:
    """Let safety be assessed by that day at the latest, without the case standing as acute; one that is due before
    stays, unless there is a reason that who assesses must read. Inside the caller's transaction."""
    task = _safety_task(actor, case, day)
    if why:
        _due_by(actor, task, day, why, set())
    elif task.due_on is None or task.due_on > day:
        _to_assess_again(actor, task, set(), due_on=day)


def let_go(actor: Actor, case: Case, was_due: date) -> None:
    """Let safety fall due as it would have without a date that has moved or is off, where it was due for the sake of
    that date: assessed before, and with no danger since. Inside the caller's transaction."""
    task = Task.get_or_none(Task.case == case.ref, Task.kind == TaskKind.SAFETY, Task.closed_at.is_null())
    if task is None or task.due_on != was_due or task.assessed_on is None or task.danger_at:
        return
    again = _again_on(case.ref, task.assessed_on)
    if again > was_due:
        revise(actor, EventKind.TASK_FOLLOWED, tasks.of(case, task), task.version, due_on=again)


def _due_by(actor: Actor, task: Task, day: date, why: str, told: set[str], **columns: Any) -> Task:
    """The task, due on that day at the latest, as a new version: whoever assesses has not seen this reason yet, and is
    shown it first. One that is due by then keeps its day and words: a helper is told what is written on the task only.
    """
    is_due = task.due_on is not None and task.due_on <= day
    when = {"due_on": task.due_on} if is_due else {"due_on": day, "reason": why}
    return _to_assess_again(actor, task, told, **when, **columns)


def _to_assess_again(actor: Actor, task: Task, told: set[str], **columns: Any) -> Task:
    """Write the columns and tell the task's owner, unless `told` already."""
    fresh = revise(actor, EventKind.TASK_TO_ASSESS_AGAIN, task, task.version, **columns)
    if fresh.assignee and fresh.assignee.ref not in told:
        owners.tell(actor, fresh, [fresh.assignee])
    return fresh


def _safety_task(actor: Actor, case: Case, due_on: date | None = None) -> Task:
    """The case's safety task, taken out again where it was shelved, else a new one for the tovholder, due today or on
    the day that is given."""
    task = Task.get_or_none(Task.case == case.ref, Task.kind == TaskKind.SAFETY)
    if task is None:
        template = next(one for one in content.workflow().values() if one.kind == TaskKind.SAFETY)
        return tasks.stand_in(
            actor, case, kind=template.kind, box=template.box, title=template.title, must=template.must,
            template=template.id, due_on=due_on or clock.today(), assignee=access.primary_contact(case.ref),
        )  # fmt: skip
    task = tasks.of(case, task)
    if task.closed_at is None:
        return task
    open_again = {"status": TaskStatus.NOT_STARTED, "closed_at": None, "closed_by": None}
    return revise(actor, EventKind.TASK_REOPENED, task, task.version, **open_again)


def mark(actor: Person, case: Case, is_acute: bool, why: str | None) -> None:
    """Let the case stand as acute, or no longer; inside the caller's transaction."""
    stands = (Case.ref == case.ref) & (Case.is_acute == (not is_acute))
    if rewrite(Case, stands, is_acute=is_acute):
        case.is_acute = is_acute
        events.record(
            actor,
            MADE_ACUTE if is_acute else NO_LONGER_ACUTE,
            case,
            changes={"is_acute": [not is_acute, is_acute], "reason": [None, why]},
        )


# ── before a step that the udøver notices ───────────────────────────────────────────────────────────


def may_alert(case: Case) -> bool:
    """Whether a step on this case can reach an udøver before anyone has assessed that the exposed person is safe, since
    the case was opened or opened again (D-14)."""
    if case.citizen_role != CitizenRole.PERPETRATOR:
        return False
    assessed_on = _last_assessed_on(case)
    return assessed_on is None or bool(case.reopened_at and assessed_on < clock.today(case.reopened_at))


def _last_assessed_on(case: Case) -> date | None:
    bar = getattr(case, "bar", None)  # of a case that was loaded for one of its pages
    if bar is not None:
        return bar.assessed_on
    latest = Task.select(Task.assessed_on).where(Task.case == case.ref, Task.kind == TaskKind.SAFETY)
    task = latest.where(Task.assessed_on.is_null(False)).order_by(Task.assessed_on.desc()).first()
    return task.assessed_on if task else None


def before_alerting(actor: Actor, case: Case, anyway: str | None) -> None:
    """Raise Invalid before a referral, a meeting with the citizen or a request that `may_alert`, unless `anyway` says
    why; what it says is written down. Inside the caller's transaction."""
    if not may_alert(case):
        return
    if len((anyway or "").strip()) < LEAST_REASON:
        raise Invalid(NOT_SAFE_YET, "anyway")
    events.record(actor, EventKind.CASE_ALERTED_ANYWAY, case, changes={"reason": [None, anyway]})
