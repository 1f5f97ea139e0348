"""Who asks: a person, in the roles he or she has, or the program itself."""

from collections.abc import Collection
from typing import Any, NamedTuple

import peewee

from ..kinds import RelationKind, Role
from ..store.people import Person

# They keep the house and the log, and see no case (SEC-02).
KEPT_FROM_CASES = frozenset({Role.ADMINISTRATOR.value, Role.AUDITOR.value})


class System:
    """The actor of the ticks: owes and sends letters, and is asked nothing."""

    ref = None
    name = "Systemet"


SYSTEM = System()
Actor = Person | System


class Asker(NamedTuple):
    """The one who asks, in a query that is prepared: ref and day are given later, the roles shape the query."""

    ref: Any  # or a column that holds a ref: then the query asks for everyone in it at once
    roles: str
    today: Any = ""


def shape_of(actor: Person) -> str:
    """What of the actor shapes a prepared query; the roles of its Asker."""
    return actor.roles


def roles(actor: Person | Asker) -> set[str]:
    """The global roles of a person; every one is a professional.

    Who keeps the house or the log has no other role beside it, whatever stands in the row (SEC-02).
    """
    given = set(actor.roles.split())
    return {Role.PROFESSIONAL, *(given & KEPT_FROM_CASES or given)}


def kind_on_case(person: Person) -> RelationKind:
    """How someone who is let onto a case takes part in it: a resource person coordinates there too."""
    return RelationKind.RESOURCE if Role.RESOURCE_PERSON in roles(person) else RelationKind.PARTICIPANT


def is_kept_from_cases(actor: Person | Asker) -> bool:
    """Whether a person's role keeps him or her from every case: no tie, queue, offer or absence of another's beats it
    (SEC-02)."""
    return not roles(actor).isdisjoint(KEPT_FROM_CASES)


def are_at_odds(given: Collection[str]) -> bool:
    """Whether roles do not go together: one that keeps from cases, and one that works on them (SEC-02)."""
    return bool(KEPT_FROM_CASES.intersection(given)) and not KEPT_FROM_CASES.union({Role.PROFESSIONAL}).issuperset(
        given
    )


def may_work_on_cases() -> peewee.Expression:
    """For a query of Person: whose role keeps them from no case."""
    administers, audits = (Person.roles.contains(role) for role in sorted(KEPT_FROM_CASES))
    return ~administers & ~audits
