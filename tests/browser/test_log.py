"""The log by keyboard: a row in seconds, and the next one at once."""

import time

import pytest

FOCUSED = "document.activeElement.id"
LONGEST_SECONDS = 20


def type_row(page, day: str, text: str) -> None:
    """From the date on, by nothing but the keyboard."""
    page.keyboard.type(day, delay=20)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Sms", delay=20)
    page.keyboard.press("Tab")
    page.keyboard.type("31", delay=20)
    page.keyboard.press("Tab")
    page.keyboard.type(text, delay=20)
    page.keyboard.press("Control+Enter")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_two_rows_are_typed_by_keyboard_in_seconds_and_focus_is_back_on_the_date(visit, cases, scripts):
    """D-09, UX-41."""
    page = visit("solveig", f"/sager/{cases['neighbour']}/haendelser#ny", java_script_enabled=scripts)
    before = int(page.locator("#log-titel").inner_text().split()[0])
    page.locator("#from_on").focus()

    began = time.monotonic()
    for number in (1, 2):
        type_row(page, f"{number} 11 2026", "Beskeder hele dagen.")
        if not scripts:  # Ctrl+Enter is ours; a plain browser has the button
            page.get_by_role("button", name="Gem hændelse").press("Enter")
        page.locator(f"#nr-{before + number}").wait_for()
        page.locator("#from_on:focus").wait_for()
    seconds = time.monotonic() - began

    assert seconds / 2 < LONGEST_SECONDS
    assert page.input_value("#from_on") == ""
    assert "Beskeder hele dagen." in page.locator(f"#nr-{before + 2}").inner_text()
    page.locator("#status", has_text=f"Nr. {before + 2} er gemt").wait_for()
    assert "kontakter i alt." in page.locator("#status").inner_text()


def test_a_day_in_words_is_told_in_full_and_costs_no_second_save(visit, cases, browser):
    page = visit("solveig", f"/sager/{cases['neighbour']}/haendelser#ny")
    page.locator("#from_on").focus()
    page.keyboard.type("en dag", delay=20)
    page.keyboard.press("Tab")
    page.locator(".sk-dates [role=status]", has_text="Skriv datoen").wait_for()
    beside = page.evaluate(FOCUSED), page.get_attribute("#from_on", "aria-invalid")
    browser.complaints.clear()
    page.locator("#from_on").fill("i går")
    page.keyboard.press("Tab")
    page.locator(".sk-dates [role=status]", has_text="torsdag 19. november 2026").wait_for()
    meant = page.input_value("#from_on")

    page.locator("#from_on").focus()
    type_row(page, "", "Beskeder hele dagen.")
    page.locator("#indtast .sk-undo").wait_for()

    assert beside == ("at_time", "true")
    assert meant == "19.11.2026"
    assert "torsdag 19. november 2026" in page.locator("#status").inner_text()
    assert page.evaluate(FOCUSED) == "from_on"
