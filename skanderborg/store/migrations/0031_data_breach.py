"""Breaches of security, and what was done about each."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nothing was kept before, so there is nothing to carry over."""

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class DataBreach(Model):
        ref = CharField(max_length=26, primary_key=True)
        kind = CharField(max_length=8)
        danger = CharField(max_length=8)
        what = BlobField(null=True)
        found_at = Utc()
        due_at = Utc()
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        decision = CharField(max_length=16, null=True)
        reason = BlobField(null=True)
        decided_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        decided_at = Utc(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "data_breach"
            constraints = [
                Check("kind IN ('seen', 'sent', 'lost', 'other')"),
                Check("danger IN ('yes', 'no', 'unknown')"),
                Check("decision IN ('reported', 'not-reported')"),
                Check("decision IS NULL OR decided_at IS NOT NULL"),
            ]

    class DataBreachStep(Model):
        breach = ForeignKeyField(DataBreach, index=False, on_delete="RESTRICT", backref="+")
        step = CharField(max_length=12)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "data_breach_step"
            primary_key = CompositeKey("breach", "step")
            constraints = [Check("step IN ('safety', 'stopped', 'scope', 'risk', 'citizens', 'record')")]

    db.create_tables([DataBreach, DataBreachStep])
