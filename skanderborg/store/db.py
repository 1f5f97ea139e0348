"""Transactions, and the few writes that every table shares; the handle itself is opened in connection.py."""

import functools
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, ParamSpec, TypeVar

import peewee

from ..errors import UNREADABLE, Conflict
from . import binding, faults
from .connection import PRAGMAS as PRAGMAS
from .connection import WRITER_WAIT_SECONDS, db, is_postgres
from .connection import Sqlite as Sqlite
from .connection import connect as connect
from .connection import connected as connected
from .connection import connected_if_possible as connected_if_possible
from .connection import dispose as dispose
from .connection import unsafe as unsafe
from .dialects import greatest as greatest
from .dialects import joined as joined
from .writers import WriterLock

P = ParamSpec("P")
R = TypeVar("R")
Row = TypeVar("Row", bound="Table")
REF_LENGTH = 26
LETTERS = b"abcdefghijklmnopqrstuvwxyz234567" * 8  # of a ref, by the random byte

# ── transactions ────────────────────────────────────────────────────────────────────────────────────


_writer = WriterLock(WRITER_WAIT_SECONDS)


class _Held(threading.local):
    """Of this thread's transaction: the chains it holds, what is done last in it, and whether another is around it."""

    chains: set[str] | None = None
    last: list[Callable[[], None]] | None = None
    is_around = False


_held = _Held()


@contextmanager
def begin() -> Iterator[None]:
    """Open a transaction, or join the one that is open: a verb that calls a verb is one business operation.

    Raises StorageFull, ReadOnly or Damaged where the database can take no write.
    """
    if _held.chains is not None if _held.is_around else db.in_transaction():
        yield
        return
    faults.refuse_damaged()
    try:
        with _opened():
            yield
    except (peewee.DatabaseError, OSError) as error:
        if unwritten := faults.named(error):
            raise unwritten from error
        raise


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """One transaction around whole verbs, each of which is still one by itself, with its events and what is done at its
    end: for what must be there as a whole or not at all, such as a restore."""
    _held.is_around = True
    try:
        with db.atomic():
            yield
    finally:
        _held.is_around = False


