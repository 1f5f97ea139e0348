"""A database is put in the place of another: at any moment the old one is there whole, or the new one.

Nothing is replaced under a program that runs: it would go on with the old one, and lose what it writes.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cysqlite

from ..errors import Invalid
from . import age, snapshot
from .db import db, is_postgres

RUNS = "Databasen er i brug. Stop web og worker på alle værter, og prøv igen."
FILLED = "Der er allerede en database. Skriv --replace, hvis den skal skiftes ud."
ENDS = ("-wal", "-shm")


def refuse_filled(replace: bool) -> None:
    """Refuse a database that holds anything, unless it is to be replaced, and one that is in use. Raises Invalid."""
    if is_postgres():
        if db.get_tables() and not replace:
            raise Invalid(FILLED)
        others = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() LIMIT 1"
        if db.execute_sql(others).fetchone():
            raise Invalid(RUNS)
        return
    file = Path(db.obj.database)
    if file.exists() and file.stat().st_size and not replace:
        raise Invalid(FILLED)
    with _held(file):
        pass


@contextmanager
def _held(file: Path) -> Iterator[bool]:
    """Keep everyone else off a SQLite file, which has no WAL beside it any more; whether it could be opened at all.

    Raises Invalid when somebody has it open.
    """
    if not file.exists() or not file.stat().st_size:
        yield False
        return
    opened = cysqlite.connect(str(file), timeout=1)
    try:
        try:
            opened.execute("PRAGMA journal_mode = delete").fetchall()
            opened.execute("BEGIN EXCLUSIVE")
            is_whole = True
        except cysqlite.DatabaseLockedError:
            raise Invalid(RUNS) from None
        except cysqlite.DatabaseCorruptError:
            is_whole = False
        yield is_whole
    finally:
        if opened.in_transaction:
            opened.rollback()
        opened.close()


def replace_file(file: Path, new: Path) -> Path | None:
    """Put a SQLite file in the place of another; where that lies now, if there was one. Raises Invalid, OSError."""
    snapshot.settled(new)
    replaced = file.with_name(f"{file.name}.replaced")
    with _held(file) as is_whole:
        there = file.exists()
        if there:
            _put_aside(file, replaced, keeps_its_place=is_whole)
        new.replace(file)
    age.settle(file.parent)
    return replaced if there else None


def _put_aside(file: Path, replaced: Path, keeps_its_place: bool) -> None:
    """A file that is whole keeps its name until the new one takes it, in one step; one that is damaged goes first, with
    what stands beside it: a WAL that is left there would be taken for the new one's."""
    for end in ("", *ENDS):
        replaced.with_name(f"{replaced.name}{end}").unlink(missing_ok=True)
    if keeps_its_place:
        os.link(file, replaced)
        return
    for end in ("", *ENDS):
        beside = file.with_name(f"{file.name}{end}")
        if beside.exists():
            beside.replace(replaced.with_name(f"{replaced.name}{end}"))
