"""Who works here and may sign in: added, changed, closed and taken back by an administrator (SEC-02, SEC-18).

Whatever is done to a person is an event with whoever did it, and is told to that person. Two of one name are told apart
by what stands behind it, in everything that shows a name, since `Person.name` is what is shown.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from .. import clock, policy
from ..addresses import Place
from ..errors import DomainError, Invalid, NotAllowed, NotFound
from ..kinds import EventKind, LetterKind, Role
from ..mail import outbox, wire
from ..policy import SYSTEM, Action, Actor
from ..settings import Defaults
from ..store import events
from ..store.cases import Case
from ..store.db import append, insert, remove, rewrite, transaction
from ..store.db import change as write
from ..store.people import Department, Membership, Person
from . import leaving, people, sessions
from .access import moves, same_person
from .verbs import reads, verb

LONGEST_NAME = 120
LONGEST_PHONE = 30
PHONE = frozenset("0123456789 +()-")
OF_ONESELF = frozenset({"name", "email", "phone"})  # all else would be to give oneself something (SEC-02)


class Listed(NamedTuple):
    """One member of staff, for the administrator's list."""

    person: Person
    departments: list[str]
    works_as: list[str]
    state: str


# ── who there is ────────────────────────────────────────────────────────────────────────────────────


@reads(Action.PEOPLE_MANAGE)
def listed(actor: Actor) -> list[Listed]:
    """Everyone, closed accounts too, in Danish order."""
    works_in: dict[str, list[str]] = {}
    rows = Membership.select(Membership.person, Department.name).join(Department).order_by(Department.name)
    for ref, name in rows.tuples():
        works_in.setdefault(ref, []).append(name)
    everyone = sorted(Person.select(), key=lambda person: people.danish_order(person.name))
    return [Listed(one, works_in.get(one.ref, []), _works_as(one), _state(one)) for one in everyone]


@reads(Action.PEOPLE_MANAGE)
def get(actor: Actor, ref: str) -> Person:
    """Anyone who works here, or did, to be changed. Raises NotFound."""
    person = Person.get_or_none(Person.ref == ref)
    if person is None:
        raise NotFound()
    return person


def _works_as(person: Person) -> list[str]:
    return [Role(role).label for role in person.roles.split()]


def _state(person: Person) -> str:
    if person.disabled_at:
        return f"lukket {clock.numeric_date(clock.today(person.disabled_at))}"
    if person.locked_at:
        return f"låst {clock.numeric_date(clock.today(person.locked_at))}"
    return f"til {clock.numeric_date(person.ends_on)}" if person.ends_on else "åben"


# ── added, changed, taken back ──────────────────────────────────────────────────────────────────────


@verb(Action.PEOPLE_MANAGE)
def add(
    actor: Actor,
    username: str,
    name: str,
    email: str,
    roles: list[Role],
    departments: list[str],
    domains: tuple[str, ...],
    **more: Any,
) -> Person:
    """Add a member of staff, without a password. `departments` are keys; `more`: phone, ends_on. Raises Invalid naming
    the field."""
    username = username_of(username)
    if Person.select().where(Person.username == username).exists():
        raise Invalid("Der er allerede en med det brugernavn.", "username")
    said = checked({"name": name, "email": email, "roles": roles, "departments": departments, **more}, domains)
    homes = said.pop("departments")
    same_person.hold()
    person = insert(Person, username=username, created_at=clock.now(), **said)
    _work_in(person, homes)
    _tell_apart(actor, person.plain_name)
    events.record(actor, EventKind.PERSON_ADDED, person)
    tell(person)
    return person


@verb(Action.PEOPLE_MANAGE)
def change(
    actor: Actor, person: Person, said: Mapping[str, Any], domains: tuple[str, ...], seen_version: int | None = None
) -> Person:
    """Change what `said` names of a person: name, email, phone, roles, departments (keys), ends_on (the last day),
    over the version that was seen, or else the one that is given.

    Rights follow at the next request; where roles change, every session ends; of who leaves a department it is asked
    whether their accesses shall stand. Raises Invalid naming the field, also where someone would keep what the new
    roles do not go with; NotAllowed for what one would give oneself; Conflict.
    """
    if person.ref == actor.ref and not OF_ONESELF.issuperset(said):
        raise NotAllowed("Ingen kan ændre sine egne roller, afdelinger eller sidste dag. Bed en anden administrator.")
    if person.disabled_at:
        raise Invalid("Brugeren er lukket. Genåbn den først.")
    columns = checked(said, domains)
    homes = columns.pop("departments", None)
    changes = _changes(person, columns, homes)
    if not changes:
        return person
    moves_on = changes.keys() & {"roles", "departments"}
    touched = leaving.touched_by(person) if moves_on else []  # they may have to be handed on, or asked about
    if not Person.tells_who.isdisjoint({*changes, *(["plain_name"] if "name" in changes else [])}):
        same_person.hold(*touched)
    elif moves_on:
        leaving.hold_cases(touched)
    fresh = write(person, seen_version or person.version, **columns)
    if homes is not None:
        remove(Membership, Membership.person == person.ref)
        _work_in(fresh, homes)
    _roles_changed(actor, person, fresh)
    if has_left(*changes.get("departments", ([], []))):
        moves.ask(actor, fresh)
    _tell_apart(actor, person.plain_name, fresh.plain_name)
    events.record(actor, EventKind.PERSON_CHANGED, fresh, changes=changes)
    tell(fresh, person.email)
    return people.by_username(person.username)


