"""Who keeps the house or its log has no part in any case (SEC-02): what is left from when the roles went together.

Such a person sees nothing of a case from the moment he or she has the role (policy/sight.py). What they had of cases
goes to those who still see it; `flask init` does that after every upgrade, and `flask doctor` names whom it concerns.
"""

from collections.abc import Iterator
from typing import Any

from .. import policy
from ..errors import Invalid
from ..kinds import EventKind, Role
from ..policy import SYSTEM, Actor
from ..store import events
from ..store.db import rewrite, transaction
from ..store.events import Event
from ..store.people import Department, Person
from . import leaving

ENDED = EventKind.PERSON_ROLES_ENDED


def settle() -> Iterator[str]:
    """End the roles that go with no other and hand on what those who have them had of cases; says what was done.

    Running it again changes nothing. A case that nobody can take over stays where it is, and is named.
    """
    for person in _kept_from_cases():
        if ended := _end_other_roles(SYSTEM, person):
            yield f"{person.username}: rollen {ended} er ophørt, for den giver adgang til sager."
        for case in leaving.touched_by(person):
            try:
                leaving.hand_on(SYSTEM, person, [case])
            except Invalid as refused:
                yield f"{person.username}: sag {case.code} kan ikke gives videre. {refused.message}"


def check() -> dict[str, Any]:
    """For `flask doctor`, with user names: whose other role was ended, and who still has something of a case."""
    kept = _kept_from_cases()
    left = [one.username for one in kept if _other_roles(one) or leaving.touched_by(one)]
    ended = Event.select(Event.object_ref).where(Event.action == ENDED)
    names = Person.select(Person.username).where(Person.ref.in_(ended), Person.disabled_at.is_null())
    return {"ok": not left, "still_on_cases": left, "ended_for": sorted(name for (name,) in names.tuples())}


def _kept_from_cases() -> list[Person]:
    return list(Person.select().where(~policy.may_work_on_cases()).order_by(Person.username))


def _other_roles(person: Person) -> list[Role]:
    return [Role(role) for role in person.roles.split() if role not in policy.roles(person)]


@transaction
def _end_other_roles(actor: Actor, person: Person) -> str:
    """Keep the role that keeps from cases; returns the labels of those that ended, in a sentence."""
    others = _other_roles(person)
    if not others:
        return ""
    before, after = person.roles, " ".join(role for role in person.roles.split() if role not in others)
    rewrite(Person, Person.ref == person.ref, roles=after, version=Person.version + 1)
    person.roles = after
    for column in (Department.manager, Department.substitute):
        rewrite(Department, column == person.ref, **{column.name: None, "version": Department.version + 1})
    events.record(actor, ENDED, person, changes={"roles": [before, after]})
    return " og ".join(role.label.lower() for role in others)
