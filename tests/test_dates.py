"""Dates and times as people type them."""

from datetime import date, time

import pytest

from skanderborg import clock
from skanderborg.danish import dates

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "text",
    [
        "19 11 2026", "19.11.2026", "19-11-2026", "19/11 2026", "19/11-26", "19/11-2026", "19.11.26", "2026-11-19",
        "19. november 2026", "19 nov 2026", "19. Nov. 2026", "den 19. november 2026", "  19 . 11 . 2026 ", "i går",
        "I GÅR", "i ga\u030ar", "19.\u00a0november\u00a02026", "\u200e19.11.2026\u200e", "19\u201111\u20112026",
        "19\u221211\u22122026", "19–11–2026", "torsdag 19. november 2026", "tor. 19. nov. 2026",
        "tors. d. 19. nov. 2026",
        "Thursday, November 19th, 2026", "19th November 2026", "tor. 19. nov.",
    ],
)  # fmt: skip
def test_a_date_is_understood_however_it_is_typed(text: str):
    assert dates.parse_date(text, TODAY) == date(2026, 11, 19)


def test_today_and_tomorrow_are_understood():
    assert (dates.parse_date("i dag", TODAY), dates.parse_date("i morgen", TODAY)) == (TODAY, date(2026, 11, 21))


@pytest.mark.parametrize("month", range(1, 13))
def test_a_long_date_can_be_typed_back(month: int):
    day = date(2026, month, 3)

    assert dates.parse_date(clock.long_date_with_year(day), TODAY) == day


def test_a_day_of_the_week_that_is_not_the_dates_is_told():
    with pytest.raises(ValueError, match="Den dag er en torsdag"):
        dates.parse_date("fredag den 19. november 2026", TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "", "31-11-2026", "25.13.2026", "29.2.2027", "0.1.2026", "31.11", "19.13", "30. februar", "1. julember",
        "19.11.202", "19112026", "2026-13-01",
        "19. novembre 2026", "19.11.0026", "19.11.9999", "19.11.2026x", "١٩.١١.٢٠٢٦",
    ],
)  # fmt: skip
def test_what_is_no_date_is_refused_with_advice(text: str):
    with pytest.raises(ValueError, match="Skriv datoen som dag, måned og år"):
        dates.parse_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1. december", date(2026, 12, 1)), ("den 1. dec.", date(2026, 12, 1)), ("1/12", date(2026, 12, 1)),
        ("1-12", date(2026, 12, 1)), ("19.11", date(2026, 11, 19)), ("19.11.", date(2026, 11, 19)),
        ("4. januar", date(2027, 1, 4)), ("21. maj", date(2027, 5, 21)), ("22. maj", date(2026, 5, 22)),
    ],
)  # fmt: skip
def test_a_day_without_its_year_is_the_nearest_one(text: str, expected: date):
    assert dates.parse_date(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("om 14 dage", date(2026, 12, 4)), ("om fjorten dage", date(2026, 12, 4)), ("om en uge", date(2026, 11, 27)),
     ("Om 2 uger", date(2026, 12, 4)), ("for tre dage siden", date(2026, 11, 17)), ("i forgårs", date(2026, 11, 18)),
     ("for en uge siden", date(2026, 11, 13)), ("i overmorgen", date(2026, 11, 22))],
)  # fmt: skip
def test_a_day_is_understood_by_how_far_it_is_away(text: str, expected: date):
    assert dates.parse_date(text, TODAY) == expected


@pytest.mark.parametrize("text", ["om 14 dage siden", "for 14 dage", "om mange dage", "om 1000 dage", "om dage"])
def test_how_far_a_day_is_away_is_said_whole(text: str):
    with pytest.raises(ValueError, match="Skriv datoen"):
        dates.parse_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "ahead", "back"),
    [("1/12", date(2026, 12, 1), date(2025, 12, 1)), ("19. november", date(2027, 11, 19), date(2026, 11, 19)),
     ("20/11", TODAY, TODAY), ("1. juni", date(2027, 6, 1), date(2026, 6, 1))],
)  # fmt: skip
def test_a_day_without_its_year_lies_where_its_field_looks(text: str, ahead: date, back: date):
    found = [dates.parse_date(text, TODAY, looks) for looks in (dates.Looks.AHEAD, dates.Looks.BACK)]

    assert found == [ahead, back]


def test_a_leap_day_without_its_year_is_the_nearest_that_exists():
    assert dates.parse_date("29. februar", date(2027, 12, 1)) == date(2028, 2, 29)
    assert dates.parse_date("29/2", TODAY, dates.Looks.AHEAD) == date(2028, 2, 29)
    assert dates.parse_date("29/2", TODAY, dates.Looks.BACK) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("first", "last", "looks", "expected"),
    [
        ("1/4", "1/5", "back", (date(2026, 4, 1), date(2026, 5, 1))),
        ("1/11", "1/12", "back", (date(2026, 11, 1), date(2026, 12, 1))),
        ("1/12", "1/1", "back", (date(2025, 12, 1), date(2026, 1, 1))),
        ("1/6", "14/6", "ahead", (date(2027, 6, 1), date(2027, 6, 14))),
        ("20/12", "3/1", "ahead", (date(2026, 12, 20), date(2027, 1, 3))),
        ("1.6.2024", "1/7", "back", (date(2024, 6, 1), date(2024, 7, 1))),
    ],
)
def test_a_range_ends_after_it_begins(first: str, last: str, looks: str, expected: tuple[date, date]):
    begins = dates.parse_date(first, TODAY, dates.Looks(looks))

    assert (begins, dates.parse_date(last, TODAY, dates.Looks(looks), begins)) == expected


def test_a_day_of_the_week_that_does_not_fit_the_year_that_is_meant_is_told():
    with pytest.raises(ValueError, match="Den dag er en torsdag"):
        dates.parse_date("fre. 19. nov.", TODAY, dates.Looks.BACK)


@pytest.mark.parametrize("text", ["i går", "19.11", "19. november"])
def test_a_log_must_say_when(text: str):
    with pytest.raises(ValueError, match="Skriv datoen"):
        dates.parse_written_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", time(10)), ("10.00", time(10)), ("10:00", time(10)), ("1000", time(10)), ("kl. 9.30", time(9, 30)),
        ("Kl 9.30", time(9, 30)), ("930", time(9, 30)), ("0:05", time(0, 5)), (" 23.59 ", time(23, 59)),
        ("14:30:00", time(14, 30)), ("14.30.59", time(14, 30)), ("\u200e9:30", time(9, 30)), ("2:30 PM", time(14, 30)),
        ("12.05 am", time(0, 5)),
    ],
)  # fmt: skip
def test_a_time_is_understood_however_it_is_typed(text: str, expected: time):
    assert dates.parse_time(text) == expected


@pytest.mark.parametrize("text", ["", "24.00", "26:15", "10.60", "ti", "10.5", "-1", "10.00.000", "0 am", "13 pm"])
def test_what_is_no_time_is_refused_with_advice(text: str):
    with pytest.raises(ValueError, match="Skriv klokkeslættet"):
        dates.parse_time(text)
