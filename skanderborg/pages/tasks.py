"""The page of a task, and its forms."""

import peewee

from .. import policy
from ..domain.cases import identity
from ..domain.safety import rules_read
from ..policy import Action
from ..store import events
from ..store.db import transaction
from ..store.people import Person
from ..store.work import Task


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
