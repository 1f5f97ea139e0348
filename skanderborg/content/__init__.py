"""What the municipality can change without a programmer: departments, contacts, tasks, the card and the guide.

Read once from config/*.toml into frozen structs; an unknown or missing line stops the start, naming file and line.
"""

import tomllib
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from ..kinds import Box, CitizenRole, ConclusionKind, SafetyArea, TaskKind
from ..settings import CONFIG, SettingError
from . import date_kinds, guide_pieces, houses, incident_types, questions, retention_rules
from . import exercises as exercise_casts
from .card import CardPart as CardPart
from .directory import ContactEntry as ContactEntry
from .directory import faults
from .guide_pieces import Piece as Piece
from .guide_pieces import Pieces
from .guide_pieces import Topic as Topic
from .strict import Strict

Content = TypeVar("Content")
Worded = TypeVar("Worded", CardPart, Piece)


class DepartmentEntry(Strict, frozen=True):
    """A department that can be asked for help. `is_115_forum`: SSP, PSP or KSP (retsplejeloven § 115)."""

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    is_115_forum: bool = False


class TaskTemplate(Strict, frozen=True):
    """A task that a new case gets. `within`: working days, 0 is today. `instructs`: begins with what is proposed."""

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
    instructs: bool = False


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


class Document(Strict, frozen=True):
    """A source document: what the statements whose ids begin with `id` come from."""

    id: str
    name: str


class Suggestion(Strict, frozen=True):
    """What a safety plan might have in an area."""

    id: str
    area: SafetyArea
    text: str
    sources: tuple[str, ...]


class Safety(Strict, frozen=True):
    """config/safety.toml."""

    suggestion: tuple[Suggestion, ...]


class Guide(Strict, frozen=True):
    """config/guide.toml."""

    part: tuple[CardPart, ...]
    question: tuple[Question, ...]
    distinction: tuple[Distinction, ...]
    document: tuple[Document, ...]
    topic: tuple[Topic, ...]
    aliases: dict[str, str]


# ── what is in force: the files, as administrators changed them ─────────────────────────────────────


class Wording(Strict, frozen=True):
    """The words of a piece or of a part of the card that an administrator may change."""

    text: tuple[str, ...] = ()
    points: tuple[str, ...] = ()


class Edits(NamedTuple):
    """What administrators changed, by key; None is out of use. `names`: of contacts, those out of use among them."""

    contacts: dict[str, ContactEntry | None]
    names: dict[str, str]
    departments: dict[str, DepartmentEntry | None]
    parts: dict[str, Wording]
    pieces: dict[str, Wording]
    tasks: dict[str, list[tuple[datetime, TaskTemplate | None]]] = {}  # every edition, from when it held


class InForce(NamedTuple):
    """What every page and verb reads; replaced as a whole when an administrator changed something."""

    departments: tuple[DepartmentEntry, ...]
    contacts: dict[str, ContactEntry]
    names: dict[str, str]
    guide: Guide
    pieces: dict[str, Piece]
    tasks: dict[str, TaskTemplate]
    task_editions: dict[str, list[tuple[datetime, TaskTemplate | None]]]


_in_force: InForce | None = None


def apply(edits: Edits) -> None:
    """Lay the edits over the files, in this process. The worker and every web process do it by themselves
    (domain/editions.py)."""
    global _in_force
    entries = {entry.key: entry for entry in file_departments()} | edits.departments
    found = file_contacts() | edits.contacts
    parts = tuple(_reworded(part, edits.parts.get(part.id)) for part in file_guide().part)
    _in_force = InForce(
        tuple(entry for entry in entries.values() if entry),
        {key: entry for key, entry in found.items() if entry},
        {key: entry.name for key, entry in file_contacts().items()} | edits.names,
        msgspec.structs.replace(file_guide(), part=parts),
        {key: _reworded(piece, edits.pieces.get(key)) for key, piece in file_pieces().items()},
        _tasks(edits.tasks),
        edits.tasks,
    )


def _tasks(edited: dict[str, list[tuple[datetime, TaskTemplate | None]]]) -> dict[str, TaskTemplate]:
    found = file_workflow() | {key: every[-1][1] for key, every in edited.items()}
    return {key: template for key, template in found.items() if template}


def as_in_files() -> None:
    """Forget every edit."""
    global _in_force
    _in_force = None


def _reworded(entry: Worded, wording: Wording | None) -> Worded:
    return msgspec.structs.replace(entry, text=wording.text, points=wording.points) if wording else entry


def departments() -> tuple[DepartmentEntry, ...]:
    """Departments in use."""
    return _in_force.departments if _in_force else file_departments()


def contacts() -> dict[str, ContactEntry]:
    """Contacts in use, by key."""
    return _in_force.contacts if _in_force else file_contacts()


def contact_name(key: str) -> str:
    """What a contact is called, or was called before it was taken out of use; the key of one that never was."""
    if _in_force and key in _in_force.names:
        return _in_force.names[key]
    return file_contacts()[key].name if key in file_contacts() else key


def workflow() -> dict[str, TaskTemplate]:
    """Task templates in use, by id."""
    return _in_force.tasks if _in_force else file_workflow()


def task_template(key: str, at: datetime) -> TaskTemplate | None:
    """The template as it stood at an instant: a case keeps what it was planned with."""
    every = _in_force.task_editions.get(key, []) if _in_force else []
    held = [template for since, template in every if since <= at and template]
    return held[-1] if held else file_workflow().get(key) or next((one for _, one in every if one), None)


def task_title(key: str) -> str:
    """What a template is called, or was called before it was taken out of use; the id of one that never was."""
    every = _in_force.task_editions.get(key, []) if _in_force else []
    named = [template.title for _, template in every if template]
    return named[-1] if named else file_workflow()[key].title if key in file_workflow() else key


