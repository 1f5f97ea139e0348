"""Drafts: on which page a form stands that is being typed into, and when it was kept last."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """What was parked until now stands on the page that it was sent to."""
    migrator.migrate(
        migrator.add_column("draft", "page", CharField(max_length=200, null=True)),
        migrator.add_column("draft", "saved_at", Utc(null=True)),
    )
    db.execute_sql('UPDATE "draft" SET "page" = "path", "saved_at" = "created_at"')
