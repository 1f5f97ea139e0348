"""Whether the house stands: what /readyz and `flask doctor` ask."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import peewee

from .. import clock
from ..errors import Unavailable
from ..mail import outbox
from ..settings import Settings
from ..store import connection, damage, faults, keys, schema, sealed
from ..store.db import is_postgres
from ..store.events import Event
from ..store.outbox import OutboxLetter, Tick, note_tick
from . import anchoring, integrity, letters, rotation, separation
from .evidence import scanning
from .sso import expiring

LEAST_FREE_BYTES, LEAST_FREE_SHARE = 1_000_000_000, 0.1  # below either the disk counts as nearly full (REL-05)
BACKUP, DRILL = "backup", "drill"  # the ticks that say when each was done last
LATELY = 1_000  # events among which the newest is looked for
CLOCK_TOLERANCE = timedelta(minutes=1)  # hosts differ, and clocks are set by seconds all the time
# What must not take pages that work out of service (REL-37), as a mail server that is down, or a log that was cut.
NO_FAULT_OF_OURS = {
    "ring", "outbox", "scanner", "texts", "thorough", "epochs", "log", "backup", "drill", "secret", "clock",
}  # fmt: skip
FAULTS_TOLD = 20
ALWAYS_TOLD = {"log", BACKUP, DRILL, "server"}
OF_A_WORKER = 10  # connections of the process that sends letters, at most
UNREADABLE_TOLD = timedelta(days=1)  # after a sealed text that did not open was met last


def checks(settings: Settings) -> dict[str, dict[str, Any]]:
    """Each check by name with `ok` and, where it helps, one number. No personal data (REL-36)."""
    now = clock.now()
    found: dict[str, dict[str, Any]] = {}
    found["database"] = _attempt(_write)
    found["integrity"] = _attempt(lambda: _integrity(now))
    found["migrations"] = _attempt(_migrations)
    found["thorough"] = _attempt(lambda: integrity.thorough(now))
    found["keys"] = _attempt(lambda: {"ok": keys.fit()})
    found["ring"] = _attempt(lambda: {"ok": keys.is_on_disk()})
    found["epochs"] = _attempt(lambda: rotation.state(now))
    found["texts"] = _attempt(lambda: _texts(now))
    found["disk"] = disk(settings)
    found["worker"] = _attempt(lambda: _worker(now, timedelta(minutes=settings.defaults.silent_worker_minutes)))
    found["outbox"] = _attempt(lambda: _outbox(now, timedelta(minutes=settings.defaults.late_letter_minutes)))
    found["scanner"] = _attempt(scanning.state)
    found["log"] = _attempt(lambda: anchoring.state(settings, now))
    found["backup"] = _attempt(lambda: _done_lately(BACKUP, settings.defaults.backup_late_hours, settings, now))
    found["drill"] = _attempt(lambda: _done_lately(DRILL, settings.defaults.drill_late_days * 24, settings, now))
    found["secret"] = expiring.state(settings, clock.today(now))
    found["clock"] = _attempt(lambda: _clock(now))
    return found


def told_at_the_machine(settings: Settings, look: Callable[[], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The same, what only whoever runs the machine is told, where names of users may stand, and a look at what is
    stored, made now."""
    looked = _attempt(look)
    return checks(settings) | {
        "roles": _attempt(separation.check), "integrity": looked, "server": _attempt(lambda: _server(settings)),
    }  # fmt: skip


def line(name: str, check: dict[str, Any]) -> str:
    """A check in one line: `ok` or `FEJL`, its name, what it names, and the numbers of one that failed; always of what
    is asked for its numbers: how old the last anchor, backup and drill are, what the database server has room for."""
    named = [f"{label}: {', '.join(names)}" for label, names in check.items() if isinstance(names, list) and names]
    if name in ALWAYS_TOLD or not check["ok"]:
        named += [f"{label}: {said}" for label, said in check.items() if type(said) in (int, str)]
    return " ".join(["ok  " if check["ok"] else "FEJL", name, *named])


def is_ready(found: dict[str, dict[str, Any]]) -> bool:
    """Whether requests can be served, by the checks that were made; a check may fail that is only told of."""
    return all(check["ok"] for name, check in found.items() if name not in NO_FAULT_OF_OURS)


def disk(settings: Settings) -> dict[str, Any]:
    """Room on the fuller of the disks that hold data and database: `ok`, how much is free, and what share that is."""
    folders = [settings.data_dir if settings.data_dir.exists() else settings.data_dir.parent]
    if settings.database_url.startswith("sqlite:///"):
        folders.append(Path(settings.database_url.removeprefix("sqlite:///")).parent)
    used = min((shutil.disk_usage(folder) for folder in folders), key=lambda disk: disk.free)
    return {
        "ok": used.free >= LEAST_FREE_BYTES and used.free >= LEAST_FREE_SHARE * used.total,
        "free_megabytes": used.free // 1_000_000,
        "free_percent": 100 * used.free // used.total,
    }


