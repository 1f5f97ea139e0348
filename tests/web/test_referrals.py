"""The page of a case's referrals."""

import pytest

from skanderborg.store.events import Event
from skanderborg.store.work import Referral
from tests.made import a_case, exclude

FORM = {"organisation": "dsc", "way": "number-given", "on": "i går", "result": "Hun ringer selv", "key": "k"}


@pytest.fixture
def there(case):
    return f"/sager/{case.ref}/henvisninger"


def test_a_yesterday_is_understood_and_said_back(visit, there):
    solveig = visit("solveig")

    assert solveig.post(there, **FORM).status_code == 303
    page = solveig.get(there).text
    assert "Henvisningen er gemt med datoen torsdag 19. november 2026." in page
    assert '<time datetime="2026-11-19">torsdag 19. november 2026</time>' in page


def test_the_number_can_be_rung_and_the_safe_way_to_contact_stands_beside(visit, there):
    page = visit("solveig").get(there).text

    assert 'href="tel:+4525177374"' in page
    assert "Ring kun mellem 10 og 11" in page


def test_an_exposed_citizens_page_never_shows_the_perpetrators_line(visit, there):
    page = visit("solveig").get(there).text

    assert "27 60 40 16" not in page


def test_an_unknown_role_is_explained(visit, cast):
    case = a_case(cast, "AAAAA", citizen_role="unknown")

    page = visit("solveig").get(f"/sager/{case.ref}/henvisninger").text

    assert "Det er ikke afklaret" in page
    assert "25 17 73 74" not in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"on": "21.11.2026"}, "Datoen ligger i fremtiden."),
        ({"on": "31.11.2026"}, "Den dato findes ikke."),
        ({"organisation": "dsc-perpetrator"}, "Vælg en af mulighederne"),
        ({"way": "passed-on"}, "når borgeren har sagt ja"),
        ({"result": "x" * 10_001}, "for lang"),
    ],
)
def test_what_cannot_be_right_is_told_and_what_was_typed_is_kept(visit, there, wrong, says):
    answer = visit("solveig").post(there, **{**FORM, **wrong})

    assert answer.status_code == 422
    assert says in answer.text
    assert ({**FORM, **wrong})["result"] in answer.text
    assert Referral.select().count() == 0


def test_a_form_sent_twice_makes_one_referral(visit, there):
    solveig = visit("solveig")

    assert [solveig.post(there, **FORM).status_code for _ in range(2)] == [303, 303]
    assert Referral.select().count() == 1


def test_who_may_not_see_the_case_gets_the_same_answer_as_for_none(visit, cast, case, there):
    exclude(case, cast["rikke"], person=cast["rasmus"])

    assert visit("ulla").get(there).status_code == 404
    assert visit("rasmus").get(there).status_code == 404
    assert visit("ulla").post(there, **FORM).status_code == 404
    assert visit(None).get(there).status_code == 303


def test_the_text_for_the_journal_has_date_theme_and_author(visit, there):
    solveig = visit("solveig")
    solveig.post(there, **FORM)

    page = solveig.get(there).text

    assert (
        "Dato: torsdag 19. november 2026\nEmne: Henvisning til Dansk Stalking Center\nSkrevet af: Solveig Sand" in page
    )


def test_the_look_is_written_down(visit, cast, there):
    visit("rasmus").get(there)

    assert Event.select().where(Event.action == "referral:list", Event.actor == cast["rasmus"].ref).count() == 1
