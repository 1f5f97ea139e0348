"""ALL access on one page: who may do what (kinds/actions.py) to which row, and the only ways to load one.

Two things give sight of a case: a relation to it, and, while nobody has taken a suspicion, being a resource person.
A helper, who owns a task or request or takes part in a meeting, sees that one thing and never the case. Exclusion
(spærring) beats all of it. Hidden and missing are the same answer (SEC-08).
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import peewee

from . import clock
from .errors import NO_ACCESS, NotAllowed, NotFound
from .kinds import Action, Answer, Phase, RelationKind, Role, TaskKind
from .store import keys
from .store.cases import Case, Exclusion, Relation
from .store.db import Table
from .store.people import Absence, Membership, Person
from .store.prepared import Parameter, prepared
from .store.work import Meeting, Participant, Request, Task

Row = TypeVar("Row", Task, Request, Meeting)
Also = Callable[[peewee.ModelSelect], peewee.ModelSelect]


EVERYONE = frozenset({
    Action.MY_DAY, Action.BOARD_READ, Action.CASE_LIST, Action.REQUEST_LIST, Action.PROFILE, Action.SUSPICION_REPORT,
    Action.GUIDE_READ, Action.CONTACT_READ,
})  # fmt: skip

BY_ROLE = {
    Role.RESOURCE_PERSON: frozenset({Action.SUSPICION_LIST}),
    Role.MANAGER: frozenset({Action.IMPARTIALITY_DECIDE}),
    Role.ADMINISTRATOR: frozenset({Action.PEOPLE_MANAGE, Action.CONTENT_MANAGE}),
}

KEPT_FROM_CASES = (Role.ADMINISTRATOR, Role.AUDITOR)  # they keep the house and the log, and see no case (SEC-02)

PARTICIPATE = frozenset({
    Action.CASE_READ, Action.CASE_WORK, Action.SPARRING_RECORD, Action.NOTE_WRITE, Action.TASK_READ, Action.TASK_WORK,
    Action.TASK_CREATE, Action.REFERRAL_RECORD, Action.REQUEST_READ, Action.MEETING_READ, Action.MEETING_HOLD,
    Action.CASE_ASSESS, Action.CASE_REVEAL, Action.CASE_SHARE, Action.CHILD_REPORT,
    Action.INCIDENT_RECORD, Action.EVIDENCE_READ,
})  # fmt: skip
COORDINATE = PARTICIPATE | {
    Action.CASE_DESCRIBE, Action.CASE_CONCLUDE, Action.CASE_MOVE, Action.CASE_CLOSE, Action.CASE_GRANT,
    Action.CASE_EXCLUDE, Action.CASE_OFFER, Action.TASK_ASSIGN, Action.REQUEST_SEND, Action.REQUEST_OWN,
    Action.MEETING_PLAN, Action.CASE_LINK, Action.CASE_TRANSFER, Action.CASE_EXPORT,
}  # fmt: skip

BY_RELATION = {
    RelationKind.PRIMARY_CONTACT: COORDINATE | {Action.CASE_HAND_OVER},
    RelationKind.RESOURCE: COORDINATE | {Action.REQUEST_RELEASE},
    RelationKind.PARTICIPANT: PARTICIPATE,
}
UNCLAIMED = frozenset({Action.CASE_READ, Action.SUSPICION_TAKE})  # a resource person, before anyone has taken it
OFFERED = frozenset({Action.CASE_READ, Action.CASE_ACCEPT})  # who was asked to be tovholder
HELPER = {
    Task: frozenset({Action.TASK_READ, Action.TASK_WORK, Action.CHILD_REPORT}),
    Request: frozenset({Action.REQUEST_READ, Action.REQUEST_HANDLE}),
    Meeting: frozenset({Action.MEETING_READ}),
}
NOTHING: frozenset[Action] = frozenset()
READ = {Task: Action.TASK_READ, Request: Action.REQUEST_READ, Meeting: Action.MEETING_READ}


class System:
    """The actor of the ticks: owes and sends letters, and is asked nothing."""

    ref = None
    name = "Systemet"


SYSTEM = System()
Actor = Person | System


class Asker(NamedTuple):
    """The one who asks, in a query that is prepared: ref and day are given later, the roles shape the query."""

    ref: str
    roles: str
    today: str = ""


def shape_of(actor: Person) -> str:
    """What of the actor shapes a prepared query; the roles of its Asker."""
    return actor.roles


# ── questions ───────────────────────────────────────────────────────────────────────────────────────


def roles(actor: Person | Asker) -> set[str]:
    """The global roles of a person; every one is a professional."""
    return {Role.PROFESSIONAL, *actor.roles.split()}


def may(actor: Actor, action: Action, row: Table | None = None) -> bool:
    """Whether the actor may do this, to the row if one is given. Pure: what it allows was read when it was loaded."""
    if isinstance(actor, System):
        return True
    if row is None:
        return action in EVERYONE or any(action in BY_ROLE.get(Role(role), NOTHING) for role in roles(actor))
    allowed_to, allowed = getattr(row, "allowed", (None, NOTHING))
    return allowed_to == actor.ref and action in allowed


def require(actor: Actor, action: Action, row: Table | None = None) -> None:
    """Raise NotAllowed unless the actor may do this; only where a row was seen there is a tovholder to ask."""
    if not may(actor, action, row):
        raise NotAllowed(NO_ACCESS) if row is None else NotAllowed()


def kind_on_case(person: Person) -> RelationKind:
    """How someone who is let onto a case takes part in it: a resource person coordinates there too (PRODUCT 1)."""
    return RelationKind.RESOURCE if Role.RESOURCE_PERSON in roles(person) else RelationKind.PARTICIPANT


def is_kept_from_cases(person: Person) -> bool:
    """Whether the person's role keeps him or her from every case, so that nobody lets them onto one by mistake."""
    return not roles(person).isdisjoint(KEPT_FROM_CASES)


