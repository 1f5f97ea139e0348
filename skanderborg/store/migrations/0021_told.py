"""The log: a row that only tells of what somebody said to an authority stands for no contact.

Rows that are there keep their number and all that they say; what they count for is read from their type.
"""

from peewee import *

BEFORE = "(kind = 'incident') = (contact_count > 0)"
AFTER = "kind = 'incident' OR contact_count = 0"


def up(migrator, db):
    """Let an incident have no contacts; what the exposed person did still has none."""
    if isinstance(db, SqliteDatabase):
        _loosen_sqlite(db)
    else:
        _loosen_postgres(db)


def _loosen_sqlite(db):
    """As SQLite's own manual takes a CHECK away (lang_altertable, 7): no row is touched, and no trigger of the table."""
    [version] = db.execute_sql("PRAGMA schema_version").fetchone()
    db.execute_sql("PRAGMA writable_schema = ON")
    db.execute_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'incident'", (BEFORE, AFTER)
    )
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = RESET")


def _loosen_postgres(db):
    found = db.execute_sql(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'incident'::regclass AND contype = 'c' "
        "AND pg_get_constraintdef(oid) LIKE '%%contact_count > 0%%'"
    )
    for (name,) in found.fetchall():
        db.execute_sql(f'ALTER TABLE "incident" DROP CONSTRAINT "{name}"')
    db.execute_sql(f'ALTER TABLE "incident" ADD CONSTRAINT "incident_own_acts" CHECK ({AFTER})')
