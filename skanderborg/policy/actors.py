"""Who asks: a person, in the roles he or she has, or the program itself."""

from typing import NamedTuple

import peewee

from ..kinds import RelationKind, Role
from ..store.people import Person

KEPT_FROM_CASES = (Role.ADMINISTRATOR, Role.AUDITOR)  # they keep the house and the log, and see no case (SEC-02)


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


def roles(actor: Person | Asker) -> set[str]:
    """The global roles of a person; every one is a professional."""
    return {Role.PROFESSIONAL, *actor.roles.split()}


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
