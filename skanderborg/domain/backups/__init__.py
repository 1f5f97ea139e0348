"""Backups: the database and its keys, apart and encrypted for who holds the recovery identity (REL-31).

A backup is its manifest: what is in the folder without one is half of one, and is swept away by the next that succeeds.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import cysqlite
import msgspec

from ... import clock
from ...errors import DomainError, Invalid, Unavailable
from ...settings import SettingError, Settings
from ...store import age, anchors, chains, escrow, faults, keys, schema, snapshot
from ...store.db import new_ref
from ...store.outbox import OutboxLetter, note_tick
from .. import audit, erasing, health
from . import manifests, rotation, soundness
from .manifests import KeyPart, Manifest, Part

MARGIN = 1.1  # of the room that a copy needs
UNTOUCHED = "Det, der var, er urørt."


def make(settings: Settings, folder: Path, whatever_the_log: bool = False) -> Manifest:
    """Back the open database up into a folder while the program runs, check it and keep it, let old ones go, and write
    down that it was done. Raises as `keep`."""
    manifest = keep(settings, folder, whatever_the_log)
    note(manifest)
    return manifest


def keep(settings: Settings, folder: Path, whatever_the_log: bool = False) -> Manifest:
    """The same, of a database that may be older than the program, into which nothing is written.

    Raises SettingError without a recipient, Invalid, Unavailable, Damaged: then nothing that was there is touched. A
    log that does not hold is copied only when one says so, and without letting any older backup go.
    """
    to = _recipients(settings)
    faults.refuse_damaged()
    if not folder.is_dir():
        raise Invalid(f"{folder}: mappen findes ikke. Er drevet tilsluttet? {UNTOUCHED}")
    with said_clearly(folder), scratch(settings) as apart:
        _refuse_no_room(folder, apart)
        manifest = _written(folder, apart, to, whatever_the_log)
        if not manifest.log_faults:
            rotation.tidy(folder, settings, manifest.made_at)
    return manifest


def note(manifest: Manifest) -> None:
    """Write down that a backup was made."""
    note_tick(health.BACKUP, manifest.made_at, (manifest.database.bytes + manifest.keys.bytes) // 1_000_000)
    audit.read_by_command("backup:made")


def _recipients(settings: Settings) -> list[Any]:
    try:
        found = age.recipients(settings.defaults.backup_recipients)
    except ValueError:
        found = []
    if not found:
        raise SettingError(
            "backup_recipients: skriv modtageren (age1…) af den gendannelsesnøgle, der er gemt på papir."
        )
    return found


def _written(folder: Path, apart: Path, to: list[Any], whatever_the_log: bool) -> Manifest:
    made_at, backup = clock.now().replace(microsecond=0), new_ref()
    name = manifests.name_of(backup, made_at)
    with elsewhere(apart), snapshot.taken(apart) as write:
        soundness.refuse_unsound()
        broken = soundness.log_faults()
        if broken and not whatever_the_log:
            raise Invalid(
                f"Hændelsesloggen er ikke hel ({audit.in_words(broken[0])}). {UNTOUCHED} Se flask audit verify; "
                "--whatever-the-log gemmer en kopi alligevel."
            )
        facts = _facts() | {"log_faults": len(broken)}
        of_keys = KeyPart(backup, escrow.taken(), escrow.unwrapped(), erasing.ledger())
        database = write(lambda file: _sealed(file, folder / f"{name}.{manifests.DATABASE}.age", to))
    sealed_keys = _sealed(BytesIO(msgspec.json.encode(of_keys)), folder / f"{name}.{manifests.KEYS}.age", to)
    manifest = Manifest(
        format=manifests.FORMAT, backup=backup, made_at=made_at, kind=snapshot.kind(), database=database,
        keys=sealed_keys, **facts,
    )  # fmt: skip
    manifests.write(manifest, folder / f"{name}.json")
    return manifest


def _sealed(file: age.Readable, target: Path, to: list[Any]) -> Part:
    plain, locked = age.seal(file, target, to)
    return Part(target.name, locked.bytes, locked.sha256, plain.bytes, plain.sha256)


def _facts() -> dict[str, Any]:
    """What the manifest says of the moment."""
    newest = max(anchors.every(), key=lambda one: one.number, default=None)
    due = OutboxLetter.select(OutboxLetter.due_at).order_by(OutboxLetter.due_at.desc()).first()
    return {
        "rows": soundness.counted(),
        "migrations": schema.applied(),
        "last_event": chains.last_event(),
        "anchor": anchors.line_of(newest) if newest else None,
        "letters": {
            "all": OutboxLetter.select().count(),
            "sent": OutboxLetter.select().where(OutboxLetter.sent_at.is_null(False)).count(),
            "newest_due_at": due and due.due_at,
        },
        "erased": [line["case_ref"] for line in erasing.ledger()],
    }


# ── room, locks, and what goes wrong ────────────────────────────────────────────────────────────────


@contextmanager
def scratch(settings: Settings) -> Iterator[Path]:
    """A folder beside the database for what must lie somewhere meanwhile; one at a time, and what a killed one left in
    it goes. Raises Unavailable while another backup, restore or drill is under way."""
    folder = settings.data_dir
    if not settings.database_url.startswith("postgresql:"):
        folder = Path(settings.database_url.removeprefix("sqlite:///")).parent
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(folder / "backup.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, age.PRIVATE)
    apart = folder / "backup-scratch"
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable("En sikkerhedskopi eller gendannelse er allerede i gang.") from None
        shutil.rmtree(apart, ignore_errors=True)
        apart.mkdir(mode=0o700)
        yield apart
    finally:
        shutil.rmtree(apart, ignore_errors=True)
        os.close(descriptor)


@contextmanager
def elsewhere(folder: Path) -> Iterator[None]:
    """What is found wrong in here is wrong with a copy, and no reason to stop writing to the database itself."""
    before = faults.kept_in()
    faults.keep_in(folder)
    try:
        yield
    finally:
        faults.keep_in(before)


def _refuse_no_room(folder: Path, apart: Path) -> None:
    """What takes the last room of the disk would keep those who write from writing."""
    wanted = int(snapshot.bytes_now() * MARGIN)
    for place in {folder, folder if snapshot.kind() == "postgresql" else apart}:
        if (free := shutil.disk_usage(place).free) < wanted:
            raise Unavailable(
                f"Der er ikke plads i {place}: der skal bruges {wanted // 1_000_000 + 1} MB, og der er "
                f"{free // 1_000_000} MB. {UNTOUCHED}"
            )


@contextmanager
def said_clearly(place: Path) -> Iterator[None]:
    """What a disk, a database or its programs will not do is said in one line, by the place where it was to be done."""
    try:
        yield
    except DomainError:
        raise
    except snapshot.Failed as error:
        raise Unavailable(f"PostgreSQL gjorde det ikke: {error}. {UNTOUCHED}") from None
    except keys.Gone:
        raise Invalid(f"En datanøgle åbner ikke. {UNTOUCHED} Se flask doctor.") from None
    except (OSError, cysqlite.Error) as error:
        number = getattr(error, "errno", None)
        full = isinstance(error, cysqlite.DiskFullError) or number in faults.FULL_NUMBERS
        why = "der er ikke plads" if full else os.strerror(number) if number else type(error).__name__
        raise Unavailable(f"{place}: det lykkedes ikke ({why}). {UNTOUCHED}") from None
