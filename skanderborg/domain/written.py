"""What a verb that writes does every time: the row as it shall stand, over the version seen, with its event."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from .. import clock, policy
from ..errors import TooLate
from ..kinds import EventKind
from ..policy import Actor
from ..store import events
from ..store.cases import Case
from ..store.db import Row, Table, change, insert
from ..store.events import Event
from ..store.sealed import SealedField

Changes = dict[str, list[Any]]  # of columns: what stood there, and what stands there now
Told = Mapping[str, list[Any]] | Collection[str] | None
FASTER = "En anden har allerede gjort det. Det, du skrev, er ikke gemt."
GONE = "En anden har allerede fjernet det, siden du åbnede siden."


def add(
    actor: Actor, done: EventKind, model: type[Row], case: Case, /, *, told: Told = None, **columns: Any
) -> Row:  # fmt: skip
    """Insert a row of a case as it shall stand, signed, with its event, and return it ready to show.

    The event tells what was given, or only the columns that are named as `told`, or the pairs that these are. Must run
    inside the caller's transaction.
    """
    made = insert_by(actor, model, case, **columns)
    events.record(actor, done, made, changes=_told(told, news(columns), model))
    return made


def insert_by(actor: Actor, model: type[Row], case: Case, /, **columns: Any) -> Row:
    """Insert a row of a case, signed by who writes it and when, of which another event tells."""
    now = clock.now()
    signed = {"by": actor.ref, "created_by": actor.ref, "at": now, "created_at": now}
    signed = {name: value for name, value in signed.items() if name in model._meta.fields}
    return _ready(case, insert(model, **{"case": case.ref, **signed, **columns}), columns)


def revise(
    actor: Actor, done: EventKind, row: Row, seen_version: int, /, *, told: Told = None, because: str | None = None,
    **columns: Any,
) -> Row:  # fmt: skip
    """Write columns over the version that was seen, with their event, and return the fresh row ready to show.

    The event tells those that are new, or only those that are named as `told`, or the pairs that these are, and the
    reason for it, if one is given. Must run inside the caller's transaction. Raises Conflict.
    """
    fresh = _ready(row, change(row, seen_version, **columns), columns)
    changes = _told(told, _new(row, columns), type(row)) | ({"reason": [None, because]} if because else {})
    events.record(actor, done, fresh, changes=changes)
    fresh.just_done = done
    return fresh


def revise_if_new(
    actor: Actor, done: EventKind, row: Row, seen_version: int, /, *, because: str | None = None, **columns: Any
) -> Row:
    """As `revise`; but where none of the columns is new nothing is written, and the row is returned as it is."""
    is_new = bool(_new(row, columns))
    return revise(actor, done, row, seen_version, because=because, **columns) if is_new else row


def _ready(from_row: Table, row: Row, columns: dict[str, Any]) -> Row:
    """The row as it was written, with what is allowed with it, its case, and the rows to which it was tied."""
    for name, value in columns.items():
        if isinstance(value, Table):
            setattr(row, name, value)
    ready: Row = policy.carry(from_row, row)
    return ready


def news(words: Mapping[str, Any]) -> Changes:
    """What an event tells of something new."""
    return {name: [None, plain(value)] for name, value in words.items() if value or (value == 0 and value is not False)}


def _new(row: Table, columns: dict[str, Any]) -> Changes:
    return {name: pair for name, pair in pairs(row, columns).items() if pair[0] != pair[1]}


def _told(told: Told, changes: Changes, model: type[Table]) -> Changes:
    if isinstance(told, Mapping):
        return dict(told)
    names = changes.keys() - model.untold if told is None else told
    return {name: pair for name, pair in changes.items() if name in names}


def refuse_gone(row: Row, gone_at: datetime | None) -> Row:
    """The row, unless another took it out since it was seen. Raises TooLate, since who acts on it saw it there."""
    if gone_at is not None:
        raise TooLate(GONE, row)
    return row


def already(row: Row, **said: Any) -> Row:
    """The row, of which there is nothing left to do, since it was done before; what is said again of it must be what
    stands. Raises TooLate where something else would be lost: who was slower is told, and keeps the words (REL-12)."""
    if any(value and plain(value) != standing(row, name) for name, value in said.items()):
        raise TooLate(FASTER, row)
    return row


def already_told(actor: Actor, action: EventKind, row: Row, reason: str | None) -> Row:
    """The same, for a reason that stands in the event alone: the actor gave it, by the last such event of the row."""
    last = (
        Event.select()
        .where(Event.object_ref == row.ref, Event.action == action, Event.is_write == True)  # noqa: E712
        .order_by(Event.id.desc())
        .first()
    )
    said = (last.changes or {}).get("reason", [None, None])[1] if last else None
    if reason and (last is None or last.actor != actor.ref or said != reason):
        raise TooLate(FASTER, row)
    return row


def pairs(row: Table, columns: dict[str, Any]) -> dict[str, Any]:
    """What stands in columns beside what shall, as an event keeps both."""
    return {name: [standing(row, name), plain(value)] for name, value in columns.items()}


def standing(row: Table, name: str) -> Any:
    """What stands in a column, as an event keeps it: sealed text opened, a reference as its ref."""
    return getattr(row, name) if isinstance(row._meta.fields[name], SealedField) else row.__data__.get(name)


def plain(value: Any) -> Any:
    """A value, as an event keeps it: a row as its ref."""
    return getattr(value, "ref", value)
