"""The pages of Min afdeling, in a browser without JavaScript."""

import re

import pytest

from skanderborg.domain import my_department
from skanderborg.store.events import Event
from skanderborg.store.people import Department
from skanderborg.store.work import Task
from tests.domain.test_my_department import jobcenter_case, must, queued, tell
from tests.made import exclude, letters


@pytest.fixture
def case(cast):
    return jobcenter_case(cast)


@pytest.fixture
def told(clock):
    return lambda: tell(clock)


def test_the_page_names_neither_case_nor_citizen_nor_text(cast, case, told, visit):
    must(case, assignee=cast["jonas"])
    queued(case)
    told()

    page = visit("lars").get("/min-afdeling").text

    assert "ZQX" not in page
    assert case.code not in page
    assert case.ref not in page
    assert page.count("Send påmindelse") == 2


def test_the_heading_says_whose_department_it_is(cast, case, visit):
    mine = [one.name for one in Department.select().where(Department.manager == cast["lars"].ref)]

    heading = re.search(r"<h1>Min afdeling: (.*)</h1>", visit("lars").get("/min-afdeling").text)[1]

    assert sorted(heading.split(", ")) == sorted(mine)


def test_the_look_is_written_down(cast, case, visit):
    visit("lars").get("/min-afdeling")

    assert Event.select().where(Event.action == "department:read", Event.actor == cast["lars"].ref).count() == 1


def test_the_page_asks_the_database_no_more_than_eight_times_however_long_it_is(cast, case, told, visit, queries):
    for _ in range(5):
        must(case, assignee=cast["jonas"])
        queued(case)
    told()
    lars = visit("lars")
    lars.get("/min-afdeling")
    queries.clear()

    lars.get("/min-afdeling")

    asked = [sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT", "SELECT pg_advisory"))]
    assert len(asked) <= 8


def test_a_reminder_is_a_letter_to_who_has_it_once_a_day_and_an_event(cast, case, told, visit, clock):
    task = must(case, assignee=cast["jonas"])
    told()
    lars = visit("lars")

    for _ in range(2):
        assert lars.post(f"/min-afdeling/opgave/{task.ref}/paamindelse").status_code == 303
    assert letters("task-reminder") == ["jonas"]
    assert Event.select().where(Event.action == "task:reminded", Event.actor == cast["lars"].ref).count() == 1
    assert "Påmindelse sendt i dag" in lars.get("/min-afdeling").text

    clock.forward(hours=24)
    assert my_department.remind(cast["lars"], "opgave", task.ref)
    assert letters("task-reminder") == ["jonas", "jonas"]


def test_what_lies_in_a_queue_is_given_to_a_member_with_event_and_letter(cast, case, told, visit):
    task = queued(case)
    told()
    lars, path = visit("lars"), f"/min-afdeling/opgave/{task.ref}/giv"
    version = re.search(r'name="version" value="(\d+)"', lars.get(path).text)[1]

    answer = lars.post(path, person=cast["jonas"].ref, version=version)

    assert answer.status_code == 303
    assert Task.get_by_id(task.ref).assignee == cast["jonas"]
    assert letters("task-assigned") == ["jonas"]
    assert Event.select().where(Event.action == "task:given", Event.actor == cast["lars"].ref).count() == 1


def test_an_excluded_colleague_is_offered_like_any_other(cast, case, told, visit):
    exclude(case, cast["solveig"], person=cast["ulla"])
    task = queued(case)
    told()

    page = visit("lars").get(f"/min-afdeling/opgave/{task.ref}/giv").text

    assert cast["ulla"].name in page
    assert cast["jonas"].name in page


def test_nobody_chosen_is_said_at_the_field(cast, case, told, visit):
    task = queued(case)
    told()

    answer = visit("lars").post(f"/min-afdeling/opgave/{task.ref}/giv", version="1")

    assert answer.status_code == 422
    assert "Vælg en medarbejder." in answer.text


def test_what_someone_owns_is_not_given_by_a_manager(cast, case, told, visit):
    task = must(case, assignee=cast["jonas"])
    told()

    assert visit("lars").get(f"/min-afdeling/opgave/{task.ref}/giv").status_code == 403
    assert visit("lars").get(f"/o/{task.ref}").status_code == 404
