"""A party who may be a colleague: the question, and a spærring that the system sets by itself."""

from peewee import *

NAMED = '"by_id" VARCHAR(26) NOT NULL'


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nobody was compared before: who is written from now on is, and staff as soon as they are changed."""

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

    class Likeness(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        about = CharField(max_length=48)
        person = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        asked_at = Utc()
        answered_at = Utc(null=True)
        answered_by = ForeignKeyField(Person, null=True, index=False, on_delete="RESTRICT", backref="+")
        is_same = BlobField(null=True)

        class Meta:
            database = db
            table_name = "likeness"
            indexes = ((("about", "person"), True),)
            constraints = [Check("(answered_at IS NULL) = (answered_by_id IS NULL)")]

    db.create_tables([Likeness])
    if isinstance(db, SqliteDatabase):
        _loosen_sqlite(db)
    else:
        db.execute_sql('ALTER TABLE "exclusion" ALTER COLUMN "by_id" DROP NOT NULL')


def _loosen_sqlite(db):
    """As SQLite's own manual changes a constraint (lang_altertable, 7): no row is touched."""
    [(version,)] = db.execute_sql("PRAGMA schema_version").fetchall()
    db.execute_sql("PRAGMA writable_schema = ON")
    db.execute_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'exclusion'",
        (NAMED, NAMED.removesuffix(" NOT NULL")),
    )
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = RESET")
