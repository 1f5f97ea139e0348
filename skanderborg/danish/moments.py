"""Moments and periods as people and phones write them in a log of their own; «i går» is none (S2-30)."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

from .. import clock
from .dates import NO_TIME, DateOrder, Day, ShortYears, exact_time, plain, read_day

_BETWEEN = re.compile(r"\s+(?:til(?: og med)?|[-–—])\s+|\s*[–—]\s*")
_CLOCK = r"(?:kl\.?\s?)?([0-9]{1,2})(?:[:.]([0-9]{2})(?:[:.]([0-9]{2})(?:[.,]\d+)?)?)?\s?([ap]\.?m\.?)?"
_TIME = re.compile(_CLOCK)
_PLAIN_TIME = re.compile(r"([0-9]{2})([0-9]{2})")
_MOMENT = re.compile(
    rf"(.*?)(?:,? (?:kl\.? ?)?|(?<=\d)t)(?=\d{{1,2}}[:.]\d|kl|\d{{1,2}} ?[ap]m){_CLOCK}\s?(z|[+-]\d\d:?\d\d)?"
)


class When(NamedTuple):
    """A moment or a period as it was written; `unsure` and `proves` as in dates.Day."""

    from_on: date
    to_on: date | None = None
    at_time: time | None = None
    is_second_hour: bool | None = None
    unsure: frozenset[str] = frozenset()
    proves: bool = False


def read(text: str, order: DateOrder, years: ShortYears) -> When:
    """A day, a day and a time, or a period. Raises ValueError with words for the one who must put it right."""
    text = plain(text)
    try:
        return _day_or_period([read_day(part, order, years) for part in _parts(text)])
    except ValueError:
        if match := _MOMENT.fullmatch(text):
            return _moment(read_day(match[1].rstrip(" ,"), order, years), match)
        raise


def read_time(text: str) -> time | None:
    """A time of day; None where the words say that it is not known, or only roughly. Raises ValueError."""
    text = plain(text)
    if not re.search(r"\d", text):
        return None
    if match := _PLAIN_TIME.fullmatch(text):
        return exact_time(match[1], match[2])
    if match := _TIME.fullmatch(text.removeprefix("ca.").removeprefix("ca").strip()):
        return _time(match[1], match[2], match[4])
    raise ValueError(NO_TIME)


def _parts(text: str) -> list[str]:
    parts = _BETWEEN.split(text)
    return parts if len(parts) == 2 else [text]


def _day_or_period(days: list[Day]) -> When:
    first, last = days[0], days[-1]
    to_on = last.on if len(days) > 1 else None
    return When(first.on, to_on, unsure=first.unsure | last.unsure, proves=first.proves or last.proves)


def _moment(day: Day, match: re.Match[str]) -> When:
    at = _time(match[2], match[3], match[5])
    if not match[6]:
        return When(day.on, None, at, None, day.unsure, day.proves)
    shift = match[6].replace(":", "")
    hours, minutes = (0, 0) if shift == "z" else (int(shift[:3]), int(f"{shift[0]}{shift[3:]}"))
    try:
        zone = timezone(timedelta(hours=hours, minutes=minutes))
    except ValueError:  # no clock is a day off
        raise ValueError(NO_TIME) from None
    wall = clock.local(datetime.combine(day.on, at, zone))
    second = bool(wall.fold) if clock.comes_twice(wall.date(), wall.time()) else None
    return When(wall.date(), None, wall.time(), second, day.unsure, day.proves)


def _time(hours: str, minutes: str | None, half: str | None) -> time:
    if half and int(hours) > 12:
        raise ValueError(NO_TIME)
    hour = int(hours) % 12 + (12 if half.startswith("p") else 0) if half else int(hours)
    return exact_time(str(hour), minutes)


def likely_order(cells: Iterable[str]) -> DateOrder:
    """The order in which most of these dates exist; day first, as Danes write, unless another is clearly meant."""
    cells = list(cells)
    return max(DateOrder, key=lambda order: sum(_is_date(cell, order) for cell in cells))


def looks_like_one(cell: str) -> bool:
    """Whether a cell is a date in any order."""
    return any(_is_date(cell, order) for order in DateOrder)


def _is_date(cell: str, order: DateOrder) -> bool:
    try:
        read(cell, order, ShortYears.THIS_CENTURY)
    except ValueError:
        return False
    return True
