"""Coordination requests as they are read: who sees one, and the lists."""

from datetime import date

import pytest

from skanderborg import clock as time
from skanderborg.domain import leaving
from skanderborg.domain.access import exclusions, restriction
from skanderborg.domain.requests import addressees, answers, marks
from skanderborg.errors import NotFound
from skanderborg.kinds import Answer, Basis, Outcome, RequestGroup, RequestSide
from skanderborg.pages import requests
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Case, Relation
from skanderborg.store.events import Event
from skanderborg.store.work import Request
from tests.made import a_request, asked_of, exclude, join, letters, now, opened


@pytest.fixture
def held(cast, case):
    return a_request(cast["solveig"], case, basis=Basis.UNSURE)


def answered(cast, request) -> Request:
    asked = asked_of(cast["jonas"], request)
    return answers.answer(cast["jonas"], asked, "Det er flyttet", Outcome.DONE, asked.version)


# ── sight ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_department_sees_the_request_and_not_the_case(cast, case, request_):
    assert asked_of(cast["jonas"], request_).ask == "Kan mødepligten flyttes?"
    with pytest.raises(NotFound):
        opened(cast["jonas"], case)


def test_a_stranger_does_not_see_it(cast, request_):
    with pytest.raises(NotFound):
        asked_of(cast["ulla"], request_)


def test_a_colleague_of_the_named_person_does_not_see_it(cast, case):
    request = a_request(cast["solveig"], case, to="boern-unge", named=cast["ulla"])

    with pytest.raises(NotFound):
        asked_of(cast["ruth"], request)


def test_an_exclusion_takes_effect_at_once(cast, case, request_):
    exclude(case, cast["rikke"], person=cast["jonas"])

    with pytest.raises(NotFound):
        asked_of(cast["jonas"], request_)


def test_a_queue_sees_nothing_of_a_case_that_became_restricted(cast, case, request_):
    restriction.restrict(cast["rikke"], opened(cast["rikke"], case), case.version)

    with pytest.raises(NotFound):
        asked_of(cast["jonas"], request_)


@pytest.fixture
def named(cast, case):
    """Only Ulla may know of it: one of the parties may work in Børn & Unge."""
    return a_request(cast["solveig"], case, to="boern-unge", named=cast["ulla"], party_works_there=Answer.UNKNOWN)


def test_when_the_only_one_who_may_know_is_excluded_it_comes_back_and_spreads_to_nobody(cast, case, named):
    exclusions.exclude_person(cast["rikke"], opened(cast["rikke"], case), cast["ulla"], "i familie")

    assert now(named).status == "returned"
    assert letters("request-returned") == ["solveig"]
    with pytest.raises(NotFound):
        asked_of(cast["ruth"], named)


def test_when_the_only_one_who_may_know_leaves_it_comes_back_and_spreads_to_nobody(cast, named):
    leaving.disable(SYSTEM, cast["ulla"])

    assert now(named).status == "returned"
    assert letters("request-returned") == ["solveig"]
    with pytest.raises(NotFound):
        asked_of(cast["ruth"], named)


def taken(cast, case, by="jonas") -> Request:
    """A request that someone in Jobcenter, where Ulla works too, has taken."""
    join(cast, "ulla", "jobcenter")
    sent = a_request(cast["solveig"], case)
    return answers.take(cast[by], asked_of(cast[by], sent), sent.version)


def restrict(cast, case) -> None:
    seen = opened(cast["rikke"], case)
    restriction.restrict(cast["rikke"], seen, seen.version)


def exclude_jonas(cast, case) -> None:
    exclusions.exclude_person(cast["rikke"], opened(cast["rikke"], case), cast["jonas"], "i familie")


def disable_jonas(cast, case) -> None:
    leaving.disable(SYSTEM, cast["jonas"])


@pytest.mark.parametrize("go", [exclude_jonas, disable_jonas])
def test_on_a_restricted_case_what_a_handler_leaves_behind_comes_back_and_spreads_to_nobody(cast, case, go):
    request = taken(cast, case)
    restrict(cast, case)

    go(cast, case)

    assert (now(request).status, now(request).handler) == ("returned", None)
    assert letters("request-returned") == ["solveig"]
    with pytest.raises(NotFound):
        asked_of(cast["ulla"], request)


def test_of_what_someone_has_taken_the_others_hear_no_more_once_the_case_is_restricted(cast, case):
    request = taken(cast, case)
    assert letters("request-new") == ["jonas", "ulla"]

    restrict(cast, case)

    assert now(request).status == "taken"
    assert letters("request-new") == ["jonas"]
    assert letters("request-taken") == ["solveig"]


def test_what_is_held_back_for_a_queue_comes_back_when_the_case_is_restricted(cast, case, held):
    restrict(cast, case)

    assert now(held).status == "returned"


def test_no_queue_owes_a_request_of_a_restricted_case(cast, case, request_):
    Case.update(restricted=True).where(Case.ref == case.ref).execute()

    assert addressees.owing(now(request_)) == []


def test_the_words_of_a_department_that_sent_it_back_stay_when_its_handler_leaves(cast, case):
    request = taken(cast, case)
    asked = asked_of(cast["jonas"], request)
    answers.send_back(cast["jonas"], asked, "Prøv Ydelse", None, asked.version)
    restrict(cast, case)

    disable_jonas(cast, case)

    assert now(request).return_reason == "Prøv Ydelse"
    assert letters("request-returned") == ["solveig"]


def test_opening_is_written_down(cast, request_):
    requests.read(cast["jonas"], request_.ref)

    assert Event.select().where(Event.action == "request:read", Event.actor == cast["jonas"].ref).count() == 1


