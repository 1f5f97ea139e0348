"""A session that ends, and a server that does not answer, take no text along."""

import pytest

from skanderborg.examples import PASSWORD
from tests.browser.conftest import button, open_row

TEXT = "Skolen har ferie til mandag."


@pytest.fixture
def typed(visit, house, cases):
    """Solveig has opened a row of Min dag, and Udskyd in it, and typed a date and a reason."""
    ref, page = house.task(cases["partner"], "document"), visit("solveig", "/")
    card = f"#task-{ref}"
    open_row(page, ref)
    page.locator(f"{card} summary", has_text="Udskyd").click()
    page.fill(f"{card} [name=due_on]", "27 11 2026")
    page.fill(f"{card} [name=reason]", TEXT)
    return page, page.locator(card)


def test_who_is_signed_out_signs_in_over_the_untouched_page_and_the_text_is_saved(typed, house, browser):
    page, card = typed
    house.rest()

    card.get_by_role("button", name="Gem ny frist").click()
    page.locator("#sk-sign-in[open]").wait_for()
    browser.complaints.clear()
    kept = card.locator("[name=reason]").input_value()
    page.fill("#sk-username", "solveig")
    page.fill("#sk-password", PASSWORD)
    page.click("#sk-sign-in button")
    card.get_by_text("frist fre. 27. nov.").wait_for()

    assert kept == TEXT
    assert page.locator("#sk-sign-in[open]").count() == 0
    assert page.locator("#status").inner_text().startswith("Opgaven er udskudt")


def test_a_wrong_password_is_told_in_the_dialog_and_the_page_stays_hidden(typed, house, browser):
    page, card = typed
    house.rest()

    card.get_by_role("button", name="Gem ny frist").click()
    page.fill("#sk-username", "solveig")
    page.fill("#sk-password", "forkert adgangskode")
    page.click("#sk-sign-in button")
    page.get_by_text("Brugernavn eller adgangskode passer ikke.").wait_for()
    browser.complaints.clear()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    assert page.locator("#sk-sign-in[open]").count() == 1
    assert page.input_value("#sk-password") == ""


def test_without_scripts_a_form_is_given_back_after_signing_in(visit, house, cases):
    page = visit("solveig", f"/sager/{cases['partner']}/noter#ny", java_script_enabled=False)
    page.fill("[name=text]", TEXT)
    house.rest()

    button(page, "Gem notat").click()
    house.sign_in_here(page, "solveig")
    offered = page.input_value("main textarea")
    button(page, "Gem notat").click()
    page.wait_for_url("**/noter")

    assert offered == TEXT
    assert TEXT in page.inner_text("main")


def test_a_failing_server_leaves_the_text_and_says_so_and_trying_again_saves_it(typed, browser):
    page, card = typed
    page.route("**/udskyd", lambda route: route.fulfill(status=500, body="<h1>Nej</h1>"))

    card.get_by_role("button", name="Gem ny frist").click()
    page.locator("#alert", has_text="Det lykkedes ikke at gemme. Din tekst er ikke væk.").wait_for()
    kept, said = card.locator("[name=reason]").input_value(), page.locator("#status").inner_text()
    page.unroute("**/udskyd")
    browser.complaints.clear()
    page.get_by_role("button", name="Prøv igen").click()
    card.get_by_text("frist fre. 27. nov.").wait_for()

    assert (kept, said) == (TEXT, "")
    assert page.locator("#alert").inner_text() == ""


def test_without_a_network_the_text_stays_and_it_is_said(typed, browser):
    page, card = typed
    page.context.set_offline(True)

    card.get_by_role("button", name="Gem ny frist").click()
    page.locator("#alert", has_text="Det lykkedes ikke at gemme. Din tekst er ikke væk.").wait_for()
    browser.complaints.clear()

    assert card.locator("[name=reason]").input_value() == TEXT
    assert page.get_by_role("button", name="Prøv igen").is_visible()


def test_who_signs_out_is_let_in_again_whatever_is_guessed_behind_the_same_address(house, browser):
    page = house.open(browser, None, "/log-ind")
    house.sign_in(page, "jonas")
    for _ in range(9):
        house.guess("jonas")

    page.locator("form[action='/log-ud'] button").first.evaluate("button => button.form.submit()")
    page.wait_for_url("**/log-ind**")
    house.sign_in_here(page, "jonas")

    page.wait_for_url(house.base + "/")
    assert [cookie["name"] for cookie in page.context.cookies()].count("skb-enhed") == 1
