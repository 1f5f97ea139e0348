"""Meetings: planned, moved, cancelled, held."""

import json
from datetime import date, datetime, time

import pytest

from skanderborg import clock
from skanderborg.domain import meetings, reminders
from skanderborg.domain.safety import safe_contact, warning_notes
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import MeetingKind, MeetingStatus, MeetingWith, ReminderState
from skanderborg.pages import meetings as meeting_pages
from skanderborg.pages import my_day
from skanderborg.policy import Action, case_for, meeting_for
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Absence, Person
from skanderborg.store.work import Decision, Meeting, MeetingMove, Reminder, Task
from tests.made import a_case, department, join

THURSDAY = meetings.When(date(2026, 11, 26), time(10), time(11))
FRIDAY = meetings.When(date(2026, 11, 27), time(13), time(14))


@pytest.fixture
def case(cast, clock):
    return case_for(cast["rikke"], a_case(cast).ref, Action.MEETING_PLAN)


def plan(cast, case, when=THURSDAY, names=("rikke", "solveig"), **rest) -> Meeting:
    return meetings.plan(
        cast["rikke"], case, when, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.CITIZEN, place="Lokale 4",
        agenda="1. Nyt siden sidst", participants=[cast[name] for name in names], **rest,
    )  # fmt: skip


def letters(kind: str) -> list[str]:
    rows = OutboxLetter.select(Person.username).join(Person, on=(OutboxLetter.person == Person.ref))
    return sorted(name for (name,) in rows.where(OutboxLetter.kind == kind, OutboxLetter.void_at.is_null()).tuples())


def live_reminders(meeting) -> list[Reminder]:
    return list(Reminder.select().where(Reminder.meeting == meeting.ref, Reminder.void_at.is_null()))


def test_everyone_who_takes_part_is_invited(cast, case):
    plan(cast, case)

    assert letters("meeting-invitation") == ["rikke", "solveig"]


def test_the_same_form_sent_twice_plans_one_meeting(cast, case):
    first = plan(cast, case, key="k1")
    again = plan(cast, case, key="k1")

    assert first.ref == again.ref
    assert Meeting.select().count() == 1


def test_a_time_that_the_wall_never_shows_is_refused_with_words(cast, case):
    skipped = meetings.When(date(2027, 3, 28), time(2, 30), time(4))

    with pytest.raises(Invalid, match="findes ikke") as refused:
        plan(cast, case, skipped)
    assert refused.value.field == "at"


def test_a_time_that_is_past_is_refused(cast, case):
    with pytest.raises(Invalid, match="passeret"):
        plan(cast, case, meetings.When(date(2026, 11, 20), time(8), time(9)))


def test_a_meeting_that_ends_before_it_begins_is_refused(cast, case):
    with pytest.raises(Invalid) as refused:
        plan(cast, case, meetings.When(date(2026, 11, 26), time(10), time(9)))
    assert refused.value.field == "until"


def test_who_is_excluded_can_not_be_invited(cast, case):
    with begin():
        insert(Exclusion, case=case.ref, person=cast["ulla"], by=cast["rikke"], from_at=case.reported_at)

    with pytest.raises(Invalid):
        plan(cast, case, names=("rikke", "ulla"))


def test_someone_who_only_helps_on_the_case_may_not_plan(cast, case):
    with pytest.raises((NotFound, NotAllowed)):
        case_for(cast["jonas"], case.ref, Action.MEETING_PLAN)


def test_a_moved_meeting_gets_new_reminders_and_a_letter_with_a_higher_sequence(cast, case):
    meeting = plan(cast, case)
    old = {row.ref for row in live_reminders(meeting)}

    moved = meetings.move(cast["rikke"], meeting, FRIDAY, "Solveig er syg", "Lokale 4", meeting.version)

    assert moved.sequence == meeting.sequence + 1
    assert letters("meeting-moved") == ["rikke", "solveig"]
    assert letters("meeting-invitation") == []  # not sent yet, and now wrong
    assert not old & {row.ref for row in live_reminders(moved)}
    assert MeetingMove.get().reason == "Solveig er syg"


def test_what_was_moved_is_named_in_the_letter_in_the_log_and_on_the_page(cast, case):
    meeting = plan(cast, case)

    meetings.move(cast["rikke"], meeting, FRIDAY, "Solveig er syg", meeting.place, meeting.version)

    words = json.loads(OutboxLetter.get(OutboxLetter.kind == "meeting-moved").words)
    was, until = time_of(meeting.starts_at), time_of(meeting.ends_at)
    assert (words["was"], words["was_until"]) == (clock.long_moment(meeting.starts_at), until)
    event = Event.get(Event.action == "meeting:moved")
    assert sorted(event.changes) == ["ends_at", "reason", "starts_at"]
    kept = MeetingMove.get()
    assert (time_of(kept.was_at), time_of(kept.was_until)) == (was, until)


