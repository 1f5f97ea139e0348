"""Forms that wait until their person has shown anew who he or she is."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """No form waited before."""

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class Session(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "session"

    class StepUp(Model):
        draft = CharField(max_length=26, primary_key=True)
        session = ForeignKeyField(Session, on_delete="RESTRICT")
        person = ForeignKeyField(Person, index=False, on_delete="RESTRICT")
        form_hash = CharField(max_length=64)
        asked_at = Utc()
        proof = CharField(max_length=16, null=True)
        proved_at = Utc(null=True)
        used_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "step_up"
            constraints = [
                Check("proof IN ('password', 'second-factor', 'provider')"),
                Check("(proof IS NULL) = (proved_at IS NULL)"),
                Check("used_at IS NULL OR proved_at IS NOT NULL"),
            ]

    db.create_tables([StepUp])
