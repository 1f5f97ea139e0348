"""Anchors: once a day one MAC over the ends of all chains, kept outside the database too (decision 27).

An anchor is one line of hexadecimal digits: its number, its instant, the last event it covers, and the MAC. The same
line stands in the database, at the end of the file that SKB_ANCHOR_FILE names, and in a letter to the auditors. Who
puts an older database back, with heads and counts that belong to it, lacks the lines that were written since.
"""

import fcntl
import hmac
import os
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import peewee

from . import heads, keys
from .db import Table, insert
from .earlier import as_there
from .fields import RefField, UtcField
from .heads import End

LINE = re.compile(r"([0-9a-f]{8})([0-9a-f]{16})([0-9a-f]{16})([0-9a-f]{64})")
LONGEST_LINE_BYTES = 200


class Anchor(Table):
    """The ends of all chains at one instant. `filed_at`: when its line was written to the file."""

    ref = RefField(primary_key=True)
    number = peewee.IntegerField(unique=True)  # from 1
    at = UtcField()
    last_event = peewee.BigIntegerField()  # the highest id it covers
    chains = peewee.IntegerField()
    digest = peewee.CharField(max_length=64)
    filed_at = UtcField(null=True)


class Line(NamedTuple):
    """What one line says."""

    number: int
    second: int  # since 1970, of its instant
    last_event: int
    digest: str


def every() -> list[Anchor]:
    """All anchors, the oldest first."""
    return list(as_there(Anchor).order_by(Anchor.number))


def newest() -> Anchor | None:
    """The last anchor."""
    return Anchor.select().order_by(Anchor.number.desc()).first()


def make(at: datetime, last_event: int, ends: Mapping[str, End]) -> Anchor:
    """Anchor the ends of all chains; inside a transaction that holds them (see heads.hold)."""
    before = newest()
    number = before.number + 1 if before else 1
    at = at.replace(microsecond=0)
    digest = _digest(keys.audit_key(), number, at, last_event, ends)
    columns = {"at": at, "last_event": last_event, "chains": len(ends), "digest": digest}
    made = insert(Anchor, number=number, **columns)
    heads.count_one_more(heads.ANCHORS, is_first=before is None)
    return made


def holds(anchor: Anchor, ends: Mapping[str, End]) -> bool:
    """Whether the chains ended so when the anchor was made."""
    said = anchor.number, anchor.at, anchor.last_event, ends
    # That of its time first: there may be many chains.
    made_with = dict.fromkeys([*keys.audit_keys(anchor.at), *keys.audit_keys()])
    return any(hmac.compare_digest(anchor.digest, _digest(key, *said)) for key in made_with)


def _digest(key: bytes, number: int, at: datetime, last_event: int, ends: Mapping[str, End]) -> str:
    of_ends = hmac.new(key, b"ends", "sha256")
    for chain, end in sorted(ends.items()):
        of_ends.update(f"{chain} {end.number} {end.mac}\n".encode())
    return keys.audit_mac("anchor", number, at.isoformat(), last_event, len(ends), of_ends.hexdigest(), key=key)


def take_over(path: Path | None, now: datetime) -> str | None:
    """Take over the lines of the file that the open database lacks, since it was put back from a backup: as «5-9», or
    None. The log that they anchored is lost; only an event that names them says so. Inside a transaction.

    Raises OSError.
    """
    lines = {line.number: line for text in (in_file(path) if path else []) if (line := read_line(text))}
    before = newest()
    first = number = before.number + 1 if before else 1
    while number in lines:
        line = lines[number]
        at = datetime.fromtimestamp(line.second, UTC)
        insert(
            Anchor, number=number, at=at, last_event=line.last_event, chains=0, digest=line.digest, filed_at=now
        )  # fmt: skip
        heads.count_one_more(heads.ANCHORS, is_first=number == 1)
        number += 1
    return f"{first}-{number - 1}" if number > first else None


# ── lines ───────────────────────────────────────────────────────────────────────────────────────────


def line_of(anchor: Anchor) -> str:
    """The anchor as one line of hexadecimal digits."""
    return f"{anchor.number:08x}{int(anchor.at.timestamp()):016x}{anchor.last_event:016x}{anchor.digest}"


def read_line(text: str) -> Line | None:
    """What a line says; None for what is none."""
    match = LINE.fullmatch(text.strip().lower())
    return Line(int(match[1], 16), int(match[2], 16), int(match[3], 16), match[4]) if match else None


def day_of(line: Line) -> str:
    """The day of a line, as «2026-11-30»; it stands there in UTC."""
    try:
        return datetime.fromtimestamp(line.second, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return "ukendt dag"


# ── the file ────────────────────────────────────────────────────────────────────────────────────────


def in_file(path: Path) -> list[str]:
    """The lines of the file, empty ones left out; none where there is no file yet. Raises OSError."""
    if not path.exists():
        return []
    return [line for line in path.read_text(encoding="ascii", errors="replace").splitlines() if line.strip()]


def last_in_file(path: Path) -> Line | None:
    """The last whole line of the file, without reading the others. Raises OSError."""
    if not path.exists():
        return None
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - 2 * LONGEST_LINE_BYTES))
        lines = file.read().decode("ascii", "replace").splitlines()
    return next((line for text in reversed(lines) if (line := read_line(text))), None)


def append_to_file(path: Path, anchors: Iterable[Anchor]) -> None:
    """Add lines to the end of the file, on the disk before this returns. Raises OSError."""
    descriptor = os.open(path, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        is_torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"  # a line whose end never reached the disk
        text = "\n" * is_torn + "".join(f"{line_of(anchor)}\n" for anchor in anchors)
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # a file that was just made is in its folder after a power cut too
    finally:
        os.close(folder)
