"""What who heads a department may know of what waits there: that it does, since when and whose it is.

Never the case, nor anything that names it. Listed is what lies in the department's own queue, or did when someone there
took it, and of what its staff have elsewhere what a letter told of (domain/escalations), as long as it holds: such a
letter always opens what it tells of. Exclusion, and a role that sees no case, beat it, as everywhere.
"""

from collections.abc import Sequence
from typing import Any

import peewee

from ..errors import NotFound
from ..kinds import WITH_DEPARTMENT, Action, EscalationKind, RelationKind, ReminderKind, RequestStatus, Role, TaskKind
from ..store.cases import Case, Relation
from ..store.db import columns_of, joined
from ..store.people import Department, Membership, Person
from ..store.wall import of_day
from ..store.work import Escalation, Reminder, Request, Task
from .actors import is_kept_from_cases, roles
from .exclusion import is_excluded
from .grants import HEADED, HEADED_QUEUE, allow, require
from .sight import away, is_for_named_only, is_restricted, stands_in_for

TO_MANAGERS = (EscalationKind.SAFETY_UNTOUCHED, EscalationKind.MUST_MANAGER, EscalationKind.QUEUE_UNTAKEN)
# What a list needs: never a title, a text or the case's code.
OF_TASK = [
    *columns_of(Task, "ref kind case status must due_on assessed_on danger_at"),
    *columns_of(Task, "assignee department closed_at created_at version"),
]
OF_REQUEST = [
    *columns_of(Request, "ref case task status due_on party_works_there frozen_at version"),
    *columns_of(Request, "department named handler asker"),
]

Owner = Person.alias()


# ── who heads whom ──────────────────────────────────────────────────────────────────────────────────


def heads(actor: Person, person: Any) -> peewee.Expression:
    """The condition under which the actor heads a department in which a person works; never oneself.

    Manager, or standing in for one who is away; the department's substitute while it has no manager who is there; where
    nobody heads a department, or a person works in none, every manager. The person is a ref, or a column.
    """
    mine = Membership.select(Membership.person).where(_heads_department(actor, Membership.department))
    person = peewee.Value(person) if isinstance(person, str) else person
    headed = person.in_(mine)
    if Role.MANAGER in roles(actor):
        headed |= person.not_in(Membership.select(Membership.person))
    return headed & (person != actor.ref)


def departments_headed_by(actor: Person) -> peewee.ModelSelect:
    """The names of the departments that the actor heads now, or stands in for who does, a line each, as a subquery."""
    names = Department.select(joined(Department.name, "\n"))
    return names.where(Department.ref.in_(_headed_by(actor)), Department.retired_at.is_null())


def _heads_department(actor: Person, department: peewee.Field) -> peewee.Expression:
    mine = department.in_(_headed_by(actor))
    return mine | department.not_in(_headed_by_someone()) if Role.MANAGER in roles(actor) else mine


def _headed_by(actor: Person) -> peewee.ModelSelect:
    manager, substitute = Department.manager, Department.substitute
    left = Person.select(Person.ref).where(Person.disabled_at.is_null(False))
    is_missing = manager.is_null() | manager.in_(away(actor)) | manager.in_(left)
    stands_in = (substitute == actor.ref) | stands_in_for(actor, substitute)
    mine = Department.select(Department.ref).where(
        (manager == actor.ref) | stands_in_for(actor, manager) | (is_missing & stands_in)
    )
    return mine.where(Department.ref.is_null()) if is_kept_from_cases(actor) else mine


def _headed_by_someone() -> peewee.ModelSelect:
    here = Person.select(Person.ref).where(Person.disabled_at.is_null())
    return Department.select(Department.ref).where(Department.manager.in_(here) | Department.substitute.in_(here))


# ── what waits there ────────────────────────────────────────────────────────────────────────────────


def tasks_of_department(actor: Person) -> peewee.ModelSelect:
    """The tasks of the queues that the actor heads, and those that he or she is told of by role, with what a list shows
    of them, the department's name, and `owner`: who has it, of what nobody owns the tovholder.

    A personal duty is never among them, nor, of a case for named persons only, what lies in a queue. What is acute and
    nobody has looked at, every resource person is told of as well.
    """
    waits = Task.closed_at.is_null() & Case.closed_at.is_null() & (Task.kind != TaskKind.CHILD_REPORT)
    told = _was_told(Task.ref) & (_heads_owner(actor) | (_heads_queue(actor) & ~is_restricted(Task.case)))
    told |= Task.department.in_(_headed_by(actor)) & ~is_restricted(Task.case)
    if Role.RESOURCE_PERSON in roles(actor):
        told |= _was_told(Task.ref, EscalationKind.SAFETY_UNTOUCHED) & ~is_restricted(Task.case)
    nobodys = peewee.Case(None, [(Task.department.is_null(), _tovholder())])
    return _with_owner(Task, Task.select(*OF_TASK), peewee.fn.COALESCE(Task.assignee, nobodys)).where(
        waits, told, ~is_excluded(actor.ref, Task.case)
    )


