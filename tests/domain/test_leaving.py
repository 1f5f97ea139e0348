"""Someone leaves a case, by exclusion or by closing their account: the history of the case tells of all that moved."""

from datetime import date, datetime, time

import pytest

from skanderborg import clock as clocks
from skanderborg.domain import leaving, meetings
from skanderborg.domain.access import contact, ending, exclusions, handover, impartiality
from skanderborg.domain.requests import answers
from skanderborg.kinds import Basis, MeetingKind, MeetingWith
from skanderborg.pages import requests
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Case, Handover, Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.work import Participant, Task
from tests.made import a_request, a_task, asked_of, department, join, letters, now, opened, task_of


def close_account(cast, case, name: str) -> None:
    leaving.disable(SYSTEM, cast[name])


def exclude(cast, case, name: str) -> None:
    """The last resource person is shut out once a manager agrees."""
    by = cast["solveig"]
    made = exclusions.exclude_person(by, opened(by, case), cast[name], "i familie")
    if made.waits_since:
        impartiality.uphold(cast["lars"], made.ref)


WAYS = [close_account, exclude]


def changes(case: Case, action: str) -> list[dict]:
    """What the history of the case holds of this action."""
    events = Event.select().where(Event.chain == f"case:{case.ref}", Event.action == action).order_by(Event.number)
    return [event.changes for event in events]


def a_meeting(cast, case, *names: str):
    by = cast["rikke"]
    return meetings.plan(
        by, opened(by, case), meetings.When(date(2026, 11, 26), time(10), time(11)), kind=MeetingKind.FOLLOW_UP,
        party=MeetingWith.STAFF, place=None, agenda=None, participants=[cast[name] for name in names],
    )  # fmt: skip


@pytest.mark.parametrize("leave", WAYS)
def test_that_a_participant_is_off_the_case_stands_in_its_history(cast, case, leave):
    leave(cast, case, "rasmus")

    assert changes(case, "access:ended") == [{"person": [cast["rasmus"].ref, None]}]


@pytest.mark.parametrize("leave", WAYS)
def test_that_someone_takes_part_in_a_meeting_no_more_stands_in_the_history(cast, case, leave):
    a_meeting(cast, case, "jonas", "rikke")

    leave(cast, case, "jonas")

    assert changes(case, "meeting:participants-changed") == [
        {"participants": [["Jonas Jeppe", "Rikke Ravn"], ["Rikke Ravn"]]}
    ]


def test_a_meeting_that_was_held_keeps_those_who_were_there(cast, case, clock):
    a_meeting(cast, case, "jonas", "rikke")
    clock.move_to(datetime(2026, 11, 26, 12))

    close_account(cast, case, "jonas")

    assert Participant.get(Participant.person == cast["jonas"]).removed_at is None


def test_a_form_over_the_meeting_as_it_was_does_not_bring_back_who_left(cast, case):
    meeting = a_meeting(cast, case, "jonas", "rikke")

    close_account(cast, case, "jonas")

    assert meetings.Meeting.get_by_id(meeting.ref).version == meeting.version + 1


@pytest.fixture
def offered(cast, case) -> Case:
    return contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "Alt er aftalt")


@pytest.mark.parametrize("leave", WAYS)
def test_a_handover_to_one_who_leaves_is_over(cast, case, offered, leave):
    leave(cast, case, "jonas")

    assert not handover.under_way(case)
    assert Handover.get().outcome == "withdrawn"
    assert changes(case, "case:contact-withdrawn") == [{"offered_to": [cast["jonas"].ref, None]}]


def test_a_handover_to_one_who_stays_goes_on(cast, case, offered):
    close_account(cast, case, "rasmus")

    assert handover.under_way(case)
    assert Case.get_by_id(case.ref).offered_to == cast["jonas"]


def say_partial(cast, case, name: str) -> None:
    impartiality.declare(cast[name], opened(cast[name], case), "i familie")


@pytest.mark.parametrize("leave", [close_account, say_partial])
def test_each_task_that_goes_to_the_next_tovholder_stands_in_the_history(cast, case, leave):
    task = a_task(case, assignee=cast["solveig"])

    leave(cast, case, "solveig")

    solveig, rikke = cast["solveig"].ref, cast["rikke"].ref
    assert Task.get_by_id(task.ref).assignee_id == rikke
    assert changes(case, "task:assigned") == [{"assignee": [solveig, rikke]}]
    assert changes(case, "case:inherited") == [{"primary_contact": [solveig, rikke]}]


def test_a_task_that_goes_to_the_queue_of_the_department_says_so(cast, case):
    join(cast, "ulla", "jobcenter")
    a_task(case, assignee=cast["jonas"])

    close_account(cast, case, "jonas")

    jonas, jobcenter = cast["jonas"].ref, department("jobcenter").ref
    assert changes(case, "task:returned-to-queue") == [{"assignee": [jonas, None], "department": [None, jobcenter]}]


def end_access(cast, case, name: str) -> None:
    tie = Relation.get(Relation.case == case.ref, Relation.person == cast[name].ref)
    ending.end(cast["solveig"], opened(cast["solveig"], case), tie.ref)


@pytest.fixture
def held(cast, case):
    """Solveig is unsure of the basis: Rikke, the only resource person on the case, is to decide it."""
    return a_request(cast["solveig"], case, basis=Basis.UNSURE)


@pytest.mark.parametrize("leave", [*WAYS, end_access])
def test_what_the_last_resource_person_had_to_decide_comes_back_to_who_asked(cast, case, held, leave):
    leave(cast, case, "rikke")

    assert (now(held).status, now(held).return_reason) == ("returned", ending.NOBODY_DECIDES)
    assert letters("request-returned") == ["solveig"]
    assert [request.ref for request in requests.waiting_for(cast["solveig"])] == [held.ref]


@pytest.mark.parametrize("leave", [*WAYS, end_access])
def test_while_another_may_decide_it_stays_held_back(cast, case, held, leave):
    with begin():
        insert(Relation, case=case, person=cast["ruth"], kind="resource", from_at=clocks.now())

    leave(cast, case, "rikke")

    assert now(held).status == "held-back"
    assert [request.ref for request in requests.waiting_for(cast["ruth"])] == [held.ref]


def test_what_was_sent_stays_when_the_last_resource_person_leaves(cast, case):
    sent = a_request(cast["solveig"], case)

    close_account(cast, case, "rikke")

    assert now(sent).status == "sent"


@pytest.mark.parametrize("leave", WAYS)
def test_what_one_who_leaves_has_asked_is_the_tovholders_to_go_on_with(cast, case, leave):
    sent = a_request(cast["rikke"], case)
    answers.send_back(cast["jonas"], asked_of(cast["jonas"], sent), "Ikke os", None, sent.version)

    leave(cast, case, "rikke")

    assert now(sent).asker == task_of(sent).assignee == cast["solveig"]
    assert [request.ref for request in requests.waiting_for(cast["solveig"])] == [sent.ref]