def may_work_on_cases() -> peewee.Expression:
    """For a query of Person: whose role keeps them from no case."""
    administers, audits = (Person.roles.contains(role.value) for role in KEPT_FROM_CASES)
    return ~administers & ~audits


# ── sight ───────────────────────────────────────────────────────────────────────────────────────────


def my_departments(actor: Person | Asker) -> peewee.ModelSelect:
    """Refs of the departments in which the actor works, as a subquery."""
    return Membership.select(Membership.department).where(Membership.person == actor.ref)


def excluded_cases(actor: Person | Asker) -> peewee.ModelSelect:
    """Refs of the cases that are closed to the actor, alone or as one of a department, as a subquery."""
    return Exclusion.select(Exclusion.case).where(
        Exclusion.until_at.is_null(),
        (Exclusion.person == actor.ref) | Exclusion.department.in_(my_departments(actor)),
    )


def _not_excluded(actor: Person | Asker, case: peewee.Field) -> peewee.Expression:
    """The same, asked of one case at a time: what a look-up by ref needs, without listing every exclusion first."""
    found = excluded_cases(actor).where(Exclusion.case == case)
    return ~peewee.fn.EXISTS(found)


def sees_case(actor: Person | Asker) -> peewee.Expression:
    """The condition under which the actor sees a case."""
    # Asked of each case, so that a list of open ones never walks through the archive of what one once worked on.
    related = Relation.select(peewee.SQL("1")).where(
        Relation.case == Case.ref, Relation.person == actor.ref, Relation.until_at.is_null()
    )
    sight = peewee.fn.EXISTS(related) | (Case.offered_to == actor.ref)
    if Role.RESOURCE_PERSON in roles(actor):
        unclaimed = (Case.phase == Phase.SUSPICION) & Case.claimed_at.is_null() & (Case.restricted == False)  # noqa: E712
        sight |= unclaimed
    return sight & _not_excluded(actor, Case.ref)


def visible_cases(actor: Person | Asker) -> peewee.ModelSelect:
    """The cases that the actor sees; every list of cases starts from here."""
    return Case.select().where(sees_case(actor))


def helps(actor: Person | Asker, model: type[Row]) -> peewee.Expression:
    """The condition under which the actor, who need not see the case, sees one task, request or meeting of it.

    Who stands in for someone who is away sees what that person was asked: the reminders go to both.
    """
    return _was_asked(actor, model) & model.case.not_in(excluded_cases(actor))


