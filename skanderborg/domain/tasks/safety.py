"""Safety comes first and is never done: it is assessed, and assessed again (PRODUCT 2, «Task»)."""

from datetime import timedelta

from ... import clock, policy
from ...errors import Invalid
from ...kinds import TaskKind, TaskStatus
from ...policy import Action
from ...store import events
from ...store.cases import Case
from ...store.db import transaction
from ...store.people import Person
from ...store.work import Task
from .. import access, rules, tasks
from . import owners


@transaction
def assess(actor: Person, task: Task, note: str | None, seen_version: int, *, danger_remains: bool = False) -> Task:
    """Record that safety was assessed today; it falls due again after `safety_again_days`.

    The case then no longer stands as acute on the board, unless the one who assessed says that danger remains. Raises
    Invalid without a note, and for a task that is no safety assessment. Saying the same twice changes nothing.
    """
    policy.require(actor, Action.TASK_WORK, task)
    tasks.refuse_closed(task)
    if task.kind != TaskKind.SAFETY:
        raise Invalid("Kun sikkerhed vurderes på den måde. Markér opgaven som udført i stedet.")
    if not note:
        raise Invalid("Skriv kort, hvad du vurderede, og hvad I gør.", "note")
    today = clock.today(clock.now())
    if task.assessed_on == today and task.reason == note:
        return task
    again = today + timedelta(days=rules.current().safety_again_days)
    assessed = tasks.apply(actor, task, seen_version, "assessed", assessed_on=today, due_on=again, reason=note,
                           status=TaskStatus.ACTIVE)  # fmt: skip
    _mark(actor, task.case, danger_remains, note)
    return assessed


@transaction
def assess_again(actor: Person, case_ref: str, why: str | None) -> Task | None:
    """Let *Vurdér igen* fall due today: a new danger sign, or the police is about to contact the udøver.

    The case stands as acute, first on the board, until it is assessed. None where the case has no safety task. Raises
    NotFound, and Invalid without a reason or on a closed case.
    """
    case = policy.case_for(actor, case_ref, Action.CASE_WORK)
    access.refuse_closed(case)
    if not why:
        raise Invalid("Skriv hvorfor sikkerheden skal vurderes igen.", "why")
    _mark(actor, case, True, why)
    task = Task.get_or_none(Task.case == case_ref, Task.kind == TaskKind.SAFETY, Task.closed_at.is_null())
    today = clock.today(clock.now())
    if task is None or (task.due_on and task.due_on <= today):
        return tasks.of(case, task) if task else None
    fresh = tasks.apply(actor, tasks.of(case, task), task.version, "to-assess-again", due_on=today, reason=why)
    if fresh.assignee:
        owners.tell(actor, fresh, [fresh.assignee])
    return fresh


def _mark(actor: Person, case: Case, is_acute: bool, why: str) -> None:
    """Let the case stand as acute, or no longer; inside the caller's transaction."""
    if case.is_acute == is_acute:
        return
    Case.update(is_acute=is_acute, board_stamp=Case.board_stamp + 1).where(Case.ref == case.ref).execute()
    verb = "case:made-acute" if is_acute else "case:no-longer-acute"
    events.record(actor, verb, case, changes={"is_acute": [case.is_acute, is_acute], "reason": [None, why]})
