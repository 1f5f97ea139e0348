"""The log: where each chain ends, how many there are, anchors over all, and what else the database itself refuses."""

from peewee import *


class Utc(Field):
    """An instant: `timestamptz` on PostgreSQL, fixed-width text on SQLite."""

    field_type = "UTC"


EVENT_COLUMNS = {
    "form": SmallIntegerField(null=True),
    "changes_hash": CharField(max_length=64, null=True),
    "wrote": TextField(null=True),
    "os_user": CharField(max_length=64, null=True),
}
# What is never taken away; TRUNCATE passes the triggers of rows on PostgreSQL, INSERT OR REPLACE those on SQLite.
KEPT = ["event", "chain_head", "log_count", "anchor"]
EVIDENCE = ["stored_file", "file_chunk", "incident", "incident_version", "exhibit", "pack"]
KEYS = {
    "event": [("ref",), ("chain", "number"), ("id",)], "chain_head": [("chain",)], "log_count": [("name",)],
    "anchor": [("ref",), ("number",)],
} | {table: [("ref",)] for table in EVIDENCE}  # fmt: skip
BACKWARDS = {  # what no row that changes may do
    "chain_head": "NEW.chain <> OLD.chain OR NEW.number <= OLD.number",
    "log_count": "NEW.name <> OLD.name OR NEW.number < OLD.number",
    "anchor": "NEW.ref <> OLD.ref OR NEW.number <> OLD.number OR NEW.at <> OLD.at OR NEW.chains <> OLD.chains"
    " OR NEW.last_event <> OLD.last_event OR NEW.digest <> OLD.digest OR OLD.filed_at IS NOT NULL",
}
# An event is written by one statement, which moves the head of its chain too. The head first: who holds all heads then
# knows that no event is under way.
COLUMNS = (
    "ref, chain, number, at, actor, action, object_kind, object_ref, outcome, is_write, request, version, changes, form,"
    " changes_hash, wrote, os_user, mac"
)
VALUES = ", ".join(f"NEW.{name.strip()}" for name in COLUMNS.split(","))
VIEW = f"CREATE VIEW log_entry AS SELECT {COLUMNS}, mac AS seal FROM event"  # noqa: S608
MOVE = "UPDATE chain_head SET number = NEW.number, mac = NEW.mac, seal = NEW.seal WHERE chain = NEW.chain"
BEGIN = """INSERT INTO chain_head (chain, number, mac, seal) SELECT NEW.chain, NEW.number, NEW.mac, NEW.seal
    WHERE NOT EXISTS (SELECT 1 FROM chain_head WHERE chain = NEW.chain)"""
WRITE = f"INSERT INTO event ({COLUMNS}) VALUES ({VALUES})"  # noqa: S608 names of our own columns
SQLITE_ENTRY = f"CREATE TRIGGER log_entry_written INSTEAD OF INSERT ON log_entry BEGIN {MOVE}; {BEGIN}; {WRITE}; END"
POSTGRES_ENTRY = f"""CREATE FUNCTION write_log_entry() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN {MOVE}; {BEGIN}; {WRITE}; RETURN NEW; END $$;
    CREATE TRIGGER log_entry_written INSTEAD OF INSERT ON log_entry FOR EACH ROW EXECUTE FUNCTION write_log_entry()"""
SQLITE_REFUSES = """CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table} {when}
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"""
POSTGRES_FUNCTION = """CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$"""
POSTGRES_REFUSES = """CREATE TRIGGER {table}_no_{name} BEFORE {verb} ON {table}
    FOR EACH {each} {when} EXECUTE FUNCTION log_is_append_only()"""


def up(migrator, db):
    """Heads of the chains there are need the keys: `flask init` makes them, and until then their count says -1."""
    migrator.migrate(*(migrator.add_column("event", name, field) for name, field in EVENT_COLUMNS.items()))

    class ChainHead(Model):
        chain = CharField(max_length=40, primary_key=True)
        number = IntegerField()
        mac = CharField(max_length=64)
        seal = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "chain_head"

    class LogCount(Model):
        name = CharField(max_length=20, primary_key=True)
        number = IntegerField()
        seal = CharField(max_length=64)

        class Meta:
            database = db
            table_name = "log_count"

    class Anchor(Model):
        ref = CharField(max_length=26, primary_key=True)
        number = IntegerField(unique=True)
        at = Utc()
        last_event = BigIntegerField()
        chains = IntegerField()
        digest = CharField(max_length=64)
        filed_at = Utc(null=True)

        class Meta:
            database = db
            table_name = "anchor"

    db.create_tables([ChainHead, LogCount, Anchor])
    db.execute_sql("INSERT INTO log_count (name, number, seal) SELECT 'chains', -1, '' FROM event LIMIT 1")
    db.execute_sql(VIEW)
    db.execute_sql(SQLITE_ENTRY if isinstance(db, SqliteDatabase) else POSTGRES_ENTRY)
    refuse_on_sqlite(db) if isinstance(db, SqliteDatabase) else refuse_on_postgres(db)


def refuse_on_sqlite(db):
    """A trigger before INSERT sees what INSERT OR REPLACE would put in the place of a row, whoever connects."""
    for table, keys in KEYS.items():
        same = " OR ".join("(" + " AND ".join(f"{name} = NEW.{name}" for name in key) + ")" for key in keys)
        when = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 names of our own tables
        db.execute_sql(SQLITE_REFUSES.format(table=table, name="replace", verb="INSERT", when=when))
    for table in KEPT[1:]:
        db.execute_sql(SQLITE_REFUSES.format(table=table, name="delete", verb="DELETE", when=""))
    for table, when in BACKWARDS.items():
        db.execute_sql(SQLITE_REFUSES.format(table=table, name="back", verb="UPDATE", when=f"WHEN {when}"))


def refuse_on_postgres(db):
    db.execute_sql(POSTGRES_FUNCTION)
    for table in [*KEPT, *EVIDENCE]:
        all_at_once = {"name": "truncate", "verb": "TRUNCATE", "each": "STATEMENT", "when": ""}
        db.execute_sql(POSTGRES_REFUSES.format(table=table, **all_at_once))
    for table in KEPT[1:]:
        db.execute_sql(POSTGRES_REFUSES.format(table=table, name="delete", verb="DELETE", each="ROW", when=""))
    for table, when in BACKWARDS.items():
        db.execute_sql(
            POSTGRES_REFUSES.format(table=table, name="back", verb="UPDATE", each="ROW", when=f"WHEN ({when})")
        )
