"""Days and times as people write them: in a form, in a log of their own, in the settings.

Read strictly: what may mean two days is marked as unsure, and what means none is refused with words for the one who
typed it.
"""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, time, timedelta
from typing import NamedTuple

from ..clock import MONTHS, WEEKDAYS, ClosingDays
from ..kinds.base import Kind

DATE_HINT = "Skriv datoen som dag, måned og år, fx 19.11.2026."
TIME_HINT = "Skriv klokkeslættet som timer og minutter, fx 9.30."
NO_TIME = f"Klokkeslættet kan ikke læses. {TIME_HINT}"
YEARS = range(1900, 2200)  # a year outside is a slip of the finger, and reckoning from it would overflow
LONGEST = 100
LEAP_YEARS_APART = 8  # over 1900 or 2100
_HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2212\ufe63\uff0d", "-"))
_DASHES = str.maketrans(dict.fromkeys("–—", "-"))
_BETWEEN = r"(?:\s*[./-]\s*|\s+)"
_MONTH = r"([a-zæøå]{3,9})"
_YEAR_FIRST = re.compile(
    r"([0-9]{4})\s?[-./]\s?([0-9]{1,2})\s?[-./]\s?([0-9]{1,2})|((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})"
)
_NUMERIC = re.compile(rf"([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{4}}|[0-9]{{2}})")
_WORDED = re.compile(rf"([0-9]{{1,2}})(?:st|nd|rd|th)?\.?[ -]?{_MONTH}\.?,?[ -]([0-9]{{4}}|[0-9]{{2}})")
_MONTH_FIRST = re.compile(rf"{_MONTH}\.? ([0-9]{{1,2}})(?:st|nd|rd|th)?,? ([0-9]{{4}})")
_WITHOUT_YEAR = re.compile(rf"([0-9]{{1,2}})(?:\s*[./-]\s*([0-9]{{1,2}})|\.?[ -]?{_MONTH})\.?")
_WEEKDAY = re.compile(
    r"^(?:(man|tir|ons|tor|fre|lør|søn)s?(?:d(?:ag)?)?|(mon|tue|wed|thu|fri|sat|sun)(?:s|rs|ur|nes)?(?:day)?)\b"
    r"\.?,?\s*(?=.*\d)"
)
_ENGLISH_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK = r"(?:kl\.? ?)?([0-9]{1,2})(?:[.:]([0-9]{2})(?:[.:][0-9]{2}(?:[.,][0-9]+)?)?)? ?([ap]\.?m\.?)?"
_CLOCK = re.compile(CLOCK)
_TIME_WITHOUT_SIGN = re.compile(r"(?:kl\.? ?)?([0-9]{1,2}) ?([0-9]{2})")
_DAYS_FROM_TODAY = {
    "i dag": 0, "idag": 0, "i går": -1, "igår": -1, "i forgårs": -2, "i morgen": 1, "imorgen": 1, "i overmorgen": 2,
    "overmorgen": 2,
}  # fmt: skip
_COUNTED = ["en", "to", "tre", "fire", "fem", "seks", "syv", "otte", "ni", "ti", "elleve", "tolv", "tretten", "fjorten"]
_COUNTS = {"et": 1} | {word: number for number, word in enumerate(_COUNTED, 1)}
_AWAY = re.compile(r"(om|for) ([0-9]{1,3}|[a-z]+) (dage?|uger?)( siden)?")
_MONTHS = {word: number for number, name in enumerate(MONTHS, 1) for word in (name, name[:3])} | {
    "sept": 9, "january": 1, "february": 2, "march": 3, "may": 5, "june": 6, "july": 7, "oct": 10, "october": 10
}  # fmt: skip


class Looks(Kind):
    """Which way a field looks: a day without its year is then the next or the last one, else the nearest."""

    AHEAD = "ahead", "Frem"
    BACK = "back", "Tilbage"
    BOTH_WAYS = "", "Begge veje"


class DateOrder(Kind):
    """How 03/04-2026 is meant."""

    DAY_FIRST = "dmy", "Dag, måned, år (3. april 2026)"
    MONTH_FIRST = "mdy", "Måned, dag, år (4. marts 2026)"
    YEAR_FIRST = "ymd", "År, måned, dag (som 26-04-03)"


class ShortYears(Kind):
    """What to do with a year of two digits, or none."""

    THIS_CENTURY = "20", "26 er 2026, og uden årstal er det den seneste dag"
    REFUSE = "refuse", "Vis dem som fejl"


class Day(NamedTuple):
    """A day as it was written. `unsure`: why it may be meant otherwise, «order», «year» or «weekday»; `proves`: whether
    it can be read in the chosen order only."""

    on: date
    unsure: frozenset[str] = frozenset()
    proves: bool = False


