"""Keys are changed in epochs of a month: new ones for what is written from then on, and every data key under the new
master; the old master leaves the ring when no copy that should still open needs it (decision 32).

All of it goes on beside the work of others, and after being killed: what was left is done by who comes next, the
worker's hour or the same command.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from .. import clock
from ..kinds import EventKind
from ..settings import Settings
from ..store import events, keys, rotation
from ..store.db import lock_chain, transaction

EPOCH = timedelta(days=30)
LATE = timedelta(days=5)  # after an epoch should have ended, or a master left, it is told of


def rotate(settings: Settings, now: datetime, *, ahead: timedelta, only_if_due: bool) -> Iterator[str]:
    """Let old masters go, and finish what was left of the last epoch; where nothing was, or a new one is due, begin it,
    now or so long `ahead` that every host has the key file by then. Says what was done. Raises Conflict while another
    does the same, SettingError where the key file cannot be written."""
    with rotation.alone(settings.keys_file):
        for epoch in _retire(settings, now):
            yield f"Hovednøglen fra {epoch} er slettet: ingen kopi, der er ældre, kan åbnes."
        last, left = rotation.last_began(), finish()
        if left:
            yield f"Det forrige skift er gjort færdigt: {left} datanøgler er pakket om."
        if last and last > now:
            yield f"Nye nøgler gælder fra {clock.long_moment(last)}. Læg nøglefilen på alle maskiner inden da."
        elif (last is None or last + EPOCH <= now) if only_if_due else not left:
            yield from _begin(settings, now + ahead)


def _begin(settings: Settings, since: datetime) -> Iterator[str]:
    epoch = _begun(settings, since)
    if since > clock.now():
        yield f"{epoch} gælder fra {clock.long_moment(since)}. Læg nøglefilen på alle maskiner inden da."
    else:
        yield f"{epoch} gælder fra nu, og {finish()} datanøgler er pakket om. Gem en kopi af nøglefilen."


def finish() -> int:
    """Wrap every data key by the master of now that another one wraps; how many. Others write in between.

    A tick: running it twice, late, or twice at once, is harmless.
    """
    count, scope = _rewrap("")
    total = count
    while scope:
        count, scope = _rewrap(scope)
        total += count
    return total


def state(now: datetime) -> dict[str, Any]:
    """How many days ago the last epoch began, and how many masters should have left the ring and are in it."""
    last, overdue = rotation.last_began(), rotation.leaving(now - LATE)
    is_late = last is not None and last + EPOCH + LATE < now
    return {"ok": not is_late and not overdue, "days": (now - last).days if last else None, "overdue": len(overdue)}


@transaction
def _begun(settings: Settings, since: datetime) -> str:
    lock_chain(keys.SYSTEM)
    _told(EventKind.KEYS_BEGUN)
    return rotation.begin_epoch(settings.keys_file, since)


@transaction
def _rewrap(after: str) -> tuple[int, str]:
    lock_chain(keys.SYSTEM)
    count, last = rotation.rewrap(after)
    if count:
        _told(EventKind.KEYS_REWRAPPED)
    return count, last


@transaction
def _retire(settings: Settings, now: datetime) -> list[str]:
    lock_chain(keys.SYSTEM)
    gone = rotation.retire(settings.keys_file, now)
    if gone:
        _told(EventKind.KEYS_RETIRED)
    return gone


def _told(action: EventKind) -> None:
    ring = keys.ring()
    events.append(
        keys.SYSTEM, clock.now(), actor=None, action=action, object_kind="keys", object_ref=ring.current, is_write=True,
    )  # fmt: skip
