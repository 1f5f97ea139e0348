"""Exhibits are looked through for viruses."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """None was: each is, once there is a scanner."""
    migrator.migrate(
        migrator.add_column("exhibit", "scan_found", CharField(max_length=80, null=True)),
        migrator.add_column("exhibit", "scanned_at", Utc(null=True)),
    )
    db.execute_sql(
        "ALTER TABLE \"exhibit\" ADD COLUMN \"scan\" VARCHAR(12) CHECK (scan IN ('clean', 'found', 'not-scanned'))"
    )
    db.execute_sql('CREATE INDEX "exhibit_to_scan" ON "exhibit" ("at") WHERE ("scan" IS NULL)')
