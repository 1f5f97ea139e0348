"""Whether a transaction on PostgreSQL holds what it needs before its first row, and in the order that all keep.

Two transactions that keep to it never wait for each other in a ring. Watched in every test of a verb, since which verbs
meet is for chance to say.
"""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import peewee

from skanderborg.store import db as database

WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)', re.IGNORECASE)
HOLDS = "pg_advisory_xact_lock"


class Watched(threading.local):
    """What the transaction of this thread has done so far."""

    transaction: object = None
    held: list[str]
    first_row: str | None = None


@contextmanager
def watched() -> Iterator[list[str]]:
    """Watch every statement; the list names each verb that took a lock too late or out of order."""
    found: list[str] = []
    now, run = Watched(), peewee.Database.execute_sql

    def watching(self: peewee.Database, sql: str, params: Any = None, *rest: Any, **more: Any) -> Any:
        transaction = getattr(database._held, "chains", None)
        if transaction is not None:
            if now.transaction is not transaction:
                now.transaction, now.held, now.first_row = transaction, [], None
            # A page that reads a case holds its chain by the same query (`db.locking`).
            if HOLDS in sql and (wrong := _wrong(now, params[0] if sql.startswith(f"SELECT {HOLDS}") else "case")):
                found.append(wrong)
            if (written := WRITES.match(sql)) and now.first_row is None and _verb():
                now.first_row = written[1]
        return run(self, sql, params, *rest, **more)

    peewee.Database.execute_sql = watching
    try:
        yield found
    finally:
        peewee.Database.execute_sql = run


def _wrong(now: Watched, name: str) -> str | None:
    verb, before = _verb(), now.held[-1] if now.held else None
    if verb is None:
        return None
    now.held.append(name)
    if now.first_row:
        return f"{verb}: {name.partition(':')[0]} is held after a row of {now.first_row} is written"
    if before and _place(name) < _place(before):
        return f"{verb}: {name.partition(':')[0]} is held after {before.partition(':')[0]}"
    return None


def _place(name: str) -> tuple[int, str]:
    kind = name.partition(":")[0]
    return database.CHAIN_ORDER.index(kind), name if kind == "case" else ""


def _verb() -> str | None:
    """The verb or the look at a page that is under way, outermost; None for what a test does by hand."""
    frame, found = sys._getframe(2), None
    while frame:
        path = frame.f_code.co_filename
        if "/skanderborg/domain/" in path or "/skanderborg/pages/" in path:
            found = f"{path.partition('/skanderborg/')[2].removesuffix('.py')}.{frame.f_code.co_name}"
        frame = frame.f_back
    return found
