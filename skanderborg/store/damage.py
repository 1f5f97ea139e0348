"""Whether what is stored is whole: looked for at every start and every hour (REL-06). What was found is remembered in
faults.py, and nothing is mended in silence."""

import os

import cysqlite
import peewee

from . import faults
from .db import Table, connected, db, is_postgres

WORST = 3  # of what SQLite finds wrong: more would not help


def found(tables: list[type[Table]]) -> str | None:
    """What is wrong with what is stored, in the database's own words, or None.

    SQLite reads every page of the file (`quick_check`); of PostgreSQL its failed checksums are asked for, and the head
    of each of `tables` is read. Raises peewee.OperationalError when the database does not answer.
    """
    try:
        return _in_postgres(tables) if is_postgres() else _in_sqlite()
    except (peewee.DatabaseError, cysqlite.DatabaseError) as error:
        cause = getattr(error, "orig", None) or error
        if isinstance(cause, faults.CORRUPT):
            return faults.first_line(cause)
        raise


def _in_sqlite() -> str | None:
    path = db.obj.database
    if not os.path.exists(path):
        return None
    connection = cysqlite.connect(path)  # of its own: the program's may not say PRAGMA
    try:
        lines = [line for (line,) in connection.execute(f"PRAGMA quick_check({WORST})")]
    finally:
        connection.close()
    return None if lines == ["ok"] else " ".join(lines)[:200]


def _in_postgres(tables: list[type[Table]]) -> str | None:
    with connected():
        [(failures,)] = db.execute_sql(
            "SELECT coalesce(checksum_failures, 0) FROM pg_stat_database WHERE datname = current_database()"
        )
        if failures:
            return f"{failures} checksum failures"
        for table in tables:
            if table.table_exists():  # with the columns it has: a database that is to be upgraded lacks some
                db.execute_sql(f'SELECT * FROM "{table._meta.table_name}" LIMIT 1').fetchall()  # noqa: S608 our tables
    return None