def _was_asked(actor: Person | Asker, model: type[Row]) -> peewee.Expression:
    if model is Meeting:
        return Meeting.ref.in_(
            Participant.select(Participant.meeting).where(
                _is_or_stands_in_for(actor, Participant.person), Participant.removed_at.is_null()
            )
        )
    if model is Request:
        may_stand_in = Request.party_works_there == Answer.NO
        own = (
            (Request.handler == actor.ref)
            | (Request.named == actor.ref)
            | (may_stand_in & (_stands_in_for(actor, Request.handler) | _stands_in_for(actor, Request.named)))
            | (_open_to_all_there() & Request.department.in_(my_departments(actor)))
        )
        return own & Request.sent_at.is_null(False)  # what was held back, and withdrawn unsent, never reached anyone
    in_a_queue_of_mine = Task.department.in_(my_departments(actor)) & ~_is_restricted(Task.case)
    return (Task.assignee == actor.ref) | (
        Task.closed_at.is_null() & (_stands_in_for(actor, Task.assignee) | in_a_queue_of_mine)
    )


def _is_or_stands_in_for(actor: Person | Asker, whose: peewee.Field) -> peewee.Expression:
    return (whose == actor.ref) | _stands_in_for(actor, whose)


def _stands_in_for(actor: Person | Asker, whose: peewee.Field) -> peewee.Expression:
    """Whether the one in the column is away today and has named the actor as substitute."""
    today = actor.today if isinstance(actor, Asker) else clock.today(clock.now())
    away = Absence.select(Absence.person).where(Absence.from_on <= today, Absence.to_on >= today)
    return whose.in_(Person.select(Person.ref).where(Person.substitute == actor.ref, Person.ref.in_(away)))


def _open_to_all_there() -> peewee.Expression:
    """Whether a whole department may see a request: never where only a named person may know, even one who left."""
    return Request.named.is_null() & (Request.party_works_there == Answer.NO) & ~_is_restricted(Request.case)


def _is_restricted(case: peewee.Field) -> peewee.Expression:
    """Whether the case in the column is for named persons only: no queue sees anything of it."""
    restricted = Case.select(peewee.SQL("1")).where(Case.ref == case, Case.restricted == True)  # noqa: E712
    return peewee.fn.EXISTS(restricted)


# ── look-ups ────────────────────────────────────────────────────────────────────────────────────────


def case_for(actor: Person, ref: str, action: Action, also: Also | None = None) -> Case:
    """Load a case on which the actor may do `action`; `also` adds to the query what else is wanted of the case.

    Raises NotFound whether it is missing or merely hidden, NotAllowed where it is seen but this is not allowed.
    """
    case = _case_by_ref.first(shape_of(actor), also, actor=actor.ref, ref=ref)
    if case is None:
        raise NotFound()
    keys.keep(getattr(case, "data_key", None))
    allow(case, actor, _on_case(actor, case, _kinds_of(case)))
    require(actor, action, case)
    return case


@prepared
def _case_by_ref(roles: str, also: Also | None, *, actor: Parameter, ref: Parameter) -> peewee.ModelSelect:
    asker = Asker(actor, roles)
    query = Case.select(Case, *_ties(asker, Case.ref)).where(Case.ref == ref, sees_case(asker))
    query = keys.beside(query, Case, Case.ref)
    return also(query) if also else query


def just_taken(actor: Person, ref: str) -> Case | None:
    """A suspicion that a resource person could have taken, had nobody been faster; None for anyone who never saw it."""
    if Role.RESOURCE_PERSON not in roles(actor):
        return None
    taken = (Case.ref == ref) & (Case.phase == Phase.SPARRING) & (Case.restricted == False)  # noqa: E712
    return Case.select().where(taken, Case.ref.not_in(excluded_cases(actor))).first()


def task_for(actor: Person, ref: str, action: Action) -> Task:
    """Load a task as `case_for` loads a case; its owner sees it without seeing the case."""
    return _part_for(actor, Task, ref, action)


def request_for(actor: Person, ref: str, action: Action) -> Request:
    """Load a request as `case_for` loads a case; who owes its answer sees it without seeing the case."""
    return _part_for(actor, Request, ref, action)


def meeting_for(actor: Person, ref: str, action: Action, also: Also | None = None) -> Meeting:
    """Load a meeting as `case_for` loads a case; who takes part sees it without seeing the case."""
    return _part_for(actor, Meeting, ref, action, also)


def opens(actor: Person, part: Row) -> bool:
    """Whether someone who did not ask would find this task, request or meeting: for who is to be told of it."""
    try:
        _part_for(actor, type(part), part.ref, READ[type(part)])
    except NotFound:
        return False
    return True


