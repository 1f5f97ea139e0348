"""Queries that every page asks: built and turned into SQL once, then only given their values.

peewee spends some 2 ms to write the SQL of a query with a few subqueries, many times what the database needs for it,
and 0.1 ms each time to find out which column of the answer belongs to which field.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import peewee

from .db import Row, db, is_postgres
from .fields import stored_instant


class Parameter(str):
    """Stands in a query for a value that is given when it runs: text, a number, a date or an instant."""


class Prepared:
    """A query that is built once for each kind of database and each set of fixed arguments."""

    def __init__(self, build: Callable[..., Any]):
        self.__doc__ = build.__doc__
        self._build = build
        self._compiled: dict[Any, tuple[Any, str, list[Any]]] = {}
        self._readers: dict[Any, Any] = {}

    def all(self, *fixed: Any, **values: Any) -> list[Any]:
        """Every row. `fixed` arguments shape the query; `values` fill its parameters by name."""
        query, cursor = self._execute(fixed, values)
        read = self._reader_for(fixed, query, cursor)
        return [read(row) for row in cursor.fetchall()]

    def first(self, *fixed: Any, **values: Any) -> Any:
        """The first row, or None."""
        rows = self.all(*fixed, **values)
        return rows[0] if rows else None

    def stored(self, *fixed: Any, **values: Any) -> list[tuple[Any, ...]]:
        """Every row as the database keeps it, unread: for what is only counted, compared or passed on."""
        return self._execute(fixed, values)[1].fetchall()

    def run(self, *fixed: Any, **values: Any) -> int:
        """Run a write; returns how many rows it touched."""
        return self._execute(fixed, values)[1].rowcount

    def _execute(self, fixed: tuple[Any, ...], values: dict[str, Any]) -> tuple[Any, Any]:
        query, sql, params = self._sql_for(fixed, tuple(values))
        stored = {
            name: stored_instant(value) if isinstance(value, datetime) else value for name, value in values.items()
        }
        return query, db.execute_sql(
            sql, [stored[param] if isinstance(param, Parameter) else param for param in params]
        )

    def _reader_for(self, fixed: tuple[Any, ...], query: Any, cursor: Any) -> Callable[[Any], Any]:
        key = (is_postgres(), fixed)
        if key not in self._readers:
            wrapper = query._get_cursor_wrapper(cursor)
            wrapper.initialize()  # what it finds out depends on the query alone, so it holds for every later answer
            wrapper.cursor = None
            self._readers[key] = wrapper.process_row
        return self._readers[key]

    def _sql_for(self, fixed: tuple[Any, ...], names: tuple[str, ...]) -> tuple[Any, str, list[Any]]:
        key = (is_postgres(), fixed)
        if key not in self._compiled:
            query = self._build(*fixed, **{name: Parameter(name) for name in names})
            sql, params = query.sql()
            self._compiled[key] = (query, sql, params)
        return self._compiled[key]


def prepared(build: Callable[..., peewee.BaseQuery]) -> Prepared:
    """Make a function that builds a query one that runs it: `build(*fixed, **values)` → `.all(…)`, `.first(…)`.

    It must put each of `values` into the query as it stands, and must not look at it.
    """
    return Prepared(build)


def read(model: type[Row], **stored: Any) -> Row:
    """A row of columns as the database keeps them (see `stored`), read by their fields as any other row."""
    row = model(__no_default__=1)
    row.__data__.update({name: model._meta.fields[name].python_value(value) for name, value in stored.items()})
    return row
