"""Opening hours: read as people write them, said as Danes say them, and whether it is open now."""

import re
from collections.abc import Iterable
from datetime import datetime, time
from typing import NamedTuple

from .. import clock
from . import dates

HINT = "Skriv åbningstiden som dage og tider, fx man-fre 8.30-11.00 eller døgnet rundt."
ALWAYS = "døgnet rundt"
SEVERAL = {"hverdage": range(5), "alle dage": range(7), "hver dag": range(7)}
_TIME = r"\d{1,2}(?:[.:]\d{2})?"
_LINE = re.compile(
    rf"(?P<days>[a-zæøå][a-zæøå ,.–-]{{0,80}}?) (?:kl\.? ?)?(?P<opens>{_TIME}) ?[-–] ?(?P<closes>{_TIME})"
)


class Hours(NamedTuple):
    """When it opens and closes on which days of the week, monday 0. `always`: it never closes, on holidays neither."""

    days: tuple[int, ...]
    opens: time
    closes: time
    always: bool = False


def parse(line: str) -> Hours:
    """Read one line: «man-fre 8.30-11.00», «tir, tor 9-15», «hverdage 10-16», «døgnet rundt».

    Raises ValueError, with words for the one who typed.
    """
    plain = " ".join(line.lower().split()).removesuffix(".")
    if plain == ALWAYS:
        return Hours(tuple(range(7)), time.min, time.max, always=True)
    match = _LINE.fullmatch(plain)
    if not match:
        raise ValueError(HINT)
    opens, closes = _time(match["opens"]), _time(match["closes"])
    if closes <= opens:
        raise ValueError("Det skal lukke senere, end det åbner. Skriv fx man-fre 8.30-11.00.")
    return Hours(_days(match["days"].strip(" .,")), opens, closes)


def words(lines: Iterable[str]) -> str:
    """Write the hours as «Mandag–fredag kl. 8.30–11.00, lørdag kl. 10.00–12.00»."""
    said = ", ".join(_said(parse(line)) for line in lines)
    return said[:1].upper() + said[1:]


def is_open(lines: Iterable[str], at: datetime, is_our_own: bool) -> bool:
    """Say whether it is open at the instant. Public holidays close all but what never closes; our own closing days
    close the municipality's own."""
    now = clock.local(at)
    closed = now.date() in clock.public_holidays(now.year) or (is_our_own and now.date() in clock.closing_days())
    found = [parse(line) for line in lines]
    return any(
        hours.always or (not closed and now.weekday() in hours.days and hours.opens <= now.time() < hours.closes)
        for hours in found
    )


def _time(text: str) -> time:
    return time.max if text in ("24", "24.00", "24:00") else dates.parse_time(text)


def _days(text: str) -> tuple[int, ...]:
    if text in SEVERAL:
        return tuple(SEVERAL[text])
    found: set[int] = set()
    for part in re.split(r" ?(?:,| og ) ?", text):
        first, _, last = (end.strip(" .") for end in re.sub("–", "-", part).partition("-"))
        numbers = [_day(first), _day(last or first)]
        if numbers[1] < numbers[0]:
            raise ValueError(HINT)
        found |= set(range(numbers[0], numbers[1] + 1))
    return tuple(sorted(found))


def _day(word: str) -> int:
    for number, name in enumerate(clock.WEEKDAYS):
        if word in (name, name[:3]):
            return number
    raise ValueError(HINT)


def _said(hours: Hours) -> str:
    if hours.always:
        return ALWAYS
    return f"{_said_days(hours.days)} kl. {_said_time(hours.opens)}–{_said_time(hours.closes)}"


def _said_days(days: tuple[int, ...]) -> str:
    if days == tuple(range(7)):
        return "alle dage"
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{clock.WEEKDAYS[days[0]]}–{clock.WEEKDAYS[days[-1]]}"
    *most, last = (clock.WEEKDAYS[day] for day in days)
    return f"{', '.join(most)} og {last}" if most else last


def _said_time(at: time) -> str:
    return "24" if at == time.max else f"{at.hour}.{at.minute:02}"
