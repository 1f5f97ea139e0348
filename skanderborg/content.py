"""What the municipality can change without a programmer: departments, contacts, tasks and the card's own text.

Read once from config/*.toml into frozen structs; an unknown or missing line stops the start, naming file and line.
"""

import tomllib
from functools import cache
from typing import TypeVar

import msgspec

from .kinds import Box, CitizenRole, ConclusionKind, TaskKind
from .settings import CONFIG, SettingError

Content = TypeVar("Content")


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Frozen, and unknown keys are refused."""


class DepartmentEntry(Strict, frozen=True):
    """A department that can be asked for help. `is_115_forum`: SSP, PSP or KSP (retsplejeloven § 115)."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    is_115_forum: bool = False


class ContactEntry(Strict, frozen=True):
    """An organisation or resource person. `scope`: exposed, perpetrator, professionals or staff."""

    key: str
    name: str
    phone: str
    scope: tuple[str, ...]
    short: str = ""
    unit: str = ""
    opens: str = ""
    note: str = ""
    verified_on: str = ""
    refer: bool = False
    source: str = ""


class TaskTemplate(Strict, frozen=True):
    """A task that a new case gets. `within`: deadline in working days, 0 is today. `if_children`: needs children."""

    id: str
    title: str
    box: Box
    why: str
    source: str
    roles: tuple[CitizenRole, ...]
    within: int
    must: bool = False
    kind: TaskKind = TaskKind.PLAIN
    organisation: str = ""
    if_children: bool = False


class CardPart(Strict, frozen=True):
    """One part of the action card, in the card's order, with the button that acts on it."""

    id: str
    title: str
    text: tuple[str, ...]
    source: str
    points: tuple[str, ...] = ()
    button: str = ""
    target: str = ""
    contacts: tuple[str, ...] = ()
    box: str = ""


class Departments(Strict, frozen=True):
    """config/departments.toml."""

    department: tuple[DepartmentEntry, ...]


class Contacts(Strict, frozen=True):
    """config/contacts.toml."""

    contact: tuple[ContactEntry, ...]


class Workflow(Strict, frozen=True):
    """config/workflow.toml."""

    task: tuple[TaskTemplate, ...]


class Question(Strict, frozen=True):
    """A question that stands beside the sparring and the call."""

    text: str
    source: str


class Distinction(Strict, frozen=True):
    """What tells one conclusion from its neighbours; stands beside the choice."""

    conclusion: ConclusionKind
    text: str
    source: str


class Guide(Strict, frozen=True):
    """config/guide.toml."""

    part: tuple[CardPart, ...]
    question: tuple[Question, ...] = ()
    distinction: tuple[Distinction, ...] = ()


@cache
def departments() -> tuple[DepartmentEntry, ...]:
    """Departments, as the file orders them."""
    return _read("departments.toml", Departments).department


@cache
def contacts() -> dict[str, ContactEntry]:
    """Contacts by key."""
    return {entry.key: entry for entry in _read("contacts.toml", Contacts).contact}


def organisations() -> list[ContactEntry]:
    """Organisations a citizen can be referred to."""
    return [entry for entry in contacts().values() if entry.refer]


@cache
def workflow() -> dict[str, TaskTemplate]:
    """Task templates by id."""
    return {entry.id: entry for entry in _read("workflow.toml", Workflow).task}


@cache
def guide() -> Guide:
    """The card and the questions to ask."""
    return _read("guide.toml", Guide)


def check() -> None:
    """Read every file. Raises SettingError naming file and line of the first that is wrong."""
    departments(), contacts(), workflow(), guide()
    for template in workflow().values():
        if template.organisation and template.organisation not in contacts():
            raise SettingError(f"workflow.toml: {template.id}: organisation findes ikke i contacts.toml")


def _read(name: str, kind: type[Content]) -> Content:
    try:
        return msgspec.convert(tomllib.loads((CONFIG / name).read_text()), kind)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"config/{name}: {error}") from None
