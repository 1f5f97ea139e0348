"""Someone's part in a case ends: taken off it, excluded, or gone from the municipality.

What they had goes to those who still see it, so that nothing is left without an owner (SEC-18, REL-15), and the
history of the case tells of each thing that moved.
"""

import peewee

from ... import clock, policy
from ...addresses import Place
from ...errors import Invalid
from ...kinds import EventKind, HandoverOutcome, LetterKind, RelationKind, RequestStatus, Role, TaskKind
from ...mail import outbox
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case, Relation
from ...store.db import rewrite
from ...store.outbox import OutboxLetter
from ...store.people import Department, Person
from ...store.work import Request, Task
from .. import access, meetings, people, tasks
from ..requests import answers
from ..verbs import verb
from ..written import revise
from . import handover, walls

DEPARTMENT_EXCLUDED = "Afdelingen er spærret fra sagen. Spørg en anden."
NOBODY_DECIDES = (
    "Der er ikke længere en ressourceperson på sagen til at vurdere grundlaget. Vælg det grundlag, der gælder, eller "
    "giv en ressourceperson adgang til sagen."
)


@verb(Action.CASE_GRANT)
def end(actor: Actor, case: Case, relation_ref: str) -> Relation:
    """End what ties a person to a case. What he or she owes stays, and is seen as a helper sees it; the duty to report
    concern for a child goes to the manager, and what the last resource person had to decide to those who asked.

    Raises NotFound for a relation of another case, Invalid for the tovholder's: there is always exactly one.
    """
    relation = policy.part_of(case, Relation, relation_ref)
    if relation.until_at:
        return relation
    if relation.kind == RelationKind.PRIMARY_CONTACT:
        raise Invalid("Vælg en anden tovholder først. En sag har altid en tovholder.")
    had = access.resource_persons_on(case.ref)
    _end(actor, relation)
    access.left(actor, case, {relation.person_id})
    _without_resource_person(actor, case, had)
    return relation


def take_back(
    actor: Actor, case: Case, persons: set[str], *, department: Department | None = None,
    queue: Department | None = None,
) -> None:  # fmt: skip
    """See to all that people had of a case in which they have no part from now on, inside the caller's transaction.

    A tovholder's case goes to the resource person on it. Their tasks wait in `queue`, where someone there may see them,
    else for anyone. Of a `department` that is excluded, what lay in its queue is nobody's, and what it was asked comes
    back. Raises Invalid when nobody is left to be tovholder.
    """
    had = access.resource_persons_on(case.ref)
    _end_offer(actor, case, persons)
    _end_ties(actor, case, persons)
    access.left(actor, case, persons)
    contact = access.primary_contact(case.ref)
    _free_tasks(actor, case, persons, contact, department, _open_to_some(case, queue))
    _free_requests(actor, case, persons, contact, department)
    _without_resource_person(actor, case, had)
    meetings.take_off(actor, case, persons)
    outbox.withdraw(OutboxLetter.case == case.ref, OutboxLetter.person.in_(list(persons)), now=clock.now())


# ── what ties them to it ────────────────────────────────────────────────────────────────────────────


def _end_offer(actor: Actor, case: Case, persons: set[str]) -> None:
    """Whoever was asked to be tovholder is asked no more; so the handover is over too."""
    asked = Case.get_by_id(case.ref)
    if asked.offered_to_id not in persons:
        return
    handover.end(case, HandoverOutcome.WITHDRAWN)
    revise(actor, EventKind.CASE_CONTACT_WITHDRAWN, asked, asked.version, offered_to=None)


def _end_ties(actor: Actor, case: Case, persons: set[str]) -> None:
    now = Relation.until_at.is_null()
    ties = list(Relation.select().where(Relation.case == case.ref, Relation.person.in_(list(persons)), now))
    for tie in ties:
        _end(actor, tie)
    for tie in ties:
        if tie.kind == RelationKind.PRIMARY_CONTACT:
            _inherit(actor, case, tie.person)


def _end(actor: Actor, tie: Relation) -> None:
    rewrite(Relation, Relation.ref == tie.ref, until_at=clock.now())
    events.record(actor, EventKind.ACCESS_ENDED, tie, changes={"person": [tie.person_id, None]})


