"""Opening hours: what people write, what is said, and whether it is open."""

from datetime import date, datetime, time

import pytest

from skanderborg import clock
from skanderborg.danish import hours

VEJLE = ["man-fre 8.30-11.00"]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return clock.instant(day, time(hour, minute))


FRIDAY, SATURDAY, NEW_YEARS_DAY, CHRISTMAS_EVE = (
    date(2026, 11, 20), date(2026, 11, 21), date(2027, 1, 1), date(2026, 12, 24),
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("man-fre 8.30-11.00", "Mandag–fredag kl. 8.30–11.00"),
        ("Hverdage kl. 8.30 - 11", "Mandag–fredag kl. 8.30–11.00"),
        ("mandag–torsdag 9:00–15:30", "Mandag–torsdag kl. 9.00–15.30"),
        ("tir, tor 10-15", "Tirsdag og torsdag kl. 10.00–15.00"),
        ("man, ons og fre 9-12", "Mandag, onsdag og fredag kl. 9.00–12.00"),
        ("lør. 10-12", "Lørdag kl. 10.00–12.00"),
        ("alle dage 8-24", "Alle dage kl. 8.00–24"),
        ("Døgnet rundt.", "Døgnet rundt"),
    ],
)
def test_hours_are_read_as_people_write_them(typed, said):
    assert hours.words([typed]) == said


@pytest.mark.parametrize(
    "typed",
    ["", "man-fre", "8-16", "fre-man 8-16", "man-fre 16-8", "man-fre 8-25", "xyz 8-16", "man-fre kl. 8", "x" * 500],
)
def test_what_cannot_be_read_says_how_to_write_it(typed):
    with pytest.raises(ValueError, match="Skriv"):
        hours.parse(typed)


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        (at(FRIDAY, 8, 29), False),
        (at(FRIDAY, 8, 30), True),
        (at(FRIDAY, 10, 59), True),
        (at(FRIDAY, 11), False),
        (at(SATURDAY, 9), False),
        (at(NEW_YEARS_DAY, 9), False),
    ],
)
def test_a_line_is_open_in_its_hours_and_closed_on_weekends_and_holidays(when, is_open):
    assert hours.is_open(VEJLE, when, is_our_own=False) is is_open


@pytest.mark.parametrize(("is_our_own", "is_open"), [(True, False), (False, True)])
def test_closing_days_close_the_municipalitys_own_only(is_our_own, is_open):
    assert hours.is_open(VEJLE, at(CHRISTMAS_EVE, 9), is_our_own) is is_open


def test_what_never_closes_is_open_on_a_holiday_at_night():
    assert hours.is_open(["døgnet rundt"], at(NEW_YEARS_DAY, 3), is_our_own=True)
