"""The municipality's own content as one file: from test to production, or to another municipality.

It holds what administrators changed, as it stands, and nothing of any person: not who changed it, nor who leads a
department. What is read in is checked as on the pages of administration, and becomes editions that can be taken back.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

import msgspec

from .. import content
from ..content import ContactEntry, TaskTemplate, Wording
from ..content.directory import faults
from ..danish import dates
from ..errors import Invalid, NotFound
from ..kinds import EditionKind, EventKind, TextPlace
from ..policy import SYSTEM, Action, Actor
from ..store import keys
from ..store.db import lock_chain, transaction
from ..store.editions import Edition
from ..store.people import Department
from . import departments, editions, task_templates
from .verbs import reads

FORMAT = "koordinering-content-1"
NEVER = ("manager", "substitute")  # who leads is of this house
LARGEST = 5_000_000  # bytes
Body = dict[str, Any] | None


class ContentEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands under a key; without a body it is out of use."""

    kind: EditionKind
    key: str
    body: dict[str, Any] | None


class ContentFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    format: str
    entries: list[ContentEntry]


class ContentChange(NamedTuple):
    """An entry that stands otherwise here, and what it would become."""

    entry: ContentEntry
    words: str


# ── out ─────────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CONTENT_MANAGE)
def exported(actor: Actor) -> bytes:
    """The newest edition of everything that was changed here."""
    rows = Edition.select(Edition.kind, Edition.key, Edition.body).order_by(Edition.number).tuples()
    newest: dict[tuple[str, str], Body] = {(kind, key): json.loads(text) if text else None for kind, key, text in rows}
    entries = [
        {"kind": kind, "key": key, "body": _without_people(body)}
        for (kind, key), body in sorted(newest.items(), key=lambda pair: pair[0])
    ]
    return json.dumps({"format": FORMAT, "entries": entries}, ensure_ascii=False, indent=1).encode()


def _without_people(body: Body) -> Body:
    return body and {name: value for name, value in body.items() if name not in NEVER}


# ── in ──────────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CONTENT_MANAGE)
def plan(actor: Actor, given: bytes) -> list[ContentChange]:
    """What a file would change here. Raises Invalid, naming the entry, for what could not stand here."""
    return [
        ContentChange(entry, f"{entry.kind.label} {entry.key}: {'ude af brug' if entry.body is None else 'ændres'}")
        for entry in _read(given).entries
        if not _stands_so(entry)
    ]


def _read(given: bytes) -> ContentFile:
    try:
        file = msgspec.json.decode(given if len(given) <= LARGEST else b"", type=ContentFile)
    except (ValueError, msgspec.MsgspecError):
        raise Invalid("Filen er ikke lavet af flask content export, eller den er beskadiget.") from None
    if file.format != FORMAT:
        raise Invalid("Filen er lavet af en anden udgave af programmet og kan ikke læses her.")
    for entry in file.entries:
        _refuse_odd(entry)
    return file


def _refuse_odd(entry: ContentEntry) -> None:
    try:
        CHECKS[entry.kind](entry.key, entry.body)
    except (Invalid, NotFound, msgspec.ValidationError, ValueError, KeyError, TypeError) as error:
        said = str(error) if isinstance(error, Invalid) else "kan ikke læses"
        raise Invalid(f"{entry.kind.label} {entry.key}: {said}") from None


def _check_contact(key: str, body: Body) -> None:
    if body is None:
        needed = {template.organisation for template in content.workflow().values()}
        if key in needed:
            raise Invalid("en opgave henviser til den")
        return
    entry = msgspec.convert(body, ContactEntry)
    for _, said in faults(entry):
        raise Invalid(said)


def _check_text(key: str, body: Body) -> None:
    place, _, name = key.partition(":")
    found = {TextPlace.CARD: {part.id for part in content.file_guide().part}, TextPlace.GUIDE: content.file_pieces()}
    if name not in found[TextPlace(place)]:
        raise Invalid("den tekst findes ikke her")
    msgspec.convert(body, Wording)


def _check_closing(key: str, body: Body) -> None:
    said = body or {}
    periods = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in said["periods"]]
    dates.parse_closing_days(said["yearly"], periods)


def _check_task(key: str, body: Body) -> None:
    if body is not None:
        task_templates.refuse_odd(msgspec.convert(body, TaskTemplate))
    elif (template := content.file_workflow().get(key)) and task_templates.is_kept(template):
        raise Invalid(task_templates.NEEDED)


def _check_department(key: str, body: Body) -> None:
    if not body or not body["name"] or not isinstance(body["is_115_forum"], bool):
        raise Invalid("navnet mangler")


CHECKS: dict[EditionKind, Callable[[str, Body], None]] = {
    EditionKind.CONTACT: _check_contact, EditionKind.TEXT: _check_text, EditionKind.CLOSING_DAYS: _check_closing,
    EditionKind.TASK: _check_task, EditionKind.DEPARTMENT: _check_department,
}  # fmt: skip


def _stands_so(entry: ContentEntry) -> bool:
    if entry.kind == EditionKind.DEPARTMENT:
        row = Department.get_or_none(Department.key == entry.key)
        said = entry.body or {}
        return row is not None and (row.name, bool(row.is_115_forum)) == (said["name"], said["is_115_forum"])
    found = editions.newest(entry.kind, entry.key)
    return found is not None and (json.loads(found.body) if found.body else None) == entry.body


def carry_out(changes: list[ContentChange]) -> int:
    """Let a plan hold; how many changes. Departments come first, each by itself as on its page, then all the rest or
    nothing of it. Raises Invalid and Conflict."""
    entries = [change.entry for change in changes]
    for entry in entries:
        if entry.kind == EditionKind.DEPARTMENT:
            transaction(_write_department)(entry)
    _write([entry for entry in entries if entry.kind != EditionKind.DEPARTMENT])
    return len(changes)


@transaction
def _write(entries: list[ContentEntry]) -> None:
    lock_chain(keys.SYSTEM)  # which the events are added to, before any row is written
    for entry in entries:
        seen = editions.number(entry.kind, entry.key)
        editions.write(SYSTEM, entry.kind, entry.key, entry.body, seen, EventKind.CONTENT_IMPORTED)


def _write_department(entry: ContentEntry) -> None:
    said, row = entry.body or {}, Department.get_or_none(Department.key == entry.key)
    columns = {"name": said["name"], "is_115_forum": said["is_115_forum"]}
    if row is None:
        lock_chain(keys.SYSTEM)
        departments.add(SYSTEM, manager=None, substitute=None, **columns)
    else:
        lock_chain(keys.SYSTEM)
        departments.change(SYSTEM, row, row.version, manager=row.manager, substitute=row.substitute, **columns)
