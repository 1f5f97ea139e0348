"""The five days ahead on Min dag: what is agreed, what others have promised, and how much falls due."""

from datetime import date, timedelta
from typing import NamedTuple

from ... import clock
from ...addresses import Place
from ...danish import numbers
from ...store.work import Request, Task
from . import DAYS_AHEAD, Day

DAYS_SHOWN = 5


class DayLine(NamedTuple):
    """One line of a day, and where it leads."""

    label: str
    address: str


class Ahead(NamedTuple):
    """A day, and its lines: what has an hour first."""

    on: date
    lines: list[DayLine]


def ahead(day: Day, today: date) -> list[Ahead]:
    """Today, and the days that follow, five in all: a day off is left out, unless something lies on it."""
    days = [_on(day, today + timedelta(days=number)) for number in range(DAYS_AHEAD + 1)]
    kept = [one for one in days if one.lines or one.on == today or clock.is_working_day(one.on)]
    return kept[:DAYS_SHOWN]


def _on(day: Day, on: date) -> Ahead:
    met = [
        DayLine(f"{clock.hour_of(one.starts_at)} {one.kind.label}", Place.MEETING.format(ref=one.ref))
        for one in day.meetings
        if clock.today(one.starts_at) == on
    ]
    promised = [DayLine(one.label, one.address) for one in day.expected if one.on == on]
    asked = [one for one in [*day.urgent_requests, *day.requests] if one.due_on == on and one.closed_at is None]
    owed = [task for task in [*day.today, *day.soon] if task.due_on == on]
    return Ahead(on, [*met, *promised, *_asked(asked), *_owed(owed)])


def _asked(found: list[Request]) -> list[DayLine]:
    """How many requests there are: the one, or the list of them."""
    place = Place.REQUEST.format(ref=found[0].ref) if len(found) == 1 else Place.REQUESTS.value
    return [DayLine(numbers.counted(len(found), "anmodning", "anmodninger"), place)] if found else []


def _owed(found: list[Task]) -> list[DayLine]:
    """How many tasks there are, leading to the first of them on the page."""
    return [DayLine(numbers.counted(len(found), "opgave", "opgaver"), f"#task-{found[0].ref}")] if found else []


def since(day: date) -> str:
    """A day that has gone by, as one speaks of it: «i går», «i fredags», «16. nov.»."""
    ago = (clock.today() - day).days
    if ago == 1:
        return "i går"
    return f"i {clock.WEEKDAYS[day.weekday()]}s" if ago < 7 else clock.short_date_without_weekday(day)
