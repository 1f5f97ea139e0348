"""What is said anew of a row is written with its event; what is not leaves no trace."""

import pytest

from skanderborg.domain import written
from skanderborg.errors import Conflict
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.work import Task
from tests.made import a_task


@pytest.fixture
def task(case, cast):
    return a_task(case, brief="Ring til hende", assignee=cast["rikke"])


def revise(actor, task, seen_version=1, **columns):
    with begin():
        return written.revised(actor, "task:changed", task, seen_version, **columns)


def events_of(task) -> list[Event]:
    return list(Event.select().where(Event.action == "task:changed", Event.object_ref == task.ref))


def test_only_what_is_new_is_told(cast, task):
    fresh = revise(cast["solveig"], task, brief="Ring til ham", assignee=cast["rikke"], title=task.title)

    [event] = events_of(task)
    assert (fresh.version, fresh.brief) == (2, "Ring til ham")
    assert event.changes == {"brief": ["Ring til hende", "Ring til ham"]}


def test_the_same_once_more_changes_nothing_and_leaves_no_event(cast, task):
    same = revise(cast["solveig"], task, brief="Ring til hende", assignee=cast["rikke"], reason="hun bad om det")

    assert same is task
    assert (Task.get_by_id(task.ref).version, events_of(task)) == (1, [])


def test_why_is_told_and_what_follows_is_written_alone(cast, task):
    fresh = revise(
        cast["solveig"], task, title="Ring igen", reason="hun bad om det", along={"postpone_reason": "travlt"}
    )

    [event] = events_of(task)
    assert event.changes == {"title": ["Ring til søsteren", "Ring igen"], "reason": [None, "hun bad om det"]}
    assert fresh.postpone_reason == "travlt"


def test_who_was_slower_is_told(cast, task):
    revise(cast["solveig"], task, title="Ring igen")

    with pytest.raises(Conflict):
        revise(cast["rikke"], task, title="Ring ikke")
