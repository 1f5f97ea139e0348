"""A database is brought up to date: the migrations that are due, and what they leave to be done."""

from collections.abc import Iterator

from ..store import schema
from ..store.db import db
from . import audit


def bring_up_to_date() -> Iterator[str]:
    """Run the migrations that are due, and say which; rows that they write are bound as they leave them."""
    before = None
    if not schema.is_missing():
        with db.connection_context():
            before = audit.altered_before() if schema.pending() else None
    for name in schema.migrate():
        yield f"Databasen har fået {name}."
    if before is not None:
        with db.connection_context():
            audit.bind_migrated(before)
