"""The log is watched: once a day it is verified whole, anchored outside the database, and the outcome is told.

The anchor goes to the file that SKB_ANCHOR_FILE names and, as one line of hexadecimal digits, to the auditors.
"""

import logging
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .. import clock, policy
from ..addresses import Place
from ..kinds import LetterKind, Role
from ..mail import outbox
from ..settings import Settings
from ..store import anchors, chains, erasures, heads, ownership
from ..store.anchors import Anchor
from ..store.chains import Fault
from ..store.db import transaction
from ..store.outbox import Tick, note_tick
from ..store.people import Person
from . import people

FORGED = "Fortegnelsen over sletninger har en linje, som programmet ikke har skrevet."
WATCH = "log"  # the row of the last verification: when, and how many faults it found
log = logging.getLogger(__name__)


def watch(settings: Settings, now: datetime) -> int:
    """Verify and anchor the log when that is due, and let the file have the lines it lacks; how many anchors were made.

    A tick: running it twice, or late, is harmless. A database that is older than its file gets no new anchor, which
    would look like the one that is lost.
    """
    if is_older_than_file(settings):
        note_tick(WATCH, now, 1)
        _tell_of_faults(now)
        return 0
    made = 0
    if _is_due(settings, now):
        count = len(verify(settings, now).faults)
        _anchor(now)
        made = 1
        if count:
            _tell_of_faults(now)
    write_file(settings, now)
    return made


def verify(settings: Settings, now: datetime) -> chains.Walk:
    """Everything that is wrong with the log, its heads, counts, anchors and their file, and where time has gaps; the
    outcome is kept for /readyz."""
    here = chains.cut()
    found = chains.walk(here)
    found.faults += [Fault(FORGED, row=f"erasure:{ref}") for ref in erasures.forged()]
    found.faults += [*chains.numbers_missing(here.anchors), *_unlike_file(settings.anchor_file, here.anchors)]
    found.gaps += _without_anchor(here.anchors, now, timedelta(hours=settings.defaults.anchor_late_hours))
    note_tick(WATCH, now, len(found.faults))
    return found


def state(settings: Settings, now: datetime) -> dict[str, Any]:
    """How old the last verification and the last anchor are, what they said, and how the file stands: a few rows and
    the end of a file, whatever the log's length."""
    seen, last = Tick.get_or_none(Tick.name == WATCH), anchors.newest()
    age = now - last.at if last else timedelta(0)
    file = _state_of_file(settings, last)
    return {
        "ok": not (seen and seen.counted)
        and age <= timedelta(hours=settings.defaults.anchor_late_hours)
        and file in ("none", "ok"),
        "faults": seen.counted if seen else None,
        "verified_hours": _hours(now - seen.at) if seen else None,
        "anchor": last.number if last else None,
        "anchor_hours": _hours(age) if last else None,
        "file": file,
    }


def weaknesses(settings: Settings) -> list[str]:
    """What this installation leaves open to someone who owns the database."""
    found = []
    if settings.anchor_file is None:
        found.append("SKB_ANCHOR_FILE er ikke sat; kun brevene kan vise, om en ældre database er lagt tilbage.")
    if ownership.is_owner():
        found.append("databasebrugeren ejer tabellerne og kan fjerne deres spærringer; se SKB_DATABASE_OWNER_URL.")
    return found


def line_faults(text: str) -> list[Fault]:
    """What is wrong with the log by the line of a letter; nothing where its anchor is the database's."""
    line, known = anchors.read_line(text), {anchor.number: anchor for anchor in anchors.every()}
    if line is None:
        return [Fault("Tallet fra brevet er ikke et anker. Skriv hele linjen.")]
    if line.number not in known:
        return [Fault(f"Brevets anker {line.number} ({anchors.day_of(line)}) er ikke i databasen: den er ældre.")]
    if anchors.line_of(known[line.number]) != text.strip().lower():
        return [Fault(f"Brevets anker {line.number} ({anchors.day_of(line)}) er et andet end databasens.")]
    return []


