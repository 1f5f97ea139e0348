"""The pages of the assessment: form, versions, instruments, conclusion."""

import re

import pytest

from skanderborg.store.cases import Case
from skanderborg.store.record import Conclusion, RiskRecord
from tests.made import a_case

RISK = {"instrument": "ZQX SARA-V3", "assessor": "ZQX Bo", "made_on": "i går", "level": "high"}


@pytest.fixture
def solveig(visit):
    return visit("solveig")


@pytest.fixture
def page(case):
    return f"/sager/{case.ref}/vurdering"


PART = {"acute": 1, "danger": 2, "course": 3, "signs": 6, "more": 10}


def save(person, page, part, version="0", to="", **said):
    return person.post(f"{page}/ny/{PART[part]}{to}", version=version, **said)


def seen(person, page):
    return re.search(r'name="version" value="(\d+)"', person.get(f"{page}/ny/kontrol").text)[1]


def count(person, page):
    return person.post(f"{page}/ny/kontrol", version=seen(person, page))


def test_a_version_is_written_part_by_part_checked_and_read(solveig, page):
    first = save(solveig, page, "course", began_on="1.11.2026")
    save(solveig, page, "signs", sign_calls="yes")
    last = save(solveig, page, "more", more="ZQX sover dårligt")
    unfinished, checked = solveig.get(page).text, solveig.get(last.location).text
    answer = count(solveig, page)

    shown = solveig.get(page).text
    assert [one.location.removeprefix(page) for one in (first, last)] == ["/ny/4", "/ny/kontrol"]
    assert "Udgave 1 er ikke færdig" in unfinished
    assert "3 dele er gemt" in unfinished
    assert "ZQX" not in unfinished
    assert "ZQX sover dårligt" in checked
    assert "9 ubesvaret" in checked
    assert answer.status_code == 303
    assert "ZQX sover dårligt" in shown
    assert "20 dage" in shown
    assert "Over 14 dage" in shown
    assert "Ringer eller skriver gang på gang" in shown


def test_the_acute_questions_come_first_then_the_danger_signs(solveig, page):
    text = solveig.get(solveig.get(f"{page}/ny").location).text

    heads = ["Er det akut?", "Faresignaler", "Hvem, hvornår, hvor ofte", "Er der sagt fra?", "Ti tegn", "Kendetegn"]
    assert [text.index(f">{head}<") for head in heads] == sorted(text.index(f">{head}<") for head in heads)
    assert "0 af 14" in text
    assert "Ubesvaret er ikke nej" in text


def test_a_part_begins_with_what_was_answered_last(solveig, visit, page):
    save(solveig, page, "course", last_on="19.11.2026", who="ZQX Per")
    count(solveig, page)

    form = visit("rasmus").get(f"{page}/ny/{PART['course']}").text

    assert "ZQX Per" in form
    assert 'value="19.11.2026"' in form
    assert 'name="version" value="1"' in form


def test_a_colleague_goes_on_where_one_left(solveig, visit, page):
    left = save(solveig, page, "signs", to="?luk=1", sign_calls="yes")

    form = visit("rasmus").get(f"{page}/ny/{PART['signs']}").text

    assert left.location == page
    assert re.search(r'<input [^>]*checked[^>]* id="sign_calls-0"', form)
    assert re.search(r"Gemt [^<]* af Solveig", form)
    assert "1 af 10" in form


def test_nothing_answered_is_refused_and_an_odd_date_keeps_what_was_typed(solveig, page):
    nothing = solveig.post(f"{page}/ny/kontrol", version="0")
    odd = save(solveig, page, "course", began_on="engang", how_often="ZQX")

    assert (nothing.status_code, odd.status_code) == (422, 422)
    assert "Svar på mindst ét" in nothing.text
    assert "engang" in odd.text
    assert "ZQX" in odd.text
    assert "Skriv datoen" in odd.text


def test_the_slower_of_two_sees_both_and_can_save_on_top(solveig, visit, page):
    save(visit("rasmus"), page, "danger", danger_escalation="yes", danger_fixation="no")

    told = save(solveig, page, "danger", danger_fixation="yes")
    saved = save(solveig, page, "danger", version="1", danger_fixation="yes", danger_escalation="yes")

    assert told.status_code == 409
    assert "Det tager til" in told.text
    assert 'name="version" value="1"' in told.text
    assert saved.status_code == 303


def test_a_danger_sign_stands_on_top_of_the_page_and_of_the_board(solveig, cast, case, page):
    a_case(cast, "OLDER")
    saved = save(solveig, page, "danger", danger_threats="yes")
    said, board = solveig.get(saved.location).text, solveig.get("/tavle").text
    count(solveig, page)

    shown = solveig.get(page).text
    assert "Sagen er akut: vurdér sikkerheden i dag." in said
    assert "Sagen er akut: 1 faresignal" in shown
    assert "tel:112" in shown
    assert board.index(case.code) < board.index("OLDER")
    assert "Akut" in board


def test_earlier_versions_stay_readable_with_what_changed(solveig, page):
    for version, answer in enumerate(("no", "yes")):
        save(solveig, page, "signs", version=str(version), sign_gifts=answer)
        count(solveig, page)

    shown, first = solveig.get(page).text, solveig.get(f"{page}/1").text

    assert "Ændret, før: Nej" in shown
    assert f'href="{page}/1"' in shown
    assert "En tidligere udgave" in first
    assert "Nej" in first
    assert [solveig.get(f"{page}/{number}").status_code for number in (3, 0, 10**30)] == [404, 404, 404]


def test_there_is_no_part_beyond_those_that_are_asked(solveig, page):
    assert [solveig.get(f"{page}/ny/{number}").status_code for number in (0, 11)] == [404, 404]


def test_what_is_unfinished_can_be_put_away(solveig, page):
    save(solveig, page, "more", more="ZQX")

    answer = solveig.post(f"{page}/ny/kasser", version=seen(solveig, page))

    assert answer.status_code == 303
    assert "er ikke færdig" not in solveig.get(page).text
    assert "ZQX" not in solveig.get(f"{page}/ny/{PART['more']}").text


def test_the_conclusion_is_chosen_beside_what_tells_them_apart(solveig, page):
    save(solveig, page, "signs", sign_calls="yes")
    count(solveig, page)
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

    text = solveig.get(f"{page}/ny/{PART['course']}").text

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


@pytest.mark.parametrize("where", ["", "/ny/6", "/ny/kontrol", "/1", "/risiko"])
def test_no_page_asks_the_database_more_than_eight_times(solveig, page, queries, where):
    for number, answer in enumerate(("yes", "no", "yes")):
        save(solveig, page, "signs", version=str(number), sign_calls=answer)
        count(solveig, page)
        solveig.post(page, conclusion="unclear", reason="ZQX", version="1")
    save(solveig, page, "more", more="ZQX")
    solveig.post(f"{page}/risiko", **RISK)
    queries.clear()

    assert solveig.get(f"{page}{where}").status_code == 200

    assert len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT"))]) <= 8
