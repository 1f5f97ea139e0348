"""The pool of connections: opened while nobody else waits for it, and let go of when nobody needs them.

peewee's own holds a lock while it calls the server, so that one call that hangs holds every thread, and keeps for ever
as many connections as were ever needed at once, each with its memory.
"""

import ctypes
import threading
from typing import Any

import peewee
from peewee import __exception_wrapper__
from playhouse.pool import PoolConnection, PooledDatabase

from .. import clock

SPARE, SPARE_SECONDS = 2, 20  # so many stay open when nobody asks; the others until nobody asked for so long …
LOOK_SECONDS = 5  # … which is looked after as often


class Pool(PooledDatabase):
    """A pool to stand before peewee's: the connection used last is given out first, and who waits too long is told that
    the database does not answer."""

    _connections: list[tuple[float, int, Any]]  # when it was given back, which one, the connection; the newest last

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._opening = 0
        self._timer: threading.Timer | None = None

    def connect(self, reuse_if_open: bool = False) -> bool:
        """Open this thread's connection; False where it is open already and may be. Raises peewee.OperationalError."""
        if not self._state.closed:
            if reuse_if_open:
                return False
            raise peewee.OperationalError("Connection already opened.")
        self._state.reset()
        with __exception_wrapper__:
            self._state.set_connection(self._connect())
            if self.server_version is None:
                self._set_server_version(self._state.conn)
            self._initialize_connection(self._state.conn)
        return True

    def close(self) -> bool:
        """Give this thread's connection back; False where there is none."""
        if self.in_transaction():
            raise peewee.OperationalError("Attempting to close database while transaction is open.")
        was_open = not self._state.closed
        try:
            if was_open:
                with __exception_wrapper__:
                    self._close(self._state.conn)
        finally:
            self._state.reset()
        return was_open

    def _connect(self) -> Any:
        while (conn := self._idle()) is not None:
            if not self._is_closed(conn):  # asks the server: outside the lock
                return conn
            self._forget(conn)
        conn = None
        try:
            conn = super(PooledDatabase, self)._connect()
        finally:
            with self._pool_available:
                self._opening -= 1
                if conn is not None:
                    self._use(conn)
                self._pool_available.notify()
        return conn

    def _idle(self) -> Any:
        """A connection that was given back, in use from now on; None where one may be opened, counted as that. Raises
        peewee.OperationalError where none comes free in time."""
        with self._pool_available:
            if not self._pool_available.wait_for(self._has_room, self._wait_timeout):
                raise peewee.OperationalError("no connection came free")
            if not self._connections:
                self._opening += 1
                return None
            *_, conn = self._connections.pop()
            self._use(conn)
            return conn

    def _has_room(self) -> bool:
        return bool(self._connections) or len(self._in_use) + self._opening < self._max_connections

    def _use(self, conn: Any) -> None:
        self._in_use[self.conn_key(conn)] = PoolConnection(clock.counted(), conn, clock.counted())

    def _forget(self, conn: Any) -> None:
        with self._pool_available:
            self._in_use.pop(self.conn_key(conn), None)
            self._pool_available.notify()
        self._close_raw(conn)

    def _close(self, conn: Any, close_conn: bool = False) -> None:
        if close_conn or not self._can_reuse(conn):
            self._forget(conn)
            return
        with self._pool_available:
            if self._in_use.pop(self.conn_key(conn), None) is None:
                return
            self._heap_counter += 1
            self._connections.append((clock.counted(), self._heap_counter, conn))
            self._pool_available.notify()
            self._shrink_later()

    # ── letting go ──────────────────────────────────────────────────────────────────────────────────

    def _shrink_later(self) -> None:
        if self._timer is None and len(self._connections) > SPARE:
            self._timer = threading.Timer(LOOK_SECONDS, self.shrink)
            self._timer.daemon = True
            self._timer.start()

    def shrink(self, unused_seconds: float = SPARE_SECONDS) -> int:
        """Close what nobody used for so long, but for SPARE connections, and give their memory back to the machine.
        Returns how many were closed."""
        before = clock.counted() - unused_seconds
        with self._pool_available:
            self._timer = None
            old = [kept for kept in self._connections[: max(0, len(self._connections) - SPARE)] if kept[0] <= before]
            self._connections = self._connections[len(old) :]
            self._shrink_later()
        for *_, conn in old:
            self._close_raw(conn)
        if old:
            _give_memory_back()
        return len(old)

    def close_all(self) -> None:
        """Close every connection, of every thread."""
        with self._pool_available:
            timer, self._timer = self._timer, None
        if timer:
            timer.cancel()
        super().close_all()


def _give_memory_back() -> None:
    """What was freed stays with the process until the C library is asked, where it can be (glibc)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


class Probe:
    """Whether the database answers at all, asked on a thread of its own: who asks never hangs with it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked: tuple[threading.Event, list[bool]] | None = None

    def answers(self, ask: Any, seconds: float) -> bool:
        """Whether `ask` came to its end by now. Of many who ask at once, or while it hangs, one asks for all."""
        with self._lock:
            if self._asked is None or self._asked[0].is_set():
                self._asked = threading.Event(), []
                threading.Thread(target=self._ask, args=(ask, *self._asked), daemon=True).start()
            done, found = self._asked
        return done.wait(seconds) and bool(found)

    def _ask(self, ask: Any, done: threading.Event, found: list[bool]) -> None:
        try:
            ask()
            found.append(True)
        except peewee.PeeweeException:
            pass
        finally:
            done.set()
