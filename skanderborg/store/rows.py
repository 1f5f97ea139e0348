"""Whether the rows of cases and of staff are what their events wrote: none put in, changed, taken out or put back by
hand.

The events say of each row what its columns were when they were written last (see tags.py). Here every row is read again
and compared, and every file is hashed again. That the events themselves hold is asked of chains.py.
"""

import hashlib
import heapq
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import peewee
from cryptography.exceptions import InvalidTag

from ..errors import Unreadable
from ..kinds import EventKind
from . import binding, checkpoints, events, keys, schema, tags
from .chains import Fault
from .checkpoints import Checkpoint, KeptRows
from .db import snapshot
from .earlier import as_there
from .events import Event
from .files import StoredFile, read
from .incidents import Exhibit
from .sealed import SealedField, is_sealed, scope_of
from .tags import Tags

PAGE = 500  # rows that are in memory at once
FOUND = EventKind.ROWS_FOUND  # by this event rows from before there were tags are bound, as they then stood
MIGRATED = EventKind.ROWS_MIGRATED  # and by this one those that a migration wrote
RECEIVED = EventKind.EXHIBIT_RECEIVED


class Known(NamedTuple):
    """What the events say of a row: its tags, and the chain that says so."""

    tags: Tags
    chain: str


def bound_tables() -> list[Any]:
    """The tables whose rows are bound to their events, by name."""
    return sorted(filter(binding.is_bound, schema.ALL_TABLES), key=lambda model: model._meta.table_name)


def faults() -> list[Fault]:
    """Every row that nobody wrote as it stands, and every file that is not what was received."""
    with snapshot():
        return [fault for one in _altered() for fault in one.faults] + list(_unlike_files())


def names_of_altered() -> set[str]:
    """The rows that are not as their events wrote them, by name; also in a database that lacks later columns."""
    with snapshot():
        return {one.name for one in _altered()}


def unopenable(of_each: int) -> list[str]:
    """Data keys that do not open; and sealed texts that do not although their key does, of `of_each` rows of every
    table, whichever they are: as «note.text of <ref>». What lost its key altogether was erased, or has lost its chain
    too."""
    opens, is_older = keys.scopes(), bool(schema.pending())
    missed = [f"data_key {scope}" for scope in opens if not opens[scope]]
    for model in schema.ALL_TABLES:
        if sealed := [name for name, field in model._meta.fields.items() if isinstance(field, SealedField)]:
            some = model.select(model.ref).order_by(peewee.fn.RANDOM()).limit(of_each)
            for values in (row.__data__ for row in as_there(model).where(model.ref.in_(some))):
                there = sealed if opens.get(scope_of(model, values)) else ()
                missed += [
                    f"{model._meta.table_name}.{name} of {values['ref']}"
                    for name in there
                    if values.get(name) is not None
                    and not (is_older and not is_sealed(values[name]))  # a migration has yet to seal it
                    and not _opens(model, values, name)
                ]
    return missed


class Altered(NamedTuple):
    """A row that is not as its events wrote it; without values where it is gone."""

    name: str
    chain: str
    model: Any
    values: dict[str, Any]
    faults: list[Fault]


def _altered() -> Iterator[Altered]:
    known = told()
    for model in bound_tables():
        for values in every(model):
            name, chain = binding.name_of(model, values), binding.chain_of(model, values)
            if found := list(_unlike(model, values, known.pop(name, None))):
                yield Altered(name, chain, model, values, found)
    for name, expected in sorted(known.items()):
        yield Altered(name, expected.chain, None, {}, [_fault(name, "Rækken er slettet.", expected.chain)])


def told() -> dict[str, Known]:
    """What the events say of every row that is there, by its name."""
    known: dict[str, Known] = {}
    for event in heapq.merge(_kept(), _there(), key=lambda one: one.id):
        for name, said in event.wrote.items():
            before = known.pop(name, None)
            if said is not None:
                known[name] = Known((before.tags if before else {}) | said, event.chain)
    return known


def _kept() -> list[KeptRows]:
    """What pruned events said."""
    return checkpoints.in_order(said for one in checkpoints.every().values() for said in checkpoints.wrote_of(one))


def _there() -> Iterator[KeptRows]:
    rows = Event.select(Event.id, Event.chain, Event.wrote).where(Event.wrote.is_null(False))
    for event in events.in_pages(rows, Event.id):
        yield KeptRows(event.id, event.chain, json.loads(event.wrote))


def every(model: Any) -> Iterator[dict[str, Any]]:
    """The values of every row of a table, by ref, a page in memory at a time; of the columns that the table has."""
    rows = as_there(model)
    if "ref" not in model._meta.fields:  # what joins two rows is short, and few
        yield from (row.__data__ for row in rows)
        return
    page = list(rows.order_by(model.ref).limit(PAGE))
    while page:
        yield from (row.__data__ for row in page)
        page = list(rows.where(model.ref > page[-1].ref).order_by(model.ref).limit(PAGE))


