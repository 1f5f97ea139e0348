"""The duty to report concern for a child: steps that leave it open, where the citizen is anonymous."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nothing was kept before, so there is nothing to carry over."""

    class Case(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "case"

    class Task(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "task"

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class ChildStep(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        task = ForeignKeyField(Task, on_delete="RESTRICT")
        person = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        outcome = CharField(max_length=12)
        called_at = CharField(null=True, max_length=5)
        called_whom = BlobField(null=True)
        known = BlobField(null=True)
        reason = BlobField(null=True)
        look_on = DateField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "child_step"
            constraints = [
                Check("outcome IN ('necessary', 'not-yet')"),
                Check("outcome <> 'necessary' OR called_at IS NOT NULL"),
                Check("outcome <> 'not-yet' OR look_on IS NOT NULL"),
            ]

    db.create_tables([ChildStep])