def _hours(age: timedelta) -> int:
    return int(age.total_seconds() // 3600)


# ── making ──────────────────────────────────────────────────────────────────────────────────────────


def _is_due(settings: Settings, now: datetime) -> bool:
    last, wall = anchors.newest(), clock.local(now)
    if last is None:
        return True
    return clock.today(last.at) < wall.date() and wall.time() >= settings.defaults.anchor_at


@transaction
def _anchor(now: datetime) -> Anchor:
    heads.hold()
    last_event = chains.last_event()
    ends = {chain: heads.End(head.number, head.mac) for chain, head in heads.every().items()}
    made = anchors.make(now, last_event, ends)
    for person in _with_role(Role.AUDITOR):
        outbox.put(
            LetterKind.LOG_ANCHOR, person, key=f"anchor:{made.ref}", about=made, opens=Place.PROFILE,
            hex=anchors.line_of(made),
        )  # fmt: skip
    return made


@transaction
def _tell_of_faults(now: datetime) -> None:
    """Once a day to those who can act on it."""
    last = anchors.newest()
    day = clock.today(now)
    for person in _with_role(Role.AUDITOR, Role.ADMINISTRATOR):
        outbox.put(LetterKind.LOG_BROKEN, person, key=f"log-broken:{day}", about=last or person, opens=Place.PROFILE)


def _with_role(*roles: Role) -> list[Person]:
    return [person for person in people.active() if not policy.roles(person).isdisjoint(roles)]


def _without_anchor(known: list[Anchor], now: datetime, longest: timedelta) -> list[str]:
    instants: list[datetime] = [anchor.at for anchor in sorted(known, key=lambda anchor: anchor.number)]
    return [
        f"Intet anker fra {clock.long_moment(before)} til {clock.long_moment(after)}"
        for before, after in zip(instants, [*instants[1:], now], strict=False)
        if after - before > longest
    ]


# ── the file ────────────────────────────────────────────────────────────────────────────────────────


def write_file(settings: Settings, now: datetime) -> int:
    """Let the file have the anchors that it never had, as when it could not be written; how many. What was in it and is
    gone is not written again: that would hide that it was cut."""
    if settings.anchor_file is None:
        return 0
    missing = list(Anchor.select().where(Anchor.filed_at.is_null()).order_by(Anchor.number))
    if not missing:
        return 0
    try:
        anchors.append_to_file(settings.anchor_file, missing)
    except OSError as error:
        log.error("the anchor file cannot be written: %s", type(error).__name__)  # noqa: TRY400 no path in the log
        return 0
    _mark_filed(missing, now)
    return len(missing)


@transaction
def _mark_filed(filed: list[Anchor], now: datetime) -> None:
    refs = [anchor.ref for anchor in filed]
    Anchor.update(filed_at=now).where(Anchor.ref.in_(refs), Anchor.filed_at.is_null()).execute()


def is_older_than_file(settings: Settings) -> bool:
    """Whether the file has an anchor that the database lacks: an older database was put back."""
    return _state_of_file(settings, anchors.newest()) == "ahead"


def _state_of_file(settings: Settings, last: Anchor | None) -> str:
    """«none», «ok», «behind» what was written to it, «ahead» of the database, or «unreadable»."""
    if settings.anchor_file is None:
        return "none"
    try:
        line = anchors.last_in_file(settings.anchor_file)
    except OSError:
        return "unreadable"
    there, here = line.number if line else 0, last.number if last else 0
    if there > here:
        return "ahead"
    if there < here:
        return "behind"
    return "ok" if last is None or line == anchors.read_line(anchors.line_of(last)) else "ahead"


def _unlike_file(path: Path | None, known: list[Anchor]) -> list[Fault]:
    if path is None:
        return []
    try:
        lines = anchors.in_file(path)
    except OSError:
        return [Fault("Ankerfilen kan ikke læses (SKB_ANCHOR_FILE).")]
    ours = {anchor.number: anchors.line_of(anchor) for anchor in known}
    faults, seen, newest = [], set(), max(ours, default=0)
    for place, text in enumerate(lines, 1):
        line = anchors.read_line(text)
        if line is None:
            is_torn = any(other.startswith(text.strip()) for other in lines[place:])  # written again after it
            faults += [] if is_torn else [Fault(f"Ankerfilens linje {place} kan ikke læses.")]
            continue
        seen.add(line.number)
        if line.number > newest:
            told = f"Ankerfilen har anker {line.number} ({anchors.day_of(line)}), databasen kun til {newest}"
            faults.append(Fault(f"{told}: en ældre database er lagt tilbage."))
        elif ours.get(line.number) not in (None, text.strip().lower()):
            faults.append(Fault(f"Anker {line.number} i ankerfilen er et andet end databasens."))
    filed = [anchor.number for anchor in known if anchor.filed_at]
    cut = [number for number in filed if number not in seen]
    if cut:
        faults.append(Fault(f"Ankerfilen er skåret eller skiftet ud: anker {', '.join(map(str, cut))} mangler i den."))
    return faults
