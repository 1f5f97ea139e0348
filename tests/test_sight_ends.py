"""Sight has an end: whoever was asked sees what was asked for as long as it is theirs, and not for good (SEC-09)."""

import pytest

from skanderborg import clock as time
from skanderborg import policy
from skanderborg.addresses import address_of
from skanderborg.domain import tasks
from skanderborg.domain.requests import answers
from skanderborg.errors import NotFound, TooLate
from skanderborg.kinds import Outcome, RequestGroup, RequestSide
from skanderborg.pages import requests
from skanderborg.pages import tasks as task_pages
from skanderborg.policy import Action
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, insert
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Absence, Person
from skanderborg.store.work import Meeting, Participant
from tests.made import a_request, a_task, asked_of, department, exclude, join, now, seen


@pytest.fixture
def request_(cast, case):
    """Solveig asks Børn & Unge, where Ulla and Ruth work."""
    return a_request(cast["solveig"], case, to="boern-unge")


@pytest.fixture
def queued(cast, case):
    return a_task(case, department=department("boern-unge"))


@pytest.fixture
def meeting(cast, case):
    with begin():
        made = insert(
            Meeting, case=case, kind="follow-up", party="staff", starts_at=time.now(),
            ends_at=time.next_working_morning(time.now(), time.local(time.now()).time()), wall_start="x",
            zone="Europe/Copenhagen", status="planned", by=cast["solveig"], created_at=time.now(),
        )  # fmt: skip
        insert(Participant, meeting=made, person=cast["ulla"], added_at=time.now())
    return made


def away(cast, who: str, instead: str) -> None:
    """Someone is away today, and someone else stands in."""
    today = time.today(time.now())
    with begin():
        Person.update(substitute=cast[instead]).where(Person.ref == cast[who].ref).execute()
        insert(Absence, person=cast[who], from_on=today, to_on=today)


def sees(person, row) -> bool:
    by_ref = policy.opens(person, row)
    model = type(row)
    listed = model.select().where(model.ref == row.ref, policy.helps(person, model)).exists()
    assert by_ref == listed, "a list and a look-up must say the same"
    return by_ref


def close(case) -> None:
    with begin():
        Case.update(phase="closed", closed_at=time.now()).where(Case.ref == case.ref).execute()


def take(cast, request, name="ulla"):
    answers.take(cast[name], asked_of(cast[name], request), now(request).version)


def answer(cast, request, name="ulla"):
    answers.answer(cast[name], asked_of(cast[name], request), "Ja", Outcome.DONE, now(request).version)


def send_back(cast, request, name="ulla"):
    answers.send_back(cast[name], asked_of(cast[name], request), "Ikke os", None, now(request).version)


def withdraw(cast, request):
    answers.withdraw(cast["solveig"], asked_of(cast["solveig"], request), "Løst", now(request).version)


def close_it(cast, request):
    close(Case.get_by_id(request.case_id))


ENDS = [take, answer, send_back, withdraw, close_it]


# ── a request ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("end", ENDS)
def test_a_request_that_is_over_or_taken_leaves_the_rest_of_the_department(cast, request_, end):
    before = sees(cast["ruth"], request_)

    end(cast, request_)

    assert (before, sees(cast["ruth"], request_)) == (True, False)


@pytest.mark.parametrize("end", ENDS)
def test_who_joins_the_department_later_does_not_see_it_either(cast, request_, end):
    end(cast, request_)

    join(cast, "jonas", "boern-unge")

    assert not sees(cast["jonas"], request_)


@pytest.mark.parametrize("end", [answer, send_back, withdraw])
def test_who_handles_it_keeps_it_and_only_reads_it(cast, request_, end):
    take(cast, request_)
    end(cast, request_)

    assert sees(cast["ulla"], request_)
    with pytest.raises(TooLate):
        answers.ask(cast["ulla"], asked_of(cast["ulla"], request_), "Hvem?", now(request_).version)


def test_who_sent_it_back_untaken_handled_it(cast, request_):
    send_back(cast, request_)

    assert now(request_).handler == cast["ulla"]


def test_who_handled_it_keeps_it_until_the_case_is_closed(cast, case, request_):
    answer(cast, request_)

    close(case)

    assert not sees(cast["ulla"], request_)


@pytest.mark.parametrize("end", [answer, send_back, withdraw, close_it])
def test_the_substitute_sees_it_while_it_is_to_be_answered(cast, request_, end):
    take(cast, request_)
    away(cast, "ulla", "jonas")
    before = sees(cast["jonas"], request_)

    end(cast, request_)

    assert (before, sees(cast["jonas"], request_)) == (True, False)


@pytest.mark.parametrize("end", [withdraw, close_it])
def test_one_who_was_named_and_did_not_take_it_sees_it_while_it_is_asked(cast, case, end):
    request = a_request(cast["solveig"], case, to="boern-unge", named=cast["ulla"])
    before = sees(cast["ulla"], request)

    end(cast, request)

    assert (before, sees(cast["ulla"], request)) == (True, False)


def test_a_request_that_comes_back_to_the_queue_is_seen_there_again(cast, request_):
    take(cast, request_)

    with begin():
        answers.without_owner(policy.SYSTEM, asked_of(cast["rikke"], request_))

    assert sees(cast["ruth"], request_)


