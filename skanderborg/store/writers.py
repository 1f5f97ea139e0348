"""The queue of those who want to write to SQLite."""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..errors import Unavailable


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
        """Hold the lock beside the database at `path`. Raises Unavailable when other threads keep it too long."""
        if not self.threads.acquire(timeout=self.wait_seconds):
            raise Unavailable()
        try:
            descriptor = self._descriptor(path)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)
        finally:
            self.threads.release()

    def _descriptor(self, path: str) -> int:
        if self.file is None or self.file[:2] != (os.getpid(), path):
            # A descriptor inherited over a fork would share its lock with the parent.
            self.file = (os.getpid(), path, os.open(f"{path}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
        return self.file[2]
