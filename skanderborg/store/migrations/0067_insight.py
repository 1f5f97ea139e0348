"""Requests for insight, their packages among those that were handed over, and their deadlines."""

from peewee import *

WIDER = (  # table, a value of its closed list, and those that come beside it
    ("pack", "municipality", ("insight",)),
    ("deadline", "address-expires", ("insight-due",)),
    ("escalation", "resource-away", ("insight-overdue", "insight-manager")),
)


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


def up(migrator, db):
    """Nobody's request was written down before, but for a hold that somebody set by hand, which stays."""

    def old(name):
        class Old(Model):
            ref = CharField(max_length=26, primary_key=True)

            class Meta:
                database = db
                table_name = name

        return Old

    def to(name, **how):
        return ForeignKeyField(old(name), on_delete="RESTRICT", backref="+", **how)

    class Insight(Model):
        ref = CharField(max_length=26, primary_key=True)
        case = to("case", index=False)
        number = IntegerField()
        kind = BlobField(null=True)
        asker = CharField(max_length=12)
        name = BlobField(null=True)
        about = to("party", null=True, index=False)
        decides = BlobField(null=True)
        received_on = BlobField(null=True)
        due_on = DateField()
        jurist = BlobField(null=True)
        decided_on = BlobField(null=True)
        is_granted = BooleanField(null=True)
        ground = BlobField(null=True)
        decision = BlobField(null=True)
        choices = BlobField(null=True)
        outcome = CharField(max_length=12, null=True)
        end_reason = BlobField(null=True)
        pack = to("pack", null=True, index=False)
        ended_at = Utc(null=True)
        by = to("person", index=False)
        at = Utc()
        version = IntegerField(default=1)

        class Meta:
            database = db
            table_name = "insight"
            indexes = ((("case", "number"), True),)
            constraints = [
                Check("asker IN ('citizen', 'opposing', 'parent', 'other')"),
                Check("outcome IN ('given', 'refused', 'withdrawn')"),
                Check("(ended_at IS NULL) = (outcome IS NULL)"),
                Check("(outcome = 'given') = (pack_id IS NOT NULL)"),
                # nobody but the citizen of the case is given anything that no jurist said yes to
                Check("pack_id IS NULL OR asker = 'citizen' OR is_granted IS TRUE"),
            ]

    db.create_tables([Insight])
    db.execute_sql('CREATE INDEX "insight_open" ON "insight" ("due_on") WHERE ("ended_at" IS NULL)')
    for table, known, more in WIDER:
        (_widen_sqlite if isinstance(db, SqliteDatabase) else _widen_postgres)(db, table, known, more)


def _widen_sqlite(db, table, known, more):
    """As SQLite's own manual changes a CHECK (lang_altertable, 7): no row is touched, nor what others put into it."""
    [version] = db.execute_sql("PRAGMA schema_version").fetchone()
    db.execute_sql("PRAGMA writable_schema = ON")
    db.execute_sql(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (f"'{known}'", ", ".join(f"'{one}'" for one in (known, *more)), table),
    )
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = RESET")


def _widen_postgres(db, table, known, more):
    found = db.execute_sql(
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'c' "
        "AND pg_get_constraintdef(oid) LIKE %s",
        (f'"{table}"', f"%'{known}'%"),
    )
    for name, check in found.fetchall():
        kind = f"'{known}'::character varying"
        wider = check.replace(kind, ", ".join(f"'{one}'::character varying" for one in (known, *more)))
        db.execute_sql(f'ALTER TABLE "{table}" DROP CONSTRAINT "{name}"')
        db.execute_sql(f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" {wider}'.replace("%", "%%"))
