"""The queue of a department that closes: nothing in it is left without an owner, and nothing spreads (REL-15)."""

from .. import policy
from ..errors import Invalid
from ..kinds import WITH_DEPARTMENT, EventKind, RequestStatus, TaskKind
from ..policy import Action, Actor
from ..store.cases import Case
from ..store.db import transaction
from ..store.people import Department
from ..store.work import Request, Task
from . import access, leaving, people, tasks
from .requests import answers
from .tasks import owners
from .written import revise

COMES_BACK = [*WITH_DEPARTMENT, RequestStatus.HELD]  # a request that the department had, or was to have
WHO_TAKES_OVER = "Der ligger noget i afdelingens kø. Vælg, hvilken afdeling der overtager."


@transaction
def hand_over(actor: Actor, closing: Department, heir: Department | None) -> None:
    """Give the tasks of a department that closes to the one that takes over, as far as that may know of them, and else
    to nobody; and let what it was asked come back to who asked.

    A request is not passed on unasked: that no party works there was answered for the one that closes (SEC-10).
    Raises Invalid where something is there and no heir is named, in words that tell nothing of it.
    """
    policy.require(actor, Action.CONTENT_MANAGE)
    touched = Case.select().where(Case.ref.in_(_touched(closing)) & Case.closed_at.is_null()).order_by(Case.ref)
    cases = list(touched)
    leaving.hold_cases(cases)
    if cases and heir is None:
        raise Invalid(WHO_TAKES_OVER, "heir")
    for case in cases:
        _tasks(actor, case, closing, heir)
        _requests(actor, case, closing, heir)


def _touched(closing: Department) -> set[str]:
    tasks_there = Task.select(Task.case).where(Task.department == closing.ref, Task.closed_at.is_null())
    requests_there = Request.select(Request.case).where(
        Request.department == closing.ref, Request.status.in_(COMES_BACK)
    )
    return {ref for query in (tasks_there, requests_there) for (ref,) in query.tuples()}


def _tasks(actor: Actor, case: Case, closing: Department, heir: Department | None) -> None:
    """Whoever took one keeps it."""
    found = Task.select().where(
        Task.case == case.ref, Task.department == closing.ref, Task.closed_at.is_null(), Task.kind != TaskKind.REQUEST
    )
    told = _who_may_have_it(case, heir)
    queue = heir if told else None
    for task in list(found):
        moved = revise(actor, EventKind.TASK_RETURNED_TO_QUEUE if task.assignee_id is None else EventKind.TASK_FOLLOWED,
                       tasks.of(case, task), task.version, department=queue)  # fmt: skip
        if task.assignee_id is None:
            owners.tell(actor, moved, told)


def _who_may_have_it(case: Case, heir: Department | None) -> list[people.Person]:
    if heir is None or case.restricted:
        return []
    excluded = access.excluded_persons(case.ref)
    return [person for person in people.members(heir.ref) if person.ref not in excluded]


def _requests(actor: Actor, case: Case, closing: Department, heir: Department | None) -> None:
    found = Request.select().where(
        Request.case == case.ref, Request.department == closing.ref, Request.status.in_(COMES_BACK)
    )
    instead = f"Spørg {heir.name} i stedet." if heir else "Spørg en anden."
    for request in list(found):
        request.case = case
        answers.come_back(actor, request, f"Afdelingen er nedlagt. {instead}", handler=None, named=None)
