"""Fictional people and cases: to try the tool with (seed-demo), and to test it from outside with (seed-test).

Every name is invented and every address lies on example.invalid. The cases are told through the same verbs that people
use, some days back, so that nothing in them could not have happened.
"""

from pathlib import Path
from tomllib import loads
from typing import Any

import peewee
from msgspec import Struct, convert

from .. import policy
from ..domain import people, sessions, staff
from ..errors import NotFound
from ..kinds import Role
from ..policy import SYSTEM
from ..settings import Settings
from ..store.cases import Case, Exclusion, Relation
from ..store.db import begin, rewrite
from ..store.outbox import OutboxLetter
from ..store.people import Person
from ..store.practice import Practice
from ..store.work import Meeting, Request, Task
from . import odd
from .odd import PASSWORD as PASSWORD
from .story import Story

CANARY = "ZQX"


class Example(Struct, frozen=True):
    """A member of staff of the examples."""

    username: str
    name: str
    about: str
    roles: tuple[Role, ...] = ()
    departments: tuple[str, ...] = ()


class Staff(Struct, frozen=True):
    """people.toml."""

    cast: tuple[Example, ...]
    more: tuple[Example, ...]


_staff = convert(loads((Path(__file__).parent / "people.toml").read_text()), Staff)
CAST, MORE = _staff.cast, _staff.more


def load_people(cast: tuple[Example, ...]) -> dict[str, Person]:
    """Add those of the cast who are missing, all with the example password."""
    hashed = sessions.hash_password(PASSWORD)
    found = {}
    for example in cast:
        try:
            found[example.username] = people.by_username(example.username)
        except NotFound:
            found[example.username] = _add(example, hashed)
    return found


def _add(example: Example, hashed: str) -> Person:
    email, domains = f"{example.username}@example.invalid", ("example.invalid",)
    with begin():
        person = staff.add(
            SYSTEM, example.username, example.name, email, list(example.roles), list(example.departments), domains
        )
        OutboxLetter.delete().where(OutboxLetter.person == person.ref).execute()  # an example is told of nothing
        rewrite(Person, Person.ref == person.ref, password_hash=hashed)
        if Role.MANAGER in example.roles:
            for key in example.departments:
                people.set_manager(SYSTEM, key, person)
    return people.by_username(example.username)


def load_demo(settings: Settings) -> None:
    """Load the example cases, once; a second start keeps what is there. Raises NotFound outside development."""
    if not settings.is_development:
        raise NotFound("Eksempler findes kun i udvikling (SKB_ENV=development).")
    with begin():
        cast = load_people(CAST)
        if not Case.select().exists():
            Story(cast, mark="").tell("demo.toml")


def load_test(settings: Settings) -> dict[str, Any]:
    """Load the fixed set for tests from outside, a canary in every free field; persons, password and refs.

    Raises NotFound outside a test.
    """
    if settings.env != "test":
        raise NotFound("Testdata findes kun i test (SKB_ENV=test).")
    with begin():
        cast = load_people((*CAST, *MORE))
        story = Story(cast, mark=f"{CANARY} ")
        if not Case.select().exists():
            story.tell("demo.toml")
            story.tell("everything.toml")
            odd.freeze_figures()
            odd.practise(cast["jonas"], f"{CANARY} hun ringer igen i morgen")
    return {
        "password": PASSWORD,
        "persons": [
            {
                "username": name,
                "password": PASSWORD,
                "ref": person.ref,
                "name": person.name,
                "roles": sorted(policy.roles(person)),
            }
            for name, person in cast.items()
        ],
        "refs": _refs(),
    }


def _refs() -> dict[str, Any]:
    return {
        "cases": {case.code: _about(case) for case in _cases()},
        "exclusions": [
            {"ref": row.ref, "case": row.case_id, "username": row.person.username if row.person else None}
            for row in Exclusion.select().where(Exclusion.until_at.is_null())
        ],
        "tasks": [task.ref for task in Task.select(Task.ref).order_by(Task.created_at)],
        "requests": [request.ref for request in Request.select(Request.ref).order_by(Request.created_at)],
        "meetings": [meeting.ref for meeting in Meeting.select(Meeting.ref)],
        "relations": [
            {"case": case, "username": username, "kind": kind}
            for case, username, kind in Relation.select(Relation.case, Person.username, Relation.kind)
            .join(Person, on=(Relation.person == Person.ref))
            .where(Relation.until_at.is_null())
            .tuples()
        ],
    }


def _cases() -> peewee.ModelSelect:
    """Every case but the exercises, in the order in which they were reported."""
    return Case.select().where(Case.ref.not_in(Practice.select(Practice.case))).order_by(Case.reported_at)


def _about(case: Case) -> dict[str, Any]:
    asked = case.offered_to.username if case.offered_to else None
    return {"ref": case.ref, "phase": case.phase, "restricted": bool(case.restricted), "offered_to": asked}
