"""The page of a task, its forms, and what is done with it next, wherever it stands in a row."""

import peewee

from .. import policy
from ..domain.cases import identity
from ..domain.safety import rules_read
from ..errors import NotFound
from ..kinds import TaskKind, TaskStep
from ..policy import Action
from ..store import events
from ..store.db import transaction
from ..store.people import Person
from ..store.work import Task

STEPS = {
    TaskKind.CHILD_REPORT: TaskStep.DUTY,
    TaskKind.REQUEST: TaskStep.REQUEST,
    TaskKind.REFERRAL: TaskStep.REFERRAL,
    TaskKind.SAFE_AFTER: TaskStep.ANSWER,
    TaskKind.SHEET_BACK: TaskStep.TAKE_BACK,
}
ON_CASE = {
    TaskKind.REFERRAL: Action.REFERRAL_RECORD,
    TaskKind.SAFE_AFTER: Action.CASE_WORK,
}  # done on a page of its case


def step_of(actor: Person, task: Task) -> TaskStep | None:
    """What the actor can do next with an open task: the button that stands first in its row; None for one who only
    sees it."""
    if task.closed_at or not policy.may(actor, Action.TASK_WORK, task):
        return None
    if task.kind in ON_CASE and not policy.may(actor, ON_CASE[task.kind], task.case):
        return None
    if task.kind == TaskKind.SAFETY:
        return TaskStep.ASSESS_AGAIN if task.assessed_on else TaskStep.ASSESS
    return STEPS.get(task.kind) or (TaskStep.TAKE if task.assignee_id is None else TaskStep.COMPLETE)


@transaction
def show(actor: Person, ref: str, action: Action = Action.TASK_READ) -> Task:
    """A task as its pages show it, its case with its `bar` for who sees that; the look is written down (SEC-30).

    Raises NotFound, NotAllowed.
    """
    task = policy.task_for(actor, ref, action, _to_be_shown)
    if policy.may(actor, Action.CASE_READ, task.case):
        task.case.bar = identity.bar_of(task)
    events.looked(actor, "task:read", task)
    return task


def _to_be_shown(query: peewee.ModelSelect) -> peewee.ModelSelect:
    return rules_read.beside(identity.with_bar(query))


def on_case(actor: Person, case_ref: str, ref: str) -> Task:
    """A task as the overview of its case shows it to who sees that; the look is written down.

    Raises NotFound, also for a task of another case.
    """
    task = show(actor, ref)
    if task.case_id != case_ref or not policy.may(actor, Action.CASE_READ, task.case):
        raise NotFound()
    return task
