"""The rows of a spærring: with their names, whom each hits, and who may lift it."""

import peewee

from ...store.cases import Exclusion
from ...store.people import Department, Membership, Person


def in_force() -> peewee.ModelSelect:
    """Every exclusion that is not over, with whom or what it shuts out and, as `given_by`, who said so; those that wait
    for a manager too."""
    person, setter = Person.alias(), Person.alias()
    return (
        Exclusion.select(Exclusion, person, Department, setter)
        .join(person, peewee.JOIN.LEFT_OUTER, on=(Exclusion.person == person.ref))
        .switch(Exclusion)
        .join(Department, peewee.JOIN.LEFT_OUTER, on=(Exclusion.department == Department.ref))
        .switch(Exclusion)
        .join(setter, peewee.JOIN.LEFT_OUTER, on=(Exclusion.by == setter.ref), attr="given_by")
        .where(Exclusion.until_at.is_null())
    )


def hit_by(person: Person | None, department: Department | None) -> set[str]:
    """Refs of those whom it shuts out: the one person, or everyone who works in the department now."""
    if department is None:
        return {person.ref} if person else set()
    members = Membership.select(Membership.person).where(Membership.department == department.ref)
    return {ref for (ref,) in members.tuples()}


def is_for_a_manager(exclusion: Exclusion) -> bool:
    """Whether only a manager may lift it: one decided it, or it is what someone said of oneself."""
    is_own = exclusion.by_id is not None and exclusion.by_id == exclusion.person_id
    return bool(exclusion.decided_by_id) or is_own
