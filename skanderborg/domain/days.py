"""Days that people tell of: what happened is never to come, what is to come has not passed and is not years away."""

from datetime import date

from .. import clock
from ..danish import dates
from ..errors import Invalid

IN_WORDS = {1: "et år", 2: "to år"}


def past_day(day: date | None, field: str, advice: str) -> date:
    """The day, which must be told. Raises Invalid at its field; `advice` says what to do about a day to come."""
    if day is None:
        raise Invalid(dates.DATE_HINT, field)
    refuse_future(day, field, advice)
    return day


def refuse_future(day: date | None, field: str, advice: str) -> None:
    """Raise Invalid at its field for a day to come; one that nobody told may be missing."""
    if day and day > clock.today():
        raise Invalid(f"Datoen ligger i fremtiden. {advice}", field)


def refuse_unless_ahead(day: date | None, field: str, years: int, name: str = "Datoen") -> None:
    """Raise Invalid at its field for a day that has passed, or lies further ahead than `years`; none may be chosen."""
    if day and day < clock.today():
        raise Invalid(f"{name} er passeret. Vælg i dag eller en senere dato.", field)
    refuse_far(day, field, years, name)


def refuse_far(day: date | None, field: str, years: int, name: str = "Datoen") -> None:
    """Raise Invalid at its field for a day further ahead than `years`: it is a slip of the finger."""
    if day and day > clock.months_later(clock.today(), 12 * years):
        raise Invalid(f"{name} ligger mere end {IN_WORDS[years]} fremme. Ret datoen.", field)
