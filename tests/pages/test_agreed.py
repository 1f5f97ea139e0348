"""The board's third tab: which meetings, in which week, and what of them is said to whom."""

from datetime import date, timedelta

import pytest

from skanderborg import clock as time
from skanderborg.domain.cases import name_citizen
from skanderborg.pages.board import meetings
from skanderborg.store.db import begin, insert
from skanderborg.store.work import Meeting, Participant
from tests.made import a_case, exclude

FRIDAY = date(2026, 11, 20)


def a_meeting(cast, case, in_days: int, status: str = "planned", with_: str = "") -> Meeting:
    """An hour that begins in some days, at this time of the day."""
    starts = time.now() + timedelta(days=in_days, hours=1)
    with begin():
        meeting = insert(
            Meeting, case=case, kind="follow-up", party="staff", starts_at=starts, wall_start="2026-11-20T10:00",
            ends_at=starts + timedelta(hours=1), zone="Europe/Copenhagen", status=status, by=cast["solveig"],
            created_at=time.now(),
        )  # fmt: skip
        if with_:
            insert(Participant, meeting=meeting, person=cast[with_], added_at=time.now())
    return meeting


def test_a_week_has_its_working_days_and_of_the_weekend_what_has_meetings(cast, case):
    name_citizen(case, "Mette Hansen")
    for in_days in (-5, -4, 1, 3):  # the Sunday before, Monday, Saturday, the Monday after
        a_meeting(cast, case, in_days)

    week = meetings.week(cast["solveig"], "")

    assert (week.number, week.before, week.after) == (47, "2026-46", "2026-48")
    assert [(day.on.isoweekday(), len(day.meetings)) for day in week.days] == [
        (1, 1), (2, 0), (3, 0), (4, 0), (5, 0), (6, 1),
    ]  # fmt: skip
    assert [day.on for day in week.days if day.is_today] == [FRIDAY]
    assert (week.days[0].meetings[0].code, week.days[0].meetings[0].initials) == ("K7F3Q", "M. H.")
    assert [day.meetings[0].lacks_minutes for day in week.days if day.meetings] == [True, False]


def test_who_takes_part_without_seeing_the_case_is_told_of_the_meeting_alone(cast, case):
    name_citizen(case, "Mette Hansen")
    a_meeting(cast, case, 0, with_="ulla")

    [ulla] = [day.meetings for day in meetings.week(cast["ulla"], "").days if day.meetings]

    assert [(one.kind, one.code, one.initials) for one in ulla] == [("Opfølgende møde", "", "")]
    assert meetings.week(cast["jonas"], "").total == len(meetings.ahead(cast["jonas"], 1).rows) == 0


def test_who_is_excluded_sees_no_meeting_of_the_case(cast, case):
    a_meeting(cast, case, 0, with_="rasmus")
    assert meetings.week(cast["rasmus"], "").total == 1

    exclude(case, cast["solveig"], person=cast["rasmus"])

    assert (meetings.week(cast["rasmus"], "").total, meetings.ahead(cast["rasmus"], 1).rows) == (0, [])


def test_the_list_has_what_is_to_come_the_soonest_first(cast):
    case = a_case(cast)
    for in_days, status in ((9, "planned"), (2, "planned"), (-3, "planned"), (4, "cancelled")):
        a_meeting(cast, case, in_days, status)

    found = meetings.ahead(cast["solveig"], 1)

    assert [(one.starts_at.date() - FRIDAY).days for one in found.rows] == [2, 9]


@pytest.mark.parametrize(
    ("slug", "monday"),
    [
        ("2026-49", date(2026, 11, 30)), ("2026-53", date(2026, 12, 28)), ("2027-53", date(2026, 11, 16)),
        ("", date(2026, 11, 16)), ("0001-01", date(2026, 11, 16)), ("9999-52", date(2026, 11, 16)),
        ("²026-49", date(2026, 11, 16)), ("49", date(2026, 11, 16)), ("2026-" + "9" * 5_000, date(2026, 11, 16)),
    ],
)  # fmt: skip
def test_a_week_that_is_none_is_this_week(slug, monday):
    assert meetings.monday_of(slug, FRIDAY) == monday


def test_a_week_asks_the_database_the_same_however_many_meetings(cast, case, queries):
    def asked() -> int:
        queries.clear()
        meetings.week(cast["solveig"], "")
        return len(queries)

    a_meeting(cast, case, 0)
    asked()
    before = asked()
    for _ in range(20):
        a_meeting(cast, case, 0)

    assert asked() == before
