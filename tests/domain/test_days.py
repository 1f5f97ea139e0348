"""A day that people tell of is there, and not to come; a day to come has not passed and is not years away."""

from datetime import UTC, date, datetime

import pytest

from skanderborg import clock
from skanderborg.danish import dates
from skanderborg.domain import days
from skanderborg.errors import Invalid

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _now():
    with clock.telling(datetime(2026, 11, 20, 22, 59, tzinfo=UTC)):  # the last minute of the day in Denmark
        yield


def test_today_is_no_day_to_come():
    assert days.past_day(TODAY, "on", "Ret den.") == TODAY


@pytest.mark.parametrize(
    ("day", "message"), [(None, dates.DATE_HINT), (date(2026, 11, 21), "Datoen ligger i fremtiden. Ret den.")]
)
def test_no_day_and_a_day_to_come_are_refused_at_their_field(day, message):
    with pytest.raises(Invalid) as refused:
        days.past_day(day, "on", "Ret den.")

    assert (refused.value.field, refused.value.message) == ("on", message)


@pytest.mark.parametrize("day", [None, TODAY, date(2027, 11, 20)], ids=["none", "today", "in-a-year"])
def test_a_day_ahead_is_today_or_up_to_the_same_day_next_year(day):
    days.refuse_unless_ahead(day, "due_on", 1)


@pytest.mark.parametrize(
    ("day", "years", "message"),
    [
        (date(2026, 11, 19), 1, "Fristen er passeret. Vælg i dag eller en senere dato."),
        (date(2027, 11, 21), 1, "Fristen ligger mere end et år fremme. Ret datoen."),
        (date(2028, 11, 21), 2, "Fristen ligger mere end to år fremme. Ret datoen."),
    ],
)
def test_a_day_that_has_passed_and_one_years_away_are_refused_at_their_field(day, years, message):
    with pytest.raises(Invalid) as refused:
        days.refuse_unless_ahead(day, "due_on", years, "Fristen")

    assert (refused.value.field, refused.value.message) == ("due_on", message)


def test_the_last_of_february_has_a_day_every_year():
    assert clock.months_later(date(2028, 2, 29), 12) == date(2029, 2, 28)
