"""A colleague as a contact card: how to reach him or her, where he or she works, and who is there instead."""

from datetime import date
from typing import NamedTuple

import peewee

from .. import clock
from ..domain import people
from ..domain.verbs import reads
from ..kinds import Action
from ..store.people import Absence, Department, Membership, Person


class Colleague(NamedTuple):
    """One who works here; away until the last day of an absence that covers today."""

    person: Person
    away_until: date | None


class ColleagueCard(NamedTuple):
    """The same with more of it: departments, and who stands in while that one is away."""

    person: Person
    away_until: date | None
    departments: list[Department]
    stands_in: Person | None


class Team(NamedTuple):
    """A department with those who work there, in Danish order."""

    department: Department
    members: list[Colleague]


@reads(Action.CONTACT_READ)
def card(actor: Person, ref: str) -> ColleagueCard:
    """One colleague. Raises NotFound for who works here no longer."""
    person = people.get(ref)
    today = clock.today()
    away = Absence.select(Absence.to_on).where(Absence.person == person.ref, Absence.covers(today))
    until = away.order_by(Absence.to_on.desc()).scalar()
    there_instead = people.with_substitutes([person], today)[1:] if until else []
    homes = sorted(people.departments_of(person), key=lambda home: people.danish_order(home.name))
    return ColleagueCard(person, until, homes, there_instead[0] if there_instead else None)


@reads(Action.CONTACT_READ)
def team(actor: Person, department_ref: str) -> Team:
    """Everyone who works in a department in use. Raises NotFound."""
    department = people.department(department_ref)
    away = (Absence.person == Person.ref) & Absence.covers(clock.today())
    rows = (
        Person.select(Person, peewee.fn.MAX(Absence.to_on).alias("until"))
        .join(Membership)
        .join_from(Person, Absence, peewee.JOIN.LEFT_OUTER, on=away)
        .where(Membership.department == department.ref, Person.disabled_at.is_null())
        .group_by(Person)
    )
    members = [Colleague(one, Absence.to_on.python_value(one.until)) for one in rows]
    return Team(department, sorted(members, key=lambda one: people.danish_order(one.person.name)))
