"""*Find sag* on every page: posted, and answered alike for hidden and missing."""

import re

from skanderborg.domain.cases import name_citizen
from tests.made import a_case


def bare(answer) -> tuple[int, str]:
    """Status and page, without the token that is masked anew each time."""
    return answer.status_code, re.sub("[0-9a-f]{128}", "", answer.text)


def test_hidden_and_missing_are_answered_the_same_to_the_byte(visit, cast, case):
    name_citizen(case, "Mette Hansen")
    a_case(cast, "MINES", people=(("jonas", "participant"),))
    jonas = visit("jonas")

    for hidden, missing in (("K7F3Q", "K7F3X"), ("Mette", "Xette"), ("MH", "XH")):
        for htmx in (False, True):
            assert bare(jonas.post("/find", htmx, q=hidden)) == bare(jonas.post("/find", htmx, q=missing))


def test_what_is_typed_stands_in_no_address_no_title_and_no_answer(visit, cast, case):
    name_citizen(case, "Mette Hansen")

    answer = visit("solveig").post("/find", q="mette hans")

    assert answer.status_code == 200
    assert "1 sag" in answer.text
    assert f'href="/sager/{case.ref}"' in answer.text
    assert "M. H." in answer.text
    assert "mette hans" not in answer.text.casefold()


def test_the_one_case_whose_code_is_typed_is_gone_to_at_once(visit, case):
    solveig = visit("solveig")

    plain, part = solveig.post("/find", q="k7f3q"), solveig.post("/find", htmx=True, q="k7f3q")

    assert (plain.status_code, plain.location) == (303, f"/sager/{case.ref}")
    assert (part.status_code, part.headers["HX-Redirect"]) == (204, f"/sager/{case.ref}")


def test_too_little_is_refused_at_the_field_which_keeps_it(visit, case):
    answer = visit("solveig").post("/find", q="m")

    assert answer.status_code == 422
    assert "Skriv mindst to tegn." in answer.text
    assert re.search(r'name="q"[^>]*value="m"', answer.text)


def test_the_search_stands_in_the_head_of_every_page_for_who_has_cases(visit, case):
    assert 'action="/find"' in visit("solveig").get("/profil").text
    assert 'action="/find"' not in visit("jonas").get("/profil").text
