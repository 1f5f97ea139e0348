"""Undo restores exactly what was, while nobody has changed it since."""

from datetime import date, datetime

import pytest

from skanderborg.domain import tasks
from skanderborg.domain.tasks import safety, undo
from skanderborg.errors import Conflict, Invalid
from skanderborg.kinds import TaskStatus
from skanderborg.store.cases import Case
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.work import Task
from tests.made import a_case, a_task, exclude, seen


@pytest.fixture
def task(cast):
    return a_task(a_case(cast), due_on=date(2026, 11, 25), assignee=cast["solveig"], must=True)


def state(task: Task) -> dict[str, object]:
    row = Task.get_by_id(task.ref)
    columns = ("status", "due_on", "assignee", "department", "closed_at", "closed_by", "assessed_on")
    return {name: row.__data__[name] for name in columns} | {"reason": row.reason, "later": row.postpone_reason}


@pytest.mark.parametrize(
    "do",
    [
        lambda actor, task: tasks.complete(actor, task, task.version),
        lambda actor, task: tasks.not_relevant(actor, task, "nej", task.version),
        lambda actor, task: tasks.postpone(actor, task, date(2026, 12, 24), "ferie", task.version),
        lambda actor, task: tasks.wait(actor, task, "svar", task.version),
        lambda actor, task: tasks.assign(actor, task, actor.substitute, None, task.version),
    ],
    ids=["complete", "not-relevant", "postpone", "wait", "assign"],
)
def test_undo_restores_the_former_state_exactly(cast, task, do):
    solveig = cast["solveig"]
    solveig.substitute = cast["ulla"]
    before = state(task)
    done = do(solveig, seen(solveig, task))

    undo.undo(solveig, seen(solveig, task), done.version)

    assert state(task) == before


def test_undo_restores_an_earlier_reason_and_deadline(cast, task):
    solveig = cast["solveig"]
    first = tasks.postpone(solveig, seen(solveig, task), date(2026, 12, 1), "første", 1)
    second = tasks.postpone(solveig, seen(solveig, task), date(2026, 12, 8), "anden", first.version)

    undone = undo.undo(solveig, seen(solveig, task), second.version)

    assert (undone.due_on, undone.postpone_reason) == (date(2026, 12, 1), "første")


def test_undo_restores_when_safety_was_assessed_before(cast):
    solveig, task = cast["solveig"], a_task(a_case(cast), kind="safety", box="safety", due_on=date(2026, 11, 20))
    before = state(task)
    assessed = safety.assess(solveig, seen(solveig, task), "ingen trusler", 1)

    undo.undo(solveig, seen(solveig, task), assessed.version)

    assert state(task) == before


@pytest.mark.parametrize(("was_acute", "danger_remains"), [(True, False), (False, True), (True, True), (False, False)])
def test_undo_of_an_assessment_restores_whether_the_case_stands_as_acute(cast, was_acute, danger_remains):
    solveig, case = cast["solveig"], a_case(cast, is_acute=was_acute)
    task = a_task(case, kind="safety", box="safety")
    assessed = safety.assess(solveig, seen(solveig, task), "ingen trusler", 1, danger_remains=danger_remains)
    stamp = Case.get_by_id(case.ref).board_stamp

    undo.undo(solveig, seen(solveig, task), assessed.version)

    assert Case.get_by_id(case.ref).is_acute == was_acute
    assert Case.get_by_id(case.ref).board_stamp > stamp


def test_undo_of_an_assessment_leaves_what_was_acute_before_it(cast):
    solveig, case = cast["solveig"], a_case(cast)
    task = a_task(case, kind="safety", box="safety", due_on=date(2026, 11, 20))
    safety.assess_again(solveig, case.ref, "Nyt faretegn")
    assessed = safety.assess(solveig, seen(solveig, task), "ingen trusler", 2)

    undo.undo(solveig, seen(solveig, task), assessed.version)

    assert Case.get_by_id(case.ref).is_acute


def test_undo_is_a_verb_of_its_own_and_withdraws_unsent_letters(cast, task):
    given = tasks.assign(cast["rikke"], seen(cast["rikke"], task), cast["jonas"], None, 1)

    undo.undo(cast["rikke"], seen(cast["rikke"], task), given.version)

    assert OutboxLetter.get().void_at is not None
    assert [event.action for event in Event.select().where(Event.object_kind == "task").order_by(Event.id)] == [
        "task:assigned",
        "task:undone",
    ]


def test_undo_twice_changes_nothing_more(cast, task):
    done = tasks.complete(cast["solveig"], seen(cast["solveig"], task), 1)
    undo.undo(cast["solveig"], seen(cast["solveig"], task), done.version)

    again = undo.undo(cast["solveig"], seen(cast["solveig"], task), done.version)

    assert (again.version, again.status) == (3, TaskStatus.NOT_STARTED)


def test_undo_is_refused_when_someone_changed_the_task_since(cast, task):
    started = tasks.start(cast["solveig"], seen(cast["solveig"], task), 1)
    tasks.complete(cast["rikke"], seen(cast["rikke"], task), started.version)

    with pytest.raises(Conflict, match="ændret siden"):
        undo.undo(cast["solveig"], seen(cast["solveig"], task), started.version)
    assert Task.get_by_id(task.ref).status == TaskStatus.DONE


def test_nobody_takes_back_what_another_did(cast, task):
    done = tasks.complete(cast["rikke"], seen(cast["rikke"], task), 1)

    assert undo.offer(cast["solveig"], seen(cast["solveig"], task)) is None
    with pytest.raises(Conflict):
        undo.undo(cast["solveig"], seen(cast["solveig"], task), done.version)


def test_undo_gives_nothing_back_to_who_was_excluded_since(cast, task):
    given = tasks.assign(cast["rikke"], seen(cast["rikke"], task), cast["jonas"], None, 1)
    again = tasks.assign(cast["rikke"], seen(cast["rikke"], task), cast["ulla"], None, given.version)
    exclude(task.case, cast["rikke"], person=cast["jonas"])

    with pytest.raises(Invalid, match="spærret"):
        undo.undo(cast["rikke"], seen(cast["rikke"], task), again.version)


def test_who_only_helped_takes_nothing_back_another_day(cast, clock):
    """What they were told for the task is not theirs to open again (SEC-09)."""
    task = a_task(a_case(cast), assignee=cast["ulla"])
    done = tasks.complete(cast["ulla"], seen(cast["ulla"], task), 1)
    clock.move_to(datetime(2026, 11, 21, 9, 0))

    assert undo.offer(cast["ulla"], done) is None
    with pytest.raises(Conflict, match="tovholderen"):
        undo.undo(cast["ulla"], done, 2)


def test_a_task_that_would_be_an_excluded_persons_is_not_opened_by_undo(cast, task):
    given = tasks.assign(cast["rikke"], seen(cast["rikke"], task), cast["jonas"], None, 1)
    done = tasks.complete(cast["solveig"], seen(cast["solveig"], given), 2)
    exclude(done.case, cast["rikke"], person=cast["jonas"])

    with pytest.raises(Invalid, match="spærret"):
        undo.undo(cast["solveig"], done, 3)
