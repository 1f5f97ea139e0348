"""Safety comes first and is never done: it is assessed, and assessed again (PRODUCT 2, «Task»)."""

from datetime import timedelta

from .. import clock, policy
from ..errors import Invalid
from ..kinds import TaskKind, TaskStatus
from ..policy import Action
from ..store.db import transaction
from ..store.people import Person
from ..store.work import Task
from . import owners, rules, tasks


@transaction
def assess(actor: Person, task: Task, note: str | None, seen_version: int) -> Task:
    """Record that safety was assessed today; it falls due again after `safety_again_days`.

    Raises Invalid without a note, and for a task that is no safety assessment. Saying the same twice changes nothing.
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
    return tasks.apply(actor, task, seen_version, "assessed", assessed_on=today, due_on=again, reason=note,
                       status=TaskStatus.ACTIVE)  # fmt: skip


@transaction
def assess_again(actor: Person, case_ref: str, why: str | None) -> Task | None:
    """Let *Vurdér igen* fall due today: a new danger sign, or the police is about to contact the udøver.

    None where the case has no safety task. Raises NotFound, and Invalid without a reason.
    """
    case = policy.case_for(actor, case_ref, Action.CASE_WORK)
    if not why:
        raise Invalid("Skriv hvorfor sikkerheden skal vurderes igen.", "why")
    task = Task.get_or_none(Task.case == case_ref, Task.kind == TaskKind.SAFETY, Task.closed_at.is_null())
    today = clock.today(clock.now())
    if task is None or (task.due_on and task.due_on <= today):
        return tasks.of(case, task) if task else None
    fresh = tasks.apply(actor, tasks.of(case, task), task.version, "to-assess-again", due_on=today, reason=why)
    if fresh.assignee:
        owners.tell(actor, fresh, [fresh.assignee])
    return fresh
