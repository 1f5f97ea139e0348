"""The only place that asks the time, and the only one that reckons with it.

An *instant* is an aware datetime in UTC. A wall time is a date and a time as the clock on a Danish wall shows them;
it becomes an instant through `instant` or `next_valid_instant`, so that 09.00 stays 09.00 over a change of summer time.
"""

import time as system_time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

WEEKDAYS = ("mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag")
MONTHS = tuple("januar februar marts april maj juni juli august september oktober november december".split())
SHORT_WEEKDAYS = ("man.", "tir.", "ons.", "tor.", "fre.", "lør.", "søn.")
SHORT_MONTHS = ("jan.", "feb.", "mar.", "apr.", "maj", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec.")

# Store bededag is no public holiday since 2024 (lov nr. 214 af 6. marts 2023).
FIXED_HOLIDAYS = ((1, 1), (12, 25), (12, 26))
DAYS_FROM_EASTER = (-3, -2, 0, 1, 39, 49, 50)  # skærtorsdag … 2. påskedag, Kristi himmelfartsdag, pinse


class NoSuchTime(ValueError):
    """The wall never shows this time: summer time begins and skips it."""


@dataclass(frozen=True)
class ClosingDays:
    """Days on which the municipality is closed though they are no public holidays.

    `yearly` holds (month, day) pairs, `periods` first and last day of each longer closing, both included.
    """

    yearly: frozenset[tuple[int, int]] = frozenset({(12, 24), (12, 31), (6, 5)})
    periods: tuple[tuple[date, date], ...] = ()

    def __contains__(self, day: date) -> bool:
        return (day.month, day.day) in self.yearly or any(first <= day <= last for first, last in self.periods)


@dataclass(frozen=True)
class _Clock:
    zone: ZoneInfo
    test_clock_file: Path | None
    closing_days: ClosingDays


_clock = _Clock(ZoneInfo("Europe/Copenhagen"), None, ClosingDays())
_story: ContextVar[datetime | None] = ContextVar("story", default=None)


# ── what the time is ─────────────────────────────────────────────────────────────────────────────────────────────────


def configure(zone: str, test_clock_file: Path | None, closing_days: ClosingDays) -> None:
    """Set the clock once, at the start of the process. Raises `ZoneInfoNotFoundError` for an unknown zone."""
    global _clock
    _clock = _Clock(ZoneInfo(zone), test_clock_file, closing_days)


def close_on(closing_days: ClosingDays) -> None:
    """Reckon with these closing days from now on; an instant that was reckoned before stays what it was."""
    global _clock
    _clock = replace(_clock, closing_days=closing_days)


def closing_days() -> ClosingDays:
    """Return the closing days that are reckoned with."""
    return _clock.closing_days


def now() -> datetime:
    """Return the present instant.

    With a test clock file it is the instant in that file, read anew each time, so that a test moves every process
    at once. Raises `ValueError` if the file holds no instant with a zone, `OSError` if it cannot be read.
    """
    if told := _story.get():
        return told
    if _clock.test_clock_file is None:
        return datetime.now(UTC)
    written = datetime.fromisoformat(_clock.test_clock_file.read_text(encoding="ascii").strip())
    if written.tzinfo is None:
        raise ValueError("the test clock file must hold an instant with its zone, such as 2026-11-20T09:00:00Z")
    return written.astimezone(UTC)


def wall_ahead_seconds() -> float:
    """Return how far the machine's clock is ahead of a count of seconds that nobody can set: it changes when the clock
    is set."""
    return system_time.time() - system_time.monotonic()


def counted() -> float:
    """Return a count of seconds that nobody can set, to be compared within the process."""
    return system_time.monotonic()


@dataclass(frozen=True)
class Mark:
    """A moment to reckon from, whatever is done to the clock meanwhile; only good within the process."""

    counted: float
    at: datetime


def mark() -> Mark:
    """Return the present moment as something to reckon from."""
    return Mark(system_time.monotonic(), now())


def seconds_since(moment: Mark) -> float:
    """Return how long ago the moment was: by a count that nobody can set, or by the clock where that says longer.

    A clock that is put back makes nobody wait longer for it; a test that moves the clock on need not wait.
    """
    return max(system_time.monotonic() - moment.counted, (now() - moment.at).total_seconds())


def is_told() -> bool:
    """Return whether the time is what a test says it is."""
    return _clock.test_clock_file is not None or _story.get() is not None


@contextmanager
def telling(instant: datetime) -> Iterator[None]:
    """Let it be `instant` for what this thread does within: example cases tell of days that are over."""
    token = _story.set(instant)
    try:
        yield
    finally:
        _story.reset(token)


def zone() -> ZoneInfo:
    """Return the zone the municipality lives in."""
    return _clock.zone


def local(instant: datetime) -> datetime:
    """Return the instant as the wall shows it. Raises `ValueError` for a datetime without a zone."""
    if instant.tzinfo is None:
        raise ValueError("a datetime without a zone is no instant")
    return instant.astimezone(_clock.zone)


def today(at: datetime | None = None) -> date:
    """Return the date on the wall at an instant, or today's."""
    return local(at or now()).date()


def instant(on: date, at: time) -> datetime:
    """Return the instant at which the wall shows this date and time.

    A time that comes twice (02.30 as summer time ends) means its first coming. Raises `NoSuchTime` for one that
    never comes (02.30 as it begins): a person who typed it must be asked.
    """
    wall = datetime.combine(on, at.replace(fold=0, tzinfo=None))
    found = wall.replace(tzinfo=_clock.zone).astimezone(UTC)
    if local(found).replace(tzinfo=None) != wall:
        day = long_date_with_year(on)
        raise NoSuchTime(f"Kl. {hhmm(at)} findes ikke {day}, hvor sommertiden begynder. Vælg et andet klokkeslæt.")
    return found


def comes_twice(on: date, at: time) -> bool:
    """Return whether the wall shows this time twice that day, as 02.30 does when summer time ends."""
    first, second = (datetime.combine(on, at.replace(fold=fold), _clock.zone).utcoffset() for fold in (0, 1))
    return first is not None and second is not None and first > second


def next_valid_instant(on: date, at: time) -> datetime:
    """Return the instant of this wall time, or of the next one that exists: nobody is there to be asked (REL-26)."""
    wall = datetime.combine(on, at)
    while True:
        try:
            return instant(wall.date(), wall.time())
        except NoSuchTime:
            wall = wall.replace(second=0, microsecond=0) + timedelta(minutes=1)


# ── working days ─────────────────────────────────────────────────────────────────────────────────────────────────────


@lru_cache
def public_holidays(year: int) -> frozenset[date]:
    """Return the Danish public holidays (helligdage) of a year, as the law has them since 2024."""
    return frozenset(
        [date(year, month, day) for month, day in FIXED_HOLIDAYS]
        + [easter(year) + timedelta(days=days) for days in DAYS_FROM_EASTER]
    )


def is_statutory_working_day(day: date) -> bool:
    """Say whether the law counts the day as arbejdsdag: no weekend, no public holiday."""
    return day.weekday() < 5 and day not in public_holidays(day.year)


def is_working_day(day: date) -> bool:
    """Say whether the municipality works that day: an arbejdsdag on which it is not closed."""
    return is_statutory_working_day(day) and day not in _clock.closing_days


def add_working_days(day: date, n: int) -> date:
    """Return the `n`th working day after `day`, or before it if `n` is negative; 0 is the day itself.

    The reminder of a meeting goes out two working days before it: `add_working_days(meeting, -2)`.
    """
    return _add_days(day, n, is_working_day)


def last_day_waiting(today: date, n: int) -> date:
    """Return the last day from which `n` working days (at least 1) have come by the working day `today`: what was due
    on it or before it has waited that long."""
    return add_working_days(today, 1 - n) - timedelta(days=1)


def is_working_time(now: datetime, opens: time, closes: time) -> bool:
    """Say whether the municipality works at the instant `now`."""
    return is_working_day(today(now)) and opens <= local(now).time() < closes


def add_statutory_days(day: date, n: int) -> date:
    """Return the `n`th arbejdsdag from `day`, our own closing days counted in: for deadlines that a law sets.

    Aktindsigt is answered within seven of them (forvaltningsloven § 16).
    """
    return _add_days(day, n, is_statutory_working_day)


def months_later(day: date, months: int) -> date:
    """Return the same day some months later, or that month's last if it has no such day."""
    return day + relativedelta(months=months)


def law_month_after(day: date) -> date:
    """Return the last day of a month that a law gives from `day`: the same day of the next one, or the arbejdsdag after
    it (regulation 1182/71, article 3(4))."""
    return add_statutory_days(months_later(day, 1) - timedelta(days=1), 1)


def is_weekday(day: date) -> bool:
    """Say whether the day is a hverdag: monday to saturday, no public holiday."""
    return day.weekday() < 6 and day not in public_holidays(day.year)


def report_acknowledged_by(sent_on: date) -> date:
    """Return the last day on which a report on concern for a child is acknowledged: the sixth day after it was sent.

    Sources say «seks hverdage» and «seks arbejdsdage», and a saturday is only the first: the earlier of both counts.
    """
    days = 6
    return min(_add_days(sent_on, days, is_weekday), add_statutory_days(sent_on, days))


def add_working_hours(start: datetime, hours: float, opens: time = time(8), closes: time = time(16)) -> datetime:
    """Return the instant when `hours` of opening time have passed since `start`; nights and days off do not count.

    Raises `ValueError` unless the day closes after it opens.
    """
    if closes <= opens:
        raise ValueError("a working day must close after it opens")
    left, day = timedelta(hours=hours), today(start)
    while True:
        if is_working_day(day):
            begin = max(start, next_valid_instant(day, opens))
            room = max(next_valid_instant(day, closes) - begin, timedelta(0))
            if left <= room and room:
                return begin + left
            left -= room
        day += timedelta(days=1)


def next_working_morning(after: datetime, at: time) -> datetime:
    """Return the first instant later than `after` at which the wall shows `at` on a working day."""
    day = today(after)
    while not is_working_day(day) or next_valid_instant(day, at) <= after:
        day += timedelta(days=1)
    return next_valid_instant(day, at)


def _add_days(day: date, n: int, counts: Callable[[date], bool]) -> date:
    step = timedelta(days=1 if n > 0 else -1)
    left = abs(n)
    while left:
        day += step
        left -= counts(day)
    return day


# ── as Danes write it ────────────────────────────────────────────────────────────────────────────────────────────────


def long_date(day: date) -> str:
    """Write the day as «torsdag 26. november», with its year unless that is the present one."""
    return f"{WEEKDAYS[day.weekday()]} {day.day}. {MONTHS[day.month - 1]}{_other_year(day)}"


def long_date_with_year(day: date) -> str:
    """Write the day as «fredag 20. november 2026», for what is kept or read another year."""
    return f"{WEEKDAYS[day.weekday()]} {day.day}. {MONTHS[day.month - 1]} {day.year}"


def day_and_month(day: date) -> str:
    """Write the day as «26. november», with its year unless that is the present one."""
    return f"{day.day}. {MONTHS[day.month - 1]}{_other_year(day)}"


def short_date(day: date) -> str:
    """Write the day as «tor. 26. nov.», for lists and cells, with its year unless that is the present one."""
    return f"{SHORT_WEEKDAYS[day.weekday()]} {short_date_without_weekday(day)}"


def short_date_without_weekday(day: date) -> str:
    """Write the day as «26. nov.», where the weekday would take too much room; with its year as `short_date`."""
    return f"{day.day}. {SHORT_MONTHS[day.month - 1]}{_other_year(day)}"


def _other_year(day: date) -> str:
    """A day without its year is taken for one of this year."""
    return "" if day.year == today().year else f" {day.year}"


def weekday_date_with_year(day: date) -> str:
    """Write the day as «tor. 26. nov. 2026», for a list that reaches over years."""
    return f"{SHORT_WEEKDAYS[day.weekday()]} {short_date_with_year(day)}"


def short_date_with_year(day: date) -> str:
    """Write the day as «3. nov. 2026», where the day of the week does not matter."""
    return f"{day.day}. {SHORT_MONTHS[day.month - 1]} {day.year}"


def numeric_date(day: date) -> str:
    """Write the day as «1.2.2026», without leading zeros."""
    return f"{day.day}.{day.month}.{day.year}"


def hhmm(at: time) -> str:
    """Write the time as «09.30»; «kl. » belongs to the sentence around it."""
    return f"{at:%H.%M}"


def hour_of(instant: datetime) -> str:
    """Write the instant as «10.00», local time."""
    return hhmm(local(instant).time())


def long_moment(instant: datetime) -> str:
    """Write the instant as «torsdag 26. november kl. 10.00», local time."""
    return f"{long_date(local(instant))} kl. {hour_of(instant)}"


def short_moment(instant: datetime) -> str:
    """Write the instant as «tor. 26. nov. kl. 10.00», local time."""
    return f"{short_date(local(instant))} kl. {hour_of(instant)}"


def near_moment(instant: datetime) -> str:
    """Write an instant of today as «kl. 10.41», any other as `long_moment` does."""
    return f"kl. {hour_of(instant)}" if today(instant) == today() else long_moment(instant)


def days_ago(day: date, today: date) -> str:
    """Write how far the day is from today: «i dag», «i går», «for 3 dage siden», «i morgen», «om 3 dage»."""
    days = (today - day).days
    near = {0: "i dag", 1: "i går", -1: "i morgen"}
    return near.get(days) or (f"for {days} dage siden" if days > 0 else f"om {-days} dage")