def _with_owner(model: Any, query: peewee.ModelSelect, owner: peewee.Node) -> peewee.ModelSelect:
    outer = peewee.JOIN.LEFT_OUTER
    return (
        query.select_extend(Owner.ref, Owner.name, Owner.phone, Department.ref, Department.name)
        .join_from(model, Case, on=(model.case == Case.ref), attr="of_case")
        .join_from(model, Owner, outer, on=(Owner.ref == owner), attr="owner")
        .join_from(model, Department, outer, on=(model.department == Department.ref), attr="department")
    )


def _was_told(task: peewee.Field, *kinds: EscalationKind) -> peewee.Expression:
    """Whether a letter told of the task, and what it told is still so."""
    is_untouched = Task.danger_at.is_null(False) | Task.assessed_on.is_null()
    same_day = Escalation.occasion == of_day(Task.due_on)
    still_so = (Escalation.kind == EscalationKind.SAFETY_UNTOUCHED) & is_untouched
    still_so |= Escalation.kind.in_([EscalationKind.MUST_MANAGER, EscalationKind.QUEUE_UNTAKEN]) & same_day
    told = (
        Escalation.select(peewee.SQL("1"))
        .where(Escalation.about == peewee.Value("task:").concat(task), Escalation.kind.in_(kinds or TO_MANAGERS))
        .where(Escalation.owed_at.is_null(False), still_so)
    )
    return peewee.fn.EXISTS(told)


def _heads_owner(actor: Person) -> peewee.Expression:
    """Who owns the task; of one that nobody owns, the tovholder."""
    owned = Task.assignee.is_null(False) & heads(actor, Task.assignee)
    nobodys = Task.assignee.is_null() & Task.department.is_null()
    over_tovholder = Relation.select(peewee.SQL("1")).where(*_is_tovholder(), heads(actor, Relation.person))
    return owned | (nobodys & peewee.fn.EXISTS(over_tovholder))


def _heads_queue(actor: Person) -> peewee.Expression:
    """Whose queue the task lies in, or lay in when a colleague took it."""
    return Task.department.is_null(False) & _heads_department(actor, Task.department)


def _tovholder() -> peewee.ModelSelect:
    return Relation.select(Relation.person).where(*_is_tovholder())


def _is_tovholder() -> tuple[peewee.Expression, ...]:
    return Relation.case == Task.case, Relation.kind == RelationKind.PRIMARY_CONTACT, Relation.until_at.is_null()


def requests_of_department(actor: Person) -> peewee.ModelSelect:
    """The requests that wait with a department that the actor heads, and those whose silence he or she is told of by
    role. With what a list shows, as `tasks_of_department`.

    Never one that only named persons may know of.
    """
    told = (
        Reminder.select(peewee.SQL("1"))
        .where(Reminder.request == Request.ref, Reminder.kind == ReminderKind.REQUEST_ESCALATED)
        .where(Reminder.owed_at.is_null(False), Reminder.void_at.is_null())
    )
    waits = Request.status.in_(WITH_DEPARTMENT) & Request.frozen_at.is_null() & Case.closed_at.is_null()
    return (
        _with_owner(Request, Request.select(*OF_REQUEST), peewee.fn.COALESCE(Request.handler, Request.named))
        .where(waits, Request.department.in_(_headed_by(actor)) | (peewee.fn.EXISTS(told) & _heads_it(actor)))
        .where(~is_for_named_only(Request.party_works_there, is_restricted(Request.case)))
        .where(~is_excluded(actor.ref, Request.case))
    )


def _heads_it(actor: Person) -> peewee.Expression:
    return _heads_department(actor, Request.department)


# ── look-ups ────────────────────────────────────────────────────────────────────────────────────────


def department_task_for(actor: Person, ref: str, action: Action) -> Task:
    """One of `tasks_of_department`. Raises NotFound, also for what is there and not told of; NotAllowed."""
    return _told_of(actor, tasks_of_department(actor).where(Task.ref == ref), action)


def department_request_for(actor: Person, ref: str, action: Action) -> Request:
    """One of `requests_of_department`. Raises as `department_task_for` does."""
    return _told_of(actor, requests_of_department(actor).where(Request.ref == ref), action)


def _told_of(actor: Person, listed: peewee.ModelSelect, action: Action) -> Any:
    row = listed.first()
    if row is None:
        raise NotFound()
    require(actor, action, allow_in_department(row, actor))
    return row


def allow_in_department(row: Any, actor: Person) -> Any:
    """Remember on a row of either list what who heads the department may do with it: what lies untaken can be given."""
    allow(row, actor, HEADED_QUEUE if may_be_given(row) else HEADED)
    return row


def may_be_given(row: Task | Request) -> bool:
    """Whether something lies in a department's queue and nobody there has taken it yet."""
    if isinstance(row, Task):
        return row.assignee_id is None and row.department_id is not None
    return row.status == RequestStatus.SENT and row.named_id is None


def is_told_by_role(actor: Person, row: Task | Request) -> bool:
    """Whether someone who did not ask would find this among what waits in a department: only who would is told."""
    listed = tasks_of_department(actor) if isinstance(row, Task) else requests_of_department(actor)
    return bool(listed.where(type(row).ref == row.ref).exists())


def is_over(actor: Person, persons: Sequence[str]) -> bool:
    """Whether the actor heads a department of one of these persons."""
    return any(Person.select().where(Person.ref == ref, heads(actor, Person.ref)).exists() for ref in persons)
