"""Whether what a backup holds, or brought back, is whole: looked at before it is kept, and before it is used."""

from ...errors import Damaged, Invalid
from ...store import chains, damage, keys, rows, schema
from ...store.chains import Fault
from ...store.db import is_postgres

SAMPLE = 25  # rows of each table whose sealed texts are opened


def refuse_unsound() -> None:
    """Look at every page, at what rows refer to, and open sealed texts of every kind. Raises Damaged, Invalid."""
    # Every row of PostgreSQL is read by the dump itself.
    if (damage.found if is_postgres() else damage.found_thoroughly)(schema.ALL_TABLES):
        raise Damaged("Databasen er beskadiget; der er ingen ny sikkerhedskopi. Se «A damaged database».")
    if found := [*damage.orphans(), *rows.unopenable(SAMPLE)]:
        raise Invalid(f"Det, der er gemt, er ikke helt ({len(found)} fejl, den første: {found[0]}).")
    if not keys.fit():
        raise Invalid("Nøglerne åbner ikke databasen.")


def log_faults() -> list[Fault]:
    """What is wrong with the log: its events, the ends of its chains, its anchors."""
    here = chains.as_read()
    return [*chains.walk(here).faults, *chains.numbers_missing(here.anchors)]


def counted() -> dict[str, int]:
    """How many rows each table has, but for the data keys, which are kept apart."""
    there = (table for table in schema.ALL_TABLES if table is not keys.DataKey and table.table_exists())
    return {table._meta.table_name: table.select().count() for table in there}
