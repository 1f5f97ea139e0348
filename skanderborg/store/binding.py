"""Rows that a transaction wrote and no event has told of yet.

Every write of a case's row is noted here by db.py; the next event of that case takes what is noted and keeps its tags
(see tags.py), so that a verb need not think of it. What is left at the end of the transaction gets an event of its own.
"""

import threading
from collections.abc import Iterable
from typing import Any, NamedTuple

OF_A_CASE = ("case", "ref")  # what names the case of a row: a column, or for the case itself its own ref


class Note(NamedTuple):
    """A row as it was written: its values as Python has them, ciphertext as bytes, and the columns that were set."""

    model: Any
    values: dict[str, Any]
    columns: frozenset[str]


_held = threading.local()  # of this thread's transaction: its `notes`, by table and ref, and the cases on the `board`


def is_bound(model: Any) -> bool:
    """Whether rows of the table are bound to their events."""
    return model.is_bound and model.sealed_by in OF_A_CASE


def begin() -> None:
    """A transaction begins."""
    _held.notes, _held.board = {}, set()


def end() -> None:
    """It is over."""
    _held.notes = _held.board = None


def note(model: Any, values: dict[str, Any], columns: Iterable[str]) -> None:
    """Remember that the transaction set those columns of a row that has these values now."""
    notes = getattr(_held, "notes", None)
    if notes is None or not is_bound(model):
        return
    key = (model._meta.table_name, values["ref"])
    before = notes.get(key, Note(model, {}, frozenset()))
    notes[key] = Note(model, before.values | values, before.columns | frozenset(columns))
    if model.is_on_board:
        _held.board.add(chain_of(model, values))


def take(chain: str) -> list[Note]:
    """What was noted of the case with that chain, and is noted no more."""
    notes = getattr(_held, "notes", None) or {}
    mine = [key for key, one in notes.items() if chain_of(one.model, one.values) == chain]
    return [notes.pop(key) for key in mine]


def chains() -> list[str]:
    """The chains of the cases of which something is noted, in a fixed order."""
    return sorted({chain_of(one.model, one.values) for one in (getattr(_held, "notes", None) or {}).values()})


def on_board() -> list[str]:
    """The chains of the cases that the board must draw anew, in a fixed order."""
    return sorted(_held.board)


def chain_of(model: Any, values: dict[str, Any]) -> str:
    """The chain that tells of a row."""
    case = values[model.sealed_by]
    return f"case:{getattr(case, 'ref', case)}"
