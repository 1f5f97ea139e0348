"""The clock: instants over summer time, Danish working days, dates as Danes write and type them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from holidays.countries import Denmark

from skanderborg import clock
from skanderborg.danish import dates

TODAY = date(2026, 11, 20)
FOUR_HUNDRED_DAYS = [date(2026, 1, 1) + timedelta(days=days) for days in range(400)]


@pytest.fixture(autouse=True)
def _plain_clock() -> Iterator[None]:
    clock.configure("Europe/Copenhagen", None, clock.ClosingDays())
    yield
    clock.configure("Europe/Copenhagen", None, clock.ClosingDays())


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


# what the time is


def test_now_knows_its_zone():
    assert clock.now().utcoffset() == timedelta(0)


def test_a_test_clock_is_read_anew_each_time(tmp_path: Path):
    file = tmp_path / "clock"
    clock.configure("Europe/Copenhagen", file, clock.ClosingDays())
    seen = []

    for text in ("2026-11-20T09:00:00Z", "2026-11-20T11:00:00+01:00\n"):
        file.write_text(text)
        seen.append(clock.now())

    assert seen == [utc("2026-11-20T09:00Z"), utc("2026-11-20T10:00Z")]


def test_a_test_clock_without_a_zone_is_refused(tmp_path: Path):
    file = tmp_path / "clock"
    file.write_text("2026-11-20T09:00:00")
    clock.configure("Europe/Copenhagen", file, clock.ClosingDays())

    with pytest.raises(ValueError, match="zone"):
        clock.now()


def test_the_danish_day_begins_before_the_utc_day():
    assert clock.today(utc("2026-11-19T23:30Z")) == date(2026, 11, 20)


def test_a_datetime_without_a_zone_is_no_instant():
    with pytest.raises(ValueError, match="zone"):
        clock.local(datetime(2026, 11, 20, 9))


@pytest.mark.parametrize(
    ("on", "expected"),
    [("2026-10-24", "07:00"), ("2026-10-26", "08:00"), ("2027-03-27", "08:00"), ("2027-03-29", "07:00")],
)
def test_nine_stays_nine_over_summer_time(on: str, expected: str):
    assert clock.instant(date.fromisoformat(on), time(9)) == utc(f"{on}T{expected}Z")


def test_an_instant_comes_back_as_the_same_wall_time_on_any_day():
    for day in FOUR_HUNDRED_DAYS:
        assert clock.local(clock.instant(day, time(9))).replace(tzinfo=None) == datetime.combine(day, time(9))


def test_a_time_that_summer_time_skips_is_refused():
    with pytest.raises(clock.NoSuchTime, match=r"Kl\. 02\.30 findes ikke søndag 28\. marts 2027"):
        clock.instant(date(2027, 3, 28), time(2, 30))


def test_a_reminder_at_a_skipped_time_moves_to_the_next_that_exists():
    moved = clock.next_valid_instant(date(2027, 3, 28), time(2, 30))

    assert clock.local(moved).replace(tzinfo=None) == datetime(2027, 3, 28, 3, 0)


def test_a_time_that_comes_twice_means_its_first_coming():
    assert clock.instant(date(2026, 10, 25), time(2, 30)) == utc("2026-10-25T00:30Z")


def test_a_fold_left_on_a_time_does_not_pick_its_second_coming():
    assert clock.instant(date(2026, 10, 25), time(2, 30, fold=1)) == utc("2026-10-25T00:30Z")


# working days


@pytest.mark.parametrize("year", range(2024, 2061))
def test_public_holidays_are_those_of_the_holidays_library(year: int):
    assert clock.public_holidays(year) == set(Denmark(years=year))


@pytest.mark.parametrize("text", ["2026-12-24", "2026-12-31", "2026-06-05"])
def test_a_closing_day_is_a_working_day_only_by_statute(text: str):
    day = date.fromisoformat(text)

    assert (clock.is_working_day(day), clock.is_statutory_working_day(day)) == (False, True)


def test_the_first_of_may_is_a_working_day_unless_configured():
    assert clock.is_working_day(date(2028, 5, 1))


def test_a_closing_period_includes_its_first_and_last_day():
    closed = dates.parse_closing_days([], [(date(2026, 12, 28), date(2026, 12, 30))])
    clock.configure("Europe/Copenhagen", None, closed)

    days = [day for day in FOUR_HUNDRED_DAYS if date(2026, 12, 24) <= day <= date(2026, 12, 31)]
    assert [day.day for day in days if clock.is_working_day(day)] == [24, 31]


@pytest.mark.parametrize(
    ("meeting", "reminder"),
    [
        ("2026-09-28", "2026-09-24"),
        ("2026-10-26", "2026-10-22"),
        ("2026-11-09", "2026-11-05"),
        ("2026-11-16", "2026-11-12"),
        ("2026-12-14", "2026-12-10"),
        ("2027-01-11", "2027-01-07"),
        ("2027-03-30", "2027-03-23"),  # over Easter
        ("2027-01-04", "2026-12-29"),  # over New Year's Eve, closed, and New Year's Day
    ],
)
def test_a_meeting_is_reminded_of_two_working_days_before(meeting: str, reminder: str):
    assert clock.add_working_days(date.fromisoformat(meeting), -2) == date.fromisoformat(reminder)


def test_a_request_for_access_of_24_november_is_answered_by_3_december():
    assert clock.add_statutory_days(date(2026, 11, 24), 7) == date(2026, 12, 3)


def test_closing_days_do_not_prolong_a_deadline_set_by_law():
    day = date(2026, 12, 17)

    assert clock.add_statutory_days(day, 7) == date(2026, 12, 29)
    assert clock.add_working_days(day, 7) == date(2026, 12, 30)


def test_no_working_days_later_is_the_day_itself():
    assert clock.add_working_days(date(2026, 11, 21), 0) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-19T10:00", "2026-11-19T12:00"),
        ("2026-11-19T14:00", "2026-11-19T16:00"),
        ("2026-11-19T14:01", "2026-11-20T08:01"),
        ("2026-11-19T06:00", "2026-11-19T10:00"),
        ("2026-11-19T22:00", "2026-11-20T10:00"),
        ("2026-11-20T15:00", "2026-11-23T09:00"),  # over a weekend
        ("2026-10-23T15:00", "2026-10-26T09:00"),  # and the end of summer time
        ("2026-12-23T15:30", "2026-12-28T09:30"),  # over Christmas, with a closing day in it
    ],
)
def test_two_working_hours_later_skips_nights_and_days_off(start: str, expected: str):
    later = clock.add_working_hours(utc(f"{start}+{'02' if start < '2026-10-25' else '01'}:00"), 2)

    assert clock.local(later).replace(tzinfo=None) == datetime.fromisoformat(expected)


def test_working_hours_may_span_days():
    later = clock.add_working_hours(utc("2026-11-19T15:00+01:00"), 17)

    assert later == utc("2026-11-23T16:00+01:00")


def test_a_working_day_that_never_opens_is_refused():
    with pytest.raises(ValueError, match="close"):
        clock.add_working_hours(utc("2026-11-19T15:00Z"), 2, opens=time(16), closes=time(8))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-11-19T07:59+01:00", "2026-11-19T08:00+01:00"),
        ("2026-11-19T08:00+01:00", "2026-11-20T08:00+01:00"),
        ("2026-11-20T15:00+01:00", "2026-11-23T08:00+01:00"),
        ("2026-10-23T15:00+02:00", "2026-10-26T08:00+01:00"),
    ],
)
def test_the_next_working_morning_is_always_later(after: str, expected: str):
    assert clock.next_working_morning(utc(after), time(8)) == utc(expected)


def test_closing_days_are_read_as_danes_write_them():
    assert dates.parse_closing_days(["24/12", "31/12", "5/6"], []) == clock.ClosingDays()


@pytest.mark.parametrize("entry", ["31/11", "24", "jul", "12/24"])
def test_a_closing_day_that_is_no_day_is_named(entry: str):
    with pytest.raises(ValueError, match=entry):
        dates.parse_closing_days([entry], [])


def test_a_closing_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(ValueError, match="2026-12-30"):
        dates.parse_closing_days([], [(date(2026, 12, 30), date(2026, 12, 28))])


# as Danes write it


@pytest.fixture
def in_2026() -> Iterator[None]:
    with clock.telling(utc("2026-11-20T08:00Z")):
        yield


@pytest.mark.usefixtures("in_2026")
def test_dates_are_written_the_danish_way():
    """D-28."""
    day = date(2026, 11, 26)

    assert clock.long_date(day) == "torsdag 26. november"
    assert clock.long_date_with_year(date(2026, 11, 20)) == "fredag 20. november 2026"
    assert clock.short_date(day) == "tor. 26. nov."
    assert clock.short_date_without_weekday(day) == "26. nov."
    assert clock.weekday_date_with_year(day) == "tor. 26. nov. 2026"
    assert clock.numeric_date(date(2026, 2, 1)) == "1.2.2026"


@pytest.mark.usefixtures("in_2026")
def test_a_day_of_another_year_never_looks_like_one_of_this():
    assert clock.long_date(date(2027, 10, 25)) == "mandag 25. oktober 2027"
    assert clock.short_date(date(2126, 11, 21)) == "tor. 21. nov. 2126"
    assert clock.short_date_without_weekday(date(2025, 12, 31)) == "31. dec. 2025"
    assert clock.long_moment(utc("2027-10-25T00:30Z")) == "mandag 25. oktober 2027 kl. 02.30"
    assert clock.short_moment(utc("2025-12-31T22:59Z")) == "ons. 31. dec. 2025 kl. 23.59"


def test_the_year_begins_as_the_wall_says():
    with clock.telling(utc("2026-12-31T23:30Z")):
        assert clock.short_date(date(2027, 1, 1)) == "fre. 1. jan."
        assert clock.long_date_with_year(date(2027, 1, 1)) == "fredag 1. januar 2027"


@pytest.mark.usefixtures("in_2026")
def test_may_is_not_shortened():
    assert clock.short_date(date(2026, 5, 8)) == "fre. 8. maj"


def test_a_time_has_two_digits_on_both_sides_of_a_full_stop():
    assert clock.hhmm(time(9, 5)) == "09.05"


@pytest.mark.usefixtures("in_2026")
def test_an_instant_is_written_in_danish_time():
    assert clock.long_moment(utc("2026-11-26T09:00Z")) == "torsdag 26. november kl. 10.00"
    assert clock.short_moment(utc("2026-07-01T08:00Z")) == "ons. 1. jul. kl. 10.00"


@pytest.mark.parametrize(
    ("days", "words"),
    [(0, "i dag"), (-1, "i går"), (1, "i morgen"), (-3, "for 3 dage siden"), (3, "om 3 dage")],
)
def test_near_days_are_written_as_people_say_them(days: int, words: str):
    assert clock.days_ago(TODAY + timedelta(days=days), TODAY) == words


# ── a report on concern for a child ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("sent_on", "latest"),
    [
        (date(2026, 11, 20), date(2026, 11, 27)),  # a saturday counts, a sunday does not
        (date(2026, 11, 21), date(2026, 11, 28)),  # sent on a saturday
        (date(2026, 12, 23), date(2027, 1, 2)),  # christmas and new year's day; 24 and 31 December are hverdage
        (date(2026, 3, 31), date(2026, 4, 10)),  # over easter
        (date(2026, 5, 12), date(2026, 5, 20)),  # over Kristi himmelfartsdag
    ],
)
def test_a_report_is_acknowledged_at_the_earlier_of_six_hverdage_and_six_arbejdsdage(sent_on, latest):
    """D-15."""
    assert clock.report_acknowledged_by(sent_on) == latest
    assert latest <= clock.add_statutory_days(sent_on, 6)


def test_our_own_closing_days_do_not_make_the_receipt_late():
    closed = clock.ClosingDays(periods=((date(2026, 11, 20), date(2026, 11, 30)),))
    clock.configure("Europe/Copenhagen", None, closed)

    assert clock.report_acknowledged_by(date(2026, 11, 20)) == date(2026, 11, 27)
