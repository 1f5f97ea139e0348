"""What people show beside the password: passkeys, apps that count codes, and codes for who has lost both."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nobody had any, and every session there is was begun without."""

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

    class Factor(Model):
        ref = CharField(max_length=26, primary_key=True)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        kind = CharField(max_length=8)
        name = CharField(max_length=60)
        secret = BlobField(null=True)
        step = BigIntegerField(default=0)
        created_at = Utc()
        used_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "factor"
            constraints = [Check("kind IN ('passkey', 'app')"), Check("secret IS NOT NULL")]

    class RecoveryCode(Model):
        ref = CharField(max_length=26, primary_key=True)
        person = ForeignKeyField(Person, on_delete="RESTRICT")
        code_hash = CharField(max_length=64, unique=True)
        created_at = Utc()
        used_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "recovery_code"

    class Challenge(Model):
        session = ForeignKeyField(Session, index=False, on_delete="RESTRICT")
        purpose = CharField(max_length=8)
        challenge = CharField(max_length=64)
        at = Utc()

        class Meta:
            database = db
            table_name = "challenge"
            primary_key = CompositeKey("session", "purpose")

    db.create_tables([Factor, RecoveryCode, Challenge])
    migrator.migrate(migrator.add_column("session", "is_half", BooleanField(default=False)))
