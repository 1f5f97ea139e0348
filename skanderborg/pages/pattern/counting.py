"""How often, when and how: counted over light rows of the log, without a word of their text and without a verdict.

Everything here is pure. `contact_count` is counted, never rows. A row for a period is spread evenly over its days
where days matter; integers throughout, so that every sum is conserved to the last contact.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, time, timedelta
from itertools import pairwise
from typing import NamedTuple

from ... import clock
from ...kinds import IncidentKind

LONG_DAYS = 14  # between the first and the last day: enough to affect someone much (S1-20)
SHORTEST_GAP_DAYS = 7
MOST_GAPS = 5
MOST_WEEKS = 156  # three years; what lies before is one sum
RECENT_DAYS = 28
UNKNOWN_HOURS = "ukendt"
HOURS = (("0–6", 6), ("6–9", 9), ("9–12", 12), ("12–18", 18), ("18–24", 24))  # each up to, not including, its hour
LABELS = [next(label for label, until in HOURS if hour < until) for hour in range(24)]
CHANNEL_OF_OTHERS = "others"


class CountedRow(NamedTuple):
    """What counts of one row of the log. `to_on` is its last day, the same as `from_on` where it is one day only;
    `at` is the wall's «07:42», None where it is not known."""

    number: int
    kind: str
    from_on: date
    to_on: date
    at: str | None
    is_second_hour: bool | None
    types: tuple[str, ...]
    contacts: int
    channel: str | None
    reaction: str
    is_danger: bool

    @property
    def days(self) -> int:
        """How many days it stands for, both ends counted."""
        return (self.to_on - self.from_on).days + 1

    @property
    def is_period(self) -> bool:
        """Whether it stands for more than one day."""
        return self.to_on > self.from_on


class Span(NamedTuple):
    """From the first day to the last, both counted in `days`; `is_long`: more than 14 days."""

    first: date
    last: date
    days: int
    is_long: bool


class Week(NamedTuple):
    """One ISO week: contacts whose week is known, and those that a longer period's share puts here."""

    monday: date
    known: int
    spread: int

    @property
    def total(self) -> int:
        """All contacts of the week."""
        return self.known + self.spread


class Weeks(NamedTuple):
    """Every week from the first to the last, empty ones too; `earlier` contacts lie before the first that is shown."""

    weeks: list[Week]
    earlier: int
    spread: int  # all that were spread, in the weeks shown and before


class Hours(NamedTuple):
    """Contacts by time of day (the labels of HOURS, and unknown) and weekday, Monday first; `in_periods` have none."""

    cells: dict[str, list[int]]
    in_periods: int


class Share(NamedTuple):
    """One type or channel: its contacts, its rows, its first and last day."""

    id: str
    contacts: int
    rows: int
    first: date
    last: date


class Split(NamedTuple):
    """Contacts before the first mark, between marks, and after the last; and those of which it is not known: on the
    very day with no time to tell by, and in a period that a mark lies in."""

    parts: list[int]
    same_day: int
    across: int


class AroundOrder(NamedTuple):
    """Contacts before an order, on its first day, while it stands, after it ended, and in a period across."""

    before: int
    on_day: int
    during: int
    after: int
    across: int


class Gap(NamedTuple):
    """Days in a row, `first` to `last`, on which no row tells of a contact."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many, both ends counted."""
        return (self.last - self.first).days + 1


class Recent(NamedTuple):
    """The last four weeks beside the four before them; `quiet_days` since the last contact."""

    now: int
    before: int
    new_types: list[str]
    dangers: int  # rows, in the last four weeks
    quiet_days: int


def of_kind(rows: Iterable[CountedRow], kind: IncidentKind) -> list[CountedRow]:
    """The rows that tell of contacts, or of one kind of the exposed person's own acts."""
    return [row for row in rows if row.kind == kind]


def total(rows: Iterable[CountedRow]) -> int:
    """How many contacts the rows stand for."""
    return sum(row.contacts for row in rows)


