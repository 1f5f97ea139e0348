"""Who is on a case. See also overview.py, contact.py, duties.py, ending.py, exclusions.py and restriction.py."""

import peewee

from ... import clock, policy
from ...errors import Invalid
from ...kinds import EventKind, Phase, RelationKind
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case, Relation
from ...store.db import insert
from ...store.people import Person
from .. import people, written
from ..verbs import verb
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


def coordinates(actor: Person | policy.Asker, case: peewee.Field) -> peewee.Expression:
    """The condition under which it is the actor who sees to a case today: its tovholder, and while no tovholder is
    present who may have part in it every resource person on it."""
    now = (Relation.case == case) & Relation.until_at.is_null()
    mine = Relation.select(peewee.SQL("1")).where(now, Relation.person == actor.ref)
    here = (
        Relation.select(peewee.SQL("1"))
        .join(Person, on=(Relation.person == Person.ref))
        .where(now, Relation.kind == RelationKind.PRIMARY_CONTACT, policy.may_have_part(case))
        .where(Relation.person.not_in(policy.away(actor)))
    )
    is_tovholder, is_resource_person = (
        peewee.fn.EXISTS(mine.where(Relation.kind == kind))
        for kind in (RelationKind.PRIMARY_CONTACT, RelationKind.RESOURCE)
    )
    return is_tovholder | (is_resource_person & ~peewee.fn.EXISTS(here))


def excluded_persons(case_ref: str) -> set[str]:
    """Refs of everyone to whom a case is closed: excluded, alone or as one of a department, or kept from every case by
    their role."""
    closed = ~policy.may_work_on_cases() | policy.is_excluded(Person.ref, case_ref)
    return {ref for (ref,) in Person.select(Person.ref).where(closed).tuples()}


# ── giving access ───────────────────────────────────────────────────────────────────────────────────


@verb(Action.CASE_GRANT)
def grant(actor: Actor, case: Case, person: Person, reason: str, *, is_confirmed: bool = False) -> Relation:
    """Let a person take part in a case, a resource person as one; doing it twice changes nothing.

    Raises Invalid for someone who is excluded, no longer employed or kept from cases (SEC-02), and, unless it is
    confirmed, for someone who is on the other party's case (SEC-10).
    """
    refuse_excluded(case, person, "person")
    has = relations_of(case.ref, person.ref).first()
    if has:
        return written.already(has, reason=reason)
    walls.warn_of_both_sides(actor, case, person, is_confirmed)
    given = tie(actor, case, person, policy.kind_on_case(person), reason)
    events.record(
        actor, EventKind.ACCESS_GRANTED, given, changes={"person": [None, person.ref], "reason": [None, reason]}
    )
    return given


def refuse_excluded(case: Case, person: Person, field: str) -> None:
    """Raise Invalid, naming the field, when the person can be given nothing of this case (SEC-05)."""
    if policy.is_kept_from_cases(person):
        raise Invalid(people.SEES_NO_CASE, field)
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
    duties.arise(actor, case, person)
    if kind == RelationKind.PRIMARY_CONTACT:
        duties.adopt(actor, case, person)
    return tied


def left(actor: Actor, case: Case, persons: set[str]) -> None:
    """See to what cannot stay with those who are no longer on a case; inside the caller's transaction."""
    duties.pass_on(actor, case, persons, primary_contact(case.ref), excluded_persons(case.ref))
