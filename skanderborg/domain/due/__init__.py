"""What waits for a person, and when it fell due: *Min dag* shows it, and the digest letter counts it (decision 25).

The conditions here are asked of one person by *Min dag*, and of everyone at once by the digest: `Asker.ref` then is a
column. So nobody is told of what he or she would not find.
"""

from typing import Any

import peewee

from ... import policy
from ...kinds import MeetingStatus, RelationKind, RequestStatus, TaskKind
from ...policy import Asker
from ...store.cases import Case, Party, Relation
from ...store.insight import Insight
from ...store.people import Membership, Person
from ...store.plans import WarningNote
from ...store.work import Meeting, Request, Task
from .. import access, protection, silence
from ..access import moves, same_person

SEE_TO = (RelationKind.PRIMARY_CONTACT, RelationKind.RESOURCE)
OTHERS_TURN = (RequestStatus.SENT, RequestStatus.TAKEN)


# ── tasks: each way in which one comes to someone, and all of them. They want Case joined. ──────────


def tasks(actor: Asker) -> peewee.Expression:
    """Open tasks that wait for the actor. Requests wait on their own."""
    mine = owned(actor) | queued(actor) | stood_in_for(actor)
    return is_open_task() & (mine | unowned(actor) | left_behind(actor))


def tasks_near(actor: Asker) -> peewee.Expression:
    """A wider condition than `tasks`, by indexes alone: one person's are found without reading all there are."""
    theirs = (Membership.person == actor.ref) | policy.stands_in_for(actor, Membership.person)
    in_queue = Task.assignee.is_null() & Task.department.in_(Membership.select(Membership.department).where(theirs))
    mine = (Task.assignee == actor.ref) | policy.stands_in_for(actor, Task.assignee) | in_queue
    left = Task.assignee.is_null() | is_gone(actor, Task.assignee, Task.case)
    return Task.closed_at.is_null() & (mine | Task.case.in_(related(actor)) & (Task.due_on <= actor.today) & left)


def is_open_task() -> peewee.Expression:
    """Whether the task is open, in an open case, and stands for no request."""
    return Task.closed_at.is_null() & Case.closed_at.is_null() & (Task.kind != TaskKind.REQUEST)


def owned(actor: Asker) -> peewee.Expression:
    """The actor owns it."""
    return (Task.assignee == actor.ref) & policy.helps(actor, Task)


def queued(actor: Asker) -> peewee.Expression:
    """It lies in a queue that the actor may take it from."""
    return Task.assignee.is_null() & Task.department.is_null(False) & policy.helps(actor, Task)


def stood_in_for(actor: Asker) -> peewee.Expression:
    """Its owner is away, and the actor stands in. A duty that is its owner's alone stays with the owner."""
    may_be_kept = (Task.kind != TaskKind.CHILD_REPORT) | (Task.assignee != Task.duty_of)
    return policy.stands_in_for(actor, Task.assignee) & policy.helps(actor, Task) & may_be_kept


def unowned(actor: Asker) -> peewee.Expression:
    """It is due and lies with nobody, and the actor coordinates the case."""
    nobody = Task.assignee.is_null() & Task.department.is_null() & (Task.kind != TaskKind.CHILD_REPORT)
    return nobody & (Task.due_on <= actor.today) & coordinated(actor, Task.case)


def left_behind(actor: Asker) -> peewee.Expression:
    """It is due and nobody is there whose it is: whoever sees to the case may have to, where nobody stands in."""
    due = (Task.due_on <= actor.today) & (Task.kind != TaskKind.CHILD_REPORT)
    there = Membership.select(peewee.SQL("1")).where(
        Membership.department == Task.department, ~is_gone(actor, Membership.person, Task.case)
    )
    in_empty_queue = Task.assignee.is_null() & Task.department.is_null(False) & ~peewee.fn.EXISTS(there)
    owner_gone = Task.assignee.is_null(False) & is_gone(actor, Task.assignee, Task.case)
    return due & (owner_gone | in_empty_queue) & _sees_to(actor, Task.case) & policy.sees_case(actor)


# ── what else waits ─────────────────────────────────────────────────────────────────────────────────


def requests(actor: Asker) -> peewee.Expression:
    """Open requests whose next step lies with one who is not there, for who sees to the case. Wants Case joined."""
    lies_with = peewee.Case(
        None,
        [
            (Request.frozen_at.is_null(False), Request.asker),
            (Request.status.in_(OTHERS_TURN), peewee.fn.COALESCE(Request.handler, Request.named)),
            (Request.status != RequestStatus.HELD, Request.asker),
        ],
    )
    goes_on = Request.closed_at.is_null() | (Request.status == RequestStatus.ANSWERED)
    is_left = goes_on & lies_with.is_null(False) & is_gone(actor, lies_with, Request.case)
    return Case.closed_at.is_null() & is_left & _sees_to(actor, Request.case) & policy.sees_case(actor)


