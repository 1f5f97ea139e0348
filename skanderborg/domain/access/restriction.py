"""A case for named persons only: no department's queue sees anything of it (the page *Adgang*)."""

from ... import clock, policy
from ...kinds import RequestStatus
from ...mail import outbox
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case
from ...store.db import change, transaction
from ...store.work import Request, Task
from .. import access
from ..requests import answers

NAMED_ONLY = "Sagen er nu kun for navngivne personer. Send anmodningen til en navngiven."


@transaction
def restrict(actor: Actor, case: Case, seen_version: int) -> Case:
    """Close a case to department queues: only named persons see anything of it.

    Tasks in a queue lose their owner; requests in a queue come back to the asker, who sends them to a named person.
    Raises Conflict when someone was faster.
    """
    policy.require(actor, Action.CASE_EXCLUDE, case)
    restricted = policy.carry(case, change(case, seen_version, restricted=True))
    for task in list(
        Task.select().where(Task.case == case.ref, Task.closed_at.is_null(), Task.department.is_null(False))
    ):
        outbox.void(task, clock.now())  # who was in the queue need not hear of it any more
        freed = change(task, task.version, department=None)
        events.record(actor, "task:returned-to-queue", freed, changes={"department": [task.department_id, None]})
    queued = Request.select().where(
        Request.case == case.ref, Request.status == RequestStatus.SENT, Request.named.is_null()
    )
    for request in list(queued):
        answers.come_back(actor, request, NAMED_ONLY)
    access.stamp(case.ref)
    events.record(actor, "case:restricted", restricted, changes={"restricted": [case.restricted, True]})
    return restricted


@transaction
def unrestrict(actor: Actor, case: Case, seen_version: int) -> Case:
    """Let department queues see their part of the case again. Raises Conflict when someone was faster."""
    policy.require(actor, Action.CASE_EXCLUDE, case)
    opened = policy.carry(case, change(case, seen_version, restricted=False))
    access.stamp(case.ref)
    events.record(actor, "case:unrestricted", opened, changes={"restricted": [case.restricted, False]})
    return opened
