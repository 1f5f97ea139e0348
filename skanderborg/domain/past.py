"""Days that people tell of something that happened: never one to come."""

from datetime import date

from .. import clock, dates
from ..errors import Invalid


def told(day: date | None, field: str, advice: str) -> date:
    """The day, which must be told. Raises Invalid at its field; `advice` says what to do about a day to come."""
    if day is None:
        raise Invalid(dates.DATE_HINT, field)
    refuse_future(day, field, advice)
    return day


def refuse_future(day: date | None, field: str, advice: str) -> None:
    """Raise Invalid at its field for a day to come; one that nobody told may be missing."""
    if day and day > clock.today(clock.now()):
        raise Invalid(f"Datoen ligger i fremtiden. {advice}", field)
