"""A case handed over: a note to the next tovholder, and what is open follows (D-11, REL-15)."""

from datetime import date, time

import pytest

from skanderborg.domain import leaving, meetings
from skanderborg.domain.access import contact, handover
from skanderborg.domain.meetings import When
from skanderborg.errors import Invalid, TooLate
from skanderborg.kinds import MeetingKind, MeetingWith
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Case, Handover
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


# ── the citizen is told of the new contact ──────────────────────────────────────────────────────────


def hand_on(cast, case) -> None:
    """Jonas, who has just taken over, hands over to Rasmus."""
    contact.offer(cast["jonas"], opened(cast["jonas"], case), cast["rasmus"], NOTE)
    contact.accept(cast["rasmus"], opened(cast["rasmus"], case))


def to_tell_citizen(case) -> list[Task]:
    return list(Task.select().where(Task.case == case.ref, Task.template == handover.NEW_CONTACT))


def test_after_a_handover_a_task_asks_that_the_citizen_is_told_of_the_new_contact(cast, case):
    hand_over(cast, case)

    [task] = to_tell_citizen(case)
    assert task.title == handover.TELL_CITIZEN
    assert (task.assignee, task.must, task.due_on) == (cast["jonas"], True, date(2026, 11, 24))


def test_a_second_handover_hands_the_task_on_and_makes_no_other(cast, case):
    hand_over(cast, case)
    hand_on(cast, case)

    [task] = to_tell_citizen(case)
    assert task.assignee == cast["rasmus"]


def test_once_the_citizen_was_told_the_next_handover_asks_anew(cast, case):
    hand_over(cast, case)
    Task.update(status="done", closed_at=case.reported_at).where(Task.template == handover.NEW_CONTACT).execute()
    hand_on(cast, case)

    assert [task.status for task in to_tell_citizen(case)].count("not-started") == 1


def test_who_inherits_the_case_of_one_who_left_is_asked_as_well(cast, case):
    leaving.disable(SYSTEM, cast["solveig"])

    [task] = to_tell_citizen(case)
    assert task.assignee == cast["rikke"]


def test_whoever_closes_the_account_the_one_who_inherits_is_asked(cast, case):
    """The administrator sees nothing of the case, and the task is made all the same."""
    leaving.disable(cast["admin"], cast["solveig"])

    assert [task.assignee for task in to_tell_citizen(case)] == [cast["rikke"]]


def test_a_no_asks_nothing(cast, case):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], NOTE)
    contact.decline(cast["jonas"], case.ref)

    assert to_tell_citizen(case) == []


def test_another_note_to_who_is_asked_already_is_not_dropped(cast, case):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], NOTE)

    with pytest.raises(TooLate):
        contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "Ring før kl. 9")

    assert handover.note_to(cast["jonas"], case) == NOTE


def test_asking_the_same_with_the_same_note_again_changes_nothing(cast, case):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], NOTE)
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], NOTE)

    assert Handover.select().count() == len(letters("contact-offered")) == 1


def test_a_note_reaches_the_reporter_whom_the_case_itself_asked(cast, case):
    Case.update(offered_to=cast["jonas"]).where(Case.ref == case.ref).execute()

    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], NOTE)

    assert handover.note_to(cast["jonas"], case) == NOTE
