"""Why a database takes no write just now, told from the words of each kind of database (REL-05)."""

import errno

import cysqlite
from psycopg import errors as postgres

from ..errors import ReadOnly, StorageFull, Unavailable

FULL = (cysqlite.DiskFullError, postgres.DiskFull)
READ_ONLY = (cysqlite.ReadOnlyError, postgres.ReadOnlySqlTransaction)
FULL_NUMBERS, READ_ONLY_NUMBERS = {errno.ENOSPC, errno.EDQUOT}, {errno.EROFS}


def named(error: BaseException) -> Unavailable | None:
    """What the error means to the one who wanted to write; None when it is something else."""
    cause = getattr(error, "orig", None) or error  # peewee wraps what the driver raised
    number = cause.errno if isinstance(cause, OSError) else None
    if isinstance(cause, FULL) or number in FULL_NUMBERS:
        return StorageFull()
    if isinstance(cause, READ_ONLY) or number in READ_ONLY_NUMBERS:
        return ReadOnly()
    return None
