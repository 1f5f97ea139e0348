"""Rows that a transaction wrote and no event has told of yet.

Every write of a case's row is noted here by db.py; the next event of that case takes what is noted and keeps its tags
(see tags.py), so that a verb need not think of it. What is left at the end of the transaction gets an event of its own.
Rows that say who staff are and where they belong are no case's: whichever event is the next keeps their tags.
"""

import threading
from collections.abc import Iterable
from typing import Any, NamedTuple

STAFF = "system"  # the chain of what is told of staff where nothing else is told
OF_A_CASE = ("case", "ref")  # what names the case of a row: a column, or for the case itself its own ref


class Note(NamedTuple):
    """A row as it was written: its values as Python has them, ciphertext as bytes, and the columns that were set; of a
    row that was taken away what names it, and no columns."""

    model: Any
    values: dict[str, Any]
    columns: frozenset[str] | None


# Of this thread's transaction: its `notes`, by table and row, and the `chain` of its last event.
_held = threading.local()


def is_bound(model: Any) -> bool:
    """Whether rows of the table are bound to their events."""
    return model.is_bound and (model.sealed_by in OF_A_CASE or model.gives_rights)


def begin() -> None:
    """A transaction begins."""
    _held.notes, _held.chain, _held.named = {}, None, {}


def end() -> None:
    """It is over."""
    _held.notes = _held.chain = _held.named = None


def note(model: Any, values: dict[str, Any], columns: Iterable[str]) -> None:
    """Remember that the transaction set those columns of a row that has these values now."""
    notes = getattr(_held, "notes", None)
    if notes is None or not is_bound(model):
        return
    key = name_of(model, values)
    if not model.tells_who.isdisjoint(columns):
        _held.named[key] = (model, values["ref"])
    before = notes.get(key)
    if before is None or before.columns is None:
        notes[key] = Note(model, values, frozenset(columns))
    else:
        notes[key] = Note(model, before.values | values, before.columns | frozenset(columns))


def note_gone(model: Any, values: dict[str, Any]) -> None:
    """Remember that the transaction took a row away."""
    notes = getattr(_held, "notes", None)
    if notes is not None and is_bound(model):
        notes[name_of(model, values)] = Note(model, values, None)


def take_named() -> list[tuple[Any, str]]:
    """The rows, by table and ref, of which the transaction wrote who someone is, and which are noted no more."""
    named = getattr(_held, "named", None) or {}
    return [named.pop(name) for name in list(named)]


def take(chain: str) -> list[Note]:
    """What was noted of the case with that chain, or of staff, and is noted no more."""
    notes = getattr(_held, "notes", None) or {}
    _held.chain = chain
    mine = [name for name, one in notes.items() if one.model.gives_rights or chain_of(one.model, one.values) == chain]
    return [notes.pop(name) for name in mine]


def chains() -> list[str]:
    """The chains of which rows are noted, in a fixed order."""
    return sorted({chain_of(one.model, one.values) for one in (getattr(_held, "notes", None) or {}).values()})


def chain_of(model: Any, values: dict[str, Any]) -> str:
    """The chain that tells of a row: of its case; of staff the one that the transaction wrote to last."""
    if model.gives_rights:
        return getattr(_held, "chain", None) or STAFF
    case = values[model.sealed_by]
    return f"case:{getattr(case, 'ref', case)}"


def name_of(model: Any, values: dict[str, Any]) -> str:
    """What a row is called among the tags of an event: its table, and its ref or the refs that it joins."""
    key = ["ref"] if "ref" in model._meta.fields else [field.name for field in model._meta.get_primary_keys()]
    return ":".join([model._meta.table_name, *(str(getattr(values[name], "ref", values[name])) for name in key)])
