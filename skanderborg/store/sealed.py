"""Encrypted values: a column that holds AES-256-GCM ciphertext and reads as text (decision 8), or as the date, number
or member of a closed list that it holds.

A value that was altered, or whose key is gone, reads as UNREADABLE and is counted in `missed`: it costs the field, not
the page that shows it.
"""

import json
import logging
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextvars import ContextVar
from datetime import date
from typing import Any

import peewee
from cryptography.exceptions import InvalidTag

from ..errors import UNREADABLE, Unreadable
from . import keys
from .db import Table
from .fields import KindField

UNTOLD = ""  # the Danish name of a column of which no page tells (columns.py)
FORMAT = b"\x01"
NONCE_ENDS = SHORTEST = len(FORMAT) + keys.NONCE_BYTES  # of what can be a ciphertext
NOTHING_MISSED: frozenset[str] = frozenset()
missed: ContextVar[frozenset[str]] = ContextVar("missed", default=NOTHING_MISSED)  # fields that did not open
log = logging.getLogger(__name__)


class Unread(str):
    """What stands in for a member of a closed list, or a text, that does not open; it is called so on a page too."""

    label = value = UNREADABLE


LOST_DAY = date(1900, 1, 1)  # stands in for a day that does not open: before any that a form takes


class _Opened(peewee.FieldAccessor):
    """Reading the attribute of a row opens the seal; a row that still holds plain text shows it as it is."""

    def __get__(self, instance: Any, instance_type: Any = None) -> Any:
        if instance is None:
            return self.field
        return self.field.read(instance.__data__, instance.__data__.get(self.name))


def _miss(name: str) -> None:
    """Count a field that did not open, and log it once in what is under way; its name tells of nobody."""
    if name not in missed.get():
        missed.set(missed.get() | {name})
        log.error("%s does not open", name)


class SealedField(peewee.BlobField):
    """Text about a person. The scope's key seals it; the additional data is scope, table, row and column,
    so that a value moved to another place does not open.

    `tells_where`: it is asked for where someone is or is reached, or comes with it by itself, as the name of a file
    does; it is then hidden while an address is protected (domain/protection.py). One that says nothing counts as yes.
    `holds`: what it is beneath the seal, where that is no text, as the field that it would be without. No query can
    ask for it: it is read with its row.
    """

    accessor_class = _Opened
    stands_in: Callable[[], Any] | None = staticmethod(lambda: Unread(UNREADABLE))

    def __init__(self, holds: peewee.Field | None = None, *, tells_where: bool | None = None, **kwargs: Any) -> None:
        super().__init__(null=True, **kwargs)
        self.holds = holds
        self.tells_where = False if holds is not None and tells_where is None else tells_where
        self._read: Callable[[str], Any] = str
        if holds is not None:
            self._read, self.stands_in = _reader_of(holds)

    def python_value(self, value: Any) -> Any:
        """What is stored, as bytes: on SQLite a column may hold text or a number that somebody wrote there. Of one that
        a migration has yet to seal its plain value, as its row is bound (tags.py)."""
        if value is None or isinstance(value, bytes | memoryview):
            return value
        return str(value).encode() if self.holds is None else self.holds.python_value(value)

    def db_value(self, value: Any) -> Any:
        """What is stored: ciphertext alone. Raises TypeError for anything else, also in a condition: a query that asks
        for what lies under the seal would find nothing, and say nothing of it."""
        if value is None or isinstance(value, bytes | memoryview):
            return super().db_value(value)
        raise TypeError(f"{self.model.__name__}.{self.name} is sealed")

    def seal(self, values: dict[str, Any]) -> bytes | None:
        """Ciphertext of this column's value in a row's `values`, which also name the row and its scope."""
        text = values[self.name]
        if text is None or text == "":
            return None
        if isinstance(text, bytes):
            return text  # sealed already
        scope, ref = scope_of(self.model, values), values["ref"]
        nonce = secrets.token_bytes(keys.NONCE_BYTES)
        return FORMAT + nonce + keys.data_key(scope).encrypt(nonce, self._encoded(text), self._place(scope, ref))

    def read(self, values: dict[str, Any], stored: Any) -> Any:
        """Plain value of what is stored in this column of a row; `values` name the row and its scope. What does not
        open is counted as missed, and something stands in for it."""
        if stored is None:
            return self.empty()
        try:
            return self.opened(values, stored)
        except (InvalidTag, keys.Gone, ValueError):
            if self.stands_in is None:
                raise Unreadable() from None
            _miss(f"{self.model._meta.table_name}.{self.name} of {values['ref']}")
            return self.stands_in()

    def empty(self) -> Any:
        """What an empty column says: nothing, or what stands in where there must be something."""
        return self.stands_in() if self.holds is not None and self.stands_in else None

    def opened(self, values: dict[str, Any], stored: bytes) -> Any:
        """Plain value of the stored ciphertext. Raises InvalidTag when it was moved or altered, keys.Gone without its
        key."""
        if not isinstance(stored, bytes | memoryview) or len(stored) < SHORTEST:
            raise InvalidTag
        scope = scope_of(self.model, values)
        nonce, sealed = stored[1 : 1 + keys.NONCE_BYTES], stored[1 + keys.NONCE_BYTES :]
        return self._decoded(keys.data_key(scope).decrypt(nonce, sealed, self._place(scope, values["ref"])))

    def opened_many(self, case: str, stored: Iterable[tuple[str, bytes | None]]) -> list[Any]:
        """Plain values of this column in many rows of one case, each by its ref, as `read` gives them one by one."""
        before, after = self._place(f"case:{case}", "\n").decode().split("\n")
        try:
            decrypt = keys.data_key(f"case:{case}").decrypt
        except keys.Gone:
            return [self.read({"ref": ref, "case": case}, one) for ref, one in stored]
        found, empty, read = [], self.empty(), self._decoded
        for ref, one in stored:
            try:
                place = f"{before}{ref}{after}".encode()
                found.append(read(decrypt(one[1:NONCE_ENDS], one[NONCE_ENDS:], place)) if one else empty)
            except (InvalidTag, ValueError):
                found.append(self.read({"ref": ref, "case": case}, one))
        return found

    def _place(self, scope: str, ref: str) -> bytes:
        return f"{scope}|{self.model._meta.table_name}|{ref}|{self.name}".encode()

    def _encoded(self, text: Any) -> bytes:
        return str(int(text) if isinstance(text, bool) else text).encode()

    def _decoded(self, plain: bytes) -> Any:
        return self._read(plain.decode())


