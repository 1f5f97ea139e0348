"""What the worker runs again and again; a tick has its own database connection, and one that fails ends only itself."""

import logging
from collections.abc import Callable
from datetime import datetime

from .. import clock, isolated
from ..errors import Damaged, places
from ..settings import Settings
from ..store import faults
from ..store.db import db, dispose
from ..store.outbox import note_tick
from . import (
    accounts,
    anchoring,
    breaches,
    editions,
    erasing,
    escalations,
    figures,
    housekeeping,
    integrity,
    practice,
    pruning,
    reminders,
    rotation,
    staff,
)
from .due import digest
from .evidence import previews, scanning
from .imports import carrying, deciding
from .journal import packages
from .letters import alarm
from .oversight import alarms, reviews, samples
from .reminders import deadlines
from .retention import tick as retention_tick
from .sso import expiring

WORKER = "worker"  # the tick that the footer of every page and /readyz ask about
log = logging.getLogger(__name__)


def prepare(settings: Settings) -> None:
    """Open the keys and check the database, as every start does. Raises Damaged, once it was told of, and
    SettingError."""
    try:
        integrity.refuse_unfit(settings)
    except Damaged:
        alarm.tell(settings)
        raise


def run(tick: Callable[[], int]) -> int | None:
    """Run one tick; returns what it counted, None if it failed. A failure is logged by type and place, not values.

    Nothing runs on a database that was found damaged.
    """
    if faults.damage() is not None:
        return None
    try:
        with db.connection_context():
            return tick()
    except Exception as error:  # noqa: BLE001 the next tick must run whatever happened to this one
        faults.named(error)  # which remembers damage
        log.error("tick failed: %s at %s", type(error).__name__, places(error))  # noqa: TRY400 no values in the log
        return None


def owe() -> int:
    """Owe what is due, and say that it was looked at: the heartbeat is of this, not of the process (REL-35)."""
    editions.refresh()
    now = clock.now()
    count = _owe(now)
    note_tick(WORKER, now, count)
    return count


def _owe(now: datetime) -> int:
    return reminders.owe_due(now) + deadlines.owe_due(now) + staff.close_ended(now)


def catch_up() -> int:
    """Owe, in a database that was put back from a backup, all that fell due since it was made, before anyone works
    there: these letters may have been sent by the one that was lost, and are uncertain with the others."""
    return _owe(clock.now()) + tell()


def tell() -> int:
    """Find what has waited too long for its kind and owe its letters; then the digests, which do not repeat them.

    All open work is looked through for it: once a minute, and not at every tick.
    """
    editions.refresh()
    now = clock.now()
    owed = escalations.owe_due(now) + accounts.look_over(now) + expiring.owe_due(now) + reviews.ask(now)
    return owed + digest.owe_due(now)


def draw() -> int:
    """Make the pictures of evidence that are missing."""
    return previews.make_due(clock.now())


def scan() -> int:
    """Have evidence looked through for viruses."""
    return scanning.scan_due(clock.now())


def import_logs() -> int:
    """Carry on with what people asked to import."""
    return carrying.carry_on(clock.now())


def sweep() -> int:
    """Forget what need not be kept, leave no data key under a master that is to go, and no clear text where a process
    was killed."""
    isolated.sweep()
    now = clock.now()
    forgotten = housekeeping.sweep(now) + deciding.expire(now)
    return forgotten + rotation.finish() + breaches.forget_old(now)


def file_away() -> int:
    """Take the receipts of the municipality's journal."""
    return packages.take_dropped()


def freeze() -> int:
    """Freeze the figures of half-years that are over."""
    return figures.freeze_due(clock.now())


def erase() -> int:
    """Propose what is old enough, and erase what is to be erased."""
    now = clock.now()
    return retention_tick.go_on(now) + practice.erase_due(now) + erasing.go_on(now)


def watch(settings: Settings) -> int:
    """Verify and anchor the log once a day, find what is out of the ordinary in it, and once a month draw samples of it
    and let its old events go."""
    now = clock.now()
    found = alarms.find(now) + samples.draw(now)
    return anchoring.watch(settings, now) + found + pruning.prune(now)


def look_over() -> int:
    """See whether what is stored is whole."""
    return integrity.look_over(clock.now())


def tell_of_damage(settings: Settings) -> int:
    """Say that the database is damaged, if it is: the one tick that runs then."""
    return alarm.tell(settings)


def finish() -> None:
    """Let go of the database."""
    dispose()
