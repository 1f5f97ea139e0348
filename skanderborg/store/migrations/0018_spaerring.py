"""Spærring: one that a manager must agree to first waits, and is not in force meanwhile."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Those that are there are in force."""
    migrator.migrate(migrator.add_column("exclusion", "waits_since", Utc(null=True)))
