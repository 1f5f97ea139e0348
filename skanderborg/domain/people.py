"""Staff and departments: who there is, who is present, and who stands in for whom."""

import re
from datetime import date
from typing import NamedTuple

import peewee

from .. import clock, content, policy
from ..errors import Invalid, NotFound
from ..kinds import EditionKind, EventKind, Role, Theme
from ..policy import Action, Actor
from ..store import events
from ..store.db import change, insert, remove, rewrite, transaction
from ..store.idempotency import creates
from ..store.people import Absence, Department, Membership, Person
from . import editions
from .verbs import reads, verb

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
NO_DEPARTMENT = "Uden afdeling"
SEES_NO_CASE = "Vælg en anden. Den valgte administrerer systemet eller fører tilsyn, og ser ingen sager."


def get(ref: str) -> Person:
    """An active member of staff. Raises NotFound for anyone else."""
    person = Person.get_or_none(Person.ref == ref, Person.disabled_at.is_null())
    if person is None:
        raise NotFound()
    return person


def by_username(username: str) -> Person:
    """The person of that user name, disabled or not. Raises NotFound."""
    person = Person.get_or_none(Person.username == username.casefold().strip())
    if person is None:
        raise NotFound("Der er ingen med det brugernavn.")
    return person


def active() -> list[Person]:
    """Everyone who can be given work, in Danish order."""
    people = Person.select().where(Person.disabled_at.is_null())
    return sorted(people, key=lambda person: danish_order(person.name))


class Choosable(NamedTuple):
    """A person, or a department itself, as it stands in a list under its department; whoever works in several stands
    under each."""

    ref: str
    name: str
    department: str
    is_person: bool


def choices() -> list[tuple[str, str, str]]:
    """Ref, name and department of everyone who can be given what has to do with cases, for a select."""
    return [(one.ref, one.name, one.department) for one in every_choice() if one.is_person]


def every_choice(*also: peewee.Expression) -> list[Choosable]:
    """Everyone who can be given something of a case, if `also` is so, and every department, department first, then
    name; in one query."""
    works_here = Person.disabled_at.is_null() & policy.may_work_on_cases()
    in_use = Department.retired_at.is_null()
    persons = (
        Person.select(Person.ref, Person.name, Department.name, peewee.Value(1))
        .join(Membership, peewee.JOIN.LEFT_OUTER)
        .join(Department, peewee.JOIN.LEFT_OUTER, on=(Membership.department == Department.ref) & in_use)
        .where(works_here, *also)
    )
    queues = Department.select(Department.ref, Department.name, Department.name, peewee.Value(0)).where(in_use)
    rows = sorted((persons | queues).tuples(), key=lambda row: by_department(row[2], row[1] if row[3] else ""))
    return [Choosable(ref, name, home or NO_DEPARTMENT, bool(is_person)) for ref, name, home, is_person in rows]


def by_department(department: str | None, name: str) -> tuple[bool, list[int], list[int]]:
    """The place of a name in a list by department; who works in none comes last."""
    return department is None, danish_order(department or ""), danish_order(name)


def managers_of(person_ref: str) -> list[Person]:
    """Who heads the departments in which a person works: active, each once, never the person,
    nor whose role keeps them from what a manager is told of cases."""
    found = (
        Person.select()
        .join(Department, on=(Department.manager == Person.ref))
        .join(Membership, on=(Membership.department == Department.ref))
        .where(
            Membership.person == person_ref,
            Person.ref != person_ref,
            Person.disabled_at.is_null(),
            policy.may_work_on_cases(),
        )
        .order_by(Department.name)
    )
    return list(dict.fromkeys(found))


def departments() -> list[Department]:
    """Every department in use, in Danish order."""
    return sorted(Department.select().where(Department.retired_at.is_null()), key=lambda row: danish_order(row.name))


def department(ref: str) -> Department:
    """A department in use. Raises NotFound."""
    found = Department.get_or_none(Department.ref == ref, Department.retired_at.is_null())
    if found is None:
        raise NotFound()
    return found


def department_by_key(key: str) -> Department:
    """The department in use with that key. Raises NotFound."""
    found = Department.get_or_none(Department.key == key, Department.retired_at.is_null())
    if found is None:
        raise NotFound()
    return found


def members(department_ref: str) -> list[Person]:
    """The active members of a department."""
    return list(
        Person.select().join(Membership).where(Membership.department == department_ref, Person.disabled_at.is_null())
    )


def departments_of(person: Person) -> list[Department]:
    """The departments in which a person works."""
    return list(Department.select().join(Membership).where(Membership.person == person.ref))


def resource_persons() -> list[Person]:
    """All active resource persons, in Danish order."""
    return [person for person in active() if Role.RESOURCE_PERSON in policy.roles(person)]


def administrators() -> list[Person]:
    """All active administrators, in Danish order."""
    return [person for person in active() if Role.ADMINISTRATOR in policy.roles(person)]


