"""What a person sees, as conditions of a query: cases, and the one part of a case that he or she was asked."""

from typing import Any

import peewee

from .. import clock
from ..kinds import WITH_DEPARTMENT, Answer, MeetingStatus, Phase, Role, TaskKind
from ..store.cases import Case, Relation
from ..store.people import Absence, Membership, Person
from ..store.work import Meeting, Participant, Request, Task
from .actors import Asker, is_kept_from_cases, roles
from .exclusion import is_excluded
from .grants import Row

NEVER = peewee.SQL("(1 = 0)")


def my_departments(actor: Person | Asker) -> peewee.ModelSelect:
    """Refs of the departments in which the actor works, as a subquery."""
    return Membership.select(Membership.department).where(Membership.person == actor.ref)


def is_open_to(actor: Person | Asker, case: Any) -> peewee.Node:
    """The condition without which no tie, queue or question gives sight of a case, a ref or a column: the actor's role
    keeps from none of them (SEC-02), and he or she is not excluded from this one (SEC-05)."""
    return NEVER if is_kept_from_cases(actor) else ~is_excluded(actor.ref, case)


def sees_case(actor: Person | Asker) -> peewee.Expression:
    """The condition under which the actor sees a case."""
    # Asked of each case, so that a list of open ones never walks through the archive of what one once worked on.
    related = Relation.select(peewee.SQL("1")).where(
        Relation.case == Case.ref, Relation.person == actor.ref, Relation.until_at.is_null()
    )
    sight = peewee.fn.EXISTS(related)
    if Role.RESOURCE_PERSON in roles(actor):
        unclaimed = (Case.phase == Phase.SUSPICION) & Case.claimed_at.is_null() & (Case.restricted == False)  # noqa: E712
        sight |= unclaimed
    return sight & is_open_to(actor, Case.ref)


def is_asked_to_coordinate(actor: Person | Asker) -> peewee.Expression:
    """The condition under which the actor is asked to be tovholder of a case: who is sees the offer, not the case."""
    return (Case.offered_to == actor.ref) & Case.closed_at.is_null() & is_open_to(actor, Case.ref)


def sees_case_in(actor: Person | Asker, case: peewee.Field) -> peewee.Expression:
    """The same of the case in a column: asked of each row, so that nothing walks through the archive of cases."""
    return peewee.fn.EXISTS(Case.select(peewee.SQL("1")).where(Case.ref == case, sees_case(actor)))


def visible_cases(actor: Person | Asker) -> peewee.ModelSelect:
    """The cases that the actor sees; every list of cases starts from here."""
    return Case.select().where(sees_case(actor))


def helps(actor: Person | Asker, model: type[Row]) -> peewee.Expression:
    """The condition under which the actor, who need not see the case, sees one task, request or meeting of it.

    Who stands in for someone who is away sees what that person was asked: the reminders go to both.
    """
    return was_asked(actor, model) & is_open_to(actor, model.case)


def was_asked(actor: Person | Asker, model: type[Row]) -> peewee.Expression:
    """Whether the actor was asked, one way or another, and it still lasts; not yet whether the case is closed to him or
    her.

    Each way has its end: a queue's when someone takes it, a substitute's when it is done or the other is back, and
    everyone's when the case is closed.
    """
    ways = {Meeting: _takes_part, Request: _owes_the_answer, Task: _owes_the_task}
    return ways[model](actor) & _is_open(model.case)


def _takes_part(actor: Person | Asker) -> peewee.Expression:
    """In a meeting, also one that was held; who stands in only until its minutes are written."""
    there = Participant.select(Participant.meeting).where(Participant.removed_at.is_null())
    instead = Meeting.ref.in_(there.where(stands_in_for(actor, Participant.person)))
    is_planned = Meeting.status == MeetingStatus.PLANNED
    return Meeting.ref.in_(there.where(Participant.person == actor.ref)) | (is_planned & instead)


def _owes_the_answer(actor: Person | Asker) -> peewee.Expression:
    """To a request. Who handles it keeps it, answered, sent back or withdrawn; anyone else sees it while the department
    has it, and those of the queue while nobody there has taken it."""
    may_stand_in = ~is_for_named_only(Request.party_works_there)
    instead = stands_in_for(actor, Request.handler) | stands_in_for(actor, Request.named)
    in_queue = Request.handler.is_null() & _open_to_all_there()
    asked = (
        (Request.named == actor.ref)
        | (may_stand_in & instead)
        | (in_queue & _is_in_queue_of(actor, Request.department, Request.case))
    )
    still_there = Request.status.in_(WITH_DEPARTMENT) & asked
    # What was held back, and withdrawn unsent, never reached anyone.
    return ((Request.handler == actor.ref) | still_there) & Request.sent_at.is_null(False)


