"""Why a database takes no write just now, told from the words of each kind of database (REL-05); and that it is
damaged, remembered in a file beside the data, so that no process writes to it any more (REL-06).

What is damaged is written to no more: a write could make worse what can still be rescued, and would be lost with it.
The file stands until a start finds the database whole; a database is never mended in silence.
"""

import errno
import os
from pathlib import Path

import cysqlite
from psycopg import errors as postgres

from ..errors import Damaged, ReadOnly, StorageFull, Unavailable

FULL = (cysqlite.DiskFullError, postgres.DiskFull)
READ_ONLY = (cysqlite.ReadOnlyError, postgres.ReadOnlySqlTransaction)
# Somebody else keeps what was wanted for too long; it may go at the next try.
BUSY = (cysqlite.DatabaseLockedError, postgres.LockNotAvailable, postgres.QueryCanceled)
CORRUPT = (cysqlite.DatabaseCorruptError, postgres.DataCorrupted, postgres.IndexCorrupted)
FULL_NUMBERS, READ_ONLY_NUMBERS = {errno.ENOSPC, errno.EDQUOT}, {errno.EROFS}

_mark: Path | None = None


def named(error: BaseException) -> Unavailable | None:
    """What the error means to the one who wanted to read or write; None when it is something else.

    Damage is remembered at once: nobody writes after the first who met it.
    """
    cause = getattr(error, "orig", None) or error  # peewee wraps what the driver raised
    number = cause.errno if isinstance(cause, OSError) else None
    if isinstance(cause, CORRUPT):
        note_damage(first_line(cause))
        return Damaged()
    if isinstance(cause, FULL) or number in FULL_NUMBERS:
        return StorageFull()
    if isinstance(cause, READ_ONLY) or number in READ_ONLY_NUMBERS:
        return ReadOnly()
    return Unavailable() if isinstance(cause, BUSY) else None


def first_line(error: BaseException) -> str:
    """The database's own words: they tell of pages and tables, of no one's data."""
    return (str(error).strip().split("\n") or [""])[0][:200]


# ── damage, remembered ──────────────────────────────────────────────────────────────────────────────


def keep_in(folder: Path) -> None:
    """Remember damage in this folder."""
    global _mark
    _mark = folder / "damaged"


def kept_in() -> Path:
    """The folder in which damage is remembered."""
    assert _mark is not None  # noqa: S101 nothing is moved before `keep_in`
    return _mark.parent


def damage() -> str | None:
    """What was found wrong with this database, by any process; None while it is whole."""
    try:
        return _mark.read_text(encoding="utf-8").strip() if _mark else None
    except FileNotFoundError:
        return None


def refuse_damaged() -> None:
    """Raise Damaged when this database was found damaged, by any process."""
    if _mark is not None and _mark.exists():
        raise Damaged()


def note_damage(why: str) -> None:
    """Remember that the database is damaged; who comes second changes nothing."""
    if _mark is None:
        return
    _mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(_mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError:  # it stands there already, or the disk takes nothing: the error that led here is told anyway
        return
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{why}\n")


def forget_damage() -> None:
    """The database was found whole at a start."""
    if _mark is not None:
        _mark.unlink(missing_ok=True)
        alarm_mark().unlink(missing_ok=True)


def alarm_mark() -> Path:
    """The file that stands when someone was written to about the damage."""
    assert _mark is not None  # noqa: S101 nobody is told before `keep_in`
    return _mark.with_suffix(".told")
