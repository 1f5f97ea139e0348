"""Browsers in which people sign in: their guesses are counted apart from everyone else's (SEC-14)."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nobody's browser was known before; a place that waits has not been told of."""

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class KnownDevice(Model):
        token_hash = CharField(max_length=64)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        used_at = Utc()

        class Meta:
            database = db
            table_name = "known_device"
            primary_key = CompositeKey("token_hash", "person")

    db.create_tables([KnownDevice])
    migrator.migrate(migrator.add_column("throttle", "noted_until", Utc(null=True)))
