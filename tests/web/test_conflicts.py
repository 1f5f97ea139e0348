"""Someone was faster: both versions are shown, and one can go on from there (REL-11, REL-12)."""

import re
from datetime import date, time

import pytest
from werkzeug.datastructures import MultiDict

from skanderborg import policy
from skanderborg.domain import meetings
from skanderborg.domain.tasks import assign
from skanderborg.kinds import MeetingKind, MeetingWith
from skanderborg.policy import Action
from skanderborg.store.cases import Case
from skanderborg.store.db import begin
from skanderborg.store.work import Meeting, Task
from tests.made import a_case, a_task, opened, seen

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


@pytest.fixture
def case(cast):
    return a_case(cast)


def go_on(visitor, path, page, **typed):
    """Press »Gem min udgave« on the page of a conflict: its hidden fields, and what is typed in the open ones."""
    form = page.text.partition('<form method="post" action="' + path)[2].partition("</form>")[0]
    return visitor.client.post(path, data=MultiDict([*HIDDEN.findall(form), *typed.items()]))


def test_my_text_goes_over_theirs_when_i_say_so(visit, cast, case):
    task = a_task(case, assignee=cast["solveig"])
    solveig, path = visit("solveig"), f"/o/{task.ref}/vent"
    solveig.post(path, reason="Venter på lægen", version="1")

    stale = solveig.post(path, reason="Venter på politiet", version="1")
    answer = go_on(solveig, path, stale, reason="Venter på politiet")

    assert stale.status_code == 409
    assert "Venter på lægen" in stale.text
    assert "Venter på politiet" in stale.text
    assert answer.status_code == 303
    assert Task.get_by_id(task.ref).reason == "Venter på politiet"


def test_a_choice_that_another_made_is_shown_and_not_undone_unseen(visit, cast, case):
    solveig, path = visit("solveig"), f"/sager/{case.ref}/beskrivelse"
    said = {"children": "no", "what_happened": "Fulgt hjem", "version": "1"}
    solveig.post(path, citizen_role="unknown", **said)

    stale = solveig.post(path, citizen_role="exposed", **said)

    assert stale.status_code == 409
    assert "sådan står der nu" in stale.text
    assert "Ved ikke" in stale.text


def test_who_was_chosen_meanwhile_is_named(visit, cast, case):
    task = a_task(case)
    with begin():
        assign(cast["rikke"], seen(cast["rikke"], task), cast["jonas"], None, 1)

    stale = visit("solveig").post(f"/o/{task.ref}/tildel", owner=f"person:{cast['ulla'].ref}", version="1")

    assert stale.status_code == 409
    assert f'<blockquote class="sk-quote" aria-labelledby="now-owner">{cast["jonas"].name}' in stale.text


def test_a_tick_that_was_not_set_is_not_set_by_going_on(visit, cast, case):
    task = a_task(case, kind="safety", assignee=cast["solveig"])
    solveig, path = visit("solveig"), f"/o/{task.ref}/vurdering"
    solveig.post(path, note="Ringet", version="1")

    stale = solveig.post(path, note="Besøgt", version="1")
    answer = go_on(solveig, path, stale, note="Besøgt")

    assert (stale.status_code, answer.status_code) == (409, 303)
    assert not Case.get_by_id(case.ref).is_acute


def test_the_time_to_which_another_moved_a_meeting_is_shown(visit, cast, case):
    when = meetings.When(date(2026, 11, 26), time(10), time(11))
    meeting = meetings.plan(
        cast["solveig"], opened(cast["solveig"], case), when, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF,
        place=None, agenda=None, participants=[cast["solveig"]],
    )  # fmt: skip
    mine = policy.meeting_for(cast["rikke"], meeting.ref, Action.MEETING_PLAN)
    meetings.move(cast["rikke"], mine, when._replace(at=time(13), until=time(14)), "Syg", None, 1)
    solveig, path = visit("solveig"), f"/m/{meeting.ref}/flyt"
    typed = {"on": "27.11.2026", "at": "9.00", "until": "10.00", "place": "", "reason": "Ferie"}

    stale = solveig.post(path, **typed, version="1")
    answer = go_on(solveig, path, stale, on="27.11.2026", at="9.00", until="10.00")

    assert (stale.status_code, answer.status_code) == (409, 303)
    assert "26.11.2026" in stale.text
    assert "13.00" in stale.text
    assert Meeting.get_by_id(meeting.ref).wall_start == "2026-11-27T09:00"
