"""What a backup consists of: a manifest, under a MAC of the log's key, that says what must be in its two parts.

A folder may hold the backups of several installations; each knows its own by their names.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from ... import clock
from ...errors import Invalid
from ...store import age, keys

FORMAT = 1
OURS = re.compile(r"^koordinering-[0-9a-f]{8}-")  # as `prefix` makes it
DATABASE, KEYS = "database", "keys"


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An encrypted file beside the manifest, and what is in it."""

    name: str
    bytes: int
    sha256: str
    content_bytes: int
    content_sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A backup. Nothing here is about a person: counts, random names, hashes."""

    format: int
    backup: str
    made_at: datetime
    kind: str  # «sqlite», «postgresql»
    database: Part
    keys: Part
    rows: dict[str, int]  # by table
    migrations: list[str]
    last_event: int
    log_faults: int
    anchor: str | None  # the line of the newest
    letters: dict[str, Any]  # how many, how many are owed, when the newest was due
    erased: list[str]  # refs of the cases that were erased so far
    mac: str = ""


class KeyPart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What opens the database part of this backup, and of every older one but for what was erased since."""

    backup: str
    ring: dict[str, Any]
    data_keys: dict[str, str]
    erased: list[dict[str, Any]]  # the ledger of what was erased so far, which `erasing.replay` reads


def prefix() -> str:
    """How the files of this installation's backups begin."""
    return f"koordinering-{keys.hidden('backup')[:8]}-"


def name_of(backup: str, made_at: datetime) -> str:
    """What its files are called, without their ends; in the order of their names the newest is last."""
    return f"{prefix()}{made_at:%Y%m%dT%H%M%SZ}-{backup[:6]}"


def write(manifest: Manifest, path: Path) -> None:
    """Write it down under its MAC: the backup is there from now on. Raises OSError."""
    with age.replacing(path) as file:
        file.write(
            msgspec.json.format(
                msgspec.json.encode(msgspec.structs.replace(manifest, mac=keys.audit_mac(*_signed(manifest))))
            )
        )


def is_ours(manifest: Manifest) -> bool:
    """Whether this installation wrote it, and just so."""
    return keys.is_audit_mac(manifest.mac, *_signed(manifest))


def _signed(manifest: Manifest) -> tuple[str, str]:
    return "backup", msgspec.json.encode(msgspec.structs.replace(manifest, mac="")).decode()


def read(path: Path) -> Manifest:
    """What a file says. Raises Invalid."""
    try:
        text = path.read_bytes()
        if msgspec.json.decode(text, type=dict).get("format", 0) > FORMAT:
            raise Invalid(
                "Sikkerhedskopien er lavet af en nyere udgave af programmet. Installér den nyeste, og prøv igen."
            )
        return msgspec.json.decode(text, type=Manifest)
    except OSError as error:
        raise Invalid(f"{path.name}: filen kan ikke læses ({error.strerror}).") from None
    except msgspec.MsgspecError:
        raise Invalid(f"{path.name}: filen er ikke et manifest til en sikkerhedskopi.") from None


def beside(path: Path) -> list[tuple[Path, Manifest]]:
    """Every backup in the folder whose files begin as this one's, the oldest first; what is no manifest is passed
    over."""
    return sorted(_readable(path.parent, "".join(OURS.findall(path.name))), key=lambda one: one[1].made_at)


def all_in(folder: Path) -> list[tuple[Path, Manifest]]:
    """Every backup of this installation in the folder, the oldest first."""
    found = [one for one in _readable(folder, prefix()) if is_ours(one[1])]
    return sorted(found, key=lambda one: one[1].made_at)


def _readable(folder: Path, begins: str) -> Iterator[tuple[Path, Manifest]]:
    for path in folder.glob(f"{begins}*.json"):
        try:
            yield path, read(path)
        except Invalid:
            continue


def said(moment: datetime) -> str:
    """A moment as commands say it."""
    return clock.local(moment).strftime("%d.%m.%Y kl. %H.%M")
