"""Critical dates: days that are known beforehand to raise danger, and what is reminded of and asked about them."""

import re
import secrets
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from peewee import *

NEW = {"deadline": ("inform-again", ("date-ahead", "date-passed")), "task": ("child-report", ("safe-after",))}


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Orders and the days on which the police contact the udøver become critical dates; what was to be reminded of an
    order is reminded of its date, on the same morning."""

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

    class CriticalDate(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        kind = CharField(max_length=40)
        on = DateField()
        note = BlobField(null=True)
        about = CharField(max_length=48, null=True)
        cancelled_at = Utc(null=True)
        cancel_reason = BlobField(null=True)
        answered_at = Utc(null=True)
        is_safe = BlobField(null=True)
        has_acted = BlobField(null=True)
        answer = BlobField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "critical_date"
            constraints = [Check("is_safe IS NULL OR answered_at IS NOT NULL")]

    db.create_tables([CriticalDate])
    for table, (beside, more) in NEW.items():
        (_loosen_sqlite if isinstance(db, SqliteDatabase) else _loosen_postgres)(db, table, beside, more)
    now = datetime.now(UTC)
    orders = 'SELECT ref, case_id, to_on, by_id, at FROM "order" WHERE ended_on IS NULL'
    contacts = "SELECT ref, case_id, contact_on, by_id, at FROM police_report WHERE contact_on IS NOT NULL"
    for about, kind, query in (("order", "order-ends", orders), ("police_report", "police-contact", contacts)):
        for row in db.execute_sql(query).fetchall():
            _carry_over(db, about, kind, row, now)


def _carry_over(db, about, kind, row, now):
    of, case, on, by, at = row
    on = on if hasattr(on, "year") else datetime.fromisoformat(on).date()
    ref, name = _new_ref(), f"{about}:{of}"
    columns = ("ref", "case_id", "kind", '"on"', "about", "by_id", "at", "version")
    _insert(db, "critical_date", columns, (ref, case, kind, str(on), name, by, at, 1))
    moved = """UPDATE deadline SET kind = 'date-ahead', about = ?
        WHERE about = ? AND kind = 'order-expires' AND owed_at IS NULL AND void_at IS NULL"""
    _run(db, moved, (f"critical_date:{ref}", name))
    if kind == "police-contact":
        _remind(db, "date-ahead", case, ref, on - timedelta(days=1), now)
    _remind(db, "date-passed", case, ref, on + timedelta(days=1), now)


def _remind(db, kind, case, ref, day, now):
    due = datetime.combine(day, time(8), ZoneInfo("Europe/Copenhagen")).astimezone(UTC)
    if due > now:
        values = (_new_ref(), kind, case, f"critical_date:{ref}", _stored(db, due), _stored(db, now))
        _insert(db, "deadline", ("ref", "kind", "case_id", "about", "due_at", "created_at"), values)


def _stored(db, instant):
    is_text = isinstance(db, SqliteDatabase)
    return f"{instant.replace(tzinfo=None).isoformat(timespec='microseconds')}Z" if is_text else instant


def _insert(db, table, columns, values):
    marks = ", ".join("?" * len(values))
    _run(db, f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", values)  # noqa: S608 our own names


def _run(db, statement, values):
    db.execute_sql(statement.replace("?", db.param), values)


def _new_ref():
    return "".join(secrets.choice("abcdefghijklmnopqrstuvwxyz234567") for _ in range(26))


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
