"""What an event keeps of a row that was written: enough to know the row again, and nothing of what it says.

Of each sealed text its authentication tag, which belongs to that one ciphertext; of all other columns together one
HMAC, under the empty name.
"""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from . import binding, keys
from .binding import Note
from .sealed import SealedField, is_plain

TAG_BYTES = 16  # of AES-GCM, at the end of its ciphertext
PLAIN = ""
DIGITS = 32  # of the HMAC

Tags = dict[str, str | None]


def of_row(model: Any, values: dict[str, Any], columns: Iterable[str]) -> Tags:
    """The tags of a row of which those columns were set; None where a sealed text was taken away or never was."""
    fields = model._meta.fields
    sealed = (name for name in columns if name in fields and not is_plain(fields[name], values.get(name)))
    return {PLAIN: _of_plain(model, values)} | {name: of_sealed(values.get(name)) for name in sorted(sealed)}


def of_sealed(stored: Any) -> str | None:
    """The authentication tag of a ciphertext."""
    return None if stored is None else bytes(stored)[-TAG_BYTES:].hex()


def _of_plain(model: Any, values: dict[str, Any]) -> str:
    """Empty columns are left out, so that a column which a later version adds changes no tag."""
    fields = model._meta.fields
    said = [
        [name, _canonical(values[name])]
        for name in _told_of(model)
        if values.get(name) is not None and is_plain(fields[name], values[name])
    ]
    key = keys.first_audit_key()  # the same as when the row was written, however long ago: the event signs the tag
    return keys.audit_mac("row", model._meta.table_name, json.dumps(said), key=key)[:DIGITS]


@cache
def _told_of(model: Any) -> list[str]:
    """The columns that hold no ciphertext, or did not once: those of another type than text were plain."""
    fields = model._meta.fields
    sealed = {name for name, field in fields.items() if isinstance(field, SealedField) and field.holds is None}
    return sorted(fields.keys() - sealed - model.unbound)


def _canonical(value: Any) -> str | int:
    """The same for the same value, whichever database holds it."""
    value = getattr(value, "ref", value)  # a row that another refers to
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool | int) else str(value)


def text_of(notes: list[Note]) -> str | None:
    """The tags of rows as an event keeps them; None where there are none."""
    if not notes:
        return None
    rows = {
        binding.name_of(one.model, one.values): None
        if one.columns is None
        else of_row(one.model, one.values, one.columns)
        for one in notes
    }
    return json.dumps(rows, separators=(",", ":"))
