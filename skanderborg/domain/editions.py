"""Editions of the municipality's own content: the file's is number 0, each change by an administrator adds one.

The newest holds. Every process keeps them in memory and looks at how many there are: each page asks with the look-up of
its session, the worker before it plans. They are only ever added, so that the number tells whether anything changed.
"""

import json
import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

import msgspec
import peewee

from .. import clock, content
from ..content import ContactEntry, DepartmentEntry, Edits, TaskTemplate, Wording
from ..danish import dates
from ..errors import Conflict, Invalid, TooLate
from ..kinds import Box, CitizenRole, ContactGroup, ContactScope, EditionKind, EventKind, TextPlace
from ..kinds.base import Kind
from ..policy import Action, Actor
from ..store import events
from ..store.db import insert_once
from ..store.editions import Edition
from ..store.people import Person
from . import rules
from .verbs import reads

Entry = TypeVar("Entry")
Body = dict[str, Any] | None  # what stands in an edition, by field; None is taken out of use
CLOSING_DAYS = "closing-days"
CHANGED = "En anden har ændret dette, siden du åbnede siden. Se begge udgaver, og vælg."
LABELS = {
    "name": "Navn", "unit": "Afdeling eller titel", "short": "Kort navn", "phone": "Telefon", "email": "Mail",
    "web": "Hjemmeside", "hours": "Åbningstid", "note": "Bemærkning", "scope": "Til hvem", "group": "Står under",
    "municipality": "Kommune", "verified_on": "Senest kontrolleret", "refer": "Kan henvises til", "text": "Tekst",
    "points": "Punkter", "yearly": "Hvert år", "periods": "Perioder", "manager": "Leder",
    "substitute": "Stedfortræder", "is_115_forum": "Forum efter § 115", "retired": "Bruges ikke mere",
    "title": "Titel", "why": "Hvorfor", "box": "Kolonne", "roles": "Hvilke sager", "within": "Arbejdsdage",
    "must": "Skal gøres", "if_children": "Kun når der er børn",
}  # fmt: skip
log = logging.getLogger(__name__)
_loaded = 0  # how many editions this process has read
_numbers: dict[tuple[str, str], int] = {}  # of the edition that holds, as this process has read it


class Standing(NamedTuple):
    """What stands there now: shown beside what a person typed who did not see it."""

    version: int
    body: dict[str, Any]


class Change(NamedTuple):
    """One field of an edition beside the edition before."""

    label: str
    before: str
    now: str


class Version(NamedTuple):
    """One edition in the history of an entry. `by` and `at` are missing where nobody here wrote it."""

    number: int
    by: str | None
    at: datetime | None
    in_use: bool
    changes: list[Change]


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def how_many() -> peewee.ModelSelect:
    """How many editions there are, as a subquery for a look-up that is made anyway."""
    return Edition.select(peewee.fn.COUNT(Edition.ref))


def read() -> int:
    """How many editions this process has read: whoever keeps words that may stand in one makes them anew by it."""
    return _loaded


def refresh(count: int | None = None) -> None:
    """Read the editions again if there are others than this process has read; `count` is asked for if not given."""
    count = how_many().scalar() if count is None else count
    if count != _loaded:
        _load()


def forget() -> None:
    """Begin with what the files say, as a process does that starts."""
    global _loaded, _numbers
    content.as_in_files()
    _close_on(closing_days_of_settings())
    _loaded, _numbers = 0, {}


def newest(kind: EditionKind, key: str) -> Edition | None:
    """The edition that holds, None where it is the file's."""
    found = Edition.select().where(Edition.kind == kind, Edition.key == key)
    return found.order_by(Edition.number.desc()).first()


def shown(kind: EditionKind, key: str) -> int:
    """The number of the edition that pages of this process show; ask before reading the entry, never after."""
    return _numbers.get((kind, key), 0)


def number(kind: EditionKind, key: str) -> int:
    """The number of the edition that holds."""
    found = newest(kind, key)
    return found.number if found else 0


def numbers(kind: EditionKind) -> dict[str, int]:
    """The number of the edition that holds, by key, of those that are not the file's."""
    found = Edition.select(Edition.key, peewee.fn.MAX(Edition.number)).where(Edition.kind == kind)
    return dict(found.group_by(Edition.key).tuples())


