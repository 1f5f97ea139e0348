"""Departments as an administrator adds and changes them: name, manager, substitute, § 115, in use or not (SEC-02)."""

import re
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..errors import Invalid, NotFound
from ..kinds import EditionKind, EventKind
from ..policy import SYSTEM, Action, Actor
from ..store import events
from ..store.db import append_once, insert, lock_chain, new_ref
from ..store.db import change as change_row
from ..store.editions import Edition
from ..store.people import Department, Person
from . import editions, people, queues
from .verbs import reads, verb

KIND = EditionKind.DEPARTMENT
LONGEST_KEY = 34  # of 40: a number may follow


class Listed(NamedTuple):
    """A department in use, and who leads it, for everyone to see."""

    name: str
    manager: str | None
    phone: str | None
    is_115_forum: bool
    ref: str


def listed() -> list[Listed]:
    """The departments in use with their managers, in Danish order."""
    rows = (
        Department.select(Department.name, Person.name, Person.phone, Department.is_115_forum, Department.ref)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Department.manager == Person.ref) & Person.disabled_at.is_null())
        .where(Department.retired_at.is_null())
        .tuples()
    )
    return sorted((Listed(*row) for row in rows), key=lambda row: people.danish_order(row.name))


@reads(Action.CONTENT_MANAGE)
def every(actor: Actor) -> list[Department]:
    """Every department, out of use too, in Danish order, each with its manager."""
    rows = Department.select(Department, Person).join(
        Person, peewee.JOIN.LEFT_OUTER, on=(Department.manager == Person.ref), attr="manager"
    )
    return sorted(rows, key=lambda row: (row.retired_at is not None, people.danish_order(row.name)))


@reads(Action.CONTENT_MANAGE)
def get(actor: Actor, ref: str) -> Department:
    """A department, to be changed. Raises NotFound."""
    found = Department.get_or_none(Department.ref == ref)
    if found is None:
        raise NotFound()
    return found


def history(actor: Actor, department: Department) -> list[editions.Version]:
    """Every edition of a department, the newest first; the first is how it stood when it was first changed here."""
    return editions.history(actor, KIND, department.key, None)


@verb(Action.CONTENT_MANAGE)
def change(
    actor: Actor, department: Department, seen_version: int, *, name: str, manager: Person | None,
    substitute: Person | None, is_115_forum: bool,
) -> Department:  # fmt: skip
    """Change a department over the version that was seen.

    Raises Invalid, naming the field, for a name that is taken, for naming oneself: nobody gives oneself anything, and
    for someone whose role keeps them from cases (SEC-02). Raises Conflict when someone was faster.
    """
    _refuse_taken_name(department, name)
    _refuse_leaders(actor, department, manager, substitute)
    return _change(actor, department, seen_version, EventKind.DEPARTMENT_CHANGED, name=name, manager=manager,
                   substitute=substitute, is_115_forum=is_115_forum)  # fmt: skip


@verb(Action.CONTENT_MANAGE)
def add(
    actor: Actor, *, name: str, manager: Person | None, substitute: Person | None, is_115_forum: bool
) -> Department:
    """Add a department, with a key of its own; `flask init` leaves it as it is. Raises Invalid as `change` does."""
    made = Department(ref=new_ref(), key=_free_key(name), name=name, is_115_forum=is_115_forum)
    _refuse_taken_name(made, name)
    _refuse_leaders(actor, made, manager, substitute)
    lock_chain(f"department:{made.ref}")
    row = insert(Department, ref=made.ref, key=made.key, name=name, is_115_forum=is_115_forum, manager=manager,
                 substitute=substitute)  # fmt: skip
    _keep(actor, row)
    events.record(actor, EventKind.DEPARTMENT_ADDED, row, changes={"name": [None, name]})
    return row


def _free_key(name: str) -> str:
    """What names it in commands: its name in plain letters, numbered where another has that already."""
    letters = name.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:LONGEST_KEY] or "afdeling"
    taken = {key for (key,) in Department.select(Department.key).tuples()}
    numbered = (plain, *(f"{plain}-{number}" for number in range(2, len(taken) + 3)))
    return next(key for key in numbered if key not in taken)


