"""The page of the access log: what is asked for stands in the address, and comes as a file too."""

import pytest

from tests.made import a_case


@pytest.fixture
def dorte(visit):
    return visit("dorte")


def test_the_auditor_finds_it_in_the_menu_and_nobody_else(visit, dorte):
    assert 'href="/adgangslog"' in dorte.get("/profil").text
    assert 'href="/adgangslog"' not in visit("rikke").get("/profil").text


def test_what_is_asked_for_stays_chosen_and_goes_along_to_the_next_page_and_the_file(dorte, cast):
    page = dorte.get(f"/adgangslog?person={cast['rikke'].ref}&kind=opslag&code=&from_on=1.11.2026").text

    assert f'<option selected value="{cast["rikke"].ref}">' in page
    assert 'value="1.11.2026"' in page


def test_a_look_of_somebody_is_found_and_taken_out_as_a_file(visit, dorte, cast):
    case = a_case(cast)
    visit("solveig").get(f"/sager/{case.ref}")

    answer = dorte.get(f"/adgangslog/hent?person={cast['solveig'].ref}&code=k7f3q")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="adgangslog.csv"'
    assert "Solveig Sand;solveig;Opslag;sagen;K7F3Q;Udført;Tovholder" in answer.text


@pytest.mark.parametrize("odd", ["person=nobody", "kind=odd", "from_on=32.13.2026", "code=" + "x" * 99, "side=-1"])
def test_an_odd_question_is_told_and_breaks_nothing(dorte, odd):
    assert dorte.get(f"/adgangslog?{odd}").status_code in (200, 422)
    assert dorte.get(f"/adgangslog/hent?{odd}").status_code == 200


def test_historik_leads_to_who_has_seen_the_case(visit, cast):
    case = a_case(cast)
    solveig = visit("solveig")

    assert f'href="/sager/{case.ref}/adgangslog"' in solveig.get(f"/sager/{case.ref}/historik").text
    assert "Rikke Ravn" not in solveig.get(f"/sager/{case.ref}/adgangslog").text
    visit("rikke").get(f"/sager/{case.ref}")
    assert "Rikke Ravn" in solveig.get(f"/sager/{case.ref}/adgangslog").text
