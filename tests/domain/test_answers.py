"""The course of a coordination request: taken, asked about, answered, sent back, withdrawn, reminded of."""

import pytest

from skanderborg import policy
from skanderborg.domain import leaving
from skanderborg.domain.requests import answers
from skanderborg.errors import Conflict, Invalid, NotAllowed, TooLate
from skanderborg.kinds import Outcome, TaskStatus
from skanderborg.pages import requests
from skanderborg.policy import SYSTEM, Action
from skanderborg.store.work import Reminder, Request
from tests.made import a_request, asked_of, department, letters, now, task_of

# ── the department's part ─────────────────────────────────────────────────────────────────────────────


def test_opening_stops_no_reminder(cast, request_):
    requests.read(cast["jonas"], request_.ref)

    assert Reminder.select().where(Reminder.void_at.is_null()).count() == 3
    assert now(request_).status == "sent"


def test_who_takes_it_handles_it_and_the_asker_is_told(cast, request_):
    taken = answers.take(cast["jonas"], asked_of(cast["jonas"], request_), request_.version)

    assert (taken.status, taken.handler_id) == ("taken", cast["jonas"].ref)
    assert letters("request-taken") == ["solveig"]


def test_of_two_who_take_it_at_once_the_second_is_told(cast, case):
    request = a_request(cast["solveig"], case, to="boern-unge")
    first, second = asked_of(cast["ulla"], request), asked_of(cast["ruth"], request)
    answers.take(cast["ulla"], first, request.version)

    with pytest.raises(Conflict):
        answers.take(cast["ruth"], second, request.version)
    assert now(request).handler_id == cast["ulla"].ref


def test_taking_it_twice_changes_nothing(cast, request_):
    answers.take(cast["jonas"], asked_of(cast["jonas"], request_), request_.version)
    answers.take(cast["jonas"], asked_of(cast["jonas"], request_), request_.version)

    assert now(request_).version == request_.version + 1


def test_a_question_goes_to_the_asker_and_the_reply_to_the_handler(cast, request_):
    answers.ask(cast["jonas"], asked_of(cast["jonas"], request_), "Hvilke dage?", request_.version)
    asked = asked_of(cast["solveig"], request_)
    answers.reply(cast["solveig"], asked, "Tirsdage", asked.version)

    assert (letters("request-question"), letters("request-reply")) == (["solveig"], ["jonas"])
    assert now(request_).status == "taken"
    assert Reminder.select().where(Reminder.void_at.is_null()).count() == 3


def test_a_reply_to_one_who_has_left_puts_it_in_the_queue_again(cast, request_):
    asked = asked_of(cast["jonas"], request_)
    answers.ask(cast["jonas"], asked, "Hvilken adresse?", asked.version)
    leaving.disable(SYSTEM, cast["jonas"])

    own = asked_of(cast["solveig"], request_)
    answers.reply(cast["solveig"], own, "Den gamle", own.version)

    assert (now(request_).status, now(request_).handler) == ("sent", None)


def test_a_question_sent_twice_is_asked_once(cast, request_):
    asked = asked_of(cast["jonas"], request_)

    once, again = (answers.ask(cast["jonas"], asked, "Hvilke dage?", request_.version, key="k") for _ in range(2))

    assert once.ref == again.ref


def answered(cast, request) -> Request:
    asked = asked_of(cast["jonas"], request)
    return answers.answer(cast["jonas"], asked, "Det er flyttet", Outcome.DONE, asked.version)


def test_an_answer_straight_from_sent_takes_it_too(cast, request_):
    done = answered(cast, request_)

    assert (done.status, done.handler_id, done.outcome) == ("answered", cast["jonas"].ref, Outcome.DONE)
    assert letters("request-answered") == ["solveig"]


def test_an_answer_closes_the_task_and_stops_the_reminders(cast, request_):
    answered(cast, request_)

    assert task_of(request_).status == TaskStatus.DONE
    assert Reminder.select().where(Reminder.void_at.is_null()).count() == 0


def test_an_answer_withdraws_what_still_asks_for_one_and_no_other_letter(cast, request_):
    answers.take(cast["jonas"], asked_of(cast["jonas"], request_), request_.version)
    answered(cast, request_)

    assert (letters("request-new"), letters("request-taken")) == ([], ["solveig"])


def test_an_answer_is_read_when_its_asker_opens_it_and_not_before(cast, request_):
    answered(cast, request_)

    assert requests.read(cast["rikke"], request_.ref).status == "answered"
    assert requests.read(cast["solveig"], request_.ref).status == "read"


def test_a_stale_answer_is_told_and_changes_nothing(cast, request_):
    stale = asked_of(cast["jonas"], request_)
    requests.opened(cast["jonas"], request_.ref)
    answers.withdraw(cast["solveig"], request_, "Løst på anden vis", request_.version)

    with pytest.raises(Conflict):
        answers.answer(cast["jonas"], stale, "Det er flyttet", Outcome.DONE, stale.version)
    with pytest.raises(TooLate, match="trukket tilbage"):
        policy.request_for(cast["jonas"], request_.ref, Action.REQUEST_HANDLE)
    assert now(request_).answer is None


def test_it_is_not_sent_back_without_a_reason(cast, request_):
    with pytest.raises(Invalid) as refused:
        answers.send_back(cast["jonas"], asked_of(cast["jonas"], request_), None, None, request_.version)
    assert refused.value.field == "return_reason"


def sent_back(cast, request) -> Request:
    asked = asked_of(cast["jonas"], request)
    return answers.send_back(cast["jonas"], asked, "Det er ikke os", department("boern-unge"), asked.version)


def test_sent_back_it_is_the_askers_again(cast, request_):
    back = sent_back(cast, request_)

    assert (back.status, back.suggested_id) == ("returned", department("boern-unge").ref)
    assert letters("request-returned") == ["solveig"]
    assert task_of(request_).status == TaskStatus.ACTIVE


def test_what_was_sent_back_is_closed_by_the_request_that_takes_its_place(cast, case, request_):
    sent_back(cast, request_)

    a_request(cast["solveig"], case, to="boern-unge", instead_of=request_.ref)

    assert now(request_).status == "withdrawn"
    assert task_of(request_).status == TaskStatus.NOT_RELEVANT


def test_the_department_neither_withdraws_nor_replies(cast, request_):
    with pytest.raises(NotAllowed):
        answers.withdraw(cast["jonas"], asked_of(cast["jonas"], request_), "Nej", request_.version)
    with pytest.raises(NotAllowed):
        requests.get(cast["jonas"], request_.ref, Action.REQUEST_OWN)


# ── the asker's part ──────────────────────────────────────────────────────────────────────────────────


def test_withdrawing_tells_those_who_owed_it(cast, request_):
    answers.withdraw(cast["solveig"], request_, "Løst på anden vis", request_.version)

    assert letters("request-withdrawn") == ["jonas"]
    assert letters("request-new") == []
    assert (task_of(request_).status, task_of(request_).reason) == (TaskStatus.NOT_RELEVANT, "Løst på anden vis")


def test_it_is_not_withdrawn_without_a_reason(cast, request_):
    with pytest.raises(Invalid):
        answers.withdraw(cast["solveig"], request_, None, request_.version)


def test_a_reminder_goes_out_at_most_once_a_day(cast, request_, clock):
    answers.send_reminder(cast["solveig"], request_)
    answers.send_reminder(cast["solveig"], request_)
    clock.forward(days=3)
    answers.send_reminder(cast["solveig"], request_)

    assert letters("request-reminder") == ["jonas", "jonas"]