def span(rows: Sequence[CountedRow]) -> Span:
    """From the first day to the last of some rows; there must be one."""
    first, last = min(row.from_on for row in rows), max(row.to_on for row in rows)
    return Span(first, last, (last - first).days + 1, (last - first).days >= LONG_DAYS)


def share(row: CountedRow, first: date, last: date) -> int:
    """How many of a row's contacts lie on the days `first` to `last`, spread evenly over all its days."""
    start, end = max(first, row.from_on) - row.from_on, min(last, row.to_on) - row.from_on
    if end < start:
        return 0
    return row.contacts * (end.days + 1) // row.days - row.contacts * start.days // row.days


def per_week(rows: Sequence[CountedRow]) -> Weeks:
    """Contacts by ISO week, from the first to the last."""
    whole = span(rows)
    last, first = _week(whole.last), _week(whole.first)
    shown = max(first, last - MOST_WEEKS + 1)
    known, spread, earlier, all_spread = Counter[int](), Counter[int](), 0, 0
    for row in rows:
        start, end = _week(row.from_on), _week(row.to_on)
        if start == end:
            known[start] += row.contacts
            continue
        all_spread += row.contacts
        earlier += share(row, row.from_on, _monday(shown) - timedelta(days=1)) if start < shown else 0
        for week in range(max(start, shown), end + 1):
            spread[week] += share(row, _monday(week), _monday(week) + timedelta(days=6))
    earlier += sum(count for week, count in known.items() if week < shown)
    weeks = [Week(_monday(week), known[week], spread[week]) for week in range(shown, last + 1)]
    return Weeks(weeks, earlier, all_spread)


def _week(day: date) -> int:
    """The number of the day's week since the calendar began, on a Monday; it never starts anew with a year."""
    return (day.toordinal() - 1) // 7


def _monday(week: int) -> date:
    return date.fromordinal(week * 7 + 1)


def per_hour(rows: Iterable[CountedRow]) -> Hours:
    """Contacts by time of day and weekday, as the wall's clock showed it: an hour that comes twice is one row of the
    day, whichever of the two it was. A period of several days has no weekday."""
    cells = {label: [0] * 7 for label in (*(label for label, _ in HOURS), UNKNOWN_HOURS)}
    in_periods = 0
    for row in rows:
        if row.is_period:
            in_periods += row.contacts
        else:
            cells[_hours_of(row.at)][row.from_on.weekday()] += row.contacts
    return Hours(cells, in_periods)


def _hours_of(at: str | None) -> str:
    if at is None:
        return UNKNOWN_HOURS
    return LABELS[int(at[:2])]


def by_type(rows: Iterable[CountedRow]) -> list[Share]:
    """Each type with its contacts, the most first; a row of several types counts in each."""
    return _shares((name, row) for row in rows for name in row.types)


def by_channel(rows: Iterable[CountedRow]) -> list[Share]:
    """Each channel with its contacts, the most first; "" where none was told."""
    return _shares((row.channel or "", row) for row in rows)


def by_way(rows: Iterable[CountedRow], ways: dict[str, str]) -> list[Share]:
    """What came through «child» or «others», as `ways` says of a type, or else the channel «through others»."""
    return _shares((way, row) for row in rows for way in sorted(_ways_of(row, ways)))


def _ways_of(row: CountedRow, ways: dict[str, str]) -> set[str]:
    found = {ways[name] for name in row.types if ways.get(name)}
    return found or ({"others"} if row.channel == CHANNEL_OF_OTHERS else set())


def _shares(named: Iterable[tuple[str, CountedRow]]) -> list[Share]:
    found: dict[str, list[CountedRow]] = {}
    for name, row in named:
        found.setdefault(name, []).append(row)
    shares = [
        Share(name, total(rows), len(rows), min([row.from_on for row in rows]), max([row.to_on for row in rows]))
        for name, rows in found.items()
    ]
    return sorted(shares, key=lambda one: (-one.contacts, one.first, one.id))


