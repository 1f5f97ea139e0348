"""Dates and times as people type them, and as the settings write them."""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, time, timedelta

from ..clock import MONTHS, ClosingDays

DATE_HINT = "Skriv datoen som dag, måned og år, fx 19.11.2026."
TIME_HINT = "Skriv klokkeslættet som timer og minutter, fx 9.30."
YEARS = range(1900, 2200)  # a year outside is a slip of the finger, and reckoning from it would overflow
_BETWEEN = r"(?:\s*[./-]\s*|\s+)"
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_NUMERIC_DATE = re.compile(rf"([0-9]{{1,2}}){_BETWEEN}([0-9]{{1,2}}){_BETWEEN}([0-9]{{4}}|[0-9]{{2}})")
_WORDED_DATE = re.compile(r"(?:den )?([0-9]{1,2})\.? ?([a-z]{3,9})\.? ([0-9]{4}|[0-9]{2})")
_NUMERIC_DAY = re.compile(r"([0-9]{1,2})\s*[./-]\s*([0-9]{1,2})\.?")
_WORDED_DAY = re.compile(r"(?:den )?([0-9]{1,2})\.? ?([a-z]{3,9})\.?")
_TIME = re.compile(r"(?:kl\.? ?)?([0-9]{1,2})(?:[.: ]?([0-9]{2}))?")
_DAYS_FROM_TODAY = {"i dag": 0, "idag": 0, "i går": -1, "igår": -1, "i morgen": 1, "imorgen": 1}
_MONTH_WORDS = {word: number for number, name in enumerate(MONTHS, 1) for word in (name, name[:3])} | {"sept": 9}


def parse_date(text: str, today: date) -> date:
    """Read a date as people type it, «i dag», «i går» and «i morgen» among them.

    A day without its year, «1/12» or «1. december», is the one nearest to `today`, before or after. Raises
    `ValueError`, with words for the one who typed, when it is no date that exists.
    """
    plain = _plain(text)
    if plain in _DAYS_FROM_TODAY:
        return today + timedelta(days=_DAYS_FROM_TODAY[plain])
    if match := _NUMERIC_DAY.fullmatch(plain):
        return _nearest(match[1], match[2], today)
    if (match := _WORDED_DAY.fullmatch(plain)) and match[2] in _MONTH_WORDS:
        return _nearest(match[1], str(_MONTH_WORDS[match[2]]), today)
    return parse_written_date(text)


def parse_written_date(text: str) -> date:
    """Read a date with day, month and year: «19 11 2026», «19.11.26», «19. november 2026», «2026-11-19».

    For a log that may become evidence: it must say when, so «i går» is refused (S2-30).
    Two digits of a year mean 20xx. Raises `ValueError` as `parse_date` does.
    """
    text = _plain(text)
    if match := _ISO_DATE.fullmatch(text):
        return _date(*match.groups())
    if match := _NUMERIC_DATE.fullmatch(text):
        return _date(*reversed(match.groups()))
    if (match := _WORDED_DATE.fullmatch(text)) and match[2] in _MONTH_WORDS:
        return _date(match[3], str(_MONTH_WORDS[match[2]]), match[1])
    raise ValueError(DATE_HINT)


def parse_time(text: str) -> time:
    """Read a time as people type it: «10», «10.00», «10:00», «1000», «kl. 9.30».

    Raises `ValueError`, with words for the one who typed, when no clock shows it.
    """
    match = _TIME.fullmatch(_plain(text))
    if not match or int(match[1]) > 23 or int(match[2] or 0) > 59:
        raise ValueError(TIME_HINT)
    return time(int(match[1]), int(match[2] or 0))


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


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).lower().split())


def _nearest(day: str, month: str, today: date) -> date:
    found = []
    for year in (today.year - 1, today.year, today.year + 1):
        with suppress(ValueError):  # 29 February
            found.append(_date(str(year), month, day))
    return min(found, key=lambda one: abs(one - today)) if found else _date(str(today.year), month, day)


def _date(year: str, month: str, day: str) -> date:
    full_year = int(year) + (2000 if len(year) == 2 else 0)
    if full_year not in YEARS:
        raise ValueError(DATE_HINT)
    try:
        return date(full_year, int(month), int(day))
    except ValueError:
        raise ValueError(f"Den dato findes ikke. {DATE_HINT}") from None
