"""A meeting that was moved: also until when it was agreed, since sometimes its end alone is moved."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Empty where it was moved before: nobody knows any more."""
    migrator.migrate(migrator.add_column("meeting_move", "was_until", Utc(null=True)))