def test_a_meeting_of_which_only_the_end_is_moved_is_not_said_to_be_moved(cast, case):
    meeting = plan(cast, case)
    longer = THURSDAY._replace(until=time(12, 30))

    moved = meetings.move(cast["rikke"], meeting, longer, "Vi når det ikke", meeting.place, meeting.version)

    assert (letters("meeting-moved"), letters("meeting-ends-otherwise")) == ([], ["rikke", "solveig"])
    words = json.loads(OutboxLetter.get(OutboxLetter.kind == "meeting-ends-otherwise").words)
    assert (words["until"], words["was_until"]) == ("12.30", time_of(meeting.ends_at))
    assert sorted(Event.get(Event.action == "meeting:ends-otherwise").changes) == ["ends_at", "reason"]
    assert moved.sequence == meeting.sequence + 1


def time_of(instant):
    return clock.hhmm(clock.local(instant).time())


def test_moving_to_the_same_time_changes_nothing(cast, case):
    meeting = plan(cast, case)

    again = meetings.move(cast["rikke"], meeting, THURSDAY, "x", "Lokale 4", meeting.version)

    assert again.version == meeting.version


def test_of_another_place_alone_nobody_gets_a_letter_that_the_meeting_is_moved(cast, case):
    meeting = plan(cast, case)

    there = meetings.move(cast["rikke"], meeting, THURSDAY, "Lokalet er taget", "Lokale 7", meeting.version)

    assert (there.place, there.sequence) == ("Lokale 7", meeting.sequence)
    assert (letters("meeting-moved"), letters("meeting-invitation")) == ([], ["rikke", "solveig"])
    assert not MeetingMove.select().exists()


def test_of_two_who_move_at_once_the_second_is_told(cast, case):
    meeting = plan(cast, case)
    meetings.move(cast["rikke"], meeting, FRIDAY, "x", None, meeting.version)

    with pytest.raises(Conflict):
        meetings.move(cast["rikke"], meeting, meetings.When(date(2026, 11, 30), time(9), time(10)), "y", None, 1)


def test_a_cancelled_meeting_reminds_nobody_and_tells_everyone(cast, case):
    meeting = plan(cast, case)

    cancelled = meetings.cancel(cast["rikke"], meeting, "Borgeren kan ikke", meeting.version)

    assert live_reminders(cancelled) == []
    assert letters("meeting-cancelled") == ["rikke", "solveig"]


def test_cancelling_twice_tells_once(cast, case):
    meeting = plan(cast, case)
    cancelled = meetings.cancel(cast["rikke"], meeting, "x", meeting.version)

    meetings.cancel(cast["rikke"], cancelled, "x", meeting.version)

    assert letters("meeting-cancelled") == ["rikke", "solveig"]


def test_who_is_added_is_invited_and_who_is_left_out_is_told(cast, case):
    meeting = plan(cast, case)

    meetings.set_participants(cast["rikke"], meeting, [cast["rikke"], cast["jonas"]], meeting.version)

    assert letters("meeting-invitation") == ["jonas", "rikke"]
    assert letters("meeting-cancelled") == ["solveig"]
    assert {row.person_id for row in live_reminders(meeting)} == {None, cast["rikke"].ref, cast["jonas"].ref}


def test_who_stands_in_for_one_who_is_left_out_is_not_reminded_either(cast, case, clock):
    meeting = plan(cast, case)
    with begin():
        insert(Absence, person=cast["solveig"], from_on=date(2026, 11, 23), to_on=date(2026, 11, 27))
        Person.update(substitute=cast["jonas"]).where(Person.ref == cast["solveig"].ref).execute()
    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))
    assert letters("meeting-reminder") == ["jonas", "rikke", "solveig"]

    meetings.set_participants(cast["rikke"], meeting, [cast["rikke"]], meeting.version)

    assert letters("meeting-reminder") == ["rikke"]


def test_who_was_left_out_is_still_told_so_when_the_meeting_then_moves(cast, case):
    meeting = plan(cast, case)
    meeting = meetings.set_participants(cast["rikke"], meeting, [cast["rikke"]], meeting.version)

    meetings.move(cast["rikke"], meeting, FRIDAY, "x", None, meeting.version)

    assert letters("meeting-cancelled") == ["solveig"]


def test_who_takes_part_sees_the_meeting_and_nothing_of_the_case(cast, case):
    meeting = plan(cast, case, names=("rikke", "jonas"))

    shown = meeting_pages.show(cast["jonas"], meeting.ref)

    assert shown.meeting.place == "Lokale 4"
    assert shown.reminders == shown.decisions == []
    with pytest.raises(NotFound):
        case_for(cast["jonas"], case.ref, Action.CASE_READ)


