"""What is said anew of a row is written with its event; what is not leaves no trace."""

import pytest

from skanderborg import clock, policy
from skanderborg.domain import written
from skanderborg.errors import Conflict
from skanderborg.kinds import EventKind
from skanderborg.policy import Action
from skanderborg.store.cases import Party
from skanderborg.store.db import begin, insert, lock_chain
from skanderborg.store.events import Event
from skanderborg.store.plans import SafetyItem
from skanderborg.store.work import Task
from tests.made import a_task, opened, seen


@pytest.fixture
def task(case, cast):
    return a_task(case, brief="Ring til hende", assignee=cast["rikke"])


def revise(actor, task, seen_version=1, **columns):
    with begin():
        return written.revise_if_new(actor, EventKind.TASK_ASSIGNED, task, seen_version, **columns)


def written_down(actor, case, model, **columns):
    with begin():
        lock_chain(f"case:{case.ref}")  # as a verb does first
        return written.add(actor, EventKind.SAFETY_ITEM_ADDED, model, case, **columns)


def events_of(task) -> list[Event]:
    return list(Event.select().where(Event.action == EventKind.TASK_ASSIGNED, Event.object_ref == task.ref))


def test_only_what_is_new_is_told(cast, task):
    fresh = revise(cast["solveig"], task, brief="Ring til ham", assignee=cast["rikke"], title=task.title)

    [event] = events_of(task)
    assert (fresh.version, fresh.brief) == (2, "Ring til ham")
    assert event.changes == {"brief": ["Ring til hende", "Ring til ham"]}


def test_the_same_once_more_changes_nothing_and_leaves_no_event(cast, task):
    same = revise(cast["solveig"], task, brief="Ring til hende", assignee=cast["rikke"], because="hun bad om det")

    assert same is task
    assert (Task.get_by_id(task.ref).version, events_of(task)) == (1, [])


def test_why_is_told_and_what_follows_is_written_alone(cast, case):
    with begin():
        ida = insert(Party, case=case.ref, role="citizen", name="Ida", created_at=clock.now())
        said = {"name": "Idun", "name_index": "x"}
        fresh = written.revise(cast["solveig"], EventKind.PARTY_DESCRIBED, ida, 1, because="tastefejl", **said)

    event = Event.get(Event.action == EventKind.PARTY_DESCRIBED)
    assert event.changes == {"name": ["Ida", "Idun"], "reason": [None, "tastefejl"]}
    assert (fresh.name, fresh.name_index) == ("Idun", "x")


def test_a_new_row_is_signed_and_tells_what_it_says(cast, case):
    item = written_down(cast["solveig"], case, SafetyItem, area="home", text="Skift lås", status="planned", who=None)

    event = Event.get(Event.action == EventKind.SAFETY_ITEM_ADDED)
    assert (item.by_id, item.at, item.case) == (cast["solveig"].ref, clock.now(), case)
    assert event.changes == {"area": [None, "home"], "text": [None, "Skift lås"], "status": [None, "planned"]}


def test_what_was_written_is_ready_for_who_wrote_it(cast, case, task):
    solveig = cast["solveig"]
    fresh = revise(solveig, seen(solveig, task), brief="Ring til ham")
    item = written_down(solveig, opened(solveig, case), SafetyItem, area="home", text="Skift lås", status="planned")

    assert policy.may(solveig, Action.TASK_WORK, fresh)
    assert policy.may(solveig, Action.CASE_WORK, item)


def test_who_was_slower_is_told(cast, task):
    revise(cast["solveig"], task, title="Ring igen")

    with pytest.raises(Conflict):
        revise(cast["rikke"], task, title="Ring ikke")
