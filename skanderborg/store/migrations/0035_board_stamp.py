"""The log: an event that tells of a row which the board shows lets the board draw its case anew, in the same statement."""

from peewee import *

COLUMNS = (
    "ref, chain, number, at, actor, action, object_kind, object_ref, outcome, is_write, request, version, changes, form,"
    " changes_hash, wrote, os_user, mac"
)
VALUES = ", ".join(f"NEW.{name.strip()}" for name in COLUMNS.split(","))
VIEW = f"SELECT {COLUMNS}, mac AS seal, is_write AS draws_board FROM event"  # noqa: S608 names of our own columns
MOVE = "UPDATE chain_head SET number = NEW.number, mac = NEW.mac, seal = NEW.seal WHERE chain = NEW.chain"
BEGIN = """INSERT INTO chain_head (chain, number, mac, seal) SELECT NEW.chain, NEW.number, NEW.mac, NEW.seal
    WHERE NOT EXISTS (SELECT 1 FROM chain_head WHERE chain = NEW.chain)"""
WRITE = f"INSERT INTO event ({COLUMNS}) VALUES ({VALUES})"  # noqa: S608 names of our own columns
STAMP = 'UPDATE "case" SET board_stamp = board_stamp + 1 WHERE NEW.draws_board AND ref = substr(NEW.chain, 6)'
ALL = f"{MOVE}; {BEGIN}; {WRITE}; {STAMP}"


def up(migrator, db):
    """The head first, as before: who holds all heads then knows that no event is under way."""
    if isinstance(db, SqliteDatabase):
        db.execute_sql("DROP VIEW log_entry")
        db.execute_sql(f"CREATE VIEW log_entry AS {VIEW}")
        db.execute_sql(f"CREATE TRIGGER log_entry_written INSTEAD OF INSERT ON log_entry BEGIN {ALL}; END")
    else:
        db.execute_sql(f"CREATE OR REPLACE VIEW log_entry AS {VIEW}")
        db.execute_sql(
            f"CREATE OR REPLACE FUNCTION write_log_entry() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {ALL}; RETURN NEW; END $$"
        )
