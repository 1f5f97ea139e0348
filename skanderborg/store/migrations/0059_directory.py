"""What the directory says of staff, and which accesses are asked about since somebody works elsewhere now."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """No directory was read before, and nobody asked about."""
    migrator.migrate(
        migrator.add_column("person", "in_directory", BooleanField(null=True)),
        migrator.add_column("relation", "asked_at", Utc(null=True)),
    )
    db.execute_sql('CREATE INDEX "relation_asked" ON "relation" ("case_id") WHERE ("asked_at" IS NOT NULL)')
