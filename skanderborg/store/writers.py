"""The queue of those who want to write to SQLite."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .. import clock
from ..errors import Unavailable


class _Waiting:
    """A lock that another process holds, waited for in the system's own queue, and no longer than `seconds`: the system
    knows no such limit, so that a thread of its own waits, over a descriptor of its own, and gives back what comes too
    late. Raises Unavailable."""

    def __init__(self, path: str, seconds: float):
        self.descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        self._deciding, self._came, self._is_late = threading.Lock(), threading.Event(), False
        threading.Thread(target=self._wait, daemon=True).start()
        if not self._came.wait(max(0, seconds)) and not self._is_here():
            raise Unavailable()

    def _wait(self) -> None:
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        with self._deciding:
            if self._is_late:
                os.close(self.descriptor)
            else:
                self._came.set()

    def _is_here(self) -> bool:
        with self._deciding:
            self._is_late = not self._came.is_set()
        return not self._is_late


class WriterLock:
    """One writer at a time on SQLite: a thread lock, then a lock between processes (decision 4).

    SQLite's own busy wait sleeps and polls; queueing here keeps the slowest of eight writers short.
    """

    def __init__(self, wait_seconds: float) -> None:
        self.wait_seconds = wait_seconds
        self.threads = threading.Lock()
        self.file: tuple[int, str, int] | None = None  # process, path, descriptor

    @contextmanager
    def held(self, path: str) -> Iterator[None]:
        """Hold the lock beside the database at `path`. Raises Unavailable when other threads or processes keep it too
        long."""
        end = clock.counted() + self.wait_seconds
        if not self.threads.acquire(timeout=self.wait_seconds):
            raise Unavailable()
        try:
            with self._held_alone(path, end - clock.counted()):
                yield
        finally:
            self.threads.release()

    @contextmanager
    def _held_alone(self, path: str, seconds: float) -> Iterator[None]:
        descriptor, waited = self._descriptor(path), None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waited = _Waiting(f"{path}.lock", seconds)
            descriptor = waited.descriptor
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
            if waited:
                os.close(descriptor)

    def _descriptor(self, path: str) -> int:
        if self.file is None or self.file[:2] != (os.getpid(), path):
            # A descriptor inherited over a fork would share its lock with the parent.
            self.file = (os.getpid(), path, os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        return self.file[2]
