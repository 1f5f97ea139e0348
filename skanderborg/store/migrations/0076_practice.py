"""Exercises."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nobody practised before."""

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class Case(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "case"

    class Practice(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, unique=True, on_delete="RESTRICT", backref="+")
        person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        cast = CharField(max_length=40)
        answers = BlobField(null=True)
        started_at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "practice"

    db.create_tables([Practice])
