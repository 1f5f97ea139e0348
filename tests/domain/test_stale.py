"""A tab that was left open changes nothing of what is over, and nothing of one case comes into another."""

from datetime import date, time

import pytest

from skanderborg.domain import leaving, meetings, people, sparring, tasks
from skanderborg.domain.access.restriction import restrict
from skanderborg.domain.cases import phases
from skanderborg.domain.requests import sending
from skanderborg.domain.tasks import safety, undo
from skanderborg.errors import Invalid, NotFound
from skanderborg.kinds import MeetingKind, MeetingWith
from skanderborg.pages import meetings as meeting_pages
from skanderborg.policy import SYSTEM, Action, meeting_for
from skanderborg.store.cases import Case, Relation
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.work import Request, Task
from tests.made import a_case, a_draft, a_request, a_task, department, exclude, opened, seen

WHEN = meetings.When(date(2026, 11, 26), time(10), time(11))


def a_meeting(cast, case):
    made = meetings.plan(
        cast["solveig"], opened(cast["solveig"], case), WHEN, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF,
        place=None, agenda=None, participants=[cast["solveig"]],
    )  # fmt: skip
    return meeting_for(cast["solveig"], made.ref, Action.MEETING_PLAN)


def close(cast, case):
    now = opened(cast["rikke"], case)
    phases.close(cast["rikke"], now, "Slut", "Alt er aftalt", now.version)


WRITES = {
    "move a meeting": lambda me, case, task, meeting: meetings.move(
        me, meeting, WHEN._replace(at=time(9)), "Syg", None, meeting.version
    ),
    "describe a meeting": lambda me, case, task, meeting: meetings.describe(me, meeting, "x", "y", meeting.version),
    "hold a meeting": lambda me, case, task, meeting: meetings.hold(me, meeting, "x", [], meeting.version),
    "invite": lambda me, case, task, meeting: meetings.set_participants(me, meeting, [], meeting.version),
    "waive sparring": lambda me, case, task, meeting: sparring.waive(me, case, "x", case.version),
    "keep it at sparring": lambda me, case, task, meeting: sparring.keep(me, case, case.version),
    "complete a task": lambda me, case, task, meeting: tasks.complete(me, task, task.version),
    "undo": lambda me, case, task, meeting: undo.undo(me, task, task.version),
    "assess again": lambda me, case, task, meeting: safety.assess_again(me, case.ref, "x"),
    "send a request": lambda me, case, task, meeting: sending.send(me, case, a_draft()),
}


@pytest.mark.parametrize("write", WRITES)
def test_a_tab_from_before_the_case_was_closed_changes_nothing(cast, case, write):
    me = cast["solveig"]
    task = tasks.start(me, seen(me, a_task(case, assignee=me), Action.TASK_WORK), 1)
    before, meeting = opened(me, case), a_meeting(cast, case)
    close(cast, case)

    with pytest.raises(Invalid, match="Sagen er afsluttet"):
        WRITES[write](me, before, task, meeting)


def test_a_meeting_of_another_case_is_not_what_a_new_one_follows(cast, case):
    foreign, here = a_meeting(cast, a_case(cast, code="M2D8H")), opened(cast["solveig"], case)

    with pytest.raises(NotFound):
        meeting_pages.proposal(cast["solveig"], here, foreign)
    with pytest.raises(NotFound):
        meetings.plan(
            cast["solveig"], here, WHEN, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF, place=None, agenda=None,
            participants=[cast["solveig"]], previous=foreign,
        )  # fmt: skip


def test_a_request_of_another_case_is_not_withdrawn_by_a_new_one(cast, case):
    foreign = a_request(cast["solveig"], a_case(cast, code="M2D8H"))
    Request.update(status="returned").where(Request.ref == foreign.ref).execute()

    with pytest.raises(NotFound):
        a_request(cast["solveig"], case, instead_of=foreign.ref)
    assert Request.get_by_id(foreign.ref).status == "returned"


def test_who_stood_in_a_queue_hears_no_more_of_a_case_that_was_restricted(cast, case):
    a_request(cast["solveig"], case)

    restrict(cast["solveig"], opened(cast["solveig"], case), opened(cast["solveig"], case).version)

    owed = OutboxLetter.select().where(OutboxLetter.void_at.is_null(), OutboxLetter.kind == "request-new")
    assert owed.count() == 0
    assert OutboxLetter.select().where(OutboxLetter.kind == "request-returned").get().person == cast["solveig"]


def test_nobody_of_an_excluded_department_inherits_a_case(cast, case):
    exclude(case, cast["solveig"], department=people.departments_of(cast["rikke"])[0])

    leaving.disable(SYSTEM, cast["solveig"])

    heir = Relation.select().where(
        Relation.case == case.ref, Relation.kind == "primary-contact", Relation.until_at.is_null()
    )
    assert opened(heir.get().person, case)


def test_who_has_left_is_no_longer_asked_to_be_tovholder(cast):
    case = a_case(cast, offered_to=cast["lars"])

    leaving.disable(SYSTEM, cast["lars"])

    assert Case.get_by_id(case.ref).offered_to is None


def test_a_task_goes_to_no_queue_in_which_nobody_may_take_it(cast, case):
    task = a_task(case, assignee=cast["jonas"])
    for person in people.members(department("jobcenter").ref):
        if person != cast["jonas"]:
            exclude(case, cast["solveig"], person=person)

    leaving.disable(SYSTEM, cast["jonas"])

    assert (Task.get_by_id(task.ref).assignee, Task.get_by_id(task.ref).department) == (None, None)
