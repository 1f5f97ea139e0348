"""A case for named persons only: no department's queue sees anything of it (the page *Adgang*)."""

from ... import clock, policy
from ...kinds import EventKind, RequestStatus
from ...mail import outbox
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.outbox import OutboxLetter
from ...store.work import Request, Task
from ..requests import answers
from ..verbs import verb
from ..written import revise

NAMED_ONLY = "Sagen er nu kun for navngivne personer. Send anmodningen til en navngiven."


@verb(Action.CASE_EXCLUDE)
def restrict(actor: Actor, case: Case, seen_version: int) -> Case:
    """Close a case to department queues: only named persons see anything of it.

    Tasks in a queue lose their owner; requests in a queue come back to the asker, who sends them to a named person, and
    of those that someone has taken the others in the department hear no more.
    Raises Conflict when someone was faster.
    """
    restricted = revise(actor, EventKind.CASE_RESTRICTED, case, seen_version, restricted=True)
    for task in list(
        Task.select().where(Task.case == case.ref, Task.closed_at.is_null(), Task.department.is_null(False))
    ):
        outbox.void(task)  # who was in the queue need not hear of it any more
        revise(actor, EventKind.TASK_RETURNED_TO_QUEUE, task, task.version, department=None)
    for request in list(Request.select().where(Request.case == case.ref, Request.closed_at.is_null())):
        request.case = restricted
        if request.status != RequestStatus.RETURNED and request.named_id is None and request.handler_id is None:
            answers.come_back(actor, request, NAMED_ONLY)
        else:
            _keep_from_the_others(request)
    return restricted


def _keep_from_the_others(request: Request) -> None:
    """Withdraw what was not sent yet to those who may not open a request any more."""
    unsent = OutboxLetter.select().where(OutboxLetter.about == f"request:{request.ref}", *outbox.UNSENT)
    for letter in list(unsent):
        if not policy.opens(letter.person, request):
            outbox.withdraw(OutboxLetter.ref == letter.ref, now=clock.now())


@verb(Action.CASE_EXCLUDE)
def unrestrict(actor: Actor, case: Case, seen_version: int) -> Case:
    """Let department queues see their part of the case again. Raises Conflict when someone was faster."""
    return revise(actor, EventKind.CASE_UNRESTRICTED, case, seen_version, restricted=False)
