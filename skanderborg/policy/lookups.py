"""The only ways to load a case, or a part of one: hidden and missing are the same answer (SEC-08)."""

from collections.abc import Callable
from typing import TypeVar

import peewee

from .. import clock
from ..errors import NotFound, TooLate
from ..kinds import Action, Phase, RelationKind, Role
from ..store import keys
from ..store.cases import Case, Relation
from ..store.db import Table
from ..store.oversight import DataBreach
from ..store.people import Person
from ..store.prepared import Parameter, prepared
from ..store.work import Meeting, Request, Task
from . import slower
from .actors import Asker, is_kept_from_cases, roles, shape_of
from .grants import (
    BY_RELATION,
    HELPER,
    NOTHING,
    OFFERED,
    OVERSEES,
    READ,
    REPORTED,
    UNCLAIMED,
    Row,
    allow,
    carry,
    may,
    personal,
    require,
)
from .sight import is_asked_to_coordinate, is_open_to, sees_case, was_asked

Part = TypeVar("Part", bound=Table)
Also = Callable[[peewee.ModelSelect], peewee.ModelSelect]


def case_for(actor: Person, ref: str, action: Action, also: Also | None = None) -> Case:
    """Load a case on which the actor may do `action`; `also` adds to the query what else is wanted of the case.

    Raises NotFound whether it is missing or merely hidden, NotAllowed where it is seen but this is not allowed. Who is
    asked to be tovholder finds it to answer, and does not see it.
    """
    case = _case_by_ref.first(shape_of(actor), also, actor=actor.ref, ref=ref)
    if case is None:
        raise NotFound()
    keys.keep(getattr(case, "data_key", None))
    allow(case, actor, _on_case(actor, case, _kinds_of(case)))
    if not may(actor, action, case) and not may(actor, Action.CASE_READ, case):
        raise NotFound()
    require(actor, action, case)
    return case


@prepared
def _case_by_ref(roles: str, also: Also | None, *, actor: Parameter, ref: Parameter) -> peewee.ModelSelect:
    asker = Asker(actor, roles)
    found = sees_case(asker) | is_asked_to_coordinate(asker)
    query = Case.select(Case, *_ties(asker, Case.ref)).where(Case.ref == ref, found)
    query = keys.beside(query, Case, Case.ref)
    return also(query) if also else query


def breach_for(actor: Person, ref: str, action: Action) -> DataBreach:
    """Load a breach of security, which its reporter and the auditors see. Raises NotFound for anyone else, and
    NotAllowed for what only the auditors do."""
    oversees = may(actor, Action.BREACH_LIST)
    mine = (DataBreach.by == actor.ref) | peewee.Value(oversees)
    found = (
        DataBreach.select(DataBreach, Person)
        .join(Person, on=(DataBreach.by == Person.ref))
        .where(DataBreach.ref == ref, mine)
    )
    breach = found.first()
    if breach is None:
        raise NotFound()
    allow(breach, actor, OVERSEES if oversees else REPORTED)
    require(actor, action, breach)
    return breach


def task_for(actor: Person, ref: str, action: Action, also: Also | None = None) -> Task:
    """Load a task as `case_for` loads a case; its owner sees it without seeing the case.

    Raises TooLate for who was shown it, and wants to work on it when it is out of sight.
    """
    return _part_for(actor, Task, ref, action, also)


def request_for(actor: Person, ref: str, action: Action, also: Also | None = None) -> Request:
    """Load a request as `case_for` loads a case; who owes its answer sees it without seeing the case.

    Raises TooLate as `task_for`.
    """
    return _part_for(actor, Request, ref, action, also)


def meeting_for(actor: Person, ref: str, action: Action, also: Also | None = None) -> Meeting:
    """Load a meeting as `case_for` loads a case; who takes part sees it without seeing the case."""
    return _part_for(actor, Meeting, ref, action, also)


def part_of(case: Case, model: type[Part], ref: str, *where: peewee.Expression) -> Part:
    """One row of a case that the actor has loaded: what is allowed there is allowed with it. Raises NotFound, also for
    one of another case (SEC-04)."""
    part = model.get_or_none(model.ref == ref, model.case == case.ref, *where)
    if part is None:
        raise NotFound()
    return carry(case, part)


def opens(actor: Person, row: Row | Case) -> bool:
    """Whether someone who did not ask would find this case, task, request or meeting: only who would is told of it."""
    try:
        if isinstance(row, Case):
            case_for(actor, row.ref, Action.CASE_READ)
        else:
            _part_for(actor, type(row), row.ref, READ[type(row)])
    except NotFound:
        return False
    return True


def _part_for(actor: Person, model: type[Row], ref: str, action: Action, also: Also | None = None) -> Row:
    part = _part_by_ref.first(shape_of(actor), model, also, actor=actor.ref, ref=ref, today=clock.today())
    if part is not None:
        allow_part(part, actor)
    if part is None or not may(actor, READ[model], part):
        told = slower.why_not(actor, model, ref, action)
        raise TooLate(told) if told else NotFound()
    require(actor, action, part)
    return part


@prepared
def _part_by_ref(
    roles: str, model: type[Row], also: Also | None, *, actor: Parameter, ref: Parameter, today: Parameter
) -> peewee.ModelSelect:  # fmt: skip
    query = parts(Asker(actor, roles, today), model).where(model.ref == ref)
    return also(query) if also else query


def parts(actor: Person | Asker, model: type[Row]) -> peewee.ModelSelect:
    """Tasks, requests or meetings beside their case and what ties the actor to both, in one query.

    Not yet limited to what the actor sees: add a condition such as `helps`, and ask `allow_part` about each row.
    """
    query = (
        model.select(model, Case, *_ties(actor, model.case), _flag(was_asked(actor, model), "helping"))
        .join(Case, on=(model.case == Case.ref))
        .where(is_open_to(actor, model.case))
    )
    return keys.beside(query, model, model.case)


def allow_part(part: Row, actor: Person) -> Row:
    """Remember on a row of `parts`, and on its case, what the actor may do with it."""
    keys.keep(getattr(part, "data_key", None))
    allowed = _on_case(actor, part.case, _kinds_of(part))
    allow(part.case, actor, allowed)
    is_helping = part.helping and not is_kept_from_cases(actor)
    allowed |= HELPER[type(part)] if is_helping else NOTHING
    allow(part, actor, allowed and personal(part, actor.ref, allowed, stands_in=is_helping))
    return part


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
    """What the actor may do on a case; the same as `sees_case` says in a query: nothing without sight."""
    if is_kept_from_cases(actor):
        return NOTHING
    allowed = NOTHING.union(*(BY_RELATION[kind] for kind in relations))
    if case.offered_to_id == actor.ref and case.closed_at is None:
        allowed |= OFFERED
    unclaimed = case.phase == Phase.SUSPICION and case.claimed_at is None and not case.restricted
    if unclaimed and Role.RESOURCE_PERSON in roles(actor):
        allowed |= UNCLAIMED
    return allowed
