"""Accounts that nobody uses: when that was told, since when they are locked, and opened again."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nobody is locked by the upgrade: everyone is warned first."""
    migrator.migrate(
        *(migrator.add_column("person", name, Utc(null=True)) for name in ("warned_at", "locked_at", "used_from"))
    )
