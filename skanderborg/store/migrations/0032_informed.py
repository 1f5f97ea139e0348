"""Who of a case was told that data about them is kept, or why not; and a day on which that is decided again."""

from peewee import *

BEFORE = "kind IN ('address-expires', 'order-expires', 'consent-expires', 'warning-review')"
AFTER = "kind IN ('address-expires', 'order-expires', 'consent-expires', 'warning-review', 'inform-again')"


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

    class Person(Model):
        ref = CharField(max_length=26, primary_key=True)

        class Meta:
            database = db
            table_name = "person"

    class Informed(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = ForeignKeyField(Case, on_delete="RESTRICT")
        about = CharField(max_length=48)
        way = CharField(max_length=12, null=True)
        ground = CharField(max_length=12, null=True)
        reason = BlobField(null=True)
        on = DateField()
        look_on = DateField(null=True)
        by = ForeignKeyField(Person, index=False, on_delete="RESTRICT", backref="+")
        at = Utc()

        class Meta:
            database = db
            table_name = "informed"
            constraints = [
                Check("way IN ('spoken', 'letter', 'digital-post')"),
                Check("ground IN ('danger', 'public', 'knows', 'impossible', 'law')"),
                Check("(way IS NULL) <> (ground IS NULL)"),
                Check("ground IS NULL OR reason IS NOT NULL"),
            ]

    db.create_tables([Informed])
    if isinstance(db, SqliteDatabase):
        _loosen_sqlite(db)
    else:
        _loosen_postgres(db)


def _loosen_sqlite(db):
    """As SQLite's own manual changes a CHECK (lang_altertable, 7): no row is touched."""
    [version] = db.execute_sql("PRAGMA schema_version").fetchone()
    db.execute_sql("PRAGMA writable_schema = ON")
    db.execute_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'deadline'", (BEFORE, AFTER)
    )
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = RESET")


def _loosen_postgres(db):
    found = db.execute_sql(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'deadline'::regclass AND contype = 'c' "
        "AND pg_get_constraintdef(oid) LIKE '%%address-expires%%'"
    )
    for (name,) in found.fetchall():
        db.execute_sql(f'ALTER TABLE "deadline" DROP CONSTRAINT "{name}"')
    db.execute_sql(f'ALTER TABLE "deadline" ADD CONSTRAINT "deadline_kind" CHECK ({AFTER})')
