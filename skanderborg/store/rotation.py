"""A new epoch of the ring: new keys beside the old ones, the living data keys under the new master, and the old master
out of the ring once nothing needs it (decision 32).

Each step is whole by itself: the ring is written beside its file and put in its place, data keys are wrapped anew some
at a time. Who is killed in between leaves a ring that opens everything, and who comes next finds what is left to do.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from ..errors import Conflict
from ..settings import SettingError
from . import keys
from .keys import DataKey, Ring

KEPT = timedelta(days=35)  # of a master key after its epoch: as long as a key part of a backup is kept
AT_ONCE = 500  # data keys in one transaction: others write in between


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else changes the key file meanwhile. Raises Conflict where someone does, SettingError where the folder
    cannot be written."""
    if not os.access(path.parent, os.W_OK):
        raise SettingError("SKB_KEYS_FILE: mappen kan ikke skrives af programmets bruger.")
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Conflict("En anden er ved at skifte nøgler. Prøv igen om lidt.") from None
    finally:
        os.close(folder)


def begin_epoch(path: Path, since: datetime) -> str:
    """Add the keys of a new epoch, which begins at that instant, to the key file; its name."""
    ring = keys.ring()
    name = f"m{len(ring.since) + 2}"
    masters, audits = ring.masters | {name: keys.fresh()}, ring.audits | {name: keys.fresh()}
    _put(path, replace(ring, masters=masters, audits=audits, since=ring.since | {name: since}))
    return name


def last_began() -> datetime | None:
    """When the last epoch began, or will; None where there was only the first."""
    return max(keys.ring().since.values(), default=None)


def rewrap(after: str) -> tuple[int, str]:
    """Wrap some data keys anew by the master of now, those of the scopes behind that one: how many, and the last of
    them, empty at the end. What does not open is left as it is, what was destroyed meanwhile stays so. Inside a
    transaction."""
    older = DataKey.master_id != keys.ring().current
    rows = list(DataKey.select().where(older, DataKey.scope > after).order_by(DataKey.scope).limit(AT_ONCE))
    done = 0
    for row in rows:
        with suppress(keys.Gone):
            anew = DataKey.update(**keys.wrapped(row.scope, keys.unwrap(row)))
            done += anew.where(DataKey.scope == row.scope, DataKey.master_id == row.master_id).execute()
    return done, rows[-1].scope if rows else ""


def leaving(now: datetime) -> list[str]:
    """The epochs that ended KEPT ago and whose master is in the ring still."""
    ring = keys.ring()
    began = sorted((since, epoch) for epoch, since in ring.since.items())
    ends = zip([ring.first, *(epoch for _, epoch in began)], (since for since, _ in began), strict=False)
    return [epoch for epoch, end in ends if epoch in ring.masters and end + KEPT <= now]


def retire(path: Path, now: datetime) -> list[str]:
    """Take the masters of `leaving` epochs out of the key file, but for one that still wraps a data key; which. Inside
    a transaction."""
    wrapping = {master for (master,) in DataKey.select(DataKey.master_id).distinct().tuples()}
    gone = [epoch for epoch in leaving(now) if epoch not in wrapping]
    if gone:
        ring = keys.ring()
        _put(path, replace(ring, masters={name: key for name, key in ring.masters.items() if name not in gone}))
    return gone


def _put(path: Path, ring: Ring) -> None:
    """Put a ring in the place of the key file, whole or not at all, with its owner."""
    owner, new = path.stat(), path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(new, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        os.fchown(file.fileno(), owner.st_uid, owner.st_gid)
        file.write(msgspec.json.encode(ring))
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
