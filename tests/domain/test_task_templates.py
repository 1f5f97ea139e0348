"""Task templates: editions of what a new case gets; running cases keep theirs, and the card keeps what it needs."""

import json

import pytest

from skanderborg import content
from skanderborg.domain import content_files, departments, editions, task_templates, tasks
from skanderborg.domain.tasks import marks
from skanderborg.errors import Conflict, Invalid, NotAllowed
from skanderborg.kinds import CitizenRole, EditionKind
from skanderborg.policy import SYSTEM
from skanderborg.store.editions import Edition
from skanderborg.store.events import Event
from skanderborg.store.people import Department
from skanderborg.store.work import Task
from tests.made import a_case, opened


@pytest.fixture(autouse=True)
def _as_in_files():
    yield
    content.as_in_files()


def typed(key="needs", **said):
    template = content.workflow().get(key)
    before = editions.plain(template) if template else {"box": "clarification", "roles": ["exposed"], "within": 2}
    return before | said


def planned(cast, code):
    case = a_case(cast, code)
    tasks.plan(cast["solveig"], opened(cast["solveig"], case))
    return {task.template: task for task in Task.select().where(Task.case == case.ref)}


def test_a_new_case_gets_the_new_words_and_a_running_one_keeps_its_own(cast, clock):
    before = planned(cast, "BEFOR")["needs"]
    why = marks.why_of(before)
    clock.forward(minutes=5)
    task_templates.change(cast["admin"], "needs", typed(title="Afdæk behovene igen", why="Fordi", within=9), 0)
    editions.refresh()
    clock.forward(minutes=5)

    after, running = planned(cast, "AFTER")["needs"], Task.get_by_id(before.ref)

    assert (after.title, marks.why_of(after)) == ("Afdæk behovene igen", "Fordi")
    assert (running.title, marks.why_of(running), running.due_on) == (before.title, why, before.due_on)
    assert after.due_on > before.due_on


def test_an_own_task_is_added_taken_out_and_brought_back(cast, clock):
    made = task_templates.add(cast["admin"], typed("none", title="Ring til vagten", why="Aftalt"), key="k1")
    editions.refresh()
    assert "Ring til vagten" in {task.title for task in planned(cast, "WITH1").values()}

    task_templates.retire(cast["admin"], made.key, 1)
    editions.refresh()
    assert made.key not in planned(cast, "WITHO")

    task_templates.restore(cast["admin"], made.key, 1, 2)
    editions.refresh()
    assert made.key in planned(cast, "AGAIN")


@pytest.mark.parametrize("key", ["acute", "child-report", "dsc", "police"])
def test_what_the_card_needs_cannot_be_taken_away_nor_asked_of_fewer(cast, key):
    [template] = [one for one in content.workflow().values() if one.id == key or one.organisation == key][:1]

    with pytest.raises(Invalid, match="actioncardet"):
        task_templates.retire(cast["admin"], template.id, 0)
    for said in ({"roles": ["unknown"]}, {"must": not template.must}, {"box": "network"}):
        with pytest.raises(Invalid, match="actioncardet"):
            task_templates.change(cast["admin"], template.id, typed(template.id, **said), 0)

    task_templates.change(cast["admin"], template.id, typed(template.id, title="Andre ord", within=1), 0)


@pytest.mark.parametrize(
    ("said", "field"),
    [({"title": ""}, "title"), ({"title": "x" * 61}, "title"), ({"roles": []}, "roles"), ({"within": -1}, "within")],
)
def test_what_cannot_be_right_is_told_at_its_field(cast, said, field):
    with pytest.raises(Invalid) as refused:
        task_templates.change(cast["admin"], "needs", typed(**said), 0)

    assert refused.value.field == field
    assert not Edition.select().exists()


def test_who_was_slower_is_shown_what_stands_now(cast):
    task_templates.change(cast["admin"], "needs", typed(title="Først"), 0)

    with pytest.raises(Conflict):
        task_templates.change(cast["admin"], "needs", typed(title="Sidst"), 0)


def test_a_preview_shows_what_each_kind_of_case_would_get_and_writes_nothing(cast, clock):
    plan = dict(task_templates.preview(cast["admin"], "needs", typed(title="Prøv", roles=["perpetrator"])))

    assert [one.template.title for one in plan[CitizenRole.PERPETRATOR] if one.is_this] == ["Prøv"]
    assert not any(one.is_this for one in plan[CitizenRole.EXPOSED])
    assert not Edition.select().exists()


def test_nobody_but_an_administrator_changes_what_cases_get(cast):
    with pytest.raises(NotAllowed):
        task_templates.change(cast["rikke"], "needs", typed(), 0)


# ── as one file ─────────────────────────────────────────────────────────────────────────────────────


def test_content_goes_out_as_a_file_and_in_elsewhere_and_a_second_time_changes_nothing(cast, clock):
    task_templates.change(cast["admin"], "needs", typed(title="Fra prøven"), 0)
    jobcenter = Department.get(Department.key == "jobcenter")
    departments.change(cast["admin"], jobcenter, jobcenter.version, name="Job og Borger", manager=cast["rikke"],
                       substitute=None, is_115_forum=False)  # fmt: skip
    out = content_files.exported(SYSTEM)
    task_templates.restore(cast["admin"], "needs", 0, 1)

    first = content_files.plan(SYSTEM, out)
    done = content_files.carry_out(first)
    editions.refresh()

    assert [one.entry.key for one in first] == ["needs"]
    assert done == 1
    assert content.workflow()["needs"].title == "Fra prøven"
    assert content_files.plan(SYSTEM, out) == []
    assert cast["rikke"].ref not in out.decode()
    assert Event.select().where(Event.action == "content:imported").count() == 1


def test_another_house_gets_departments_that_it_lacks(cast):
    body = {"name": "Borgerkontakt", "is_115_forum": False, "retired": False}
    given = {"format": content_files.FORMAT, "entries": [{"kind": "department", "key": "borgerkontakt", "body": body}]}

    content_files.carry_out(content_files.plan(SYSTEM, json.dumps(given).encode()))

    assert Department.get(Department.key == "borgerkontakt").name == "Borgerkontakt"


def entry(kind, key, body):
    given = {"format": content_files.FORMAT, "entries": [{"kind": kind, "key": key, "body": body}]}
    return json.dumps(given).encode()


@pytest.mark.parametrize(
    "given",
    [
        b"", b"{", b"[]", b"\xff", json.dumps({"format": "other", "entries": []}).encode(),
        entry("task", "acute", None), entry("task", "needs", {"title": "x"}), entry("text", "vejledning:ingen", None),
        entry("contact", "dsc", None), entry("contact", "ny", {"name": "x"}), entry("ukendt", "x", None),
        entry("closing-days", "closing-days", {"yearly": ["31/2"], "periods": []}),
        entry("department", "x", {"name": ""}),
    ],
)  # fmt: skip
def test_a_file_with_something_that_cannot_stand_changes_nothing(cast, given):
    with pytest.raises(Invalid):
        content_files.plan(SYSTEM, given)

    assert not Edition.select().where(Edition.kind != EditionKind.DEPARTMENT).exists()
