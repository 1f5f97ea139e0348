"""The clock that every worker on every host reads: who claimed a letter, and until when."""

from datetime import UTC, datetime

from .. import clock
from .db import db, is_postgres


def now() -> datetime:
    """The instant by the database server's clock; by this machine's where the database is a file on it.

    Two hosts whose clocks differ would else take each other's letters for given up on (REL-28).
    """
    if clock.is_told() or not is_postgres():
        return clock.now()
    ((instant,),) = db.execute_sql("SELECT clock_timestamp()")
    return instant.astimezone(UTC)