class Clock(NamedTuple):
    """A time as it was written; `days` later than the day beside it, for «24:00» and «26:15»."""

    at: time
    days: int = 0


# ── in a form ───────────────────────────────────────────────────────────────────────────────────────


def parse_date(text: str, today: date, looks: Looks = Looks.BOTH_WAYS, since: date | None = None) -> date:
    """Read a date as people type it, «i dag», «om 14 dage» and «for en uge siden» among them.

    A day without its year, «1/12» or «tor. 1. dec.», is the first or the last such day where the field looks ahead or
    back, today among them, and else the one nearest to `today`; the end of a range is the first such day from `since`,
    its beginning. Raises `ValueError`, with words for the one who typed, when it is no date that exists.
    """
    if (days := _days_from_today(plain(text))) is not None:
        return today + timedelta(days=days)
    near = Near(since, Looks.AHEAD) if since else Near(today, looks)
    return _fitting(read_day(text, near=near))


def parse_written_date(text: str) -> date:
    """Read a date with day, month and year: «19 11 2026», «19.11.26», «19. november 2026», «2026-11-19».

    For a log that may become evidence: it must say when, so «i går» is refused (S2-30).
    Two digits of a year mean 20xx. Raises `ValueError` as `parse_date` does.
    """
    return _fitting(read_day(text))


def names_its_year(text: str) -> bool:
    """Whether a date was typed with its year."""
    with suppress(ValueError):
        return bool(read_day(text))
    return False


def _fitting(day: Day) -> date:
    if "weekday" in day.unsure:
        raise ValueError(f"Den dag er en {WEEKDAYS[day.on.weekday()]}. {DATE_HINT}")
    return day.on


def parse_time(text: str) -> time:
    """Read a time as people type it: «10», «10.00», «10:00:00», «1000», «kl. 9.30».

    Raises `ValueError`, with words for the one who typed, when no clock shows it.
    """
    found = read_clock(text)
    if found.days:
        raise ValueError(NO_TIME)
    return found.at


# ── wherever they are written ───────────────────────────────────────────────────────────────────────


class Near(NamedTuple):
    """Where a day without its year is looked for: from this day, in this direction."""

    day: date
    looks: Looks


def read_day(
    text: str, order: DateOrder = DateOrder.DAY_FIRST, years: ShortYears = ShortYears.THIS_CENTURY,
    near: Near | None = None,
) -> Day:  # fmt: skip
    """A day, with its year unless it says near what it lies: then the year is in doubt.

    Raises ValueError with words for the one who must put it right.
    """
    text = plain(text).translate(_DASHES)
    named = _WEEKDAY.match(text)
    day = _day(re.sub(r"^(?:den|d)\.?\s+(?=\d)", "", _WEEKDAY.sub("", text)).rstrip(".,"), order, years, near)
    fits = named is None or day.on.weekday() == _weekday(named)
    return day if fits else day._replace(unsure=day.unsure | {"weekday"})


def _weekday(named: re.Match[str]) -> int:
    if named[2]:
        return _ENGLISH_WEEKDAYS.index(named[2])
    return next(number for number, name in enumerate(WEEKDAYS) if name.startswith(named[1]))


def _day(text: str, order: DateOrder, years: ShortYears, near: Near | None) -> Day:
    if match := _YEAR_FIRST.fullmatch(text):
        return Day(_date(*filter(None, match.groups())))
    if match := _NUMERIC.fullmatch(text):
        return _in_order(match.groups(), order, years)
    if (match := _WORDED.fullmatch(text)) and match[2] in _MONTHS:
        return _of_short_year(match[3], _MONTHS[match[2]], match[1], years)
    if (match := _MONTH_FIRST.fullmatch(text)) and match[1] in _MONTHS:
        return Day(_date(match[3], _MONTHS[match[1]], match[2]))
    if match := _WITHOUT_YEAR.fullmatch(text):
        return _without_year(match, order, years, near)
    raise ValueError(DATE_HINT if re.search(r"\d", text) else f"Det siger ikke hvilken dag. {DATE_HINT}")


def _without_year(match: re.Match[str], order: DateOrder, years: ShortYears, near: Near | None) -> Day:
    if near is None or years == ShortYears.REFUSE:
        raise ValueError(f"Året mangler. {DATE_HINT}")
    if match[3]:
        if match[3] not in _MONTHS:
            raise ValueError(DATE_HINT)
        return Day(_nearest(match[1], _MONTHS[match[3]], near), frozenset({"year"}))
    turned = order == DateOrder.MONTH_FIRST
    found = _in_order((match[1], match[2], "2028"), order if turned else DateOrder.DAY_FIRST, years)
    day, month = (match[2], match[1]) if turned else (match[1], match[2])
    return found._replace(on=_nearest(day, month, near), unsure=found.unsure | {"year"})


