"""Single sign-on: as whom a provider knows a person, which sessions began there, and what was used once."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Everybody signed in with a password before."""

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class Identity(Model):
        ref = CharField(max_length=26, primary_key=True)
        issuer = CharField(max_length=200)
        subject = CharField(max_length=255)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        created_at = Utc()

        class Meta:
            database = db
            table_name = "identity"
            indexes = ((("issuer", "subject"), True),)

    class UsedOnce(Model):
        token_hash = CharField(max_length=64, primary_key=True)
        at = Utc()

        class Meta:
            database = db
            table_name = "used_once"

    db.create_tables([Identity, UsedOnce])
    migrator.migrate(
        migrator.add_column(
            "session",
            "identity_id",
            ForeignKeyField(Identity, Identity.ref, null=True, index=False, on_delete="RESTRICT"),
        ),
        migrator.add_column("session", "sid_hash", CharField(max_length=64, null=True, index=True)),
    )
    db.execute_sql('CREATE INDEX "session_identity_id" ON "session" ("identity_id") WHERE ("identity_id" IS NOT NULL)')
