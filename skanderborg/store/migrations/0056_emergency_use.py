"""Emergency access: who used it, why and until when; and who else is told that no manager has looked at it."""

import re

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nobody had such an access before."""

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

    class EmergencyUse(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT", backref="+")
        person = ForeignKeyField(Person, on_delete="RESTRICT", backref="+")
        category = BlobField(null=True)
        reason = BlobField(null=True)
        why_again = BlobField(null=True)
        at = Utc()
        until_at = Utc()
        revealed_at = Utc(null=True)
        verdict = BlobField(null=True)
        note = BlobField(null=True)
        signed_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        signed_at = Utc(null=True)
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "emergency_use"
            constraints = [
                Check("(signed_at IS NULL) = (signed_by_id IS NULL)"),
                Check("until_at > at"),
                Check("signed_by_id <> person_id"),
            ]

    db.create_tables([EmergencyUse])
    db.execute_sql('CREATE INDEX "emergency_use_unsigned" ON "emergency_use" ("at") WHERE ("signed_at" IS NULL)')
    (_loosen_sqlite if isinstance(db, SqliteDatabase) else _loosen_postgres)(
        db, "escalation", "resource-away", ("emergency-unsigned",)
    )


def _loosen_sqlite(db, table, beside, more):
    """As SQLite's own manual changes a CHECK (lang_altertable, 7): no row is touched."""
    [version] = db.execute_sql("PRAGMA schema_version").fetchone()
    longer = ", ".join(f"'{one}'" for one in (beside, *more))
    db.execute_sql("PRAGMA writable_schema = ON")
    db.execute_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (f"'{beside}'", longer, table),
    )
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = RESET")


def _loosen_postgres(db, table, beside, more):
    checks = (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c'"
    )
    for name, text in db.execute_sql(checks, (table,)).fetchall():
        kinds = re.findall(r"'([^']+)'", text)
        if beside in kinds and text.startswith("CHECK (((kind)"):
            listed = ", ".join(f"'{one}'" for one in (*kinds, *more))
            db.execute_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
            db.execute_sql(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_kind" CHECK (kind IN ({listed}))')
