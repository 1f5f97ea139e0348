"""Whether what is stored is whole (REL-06): looked for at every start and every hour, and thoroughly every week.

What is damaged is written to no more (store/faults.py), every page says so, and letters/alarm.py tells who must know.
A row that lacks what it refers to, or a text that does not open, costs itself alone: the house goes on, and a letter
tells of it.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from .. import clock, policy
from ..addresses import Place
from ..errors import Damaged
from ..kinds import LetterKind, Role
from ..mail import outbox
from ..settings import Settings
from ..store import damage, faults, keys, rows, schema
from ..store.db import connected, transaction
from ..store.outbox import Tick, note_tick
from . import people, rules

TICK, THOROUGH = "integrity", "thorough"
UNREADABLE = "unreadable"  # the tick that says how many sealed fields of the last such page did not open
WEEK = timedelta(days=7)
SAMPLE = 25  # rows of each table whose sealed texts are opened at a thorough look
log = logging.getLogger(__name__)


def refuse_unfit(settings: Settings) -> None:
    """Open the keys, and refuse a database that nobody may begin to use: before a start, and before every command.

    Raises Damaged; and SettingError where it is missing, another program's, newer than this one or not made ready, was
    made with other keys, or in production is unsafe.
    """
    keys.open_ring(settings.keys_file)
    schema.refuse_missing()
    refuse_damaged()
    with connected():
        schema.refuse_other()
        keys.refuse_other()
        if settings.is_production:
            schema.refuse_unsafe()


def refuse_damaged() -> None:
    """Look the database over; where it is whole, damage that was found before is mended by now: what was found once is
    looked for thoroughly. Raises Damaged, when it is remembered."""
    if _is_damaged(damage.found if faults.damage() is None else damage.found_thoroughly):
        raise Damaged()
    faults.forget_damage()


def look_over(now: datetime) -> int:
    """Look the database over while the program runs, once a week thoroughly, and say that it was done; returns how much
    was found wrong. A tick: running it twice, or late, is harmless."""
    if is_thorough_due(now):
        return len(look_thoroughly(now))
    _tell(now, _unreadable_since(now - timedelta(hours=1)))
    if _is_damaged(damage.found):
        return 1
    note_tick(TICK, now, 0)
    return 0


def is_thorough_due(now: datetime) -> bool:
    """Whether the week is over: then before the office opens, or by a day later whenever."""
    last = Tick.get_or_none(Tick.name == THOROUGH)
    age, wall = now - last.at if last else WEEK * 2, clock.local(now)
    return age >= WEEK + timedelta(days=1) or (age >= WEEK and wall.time() < rules.current().office_opens)


def look_thoroughly(now: datetime) -> list[str]:
    """Everything that is wrong with what is stored, without a word of what is in it; told in a letter and kept for
    /readyz. A database that is damaged is written to no more."""
    if _is_damaged(damage.found_thoroughly):
        return [faults.damage() or ""]
    found = [*damage.orphans(), *rows.unopenable(SAMPLE)]
    for one in found:
        log.error("stored wrongly: %s", one)
    for name, count in ((TICK, 0), (THOROUGH, len(found))):
        note_tick(name, now, count)
    _tell(now, len(found))
    return found


def thorough(now: datetime) -> dict[str, Any]:
    """How many days ago it was looked thoroughly, and how much was wrong then."""
    last = Tick.get_or_none(Tick.name == THOROUGH)
    days = (now - last.at).days if last else None
    return {
        "ok": not (last and last.counted) and (days is None or days <= 2 * WEEK.days),
        "days": days,
        "faults": last.counted if last else None,
    }


def _unreadable_since(instant: datetime) -> int:
    last = Tick.get_or_none(Tick.name == UNREADABLE, Tick.at > instant)
    return last.counted if last else 0


@transaction
def _tell(now: datetime, count: int) -> None:
    """Once a day to those who can act on it, where there is anything."""
    for person in people.active() if count else ():
        if Role.ADMINISTRATOR in policy.roles(person):
            key = f"{LetterKind.STORED_WRONGLY}:{clock.today(now)}"
            outbox.put(LetterKind.STORED_WRONGLY, person, key=key, about=person, opens=Place.PROFILE)


def _is_damaged(look: Callable[..., str | None]) -> bool:
    why = look(schema.ALL_TABLES)
    if why is not None:
        faults.note_damage(why)
        log.error("the database is damaged: %s", why)
    return why is not None