def _inherit(actor: Actor, case: Case, before: Person) -> None:
    """Nobody's case: the resource person on it takes over, else any present resource person, so that never nobody."""
    now, excluded = clock.now(), access.excluded_persons(case.ref)
    others = [person for person in people.resource_persons() if person.ref not in excluded]
    seeing = [person for person in access.resource_persons_on(case.ref) if person.ref not in excluded]
    candidates = seeing + people.present(others, clock.today(now)) + others
    candidates.sort(key=lambda person: walls.is_contact_of_opposing(case, person))  # never nobody: else one who is both
    if not candidates:
        raise Invalid("Der er ingen ressourceperson til at overtage en sag. Opret en, før denne bruger lukkes.")
    heir = candidates[0]
    access.tie(actor, case, heir, RelationKind.PRIMARY_CONTACT, None)
    for task in list(_open_tasks(case).where(Task.assignee == before.ref)):
        revise(actor, EventKind.TASK_ASSIGNED, tasks.of(case, task), task.version, assignee=heir)
    handover.tell_citizen(actor, case, heir)
    key = f"case:{case.ref}:inherited:{now.isoformat()}"
    outbox.put(LetterKind.CONTACT_INHERITED, heir, key=key, about=case)
    events.record(actor, EventKind.CASE_INHERITED, case, changes={"primary_contact": [before.ref, heir.ref]})


# ── what they owed and asked ────────────────────────────────────────────────────────────────────────


def _open_tasks(case: Case) -> peewee.ModelSelect:
    """All but the duty to report concern for a child, which is personal: access.left sees to it."""
    return Task.select().where(Task.case == case.ref, Task.closed_at.is_null(), Task.kind != TaskKind.CHILD_REPORT)


def _open_to_some(case: Case, queue: Department | None) -> Department | None:
    """The queue, if anyone there may take a task of the case."""
    if queue is None or case.restricted:
        return None
    excluded = access.excluded_persons(case.ref)
    return queue if any(person.ref not in excluded for person in people.members(queue.ref)) else None


def _free_tasks(
    actor: Actor, case: Case, persons: set[str], contact: Person | None, department: Department | None,
    queue: Department | None,
) -> None:  # fmt: skip
    """Tasks go back to where they came from or, as the board says, to nobody; what stands for a request stays with
    whoever now asks it."""
    theirs = Task.assignee.in_(list(persons))
    if department:
        theirs |= Task.department == department.ref
    for task in list(_open_tasks(case).where(theirs)):
        mine = tasks.of(case, task)
        if task.kind == TaskKind.REQUEST and contact:
            revise(actor, EventKind.TASK_ASSIGNED, mine, task.version, assignee=contact)
            continue
        columns: dict[str, Department | None] = {}
        if department and task.department_id == department.ref:
            columns = {"department": None}
        elif queue and task.department_id is None:
            columns = {"department": queue}
        revise(actor, EventKind.TASK_RETURNED_TO_QUEUE, mine, task.version, assignee=None, **columns)


def _free_requests(
    actor: Actor, case: Case, persons: set[str], contact: Person | None, department: Department | None
) -> None:
    """A request whose handler is gone waits in its queue again, or comes back to the asker, as one to an excluded
    department does; one whose asker is gone is the tovholder's from now on."""
    for request in list(Request.select().where(Request.case == case.ref, Request.closed_at.is_null())):
        request.case = case
        if contact and request.asker_id in persons:
            request = revise(actor, EventKind.REQUEST_PASSED_ON, request, request.version, asker=contact)
        if department and request.department_id == department.ref and request.status != RequestStatus.RETURNED:
            answers.come_back(actor, request, DEPARTMENT_EXCLUDED, handler=None, named=None)
        elif {request.handler_id, request.named_id} & persons:
            answers.without_owner(actor, request)


def _without_resource_person(actor: Actor, case: Case, had: list[Person]) -> None:
    """Once there is none on the case any more: whose request was held back decides what now, and the tovholder is told
    to find another, who else would be nobody's to find."""
    if access.resource_persons_on(case.ref):
        return
    _bring_back_held(actor, case)
    contact = access.primary_contact(case.ref)
    if had and contact and not case.closed_at and Role.RESOURCE_PERSON not in policy.roles(contact):
        key = f"case:{case.ref}:without:{clock.now().isoformat()}"
        outbox.put(LetterKind.RESOURCE_AWAY, contact, key=key, about=case, opens=Place.ACCESS)


def _bring_back_held(actor: Actor, case: Case) -> None:
    held = Request.select().where(
        Request.case == case.ref, Request.status == RequestStatus.HELD, Request.closed_at.is_null()
    )
    for request in list(held):
        request.case = case
        answers.come_back(actor, request, NOBODY_DECIDES)
