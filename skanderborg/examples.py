"""Fictional people and cases: to try the tool with (seed-demo), and to test it from outside with (seed-test).

Every name is invented and every address lies on example.invalid.
"""

from typing import Any, NamedTuple

from .domain import people, sessions
from .errors import NotFound
from .kinds import Role
from .policy import SYSTEM
from .settings import Settings
from .store.db import begin
from .store.people import Person

PASSWORD = "hvid-tavle-og-kaffe"


class Example(NamedTuple):
    """A member of staff of the examples."""

    username: str
    name: str
    about: str
    roles: tuple[Role, ...]
    departments: tuple[str, ...]


CAST = (
    Example("rikke", "Rikke Ravn", "ressourceperson, Arbejdsmarkedsservice", (Role.RESOURCE_PERSON,), ("arbejdsmarkedsservice",)),
    Example("rasmus", "Rasmus Rør", "ressourceperson, Ungeenheden", (Role.RESOURCE_PERSON,), ("ungeenheden",)),
    Example("ruth", "Ruth Rugaard", "ressourceperson, Børn & Unge", (Role.RESOURCE_PERSON,), ("boern-unge",)),
    Example("solveig", "Solveig Sand", "sagsbehandler (fagperson), Arbejdsmarkedsservice", (), ("arbejdsmarkedsservice",)),
    Example("jonas", "Jonas Jeppe", "medarbejder i Jobcenter", (), ("jobcenter",)),
    Example("ulla", "Ulla Ulv", "medarbejder i Børn & Unge", (), ("boern-unge",)),
    Example("lars", "Lars Lund", "leder af Arbejdsmarkedsservice", (Role.MANAGER,), ("arbejdsmarkedsservice",)),
    Example("dorte", "Dorte Dam", "databeskyttelse", (Role.AUDITOR,), ()),
    Example("admin", "Anders Administrator", "administrator", (Role.ADMINISTRATOR,), ()),
)  # fmt: skip


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
    with begin():
        email = f"{example.username}@example.invalid"
        person = people.add(
            SYSTEM,
            example.username,
            example.name,
            email,
            list(example.roles),
            list(example.departments),
            ("example.invalid",),
        )
        Person.update(password_hash=hashed).where(Person.ref == person.ref).execute()
        if Role.MANAGER in example.roles:
            for key in example.departments:
                people.set_manager(SYSTEM, key, person)
    return person


def load_demo(settings: Settings) -> None:
    """Load the example cases, once; a second start keeps what is there."""
    load_people(CAST)


def load_test(settings: Settings) -> dict[str, Any]:
    """Load the fixed set for tests from outside, and return persons, passwords and refs."""
    loaded = load_people(CAST)
    return {"password": PASSWORD, "persons": {name: person.ref for name, person in loaded.items()}}
