"""The pages of roles, journal marks and corrections."""

import pytest

from skanderborg.store.cases import RoleShare
from skanderborg.store.record import Journalised, Note

ROLE = {
    "side": "outside",
    "who": "ZQX Politiet",
    "does": "ZQX efterforsker",
    "contact": "114",
    "since_on": "18.11.2026",
}


@pytest.fixture
def solveig(visit):
    return visit("solveig")


def test_a_role_is_written_down_and_shown(solveig, case):
    answer = solveig.post(f"/sager/{case.ref}/roller", **ROLE)

    assert answer.status_code == 303
    page = solveig.get(f"/sager/{case.ref}/roller").text
    assert "ZQX Politiet" in page
    assert "18.11.2026" in page


def test_a_role_without_a_name_is_shown_again_with_what_was_typed(solveig, case):
    answer = solveig.post(f"/sager/{case.ref}/roller", **ROLE | {"who": ""})

    assert answer.status_code == 422
    assert "ZQX efterforsker" in answer.text
    assert "Skriv hvem" in answer.text


def test_a_role_is_changed_over_the_version_that_was_seen(solveig, case):
    solveig.post(f"/sager/{case.ref}/roller", **ROLE)
    row = RoleShare.get()
    where = f"/sager/{case.ref}/roller/{row.ref}"

    first = solveig.post(where, **ROLE | {"does": "ZQX har afgjort"}, version="1")
    second = solveig.post(where, **ROLE | {"does": "ZQX venter"}, version="1")

    assert (first.status_code, second.status_code) == (303, 409)
    assert "ZQX har afgjort" in second.text
    assert "ZQX venter" in second.text


def test_a_role_is_taken_out(solveig, case):
    solveig.post(f"/sager/{case.ref}/roller", **ROLE)
    row = RoleShare.get()

    solveig.post(f"/sager/{case.ref}/roller/{row.ref}/afslut", version="1")

    assert "ZQX Politiet" not in solveig.get(f"/sager/{case.ref}/roller").text


def test_notes_are_marked_as_journalised_with_the_journals_number(solveig, case):
    solveig.post(f"/sager/{case.ref}/noter", theme="Samtale", text="ZQX notat")
    about = f"note:{Note.get().ref}"

    answer = solveig.post(f"/sager/{case.ref}/journal", about=about, on="20.11.2026", number="ZQX-7")

    assert answer.status_code == 303
    assert Journalised.get().number == "ZQX-7"
    assert "Journaliseret 20.11.2026" in solveig.get(f"/sager/{case.ref}/noter").text


def test_nothing_ticked_is_told_so(solveig, case):
    solveig.post(f"/sager/{case.ref}/noter", theme="Samtale", text="ZQX notat")

    answer = solveig.post(f"/sager/{case.ref}/journal", on="20.11.2026", number="")

    assert answer.status_code == 422
    assert "Sæt hak ved det, der er journaliseret." in answer.text


def test_a_correction_stands_beside_the_note(solveig, case):
    solveig.post(f"/sager/{case.ref}/noter", theme="Samtale", text="ZQX forkert")
    note = Note.get()

    solveig.post(f"/sager/{case.ref}/noter/{note.ref}/rettelse", text="ZQX rigtigt")

    page = solveig.get(f"/sager/{case.ref}/noter").text
    assert "ZQX forkert" in page
    assert "ZQX rigtigt" in page
    assert "Rettelse af" in page


@pytest.mark.parametrize("page", ["roller", "journal", "noter"])
def test_the_pages_stay_within_eight_queries(solveig, case, queries, page):
    for number in range(3):
        solveig.post(f"/sager/{case.ref}/roller", **ROLE | {"who": f"ZQX {number}"})
        solveig.post(f"/sager/{case.ref}/noter", theme="Samtale", text=f"ZQX {number}")
    solveig.get(f"/sager/{case.ref}/{page}")

    queries.clear()
    solveig.get(f"/sager/{case.ref}/{page}")

    assert len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]) <= 8
