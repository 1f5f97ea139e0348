"""What was deleted leaves the files of the database too: SQLite overwrites it (`secure_delete`), and its WAL is cut."""

from collections.abc import Iterable

import cysqlite

from .connection import PRAGMAS, db, is_postgres
from .db import Table


def wipe(tables: Iterable[type[Table]]) -> bool:
    """Let nothing that was deleted from `tables` stay in the files; False while a reader is in the way, and then it is
    tried again, as it is where a transaction is open.

    On PostgreSQL what it deleted is given free for overwriting; its own WAL it recycles by itself.
    """
    if db.in_transaction():
        return False
    if not is_postgres():
        return _truncate_wal()
    for table in tables:
        db.execute_sql(f'VACUUM "{table._meta.table_name}"')  # a warning where the program does not own the table
    return True


def _truncate_wal() -> bool:
    connection = cysqlite.connect(db.obj.database)  # of its own: the program's may not say PRAGMA
    try:
        connection.execute(f"PRAGMA busy_timeout = {PRAGMAS['busy_timeout']}")
        [(is_busy, *_)] = list(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)"))
    finally:
        connection.close()
    return not is_busy