def present(people: list[Person], day: date) -> list[Person]:
    """Those of `people` who are not away on `day`."""
    away = _away(day)
    return [person for person in people if person.ref not in away]


def with_substitutes(people: list[Person], day: date) -> list[Person]:
    """`people`, and beside everyone who is away on `day` the one who stands in. Nobody twice.

    That is the substitute, or, while that one is away as well or has left, the substitute's substitute, and so on;
    nobody where the chain ends or comes back to where it began. Who stands in sees the same (`policy.helps`).
    """
    away = _away(day)
    standing_in = [_stand_in_for(person, away) for person in people if person.ref in away]
    everyone = people + [person for person in standing_in if person]
    return list({person.ref: person for person in everyone}.values())


def _stand_in_for(person: Person, away: set[str]) -> Person | None:
    passed, next_one = {person.ref}, person.substitute
    while next_one is not None and next_one.ref not in passed:
        if next_one.ref not in away and next_one.disabled_at is None:
            return next_one
        passed.add(next_one.ref)
        next_one = next_one.substitute
    return None


def _away(day: date) -> set[str]:
    rows = Absence.select(Absence.person).where(Absence.covers(day))
    return {ref for (ref,) in rows.tuples()}


def danish_order(text: str) -> list[int]:
    """A key that sorts as Danes do: … z, æ, ø, å, and «aa» as å."""
    folded = text.casefold().replace("aa", "å")
    return [{"æ": 0x17B, "ø": 0x17C, "å": 0x17D}.get(letter, ord(letter)) for letter in folded]


# ── departments, as they are set up ────────────────────────────────────────────────────────────────────


@transaction
def sync_departments() -> None:
    """Make the departments of config/departments.toml, and retire those that left it. Part of `flask init`.

    What an administrator changed of one stays as it is.
    """
    known = {row.key: row for row in Department.select()}
    changed = editions.numbers(EditionKind.DEPARTMENT).keys()
    for entry in content.file_departments():
        if entry.key in changed:
            continue
        if entry.key not in known:
            insert(Department, key=entry.key, name=entry.name, is_115_forum=entry.is_115_forum)
        else:
            said = {"name": entry.name, "is_115_forum": entry.is_115_forum, "retired_at": None}
            row = known[entry.key]
            if {name: row.__data__[name] for name in said} != said:
                rewrite(Department, Department.key == entry.key, **said)
    left = set(known) - {entry.key for entry in content.file_departments()} - changed
    rewrite(Department, Department.key.in_(list(left)), Department.retired_at.is_null(), retired_at=clock.now())


@verb(Action.PEOPLE_MANAGE)
def set_manager(actor: Actor, department_key: str, manager: Person) -> None:
    """Name the manager of a department."""
    rewrite(Department, Department.key == department_key, manager=manager)
    events.record(actor, EventKind.DEPARTMENT_MANAGER_SET, Department.get(Department.key == department_key))


# ── the actor's own page ────────────────────────────────────────────────────────────────────────────


@verb(Action.PROFILE)
def set_own(actor: Person, substitute: Person | None, theme: Theme, seen_version: int) -> Person:
    """Choose who stands in for oneself, and the colours of the screen. Raises Invalid for oneself and for someone who
    may not see what one is asked, Conflict."""
    if substitute and substitute.ref == actor.ref:
        raise Invalid("Vælg en anden end dig selv.", "substitute")
    if substitute and substitute.ref != actor.substitute_id and policy.is_kept_from_cases(substitute):
        raise Invalid(SEES_NO_CASE, "substitute")
    person = change(actor, seen_version, substitute=substitute, theme=theme)
    events.record(actor, EventKind.PERSON_PROFILE_CHANGED, person)
    return person


@creates(Absence)
@verb(Action.PROFILE)
def add_absence(actor: Person, from_on: date, to_on: date) -> Absence:
    """Say when one is away: reminders then also go to the substitute. Raises Invalid for days that end too soon, or are
    over: who was away then is not reminded anew."""
    if to_on < from_on:
        raise Invalid("Sidste dag skal være samme dag som første dag eller senere.", "to_on")
    if to_on < clock.today():
        raise Invalid("De dage er gået. Skriv, hvornår du er væk næste gang.", "to_on")
    absence = insert(Absence, person=actor, from_on=from_on, to_on=to_on)
    events.record(actor, EventKind.ABSENCE_ADDED, absence)
    return absence


@verb(Action.PROFILE)
def remove_absence(actor: Person, ref: str) -> None:
    """Take back an absence of one's own. Raises NotFound for anyone else's."""
    absence = Absence.get_or_none(Absence.ref == ref, Absence.person == actor.ref)
    if absence is None:
        raise NotFound()
    remove(Absence, Absence.ref == ref)
    events.record(actor, EventKind.ABSENCE_REMOVED, absence)


@reads(Action.PROFILE)
def absences(actor: Person) -> list[Absence]:
    """The actor's own absences that are not over."""
    today = clock.today()
    return list(Absence.select().where(Absence.person == actor.ref, Absence.to_on >= today).order_by(Absence.from_on))
