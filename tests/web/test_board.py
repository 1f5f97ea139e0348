"""The board's page: a real table, links only in what is kept, filters in the address, few queries."""

import re
from datetime import date

import pytest

from skanderborg import clock as time
from skanderborg.kinds import Box
from skanderborg.store import keys
from skanderborg.store.cases import Case
from skanderborg.store.db import begin
from tests.made import a_case, a_task, department

TOO_MANY = 8


def rows(page: str) -> str:
    return page[page.index("<tbody") : page.index("</tbody>")]


def test_the_board_is_a_table_with_a_column_for_each_box(visit, case):
    page = visit("solveig").get("/tavle").text

    assert len(re.findall(r'<th role="columnheader"', page)) == 7
    assert page.count('<th role="rowheader"') == 1
    assert page.count('<td role="cell"') == 6


def test_the_way_to_the_board_is_shown_to_those_whose_board_has_a_row(visit, cast, clock):
    waiting = a_case(cast, people=(("jonas", "participant"),), phase="suspicion", claimed_at=None)
    before = visit("jonas").get("/profil").text

    Case.update(claimed_at=time.now()).where(Case.ref == waiting.ref).execute()

    assert 'href="/tavle"' not in before
    assert 'href="/tavle"' in visit("jonas").get("/profil").text


def test_a_cell_opens_in_place_and_says_box_case_and_status(visit, cast, case):
    a_task(case, due_on=date(2026, 11, 19), assignee=cast["ulla"])

    page = visit("solveig").get("/tavle").text

    assert '<span class="sr-only">Sag K7F3Q, Netværk: </span>' in page
    assert "<details" in rows(page)
    assert "Overskredet" in rows(page)


def test_what_is_kept_of_a_row_holds_links_only(visit, case):
    a_task(case)
    solveig = visit("solveig")
    solveig.get("/tavle")

    kept = rows(visit("rikke").get("/tavle").text)

    assert "<form" not in kept
    assert "csrf" not in kept
    assert solveig.token not in kept


def test_the_cell_leads_to_the_boxs_tasks_with_tildel(visit, case):
    task = a_task(case)
    rikke = visit("rikke")
    there = re.search(r'href="(/tavle/[^"]+)"', rows(rikke.get("/tavle").text))[1]

    page = rikke.get(there).text

    assert f'action="/o/{task.ref}/tildel"' in page
    assert 'id="opgaver"' in page


def test_a_box_that_is_none_is_not_found(visit, case):
    assert visit("solveig").get(f"/tavle/{case.ref}/koekken").status_code == 404


def test_what_stands_in_an_address_is_danish_and_older_addresses_still_lead_there(visit, case):
    a_task(case, box="own-options")
    solveig = visit("solveig")
    board = solveig.get("/tavle").text

    assert f'href="/tavle/{case.ref}/egne-handlemuligheder"' in board
    assert '<option value="videre-handling">' in board
    for phase in ("videre-handling", "further-action"):
        assert "1 af 1 sag vist" in solveig.get(f"/tavle?fase={phase}").text
    assert solveig.get(f"/tavle/{case.ref}/own-options").status_code == 200


def test_filters_are_in_the_address_and_come_back_in_the_form(visit, case):
    page = visit("solveig").get("/tavle?overskredet=ja&fase=sparring").text

    assert "0 af 1 sag vist" in page
    assert 'name="overskredet" value="ja" checked' in page
    assert '<option value="sparring" selected>' in page
    assert "Ryd filtre" in page


def test_nonsense_in_the_address_asks_for_nothing(visit, case):
    solveig = visit("solveig")

    page = solveig.get("/tavle?fase=xyz&mine=%27&andet=1").text
    assert "1 af 1 sag vist" in page
    assert "Ryd filtre" not in page
    assert solveig.get("/tavle/opgaver?side=-1").status_code == 200
    assert solveig.get("/tavle/opgaver?side=99999999999").status_code == 200


def test_the_counts_above_lead_to_their_filters(visit, cast, case):
    a_task(case)
    a_task(case, due_on=date(2026, 11, 19), assignee=cast["ulla"])

    page = visit("solveig").get("/tavle").text

    assert '<a href="/tavle?uden-ansvarlig=ja">Uden ansvarlig (1)</a>' in page
    assert '<a href="/tavle?overskredet=ja">Overskredet (1)</a>' in page


def test_the_second_tab_keeps_the_filter(visit, case):
    a_task(case)

    page = visit("solveig").get("/tavle?uden-ansvarlig=ja").text

    assert 'href="/tavle/opgaver?uden-ansvarlig=ja"' in page


def test_the_flat_list_is_acted_on_in_place(visit, case):
    task = a_task(case)

    page = visit("solveig").get("/tavle/opgaver").text

    assert "1 åben opgave" in page
    assert f'action="/o/{task.ref}/udfoert"' in page


def test_who_has_no_case_is_told_what_to_do(visit):
    page = visit("jonas").get("/tavle")

    assert page.status_code == 200
    assert "Du har ingen åbne sager" in page.text


@pytest.fixture
def fifty(cast):
    """Fifty cases with twelve tasks each, as the measure wants them."""
    queue, boxes = department("jobcenter"), list(Box)
    with begin():
        for number in range(50):
            case = a_case(cast, f"C{number:04}")
            for place in range(12):
                owner = queue if place % 2 else None
                a_task(case, box=boxes[place % 6], due_on=date(2026, 12, 1), department=owner)


def test_the_board_of_fifty_cases_asks_the_database_eight_times_at_most(visit, fifty, queries):
    solveig = visit("solveig")
    keys.forget()  # as in a process that has just started
    queries.clear()

    page = solveig.get("/tavle").text
    cold = len(queries)
    queries.clear()
    solveig.get("/tavle")

    assert "50 af 50 sager vist" in page
    assert cold <= TOO_MANY
    assert len(queries) < cold


def test_the_flat_list_asks_the_database_eight_times_at_most(visit, fifty, queries):
    solveig = visit("solveig")
    solveig.get("/tavle/opgaver")
    queries.clear()

    solveig.get("/tavle/opgaver")

    assert len(queries) <= TOO_MANY
