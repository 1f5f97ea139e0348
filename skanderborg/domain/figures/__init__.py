"""Figures of half-years that are over: counted once, by the worker, and frozen; nothing in them points at anyone.

No page counts as it is looked at: two looks at a live count, a day apart, would tell of the one case between them.
"""

import json
from datetime import date, datetime, time
from typing import Any, NamedTuple

from ... import clock
from ...errors import NotFound
from ...kinds import EventKind
from ...policy import SYSTEM, Action
from ...store import events, keys
from ...store.cases import Case
from ...store.db import insert_once, lock_chain, transaction
from ...store.figures import HalfYear
from ...store.people import Person
from .. import rules
from ..verbs import reads
from . import counting


class Frozen(NamedTuple):
    """A half-year (2026-1) as it was frozen, and when."""

    name: str
    tables: list[dict[str, Any]]
    medians: list[tuple[str, float | None]]
    at: datetime


def freeze_due(now: datetime) -> int:
    """Freeze every half-year that has been over for `figures_wait_days` and is not frozen; how many. A tick: late, or
    twice, is harmless."""
    first = Case.select(Case.reported_at).order_by(Case.reported_at).first()
    frozen = {name for (name,) in HalfYear.select(HalfYear.name).tuples()}
    over = _over(clock.today(first.reported_at), clock.today(now)) if first else []
    return sum(_freeze(name, now) for name in over if name not in frozen)


def _over(first: date, today: date) -> list[str]:
    """The half-years from that of `first` whose figures may be counted by `today`."""
    found, year, half = [], first.year, 1 + first.month // 7
    while (today - span(f"{year}-{half}").last).days > rules.current().figures_wait_days:
        found.append(f"{year}-{half}")
        year, half = (year, 2) if half == 1 else (year + 1, 1)
    return found


def span(name: str) -> counting.Days:
    """The days of a half-year."""
    year, half = map(int, name.split("-"))
    first = date(year, 6 * half - 5, 1)
    after = clock.months_later(first, 6)
    last = date.fromordinal(after.toordinal() - 1)
    return counting.Days(
        first, last, clock.next_valid_instant(first, time(0)), clock.next_valid_instant(after, time(0))
    )


def _freeze(name: str, now: datetime) -> bool:
    return keep(name, *counting.counted(span(name)), now)


@transaction
def keep(name: str, tables: list[dict[str, Any]], medians: list[tuple[str, float | None]], now: datetime) -> bool:
    """Freeze what a half-year came to, unless it is frozen; whether it was not."""
    lock_chain(keys.SYSTEM)  # which the event is added to, before any row is written
    body = json.dumps({"tables": tables, "medians": medians}, ensure_ascii=False)
    made = insert_once(HalfYear, name=name, body=body, at=now)
    if made is not None:
        events.record(SYSTEM, EventKind.FIGURES_FROZEN, made)
    return made is not None


@reads(Action.FIGURES_READ)
def all_frozen(actor: Person) -> list[HalfYear]:
    """The half-years that are frozen, the newest first."""
    return list(HalfYear.select().order_by(HalfYear.name.desc()))


@reads(Action.FIGURES_READ)
def frozen(actor: Person, name: str) -> Frozen:
    """One half-year. Raises NotFound."""
    row = HalfYear.get_or_none(HalfYear.name == name)
    if row is None:
        raise NotFound()
    body = json.loads(row.body)
    return Frozen(row.name, body["tables"], [(label, days) for label, days in body["medians"]], row.at)