def is_sealed(stored: Any) -> bool:
    """Whether what is stored is ciphertext, by how it begins."""
    return isinstance(stored, bytes | memoryview) and bytes(stored[:1]) == FORMAT


def _reader_of(holds: peewee.Field) -> tuple[Callable[[str], Any], Callable[[], Any]]:
    """What makes a value of its text beneath the seal, and what stands in for one that does not open."""
    read: Callable[[str], Any]
    lost: Any
    if isinstance(holds, KindField):
        read, lost = holds.python_value, Unread(UNREADABLE)
    elif isinstance(holds, peewee.DateField):
        read, lost = date.fromisoformat, LOST_DAY
    elif isinstance(holds, peewee.BooleanField):
        read, lost = (lambda text: text == "1"), False
    elif isinstance(holds, peewee.IntegerField):
        read, lost = int, 0
    else:
        read, lost = str, Unread(UNREADABLE)
    return read, (lambda: None if holds.null else lost)


def unsealed(
    model: type[Table], case: str, names: Sequence[str], rows: Sequence[tuple[Any, ...]], but: Collection[str] = ()
) -> Iterator[tuple[Any, ...]]:
    """Rows of one case as a query read them raw (`stored` of prepared.py), of the columns `names`, their ref first,
    with what lies under a seal opened, `but` of columns of which nothing is asked."""
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, name in enumerate(names[: len(columns)]):
        field = model._meta.fields.get(name)
        if isinstance(field, SealedField) and name not in but:
            columns[place] = field.opened_many(case, zip(columns[0], columns[place], strict=True))
    return zip(*columns, strict=True)


def is_plain(field: peewee.Field, value: Any) -> bool:
    """Whether a column of a row is no ciphertext: it is not sealed, or a migration has yet to do it."""
    return not isinstance(field, SealedField) or not (value is None or isinstance(value, bytes | memoryview))


class SealedJsonField(SealedField):
    """Like SealedField, for a small structure; one that does not open is empty, unless half of it would be a lie."""

    stands_in: Callable[[], Any] | None = dict

    def __init__(self, must_open: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if must_open:
            self.stands_in = None

    def _encoded(self, text: Any) -> bytes:
        return json.dumps(text, ensure_ascii=False, default=str).encode()

    def _decoded(self, plain: bytes) -> Any:
        return json.loads(plain)


class SealedBytesField(SealedField):
    """Like SealedField, for a piece of a file, which is whole or nothing."""

    stands_in = None

    def seal(self, values: dict[str, Any]) -> bytes | None:
        """Ciphertext of the bytes, which are always plain ones here."""
        return super().seal(values | {self.name: memoryview(values[self.name])})

    def _encoded(self, text: Any) -> bytes:
        return text

    def _decoded(self, plain: bytes) -> Any:
        return plain


def scope_of(model: type[Table], values: dict[str, Any]) -> str:
    """Name of the scope that seals a row of `model`: `case:<ref>`, `person:<ref>` or `system`."""
    if model.sealed_by is None:
        return keys.SYSTEM
    owner: Any = values.get(model.sealed_by) if model._meta.fields[model.sealed_by].null else values[model.sealed_by]
    if owner is None:
        return keys.SYSTEM
    if model.sealed_by == "chain":
        return owner if owner.startswith("case:") else keys.SYSTEM
    kind = "person" if model.sealed_by == "person" else "case"
    return f"{kind}:{getattr(owner, 'ref', owner)}"
