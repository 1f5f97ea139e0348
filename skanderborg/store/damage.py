"""Whether what is stored is whole: looked for at every start and every hour, and thoroughly every week (REL-06). What
was found is remembered in faults.py, and nothing is mended in silence."""

import os
from collections.abc import Callable
from typing import Any

import cysqlite
import peewee

from . import faults
from .db import Table, connected, db, is_postgres

WORST = 3  # of what SQLite finds wrong: more would not help
BTREES = """SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON oid = indexrelid
    WHERE relam = (SELECT oid FROM pg_am WHERE amname = 'btree') AND indisvalid
    AND relnamespace = 'public'::regnamespace ORDER BY 1"""


def found(tables: list[type[Table]]) -> str | None:
    """What is wrong with what is stored, in the database's own words, or None.

    SQLite reads every page of the file (`quick_check`); of PostgreSQL its failed checksums are asked for, and the head
    of each of `tables` is read. Raises peewee.OperationalError when the database does not answer.
    """
    return _named(lambda: _in_postgres(tables, " LIMIT 1") if is_postgres() else _in_sqlite("quick_check"))


def found_thoroughly(tables: list[type[Table]]) -> str | None:
    """The same, whatever it takes: SQLite compares every index with its table too (`integrity_check`); PostgreSQL reads
    every row, and compares every index where the extension amcheck is there and may be used."""
    return _named(lambda: _in_postgres_indexes(tables) if is_postgres() else _in_sqlite("integrity_check"))


def orphans() -> list[str]:
    """Tables that hold a row without what it refers to, and what that is; PostgreSQL lets none come about."""
    if is_postgres():
        return []
    return sorted({f"{table} without {parent}" for table, _, parent, _ in _asked_of_sqlite("foreign_key_check")})


def weaknesses() -> list[str]:
    """What of PostgreSQL's own checks this server is without."""
    if not is_postgres():
        return []
    there = {"data_checksums": db.execute_sql("SHOW data_checksums").fetchone()[0] == "on", "amcheck": _has_amcheck()}
    return [name for name, is_there in there.items() if not is_there]


def _named(look: Callable[[], str | None]) -> str | None:
    try:
        return look()
    except (peewee.DatabaseError, cysqlite.DatabaseError) as error:
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, faults.CORRUPT):
            return faults.first_line(cause)
        raise


def _in_sqlite(check: str) -> str | None:
    if not os.path.exists(db.obj.database):
        return None
    lines = [line for (line,) in _asked_of_sqlite(f"{check}({WORST})")]
    return None if lines == ["ok"] else " ".join(lines)[:200]


def _asked_of_sqlite(pragma: str) -> list[tuple[Any, ...]]:
    connection = cysqlite.connect(db.obj.database)  # of its own: the program's may not say PRAGMA
    try:
        return list(connection.execute(f"PRAGMA {pragma}"))
    finally:
        connection.close()


def _in_postgres(tables: list[type[Table]], limit: str = "") -> str | None:
    with connected():
        [(failures,)] = db.execute_sql(
            "SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()"
        )
        if failures:
            return f"{failures} checksum failures"
        for table in tables:
            if table.table_exists():  # with the columns it has: a database that is to be upgraded lacks some
                name = table._meta.table_name
                # Of a row all of it, also what lies in pages of its own; nothing of it leaves the server.
                rows = f'(SELECT * FROM "{name}"{limit}) AS whole'  # noqa: S608 one of our own tables
                db.execute_sql(f"SELECT sum(length(whole::text)) FROM {rows}").fetchall()  # noqa: S608
    return None


def _has_amcheck() -> bool:
    """Whether every index can be compared: the extension is there, and the program's role may use it."""
    sql = """SELECT has_function_privilege(oid, 'EXECUTE') FROM pg_proc
        WHERE oid = to_regprocedure('bt_index_check(regclass, boolean)')"""
    return db.execute_sql(sql).fetchone() == (True,)


def _in_postgres_indexes(tables: list[type[Table]]) -> str | None:
    """Read every row, then compare every index with its table. Raises what PostgreSQL says of one that is damaged."""
    why = _in_postgres(tables)
    with connected():
        for (index,) in db.execute_sql(BTREES).fetchall() if _has_amcheck() else ():
            db.execute_sql("SELECT bt_index_check(%s::regclass, true)", (index,))
    return why
