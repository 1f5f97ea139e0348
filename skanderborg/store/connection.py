"""The connection: one handle for SQLite and PostgreSQL, opened safely, and given back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cysqlite
import peewee
from playhouse.cysqlite_ext import CySqliteDatabase
from playhouse.pool import _PooledSqliteDatabase
from playhouse.postgres_ext import PooledPsycopg3Database

from .pool import SPARE, Pool, Probe

db = peewee.DatabaseProxy()
SAFE_SQLITE = (3, 51, 3)  # earlier ones can corrupt a WAL that several processes write
OVER_A_NETWORK = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "ceph", "glusterfs", "afs"}
WRITER_WAIT_SECONDS = 10
CONNECT_SECONDS = 5  # a database server that says nothing for this long counts as down
MAX_CONNECTIONS = 48  # at once in one process, where its threads say nothing else
# What a page waits for at most: for a lock that somebody holds, for one statement, for a server that vanished.
LOCK_SECONDS, STATEMENT_SECONDS, VANISHED_SECONDS = 10, 30, 20
LIMITS = ("lock_timeout", "statement_timeout")
SHORTLY_SECONDS = 2  # the same for what must come whatever the database does
# Just-in-time compiling pays for queries of minutes; ours ask much of few rows, and waited for it (decision 30).
SERVER_OPTIONS = "-c timezone=UTC -c jit=off"
PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",  # an answer means that the write lies on the disk (REL-01)
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "trusted_schema": 0,
    "recursive_triggers": 1,  # else INSERT OR REPLACE takes a row away and no trigger sees it
    "cache_size": -4_000,
    "secure_delete": 1,  # what is deleted is overwritten (SEC-60)
}
# peewee writes what stands behind IN twice, first to see whether it is an empty list: a query inside three others eight
# times. No query is an empty list (decision 30).
_is_empty_list = peewee.Expression._is_rhs_empty
peewee.Expression._is_rhs_empty = lambda self, rhs, context: (
    not isinstance(rhs, peewee.SelectBase) and _is_empty_list(self, rhs, context)
)
FORBIDDEN_SQL = {cysqlite.SQLITE_ATTACH, cysqlite.SQLITE_PRAGMA}


class Postgres(Pool, PooledPsycopg3Database):
    """PostgreSQL by psycopg 3."""


class Sqlite(Pool, _PooledSqliteDatabase, CySqliteDatabase):
    """SQLite as built into the application; connected it refuses ATTACH, PRAGMA and extensions (SEC-52)."""

    guarded = True

    def _add_conn_hooks(self, conn: Any) -> None:
        super()._add_conn_hooks(conn)
        conn.set_load_extension(False)
        # Else SQLite plans a statement anew for each value that it is given, which costs many times its run.
        conn.db_config(cysqlite.SQLITE_DBCONFIG_ENABLE_QPSG, True)
        if self.guarded:
            conn.authorizer(_refuse_forbidden)

    def rollback(self) -> None:
        """Take the open transaction back. On a full disk SQLite has done so by itself; asked again it would fail, and
        hide why."""
        if self.connection().in_transaction:
            super().rollback()


def _refuse_forbidden(action: int, *_: object) -> int:
    return cysqlite.SQLITE_DENY if action in FORBIDDEN_SQL else cysqlite.SQLITE_OK


def connect(url: str) -> None:
    """Point the handle at the database of `url` (sqlite:///path or postgresql://…); nothing is opened yet.

    A file that is gone is not made anew by who opens it (REL-06): only `schema.migrate` makes one.
    """
    if url.startswith("sqlite:///"):
        path = Path(url.removeprefix("sqlite:///"))
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Sqlite(
            str(path), pragmas=PRAGMAS, lock_type="IMMEDIATE", autoconnect=False, max_connections=MAX_CONNECTIONS,
            timeout=WRITER_WAIT_SECONDS, field_types={"UTC": "TEXT"}, flags=cysqlite.SQLITE_OPEN_READWRITE,
        )  # fmt: skip
    else:
        made = Postgres(
            url, autoconnect=False, max_connections=MAX_CONNECTIONS, timeout=WRITER_WAIT_SECONDS,
            field_types={"UTC": "TIMESTAMPTZ"}, options=SERVER_OPTIONS, connect_timeout=CONNECT_SECONDS,
            tcp_user_timeout=VANISHED_SECONDS * 1000, keepalives_idle=VANISHED_SECONDS,
        )  # fmt: skip
    db.initialize(made)


@contextmanager
def instead(url: str) -> Iterator[None]:
    """Point the handle at another address for the moment."""
    before = db.obj
    connect(url)
    try:
        yield
    finally:
        dispose()
        db.initialize(before)


def is_postgres() -> bool:
    """Whether the handle points at PostgreSQL."""
    return isinstance(db.obj, Postgres)


# ── how long a page waits ───────────────────────────────────────────────────────────────────────────


def serve_pages(threads: int) -> None:
    """Let connections from now on be those of pages: as many at most as `threads` need, and PostgreSQL ends what keeps
    one of them waiting. Commands and the worker may take their time."""
    db.obj._max_connections = most_for(threads)
    if is_postgres():
        limits = f" -c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s"
        db.obj.connect_params["options"] = SERVER_OPTIONS + limits


def most_for(threads: int) -> int:
    """How many connections a process with so many threads opens at most."""
    return threads + SPARE


def server_limits() -> tuple[int, int, str, int]:
    """Of PostgreSQL: how many connections it takes, how many of these it keeps for its owner, what a write waits for
    (`synchronous_commit`), and from how many machines this role is connected."""
    asked = """SELECT current_setting('max_connections')::int, current_setting('superuser_reserved_connections')::int,
        current_setting('synchronous_commit'),
        (SELECT COUNT(DISTINCT client_addr) FROM pg_stat_activity WHERE usename = current_user)"""
    allowed, kept_free, waits_for, hosts = db.execute_sql(asked).fetchone()
    return allowed, kept_free, waits_for, max(1, hosts)


_probe = Probe()


def answers_now() -> bool:
    """Whether the database answers within a second: without that nothing is asked of it that must not hang."""
    return not is_postgres() or _probe.answers(_ask, 1)


def _ask() -> None:
    with connected():
        db.execute_sql("SELECT 1")


def wait_shortly() -> None:
    """Let this connection wait no more than SHORTLY_SECONDS for anything, until `wait_as_usual`."""
    if is_postgres():
        for limit in LIMITS:
            db.execute_sql(f"SET {limit} = '{SHORTLY_SECONDS}s'")


def wait_as_usual() -> None:
    """Take that back, before the connection is anybody else's."""
    if is_postgres() and not db.is_closed():
        try:
            for limit in LIMITS:
                db.execute_sql(f"RESET {limit}")
        except peewee.PeeweeException:
            db.manual_close()


def unsafe() -> str | None:
    """What makes the open database unsafe to keep acknowledged writes in, or None (REL-03)."""
    if not is_postgres():
        if cysqlite.sqlite_version_info < SAFE_SQLITE:
            return "SQLite er ældre end 3.51.3"
        return "databasen ligger på et netværksdrev" if _filesystem_of(db.obj.database) in OVER_A_NETWORK else None
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        ((value,),) = db.execute_sql("SELECT current_setting(%s)", (setting,))
        if value == "off":
            return f"{setting} er slået fra i PostgreSQL"
    return None


def _filesystem_of(path: str) -> str:
    """The kind of file system that a file lies on, or empty where the system does not tell (not Linux)."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    places = [line.split()[1:3] for line in mounts.read_text().splitlines()]
    folder = Path(path).resolve()
    inside = [(len(place), kind) for place, kind in places if folder.is_relative_to(place.replace("\\040", " "))]
    return max(inside)[1] if inside else ""


def dispose() -> None:
    """Close every pooled connection: before a fork, and when the program stops."""
    if db.obj is not None:
        if not db.is_closed():
            db.close()
        db.obj.close_all()


@contextmanager
def connected() -> Iterator[None]:
    """A connection for the moment: the one that this thread has open, or one of the pool, given back at the end."""
    opened = db.connect(reuse_if_open=True)
    try:
        yield
    finally:
        if opened:
            db.close()


@contextmanager
def connected_if_possible() -> Iterator[None]:
    """As `connected`, and without a connection where the database does not answer: for what looks whether it does."""
    try:
        opened = db.connect(reuse_if_open=True)
    except peewee.DatabaseError:
        opened = False
    try:
        yield
    finally:
        if opened:
            db.close()
