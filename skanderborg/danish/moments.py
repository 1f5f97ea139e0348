"""Moments and periods as people and phones write them in a log of their own; «i går» is none (S2-30)."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from .. import clock
from .dates import CLOCK, NO_TIME, Clock, DateOrder, Day, Looks, Near, ShortYears, clock_of, plain, read_clock, read_day

_BETWEEN = re.compile(r"\s+(?:til(?: og med)?|[-–—])\s+|\s*[–—]\s*")
_MOMENT = re.compile(
    rf"(.*?)(?:,? (?:kl\.? ?|at )?|(?<=\d)t)(?=\d{{1,2}}[:.]\d|kl|\d{{1,2}} ?[ap]m){CLOCK}\s?(z|[+-]\d\d:?\d\d)?"
)
_TIME_FIRST = re.compile(rf"(?=kl|\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?,? ){CLOCK},? (?:d\. ?|den )?(.*\d.*)")
_COUNTED_HOURS = re.compile(r"(?:1899-12-(?P<before>3[01])|1900-01-0(?P<after>[1-9]))[t ](.+)")


class When(NamedTuple):
    """A moment or a period as it was written; `unsure` and `proves` as in dates.Day, «hour» for a time that belongs to
    the day after the one beside it."""

    from_on: date
    to_on: date | None = None
    at_time: time | None = None
    is_second_hour: bool | None = None
    unsure: frozenset[str] = frozenset()
    proves: bool = False

    def at(self, said: Clock) -> "When":
        """This day at a time that was written beside it."""
        moved = self._replace(from_on=_later(self.from_on, said.days), at_time=said.at, is_second_hour=None)
        return moved._replace(unsure=self.unsure | {"hour"}) if said.days else moved


@lru_cache(maxsize=4096)  # a long log has many rows of one day
def read(text: str, order: DateOrder, years: ShortYears, near: Near | None = None) -> When:
    """A day, a day and a time, or a period; a day without its year, near which it lies, is in doubt.

    Raises ValueError with words for the one who must put it right.
    """
    text = plain(text)
    parts = _BETWEEN.split(text)
    try:
        if len(parts) == 2:
            return _period(parts[0], parts[1], order, years, near)
        return _of_day(read_day(text, order, years, near))
    except ValueError:
        if match := _MOMENT.fullmatch(text):
            when = _of_day(read_day(match[1].rstrip(" ,"), order, years, near))
            said = clock_of(match[2], match[3], match[4])
            return _in_zone(when, said, match[5]) if match[5] else when.at(said)
        if match := _TIME_FIRST.fullmatch(text):
            return _of_day(read_day(match[4], order, years, near)).at(clock_of(match[1], match[2], match[3]))
        raise


@lru_cache(maxsize=2048)
def read_time(text: str, order: DateOrder, years: ShortYears) -> tuple[Clock | None, date | None]:
    """A time of day, and the day that stands with it in its cell, if any. None where the words say that the time is not
    known, or only roughly. A workbook counts hours past midnight from its own first day. Raises ValueError."""
    text = plain(text)
    if not re.search(r"\d", text):
        return None, None
    if match := _COUNTED_HOURS.fullmatch(text):
        said = read_clock(match[3])
        return said._replace(days=int(match["after"] or int(match["before"]) - 30)), None
    with suppress(ValueError):
        return read_clock(text.removeprefix("ca.").removeprefix("ca").strip()), None
    with suppress(ValueError):
        when = read(text, order, years)
        if when.at_time is not None:
            return Clock(when.at_time), when.from_on
    raise ValueError(NO_TIME)


def _of_day(day: Day) -> When:
    return When(day.on, unsure=day.unsure, proves=day.proves)


def _period(first: str, last: str, order: DateOrder, years: ShortYears, near: Near | None) -> When:
    """A period: what lacks its year lies before the other end, or after it."""
    until = None
    with suppress(ValueError):
        until = read_day(last, order, years)
    begins = read_day(first, order, years, near and (Near(until.on, Looks.BACK) if until else near))
    ends = until or read_day(last, order, years, near and Near(begins.on, Looks.AHEAD))
    return When(begins.on, ends.on, unsure=begins.unsure | ends.unsure, proves=begins.proves or ends.proves)


def _in_zone(when: When, said: Clock, zone: str) -> When:
    shift = zone.replace(":", "")
    hours, minutes = (0, 0) if shift == "z" else (int(shift[:3]), int(f"{shift[0]}{shift[3:]}"))
    try:
        there = datetime.combine(
            _later(when.from_on, said.days), said.at, timezone(timedelta(hours=hours, minutes=minutes))
        )
    except ValueError:  # no clock is a day off
        raise ValueError(NO_TIME) from None
    wall = clock.local(there)
    second = bool(wall.fold) if clock.comes_twice(wall.date(), wall.time()) else None
    return when._replace(from_on=wall.date(), at_time=wall.time(), is_second_hour=second)


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def likely_order(cells: Iterable[str]) -> DateOrder:
    """The order in which most of these dates exist; day first, as Danes write, unless another is clearly meant."""
    cells = list(cells)
    return max(DateOrder, key=lambda order: sum(is_date(cell, order) for cell in cells))


def looks_like_one(cell: str) -> bool:
    """Whether a cell is a date in any order."""
    return bool(re.search(r"\d", cell)) and any(is_date(cell, order) for order in DateOrder)


def is_date(cell: str, order: DateOrder) -> bool:
    """Whether a cell is a day in this order, with or without its year."""
    try:
        read(cell, order, ShortYears.THIS_CENTURY, Near(clock.today(), Looks.BACK))
    except ValueError:
        return False
    return True
