"""A database that was put back from a backup says so, and which letters somebody decided to send after all."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """No database was put back before."""

    class Restoration(Model):
        ref = CharField(max_length=26, primary_key=True)
        backup = CharField(max_length=26)
        made_at = Utc()
        at = Utc()
        finished_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "restoration"

    db.create_tables([Restoration])
    kind = "TEXT" if isinstance(db, SqliteDatabase) else "TIMESTAMPTZ"
    db.execute_sql(f'ALTER TABLE "outbox_letter" ADD COLUMN "released_at" {kind}')
