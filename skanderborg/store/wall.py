"""Instants and days as text that sorts as the clock on a Danish wall had them: «2026-11-20T09:00», «2026-11-20»."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import peewee

from .. import clock
from .db import is_postgres

YEARS = range(2020, 2051)  # of instants: the program wrote them all


def of_instant(instant: peewee.ColumnBase) -> peewee.Node:
    """The wall's date and time of an instant, in SQL. SQLite knows no zones, so it is told when the clock changes:
    long, so name it once in a query."""
    if is_postgres():
        return peewee.fn.to_char(peewee.fn.timezone(str(clock.zone()), instant), 'YYYY-MM-DD"T"HH24:MI')
    *earlier, (_, last) = offsets(clock.zone())
    shifts = [(instant < peewee.Value(until, converter=False), f"{minutes} minutes") for until, minutes in earlier]
    return peewee.fn.strftime("%Y-%m-%dT%H:%M", instant, peewee.Case(None, shifts, f"{last} minutes"))


def utc_text(instant: peewee.ColumnBase) -> peewee.Node:
    """An instant as the text that SQLite keeps, «2026-11-20T08:00:00.000000Z», in SQL on both databases."""
    if is_postgres():
        return peewee.fn.to_char(peewee.fn.timezone("UTC", instant), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
    return instant.cast("TEXT")


def no_instant() -> peewee.Node:
    """An instant that is not there, where a union wants one."""
    return peewee.Value(None).cast("TIMESTAMPTZ" if is_postgres() else "TEXT")


def of_day(day: peewee.Field) -> peewee.Node:
    """A date, in SQL."""
    return peewee.fn.to_char(day, "YYYY-MM-DD") if is_postgres() else day.cast("TEXT")


@cache
def offsets(zone: ZoneInfo) -> list[tuple[str, int]]:
    """How many minutes the wall is ahead of UTC, each until the stored instant beside it."""
    hour, end = datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[-1] + 1, 1, 1, tzinfo=UTC)
    found, ahead = [], _minutes_ahead(hour, zone)
    while hour < end:
        step = timedelta(days=1) if _minutes_ahead(hour + timedelta(days=1), zone) == ahead else timedelta(hours=1)
        hour += step
        now = _minutes_ahead(hour, zone)
        if now != ahead:
            found.append((hour.strftime("%Y-%m-%dT%H:%M:%S.%fZ"), ahead))
            ahead = now
    return [*found, ("", ahead)]


def _minutes_ahead(instant: datetime, zone: ZoneInfo) -> int:
    ahead = instant.astimezone(zone).utcoffset() or timedelta(0)
    return int(ahead.total_seconds()) // 60
