"""That somebody's factors shall go, as one administrator asks and another does."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nobody had asked before."""

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class FactorReset(Model):
        ref = CharField(max_length=26, primary_key=True)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        asked_by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        asked_at = Utc()
        done_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        done_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "factor_reset"
            constraints = [Check("done_by_id IS NULL OR done_by_id <> asked_by_id")]

    db.create_tables([FactorReset])