def test_who_does_not_take_part_does_not_see_it(cast, case):
    meeting = plan(cast, case)

    with pytest.raises(NotFound):
        meeting_pages.show(cast["ulla"], meeting.ref)


def test_looking_at_a_meeting_leaves_an_event(cast, case):
    meeting = plan(cast, case)

    meeting_pages.show(cast["rikke"], meeting.ref)

    assert Event.select().where(Event.action == "meeting:read", Event.object_ref == meeting.ref).count() == 1


def held(cast, case, clock, *decisions) -> Meeting:
    meeting = plan(cast, case)
    clock.move_to(datetime(2026, 11, 26, 11))
    meeting = meeting_for(cast["rikke"], meeting.ref, Action.MEETING_HOLD)
    return meetings.hold(cast["rikke"], meeting, "Vi talte om netværket.", list(decisions), meeting.version)


def test_decisions_become_tasks(cast, case, clock):
    decision = meetings.NewDecision("Ring til boligforeningen", cast["solveig"], date(2026, 12, 1))

    meeting = held(cast, case, clock, decision)

    assert meeting.status == MeetingStatus.HELD
    task = Task.get(Task.meeting == meeting.ref)
    assert (task.title, task.assignee_id, task.due_on) == (decision.text, cast["solveig"].ref, decision.due_on)
    assert Decision.get().task_id == task.ref


def test_everyone_in_a_department_is_told_of_a_decision_given_to_its_queue(cast, case, clock):
    join(cast, "ulla", "jobcenter")

    held(cast, case, clock, meetings.NewDecision("Flyt mødepligten", None, None, 1, department("jobcenter")))

    assert Task.get().department_id == department("jobcenter").ref
    assert letters("task-assigned") == ["jonas", "ulla"]


def test_a_decision_of_a_restricted_case_is_given_to_no_queue(cast, case, clock):
    Case.update(restricted=True).where(Case.ref == case.ref).execute()

    with pytest.raises(Invalid, match="navngivne personer") as refused:
        held(cast, case, clock, meetings.NewDecision("Flyt mødepligten", None, None, 2, department("jobcenter")))
    assert refused.value.field == "owner_2"


def test_written_minutes_stop_the_reminder_of_them(cast, case, clock):
    meeting = held(cast, case, clock)

    assert live_reminders(meeting) == []


def test_a_meeting_that_lies_ahead_has_no_minutes_until_someone_says_that_it_was_held_early(cast, case):
    meeting = plan(cast, case)

    with pytest.raises(Invalid) as refused:
        meetings.hold(cast["rikke"], meeting, "x", [], meeting.version)
    assert refused.value.field == "was_early"


def test_a_meeting_held_early_is_taken_out_of_the_calendars_and_reminds_nobody(cast, case):
    meeting = plan(cast, case)

    held_early = meetings.hold(cast["rikke"], meeting, "Vi mødtes i går.", [], meeting.version, was_early=True)

    assert held_early.status == MeetingStatus.HELD
    assert live_reminders(held_early) == letters("meeting-invitation") == []
    assert letters("meeting-cancelled") == ["rikke", "solveig"]
    told = OutboxLetter.get(OutboxLetter.kind == "meeting-cancelled")
    assert json.loads(told.words)["sequence"] == held_early.sequence == meeting.sequence + 1


def test_a_meeting_that_is_over_is_in_nobodys_way_whatever_was_ticked(cast, case, clock):
    meeting = plan(cast, case)
    clock.move_to(datetime(2026, 11, 26, 11))
    meeting = meeting_for(cast["rikke"], meeting.ref, Action.MEETING_HOLD)

    held_late = meetings.hold(cast["rikke"], meeting, "x", [], meeting.version, was_early=True)

    assert held_late.sequence == meeting.sequence
    assert letters("meeting-cancelled") == []


def test_open_decisions_stand_on_the_next_agenda(cast, case, clock):
    held(cast, case, clock, meetings.NewDecision("Ring til boligforeningen", None, None))

    assert "– Ring til boligforeningen" in meeting_pages.proposal(cast["rikke"], case).agenda


def test_corrected_minutes_keep_the_earlier_text_in_the_history(cast, case, clock):
    meeting = held(cast, case, clock)

    meetings.rewrite_minutes(cast["rikke"], meeting, "Vi talte om skolen.", meeting.version)

    event = Event.get(Event.action == "meeting:minutes-changed")
    assert event.changes["minutes"] == ["Vi talte om netværket.", "Vi talte om skolen."]


