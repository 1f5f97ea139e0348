"""*Jeg er inhabil*, and the page on which a manager decides (D-30)."""

from datetime import date

import pytest

from skanderborg.store.cases import Exclusion
from tests.made import a_case, a_task

WHY = "ZQX søskende til en part"


@pytest.fixture
def case(cast):
    return a_case(cast, what_happened="ZQX porten")


def test_one_button_and_the_case_is_gone(visit, case):
    rasmus = visit("rasmus")

    answer = rasmus.post(f"/sager/{case.ref}/inhabil", reason=WHY)

    assert (answer.status_code, answer.location) == (303, "/")
    assert rasmus.get(f"/sager/{case.ref}").status_code == 404
    assert rasmus.get(f"/sager/{case.ref}/inhabil").status_code == 404


def test_the_form_shows_nothing_of_the_case(visit, case):
    page = visit("rasmus").get(f"/sager/{case.ref}/inhabil").text

    assert "ZQX" not in page
    assert case.code not in page


def test_without_a_reason_nothing_happens(visit, case):
    answer = visit("rasmus").post(f"/sager/{case.ref}/inhabil", reason=" ")

    assert answer.status_code == 422
    assert Exclusion.select().count() == 0


def test_it_is_said_from_min_dag_without_opening_the_task(visit, case, cast):
    task = a_task(case, assignee=cast["jonas"], due_on=date(2026, 11, 23))
    jonas = visit("jonas")

    assert f'href="/o/{task.ref}/inhabil"' in jonas.get(f"/?opgave={task.ref}").text
    jonas.post(f"/o/{task.ref}/inhabil", reason=WHY)

    assert jonas.get(f"/o/{task.ref}").status_code == 404


def test_the_manager_reads_who_and_why_and_decides(visit, case):
    """Lars heads the department of Solveig, the tovholder."""
    visit("solveig").post(f"/sager/{case.ref}/inhabil", reason=WHY)
    lars = visit("lars")

    page = lars.get("/habilitet").text
    declared = Exclusion.get()
    answer = lars.post(f"/habilitet/{declared.ref}/ophaev", lift_reason="Kun naboer")

    assert WHY in page
    assert "Solveig Sand" in page
    assert case.code not in page
    assert "porten" not in page
    assert answer.status_code == 303
    assert Exclusion.get().until_at
    assert "Intet venter på din afgørelse." in lars.get("/habilitet").text


def test_one_that_waits_for_the_manager_is_agreed_to_or_not(visit, case, cast):
    """It shuts nobody out before that, so that there is nothing to lift."""
    visit("solveig").post(f"/sager/{case.ref}/spaerring/person", excluded=cast["rikke"].ref, excluded_reason=WHY)
    lars = visit("lars")

    page = lars.get("/habilitet").text
    lars.post(f"/habilitet/{Exclusion.get().ref}/fasthold")

    assert ("Sig nej til spærringen" in page, "Ophæv spærringen" in page) == (True, False)
    assert "Ophæv spærringen" in lars.get("/habilitet").text


def test_the_managers_page_asks_the_database_few_times(visit, case, queries):
    visit("solveig").post(f"/sager/{case.ref}/inhabil", reason=WHY)
    lars = visit("lars")
    lars.get("/habilitet")

    queries.clear()
    lars.get("/habilitet")

    assert len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]) <= 8
