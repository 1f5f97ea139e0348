"""Who is on a case and why (the page *Adgang*). See also contact.py, duties.py, ending.py, exclusions.py and
restriction.py."""

from typing import NamedTuple

import peewee

from ... import clock, policy
from ...errors import Invalid
from ...kinds import Phase, RelationKind
from ...policy import Action, Actor
from ...store import events, keys
from ...store.cases import Case, Exclusion, Relation
from ...store.db import insert, lock_chain, transaction
from ...store.people import Department, Membership, Person
from ...store.prepared import Parameter, prepared
from . import duties, walls

# ── questions ───────────────────────────────────────────────────────────────────────────────────────


def primary_contact(case_ref: str) -> Person | None:
    """The tovholder; None only while a suspicion is unclaimed."""
    return _on(case_ref, RelationKind.PRIMARY_CONTACT).first()


def resource_persons_on(case_ref: str) -> list[Person]:
    """The resource persons on a case."""
    return list(_on(case_ref, RelationKind.RESOURCE))


def is_resource_person(actor: Person, case: Case) -> bool:
    """Whether the actor is a resource person on a case that was loaded for them."""
    return bool(_on(case.ref, RelationKind.RESOURCE).where(Person.ref == actor.ref).exists())


def _on(case_ref: str, kind: RelationKind) -> peewee.ModelSelect:
    return (
        Person.select()
        .join(Relation, on=(Relation.person == Person.ref))
        .where(
            Relation.case == case_ref,
            Relation.kind == kind,
            Relation.until_at.is_null(),
            Person.disabled_at.is_null(),
        )
        .order_by(Relation.from_at)
    )


def is_unclaimed() -> peewee.Expression:
    """The condition under which a case is a suspicion that nobody has taken."""
    return (Case.phase == Phase.SUSPICION) & Case.claimed_at.is_null()


def is_primary_contact() -> peewee.Expression:
    """For a join of Relation to Case: the relation is that of the case's tovholder."""
    return (Relation.case == Case.ref) & (Relation.kind == RelationKind.PRIMARY_CONTACT) & Relation.until_at.is_null()


def excluded_persons(case_ref: str) -> set[str]:
    """Refs of everyone who is excluded from a case, alone or as one of a department."""
    named = Exclusion.select(Exclusion.person.alias("ref")).where(
        Exclusion.case == case_ref, Exclusion.until_at.is_null(), Exclusion.person.is_null(False)
    )
    by_department = (
        Membership.select(Membership.person.alias("ref"))
        .join(Exclusion, on=(Exclusion.department == Membership.department))
        .where(Exclusion.case == case_ref, Exclusion.until_at.is_null())
    )
    return {ref for (ref,) in (named | by_department).tuples()}


def may_have_part(case_ref: str) -> peewee.Expression:
    """For a query of Person: whoever works here with cases and is not excluded from this one, alone or as one of a
    department."""
    now = (Exclusion.case == case_ref) & Exclusion.until_at.is_null()
    alone = Exclusion.select(Exclusion.person).where(now, Exclusion.person.is_null(False))
    closed = Exclusion.select(Exclusion.department).where(now, Exclusion.department.is_null(False))
    in_closed = Membership.select(Membership.person).where(Membership.department.in_(closed))
    works_here = Person.disabled_at.is_null() & policy.may_work_on_cases()
    return works_here & Person.ref.not_in(alone) & Person.ref.not_in(in_closed)


def is_excluded_department(case_ref: str, department_ref: str) -> bool:
    """Whether everyone in the department is excluded from the case."""
    now = (Exclusion.case == case_ref) & Exclusion.until_at.is_null()
    return Exclusion.select().where(now, Exclusion.department == department_ref).exists()


def refuse_closed(case: Case) -> None:
    """Raise Invalid when the case is closed, as it stands now: a stale tab changes nothing (REL-14).

    The case stays as it is until the end of the transaction.
    """
    lock_chain(f"case:{case.ref}")
    if _closed.first(case=case.ref):
        raise Invalid("Sagen er afsluttet. Genåbn den først.")


@prepared
def _closed(*, case: Parameter) -> peewee.ModelSelect:
    return Case.select(Case.ref).where(Case.ref == case, Case.closed_at.is_null(False))


