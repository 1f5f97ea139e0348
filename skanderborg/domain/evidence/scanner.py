"""A conversation with clamd, which looks for viruses, over a socket of this machine (SEC-46): INSTREAM, and PING."""

import socket
import struct
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

PIECE = 64 * 1024
LONGEST_ANSWER = 4_096
# What clamd calls found and has not looked into: locked by a password, or larger than its limits.
NOT_LOOKED_INTO = ("Heuristics.Encrypted", "Heuristics.Limits.Exceeded")


class Down(Exception):
    """Nobody answers there in time, or what answers is no clamd."""


class Verdict(NamedTuple):
    """What clamd said of some bytes: whether it looked at all of them, and the name of what it found."""

    was_looked_at: bool
    found: str | None = None


def scan(address: str, pieces: Iterable[bytes], seconds: float) -> Verdict:
    """Let clamd look at bytes, which lie nowhere meanwhile. Raises Down, and whatever reading the pieces raises."""
    with _reached(address, seconds) as line:
        with suppress(BrokenPipeError, ConnectionResetError):  # it hangs up above its limit, and has said why
            line.sendall(b"zINSTREAM\0")
            for part in _parts(pieces):
                line.sendall(struct.pack(">I", len(part)) + part)
            line.sendall(struct.pack(">I", 0))
        return _understood(_answer(line))


def is_there(address: str, seconds: float) -> bool:
    """Whether clamd answers."""
    try:
        with _reached(address, seconds) as line:
            line.sendall(b"zPING\0")
            return _answer(line) == "PONG"
    except Down:
        return False


@contextmanager
def _reached(address: str, seconds: float) -> Iterator[socket.socket]:
    host, _, port = address.rpartition(":")
    is_file = address.startswith("/")
    line = socket.socket(socket.AF_UNIX if is_file else socket.AF_INET)
    line.settimeout(seconds)
    try:
        line.connect(address if is_file else (host, int(port)))
        yield line
    except OSError as error:
        raise Down(type(error).__name__) from None
    finally:
        line.close()


def _parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        yield from (piece[start : start + PIECE] for start in range(0, len(piece), PIECE))


def _answer(line: socket.socket) -> str:
    """What clamd says, up to its zero byte or its end."""
    said = b""
    while b"\0" not in said and len(said) < LONGEST_ANSWER and (more := line.recv(LONGEST_ANSWER)):
        said += more
    return said.partition(b"\0")[0].decode("ascii", "replace")


def _understood(answer: str) -> Verdict:
    """Raises Down for an answer that tells nothing of the bytes, as while clamd loads its signatures."""
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return Verdict(was_looked_at=True)
    if said.endswith(" FOUND"):
        name = said.removesuffix(" FOUND")
        return Verdict(was_looked_at=False) if name.startswith(NOT_LOOKED_INTO) else Verdict(True, name)
    if said.endswith("ERROR"):
        return Verdict(was_looked_at=False)
    raise Down("no answer")
