"""Emergency sheets on paper with the night duty, and the kind of task that takes one back."""

import re

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """None was printed before."""

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

    class Task(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "task"

    class PrintedSheet(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, index=False, on_delete="RESTRICT", backref="+")
        number = IntegerField()
        task = ForeignKeyField(Task, unique=True, on_delete="RESTRICT", backref="+")
        ends_on = DateField()
        outcome = BlobField(null=True)
        over_on = DateField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "printed_sheet"
            indexes = ((("case", "number"), True),)

    db.create_tables([PrintedSheet])
    (_loosen_sqlite if isinstance(db, SqliteDatabase) else _loosen_postgres)(
        db, "task", "child-report", ("sheet-back",)
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