# ── lists ─────────────────────────────────────────────────────────────────────────────────────────────


def waiting(cast, name: str) -> list[str]:
    return [request.status for request in requests.waiting_for(cast[name])]


def test_a_request_waits_for_whoever_must_do_something(cast, request_):
    assert (waiting(cast, "jonas"), waiting(cast, "solveig"), waiting(cast, "ulla")) == (["sent"], [], [])

    answered(cast, request_)
    assert (waiting(cast, "jonas"), waiting(cast, "solveig")) == ([], ["answered"])


def test_what_is_held_back_waits_for_the_resource_person(cast, held):
    assert (waiting(cast, "rikke"), waiting(cast, "solveig")) == (["held-back"], [])


def test_what_is_held_back_stands_in_the_list_of_who_decides_it_and_of_no_other_helper(cast, held):
    listed = requests.index(cast["rikke"], None, None, 1)

    assert (listed.side, listed.group) == (RequestSide.TO_US, RequestGroup.NEW)
    assert [row.ref for row in listed.rows] == [held.ref]
    assert sum(requests.index(cast["jonas"], None, None, 1).counts.values()) == 0


def test_the_lists_open_where_something_waits(cast, request_):
    answered(cast, request_)

    unread = requests.index(cast["solveig"], None, None, 1)
    of_the_side = requests.index(cast["solveig"], RequestSide.MINE, None, 1)
    chosen = requests.index(cast["solveig"], RequestSide.TO_US, RequestGroup.TAKEN, 1)

    assert (unread.side, unread.group) == (RequestSide.MINE, RequestGroup.YOURS)
    assert [row.ref for row in unread.rows] == [request_.ref]
    assert of_the_side.group == RequestGroup.YOURS
    assert (chosen.side, chosen.group) == (RequestSide.TO_US, RequestGroup.TAKEN)


def test_the_lists_open_on_new_ones_where_nothing_waits(cast, request_):
    listed = requests.index(cast["solveig"], None, None, 1)

    assert (listed.side, listed.group, listed.waiting_at(RequestSide.MINE)) == (RequestSide.TO_US, RequestGroup.NEW, 0)


def test_what_a_colleague_took_is_the_colleagues_only(cast, case):
    asked = a_request(cast["solveig"], case, to="boern-unge")
    answers.take(cast["ulla"], asked_of(cast["ulla"], asked), asked.version)

    ulla, ruth = (requests.index(cast[name], RequestSide.TO_US, None, 1) for name in ("ulla", "ruth"))

    assert (ulla.group, ulla.waiting_at(RequestSide.TO_US)) == (RequestGroup.TAKEN, 1)
    assert (ruth.counts[(RequestSide.TO_US, RequestGroup.TAKEN)], ruth.waiting_at(RequestSide.TO_US)) == (0, 0)


def test_the_lists_show_each_side_its_own(cast, request_):
    to_us = requests.index(cast["jonas"], RequestSide.TO_US, None, 1)
    mine = requests.index(cast["solveig"], RequestSide.MINE, None, 1)

    assert [row.ref for row in to_us.rows] == [row.ref for row in mine.rows] == [request_.ref]
    assert to_us.counts[(RequestSide.TO_US, RequestGroup.NEW)] == 1
    assert sum(requests.index(cast["ulla"], RequestSide.TO_US, None, 1).counts.values()) == 0


def test_who_left_the_case_finds_nothing_of_it_in_the_list(cast, case, request_):
    Relation.update(until_at=case.reported_at).where(Relation.person == cast["solveig"].ref).execute()

    assert requests.index(cast["solveig"], RequestSide.MINE, None, 1).rows == []


def test_the_case_lists_its_requests(cast, case, request_):
    listed = requests.of_case(cast["rasmus"], opened(cast["rasmus"], case))

    assert [(row.department.name, row.asker.name) for row in listed] == [("Jobcenter", "Solveig Sand")]


# ── what cannot wait ────────────────────────────────────────────────────────────────────────────────


def test_an_acute_request_stands_before_older_and_late_ones(cast, case, clock):
    late = a_request(cast["solveig"], case, due_on=date(2026, 11, 20))
    clock.forward(days=4)
    acute = a_request(cast["solveig"], case, basis=Basis.ACUTE)
    soon = a_request(cast["solveig"], case, due_on=date(2026, 11, 25))

    waiting = [request.ref for request in requests.waiting_for(cast["jonas"])]
    listed = [row.ref for row in requests.index(cast["jonas"], RequestSide.TO_US, RequestGroup.NEW, 1).rows]

    assert waiting == listed == [acute.ref, late.ref, soon.ref]


def test_what_is_acute_due_today_or_late_is_urgent(cast, case, clock):
    today = a_request(cast["solveig"], case, due_on=date(2026, 11, 20))
    acute = a_request(cast["solveig"], case, basis=Basis.ACUTE)
    monday = a_request(cast["solveig"], case, due_on=date(2026, 11, 23))

    assert [marks.is_urgent(request) for request in (today, acute, monday)] == [True, True, False]
    clock.forward(days=4)
    assert [marks.is_overdue(request) for request in (today, acute, monday)] == [True, True, True]


def test_what_is_answered_or_on_pause_is_not_urgent(cast, case, request_):
    acute = answered(cast, a_request(cast["solveig"], case, basis=Basis.ACUTE))
    request_.frozen_at, request_.due_on = time.now(), date(2026, 11, 19)

    assert not marks.is_acute(acute)
    assert marks.is_paused(request_)
    assert not marks.is_overdue(request_)