def body_of(kind: EditionKind, key: str, number: int, in_file: Body) -> Body:
    """What stands in one edition. Raises Invalid for one that never was."""
    if number == 0 and in_file:
        return in_file
    found = Edition.get_or_none(Edition.kind == kind, Edition.key == key, Edition.number == number)
    if found is None or found.body is None:
        raise Invalid("Den udgave kan ikke gendannes. Vælg en anden.")
    return json.loads(found.body)


def entry_of(kind: EditionKind, key: str, number: int, in_file: Body, entry: type[Entry]) -> Entry:
    """What stands in one edition, as the program has it. Raises Invalid for one that never was, or that an earlier
    program wrote otherwise."""
    try:
        return msgspec.convert(body_of(kind, key, number, in_file), entry)
    except msgspec.ValidationError:
        raise Invalid("Den udgave er fra et ældre program og kan ikke gendannes. Ret det, der står nu.") from None


def plain(entry: msgspec.Struct) -> dict[str, Any]:
    """An entry as an edition holds it."""
    values = msgspec.to_builtins(entry)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


@reads(Action.CONTENT_MANAGE)
def history(actor: Actor, kind: EditionKind, key: str, in_file: Body) -> list[Version]:
    """Every edition of an entry, the newest first, with what changed. At most a hundred."""
    rows = list(
        Edition.select(Edition, Person.name.alias("name"))
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Edition.by == Person.ref))
        .where(Edition.kind == kind, Edition.key == key)
        .order_by(Edition.number.desc())
        .limit(100)
        .objects()
    )
    bodies: list[Body] = [json.loads(row.body) if row.body else None for row in rows]
    before = [*bodies, in_file][1:]
    versions = [
        Version(row.number, row.name, row.at if row.name else None, bool(body), _changes(earlier, body))
        for row, body, earlier in zip(rows, bodies, before, strict=True)
    ]
    return [*versions, Version(0, None, None, True, [])] if in_file else versions


def _changes(before: Body, now: Body) -> list[Change]:
    if before is None or now is None:
        return []
    return [
        Change(label, in_words(field, before.get(field)), in_words(field, now.get(field)))
        for field, label in LABELS.items()
        if (before.get(field) or None) != (now.get(field) or None)
    ]