def in_order(rows: Iterable[CountedRow]) -> list[CountedRow]:
    """Rows as they came in time, as far as it is known."""
    return sorted(rows, key=lambda row: (row.from_on, _place_in_day(row), row.number))


def _place_in_day(row: CountedRow) -> str:
    """The wall's time so that it sorts: an unknown one first, and the second 02.30 after the first 02.59."""
    at = row.at or ""
    return f"{at[:2]}:59+{at[3:]}" if row.is_second_hour else at


def split(rows: Iterable[CountedRow], marks: Sequence[CountedRow]) -> Split:
    """Contacts before and after each of the marks, which come in order."""
    days = [mark.from_on for mark in marks]
    parts, same_day, across = [0] * (len(marks) + 1), 0, 0
    for row in rows:
        before, until = bisect_left(days, row.from_on), bisect_right(days, row.to_on)
        if before == until:
            parts[before] += row.contacts
            continue
        after = [_is_after(row, mark) for mark in marks[before:until]]
        if row.is_period:
            across += row.contacts
        elif None in after:
            same_day += row.contacts
        else:
            parts[before + sum(map(bool, after))] += row.contacts
    return Split(parts, same_day, across)


def _is_after(row: CountedRow, mark: CountedRow) -> bool | None:
    """Whether a row came after a mark of the same day; None where nothing tells."""
    if row.at is None or mark.at is None:
        return None
    twice = [clock.comes_twice(one.from_on, time.fromisoformat(one.at)) for one in (row, mark) if one.at]
    if all(twice):
        if row.is_second_hour is None or mark.is_second_hour is None:
            return None
        if row.is_second_hour != mark.is_second_hour:
            return row.is_second_hour
    return None if row.at == mark.at else row.at > mark.at


def standing(rows: Iterable[CountedRow], from_on: date, to_on: date) -> AroundOrder:
    """Contacts before, on the first day of, during and after what holds from one day to another."""
    counted = Counter[str]()
    for row in rows:
        first, last = (_place(day, from_on, to_on) for day in (row.from_on, row.to_on))
        counted[first if first == last else "across"] += row.contacts
    return AroundOrder(*(counted[name] for name in AroundOrder._fields))


def _place(day: date, from_on: date, to_on: date) -> str:
    if day < from_on:
        return "before"
    if day > to_on:
        return "after"
    return "on_day" if day == from_on else "during"


def covered(rows: Iterable[CountedRow]) -> list[tuple[date, date]]:
    """The days with contact as stretches without a hole, in order."""
    found: list[tuple[date, date]] = []
    for first, last in sorted({(row.from_on, row.to_on) for row in rows}):
        if found and first <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def gaps(stretches: Sequence[tuple[date, date]]) -> list[Gap]:
    """The longest periods between contacts, the longest first; short ones are left out."""
    found = [Gap(one[1] + timedelta(days=1), two[0] - timedelta(days=1)) for one, two in pairwise(stretches)]
    return sorted((gap for gap in found if gap.days >= SHORTEST_GAP_DAYS), key=lambda gap: -gap.days)[:MOST_GAPS]


def recent(rows: Sequence[CountedRow], types: Iterable[Share], today: date) -> Recent:
    """The four weeks up to today beside the four before; `types` as `by_type` counted them."""
    start = today - timedelta(days=RECENT_DAYS - 1)
    earlier = start - timedelta(days=RECENT_DAYS)
    whole, late = span(rows), [row for row in rows if row.to_on >= earlier]
    new = [one.id for one in sorted(types, key=lambda one: one.first) if start <= one.first <= today]
    return Recent(
        sum(share(row, start, today) for row in late),
        sum(share(row, earlier, start - timedelta(days=1)) for row in late),
        new if whole.first < start else [],
        sum(row.is_danger and row.to_on >= start for row in rows),
        (today - whole.last).days,
    )