@verb(Action.CONTENT_MANAGE)
def retire(actor: Actor, department: Department, seen_version: int, heir: Department | None = None) -> Department:
    """Take a department out of use: nobody can ask it for help any more, and the heir has its queue (queues.py).

    Raises Invalid where something waits in its queue and no heir is named, or the heir is itself.
    """
    if heir and heir.ref == department.ref:
        raise Invalid("Vælg en anden afdeling end den, der lukkes.", "heir")
    lock_chain(f"department:{department.ref}")
    queues.hand_over(actor, department, heir)
    return _change(actor, department, seen_version, EventKind.DEPARTMENT_RETIRED, retired_at=clock.now())


@verb(Action.CONTENT_MANAGE)
def bring_back(actor: Actor, department: Department, seen_version: int) -> Department:
    """Take a department into use again."""
    return _change(actor, department, seen_version, EventKind.DEPARTMENT_BROUGHT_BACK, retired_at=None)


@verb(Action.CONTENT_MANAGE)
def restore(actor: Actor, department: Department, number: int, seen_version: int) -> Department:
    """Let name, people and § 115 of an earlier edition hold again, as a new one. Raises Invalid for who has left."""
    body = editions.body_of(KIND, department.key, number, None) or {}
    manager, substitute = _person(body["manager"]), _person(body["substitute"])
    return change(actor, department, seen_version, name=body["name"], manager=manager, substitute=substitute,
                  is_115_forum=body["is_115_forum"])  # fmt: skip


def _change(actor: Actor, department: Department, seen: int, action: EventKind, **columns: Any) -> Department:
    lock_chain(f"department:{department.ref}")
    _keep(SYSTEM, department, only_first=True)
    fresh = change_row(department, seen, **columns)
    _keep(actor, fresh)
    events.record(actor, action, fresh, changes=_changes(department, fresh))
    return fresh


def _keep(actor: Actor, department: Department, only_first: bool = False) -> None:
    """Add the department, as it now is, to its editions; `only_first`: unless there are any."""
    number = editions.number(KIND, department.key)
    if only_first and number:
        return
    columns = {"number": number + 1, "body": editions.as_text(_body(department)), "by": actor.ref, "at": clock.now()}
    append_once(Edition, kind=KIND, key=department.key, **columns)


def _body(department: Department) -> dict[str, Any]:
    manager, substitute = department.manager, department.substitute
    return {
        "name": department.name,
        "manager": [manager.ref, manager.name] if manager else None,
        "substitute": [substitute.ref, substitute.name] if substitute else None,
        "is_115_forum": bool(department.is_115_forum),
        "retired": department.retired_at is not None,
    }


def _changes(before: Department, now: Department) -> dict[str, Any]:
    columns = ("name", "manager_id", "substitute_id", "is_115_forum", "retired_at")
    pairs = {name.removesuffix("_id"): [getattr(before, name), getattr(now, name)] for name in columns}
    return {name: [_plain(old), _plain(new)] for name, (old, new) in pairs.items() if old != new}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _refuse_taken_name(department: Department, name: str) -> None:
    others = Department.select(Department.name).where(Department.ref != department.ref, Department.retired_at.is_null())
    if name.casefold() in {other.casefold() for (other,) in others.tuples()}:
        raise Invalid("Der er allerede en afdeling med det navn.", "name")


def _refuse_leaders(actor: Actor, department: Department, manager: Person | None, substitute: Person | None) -> None:
    """Nobody gives oneself anything; and who leads is told what waits in cases, and decides who is inhabil: nothing
    for whose role sees none (SEC-02)."""
    before = {"manager": department.manager_id, "substitute": department.substitute_id}
    for field, person in (("manager", manager), ("substitute", substitute)):
        if person is None or person.ref == before[field]:
            continue
        if person.ref == actor.ref:
            raise Invalid("Du kan ikke sætte dig selv. Bed en anden administrator om det.", field)
        if policy.is_kept_from_cases(person):
            raise Invalid(people.SEES_NO_CASE, field)


def _person(pair: list[str] | None) -> Person | None:
    if not pair:
        return None
    try:
        return people.get(pair[0])
    except NotFound:
        raise Invalid(f"{pair[1]} arbejder her ikke længere. Vælg en anden.") from None
