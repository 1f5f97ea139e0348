"""Editions of task templates, beside those of contacts, texts, closing days and departments."""

from peewee import *

BEFORE = "kind IN ('contact', 'text', 'closing-days', 'department')"
AFTER = "kind IN ('contact', 'text', 'closing-days', 'department', 'task')"


def up(migrator, db):
    """Let an edition be of a task template; those that are there stay as they are."""
    if isinstance(db, SqliteDatabase):
        _loosen_sqlite(db)
    else:
        _loosen_postgres(db)


def _loosen_sqlite(db):
    """As SQLite's own manual takes a CHECK away (lang_altertable, 7): no row is touched, and no trigger of the table."""
    [version] = db.execute_sql("PRAGMA schema_version").fetchone()
    db.execute_sql("PRAGMA writable_schema = ON")
    db.execute_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'edition'", (BEFORE, AFTER)
    )
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = RESET")


def _loosen_postgres(db):
    found = db.execute_sql(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'edition'::regclass AND contype = 'c' "
        "AND pg_get_constraintdef(oid) LIKE '%%closing-days%%'"
    )
    for (name,) in found.fetchall():
        db.execute_sql(f'ALTER TABLE "edition" DROP CONSTRAINT "{name}"')
    db.execute_sql(f'ALTER TABLE "edition" ADD CONSTRAINT "edition_kind" CHECK ({AFTER})')
