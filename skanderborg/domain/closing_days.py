"""The days on which the municipality is closed: edited by an administrator, in force at once in every process.

What was planned before keeps its instant; what is planned from now on skips the new days.
"""

from datetime import date
from typing import Any, NamedTuple

from ..danish import dates
from ..errors import Invalid
from ..kinds import EditionKind, EventKind
from ..policy import Action, Actor
from ..store.editions import Edition
from . import editions
from .verbs import reads, verb

KIND, KEY = EditionKind.CLOSING_DAYS, editions.CLOSING_DAYS
MOST_YEARLY, MOST_PERIODS, LONGEST_DAYS = 30, 50, 60
YEARLY_HINT = "Skriv dag og måned, én på hver linje, fx 24/12."
PERIOD_HINT = "Skriv første og sidste dag, én periode på hver linje, fx 23.12.2026-2.1.2027."


class Closed(NamedTuple):
    """The closing days as an edition has them, and its number."""

    number: int
    yearly: list[str]
    periods: list[tuple[date, date]]


@reads(Action.CONTENT_MANAGE)
def current(actor: Actor) -> Closed:
    """The closing days that hold."""
    number = editions.number(KIND, KEY)
    body = editions.body_of(KIND, KEY, number, _in_file())
    assert body is not None  # noqa: S101 closing days are never taken out of use
    return Closed(number, body["yearly"], [_period(*days) for days in body["periods"]])


def history(actor: Actor) -> list[editions.Version]:
    """Every edition of the closing days, the newest first."""
    return editions.history(actor, KIND, KEY, _in_file())


@verb(Action.CONTENT_MANAGE)
def change(actor: Actor, yearly: str, periods: str, seen: int) -> Edition:
    """Change the closing days, as typed, one on each line. Raises Invalid naming the line, Conflict."""
    body = {"yearly": _parse_yearly(yearly), "periods": _parse_periods(periods)}
    return editions.write(actor, KIND, KEY, body, seen, EventKind.CLOSING_DAYS_CHANGED, _in_file())


@verb(Action.CONTENT_MANAGE)
def restore(actor: Actor, number: int, seen: int) -> Edition:
    """Let an earlier edition hold again, as a new one."""
    body = editions.body_of(KIND, KEY, number, _in_file())
    return editions.write(actor, KIND, KEY, body, seen, EventKind.CLOSING_DAYS_RESTORED, _in_file())


def _parse_yearly(typed: str) -> list[str]:
    found = list(dict.fromkeys(_day_of_year(line) for line in _lines(typed)))
    if len(found) > MOST_YEARLY:
        raise Invalid(f"Højst {MOST_YEARLY} faste lukkedage om året.", "yearly")
    return found


def _day_of_year(line: str) -> str:
    day, _, month = line.replace(".", "/").strip("/").partition("/")
    try:
        found = date(2028, int(month), int(day))  # 2028 has a 29 February
    except ValueError:
        raise Invalid(f"«{line}» er ikke en dag. {YEARLY_HINT}", "yearly") from None
    return f"{found.day}/{found.month}"


def _parse_periods(typed: str) -> list[list[str]]:
    found = [_typed_period(line) for line in _lines(typed)]
    if len(found) > MOST_PERIODS:
        raise Invalid(f"Højst {MOST_PERIODS} perioder. Slet dem, der er overstået.", "periods")
    return sorted([first.isoformat(), last.isoformat()] for first, last in found)


def _typed_period(line: str) -> tuple[date, date]:
    first_typed, _, last_typed = line.replace("–", "-").partition("-")
    try:
        first = dates.parse_written_date(first_typed)
        last = dates.parse_written_date(last_typed) if last_typed.strip() else first
    except ValueError:
        raise Invalid(f"«{line}» er ikke en periode. {PERIOD_HINT}", "periods") from None
    if last < first:
        raise Invalid(f"«{line}» slutter, før den begynder. {PERIOD_HINT}", "periods")
    if (last - first).days >= LONGEST_DAYS:
        raise Invalid(f"«{line}» er mere end {LONGEST_DAYS} dage. Del den op, eller ret datoerne.", "periods")
    return first, last


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def _period(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


def _in_file() -> dict[str, Any]:
    return editions.closing_days_of_settings()
