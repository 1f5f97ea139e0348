"""All tables, and the way a database gets them: forward migrations under a lock."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playhouse.migrations import Runner

from ..settings import SettingError
from . import (
    anchors,
    authorities,
    cases,
    checkpoints,
    critical_dates,
    editions,
    emergency,
    erasures,
    events,
    factors,
    figures,
    files,
    heads,
    incidents,
    informing,
    insight,
    keys,
    outbox,
    oversight,
    ownership,
    people,
    plans,
    practice,
    record,
    retention,
    rounds,
    work,
)
from .db import Sqlite, Table, db, is_postgres, unsafe

MIGRATIONS = Path(__file__).parent / "migrations"
MIGRATION_LOCK = 7_305_112_004
HISTORY = "schema_migration"  # the table of the migrations that a database has had
MODULES = (
    keys,
    people,
    factors,
    cases,
    record,
    practice,
    work,
    emergency,
    plans,
    authorities,
    critical_dates,
    rounds,
    files,
    incidents,
    informing,
    insight,
    editions,
    figures,
    oversight,
    outbox,
    events,
    heads,
    anchors,
    checkpoints,
    retention,
    erasures,
)
ALL_TABLES: list[type[Table]] = [
    table
    for module in MODULES
    for table in vars(module).values()
    if isinstance(table, type)
    and issubclass(table, Table)
    and table.__module__ == module.__name__
    and not table.is_view
]


def migrate() -> list[str]:
    """Bring the database up to date and return the names of the migrations that ran. One process at a time."""
    with _alone(), _unguarded(), db.connection_context():
        if is_postgres():
            db.execute_sql("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        try:
            done = Runner(db.obj, str(MIGRATIONS)).up()
            if not is_postgres() and done and list(db.execute_sql("PRAGMA foreign_key_check")):
                raise RuntimeError("a migration left a row without what it refers to")
            return done
        finally:
            if is_postgres():
                db.execute_sql("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))


def pending() -> list[str]:
    """Names of migrations that the open database has not had yet."""
    return [migration.name for migration in Runner(db.obj, str(MIGRATIONS)).status() if not migration.applied]


def known() -> list[str]:
    """Names of the migrations that this version of the program knows."""
    return sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))


def applied() -> list[str]:
    """Names of migrations that the open database has had."""
    return [migration.name for migration in Runner(db.obj, str(MIGRATIONS)).status() if migration.applied]


def unknown() -> list[str]:
    """Names of migrations the database has had that this version of the program does not know."""
    return [migration.name for migration in Runner(db.obj, str(MIGRATIONS)).status() if migration.path is None]


def is_missing() -> bool:
    """Whether there is no database: of PostgreSQL, which says so itself, never."""
    return not is_postgres() and not os.path.exists(db.obj.database)


def refuse_missing() -> None:
    """Refuse a file that is not there. Raises SettingError."""
    if is_missing():
        raise SettingError(
            "SKB_DATABASE_URL: databasefilen findes ikke. Er det en ny installation, så kør `flask init`; ellers ret "
            "stien, eller læg databasen tilbage."
        )


def refuse_foreign() -> None:
    """Refuse an open database that is not ours, or newer than this version of the program, before anything is done to
    it. Raises SettingError."""
    tables = db.get_tables()
    if tables and HISTORY not in tables:
        raise SettingError("SKB_DATABASE_URL: databasen tilhører et andet program. Ret adressen.")
    if unknown():
        raise SettingError("SKB_DATABASE_URL: databasen er nyere end programmet. Installér den nyeste udgave.")


def refuse_other() -> None:
    """Refuse an open database that this version of the program does not fit. Raises SettingError."""
    refuse_foreign()
    if pending():
        raise SettingError("SKB_DATABASE_URL: databasen er ikke gjort klar. Kør `flask init`.")
    heads.refuse_not_taken_over()
    if outbox.Restoration.select().where(outbox.Restoration.finished_at.is_null()).exists():
        raise SettingError("SKB_DATABASE_URL: en gendannelse blev afbrudt. Kør `flask restore … --replace` igen.")


def refuse_unsafe(name: str = "SKB_DATABASE_URL") -> None:
    """Refuse an open database that could lose what it has acknowledged (REL-03), and a connection, set by `name`, that
    can do too much or be overheard (SEC-57). Raises SettingError."""
    if danger := unsafe():
        raise SettingError(f"{name}: {danger}. Skrevne oplysninger kunne gå tabt.")
    if ownership.is_mighty():
        raise SettingError(f"{name}: rollen må ikke være superbruger eller kunne give sig selv rettigheder.")
    if ownership.is_overheard():
        raise SettingError(f"{name}: forbindelsen er ikke krypteret. Skriv sslmode=verify-full.")


@contextmanager
def _alone() -> Iterator[None]:
    if is_postgres():
        yield
        return
    descriptor = os.open(f"{db.obj.database}.migrating", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _unguarded() -> Iterator[None]:
    """A migration may say PRAGMA, which the program's own connections refuse; use a connection of its own."""
    if is_postgres():
        yield
        return
    db.obj.close_all()
    Path(db.obj.database).touch(mode=0o600)
    Sqlite.guarded = False
    try:
        yield
    finally:
        Sqlite.guarded = True
        db.obj.close_all()
