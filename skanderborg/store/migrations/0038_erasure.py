"""The ledger of erasures; what no row is ever taken from lets go of the rows of a case that stands in it."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


EVIDENCE = ["stored_file", "file_chunk", "incident", "incident_version", "exhibit", "pack"]
UNDER_WAY = "EXISTS (SELECT 1 FROM erasure WHERE case_ref = OLD.case_id AND done_at IS NULL)"
FOR_GOOD = ["ref", "case_ref", "code", "rule", "archive_reference", "agreed_by", "decided_by", "decided_at",
            "started_at", "seal", "rows", "bytes"]  # fmt: skip
SQLITE_REFUSES = """CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} WHEN {when}
    BEGIN SELECT RAISE(ABORT, '{what} is append-only'); END"""
POSTGRES_FUNCTION = """CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF {when} THEN RAISE EXCEPTION '{what} is append-only'; END IF; RETURN {row}; END $$"""
POSTGRES_REFUSES = """CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table}
    FOR EACH ROW EXECUTE FUNCTION {function}()"""


def up(migrator, db):
    """No case was erased before."""

    class Erasure(Model):
        ref = CharField(max_length=26, primary_key=True)
        case_ref = CharField(max_length=26, unique=True)
        code = CharField(max_length=8)
        rule = CharField(max_length=60)
        archive_reference = CharField(max_length=60)
        agreed_by = CharField(max_length=26, null=True)
        decided_by = CharField(max_length=26, null=True)
        decided_at = Utc(null=True)
        started_at = Utc()
        seal = CharField(max_length=64)
        rows = IntegerField()
        bytes = BigIntegerField()
        done_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "erasure"

    db.create_tables([Erasure])
    changed = " OR ".join(["OLD.done_at IS NOT NULL"] + [f"OLD.{one} IS DISTINCT FROM NEW.{one}" for one in FOR_GOOD])
    if isinstance(db, SqliteDatabase):
        on_sqlite(db, changed)
    else:
        on_postgres(db, changed)


def on_sqlite(db, changed):
    for table in EVIDENCE:
        db.execute_sql(f"DROP TRIGGER IF EXISTS {table}_no_delete")
        db.execute_sql(SQLITE_REFUSES.format(
            table=table, name="delete", verb="DELETE", when=f"NOT {UNDER_WAY}", what="evidence"
        ))  # fmt: skip
    same = "EXISTS (SELECT 1 FROM erasure WHERE ref = NEW.ref OR case_ref = NEW.case_ref)"
    for name, verb, when in (("delete", "DELETE", "1"), ("replace", "INSERT", same), ("back", "UPDATE", changed)):
        db.execute_sql(SQLITE_REFUSES.format(table="erasure", name=name, verb=verb, when=when, what="the ledger"))


def on_postgres(db, changed):
    refuses = "evidence_is_kept_until_erased"
    db.execute_sql(POSTGRES_FUNCTION.format(function=refuses, when=f"NOT {UNDER_WAY}", what="evidence", row="OLD"))
    for table in EVIDENCE:
        db.execute_sql(f"DROP TRIGGER IF EXISTS {table}_no_delete ON {table}")
        db.execute_sql(POSTGRES_REFUSES.format(table=table, name="delete", verb="DELETE", function=refuses))
    stays = "erasure_stays"
    db.execute_sql(POSTGRES_FUNCTION.format(function=stays, when=changed, what="the ledger", row="NEW"))
    db.execute_sql(POSTGRES_REFUSES.format(table="erasure", name="back", verb="UPDATE", function=stays))
    for verb, each in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        db.execute_sql(
            f"CREATE TRIGGER erasure_no_{verb.lower()} BEFORE {verb} ON erasure FOR EACH {each}"
            " EXECUTE FUNCTION log_is_append_only()"
        )