def _nearest(day: str, month: str | int, near: Near) -> date:
    found = []
    for year in range(near.day.year - LEAP_YEARS_APART, near.day.year + LEAP_YEARS_APART + 1):
        with suppress(ValueError):  # 29 February
            found.append(_date(str(year), month, day))
    if near.looks == Looks.AHEAD:
        found = [one for one in found if one >= near.day]
    elif near.looks == Looks.BACK:
        found = [one for one in found if one <= near.day]
    return min(found, key=lambda one: abs(one - near.day)) if found else _date("2028", month, day)


def _in_order(numbers: tuple[str, ...], order: DateOrder, years: ShortYears) -> Day:
    first, second, third = numbers
    if order == DateOrder.YEAR_FIRST and len(third) == 2:
        return _of_short_year(first, second, third, years)
    day, month = (second, first) if order == DateOrder.MONTH_FIRST else (first, second)
    found = _of_short_year(third, month, day, years)
    may_be_turned = int(day) <= 12 and int(day) != int(month)
    return found._replace(unsure=found.unsure | ({"order"} if may_be_turned else frozenset()), proves=int(day) > 12)


def _of_short_year(year: str, month: str | int, day: str, years: ShortYears) -> Day:
    is_short = len(year) == 2
    if is_short and years == ShortYears.REFUSE:
        raise ValueError(f"Årstallet har kun to cifre. {DATE_HINT}")
    return Day(_date(f"20{year}" if is_short else year, month, day), frozenset({"year"} if is_short else ()))


def _days_from_today(typed: str) -> int | None:
    """«i går» is −1, «om 14 dage» 14; None for what names a day otherwise."""
    away = _AWAY.fullmatch(typed)
    count = away and (int(away[2]) if away[2].isdecimal() else _COUNTS.get(away[2]))
    if not away or count is None or (away[1] == "for") != bool(away[4]):
        return _DAYS_FROM_TODAY.get(typed)
    return count * (7 if away[3].startswith("uge") else 1) * (-1 if away[4] else 1)


def _date(year: str, month: str | int, day: str) -> date:
    if int(year) not in YEARS:
        raise ValueError(DATE_HINT)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise ValueError(f"Den dato findes ikke. {DATE_HINT}") from None


def read_clock(text: str) -> Clock:
    """A time as it was written: «7.42», «14:30:00», «0742», «7:42 pm», «24:00». Raises ValueError."""
    text = plain(text)
    if match := _TIME_WITHOUT_SIGN.fullmatch(text):
        return clock_of(match[1], match[2], None)
    if match := _CLOCK.fullmatch(text):
        return clock_of(match[1], match[2], match[3])
    raise ValueError(NO_TIME)


def clock_of(hours: str, minutes: str | None, half: str | None) -> Clock:
    """The time that these digits say, of the next day from 24 on; `half` is «am» or «pm». Raises ValueError."""
    hour = int(hours)
    if half and not 1 <= hour <= 12:
        raise ValueError(NO_TIME)
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    days, hour = divmod(hour, 24)
    if days > 1:
        raise ValueError(NO_TIME)
    try:
        return Clock(time(hour, int(minutes or 0)), days)
    except ValueError:
        raise ValueError(NO_TIME) from None


def plain(text: str) -> str:
    """Text in small letters with single blanks and plain hyphens, without signs that nobody sees. Raises ValueError for
    what is too long to be a day or a time."""
    if len(text) > LONGEST:
        raise ValueError(DATE_HINT)
    seen = (sign for sign in unicodedata.normalize("NFC", text) if unicodedata.category(sign) != "Cf")
    return " ".join("".join(seen).lower().translate(_HYPHENS).split())


# ── in the settings ─────────────────────────────────────────────────────────────────────────────────


def parse_closing_days(yearly: Iterable[str], periods: Iterable[tuple[date, date]]) -> ClosingDays:
    """Read closing days as the settings write them: yearly «24/12», periods by their first and last day.

    Raises `ValueError` naming the entry that is no day of a year, or the period that ends before it begins.
    """
    pairs, periods = set(), tuple(periods)
    for entry in yearly:
        try:
            day, month = (int(part) for part in entry.split("/"))
            pairs.add((month, date(2028, month, day).day))  # 2028 has a 29 February
        except ValueError:
            raise ValueError(f"closing day {entry!r} is no day/month such as 24/12") from None
    for first, last in periods:
        if last < first:
            raise ValueError(f"closing period {first} to {last} ends before it begins")
    return ClosingDays(frozenset(pairs), periods)