def minutes(actor: Asker, now: Any) -> peewee.Expression:
    """Meetings that are over without minutes, of cases that the actor coordinates."""
    is_over = (Meeting.status == MeetingStatus.PLANNED) & (Meeting.ends_at <= now)
    return is_over & _coordinated_open(actor, Meeting.case)


def warnings(actor: Asker) -> peewee.Expression:
    """Warnings to staff whose review is due, of cases that the actor coordinates. Wants Case joined."""
    is_due = WarningNote.ended_at.is_null() & (WarningNote.review_on <= actor.today)
    return is_due & Case.closed_at.is_null() & coordinated(actor, WarningNote.case)


def protections(actor: Asker) -> peewee.Expression:
    """Address protections that have run out, of cases that the actor coordinates. Wants Case joined."""
    is_due = Party.removed_at.is_null() & (Party.protection_until <= actor.today)
    hides = Party.protection.in_(protection.HIDES)
    return is_due & hides & Case.closed_at.is_null() & coordinated(actor, Party.case)


def moved(actor: Asker) -> peewee.Expression:
    """Accesses of who works elsewhere now, of which the actor says whether they stand. Wants Case joined."""
    return moves.waits_for(actor)


def insights(actor: Asker, until: Any) -> peewee.Expression:
    """Open requests for insight that are answered by a day, of cases that the actor coordinates, closed ones too. Wants
    Case joined."""
    return Insight.ended_at.is_null() & (Insight.due_on <= until) & coordinated(actor, Insight.case)


def likenesses(actor: Asker) -> peewee.Expression:
    """Who is named in a case and may be a colleague, of which the actor says whether it is so. Wants Case joined."""
    return same_person.waits_for(actor)


def silent(actor: Asker, now: Any) -> peewee.Expression:
    """Cases that may be silent, and that the actor coordinates; for how long says `silence.Heard`."""
    return silence.is_quiet(now) & coordinated(actor, Case.ref)


def offers(actor: Asker) -> peewee.Expression:
    """Cases whose tovholder the actor is asked to be."""
    return policy.is_asked_to_coordinate(actor)


def suspicions(actor: Asker) -> peewee.Expression:
    """Suspicions that nobody has taken, for who may see them; whether he or she may take them is asked apart."""
    return access.is_unclaimed() & Case.closed_at.is_null() & policy.sees_case(actor)


def coordinated(actor: Asker, case: peewee.Field) -> peewee.Expression:
    """Whether the actor sees to the case in the column today, and still sees it. Wants Case joined."""
    return access.coordinates(actor, case) & policy.sees_case(actor)


def related(actor: Asker) -> peewee.ModelSelect:
    """Refs of the open cases on which the actor is, as a subquery: found among the open ones, however many he or she
    once had."""
    tied = Relation.select(peewee.SQL("1")).where(
        Relation.case == Case.ref, Relation.person == actor.ref, Relation.until_at.is_null()
    )
    return Case.select(Case.ref).where(Case.closed_at.is_null(), peewee.fn.EXISTS(tied))


def is_gone(actor: Asker, person: Any, case: peewee.Field) -> peewee.Expression:
    """Whether someone is away today, works here no more, or may have no part in the case; both are columns."""
    works_here = Person.select(Person.ref).where(Person.disabled_at.is_null(), policy.may_work_on_cases())
    return person.in_(policy.away(actor)) | person.not_in(works_here) | policy.is_excluded(person, case)


def _sees_to(actor: Asker, case: peewee.Field) -> peewee.Expression:
    """Whether the actor is tovholder of, or resource person on, the case in the column."""
    now = (Relation.case == case) & (Relation.person == actor.ref) & Relation.until_at.is_null()
    return peewee.fn.EXISTS(Relation.select(peewee.SQL("1")).where(now, Relation.kind.in_(SEE_TO)))


def _coordinated_open(actor: Asker, case: peewee.Field) -> peewee.Expression:
    """The same of an open case, where Case is not joined."""
    found = Case.select(peewee.SQL("1")).where(Case.ref == case, Case.closed_at.is_null())
    return peewee.fn.EXISTS(found.where(coordinated(actor, Case.ref)))
