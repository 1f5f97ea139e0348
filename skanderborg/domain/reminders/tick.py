"""The tick of rows that fall due: each that still holds becomes letters, once (REL-20 to 27)."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from ...kinds import EventKind
from ...policy import SYSTEM
from ...store import events
from ...store.db import transaction
from ...store.work import Deadline, Escalation, Reminder

Row = TypeVar("Row", Reminder, Deadline, Escalation)
OWED = {
    Reminder: EventKind.REMINDER_OWED, Deadline: EventKind.DEADLINE_OWED, Escalation: EventKind.ESCALATION_OWED,
}  # fmt: skip
Owe = Callable[[Row, datetime], int | None]

OWED_AT_ONCE = 500  # rows a tick takes on; the next tick takes the rest
TRIED_AGAIN_AT_ONCE = 50  # rows that failed before, so that they never crowd out the others
log = logging.getLogger(__name__)


def owe_due(model: type[Row], now: datetime, owe: Owe[Row]) -> int:
    """Turn every row that is due at `now` into letters; returns how many letters were new.

    `owe(row, now)` owes the letters of one and says how many were new, or None when it holds no more. Each row has a
    transaction of its own: one that fails is marked, and tried again at the next tick, without keeping the others
    (REL-24). Running it twice, late, or in several workers at once owes nothing twice (REL-20, 21, 27).
    """
    in_order = model.select().where(model.due_at <= now, *to_come(model)).order_by(model.due_at, model.ref)
    # Read to the end before the first write: a cursor that is open while its table changes loses its place.
    fresh: list[Row] = list(in_order.where(model.failure.is_null()).limit(OWED_AT_ONCE))
    failed: list[Row] = list(in_order.where(model.failure.is_null(False)).limit(TRIED_AGAIN_AT_ONCE))
    letters: list[int] = [_attempt(row, now, owe) for row in [*fresh, *failed]]
    return sum(letters)


def to_come(model: type[Row]) -> tuple[Any, Any]:
    """The conditions under which a row is still to come: neither owed nor withdrawn."""
    return model.owed_at.is_null(), model.void_at.is_null()


def _attempt(row: Row, now: datetime, owe: Owe[Row]) -> int:
    try:
        return _owe(row, now, owe)
    except Exception as error:  # noqa: BLE001 one bad row must never keep the others; what was wrong is written on it
        _mark_failed(row, error)
        return 0


@transaction
def _mark_failed(row: Row, error: Exception) -> None:
    model = type(row)
    if row.failure is None:
        log.error("%s %s failed: %s", model._meta.table_name, row.ref, type(error).__name__)
    model.update(failure=type(error).__name__[:60]).where(model.ref == row.ref).execute()


@transaction
def _owe(row: Row, now: datetime, owe: Owe[Row]) -> int:
    model = type(row)
    if not model.update(owed_at=now, failure=None).where(model.ref == row.ref, *to_come(model)).execute():
        return 0  # another worker was faster
    letters = owe(row, now)
    if letters is None:
        model.update(owed_at=None, void_at=now).where(model.ref == row.ref).execute()
        return 0
    events.record(SYSTEM, OWED[model], row)
    return letters
