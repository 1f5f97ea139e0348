"""The pages of the assessment: form, versions, instruments, conclusion."""

import re

import pytest

from skanderborg.store.cases import Case
from skanderborg.store.record import Assessment, Conclusion, RiskRecord
from tests.made import a_case

RISK = {"instrument": "ZQX SARA-V3", "assessor": "ZQX Bo", "made_on": "i går", "level": "high"}


@pytest.fixture
def solveig(visit):
    return visit("solveig")


@pytest.fixture
def page(case):
    return f"/sager/{case.ref}/vurdering"


def test_a_version_is_written_and_read(solveig, page):
    answer = solveig.post(f"{page}/ny", version="0", sign_calls="yes", began_on="1.11.2026", more="ZQX sover dårligt")

    shown = solveig.get(page).text
    assert answer.status_code == 303
    assert "ZQX sover dårligt" in shown
    assert "20 dage" in shown
    assert "Over 14 dage" in shown
    assert "Ringer eller skriver gang på gang" in shown


def test_the_acute_questions_come_first_then_the_danger_signs(solveig, page):
    text = solveig.get(f"{page}/ny").text

    heads = ["Er det akut?", "Faresignaler", "Hvem, hvornår og hvor ofte", "Er der sagt fra?", "Ti tegn", "Kendetegn"]
    assert [text.index(f">{head}<") for head in heads] == sorted(text.index(f">{head}<") for head in heads)
    assert "afgør aldrig" in text
    assert "tilhold" in text


def test_a_new_version_begins_with_what_was_answered_last(solveig, page):
    solveig.post(f"{page}/ny", version="0", sign_calls="yes", last_on="19.11.2026", who="ZQX Per")

    form = solveig.get(f"{page}/ny").text

    assert "ZQX Per" in form
    assert 'value="19.11.2026"' in form
    assert 'name="version" value="1"' in form
    assert re.search(r'<input [^>]*checked[^>]* id="sign_calls-0"', form)


def test_nothing_answered_is_refused_and_an_odd_date_keeps_what_was_typed(solveig, page):
    nothing = solveig.post(f"{page}/ny", version="0")
    odd = solveig.post(f"{page}/ny", version="0", began_on="engang", more="ZQX")

    assert (nothing.status_code, odd.status_code) == (422, 422)
    assert "Svar på mindst ét" in nothing.text
    assert "engang" in odd.text
    assert "ZQX" in odd.text
    assert "Skriv datoen" in odd.text


def test_the_slower_of_two_sees_both_and_can_save_on_top(solveig, page):
    solveig.post(f"{page}/ny", version="0", danger_home="yes", more="ZQX den første")

    told = solveig.post(f"{page}/ny", version="0", more="ZQX den anden", sign_calls="yes")
    saved = solveig.post(f"{page}/ny", version="1", more="ZQX begge", danger_home="yes", sign_calls="yes")

    assert told.status_code == 409
    assert "ZQX den første" in told.text
    assert "ZQX den anden" in told.text
    assert 'name="version" value="1"' in told.text
    assert "Har skaffet sig adgang til hjemmet" in told.text
    assert (saved.status_code, Assessment.select().count()) == (303, 2)


def test_a_danger_sign_stands_on_top_of_the_page_and_of_the_board(solveig, cast, case, page):
    a_case(cast, "OLDER")
    solveig.post(f"{page}/ny", version="0", danger_threats="yes")

    shown, board = solveig.get(page).text, solveig.get("/tavle").text

    assert "Sagen er akut: 1 faresignal" in shown
    assert "tel:112" in shown
    assert board.index(case.code) < board.index("OLDER")
    assert "Akut" in board


def test_earlier_versions_stay_readable_with_what_changed(solveig, page):
    solveig.post(f"{page}/ny", version="0", sign_gifts="no")
    solveig.post(f"{page}/ny", version="1", sign_gifts="yes")

    shown, first = solveig.get(page).text, solveig.get(f"{page}/1").text

    assert "Ændret, før: Nej" in shown
    assert f'href="{page}/1"' in shown
    assert "En tidligere udgave" in first
    assert "Nej" in first
    assert [solveig.get(f"{page}/{number}").status_code for number in (3, 0, 10**30)] == [404, 404, 404]


def test_the_conclusion_is_chosen_beside_what_tells_them_apart(solveig, page):
    solveig.post(f"{page}/ny", version="0", sign_calls="yes")
    solveig.post(page, conclusion="conflict", reason="ZQX gensidigt", version="1")
    shown = solveig.get(page).text

    assert Conclusion.get().assessment.number == 1
    assert "vurderingens udgave 1" in shown
    assert shown.index("Kun her kan mægling være rigtigt") < shown.index('name="conclusion"')
    assert "udelukker ikke stalking" in shown


def test_a_conclusion_without_an_assessment_needs_only_its_reason(solveig, page):
    shown = solveig.get(page).text
    answer = solveig.post(page, conclusion="unclear", reason="ZQX vi ved for lidt", version="0")

    assert "Du kan konkludere alligevel" in shown
    assert answer.status_code == 303
    assert Conclusion.get().assessment is None


def test_a_perpetrators_form_asks_nothing_of_the_exposed(solveig, case, page):
    Case.update(citizen_role="perpetrator").where(Case.ref == case.ref).execute()

    text = solveig.get(f"{page}/ny").text

    assert "Hvem gør det?" not in text
    assert "Hvad gør det ved hverdagen?" not in text
    assert "Faresignaler" in text


def test_what_an_instrument_said_is_recorded_and_marked_when_it_expired(solveig, visit, page, clock):
    answer = solveig.post(f"{page}/risiko", valid_until="20.11.2026", **RISK)
    before = solveig.get(page).text
    clock.forward(days=1)

    assert answer.status_code == 303
    assert RiskRecord.select().count() == 1
    assert "ZQX SARA-V3" in before
    assert "Udløbet" not in before
    assert "Udløbet" in visit("solveig").get(page).text


def test_an_instrument_without_a_level_is_asked_for_it(solveig, page):
    answer = solveig.post(f"{page}/risiko", **RISK | {"level": ""})

    assert answer.status_code == 422
    assert "Vælg niveau" in answer.text
    assert "ZQX Bo" in answer.text


@pytest.mark.parametrize("where", ["", "/ny", "/1", "/risiko"])
def test_no_page_asks_the_database_more_than_eight_times(solveig, page, queries, where):
    for number in range(3):
        solveig.post(f"{page}/ny", version=str(number), sign_calls="yes")
        solveig.post(page, conclusion="unclear", reason="ZQX", version="1")
    solveig.post(f"{page}/risiko", **RISK)
    queries.clear()

    assert solveig.get(f"{page}{where}").status_code == 200

    assert len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]) <= 8
