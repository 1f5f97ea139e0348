"""A case handed over: a note to the next tovholder, and what is open follows (D-11, REL-15)."""

from datetime import date, time

import pytest

from skanderborg.domain import meetings
from skanderborg.domain.access import contact, handover
from skanderborg.domain.meetings import When
from skanderborg.errors import Invalid
from skanderborg.kinds import MeetingKind, MeetingWith
from skanderborg.store.cases import Handover
from skanderborg.store.work import Participant, Reminder, Task
from tests.made import a_request, a_task, asked, letters, now, opened

NOTE = "ZQX politiet ringer tirsdag"


def hand_over(cast, case, to="jonas"):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast[to], NOTE)
    return contact.accept(cast[to], asked(cast[to], case))


def a_meeting(cast, case, names):
    return meetings.plan(
        cast["solveig"], opened(cast["solveig"], case), When(date(2026, 11, 26), time(10), time(11)),
        kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF, place=None, agenda=None,
        participants=[cast[name] for name in names],
    )  # fmt: skip


def taking_part(meeting):
    rows = Participant.select().where(Participant.meeting == meeting.ref, Participant.removed_at.is_null())
    return sorted(row.person.username for row in rows)


def test_nobody_hands_over_without_a_word(cast, case):
    with pytest.raises(Invalid) as refused:
        contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "")
    assert refused.value.field == "note"


def test_the_one_who_is_asked_reads_the_note_before_answering(cast, case):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], NOTE)

    assert handover.note_to(cast["jonas"], case) == NOTE
    assert handover.note_to(cast["rikke"], case) is None


def test_every_open_task_follows_made_by_hand_or_not(cast, case):
    task = a_task(case, assignee=cast["solveig"])

    hand_over(cast, case)

    assert Task.get_by_id(task.ref).assignee == cast["jonas"]


def test_a_task_that_was_done_keeps_the_name_of_who_did_it(cast, case):
    task = a_task(case, assignee=cast["solveig"], status="done", closed_at=case.reported_at)

    hand_over(cast, case)

    assert Task.get_by_id(task.ref).assignee == cast["solveig"]


def test_the_answers_of_departments_go_to_the_new_one(cast, case):
    request = a_request(cast["solveig"], case)

    hand_over(cast, case, to="rasmus")

    assert now(request).asker == cast["rasmus"]


def test_the_new_one_takes_the_seat_in_meetings_to_come(cast, case):
    meeting = a_meeting(cast, case, ["solveig", "rikke"])

    hand_over(cast, case)

    assert taking_part(meeting) == ["jonas", "rikke"]
    assert letters("meeting-cancelled") == ["solveig"]
    assert "jonas" in letters("meeting-invitation")


def test_the_reminders_of_those_meetings_follow(cast, case):
    meeting = a_meeting(cast, case, ["solveig"])

    hand_over(cast, case)

    to_come = Reminder.select().where(
        Reminder.meeting == meeting.ref, Reminder.void_at.is_null(), Reminder.person.is_null(False)
    )
    assert {row.person.username for row in to_come} == {"jonas"}


def test_the_answer_is_written_on_the_handover(cast, case):
    hand_over(cast, case)

    assert [(row.outcome, row.from_person.username) for row in Handover.select()] == [("accepted", "solveig")]


def test_asking_another_withdraws_the_first_question(cast, case):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], NOTE)
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["rasmus"], NOTE)

    outcomes = [row.outcome for row in Handover.select().order_by(Handover.offered_at)]
    assert outcomes == ["withdrawn", None]


def test_a_no_leaves_everything_where_it_was(cast, case):
    task = a_task(case, assignee=cast["solveig"])
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], NOTE)

    contact.decline(cast["jonas"], case.ref)

    assert (Task.get_by_id(task.ref).assignee, Handover.get().outcome) == (cast["solveig"], "declined")
