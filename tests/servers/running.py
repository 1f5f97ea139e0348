"""What every server of the tests has in common, and small things about processes and ports."""

import socket
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Running:
    """Something that is started, used and stopped: `with MailServer() as mail:`."""

    def start(self) -> Self:
        """Start it and return it; raise if it does not come up."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop it and leave nothing behind."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def wait_until(holds: Callable[[], bool], otherwise: str, seconds: float = 10) -> None:
    """Wait until something holds in another process or thread. Raises TimeoutError with the words `otherwise`."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(otherwise)
        time.sleep(0.02)


def free_port() -> int:
    """Return a loopback port on which nobody listens just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
