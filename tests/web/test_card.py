"""The action card (*Actioncard*): what it says, and where its buttons lead whoever presses them."""

import re
from urllib.parse import unquote

import pytest

from skanderborg.domain import contacts

CASES = {"/sager", "/tavle"}  # nothing to see there without a case


def card_of(page: str) -> str:
    return page.partition('<div class="sk-card">')[2].partition("</main>")[0]


def buttons(page: str) -> list[str]:
    """Where the card's buttons lead, in the order of its parts."""
    return re.findall(r'<a class="button[^"]*" href="([^"]+)"', card_of(page))


@pytest.mark.parametrize("who", ["solveig", "rikke", "jonas", "lars", "admin", "dorte"])
def test_every_button_opens_a_page_for_who_presses_it(visit, case, who):
    visitor = visit(who)

    answers = {path: visitor.get(path).status_code for path in buttons(visitor.get("/actioncard").text)}

    assert set(answers.values()) == {200}
    assert "/mistanke/ny" in answers


def test_who_has_cases_is_led_to_them_and_who_has_none_to_where_something_is(visit, case):
    with_cases, without = (set(buttons(visit(who).get("/actioncard").text)) for who in ("solveig", "jonas"))

    assert with_cases >= CASES
    assert not without & CASES
    assert {"/hjaelp/sparring", "/hjaelp/definition", "/hjaelp/rolle", "/anmodninger"} <= without


def test_a_resource_person_is_led_to_the_suspicions_that_wait(visit):
    rikke, jonas = (buttons(visit(who).get("/actioncard").text) for who in ("rikke", "jonas"))

    assert ("/mistanker" in rikke, "/mistanker" in jonas) == (True, False)


def test_who_is_not_signed_in_reads_all_of_it_and_is_led_on_through_signing_in(visit):
    stranger = visit(None)
    page = stranger.get("/actioncard").text
    answers = {path: stranger.get(path) for path in buttons(page)}

    assert "uden at logge ind" in page
    assert answers.pop("/kontakter").status_code == 200
    assert {path: unquote(answer.location) for path, answer in answers.items()} == {
        path: f"/log-ind?naeste={path}" for path in answers
    }
    assert "uden at logge ind" not in visit("jonas").get("/actioncard").text


def test_its_parts_stand_in_their_order_numbered_and_said_for_whom(visit):
    """D-01."""
    page = card_of(visit(None).get("/actioncard").text)

    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", page)
    tracks = re.findall(r"<h3>(.*?)</h3>", page.partition("4. Videre handling")[2])
    assert headings == ["Stalking", "1. Mistanke", "2. Sparring", "3. Handling", "4. Videre handling"]
    assert len(tracks) == 4
    assert "<strong>Er borgeren udsat:</strong> henvis altid til både Dansk Stalking Center og" in page
    assert page.index("Vurdér sikkerheden først") < page.index("sige tydeligt fra")


def test_it_says_when_its_numbers_were_found_right(visit, cast):
    never = visit(None).get("/actioncard").text
    contacts.verify(cast["admin"], "dsc", 0)

    some = visit(None).get("/actioncard").text

    assert "Numrene er aldrig kontrolleret." in never
    assert "Numrene er kontrolleret 20.11.2026, men 8 af 9 aldrig." in some


def test_what_an_administrator_puts_between_stars_is_bold_and_nothing_else_is_markup(visit):
    there = "/administration/tekster/actioncard/suspicion"

    visit("admin").post(there, text="*Ring* nu til <b>en</b> * anden", points="Helst *i dag*", version="0")

    page = visit(None).get("/actioncard").text
    assert "<strong>Ring</strong> nu til &lt;b&gt;en&lt;/b&gt; * anden" in page
    assert "Helst <strong>i dag</strong>" in page