def test_my_coming_meetings_are_those_i_take_part_in(cast, case):
    meeting = plan(cast, case, names=("jonas",))

    assert [row.ref for row in my_day.of(cast["jonas"]).meetings] == [meeting.ref]
    assert my_day.of(cast["rikke"]).meetings == my_day.of(cast["rikke"]).without_minutes == []


def test_the_page_says_what_became_of_each_reminder(cast, case, clock):
    meeting = plan(cast, case, names=("rikke",))

    lines = meeting_pages.reminder_lines(meeting)

    assert [line.state for line in lines] == [ReminderState.PLANNED] * 3


# ── what speaks against it ──────────────────────────────────────────────────────────────────────────


AGAINST = [
    {"safe_contact": None}, {"safe_contact": "Kontakt ikke borgeren"}, {"safe_never": "Ring til mobilen"},
    {"safe_when": "Aldrig om aftenen"},
]  # fmt: skip


def with_rules(cast, case, **rules):
    agreed = {
        "safe_contact": rules.get("safe_contact"),
        "safe_when": rules.get("safe_when"),
        "safe_never": rules.get("safe_never"),
    }
    mine = case_for(cast["solveig"], case.ref, Action.CASE_READ)
    safe_contact.agree(cast["solveig"], mine, mine.version, **agreed)
    return case_for(cast["rikke"], case.ref, Action.MEETING_PLAN)


@pytest.mark.parametrize("rules", AGAINST)
def test_a_meeting_with_the_citizen_against_the_rules_is_asked_about_once(cast, case, rules):
    case = with_rules(cast, case, **rules)

    with pytest.raises(Invalid) as asked:
        plan(cast, case)
    assert asked.value.field == "has_read_rules"
    assert plan(cast, case, has_read_rules=True).ref


def test_so_is_one_where_colleagues_are_warned(cast, case):
    mine = case_for(cast["solveig"], case.ref, Action.CASE_READ)
    warning_notes.write(cast["solveig"], mine, "Kom to", date(2027, 1, 4))

    with pytest.raises(Invalid):
        plan(cast, case)


@pytest.mark.parametrize("rules", AGAINST)
def test_a_meeting_of_staff_is_not_asked_about(cast, case, rules):
    case = with_rules(cast, case, **rules)

    assert meetings.plan(
        cast["rikke"], case, THURSDAY, kind=MeetingKind.SPARRING, party=MeetingWith.STAFF, place=None, agenda=None,
        participants=[cast["rikke"]],
    )  # fmt: skip


def test_who_plans_and_the_tovholder_are_proposed_whatever_else_they_are(cast, case):
    with begin():
        insert(Relation, case=case, person=cast["rikke"], kind="participant", from_at=case.reported_at)

    offered = meeting_pages.staff(case)

    assert set(offered.coordinators) == {cast["rikke"].ref, cast["solveig"].ref}
    assert cast["rasmus"].ref in [ref for ref, _, group in offered.choices if group == "På sagen"]


# ── who is somewhere else then ──────────────────────────────────────────────────────────────────────


def at(hour: int) -> meetings.When:
    return meetings.When(THURSDAY.on, time(hour), time(hour + 1))


def test_who_is_at_another_meeting_then_is_told_by_name_and_nothing_of_the_other(cast, case):
    plan(cast, case_for(cast["rikke"], a_case(cast, "OTHER").ref, Action.MEETING_PLAN))

    with pytest.raises(Invalid, match="Rikke Ravn og Solveig Sand er til et andet møde") as told:
        plan(cast, case)
    assert told.value.field == "despite_busy"
    assert "OTHER" not in str(told.value)
    assert plan(cast, case, despite_busy=True)


def test_nobody_is_in_the_way_of_a_meeting_that_begins_when_the_other_ends_or_was_cancelled(cast, case):
    other = plan(cast, case)
    meetings.cancel(cast["rikke"], plan(cast, case, at(12)), "aflyst", 1)

    assert [plan(cast, case, at(hour)).status for hour in (9, 11, 12)] == [MeetingStatus.PLANNED] * 3
    assert meetings.move(cast["rikke"], other, at(14), "ny tid", None, other.version).sequence == 1


def test_who_is_busy_is_told_when_a_meeting_is_moved_or_they_are_invited_later(cast, case):
    plan(cast, case, names=("rasmus",))
    later, beside = plan(cast, case, at(12), names=("rasmus",)), plan(cast, case, names=("rikke",))

    with pytest.raises(Invalid, match="Rasmus"):
        meetings.move(cast["rikke"], later, THURSDAY, "ny tid", None, later.version)
    with pytest.raises(Invalid, match="Rasmus"):
        meetings.set_participants(cast["rikke"], beside, [cast["rikke"], cast["rasmus"]], beside.version)
