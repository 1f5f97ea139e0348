"""Closing days: changed by an administrator, in force from then on, for what is planned from then on."""

from datetime import date, time

import pytest

from skanderborg import clock as the_clock
from skanderborg.domain import closing_days, editions, meetings, rules, ticks
from skanderborg.errors import Conflict, Invalid, NotAllowed
from skanderborg.kinds import MeetingKind, MeetingWith, ReminderKind
from skanderborg.policy import Action, case_for
from skanderborg.store.editions import Edition
from skanderborg.store.events import Event
from skanderborg.store.work import Reminder
from tests.made import a_case

MONDAY = date(2026, 11, 30)
YEARLY = "24/12\n31/12\n5/6"


@pytest.fixture
def admin(cast):
    return cast["admin"]


def ahead_of_a_meeting(cast, code: str) -> date:
    """The day of the reminder two working days before a meeting on 2 December."""
    rikke = cast["rikke"]
    case = case_for(rikke, a_case(cast, code).ref, Action.MEETING_PLAN)
    meeting = meetings.plan(
        rikke, case, meetings.When(date(2026, 12, 2), time(10), time(11)), kind=MeetingKind.FOLLOW_UP,
        party=MeetingWith.STAFF, place="Rådhuset", agenda="1. Nyt", participants=[rikke], despite_busy=True,
    )  # fmt: skip
    [row] = Reminder.select().where(Reminder.meeting == meeting.ref, Reminder.kind == ReminderKind.MEETING_AHEAD)
    return the_clock.today(row.due_at)


def test_a_newly_planned_reminder_skips_the_new_day_and_a_planned_one_keeps_its_instant(cast, admin):
    """D-10."""
    before = ahead_of_a_meeting(cast, "AAAAA")
    closing_days.change(admin, f"{YEARLY}\n30/11", "", 0)
    editions.refresh()

    after = ahead_of_a_meeting(cast, "BBBBB")

    kept = Reminder.select().where(Reminder.kind == ReminderKind.MEETING_AHEAD).order_by(Reminder.due_at.desc()).first()
    assert (before, after) == (MONDAY, date(2026, 11, 27))
    assert the_clock.today(kept.due_at) == MONDAY


def test_the_worker_reckons_with_the_new_days_from_its_next_tick(admin):
    closing_days.change(admin, YEARLY, "30.11.2026", 0)

    ticks.owe()

    assert not the_clock.is_working_day(MONDAY)


def test_days_that_a_law_counts_are_not_moved_by_them(admin):
    closing_days.change(admin, YEARLY, "30.11.2026-4.12.2026", 0)
    editions.refresh()

    assert the_clock.add_statutory_days(date(2026, 11, 27), 2) == date(2026, 12, 1)


def test_an_earlier_edition_is_restored(admin):
    closing_days.change(admin, "", "", 0)

    closing_days.restore(admin, 0, 1)
    editions.refresh()

    assert closing_days.current(admin).yearly == list(rules.current().closing_days)
    assert not the_clock.is_working_day(date(2026, 12, 24))
    assert [version.number for version in closing_days.history(admin)] == [2, 1, 0]


@pytest.mark.parametrize(
    ("yearly", "periods", "field"),
    [
        ("32/12", "", "yearly"),
        ("jul", "", "yearly"),
        ("24/12/2026", "", "yearly"),
        ("\n".join(f"{day}/{month}" for month in (1, 2) for day in range(1, 20)), "", "yearly"),
        ("", "til jul", "periods"),
        ("", "2.1.2027-23.12.2026", "periods"),
        ("", "1.1.2027-1.6.2027", "periods"),
        ("", "31.11.2026", "periods"),
        ("", "\n".join(f"{day}.1.2027" for day in range(1, 29)) * 2, "periods"),
    ],
)
def test_what_is_no_day_is_told_at_its_field(admin, yearly, periods, field):
    with pytest.raises(Invalid) as refused:
        closing_days.change(admin, yearly, periods, 0)

    assert refused.value.field == field
    assert Edition.select().count() == 0


def test_of_two_who_change_them_at_once_the_second_is_told(admin):
    closing_days.change(admin, "24/12", "", 0)

    with pytest.raises(Conflict) as refused:
        closing_days.change(admin, "31/12", "", 0)

    assert refused.value.theirs.body["yearly"] == ["24/12"]


def test_only_an_administrator_changes_them_and_it_is_written_down(cast, admin):
    with pytest.raises(NotAllowed):
        closing_days.change(cast["lars"], "24/12", "", 0)

    closing_days.change(admin, "24/12", "", 0)

    assert Event.select().where(Event.action == "closing-days:changed", Event.actor == admin.ref).count() == 1
