"""Spærring: a person, or everyone in a department, never sees a case (SEC-05). In force at the next request."""

from datetime import datetime

from ... import clock, policy
from ...errors import Invalid, NotFound
from ...kinds import MeetingStatus, RequestStatus, TaskKind
from ...mail import outbox
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case, Exclusion, Relation
from ...store.db import change, insert, lock_chain, transaction
from ...store.outbox import OutboxLetter
from ...store.people import Department, Membership, Person
from ...store.work import Meeting, Participant, Reminder, Request, Task
from .. import access, reminders
from ..requests import answers

DEPARTMENT_EXCLUDED = "Afdelingen er spærret fra sagen. Spørg en anden."


@transaction
def exclude_person(actor: Actor, case: Case, person: Person, reason: str) -> Exclusion:
    """Close a case to a person. See `_exclude`."""
    return _exclude(actor, case, {person.ref}, reason, person=person)


@transaction
def exclude_department(actor: Actor, case: Case, department: Department, reason: str) -> Exclusion:
    """Close a case to everyone who works, or comes to work, in a department. See `_exclude`."""
    members = Membership.select(Membership.person).where(Membership.department == department.ref)
    return _exclude(actor, case, {ref for (ref,) in members.tuples()}, reason, department=department)


def _exclude(
    actor: Actor, case: Case, people: set[str], reason: str, person: Person | None = None,
    department: Department | None = None,
) -> Exclusion:  # fmt: skip
    """Doing it twice changes nothing. What they had of the case goes back to where someone else sees it.

    Raises Invalid while one of them is tovholder: another is chosen first, so that nobody's case never is.
    """
    policy.require(actor, Action.CASE_EXCLUDE, case)
    lock_chain(f"case:{case.ref}")
    contact = access.primary_contact(case.ref)
    if contact is None or contact.ref in people:
        raise Invalid(
            "Vælg en anden tovholder først. En sag har altid en tovholder.", "excluded" if person else "department"
        )
    same = (Exclusion.person == person.ref) if person else (Exclusion.department == department.ref)  # type: ignore[union-attr]
    already = Exclusion.select().where(Exclusion.case == case.ref, same, Exclusion.until_at.is_null()).first()
    if already:
        return already
    now = clock.now()
    made = insert(
        Exclusion, case=case.ref, person=person, department=department, reason=reason, by=actor.ref, from_at=now
    )
    take_back(actor, case, people, department, contact, now)
    who = person.ref if person else f"department:{department.ref}"  # type: ignore[union-attr]
    events.record(actor, "access:excluded", made, changes={"excluded": [None, who], "reason": [None, reason]})
    access.stamp(case.ref)
    return made


def take_back(
    actor: Actor, case: Case, people: set[str], department: Department | None, contact: Person | None, now: datetime
) -> None:
    """See to what people had of a case that is closed to them from now on; inside the caller's transaction."""
    persons = list(people)
    Relation.update(until_at=now).where(
        Relation.case == case.ref, Relation.person.in_(persons), Relation.until_at.is_null()
    ).execute()
    Case.update(offered_to=None, version=Case.version + 1).where(
        Case.ref == case.ref, Case.offered_to.in_(persons)
    ).execute()
    access.left(actor, case, people)
    _take_tasks_back(actor, case, persons, department)
    _take_requests_back(actor, case, people, department, contact)
    outbox.withdraw(OutboxLetter.case == case.ref, OutboxLetter.person.in_(persons), now=now)
    reminders.withdraw(Reminder.case == case.ref, Reminder.person.in_(persons), now=now)
    to_come = Meeting.select(Meeting.ref).where(Meeting.case == case.ref, Meeting.status == MeetingStatus.PLANNED)
    Participant.update(removed_at=now).where(
        Participant.meeting.in_(to_come), Participant.person.in_(persons), Participant.removed_at.is_null()
    ).execute()


def _take_tasks_back(actor: Actor, case: Case, persons: list[str], department: Department | None) -> None:
    theirs = Task.assignee.in_(persons)
    if department:
        theirs |= Task.department == department.ref
    is_personal = Task.kind == TaskKind.CHILD_REPORT  # the manager has it by now
    for task in list(Task.select().where(Task.case == case.ref, Task.closed_at.is_null(), theirs, ~is_personal)):
        columns = {"department": None} if department and task.department_id == department.ref else {}
        freed = change(task, task.version, assignee=None, **columns)
        events.record(actor, "task:returned-to-queue", freed, changes={"assignee": [task.assignee_id, None]})


def _take_requests_back(
    actor: Actor, case: Case, people: set[str], department: Department | None, contact: Person | None
) -> None:
    """A request whose handler is excluded waits in its queue again; one to an excluded department goes back to the
    asker; one whose asker is excluded is the tovholder's from now on."""
    for request in list(Request.select().where(Request.case == case.ref, Request.closed_at.is_null())):
        request.case = case
        if request.asker_id in people:
            request = answers.record_move(actor, request, request.version, "passed-on", asker=contact)
        if department and request.department_id == department.ref and request.status != RequestStatus.RETURNED:
            answers.come_back(actor, request, DEPARTMENT_EXCLUDED, handler=None, named=None)
        elif request.handler_id in people or request.named_id in people:
            answers.without_owner(actor, request)


@transaction
def lift(actor: Actor, case: Case, exclusion_ref: str) -> None:
    """End an exclusion; nobody gets access by that alone. Raises NotFound for one of another case."""
    policy.require(actor, Action.CASE_EXCLUDE, case)
    exclusion = Exclusion.get_or_none(Exclusion.ref == exclusion_ref, Exclusion.case == case.ref)
    if exclusion is None:
        raise NotFound()
    if exclusion.until_at:
        return
    Exclusion.update(until_at=clock.now()).where(Exclusion.ref == exclusion.ref).execute()
    who = exclusion.person_id or f"department:{exclusion.department_id}"
    events.record(actor, "access:exclusion-lifted", exclusion, changes={"excluded": [who, None]})
