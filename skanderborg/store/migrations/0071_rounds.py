"""The round: which cases somebody went through, and when each comes back to them."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nobody went on a round before, so there is nothing to carry over: every case is met on the first one."""

    class Case(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "case"

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class RoundStop(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT")
        person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        seen_on = DateField()
        again_on = DateField()
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "round_stop"
            indexes = ((("case", "person"), True),)
            constraints = [Check("again_on > seen_on")]

    db.create_tables([RoundStop])