@verb(Action.PEOPLE_MANAGE)
def reopen(actor: Actor, person: Person) -> Person:
    """Take back who returns: with no role, no last day and no password; those are given anew. Doing it twice changes
    nothing."""
    if person.disabled_at is None:
        return person
    same_person.hold()
    fresh = write(person, person.version, disabled_at=None, ends_on=None, roles="", password_hash=None)
    events.record(actor, EventKind.PERSON_REOPENED, fresh)
    tell(fresh)
    return fresh


@transaction
def close(actor: Actor, person: Person) -> None:
    """Close an account at once, as `leaving.disable`, and tell the person. Raises Invalid as that does, and for one's
    own: there is always an administrator left."""
    if person.ref == actor.ref:
        raise Invalid("Du kan ikke lukke dig selv. Bed en anden administrator om det.")
    if person.disabled_at is None:
        leaving.disable(actor, person)
        tell(people.by_username(person.username))


@transaction
def reset(actor: Actor, person: Person, limits: Defaults) -> str:
    """A secret that sets a new password once; every session ends at once. Raises Invalid for a closed account."""
    secret = sessions.offer_link(actor, person, limits)
    sessions.end_all(person, clock.now())
    tell(person)
    return secret


def close_ended(now: datetime) -> int:
    """Close the accounts whose last day has passed; returns how many. One that still holds a case alone stays, without
    being let in, until someone takes the case over."""
    gone = Person.select().where(Person.ends_on < clock.today(now), Person.disabled_at.is_null())
    return sum(_close_ended(person) for person in list(gone))


def _close_ended(person: Person) -> bool:
    try:
        close(SYSTEM, person)
    except DomainError:
        return False
    return True


# ── what is given is checked ────────────────────────────────────────────────────────────────────────


def checked(said: Mapping[str, Any], domains: tuple[str, ...]) -> dict[str, Any]:
    """The columns that are meant, `departments` as rows. Raises Invalid naming the field."""
    columns: dict[str, Any] = {}
    if "name" in said:
        columns["name"] = columns["plain_name"] = _name(said["name"])
    if "email" in said:
        columns["email"] = _email(said["email"], domains)
    if "phone" in said:
        columns["phone"] = _phone(said["phone"])
    if "roles" in said:
        refuse_at_odds(said["roles"])
        columns["roles"] = " ".join(sorted(Role(role).value for role in said["roles"]))
    if "ends_on" in said:
        columns["ends_on"] = _last_day(said["ends_on"])
    if "departments" in said:
        columns["departments"] = [_department(key) for key in said["departments"]]
    return columns


def username_of(typed: str) -> str:
    """The user name that is meant. Raises Invalid naming the field."""
    username = typed.casefold().strip()
    if not people.USERNAME.fullmatch(username):
        raise Invalid("Brugernavnet må kun have bogstaver a-z, tal, punktum og bindestreg.", "username")
    return username


def _name(name: str) -> str:
    plain = " ".join(name.split())
    if not 0 < len(plain) <= LONGEST_NAME or not name.strip().isprintable():
        raise Invalid(f"Skriv navnet på én linje, højst {LONGEST_NAME} tegn.", "name")
    return plain


def _email(email: str, domains: tuple[str, ...]) -> str:
    if not wire.ADDRESS.fullmatch(email) or email.rpartition("@")[2].casefold() not in domains:
        raise Invalid("Mailadressen skal høre til et af kommunens domæner (mail_domains).", "email")
    return email


def _phone(phone: str) -> str | None:
    plain = " ".join(phone.split())
    if len(plain) > LONGEST_PHONE or not set(plain) <= PHONE:
        raise Invalid(f"Skriv telefonnummeret med tal, højst {LONGEST_PHONE} tegn, fx 76 28 14 48.", "phone")
    return plain or None


def _last_day(day: date | None) -> date | None:
    if day is not None and day < clock.today():
        raise Invalid("Sidste dag er gået. Luk brugeren i stedet.", "ends_on")
    return day


def _department(key: str) -> Department:
    found = Department.get_or_none(Department.key == key, Department.retired_at.is_null())
    if found is None:
        raise Invalid(f"Afdelingen {key} findes ikke, eller er nedlagt.", "departments")
    return found


