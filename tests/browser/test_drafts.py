"""A tab that dies, a session that ends: what was typed is offered when the page is opened again (UX-30, UX-32)."""

import re

import pytest

from tests.browser.conftest import button

TEXT = "Hun ringede kl. 9.\nHan stod ved skolen igen."


@pytest.fixture
def notes(cases):
    return f"/sager/{cases['partner']}/noter"


@pytest.fixture
def typed(visit, notes):
    """Solveig has typed into a note for three seconds."""
    page = visit("solveig", "/actioncard")
    page.clock.install()
    page.goto(f"{notes}#ny")
    page.locator("#text").press_sequentially(TEXT)
    page.clock.run_for(3_000)
    page.get_by_text("Kladde gemt kl. 09.").wait_for()
    return page


def reopened(page, path):
    """The tab dies, and the page is opened in another."""
    context = page.context
    page.close()
    again = context.new_page()
    again.goto(path)
    return again


def test_text_of_a_tab_that_died_is_offered_fetched_and_sent_and_then_gone(typed, notes, house):
    page = reopened(typed, notes)
    offered = page.locator(".sk-draft").inner_text()
    button(page, "Hent kladden").click()
    fetched = page.locator("#text").input_value()
    button(page, "Gem notat").click()
    page.wait_for_url(f"**{notes}")

    assert re.match(r"Du har en kladde fra kl. 09\.\d\d\.", offered)
    assert fetched == TEXT
    assert "Han stod ved skolen igen." in page.inner_text("main")
    assert page.locator(".sk-draft").count() == 0
    assert house.ask(
        f"SELECT count(*) FROM draft WHERE (used_at IS NULL OR form IS NOT NULL) AND path = '{notes}'"
    ) == [(0,)]


def test_a_draft_that_is_discarded_is_gone_on_the_server(typed, notes, house):
    page = reopened(typed, notes)

    button(page, "Kassér").click()
    page.get_by_text("Kladden er kasseret.").wait_for()

    assert page.url.endswith(notes)
    assert page.locator(".sk-draft").count() == 0
    assert house.ask(f"SELECT count(*) FROM draft WHERE form IS NOT NULL AND path = '{notes}'") == [(0,)]


def test_typing_on_in_a_fetched_draft_keeps_it_in_the_same_place(typed, notes, house):
    page = reopened(typed, notes)
    page.clock.install()
    button(page, "Hent kladden").click()
    page.locator("#text").press_sequentially("Mere. ")
    page.clock.run_for(3_000)
    page.get_by_text("Kladde gemt kl. 09.").wait_for()

    assert house.ask(f"SELECT count(*) FROM draft WHERE form IS NOT NULL AND path = '{notes}'") == [(1,)]
    button(reopened(page, notes), "Kassér").click()


def test_the_draft_is_saved_at_most_every_ten_seconds_while_someone_types(typed):
    sent = []
    typed.on("request", lambda request: sent.append(request.url) if request.url.endswith("/kladder") else None)
    field = typed.locator("#text")

    field.press_sequentially("a")
    typed.clock.run_for(4_000)
    field.press_sequentially("b")
    typed.clock.run_for(3_000)
    after_seven = len(sent)
    with typed.expect_response("**/kladder"):
        typed.clock.run_for(4_000)

    assert (after_seven, len(sent)) == (0, 1)
    button(reopened(typed, typed.url), "Kassér").click()


def test_a_form_of_an_ended_session_comes_back_filled_in_after_signing_in(visit, notes, house):
    page = visit("solveig", f"{notes}#ny")
    page.locator("#theme").fill("Skolen")
    page.locator("#text").fill(TEXT)
    house.rest()

    button(page, "Gem notat").click()
    page.wait_for_url("**/log-ind**")
    house.sign_in_here(page, "solveig")
    back = (page.locator("#theme").input_value(), page.locator("#text").input_value())
    told = page.locator(".sk-draft").inner_text()
    button(page, "Gem notat").click()
    page.wait_for_url(f"**{notes}")

    assert back == ("Skolen", TEXT)
    assert "Den er ikke sendt endnu." in told
    assert page.get_by_role("heading", name="Skolen").count() == 1