def bind_anew(action: EventKind, but: set[str] = frozenset()) -> int:  # type: ignore[assignment]
    """Bind every row as it stands that is not as its events wrote it, but those named; inside a transaction. How many.

    For rows from before there were tags, and for those that a migration wrote. What is verified of them from then on
    is that they stay so.
    """
    wrote: dict[str, dict[str, tags.Tags | None]] = {}
    for one in _altered():
        if one.name not in but:
            said = tags.of_row(one.model, one.values, one.model._meta.fields) if one.model else None
            wrote.setdefault(one.chain, {})[one.name] = said
    for chain, rows in sorted(wrote.items()):
        events.bind(chain, action, wrote=json.dumps(rows, separators=(",", ":")))
    return sum(map(len, wrote.values()))


def bind_staff() -> int:
    """Bind who staff are and where they belong as it stands, once: in a database whose events told of rows of cases
    alone. Inside a transaction; how many rows."""
    if any(table.select().where(table.wrote.contains('"person:')).exists() for table in (Event, Checkpoint)):
        return 0
    staff = {model._meta.table_name for model in bound_tables() if model.gives_rights}
    return bind_anew(FOUND, but={one.name for one in _altered() if one.name.partition(":")[0] not in staff})


# ── a row ───────────────────────────────────────────────────────────────────────────────────────────


def _unlike(model: Any, values: dict[str, Any], expected: Known | None) -> Iterator[Fault]:
    name, chain = binding.name_of(model, values), binding.chain_of(model, values)
    if expected is None:
        yield _fault(name, "Ingen hændelse har skrevet rækken.", chain)
        return
    if expected.chain != chain and not model.gives_rights:
        yield _fault(name, "Rækken er flyttet til en anden sag.", chain)
    now = tags.of_row(model, values, model._meta.fields)
    for column in sorted(now.keys() | expected.tags.keys()):
        if now.get(column) != expected.tags.get(column):
            yield _fault(name, _what_is_wrong(name, column, now.get(column), expected.chain), chain)
    for column in sorted(now.keys() - {tags.PLAIN}):
        if now[column] and now[column] == expected.tags.get(column) and not _opens(model, values, column):
            yield _fault(name, f"{column} kan ikke åbnes.", chain)


def _what_is_wrong(name: str, column: str, now: str | None, chain: str) -> str:
    if column == tags.PLAIN:
        return "Rækken er ændret uden en hændelse."
    if now is None:
        return f"{column} er tømt uden en hændelse."
    return f"{column} er et ældre indhold, der er lagt tilbage." if _was(name, column, now, chain) else (
        f"{column} er ændret uden en hændelse."
    )  # fmt: skip


def _was(name: str, column: str, tag: str, chain: str) -> bool:
    """Whether the column held that ciphertext before."""
    rows = Event.select(Event.id, Event.wrote).where(Event.chain == chain, Event.wrote.contains(name))
    return any(json.loads(event.wrote).get(name, {}).get(column) == tag for event in rows)


def _opens(model: Any, values: dict[str, Any], column: str) -> bool:
    try:
        model._meta.fields[column].opened(values, values[column])
    except (InvalidTag, keys.Gone, ValueError):
        return False
    return True


def _fault(name: str, what: str, chain: str) -> Fault:
    return Fault(f"{name}: {what}", chain, row=name)


# ── files ───────────────────────────────────────────────────────────────────────────────────────────


def _unlike_files() -> Iterator[Fault]:
    """Every file is hashed again; that of an exhibit is compared with what was said at its receipt too."""
    said = dict(_received())
    exhibits = {file: ref for ref, file in Exhibit.select(Exhibit.ref, Exhibit.file).tuples()}
    for values in every(StoredFile):
        name, chain = binding.name_of(StoredFile, values), binding.chain_of(StoredFile, values)
        file = StoredFile(__no_default__=1)
        file.__data__.update(values)
        try:
            now, kept = _hash_of(file), file.sha256
        except (InvalidTag, Unreadable):
            yield _fault(name, "Filen kan ikke åbnes.", chain)
            continue
        received = said.get(exhibits.get(values["ref"], ""), kept)
        if not now == kept == received:
            yield _fault(name, "Filen er ikke den, der blev modtaget.", chain)


def _hash_of(file: StoredFile) -> str:
    digest = hashlib.sha256()
    for piece in read(file):
        digest.update(piece)
    return digest.hexdigest()


def _received() -> Iterator[tuple[str, str]]:
    """Refs of exhibits with the SHA-256 that was written down when they came."""
    there = Event.object_ref.in_(Exhibit.select(Exhibit.ref))  # what was said of one that is erased opens no more
    for event in events.in_pages(Event.select().where(Event.action == RECEIVED, there), Event.id):
        changes: dict[str, Any] = event.changes if isinstance(event.changes, dict) else {}
        if "sha256" in changes:
            yield event.object_ref, changes["sha256"][1]
