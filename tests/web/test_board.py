"""The board's page: a real table, links only in what is kept, filters in the address, few queries."""

import re
from datetime import date

import pytest

from skanderborg import clock as time
from skanderborg.domain.cases import name_citizen
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
    assert '<span class="sr-only">Overskredet, </span>19.\u00a0nov.' in rows(page)
    assert '<span class="sr-only">, 0 af 1 udført</span>' in rows(page)


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
    assert 'id="boks"' in page


def test_a_box_that_is_none_is_not_found(visit, case):
    assert visit("solveig").get(f"/tavle/{case.ref}/koekken").status_code == 404


def test_what_stands_in_an_address_is_danish_and_older_addresses_still_lead_there(visit, case):
    a_task(case, box="own-options")
    solveig = visit("solveig")
    board = solveig.get("/tavle").text

    assert f'href="/tavle/{case.ref}/egne-handlemuligheder"' in board
    assert '<option value="videre-handling">' in board
    for phase in ("videre-handling", "further-action"):
        assert "1 af 1 sag" in solveig.get(f"/tavle?fase={phase}").text
    assert solveig.get(f"/tavle/{case.ref}/own-options").status_code == 200


def test_filters_are_in_the_address_and_come_back_in_the_form(visit, case):
    page = visit("solveig").get("/tavle?overskredet=ja&fase=sparring").text

    assert "0 af 1 sag" in page
    assert '<input type="hidden" name="overskredet" value="ja">' in page
    assert '<option value="sparring" selected>' in page
    assert "Ryd filtre" in page


def test_nonsense_in_the_address_asks_for_nothing(visit, case):
    solveig = visit("solveig")

    page = solveig.get("/tavle?fase=xyz&mine=%27&andet=1").text
    assert "1 af 1 sag" in page
    assert "Ryd filtre" not in page
    assert solveig.get("/tavle/opgaver?side=-1").status_code == 200
    assert solveig.get("/tavle/opgaver?side=99999999999").status_code == 200


def tile(page: str, name: str) -> tuple[str, str]:
    """Where a tile leads, and what it says."""
    href, said = re.search(rf'id="flise-{name}" class="sk-tile" href="([^"]+)"[^>]*>(.*?)</a>', page).groups()
    return href.replace("&amp;", "&"), re.sub("<[^>]+>", "", said)


def test_the_counts_above_are_the_filters_and_lead_back_where_they_are_chosen(visit, cast, case):
    a_task(case)
    a_task(case, due_on=date(2026, 11, 19), assignee=cast["ulla"])
    solveig = visit("solveig")

    page = solveig.get("/tavle?mine=ja").text
    chosen = solveig.get("/tavle?mine=ja&overskredet=ja").text

    assert tile(page, "uden-ansvarlig") == ("/tavle?mine=ja&uden-ansvarlig=ja", "1 uden ansvarlig")
    assert tile(page, "overskredet") == ("/tavle?mine=ja&overskredet=ja", "1 over fristen")
    assert tile(chosen, "overskredet") == ("/tavle?mine=ja", "1 over fristen (valgt; tryk for at vise alle)")
    assert "<title>Tavle – " in page
    assert "<title>Over fristen – Tavle – " in chosen
    assert '<p id="antal" role="status">1 af 1 sag: over fristen</p>' in chosen


def test_suspicions_that_nobody_has_taken_are_counted_for_who_takes_them(visit, cast):
    waiting = a_case(cast, phase="suspicion", claimed_at=None, people=())

    pages = {name: visit(name).get("/tavle").text for name in ("ruth", "solveig")}
    listed = visit("ruth").get("/tavle?mistanke=ja").text

    assert tile(pages["ruth"], "mistanke") == ("/tavle?mistanke=ja", "1 mistanke, ingen har taget")
    assert "flise-mistanke" not in pages["solveig"]
    assert f'href="/sager/{waiting.ref}"' in rows(listed)
    assert "1 af 1 mistanke" in listed


def test_the_citizens_initials_stand_beside_the_code_and_are_no_markup(visit, case):
    name_citizen(case, "Mette <Hansen")

    page = visit("solveig").get("/tavle")

    assert "K7F3Q</a> <span>M. &lt;.</span>" in rows(page.text)
    assert "M. &lt;" not in page.text[: page.text.index("</title>")]


def test_a_board_is_paged_with_its_filter(visit, cast):
    for number in range(51):
        a_task(a_case(cast, f"C{number:04}"))

    page = visit("solveig").get("/tavle?uden-ansvarlig=ja").text
    last = visit("solveig").get("/tavle?side=2&uden-ansvarlig=ja").text

    assert page.count('<th role="rowheader"') == 50
    assert 'href="/tavle?side=2&amp;uden-ansvarlig=ja"' in page
    assert last.count('<th role="rowheader"') == 1
    assert "side 2 af 2" in last


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

    assert "50 af 50 sager" in page
    assert cold <= TOO_MANY
    assert len(queries) < cold


def test_the_flat_list_asks_the_database_eight_times_at_most(visit, fifty, queries):
    solveig = visit("solveig")
    solveig.get("/tavle/opgaver")
    queries.clear()

    solveig.get("/tavle/opgaver")

    assert len(queries) <= TOO_MANY
