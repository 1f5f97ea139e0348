"""What a verb that says something else of a row does every time: what is new, over the version seen, with its event."""

from typing import Any

from .. import policy
from ..policy import Actor
from ..store import events
from ..store.db import Row, Table, change
from ..store.sealed import SealedField


def revised(
    actor: Actor, action: str, row: Row, seen_version: int, /, *, reason: str | None = None,
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


def pairs(row: Table, columns: dict[str, Any]) -> dict[str, Any]:
    """What stands in columns beside what shall, as an event keeps both."""
    return {name: [standing(row, name), plain(value)] for name, value in columns.items()}


def standing(row: Table, name: str) -> Any:
    """What stands in a column, as an event keeps it: sealed text opened, a reference as its ref."""
    return getattr(row, name) if isinstance(row._meta.fields[name], SealedField) else row.__data__.get(name)


def plain(value: Any) -> Any:
    """A value, as an event keeps it: a row as its ref."""
    return getattr(value, "ref", value)