def _owes_the_task(actor: Person | Asker) -> peewee.Expression:
    """Also one that he or she has done; whoever stands in, and those of the queue, while it is open."""
    in_queue = Task.assignee.is_null() & ~is_restricted(Task.case)
    asked = stands_in_for(actor, Task.assignee) | (in_queue & _is_in_queue_of(actor, Task.department, Task.case))
    return (Task.assignee == actor.ref) | (Task.closed_at.is_null() & asked)


def stands_in_for(actor: Person | Asker, whose: peewee.Field) -> peewee.Expression:
    """Whether the one in the column is away today and the actor stands in: named as substitute, or as that of a
    substitute who is away or has left as well, and so on. Two who name each other end nowhere: each is found once."""
    gone = away(actor)
    # Written out: peewee needs a millisecond for it, and a list asks it of half a dozen columns.
    chain = _nodes(
        "(WITH RECURSIVE kept(ref) AS (SELECT one.ref FROM person one WHERE one.substitute_id =", _value(actor.ref),
        "AND (one.disabled_at IS NOT NULL OR one.ref IN", gone, ") UNION SELECT next.ref FROM person next"
        " JOIN kept ON next.substitute_id = kept.ref WHERE next.disabled_at IS NOT NULL OR next.ref IN", gone,
        ") SELECT ref FROM kept)",
    )  # fmt: skip
    return whose.in_(gone) & peewee.Expression(whose, peewee.OP.IN, chain)


def away(actor: Person | Asker) -> peewee.ModelSelect:
    """Refs of everyone who is away on the day on which the actor asks, as a subquery."""
    today = actor.today if isinstance(actor, Asker) else clock.today()
    return Absence.select(Absence.person).where(Absence.covers(today))


def _nodes(*parts: str | peewee.Node) -> peewee.NodeList:
    return peewee.NodeList([peewee.SQL(part) if isinstance(part, str) else part for part in parts])


def _value(given: Any) -> peewee.Node:
    return given if isinstance(given, peewee.Node) else peewee.Value(given)


def _is_in_queue_of(actor: Person | Asker, department: peewee.Field, case: peewee.Field) -> peewee.Expression:
    """Whether the actor works in the department of the column, or stands in for one who does and may see the case."""
    colleague = Membership.select(peewee.SQL("1")).where(
        Membership.department == department,
        stands_in_for(actor, Membership.person),
        ~is_excluded(Membership.person, case),
    )
    return department.in_(my_departments(actor)) | peewee.fn.EXISTS(colleague)


def _open_to_all_there() -> peewee.Expression:
    """Whether a whole department may see a request: never what went to a named person, even one who left."""
    secret = is_for_named_only(Request.party_works_there, is_restricted(Request.case))
    return Request.named.is_null() & ~secret


def is_for_named_only(party_works_there: Any, is_restricted: Any = False) -> Any:
    """Whether no queue may know of a request: a party may work there, or the case is for named persons only.

    Said of the columns of a query it is a condition of it, said of the values of a row True or False.
    """
    return (party_works_there != Answer.NO) | is_restricted


def is_restricted(case: peewee.Field) -> peewee.Expression:
    """Whether the case in the column is for named persons only: no queue sees anything of it."""
    restricted = Case.select(peewee.SQL("1")).where(Case.ref == case, Case.restricted == True)  # noqa: E712
    return peewee.fn.EXISTS(restricted)


def _is_open(case: peewee.Field) -> peewee.Expression:
    """Whether the case in the column is not closed: then nobody but those on it sees anything of it."""
    return peewee.fn.EXISTS(Case.select(peewee.SQL("1")).where(Case.ref == case, Case.closed_at.is_null()))


def no_duty_of_others(actor: Person | Asker) -> peewee.Expression:
    """The condition that leaves the personal duties of others out of a list of tasks."""
    return (Task.kind != TaskKind.CHILD_REPORT) | (Task.assignee == actor.ref)