def test_the_list_of_the_department_holds_nothing_that_is_out_of_sight(cast, request_):
    answer(cast, request_)

    ruth, ulla = (requests.index(cast[name], RequestSide.TO_US, None, 1) for name in ("ruth", "ulla"))

    finished = (RequestSide.TO_US, RequestGroup.FINISHED)
    assert (ruth.counts[finished], ulla.counts[finished]) == (0, 1)


def test_the_letter_that_it_is_withdrawn_opens_what_its_reader_sees(cast, request_):
    withdraw(cast, request_)

    told = OutboxLetter.select().where(OutboxLetter.kind == "request-withdrawn")
    found = {letter.person.username: address_of(letter.opens) for letter in told}
    assert found == {"ruth": "/anmodninger", "ulla": "/anmodninger"}


# ── who was slower ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("end", [take, answer, send_back, withdraw])
def test_who_had_it_on_a_list_is_told_that_another_was_faster(cast, request_, clock, end):
    clock.forward(minutes=1)
    requests.index(cast["ruth"], RequestSide.TO_US, None, 1)
    clock.forward(minutes=1)
    end(cast, request_)

    with pytest.raises(TooLate) as told:
        policy.request_for(cast["ruth"], request_.ref, Action.REQUEST_HANDLE)

    assert "Ulla" not in told.value.message


def test_who_was_never_shown_it_is_told_nothing(cast, request_, clock):
    take(cast, request_)
    clock.forward(minutes=1)
    requests.index(cast["ruth"], RequestSide.TO_US, None, 1)

    for name in ("ruth", "jonas"):
        with pytest.raises(NotFound):
            policy.request_for(cast[name], request_.ref, Action.REQUEST_HANDLE)


def test_who_opened_it_and_is_excluded_since_is_told_nothing(cast, case, request_):
    requests.opened(cast["ruth"], request_.ref)
    exclude(case, cast["solveig"], person=cast["ruth"])

    with pytest.raises(NotFound):
        policy.request_for(cast["ruth"], request_.ref, Action.REQUEST_HANDLE)


def test_who_opened_a_task_that_a_colleague_took_is_told_so(cast, queued):
    task_pages.show(cast["ruth"], queued.ref)
    tasks.take(cast["ulla"], seen(cast["ulla"], queued), queued.version)

    with pytest.raises(TooLate):
        policy.task_for(cast["ruth"], queued.ref, Action.TASK_WORK)
    with pytest.raises(NotFound):
        policy.task_for(cast["ruth"], queued.ref, Action.TASK_READ)


# ── a task ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_task_that_a_colleague_took_leaves_the_queue(cast, queued):
    before = sees(cast["ruth"], queued)

    tasks.take(cast["ulla"], seen(cast["ulla"], queued), queued.version)

    assert (before, sees(cast["ruth"], queued), sees(cast["ulla"], queued)) == (True, False, True)


@pytest.mark.parametrize("way", ["own", "queue", "substitute"])
def test_nobody_but_those_on_the_case_sees_its_tasks_once_it_is_closed(cast, case, queued, way):
    task = queued if way == "queue" else a_task(case, assignee=cast["ulla" if way == "own" else "jonas"])
    if way == "substitute":
        away(cast, "jonas", "ulla")
    before = sees(cast["ulla"], task)

    close(case)

    assert (before, sees(cast["ulla"], task), policy.opens(cast["solveig"], task)) == (True, False, True)


def test_what_was_done_stays_with_who_did_it_and_leaves_the_substitute(cast, case):
    task = a_task(case, assignee=cast["jonas"])
    away(cast, "jonas", "ulla")
    tasks.complete(cast["jonas"], seen(cast["jonas"], task), task.version)

    assert (sees(cast["jonas"], task), sees(cast["ulla"], task)) == (True, False)


def test_a_duty_of_one_who_left_the_case_is_not_read_once_it_is_closed(cast, case):
    task = a_task(case, kind="child-report", box="safety", assignee=cast["ulla"], duty_of=cast["ulla"])
    before = sees(cast["ulla"], task)

    close(case)

    assert (before, sees(cast["ulla"], task)) == (True, False)


# ── a meeting ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("status", ["planned", "held"])
def test_who_took_part_reads_the_meeting_until_the_case_is_closed(cast, case, meeting, status):
    held = {"held_at": time.now()} if status == "held" else {}
    with begin():
        Meeting.update(status=status, **held).where(Meeting.ref == meeting.ref).execute()
    before = sees(cast["ulla"], meeting)

    close(case)

    assert (before, sees(cast["ulla"], meeting)) == (True, False)


def test_who_stands_in_at_a_meeting_sees_none_that_was_held(cast, meeting):
    away(cast, "ulla", "jonas")
    before = sees(cast["jonas"], meeting)
    with begin():
        Meeting.update(status="held", held_at=time.now()).where(Meeting.ref == meeting.ref).execute()

    assert (before, sees(cast["jonas"], meeting)) == (True, False)


def test_who_was_taken_off_a_meeting_does_not_see_it(cast, meeting):
    with begin():
        Participant.update(removed_at=time.now()).execute()

    assert not sees(cast["ulla"], meeting)