def stamp(case_ref: str) -> None:
    """Say that something the board shows has changed; inside the transaction of the change (DESIGN decision 23)."""
    _stamped.run(case=case_ref)


@prepared
def _stamped(*, case: Parameter) -> peewee.ModelUpdate:
    return Case.update(board_stamp=Case.board_stamp + 1).where(Case.ref == case)


# ── the page ────────────────────────────────────────────────────────────────────────────────────────


class Overview(NamedTuple):
    """Who has access and since when, and who never has."""

    relations: list[Relation]
    exclusions: list[Exclusion]


def of_case(actor: Person, case: Case) -> Overview:
    """Everyone with access to a case now, and every exclusion in force, with names, departments and reasons."""
    policy.require(actor, Action.CASE_READ, case)
    by, department = Person.alias(), Department.alias()
    relations = (
        Relation.select(Relation, Person, by)
        .join(Person, on=(Relation.person == Person.ref))
        .switch(Relation)
        .join(by, peewee.JOIN.LEFT_OUTER, on=(Relation.by == by.ref), attr="given_by")
        .where(Relation.case == case.ref, Relation.until_at.is_null())
        .order_by(Relation.from_at, Relation.kind)
    )
    excluded = (
        Exclusion.select(Exclusion, Person, department, by)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Exclusion.person == Person.ref))
        .switch(Exclusion)
        .join(department, peewee.JOIN.LEFT_OUTER, on=(Exclusion.department == department.ref))
        .switch(Exclusion)
        .join(by, on=(Exclusion.by == by.ref), attr="given_by")
        .where(Exclusion.case == case.ref, Exclusion.until_at.is_null())
        .order_by(Exclusion.from_at)
    )
    keys.preload({f"case:{case.ref}"})
    return Overview(list(relations), list(excluded))


# ── giving access ───────────────────────────────────────────────────────────────────────────────────


@transaction
def grant(actor: Actor, case: Case, person: Person, reason: str, *, is_confirmed: bool = False) -> Relation:
    """Let a person take part in a case, a resource person as one; doing it twice changes nothing.

    Raises Invalid for someone who is excluded, no longer employed or kept from cases (PRODUCT 1), and, unless it is
    confirmed, for someone who is on the other party's case (SEC-10).
    """
    policy.require(actor, Action.CASE_GRANT, case)
    lock_chain(f"case:{case.ref}")
    refuse_excluded(case, person, "person")
    has = relations_of(case.ref, person.ref).first()
    if has:
        return has
    walls.warn_of_both_sides(actor, case, person, is_confirmed)
    given = tie(actor, case, person, policy.kind_on_case(person), reason)
    events.record(actor, "access:granted", given, changes={"person": [None, person.ref], "reason": [None, reason]})
    return given


def refuse_excluded(case: Case, person: Person, field: str) -> None:
    """Raise Invalid, naming the field, when the person can be given nothing of this case (SEC-05)."""
    if policy.is_kept_from_cases(person):
        raise Invalid("Vælg en anden. Den valgte administrerer systemet eller fører tilsyn, og ser ingen sager.", field)
    if person.disabled_at:
        raise Invalid("Vælg en, der er ansat. Den valgte bruger er lukket.", field)
    if person.ref in excluded_persons(case.ref):
        raise Invalid("Vælg en anden. Den valgte er spærret fra sagen.", field)


def relations_of(case_ref: str, person_ref: str) -> peewee.ModelSelect:
    """What ties a person to a case now."""
    return Relation.select().where(
        Relation.case == case_ref, Relation.person == person_ref, Relation.until_at.is_null()
    )


def tie(actor: Actor, case: Case, person: Person, kind: RelationKind, reason: str | None) -> Relation:
    """Tie a person to a case, inside the caller's transaction: the one place where someone comes onto it."""
    tied = insert(Relation, case=case.ref, person=person, kind=kind, reason=reason, by=actor.ref, from_at=clock.now())
    if duties.arise(actor, case, person):
        stamp(case.ref)
    if kind == RelationKind.PRIMARY_CONTACT:
        duties.adopt(actor, case, person)
    return tied


def left(actor: Actor, case: Case, persons: set[str]) -> None:
    """See to what cannot stay with those who are no longer on a case; inside the caller's transaction."""
    duties.pass_on(actor, case, persons, primary_contact(case.ref), excluded_persons(case.ref))