def _attempt(check: Any) -> dict[str, Any]:
    try:
        return check()
    except Exception as error:  # noqa: BLE001 a check that fails in any way is an answer, and the page must come
        return {"ok": False, "failure": type(error).__name__}


def refusal(error: BaseException) -> Unavailable | None:
    """What an error of the database means to whoever is asking; None when it is something else."""
    return faults.named(error)


def missed() -> int:
    """How many sealed fields did not open in the request under way."""
    return len(sealed.missed.get())


def note_unreadable(count: int) -> None:
    """Remember that fields did not open: /readyz and `flask doctor` tell of it for UNREADABLE_TOLD."""
    note_tick(integrity.UNREADABLE, clock.now(), count)


def _done_lately(name: str, longest_hours: int, settings: Settings, now: datetime) -> dict[str, Any]:
    """How many hours ago it was done last; that it never was is wrong only where it is meant to be."""
    last = Tick.select(Tick.at).where(Tick.name == name).scalar()
    is_meant = settings.is_production or bool(settings.defaults.backup_recipients)
    hours = int((now - last).total_seconds() // 3600) if last else None
    return {"ok": not is_meant or (hours is not None and hours <= longest_hours), "hours": hours}


def _write() -> dict[str, Any]:
    note_tick("readyz", clock.now(), 0)
    return {"ok": True}


def _server(settings: Settings) -> dict[str, Any]:
    """Whether PostgreSQL has room for all that its hosts may open at once, as if all were like this one; and whether a
    write waits for the disk, and for a standby (`on` or better, where there is one)."""
    if not is_postgres():
        return {"ok": True}
    allowed, kept_free, waits_for, hosts = connection.server_limits()
    needed = settings.defaults.web_workers * connection.most_for(settings.defaults.web_threads) + OF_A_WORKER
    return {"ok": needed * hosts <= allowed - kept_free, "connections": allowed - kept_free, "needed": needed * hosts,
            "hosts": hosts, "synchronous_commit": waits_for}  # fmt: skip


def _texts(now: Any) -> dict[str, Any]:
    """Whether every sealed text that was to be shown lately could be."""
    last = Tick.get_or_none(Tick.name == integrity.UNREADABLE, Tick.at > now - UNREADABLE_TOLD)
    return {"ok": last is None, "unreadable": last.counted if last else 0}


def looked_over() -> dict[str, Any]:
    """Whether what is stored is whole, looked at now: it takes as long as reading all of it."""
    return {"ok": damage.found(schema.ALL_TABLES) is None and faults.damage() is None}


def looked_thoroughly() -> dict[str, Any]:
    """The same, in every way there is: what was found, and what the database server cannot check."""
    found = integrity.look_thoroughly(clock.now())
    return {"ok": not found, "found": found[:FAULTS_TOLD], "not_checked": damage.weaknesses()}


def _integrity(now: Any) -> dict[str, Any]:
    """Whether it was whole when the worker looked last, and how many hours ago that was."""
    last = None if faults.damage() else Tick.select(Tick.at).where(Tick.name == integrity.TICK).scalar()
    return {"ok": faults.damage() is None, "hours": int((now - last).total_seconds() // 3600) if last else None}


def _migrations() -> dict[str, Any]:
    return {"ok": not schema.pending() and not schema.unknown()}


def _worker(now: Any, longest: timedelta) -> dict[str, Any]:
    last = Tick.select(Tick.at).where(Tick.name == "worker").scalar()
    if last is None:
        return {"ok": False, "seconds": None}
    # A tick in the future is no sign of life either: the clock was set back since.
    return {"ok": abs(now - last) < longest, "seconds": int((now - last).total_seconds())}


def _outbox(now: Any, longest: timedelta) -> dict[str, Any]:
    """How long the oldest letter that is owed has waited, and how many wait for someone to see to them: that failed, or
    that may have been sent before a backup was put back."""
    oldest = (
        OutboxLetter.select(OutboxLetter.due_at)
        .where(*outbox.OWED, OutboxLetter.due_at <= now)
        .order_by(OutboxLetter.due_at)
        .limit(1)
        .scalar()
    )
    waited = now - oldest if oldest else timedelta(0)
    failed = OutboxLetter.select().where(*letters.FAILED).count()
    uncertain = OutboxLetter.select().where(*outbox.UNCERTAIN).count()
    return {
        "ok": waited <= longest and not failed and not uncertain,
        "oldest_seconds": int(waited.total_seconds()),
        "failed": failed,
        "uncertain": uncertain,
    }


def _clock(now: datetime) -> dict[str, Any]:
    """Whether the clock stands behind what was written last: then it was put back, or was ahead until lately."""
    lately = Event.select(Event.at).order_by(Event.id.desc()).limit(LATELY)
    newest = Event.at.python_value(Event.select(peewee.fn.MAX(lately.c.at)).from_(lately).scalar())
    behind = newest - now if newest else timedelta(0)
    return {"ok": behind <= CLOCK_TOLERANCE, "behind_seconds": max(0, int(behind.total_seconds()))}
