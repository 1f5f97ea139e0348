"""Frozen figures of half-years."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """None were kept before: the worker freezes those that are over."""

    class HalfYear(Model):
        ref = CharField(max_length=26, primary_key=True)
        name = CharField(max_length=6, unique=True)
        body = TextField()
        at = Utc()

        class Meta:
            database = db
            table_name = "half_year"

    db.create_tables([HalfYear])
