"""Kinds of columns: instants, members of closed lists, refs and links; sealed text is in sealed.py."""

from datetime import UTC, datetime
from typing import Any

import peewee

from ..kinds import Kind
from .connection import is_postgres


def stored_instant(value: datetime) -> datetime | str:
    """An instant as the database keeps it. Raises ValueError for a datetime without a zone."""
    if value.tzinfo is None:
        raise ValueError("an instant needs a zone")
    value = value.astimezone(UTC)
    return value if is_postgres() else f"{value.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


class UtcField(peewee.Field):
    """An instant. `timestamptz` on PostgreSQL, fixed-width `…Z` text on SQLite; aware and UTC in Python."""

    field_type = "UTC"

    def db_value(self, value: datetime | str | None) -> datetime | str | None:
        if value is None or isinstance(value, str):  # a parameter of a prepared query, stored when it is bound
            return value
        return stored_instant(value)

    def python_value(self, value: datetime | str | None) -> datetime | None:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC) if value else None


class KindField(peewee.CharField):
    """A member of a closed list. What is none, as after a change behind the program's back, is given as it stands: the
    check of the rows tells of it."""

    def __init__(self, kind: type[Kind], max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length, **kwargs)
        self.kind = kind
        self._members = {member.value: member for member in kind}

    def python_value(self, value: str | None) -> Kind | str | None:
        return self._members.get(value, value) if value is not None else None


class RefField(peewee.CharField):
    """128 random bits as 26 letters and digits: nothing to count, nothing to guess (decision 7)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=26, **kwargs)


class Link(peewee.ForeignKeyField):
    """A reference to a row that is never deleted under it (decision 21), or to none.

    Only rows that refer to something stand in its index: each index in which a row stands costs a write of it a page.
    """

    def bind(self, model: Any, name: str, set_attribute: bool = True) -> None:
        super().bind(model, name, set_attribute)
        if self.index and self.null:
            self.index: bool = False
            model.add_index(model.index(self, where=self.is_null(False)))


def link(model: Any, **kwargs: Any) -> peewee.ForeignKeyField:
    """A reference to a row that is never deleted under it."""
    return Link(model, on_delete="RESTRICT", **kwargs)
