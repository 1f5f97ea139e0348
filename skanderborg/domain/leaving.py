"""Someone leaves the municipality: nothing that they owed is left without an owner (SEC-18, REL-15)."""

from datetime import datetime

import peewee

from .. import clock, policy
from ..errors import Invalid
from ..kinds import LetterKind, RelationKind, TaskKind
from ..mail import outbox
from ..policy import Action, Actor
from ..store import events
from ..store.cases import Case, Relation
from ..store.db import change, lock_chain, transaction
from ..store.outbox import OutboxLetter
from ..store.people import Department, Person
from ..store.work import Meeting, Participant, Request, Task
from . import access, people, sessions
from .access import walls
from .requests import answers


@transaction
def disable(actor: Actor, person: Person) -> None:
    """Close an account at once: sessions end, unsent letters to it are withdrawn, and what it owes goes to its
    department's queue or, where it was tovholder, to the resource person on the case (SEC-18, REL-15).

    Raises Invalid while a case would be left without anyone.
    """
    policy.require(actor, Action.PEOPLE_MANAGE)
    if person.disabled_at:
        return
    now = clock.now()
    for ref in sorted(_cases_touched_by(person)):  # in fixed order, before any row of theirs (decision 10)
        lock_chain(f"case:{ref}")
    Person.update(disabled_at=now, version=Person.version + 1).where(Person.ref == person.ref).execute()
    sessions.end_all(person, now)
    outbox.withdraw(OutboxLetter.person == person.ref, now=now)
    _hand_work_over(actor, person, now)
    events.record(actor, "person:disabled", person)


def _cases_touched_by(person: Person) -> set[str]:
    tied = Relation.select(Relation.case.alias("ref")).where(Relation.person == person.ref, Relation.until_at.is_null())
    offered = Case.select(Case.ref).where(Case.offered_to == person.ref)
    tasks = Task.select(Task.case.alias("ref")).where(Task.assignee == person.ref, Task.closed_at.is_null())
    requests = Request.select(Request.case.alias("ref")).where(
        (Request.handler == person.ref) | (Request.named == person.ref), Request.closed_at.is_null()
    )
    return {ref for query in (tied, offered, tasks, requests) for (ref,) in query.tuples()}


def _hand_work_over(actor: Actor, person: Person, now: datetime) -> None:
    home = next(iter(people.departments_of(person)), None)
    Case.update(offered_to=None, version=Case.version + 1, board_stamp=Case.board_stamp + 1).where(
        Case.offered_to == person.ref
    ).execute()
    for relation in list(Relation.select().where(Relation.person == person.ref, Relation.until_at.is_null())):
        Relation.update(until_at=now).where(Relation.ref == relation.ref).execute()
        if relation.kind == RelationKind.PRIMARY_CONTACT:
            inherit(actor, relation.case, person, now)
        Case.update(board_stamp=Case.board_stamp + 1).where(Case.ref == relation.case_id).execute()
    for case in list(Case.select().where(Case.ref.in_(_duties_of(person)))):
        access.left(actor, case, {person.ref})
        access.stamp(case.ref)
    tasks = Task.select().where(
        Task.assignee == person.ref, Task.closed_at.is_null(), Task.kind != TaskKind.CHILD_REPORT
    )
    for task in list(tasks):
        to = task.department_id or _queue_for(task, home)
        change(task, task.version, assignee=None, department=to)
        Case.update(board_stamp=Case.board_stamp + 1).where(Case.ref == task.case_id).execute()
        events.record(actor, "task:returned-to-queue", task)
    requests = Request.select().where(
        (Request.handler == person.ref) | (Request.named == person.ref), Request.closed_at.is_null()
    )
    for request in list(requests):
        answers.without_owner(actor, request)
    Participant.update(removed_at=now).where(
        Participant.person == person.ref,
        Participant.removed_at.is_null(),
        Participant.meeting.in_(Meeting.select(Meeting.ref).where(Meeting.starts_at > now)),
    ).execute()


def _duties_of(person: Person) -> peewee.ModelSelect:
    """Refs of the cases in which a person has, or keeps for another, the duty to report concern for a child."""
    open_duties = Task.closed_at.is_null() & (Task.kind == TaskKind.CHILD_REPORT)
    return Task.select(Task.case).where(Task.assignee == person.ref, open_duties)


def _queue_for(task: Task, home: Department | None) -> str | None:
    """The department's queue if anyone there may take the task, else nobody's: the board shows *Uden ansvarlig*."""
    if home is None or task.case.restricted:
        return None
    excluded = access.excluded_persons(task.case_id)
    return home.ref if any(person.ref not in excluded for person in people.members(home.ref)) else None


def inherit(actor: Actor, case: Case, leaving: Person, now: datetime) -> None:
    """Nobody's case: the resource person on it takes over, else any present resource person, so that never nobody."""
    excluded = access.excluded_persons(case.ref)
    others = [person for person in people.resource_persons() if person.ref not in excluded]
    seeing = [person for person in access.resource_persons_on(case.ref) if person.ref not in excluded]
    candidates = seeing + people.present(others, clock.today(now)) + others
    candidates.sort(key=lambda person: walls.is_contact_of_opposing(case, person))  # never nobody: else one who is both
    if not candidates:
        raise Invalid("Der er ingen ressourceperson til at overtage en sag. Opret en, før denne bruger lukkes.")
    heir = candidates[0]
    access.tie(actor, case, heir, RelationKind.PRIMARY_CONTACT, None)
    Task.update(assignee=heir, version=Task.version + 1).where(
        Task.case == case.ref, Task.assignee == leaving.ref, Task.closed_at.is_null(),
        Task.kind != TaskKind.CHILD_REPORT,
    ).execute()  # fmt: skip
    outbox.put(
        LetterKind.CONTACT_OFFERED,
        heir,
        key=f"case:{case.ref}:inherited:{now.isoformat()}",
        about=case,
        path=f"/sager/{case.ref}",
    )
    events.record(actor, "case:inherited", case)