def refuse_at_odds(roles: Collection[Role]) -> None:
    """Raise Invalid for roles that no one may have at once: wherever roles are given (SEC-02)."""
    if policy.are_at_odds(roles):
        raise Invalid(
            "En administrator eller databeskyttelsesrådgiver ser ingen sager og kan ikke samtidig være ressourceperson "
            "eller leder. Vælg den ene rolle, eller opret to brugere.", "roles"
        )  # fmt: skip


# ── what follows ────────────────────────────────────────────────────────────────────────────────────


def _changes(person: Person, columns: Mapping[str, Any], homes: list[Department] | None) -> dict[str, Any]:
    """What is new, as the event keeps it; nothing of what stays."""
    before = {name: getattr(person, "plain_name" if name == "name" else name) for name in columns}
    found = {name: [before[name], value] for name, value in columns.items() if before[name] != value}
    found.pop("plain_name", None)
    if homes is not None:
        now, then = sorted(home.name for home in homes), sorted(home.name for home in people.departments_of(person))
        found |= {"departments": [then, now]} if now != then else {}
    return found


def has_left(before: Collection[str], after: Collection[str]) -> bool:
    """Whether who works in other departments than before works no more in one of those: a department that is only
    added is no move."""
    return not set(before) <= set(after)


def _work_in(person: Person, homes: list[Department]) -> None:
    for home in {home.ref: home for home in homes}.values():
        append(Membership, person=person, department=home)


def _roles_changed(actor: Actor, before: Person, now: Person) -> None:
    """Who is kept from cases from now on has no part in any; who heads a department stays its manager."""
    if before.roles == now.roles:
        return
    _refuse_headless(now)
    if policy.is_kept_from_cases(now):
        leaving.hand_on(actor, now, leaving.touched_by(now))
    sessions.end_all(now, clock.now())


def _refuse_headless(now: Person) -> None:
    headed = Department.get_or_none(Department.manager == now.ref, Department.retired_at.is_null())
    if headed and Role.MANAGER not in policy.roles(now):
        raise Invalid(f"Vælg først en anden leder for {headed.name}.", "roles")


def end_roles(actor: Actor, person: Person, cases: list[Case]) -> None:
    """Take every role from a person, and what he or she had of these cases, which are held, inside the caller's
    transaction. Raises Invalid for who heads a department, and while a case would be left without anyone."""
    fresh = write(person, person.version, roles="")
    _refuse_headless(fresh)
    leaving.give_back(actor, person, cases)
    sessions.end_all(fresh, clock.now())
    events.record(actor, EventKind.PERSON_CHANGED, fresh, changes={"roles": [person.roles, ""]})
    tell(fresh)


def tell(person: Person, former_address: str | None = None) -> None:
    """One letter of fixed words, inside a transaction: that something was done to the account. A changed address is
    told to the old one too, since whoever took the account over would have changed it."""
    key = f"account:{person.ref}:{person.version}:{clock.now().isoformat()}"
    outbox.put(LetterKind.ACCOUNT_CHANGED, person, key=key, about=person, opens=Place.PROFILE)
    if former_address and former_address != person.email:
        key, kind = f"{key}:former", LetterKind.ACCOUNT_CHANGED
        outbox.put(kind, person, key=key, about=person, opens=Place.PROFILE, address=former_address)


# ── two of one name ─────────────────────────────────────────────────────────────────────────────────


def tell_all_apart() -> int:
    """Give everyone of one name what tells them apart: for a database from before that; part of `flask init`."""
    return _tell_apart(SYSTEM, *{name for (name,) in Person.select(Person.plain_name).distinct().tuples()})


@transaction
def _tell_apart(actor: Actor, *names: str) -> int:
    """Show those of each name with what tells them apart, and who is alone with a name with nothing more."""
    wanted = {_folded(name) for name in names}
    same: dict[str, list[Person]] = {name: [] for name in wanted}
    for person in Person.select():
        if _folded(person.plain_name) in wanted:
            same[_folded(person.plain_name)].append(person)
    return sum(_name_each(group) for group in same.values())


def _name_each(group: list[Person]) -> int:
    marks = _marks(group) if len(group) > 1 else {}
    changed = 0
    for person in group:
        mark = f" ({marks[person.ref]})" if marks else ""
        shown = f"{person.plain_name[: LONGEST_NAME - len(mark)]}{mark}"
        if shown != person.name:
            rewrite(Person, Person.ref == person.ref, name=shown)
            changed += 1
    return changed


def _marks(group: list[Person]) -> dict[str, str]:
    """The department of each, where each has another; else the user name."""
    homes = {person.ref: [home.name for home in people.departments_of(person)] for person in group}
    first = [names[0] for names in homes.values() if names]
    if len(set(first)) == len(group):
        return {ref: names[0] for ref, names in homes.items()}
    return {person.ref: person.username for person in group}


def _folded(name: str) -> str:
    return " ".join(name.casefold().replace("aa", "å").split())
