"""Files in the age format (age-encryption.org/v1): what is written here, Debian's `age` opens without this program."""

import contextlib
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol

import pyrage

PRIVATE = 0o600
PIECE = 1024 * 1024


class Locked(Exception):
    """A file that was not opened; `reason` is «identity», «truncated» or «altered»."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


class Size(NamedTuple):
    """How many bytes, and their SHA-256 as hexadecimal digits."""

    bytes: int
    sha256: str


class Readable(Protocol):
    """What pyrage reads from."""

    def read(self, size: int = -1) -> bytes:
        """At most so many bytes; none at the end."""


class Counting:
    """A file whose bytes are counted and hashed as they pass; what went wrong under pyrage is remembered."""

    def __init__(self, file: Any):
        self._file, self._digest, self._bytes = file, hashlib.sha256(), 0
        self.error: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        """Bytes of the file."""
        got: bytes = self._tried(self._file.read, size)
        self._count(got)
        return got

    def write(self, given: bytes) -> int:
        """Bytes into the file."""
        self._tried(self._file.write, given)
        self._count(given)
        return len(given)

    def flush(self) -> None:
        """As a file."""
        self._tried(self._file.flush)

    @property
    def size(self) -> Size:
        """Of what has passed."""
        return Size(self._bytes, self._digest.hexdigest())

    def _count(self, passed: bytes) -> None:
        self._digest.update(passed)
        self._bytes += len(passed)

    def _tried(self, do: Any, *given: Any) -> Any:
        try:
            return do(*given)
        except OSError as error:
            self.error = error
            raise


def recipients(texts: tuple[str, ...]) -> list[Any]:
    """Those who can open what is sealed for them. Raises ValueError where a text is none of an age recipient."""
    try:
        return [pyrage.x25519.Recipient.from_str(text) for text in texts]
    except pyrage.RecipientError:
        raise ValueError from None


def identities(text: str) -> list[Any]:
    """The identities of a file as `age-keygen` writes it. Raises ValueError where it holds none."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines]
    except pyrage.IdentityError:
        raise ValueError from None
    if not found:
        raise ValueError
    return found


def seal(source: Readable, target: Path, to: list[Any]) -> tuple[Size, Size]:
    """Encrypt `source` into a file that is there whole or not at all; the size of both. Raises OSError."""
    with replacing(target) as file:
        plain, sealed = Counting(source), Counting(file)
        try:
            pyrage.encrypt_io(plain, sealed, to)
        except pyrage.EncryptError as error:
            raise plain.error or sealed.error or OSError(str(error)) from None
    return plain.size, sealed.size


def unseal(source: Path, target: IO[bytes], by: list[Any]) -> tuple[Size, Size]:
    """Decrypt a file into `target`; the size of both. Raises Locked, OSError."""
    with source.open("rb") as file:
        sealed, plain = Counting(file), Counting(target)
        try:
            pyrage.decrypt_io(sealed, plain, by)
        except (pyrage.DecryptError, OSError) as error:
            if under := sealed.error or plain.error:
                raise under from None
            raise Locked(_reason(str(error))) from None
    return plain.size, sealed.size


def _reason(said: str) -> str:
    if "No matching keys" in said:
        return "identity"
    return "truncated" if "truncated" in said or "fill whole buffer" in said else "altered"


# ── files that are there whole or not at all ────────────────────────────────────────────────────────


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """Write a file beside `target`, and let it take its place when it lies on the disk. Raises OSError."""
    beside = target.with_name(f".{target.name}.part")
    try:
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, PRIVATE), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        raise
    settle(target.parent)


def settle(folder: Path) -> None:
    """Let what was renamed in a folder lie there after a power cut too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