@contextmanager
def snapshot() -> Iterator[None]:
    """What is read in here is of one moment, and nobody waits for it; nothing may be written."""
    if db.in_transaction():
        yield
        return
    db.execute_sql("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_postgres() else "BEGIN")
    try:
        yield
    finally:
        db.execute_sql("ROLLBACK")


before_the_end: list[Callable[[], None]] = []  # what every transaction does when its verb is through


@contextmanager
def _opened() -> Iterator[None]:
    _held.chains, _held.last = set(), []
    binding.begin()
    alone = nullcontext() if is_postgres() else _writer.held(db.obj.database)
    try:
        with alone, db.atomic():
            yield
            for do in before_the_end:
                do()
            while _held.last:
                _held.last.pop(0)()
    finally:
        _held.chains = _held.last = None
        binding.end()


def transaction(verb: Callable[P, R]) -> Callable[P, R]:
    """Run the verb in one transaction: its rows, its event and its letters stand or fall together.

    The chains that it will write to are held from the start, before any row is touched, and by all in one order: two
    who act on one case at once come one after the other, and never wait for each other in a ring. They are those of
    the cases whose rows the verb is given, or else that of who acts; whatever else a verb needs it holds first thing.
    """

    @functools.wraps(verb)
    def within(*args: P.args, **kwargs: P.kwargs) -> R:
        with begin():
            if not _hold_cases([*args, *kwargs.values()]) and args and not _held.chains:
                _hold_own(args[0])
            return verb(*args, **kwargs)

    return within


def at_end(do: Callable[[], None]) -> None:
    """Do something as the last of the transaction that is open: what takes a lock that all others want too is held
    shortly, and after every other. At once where no transaction was opened by `begin`."""
    if _held.last is None:
        do()
    else:
        _held.last.append(do)


# What a transaction may hold, by what comes before the colon, in the order in which it is taken; of several cases in
# the order of their refs. What stands after a lock here is never held by who still waits for that lock.
CHAIN_ORDER = ("system", "person", "department", "case", "form", "contacts", "quota", "throttle")


def lock_chain(name: str) -> None:
    """Hold the named chain until the end of the transaction; needed on PostgreSQL only, SQLite has one writer.

    Before the first row is written, and in CHAIN_ORDER: else two may wait for each other, and one of them fails.
    """
    if not is_postgres():
        return
    held = _held.chains
    if held is None or name not in held:
        db.execute_sql("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))
    if held is not None:
        held.add(name)


def locking(case: peewee.Field) -> list[peewee.Node]:
    """On PostgreSQL a column that holds the chain of the row's case, as `lock_chain` does, while the row is read.

    Inside a transaction that also says `holds` once it has the row.
    """
    if not is_postgres():
        return []
    name = peewee.fn.hashtextextended(chain_of_case(case), 0)
    return [peewee.fn.pg_advisory_xact_lock(name).alias("chain_lock")]


def chain_of_case(case: peewee.Field) -> peewee.Node:
    """The name of the case's chain, and of the scope of its key, in SQL: `case:<ref>`."""
    return peewee.Expression(peewee.SQL("'case:'"), peewee.OP.CONCAT, case)


def holds(name: str) -> None:
    """Remember that the transaction holds the chain already."""
    if _held.chains is not None:
        _held.chains.add(name)


def _hold_cases(given: list[object]) -> bool:
    """Hold the cases of the rows among `given`; whether there were any."""
    cases = {case for row in given if (case := _case_of(row))}
    for case in sorted(cases):
        lock_chain(f"case:{case}")
    return bool(cases)


def _case_of(row: object) -> str | None:
    if not isinstance(row, Table):
        return None
    return row.__data__.get("ref" if row._meta.table_name == "case" else "case")


def _hold_own(actor: object) -> None:
    """Hold the chain of who acts: a person, or the system, which is no row and has no ref."""
    if isinstance(actor, Table) and actor._meta.table_name == "person":
        lock_chain(f"person:{actor.__data__['ref']}")
    elif getattr(actor, "ref", "") is None:
        lock_chain("system")


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────


class Table(peewee.Model):
    """Base of every table. A row's `ref` is random, made before insert, and its only name outside."""

    sealed_by: str | None = None  # the column that names the scope whose key seals this table's text
    is_view = False
    is_on_board = False  # whether the row of its case on the board is drawn from it
    is_bound = True  # a case's rows are bound to their events (see binding.py), but where this says otherwise
    gives_rights = False  # a row of no case that says who staff are, or where they belong: it is bound as well
    tells_who: frozenset[str] = frozenset()  # columns by which someone is known (domain/access/same_person.py)
    unbound: frozenset[str] = frozenset()  # columns that only count, or follow from others
    untold: frozenset[str] = frozenset()  # columns of which an event says nothing by itself: they follow from others

    class Meta:
        database = db
        legacy_table_names = False


def _kept(reckon: Callable[P, R]) -> Callable[P, R]:
    """Reckon once for each table, which peewee's types do not call hashable."""
    kept: Callable[P, R] = functools.cache(reckon)  # type: ignore[assignment]
    return kept


def columns_of(model: type[Table], names: str) -> list[peewee.Field]:
    """Some columns of a table, by their names."""
    return [model._meta.fields[name] for name in names.split()]


def new_ref() -> str:
    """A fresh ref: five random bits a letter."""
    return secrets.token_bytes(REF_LENGTH).translate(LETTERS).decode()


def insert(model: type[Row], **values: Any) -> Row:
    """Insert a row, text sealed, and return it fresh. Must run inside a transaction."""
    return _inserted(model, values, "")[0]


ONCE = " ON CONFLICT DO NOTHING"


def insert_once(model: type[Row], **values: Any) -> Row | None:
    """Insert a row unless a unique column says it is there already; None then."""
    rows = _inserted(model, values, ONCE)
    return rows[0] if rows else None


def append(model: type[Row], **values: Any) -> None:
    """Insert a row that nobody reads back at once, as the event of every page. Must run inside a transaction."""
    append_many(model, [whole(model, values)])


def append_once(model: type[Row], **values: Any) -> bool:
    """The same, unless a unique column says that it is there already; whether it was not."""
    values = whole(model, values)
    sql, params = _insertion(model, [values])
    is_new = bool(db.execute_sql(f"{sql}{ONCE}", params).rowcount)
    if is_new:
        _note_inserted(model, values)
    return is_new


def append_many(model: type[Row], rows: list[dict[str, Any]]) -> None:
    """Insert rows of the same columns, each made `whole` before, by one statement. Must run inside a transaction."""
    if not rows:
        return
    db.execute_sql(*_insertion(model, rows))
    for values in rows:
        _note_inserted(model, values)


def _note_inserted(model: type[Table], values: dict[str, Any]) -> None:
    """Of a row that was not read back: its values as they would have been."""
    if not binding.is_bound(model):
        return
    given, fields = model._meta.get_default_dict() | values, model._meta.fields
    read = {
        name: value if hasattr(fields[name], "seal") else fields[name].python_value(fields[name].db_value(value))
        for name, value in given.items()
    }
    binding.note(model, read, read)


def _inserted(model: type[Row], values: dict[str, Any], conflict: str) -> list[Row]:
    sql, params = _insertion(model, [whole(model, values)])
    rows = _returned(model, sql + conflict, params)
    for row in rows:
        binding.note(model, row.__data__, row.__data__)
    return rows


def _insertion(model: type[Row], rows: list[dict[str, Any]]) -> tuple[str, list[Any]]:
    complete = [model._meta.get_default_dict() | values for values in rows]
    columns = _columns(model, tuple(complete[0]))
    names, line = ", ".join(name for name, _ in columns), f"({', '.join([db.obj.param] * len(columns))})"
    sql = f"INSERT INTO {_table(model)} ({names}) VALUES {', '.join([line] * len(rows))}"  # noqa: S608 our own columns
    return sql, [value for values in complete for value in _stored(columns, values)]


def change(row: Row, seen_version: int, **columns: Any) -> Row:
    """Write only `columns`, and only over the version that was seen; return the fresh row. What stands in for a text
    that could not be read is not written. Raises Conflict, with the row as it now stands, for the slower one (REL-11).
    """
    _hold_cases([row])
    model = type(row)
    columns = {name: value for name, value in columns.items() if value != UNREADABLE}
    known = {name: row.__data__[name] for name in ("ref", model.sealed_by) if name and name in row.__data__}
    columns = {name: value for name, value in sealed(model, known | columns).items() if name in columns}
    written, mark = {"version": seen_version + 1} | columns, db.obj.param
    named = _columns(model, tuple(written))
    new = ", ".join(f"{name} = {mark}" for name, _ in named)
    sql = f"UPDATE {_table(model)} SET {new} WHERE ref = {mark} AND version = {mark}"  # noqa: S608 names of our own columns
    rows = _returned(model, sql, [*_stored(named, written), row.ref, seen_version])
    if not rows:
        theirs = model.get_or_none(model.ref == row.ref)
        raise Conflict("En anden har ændret dette, siden du åbnede siden. Se begge udgaver, og vælg.", theirs)
    binding.note(model, rows[0].__data__, columns)
    return rows[0]


def rewrite(model: type[Row], *where: peewee.Expression, **columns: Any) -> list[Row]:
    """Write columns of every row for which all of `where` is so, whatever its version; the rows, without the text that
    was not written. Text must be sealed before. Must run inside a transaction."""
    read = [field for name, field in model._meta.fields.items() if name in columns or not hasattr(field, "seal")]
    rows = list(model.update(**columns).where(*where).returning(*read).execute())
    for row in rows:
        binding.note(model, row.__data__, columns)
    return rows


def remove(model: type[Row], *where: peewee.Expression) -> int:
    """Take away every row for which all of `where` is so; how many. Must run inside a transaction."""
    gone = list(model.delete().where(*where).returning(*model._meta.sorted_fields).execute())
    for row in gone:
        binding.note_gone(model, row.__data__)
    return len(gone)


def _returned(model: type[Row], sql: str, params: list[Any]) -> list[Row]:
    """Run a write of one row by hand, which costs a tenth of having peewee spell it, and read what it returns."""
    fields = model._meta.sorted_fields
    names = ", ".join(f'"{field.column_name}"' for field in fields)
    rows = []
    for values in db.execute_sql(f"{sql} RETURNING {names}", params).fetchall():
        row = model(__no_default__=1)
        row.__data__.update(
            {field.name: field.python_value(value) for field, value in zip(fields, values, strict=True)}
        )
        row._dirty.clear()
        rows.append(row)
    return rows


@_kept
def _columns(model: type[Table], names: tuple[str, ...]) -> list[tuple[str, Callable[[Any], Any]]]:
    """The quoted name of each column, with what makes of its value what the database wants."""
    fields = [model._meta.combined[name] for name in names]
    return [(f'"{field.column_name}"', field.db_value) for field in fields]


def _stored(columns: list[tuple[str, Callable[[Any], Any]]], values: dict[str, Any]) -> list[Any]:
    return [stored(value) for (_, stored), value in zip(columns, values.values(), strict=True)]


def _table(model: type[Table]) -> str:
    return f'"{model._meta.table_name}"'


def whole(model: type[Table], values: dict[str, Any]) -> dict[str, Any]:
    """The values of a new row, sealed; also what it says of itself in a sealed column where nobody says otherwise."""
    return sealed(model, _sealed_defaults(model) | values)


@_kept
def _sealed_defaults(model: type[Table]) -> dict[str, Any]:
    fields = model._meta.fields
    return {name: value for name, value in model._meta.get_default_dict().items() if hasattr(fields[name], "seal")}


def sealed(model: type[Table], values: dict[str, Any]) -> dict[str, Any]:
    """The values of a row, which gets a ref where it has none, with their text sealed."""
    fields = model._meta.fields
    if "ref" in fields and "ref" not in values:
        values["ref"] = new_ref()
    seals = _seals(model)
    return values | {name: seals[name](values) for name in values.keys() & seals.keys()}


@_kept
def _seals(model: type[Table]) -> dict[str, Callable[[dict[str, Any]], bytes | None]]:
    """What seals the text of a row, by its column."""
    return {name: field.seal for name, field in model._meta.fields.items() if hasattr(field, "seal")}