def guide() -> Guide:
    """The card, the questions to ask, and the topics of the guide."""
    return _in_force.guide if _in_force else file_guide()


def pieces() -> dict[str, Piece]:
    """The pieces of the guide by id, in the order of topics and files."""
    return _in_force.pieces if _in_force else file_pieces()


def organisations() -> list[ContactEntry]:
    """Organisations a citizen can be referred to."""
    return [entry for entry in contacts().values() if entry.refer]


# ── the files ───────────────────────────────────────────────────────────────────────────────────────


@cache
def file_departments() -> tuple[DepartmentEntry, ...]:
    """Departments, as the file has and orders them."""
    return _read("departments.toml", Departments).department


@cache
def file_contacts() -> dict[str, ContactEntry]:
    """Contacts by key, as the file has them. Raises SettingError naming the contact that cannot be right."""
    found = _read("contacts.toml", Contacts).contact
    for entry in found:
        for field, said in faults(entry):
            raise SettingError(f"config/contacts.toml: {entry.key}: {field}: {said}")
    return {entry.key: entry for entry in found}


@cache
def file_workflow() -> dict[str, TaskTemplate]:
    """Task templates by id, as the file has them."""
    return {entry.id: entry for entry in _read("workflow.toml", Workflow).task}


@cache
def safety() -> tuple[Suggestion, ...]:
    """What a safety plan might have, as the file orders it. Raises SettingError naming an odd one."""
    found = _read("safety.toml", Safety).suggestion
    seen = set()
    for one in found:
        if one.id in seen or not one.sources or not _are_known(one.sources):
            raise SettingError(f"config/safety.toml: {one.id}: id findes to gange, eller sources er forkert")
        seen.add(one.id)
    return found


@cache
def assessment() -> questions.Assessment:
    """The parts and questions of the assessment. Raises SettingError naming an odd one."""
    found = _read("assessment.toml", questions.Assessment)
    questions.refuse_odd(found, _are_known)
    return found


@cache
def incidents() -> incident_types.Incidents:
    """Types and channels of the log of incidents. Raises SettingError naming an odd one."""
    found = _read("incidents.toml", incident_types.Incidents)
    incident_types.refuse_odd(found, _are_known)
    return found


@cache
def own_log() -> incident_types.OwnLog:
    """The blank logskemas, and the words of somebody's own log."""
    return _read("own_log.toml", incident_types.OwnLog)


@cache
def critical_dates() -> dict[str, date_kinds.DateKind]:
    """Kinds of critical dates by id, as the file orders them. Raises SettingError naming an odd one."""
    found = _read("critical_dates.toml", date_kinds.DateKinds)
    date_kinds.refuse_odd(found, _are_known)
    return {one.id: one for one in found.kind}


def date_label(kind: str) -> str:
    """What a kind of critical date is called; the id of one that the file no longer has."""
    found = critical_dates().get(kind)
    return found.label if found else kind


@cache
def exercises() -> dict[str, exercise_casts.ExerciseCast]:
    """Who can be practised with, by id. Raises SettingError naming an odd one."""
    found = _read("practice.toml", exercise_casts.Exercises)
    exercise_casts.refuse_odd(found)
    return {cast.id: cast for cast in found.cast}


@cache
def retention() -> retention_rules.Retention:
    """How long closed cases are kept. Raises SettingError naming an odd rule."""
    found = _read("retention.toml", retention_rules.Retention)
    retention_rules.refuse_odd(found)
    return found


@cache
def file_guide() -> Guide:
    """The card, the questions to ask, and the topics of the guide, as the file has them."""
    return _read("guide.toml", Guide)


@cache
def file_pieces() -> dict[str, Piece]:
    """The pieces of the guide as their files have them. Raises SettingError naming an odd one."""
    orders = {topic.id: topic.order for topic in file_guide().topic}
    files = sorted(path.name for path in (CONFIG / "guide").glob("*.toml"))
    found = [piece for name in files for piece in _read(f"guide/{name}", Pieces).piece]
    guide_pieces.refuse_odd(found, orders.keys(), {document.id for document in file_guide().document}, file_contacts())
    return {piece.id: piece for piece in sorted(found, key=lambda piece: orders[piece.topic])}


def _are_known(sources: Iterable[str]) -> bool:
    return guide_pieces.are_sources(sources, {document.id for document in file_guide().document})


def check() -> None:
    """Read every file. Raises SettingError naming file and line of the first that is wrong."""
    file_departments(), file_contacts(), file_workflow(), safety(), assessment(), incidents(), own_log(), file_guide()
    file_pieces(), retention(), critical_dates(), exercises()
    if TaskKind.CHILD_REPORT not in {template.kind for template in file_workflow().values()}:
        raise SettingError("workflow.toml: opgaven med kind = child-report mangler")
    for template in file_workflow().values():
        if template.organisation and template.organisation not in file_contacts():
            raise SettingError(f"workflow.toml: {template.id}: organisation findes ikke i contacts.toml")


_own_folder: Path | None = None


def keep_in(folder: str) -> None:
    """Read a municipality's own contacts and departments from its folder, where it has one (content/houses.py)."""
    global _own_folder
    _own_folder = Path(folder) if folder else None
    for kept in (file_departments, file_contacts, file_pieces):
        kept.cache_clear()


def _read(name: str, kind: type[Content]) -> Content:
    own = _own_folder / name if _own_folder and name in houses.OWN else None
    path = own if own and own.is_file() else CONFIG / name
    try:
        return msgspec.convert(tomllib.loads(path.read_text()), kind)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"config/{name}: {error}") from None
