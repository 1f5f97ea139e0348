"""Room for requests that need the database, fewer than there are threads: while it keeps all of them waiting, threads
are left that answer without it (REL-36)."""

import threading

from ..errors import Unavailable

WAIT_SECONDS = 2
KEPT_FREE = 4  # threads of a process


class Places:
    """So many requests at once. One that finds no place waits shortly; once one has waited in vain the others are told
    at once, until a place comes free."""

    def __init__(self, threads: int):
        self._free = threading.BoundedSemaphore(max(1, threads - KEPT_FREE))
        self._is_stuck = False

    def take(self) -> None:
        """Take a place, to be given back. Raises Unavailable where there is none."""
        if self._free.acquire(timeout=0 if self._is_stuck else WAIT_SECONDS):
            return
        self._is_stuck = True
        raise Unavailable()

    def give_back(self) -> None:
        """Let the next one in."""
        self._is_stuck = False
        self._free.release()