def _part_for(actor: Person, model: type[Row], ref: str, action: Action, also: Also | None = None) -> Row:
    part = _part_by_ref.first(model, also, actor=actor.ref, ref=ref, today=clock.today(clock.now()))
    if part is None:
        raise NotFound()
    allow_part(part, actor)
    if not may(actor, READ[model], part):
        raise NotFound()
    require(actor, action, part)
    return part


@prepared
def _part_by_ref(
    model: type[Row], also: Also | None, *, actor: Parameter, ref: Parameter, today: Parameter
) -> peewee.ModelSelect:  # fmt: skip
    query = parts(Asker(actor, "", today), model).where(model.ref == ref)
    return also(query) if also else query


def parts(actor: Person | Asker, model: type[Row]) -> peewee.ModelSelect:
    """Tasks, requests or meetings beside their case and what ties the actor to both, in one query.

    Not yet limited to what the actor sees: add a condition such as `helps`, and ask `allow_part` about each row.
    """
    query = (
        model.select(model, Case, *_ties(actor, model.case), _flag(_was_asked(actor, model), "helping"))
        .join(Case, on=(model.case == Case.ref))
        .where(_not_excluded(actor, model.case))
    )
    return keys.beside(query, model, model.case)


def allow_part(part: Row, actor: Person) -> Row:
    """Remember on a row of `parts`, and on its case, what the actor may do with it."""
    keys.keep(getattr(part, "data_key", None))
    allowed = _on_case(actor, part.case, _kinds_of(part))
    allow(part.case, actor, allowed)
    helped = HELPER[type(part)] if part.helping else NOTHING
    allow(part, actor, personal(part, actor.ref, allowed | helped, stands_in=part.helping))
    return part


def personal(part: Row, asker: str | None, allowed: frozenset[Action], stands_in: bool = False) -> frozenset[Action]:
    """What is allowed with a part: a personal duty is its owner's alone, whatever others may do on the case."""
    if not isinstance(part, Task) or part.kind != TaskKind.CHILD_REPORT:
        return allowed
    kept_for_another = stands_in and part.assignee_id != part.duty_of_id  # then the substitute may write it down
    return HELPER[Task] if kept_for_another or (asker and part.assignee_id == asker) else NOTHING


def no_duty_of_others(actor: Person | Asker) -> peewee.Expression:
    """The condition that leaves the personal duties of others out of a list of tasks."""
    return (Task.kind != TaskKind.CHILD_REPORT) | (Task.assignee == actor.ref)


def _ties(actor: Person | Asker, case: peewee.Field) -> list[peewee.Node]:
    """A column for each kind of relation that says whether the actor has it to the case now."""
    now = Relation.select(peewee.SQL("1")).where(
        Relation.case == case, Relation.person == actor.ref, Relation.until_at.is_null()
    )
    return [
        _flag(peewee.fn.EXISTS(now.where(Relation.kind == kind)), f"tie_{kind.name.lower()}") for kind in RelationKind
    ]


def _flag(condition: peewee.Node, name: str) -> peewee.Node:
    return peewee.Case(None, [(condition, 1)], 0).alias(name)


def _kinds_of(row: Table) -> set[RelationKind]:
    return {kind for kind in RelationKind if getattr(row, f"tie_{kind.name.lower()}")}


def _on_case(actor: Person, case: Case, relations: set[RelationKind]) -> frozenset[Action]:
    allowed = NOTHING.union(*(BY_RELATION[kind] for kind in relations))
    if case.offered_to_id == actor.ref:
        allowed |= OFFERED
    unclaimed = case.phase == Phase.SUSPICION and case.claimed_at is None and not case.restricted
    if unclaimed and Role.RESOURCE_PERSON in roles(actor):
        allowed |= UNCLAIMED
    return allowed


def allow(row: Any, actor: Person, allowed: frozenset[Action]) -> None:
    """Remember on the row what this actor may do with it, for `may` and `require`."""
    row.allowed = (actor.ref, allowed)


def carry(from_row: Table, to_row: Row | Case) -> Any:
    """Pass on what is allowed, and the case it hangs on, to the fresh copy of a row that was just changed."""
    to_row.allowed = getattr(from_row, "allowed", (None, NOTHING))
    if "case" in from_row.__rel__:
        to_row.case = from_row.case
    return to_row
