"""Several tasks at once: each is done, put off or given away by itself, and refused by itself."""

from datetime import date

import pytest

from skanderborg.kinds import Box, TaskKind
from skanderborg.store.events import Event
from skanderborg.store.work import Task
from tests.made import a_task, exclude

ALONE = [
    (TaskKind.SAFETY, Box.SAFETY), (TaskKind.PLAIN, Box.SAFETY), (TaskKind.CHILD_REPORT, Box.SAFETY),
    (TaskKind.REFERRAL, Box.REFERRAL), (TaskKind.REQUEST, Box.DEPARTMENTS),
]  # fmt: skip


def choose(visitor, tasks, **said):
    """Send the page for these tasks, as they were seen."""
    seen = " ".join(f"{task.ref}:{task.version}" for task in tasks)
    return visitor.post("/flere", chosen=[task.ref for task in tasks], seen=seen, **said)


def statuses(tasks):
    return [Task.get_by_id(task.ref).status for task in tasks]


def written(action):
    return Event.select().where(Event.action == action).count()


@pytest.fixture
def three(case, cast):
    """Tasks of Solveig's that are due today."""
    return [a_task(case, assignee=cast["solveig"], due_on=date(2026, 11, 20), title=f"Opgave {n}") for n in range(3)]


def test_all_that_were_chosen_are_done_each_with_its_event(visit, three):
    answer = choose(visit("solveig"), three[:2], do="done")

    assert (answer.status_code, answer.location) == (303, "/")
    assert statuses(three) == ["done", "done", "not-started"]
    assert written("task:completed") == 2


def test_they_are_postponed_and_given_away(visit, cast, three):
    solveig = visit("solveig")

    choose(solveig, three[:1], do="postpone", due_on="27.11.2026")
    choose(solveig, three[1:], do="assign", owner=f"person:{cast['rikke'].ref}")

    assert Task.get_by_id(three[0].ref).due_on == date(2026, 11, 27)
    assert [Task.get_by_id(task.ref).assignee_id for task in three[1:]] == [cast["rikke"].ref] * 2


def test_a_task_that_is_refused_is_told_with_why_and_the_others_are_done(visit, case, cast, three):
    must = a_task(case, assignee=cast["solveig"], due_on=date(2026, 11, 20), title="Afklar netværket", must=True)
    Task.update(version=9).where(Task.ref == three[0].ref).execute()  # someone changed it since

    page = choose(visit("solveig"), [*three[:2], must], do="postpone", due_on="27.11.2026").text

    assert [Task.get_by_id(task.ref).due_on.day for task in (*three[:2], must)] == [20, 27, 20]
    assert "1 opgave er udskudt til fredag 27. november. 2 opgaver blev ikke ændret:" in page
    assert f'<a href="/o/{must.ref}">Afklar netværket</a>: Actioncardet kræver opgaven.' in page
    assert f'<a href="/o/{three[0].ref}">Opgave 0</a>: ' in page


@pytest.mark.parametrize(("kind", "box"), ALONE)
def test_what_must_be_thought_of_by_itself_is_neither_offered_nor_done(visit, case, cast, three, kind, box):
    alone = a_task(case, assignee=cast["solveig"], kind=kind, box=box, due_on=date(2026, 11, 20))
    solveig = visit("solveig")

    offered = solveig.get("/flere").text
    choose(solveig, [alone, three[0]], do="done")

    assert [alone.ref in offered, three[0].ref in offered] == [False, True]
    assert statuses([alone, three[0]]) == ["not-started", "done"]


def test_what_is_hidden_is_answered_as_what_is_missing(visit, case, cast, three):
    exclude(case, cast["rikke"], person=cast["solveig"])

    page = choose(visit("solveig"), three, do="done").text

    assert page.count("En opgave</a>: Opgaven er ikke længere hos dig.") == 3
    assert statuses(three) == ["not-started"] * 3


def test_nothing_chosen_or_nothing_said_is_a_fault_at_its_field(visit, three):
    solveig = visit("solveig")

    none = choose(solveig, [], do="done")
    no_day = choose(solveig, three, do="postpone")
    no_owner = choose(solveig, three, do="assign")

    assert [one.status_code for one in (none, no_day, no_owner)] == [422] * 3
    assert 'id="chosen-error"' in none.text
    assert 'id="due_on-error"' in no_day.text
    assert 'id="owner-error"' in no_owner.text


def test_min_dag_offers_it_where_there_are_several(visit, case, cast, three):
    a_task(case, assignee=cast["ulla"], due_on=date(2026, 11, 20))

    assert [">Vælg flere<" in visit(name).get("/").text for name in ("solveig", "ulla")] == [True, False]
