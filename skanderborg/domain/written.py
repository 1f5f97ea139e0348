"""What a verb that says something else of a row does every time: what is new, over the version seen, with its event."""

from datetime import datetime
from typing import Any

from .. import policy
from ..errors import TooLate
from ..kinds import EventKind
from ..policy import Actor
from ..store import events
from ..store.db import Row, Table, change
from ..store.events import Event
from ..store.sealed import SealedField

FASTER = "En anden har allerede gjort det. Det, du skrev, er ikke gemt."
GONE = "En anden har allerede taget det ud, siden du åbnede siden."


def revised(
    actor: Actor, action: EventKind, row: Row, seen_version: int, /, *, reason: str | None = None,
    along: dict[str, Any] | None = None, **columns: Any,
) -> Row:  # fmt: skip
    """Write columns over the version that was seen, with an event of those that are new, and return the fresh row.

    Where none is new nothing is written, and the row is returned as it is. `along` are columns that follow from the
    others and are not told; `reason` is told only. Must run inside the caller's transaction. Raises Conflict.
    """
    changes = {name: pair for name, pair in pairs(row, columns).items() if pair[0] != pair[1]}
    if not changes:
        return row
    fresh: Row = policy.carry(row, change(row, seen_version, **columns, **along or {}))
    told = changes | ({"reason": [None, reason]} if reason else {})
    events.record(actor, action, fresh, changes=told)
    return fresh


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