def in_words(field: str, value: Any) -> str:
    """A value of an edition as people say it; the person in it is a pair of ref and name."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if not value:
        return "(intet)"
    if field in IN_WORDS:
        return IN_WORDS[field](value)
    return "\n".join(value) if isinstance(value, list) else str(value)


def _labels(kind: type[Kind]) -> Callable[[Any], str]:
    return lambda value: ", ".join(kind(one).label for one in (value if isinstance(value, list) else [value]))


def _person(pair: Any) -> str:
    return str(pair[1])


def _periods(value: Any) -> str:
    days = [[clock.numeric_date(date.fromisoformat(day)) for day in period] for period in value]
    return ", ".join(f"{first}-{last}" for first, last in days)


IN_WORDS: dict[str, Callable[[Any], str]] = {
    "scope": _labels(ContactScope), "group": _labels(ContactGroup), "roles": _labels(CitizenRole), "box": _labels(Box),
    "verified_on": lambda value: clock.numeric_date(date.fromisoformat(value)), "manager": _person,
    "substitute": _person, "periods": _periods,
}  # fmt: skip


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CONTENT_MANAGE)
def write(
    actor: Actor, kind: EditionKind, key: str, body: Body, seen: int, action: EventKind, in_file: Body = None
) -> Edition:
    """Add an edition over the one that was seen, and the event of it, inside the caller's transaction.

    Raises Conflict, with what stands there now, when someone was faster.
    """
    before = newest(kind, key)
    standing = json.loads(before.body) if before and before.body else (None if before else in_file)
    made = None
    if seen == (before.number if before else 0):
        text = None if body is None else as_text(body)
        made = insert_once(Edition, kind=kind, key=key, number=seen + 1, body=text, by=actor.ref, at=clock.now())
    if made is None:
        raise _faster(kind, key, in_file)
    events.record(actor, action, made, changes=_changed(standing, body))
    return made


def as_text(body: dict[str, Any]) -> str:
    """A body as it is kept."""
    return json.dumps(body, ensure_ascii=False)


def _faster(kind: EditionKind, key: str, in_file: Body) -> Conflict:
    theirs = newest(kind, key)
    if theirs is not None and theirs.body is None:
        return TooLate("Den bruges ikke mere: det har en anden valgt, siden du åbnede siden.")
    body = json.loads(theirs.body) if theirs and theirs.body else in_file
    return Conflict(CHANGED, Standing(theirs.number if theirs else 0, body or {}))


def _changed(before: Body, now: Body) -> dict[str, Any]:
    before, now = before or {}, now or {}
    fields = sorted(before.keys() | now.keys())
    return {name: [before.get(name), now.get(name)] for name in fields if before.get(name) != now.get(name)}


# ── laying them over the files ──────────────────────────────────────────────────────────────────────


def _load() -> None:
    """Read every edition; there are few, and they are read again only when one was added."""
    global _loaded, _numbers
    rows = list(
        Edition.select(Edition.kind, Edition.key, Edition.number, Edition.body, Edition.at)
        .order_by(Edition.number)
        .tuples()
    )
    bodies: dict[str, dict[str, Body]] = {kind: {} for kind in EditionKind}
    names: dict[str, str] = {}
    for kind, key, _, text, _ in rows:
        bodies[kind][key] = json.loads(text) if text else None
        if kind == EditionKind.CONTACT and text:
            names[key] = json.loads(text).get("name", key)
    content.apply(
        Edits(
            _read(bodies[EditionKind.CONTACT], ContactEntry),
            names,
            _departments(bodies[EditionKind.DEPARTMENT]),
            _wordings(bodies[EditionKind.TEXT], TextPlace.CARD),
            _wordings(bodies[EditionKind.TEXT], TextPlace.GUIDE),
            _task_editions([(key, at, text) for kind, key, _, text, at in rows if kind == EditionKind.TASK]),
        )
    )
    _close_on(bodies[EditionKind.CLOSING_DAYS].get(CLOSING_DAYS) or closing_days_of_settings())
    _numbers = {(kind, key): number for kind, key, number, _, _ in rows}
    _loaded = len(rows)


def _read(bodies: dict[str, Body], kind: type[Entry]) -> dict[str, Entry | None]:
    """The entries as the program has them; one that an earlier program wrote otherwise stays as the file has it."""
    found: dict[str, Entry | None] = {}
    for key, body in bodies.items():
        try:
            found[key] = None if body is None else msgspec.convert(_known(body, kind), kind)
        except msgspec.ValidationError:
            log.error("an edition of %s %s cannot be read", kind.__name__, key)  # noqa: TRY400 no values in the log
    return found


def _task_editions(rows: list[tuple[str, datetime, str | None]]) -> dict[str, list[tuple[datetime, Any]]]:
    found: dict[str, list[tuple[datetime, Any]]] = {}
    for key, at, text in rows:
        read = _read({key: json.loads(text) if text else None}, TaskTemplate)
        if key in read:
            found.setdefault(key, []).append((at, read[key]))
    return found


def text_key(place: TextPlace, key: str) -> str:
    """The key of the editions of a text."""
    return f"{place.value}:{key}"


def _wordings(bodies: dict[str, Body], place: TextPlace) -> dict[str, Wording]:
    start = text_key(place, "")
    found = _read({key: body for key, body in bodies.items() if key.startswith(start)}, Wording)
    return {key.removeprefix(start): wording for key, wording in found.items() if wording}


def _known(body: dict[str, Any], kind: Any) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name in kind.__struct_fields__}


def _departments(bodies: dict[str, Body]) -> dict[str, DepartmentEntry | None]:
    in_file = {entry.key: entry for entry in content.file_departments()}
    return {
        key: None
        if body["retired"]
        else msgspec.structs.replace(in_file[key], name=body["name"], is_115_forum=body["is_115_forum"])
        for key, body in bodies.items()
        if key in in_file and body
    }


def closing_days_of_settings() -> dict[str, Any]:
    """The closing days of config/defaults.toml, as an edition holds them."""
    defaults = rules.current()
    periods = [[first.isoformat(), last.isoformat()] for first, last in defaults.closing_ranges]
    return {"yearly": list(defaults.closing_days), "periods": periods}


def _close_on(body: dict[str, Any]) -> None:
    periods = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in body["periods"]]
    clock.close_on(dates.parse_closing_days(body["yearly"], periods))
