"""Gennemgang on the screen: found from Min dag and the board, case after case, without JavaScript."""

import pytest

from skanderborg.store.rounds import RoundStop
from skanderborg.store.work import Task
from tests.made import a_case, a_task

SEEN = {"again_on": "14.12.2026", "minutes": ""}


@pytest.fixture
def other(cast, case):
    return a_case(cast, "OTHER", is_acute=True)


def test_one_finds_it_from_min_dag_and_from_the_board(case, visit):
    solveig = visit("solveig")

    assert all('href="/gennemgang"' in solveig.get(page).text for page in ("/tavle", "/tavle/opgaver"))
    assert "<h1>Gennemgang</h1>" in solveig.get("/gennemgang").text


def test_who_has_something_open_finds_it_on_min_dag(cast, case, visit):
    a_task(case, assignee=cast["solveig"])

    assert 'href="/gennemgang"' in visit("solveig").get("/").text


def test_one_goes_from_case_to_case_and_is_told_when_all_are_seen(case, other, visit):
    solveig = visit("solveig")
    page = solveig.get("/gennemgang").text
    assert "0 af 2 sager er set." in page
    assert f'href="/gennemgang/{other.ref}"' in page

    first = solveig.post(f"/gennemgang/{other.ref}", **SEEN)
    assert first.location == f"/gennemgang/{case.ref}"
    assert "Sagen er set. Den kommer igen mandag 14. december." in solveig.get(first.location).text
    last = solveig.post(f"/gennemgang/{case.ref}", **SEEN)

    assert last.location == "/gennemgang"
    assert "Alle dine sager er set." in solveig.get(last.location).text


def test_the_page_of_a_case_has_its_bar_and_leads_to_the_cases_beside(case, other, visit):
    page = visit("solveig").get(f"/gennemgang/{case.ref}").text

    assert 'id="sagen"' in page
    assert f'href="/gennemgang/{other.ref}"' in page
    assert "2 af 2" in page
    assert "Gennemgået fredag 20. november 2026." in page


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"again_on": ""}, "Skriv, hvornår sagen skal ses igen."),
        ({"again_on": "1.11.2026"}, "Vælg en dag efter i dag."),
        ({"again_on": "1.11.2027"}, "højst vente 60 dage"),
        ({"again_on": "31.11.2026"}, "Den dato findes ikke."),
        ({"minutes": "Som i OTHER"}, "Skriv kun om denne sag"),
        ({"minutes": "x" * 10_001}, "for lang"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(case, other, visit, said, told):
    answer = visit("solveig").post(f"/gennemgang/{case.ref}", **SEEN | {"minutes": "Ringer i morgen"} | said)

    assert answer.status_code == 422
    assert told in answer.text
    assert said.get("minutes", "Ringer i morgen")[:200] in answer.text
    assert RoundStop.select().count() == 0


def test_a_task_is_made_in_passing_and_one_stays_at_the_case(cast, case, visit):
    solveig = visit("solveig")
    task = {"title": "Ring til skolen", "box": "network", "due_on": "27.11.2026", "owner": "mig"}

    refused = solveig.post(f"/gennemgang/{case.ref}/opgave", **task | {"title": ""})
    made = solveig.post(f"/gennemgang/{case.ref}/opgave", **task)

    assert refused.status_code == 422
    assert "Skriv, hvad der skal gøres." in refused.text
    assert made.location == f"/gennemgang/{case.ref}"
    assert Task.get().assignee == cast["solveig"]
    page = solveig.get(made.location).text
    assert "Opgaven er oprettet." in page
    assert "Ring til skolen" in page


def test_who_only_takes_part_gives_a_task_to_nobody_else(case, visit):
    page = visit("rasmus").get(f"/gennemgang/{case.ref}").text

    assert 'value="mig"' in page
    assert 'value="tovholder"' not in page


def test_a_case_asks_the_database_eight_times_at_most(case, other, visit, queries):
    solveig = visit("solveig")
    solveig.get(f"/gennemgang/{case.ref}")
    queries.clear()

    solveig.get(f"/gennemgang/{case.ref}")

    assert len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]) <= 8
