"""Staff as the directory has them: who joins, who changes, who leaves, by a file that names everyone who works here.

All of it is planned before anything is written, so that a file is refused whole, and a trial writes nothing at all.
Then each person is a verb of `staff` in a transaction of its own, as on a page: a run that is broken off goes on with
the same file, and the same file twice changes nothing.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ... import clock
from ...errors import DomainError, Invalid
from ...kinds import EventKind, Role
from ...policy import SYSTEM, Action, Actor
from ...settings import Defaults
from ...store import events, keys
from ...store.cases import Case, Relation
from ...store.db import lock_chain, rewrite, transaction
from ...store.people import Department, Membership, Person
from .. import staff
from ..verbs import reads
from . import reading
from .reading import Entry

NEVER_WITHOUT = (Role.ADMINISTRATOR, Role.AUDITOR)  # the last one is not closed by a file


class Plan(NamedTuple):
    """What a file would do. `changed`: of whom what is new; `moved`: accesses that are asked about, of who leaves a
    department; `kept`: who is in no file and is not closed, and why; `closed_here`: who is in it, and was closed by
    hand; `here` and `gone`: refs that the file newly has, and lacks."""

    joined: list[Entry]
    changed: list[tuple[Person, dict[str, Any]]]
    returned: list[tuple[Person, dict[str, Any]]]
    leaving: list[Person]
    moved: dict[str, int]
    kept: list[tuple[Person, str]]
    closed_here: list[Person]
    here: list[str]
    gone: list[str]
    unused: list[str]


@reads(Action.PEOPLE_MANAGE)
def plan(actor: Actor, given: bytes, limits: Defaults, most_closed: int | None = None) -> Plan:
    """Read a file and say what it would do, without doing it. `most_closed`: how many may be closed by it, instead of
    the share that is the setting. Raises Invalid, of whose message each line is one thing that is wrong."""
    directory = reading.read(given, limits.mail_domains)
    house = {person.username: person for person in Person.select()}
    named, homes = {entry.username: entry for entry in directory.entries}, _homes()
    both = [(house[name], entry) for name, entry in named.items() if name in house]
    known = [(person, _news(entry, person, homes.get(person.ref, []))) for person, entry in both]
    absent = [person for name, person in sorted(house.items()) if name not in named]
    working = [person for person in house.values() if person.disabled_at is None]
    leaving, kept = _leaving(absent, limits.emergency_accounts, working)
    _refuse_mass(len(leaving), len(working), limits.sync_most_closed_percent, most_closed)
    changed = [(person, said) for person, said in known if said and not person.disabled_at]
    moved = [one for one, said in changed if staff.has_left(homes.get(one.ref, []), said.get("departments", homes))]
    returned = [(person, said) for person, said in known if person.disabled_at and person.in_directory is False]
    return Plan(
        joined=[entry for name, entry in named.items() if name not in house],
        changed=changed,
        returned=returned,
        leaving=leaving,
        moved=_asked_about(moved),
        kept=kept,
        closed_here=[person for person, _ in known if person.disabled_at and person.in_directory is not False],
        here=[person.ref for person, _ in known if person.in_directory is not True],
        gone=[person.ref for person in absent if person.in_directory is not False],
        unused=directory.unused,
    )


# ── what it would do ────────────────────────────────────────────────────────────────────────────────


def _homes() -> dict[str, list[str]]:
    """The keys of the departments in which each works, by ref."""
    found: dict[str, list[str]] = {}
    rows = Membership.select(Membership.person, Department.key).join(Department).order_by(Department.key)
    for ref, key in rows.tuples():
        found.setdefault(ref, []).append(key)
    return found


def _news(entry: Entry, person: Person, homes: list[str]) -> dict[str, Any]:
    """What of the file does not stand already. Who was to leave and could not be closed yet has no last day again."""
    stands = {"name": person.plain_name, "departments": homes}
    said = ({"ends_on": None} if person.in_directory is False else {}) | entry.said
    return {name: value for name, value in said.items() if value != stands.get(name, getattr(person, name, None))}


def _leaving(
    absent: list[Person], spared: tuple[str, ...], everyone: list[Person]
) -> tuple[list[Person], list[tuple[Person, str]]]:
    leaving = [person for person in absent if person in everyone and person.username not in spared]
    kept = [(person, "emergency_accounts") for person in absent if person.username in spared]
    for role in NEVER_WITHOUT:
        having = [person for person in everyone if role in person.roles.split()]
        if having and all(person in leaving for person in having):
            leaving.remove(having[0])
            kept.append((having[0], f"sidste {role.label.lower()}"))
    return leaving, kept


def _refuse_mass(count: int, total: int, percent: int, most: int | None) -> None:
    allowed = max(1, total * percent // 100) if most is None else most
    if count > allowed:
        raise Invalid(
            f"Filen ville lukke {count} af {total} brugere, og højst {allowed} må lukkes på én gang. Er filen hel? "
            f"Hvis den er, så kør med --most-closed {count}."
        )


def _asked_about(moved: list[Person]) -> dict[str, int]:
    """How many accesses each has to open cases, that are not asked about already, by user name."""
    counts = dict.fromkeys((person.username for person in moved), 0)
    rows = Relation.select(Person.username).join(Person, on=(Relation.person == Person.ref)).join_from(Relation, Case)
    now = Relation.until_at.is_null() & Relation.asked_at.is_null() & Case.closed_at.is_null()
    for (username,) in rows.where(now, Person.username.in_(list(counts))).tuples():
        counts[username] += 1
    return counts


# ── doing it ────────────────────────────────────────────────────────────────────────────────────────


def carry_out(planned: Plan, domains: tuple[str, ...]) -> list[str]:
    """Do what was planned; who joined and changed first, so that whoever leaves has somebody to hand on to. Returns a
    line for each that could not be done; everything else is done all the same.

    Who cannot be closed yet, since a case would be left without anyone, has today as the last day: nobody is let in
    after it, and the account closes as soon as somebody can take over.
    """
    failed = [line for line in _each(planned, domains) if line]
    if planned.here or planned.gone or planned.joined:
        _note(planned)
    return failed


def _each(planned: Plan, domains: tuple[str, ...]) -> Iterator[str | None]:
    for entry in planned.joined:
        yield _try(entry.username, _join, entry, domains)
    for person, said in planned.changed:
        yield _try(person.username, staff.change, SYSTEM, person, said, domains)
    for person, said in planned.returned:
        yield _try(person.username, _take_back, person, said, domains)
    for person in planned.leaving:
        line = _try(person.username, staff.close, SYSTEM, person)
        if line and (person.ends_on is None or person.ends_on > clock.today()):
            _try(person.username, staff.change, SYSTEM, person, {"ends_on": clock.today()}, domains)
        yield line


def _try(username: str, do: Any, *given: Any) -> str | None:
    try:
        do(*given)
    except DomainError as error:
        return f"{username}: {error.message}"
    return None


def _join(entry: Entry, domains: tuple[str, ...]) -> None:
    staff.add(SYSTEM, entry.username, roles=[], domains=domains, **entry.said)


def _take_back(person: Person, said: dict[str, Any], domains: tuple[str, ...]) -> None:
    """Without roles and password, as always; the department of the file."""
    fresh = staff.reopen(SYSTEM, person)
    if said:
        staff.change(SYSTEM, fresh, said, domains)


@transaction
def _note(planned: Plan) -> None:
    """Remember whom the directory has: only who was missing there returns by it, and nobody whom an administrator
    closed meanwhile."""
    lock_chain(keys.SYSTEM)
    joined = [entry.username for entry in planned.joined]
    rewrite(Person, Person.ref.in_(planned.here) | Person.username.in_(joined), in_directory=True)
    rewrite(Person, Person.ref.in_(planned.gone), in_directory=False)
    events.append(
        keys.SYSTEM, clock.now(), actor=None, action=EventKind.DIRECTORY_READ, object_kind="person",
        object_ref="directory", is_write=True, changes=None,
    )  # fmt: skip


# ── told ────────────────────────────────────────────────────────────────────────────────────────────


def lines(planned: Plan) -> Iterator[str]:
    """What a plan would do, or did, for who runs the command."""
    yield from (f"Ny: {entry.username} (linje {entry.line})" for entry in planned.joined)
    for person, said in planned.changed:
        asked = planned.moved.get(person.username)
        more = f". Om {asked} adgange skal fortsætte, bliver der spurgt" if asked else ""
        yield f"Ændret: {person.username} ({', '.join(_called(said))}){more}"
    yield from (f"Tilbage: {person.username}, uden roller" for person, _ in planned.returned)
    yield from (f"Lukkes: {person.username}" for person in planned.leaving)
    yield from (f"Ikke i filen, lukkes ikke: {person.username} ({why})" for person, why in planned.kept)
    yield from (f"I filen, men lukket her: {person.username}" for person in planned.closed_here)
    if planned.unused:
        yield f"Kolonner, der ikke bruges: {', '.join(planned.unused)}"


def _called(said: dict[str, Any]) -> list[str]:
    titles = {column: title for title, column in reversed(reading.COLUMNS.items())}
    return [titles[name] for name in said]
