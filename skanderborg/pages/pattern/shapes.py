"""What the pattern is made of: the log as it is counted, and a section with its table and picture.

Lengths and places are parts of a whole, from 0 to 1: how large a picture is drawn is the template's matter.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from ...kinds import OrderKind
from .counting import CountedRow, Share


class Ban(NamedTuple):
    """An order of the police: until when it stands, or stood, and how many breaches were written down."""

    kind: OrderKind
    from_on: date
    to_on: date
    breaches: int


class Log(NamedTuple):
    """All that the sections read: the rows that tell of contacts, by type too, and those of the exposed person's own
    acts, in order; orders; the day; whether it is the citizen's own account (a case of an udøver); and what else is
    known beforehand."""

    contacts: list[CountedRow]
    types: list[Share]
    refusals: list[CountedRow]
    answers: list[CountedRow]
    bans: list[Ban]
    today: date
    is_own_account: bool
    dates: list[tuple[date, str]] = []  # critical dates, with what they are called
    leaves: bool = False  # handed over: then nothing says what is to come


class DrawnBar(NamedTuple):
    """A number with its bar: where it starts and how long it is, as parts of the whole width; hatched where the place
    of the contacts in time is not known."""

    text: str
    start: float
    width: float
    is_hatched: bool = False


class MarkedDay(NamedTuple):
    """A day that stands in a picture, as a letter, and what it was."""

    letter: str
    at: float  # as a part of the whole width
    text: str


class WeekChart(NamedTuple):
    """Weeks side by side: known and spread contacts as parts of the highest, and days to know."""

    heights: list[tuple[float, float]]
    highest: str
    first: str
    last: str
    marks: list[MarkedDay]


class Grid(NamedTuple):
    """Squares by row and weekday: the side as a part of the largest, and the number."""

    rows: list[tuple[str, list[tuple[float, str]]]]


class Strip(NamedTuple):
    """The whole time as one line: stretches with contact as (start, width), parts of the whole."""

    stretches: list[tuple[float, float]]
    first: str
    last: str


Cell = str | int | DrawnBar


class PatternSection(NamedTuple):
    """One question: its sentence, and its table with what is drawn beside, if there is anything to count."""

    id: str
    title: str
    sentence: str
    caption: str = ""
    heads: tuple[str, ...] = ()
    lines: Sequence[tuple[Cell, ...]] = ()
    picture: WeekChart | Grid | Strip | None = None
    note: str = ""
    key: str = ""  # what the shapes of the picture or its bars mean
