"""A day that people tell of is there, and not to come."""

from datetime import UTC, date, datetime

import pytest

from skanderborg import clock, dates
from skanderborg.domain import past
from skanderborg.errors import Invalid

TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _now():
    with clock.telling(datetime(2026, 11, 20, 22, 59, tzinfo=UTC)):  # the last minute of the day in Denmark
        yield


def test_today_is_no_day_to_come():
    assert past.told(TODAY, "on", "Ret den.") == TODAY


@pytest.mark.parametrize(
    ("day", "message"), [(None, dates.DATE_HINT), (date(2026, 11, 21), "Datoen ligger i fremtiden. Ret den.")]
)
def test_no_day_and_a_day_to_come_are_refused_at_their_field(day, message):
    with pytest.raises(Invalid) as refused:
        past.told(day, "on", "Ret den.")

    assert (refused.value.field, refused.value.message) == ("on", message)
