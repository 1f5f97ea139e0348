"""Dates and times as people and phones write them in a log of their own; «i går» is none (S2-30).

Read strictly: what may mean two days is marked as unsure, and what means none is refused with a reason.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from typing import NamedTuple

from ... import clock
from ...kinds.base import Kind


class DateOrder(Kind):
    """How 03/04-2026 is meant."""

    DAY_FIRST = "dmy", "Dag, måned, år (3. april 2026)"
    MONTH_FIRST = "mdy", "Måned, dag, år (4. marts 2026)"
    YEAR_FIRST = "ymd", "År, måned, dag (som 26-04-03)"


class ShortYears(Kind):
    """What to do with a year of two digits."""

    THIS_CENTURY = "20", "26 er 2026"
    REFUSE = "refuse", "Vis dem som fejl"


class When(NamedTuple):
    """A moment or a period as it was written. `unsure`: why it may be meant otherwise, «order», «year» or
    «weekday»; `proves`: whether it can be read in the chosen order only."""

    from_on: date
    to_on: date | None = None
    at_time: time | None = None
    is_second_hour: bool | None = None
    unsure: frozenset[str] = frozenset()
    proves: bool = False


LONGEST = 100
HINT = "Skriv datoen som dag, måned og år, fx 19.11.2026."
NO_DAY = f"Det siger ikke hvilken dag. {HINT}"
NO_YEAR = f"Året mangler. {HINT}"
NO_SUCH_DAY = f"Den dato findes ikke. {HINT}"
SHORT_YEAR = f"Årstallet har kun to cifre. {HINT}"
NO_TIME = "Klokkeslættet kan ikke læses. Skriv timer og minutter, fx 9.30."

MONTHS = {word: number for number, name in enumerate(clock.MONTHS, 1) for word in (name, name[:3])} | {
    "sept": 9, "january": 1, "february": 2, "march": 3, "may": 5, "june": 6, "july": 7, "oct": 10, "october": 10
}  # fmt: skip
WEEKDAYS = ("man", "tir", "ons", "tor", "fre", "lør", "søn")
_WEEKDAY = re.compile(r"^(man|tir|ons|tor|fre|lør|søn)s?(?:dag)?\b\.?,?\s*(?=.*\d)")
_YEAR_FIRST = re.compile(r"(\d{4})\s?[-./]\s?(\d{1,2})\s?[-./]\s?(\d{1,2})|((?:19|20)\d\d)(\d\d)(\d\d)")
_NUMBERS = re.compile(r"(\d{1,2})(?:\s?[./-]\s?|\s)(\d{1,2})(?:\s?[./-]\s?|\s)(\d{4}|\d{2})")
_WORDED = re.compile(r"(\d{1,2})\.?[ -]?([a-zæøå]{3,9})\.?,?[ -](\d{4}|\d{2})")
_MONTH_WORDED = re.compile(r"([a-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_WITHOUT_YEAR = re.compile(r"\d{1,2}\s?[./-]\s?\d{1,2}|\d{1,2}\.? ?[a-zæøå]{3,9}")
_BETWEEN = re.compile(r"\s+(?:til(?: og med)?|[-–—])\s+|\s*[–—]\s*")
_CLOCK = r"(?:kl\.?\s?)?(\d{1,2})(?:[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?)?\s?([ap]\.?m\.?)?"
_TIME = re.compile(_CLOCK)
_PLAIN_TIME = re.compile(r"(\d{2})(\d{2})")
_MOMENT = re.compile(
    rf"(.*?)(?:,? (?:kl\.? ?)?|(?<=\d)t)(?=\d{{1,2}}[:.]\d|kl|\d{{1,2}} ?[ap]m){_CLOCK}\s?(z|[+-]\d\d:?\d\d)?"
)


def read(text: str, order: DateOrder, years: ShortYears) -> When:
    """A day, a day and a time, or a period. Raises ValueError with words for the one who must put it right."""
    text = _plain(text)
    try:
        return _day_or_period(text, order, years)
    except ValueError:
        if match := _MOMENT.fullmatch(text):
            return _moment(_day(match[1].rstrip(" ,"), order, years), match)
        raise


def read_time(text: str) -> time | None:
    """A time of day; None where the words say that it is not known, or only roughly. Raises ValueError."""
    text = _plain(text)
    if not re.search(r"\d", text):
        return None
    if match := _PLAIN_TIME.fullmatch(text):
        return _time(match[1], match[2], None)
    if match := _TIME.fullmatch(text.removeprefix("ca.").removeprefix("ca").strip()):
        return _time(match[1], match[2], match[4])
    raise ValueError(NO_TIME)


def _day_or_period(text: str, order: DateOrder, years: ShortYears) -> When:
    parts = _BETWEEN.split(text)
    if len(parts) != 2:
        return _day(text, order, years)
    first, last = (_day(part, order, years) for part in parts)
    return When(first.from_on, last.from_on, unsure=first.unsure | last.unsure, proves=first.proves or last.proves)


def _day(text: str, order: DateOrder, years: ShortYears) -> When:
    found = _date_of(re.sub(r"^(?:den|d)\.?\s+(?=\d)", "", _WEEKDAY.sub("", text)).rstrip(".,"), order, years)
    named = _WEEKDAY.match(text)
    fits = named is None or WEEKDAYS[found.from_on.weekday()] == named[1]
    return found if fits else found._replace(unsure=found.unsure | {"weekday"})


def _date_of(text: str, order: DateOrder, years: ShortYears) -> When:
    if match := _YEAR_FIRST.fullmatch(text):
        return When(_date(*(match.groups()[:3] if match[1] else match.groups()[3:])))
    if match := _NUMBERS.fullmatch(text):
        return _in_order(match.groups(), order, years)
    if (match := _WORDED.fullmatch(text)) and match[2] in MONTHS:
        return _short(_date(_full(match[3], years), MONTHS[match[2]], match[1]), match[3])
    if (match := _MONTH_WORDED.fullmatch(text)) and match[1] in MONTHS:
        return When(_date(match[3], MONTHS[match[1]], match[2]))
    if _WITHOUT_YEAR.fullmatch(text):
        raise ValueError(NO_YEAR)
    raise ValueError(HINT if re.search(r"\d", text) else NO_DAY)


def _in_order(numbers: tuple[str, ...], order: DateOrder, years: ShortYears) -> When:
    first, second, third = numbers
    if order == DateOrder.YEAR_FIRST and len(third) == 2:
        return _short(_date(_full(first, years), second, third), first)
    if order == DateOrder.MONTH_FIRST:
        day, month = second, first
    else:
        day, month = first, second
    found = _short(_date(_full(third, years), month, day), third)
    may_be_turned = int(day) <= 12 and int(day) != int(month)
    return found._replace(unsure=found.unsure | ({"order"} if may_be_turned else frozenset()), proves=int(day) > 12)


def _short(day: date, year: str) -> When:
    return When(day, unsure=frozenset({"year"} if len(year) == 2 else ()))


def _full(year: str, years: ShortYears) -> str:
    if len(year) == 4:
        return year
    if years == ShortYears.REFUSE:
        raise ValueError(SHORT_YEAR)
    return f"20{year}"


def _date(year: str, month: str | int, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(NO_SUCH_DAY) from None


def _moment(day: When, match: re.Match[str]) -> When:
    at = _time(match[2], match[3], match[5])
    if not match[6]:
        return day._replace(at_time=at)
    shift = match[6].replace(":", "")
    hours, minutes = (0, 0) if shift == "z" else (int(shift[:3]), int(f"{shift[0]}{shift[3:]}"))
    try:
        zone = timezone(timedelta(hours=hours, minutes=minutes))
        wall = clock.local(datetime.combine(day.from_on, at, zone))
    except (ValueError, OverflowError):  # no clock is a day off, and no calendar goes beyond 9999
        raise ValueError(NO_TIME) from None
    second = bool(wall.fold) if clock.comes_twice(wall.date(), wall.time()) else None
    return day._replace(from_on=wall.date(), at_time=wall.time(), is_second_hour=second)


def _time(hours: str, minutes: str | None, half: str | None) -> time:
    hour = int(hours)
    if half and hour > 12:
        raise ValueError(NO_TIME)
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        return time(hour, int(minutes or 0))
    except ValueError:
        raise ValueError(NO_TIME) from None


def _plain(text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(HINT)
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


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
