"""Whether what is stored is whole (REL-06): looked for at every start and every hour.

What is damaged is written to no more (store/faults.py), every page says so, and letters/alarm.py tells who must know.
"""

import logging
from datetime import datetime

from ..errors import Damaged
from ..store import damage, faults, schema
from ..store.outbox import note_tick

TICK = "integrity"
log = logging.getLogger(__name__)


def refuse_damaged() -> None:
    """Look the database over before a start; where it is whole, damage that was found before is mended by now.

    Raises Damaged, when it is remembered.
    """
    if _is_damaged():
        raise Damaged()
    faults.forget_damage()


def look_over(now: datetime) -> int:
    """Look the database over while the program runs, and say that it was done; returns 1 when it is damaged."""
    if _is_damaged():
        return 1
    note_tick(TICK, now, 0)
    return 0


def _is_damaged() -> bool:
    why = damage.found(schema.ALL_TABLES)
    if why is not None:
        faults.note_damage(why)
        log.error("the database is damaged: %s", why)
    return why is not None
