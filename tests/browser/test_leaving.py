"""Leaving a page and coming back: what was looked at is there again, what was typed is not lost unasked."""

import re

import pytest

from tests.browser.conftest import button

MINUTE_MS = 60_000
SHOWN = """() => ({
  asked: location.search,
  ticked: document.querySelector("#filter-mine").checked,
  phase: document.querySelector("#filter-fase").value,
  lines: document.querySelectorAll(".sk-board tbody tr, main .sk-task").length,
})"""
FOCUSED = "document.activeElement"


@pytest.mark.parametrize("path", ["/tavle", "/tavle/opgaver"])
def test_back_and_forward_show_the_same_filter_and_the_same_place(visit, path):
    page = visit("solveig", path, viewport={"width": 800, "height": 300})
    all_of_it = page.evaluate(SHOWN)
    page.check("#filter-mine")
    page.select_option("#filter-fase", "videre-handling")
    button(page, "Vis").click()
    page.wait_for_url("**fase=videre-handling**")
    link = page.locator(".sk-board tbody th a, .sk-task-title a").first
    link.scroll_into_view_if_needed()
    page.evaluate("scrollBy(0, 40)")
    some_of_it, place = page.evaluate(SHOWN), page.evaluate("scrollY")
    link.click()
    page.wait_for_url(re.compile("/(sager|o)/"))

    page.go_back()
    once, place_again = page.evaluate(SHOWN), page.evaluate("scrollY")
    page.go_back()
    twice = page.evaluate(SHOWN)
    page.go_forward()

    assert some_of_it["lines"] < all_of_it["lines"]
    assert once == some_of_it
    assert place_again == place > 0
    assert twice == all_of_it
    assert page.evaluate(SHOWN) == some_of_it


def test_nothing_of_a_case_stays_in_the_browser(visit, cases):
    page = visit("solveig", "/tavle")
    page.locator("td .sk-cell").first.click()
    page.locator(".sk-opened .sk-task").first.wait_for()
    page.goto(f"/sager/{cases['partner']}")
    page.goto(f"/sager/{cases['partner']}/noter#ny")
    page.go_back()

    kept = page.evaluate("""async () => [
      localStorage.length, sessionStorage.length, (await caches.keys()).length, (await indexedDB.databases()).length,
      JSON.stringify(history.state) ?? "null", document.cookie,
    ]""")

    assert kept == [0, 0, 0, 0, "null", ""]


# ── a session that is about to end ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tabs(visit, house, cases):
    """Solveig has signed in ten minutes ago, has the board in one tab and writes a note in another. The test turns the
    clocks; the pointer has been moved, so that the screen is not covered."""
    house.rest()
    board = visit("solveig", "/actioncard")
    board.clock.install()
    board.goto("/tavle")
    note = board.context.new_page()
    note.goto(f"/sager/{cases['partner']}/noter#ny")
    note.fill("[name=text]", "Halvt skrevet")
    pass_minutes((board, note), house, 9.9)
    yield board, note
    house.rest()


def pass_minutes(tabs, house, minutes: float) -> None:
    """Let time pass in the house and in the browser, where the pointer is moved now and then."""
    house.clock.forward(minutes=minutes)
    while minutes > 0:
        for tab in tabs:
            tab.mouse.move(10 * minutes, 10)
        tabs[0].clock.run_for(round(min(minutes, 2) * MINUTE_MS))
        minutes -= 2


def warned(tabs) -> list[bool]:
    """Whether each tab says that the session is about to end."""
    return [tab.locator("#sk-session").is_visible() for tab in tabs]


def test_five_minutes_before_a_session_ends_it_is_said_and_the_time_left_is_counted(tabs, house):
    before = warned(tabs)

    pass_minutes(tabs, house, 0.2)
    first = tabs[1].locator("[data-left]").inner_text()
    focused = tabs[1].evaluate(f"{FOCUSED}.innerText")
    pass_minutes(tabs, house, 2)

    assert before == [False, False]
    assert warned(tabs) == [True, True]
    assert (first, focused) == ("5 minutter", "Forbliv logget på")
    assert tabs[1].locator("[data-left]").inner_text() == "3 minutter"
    assert tabs[1].evaluate(f"!!{FOCUSED}.closest('#sk-session')")


def test_who_stays_signed_in_stays_so_in_every_tab_and_keeps_the_text(tabs, house):
    board, note = tabs
    pass_minutes(tabs, house, 4)
    told = warned(tabs)

    board.locator("[data-stay]").press("Enter")
    for tab in tabs:
        tab.locator("#sk-session").wait_for(state="hidden")
    pass_minutes(tabs, house, 6)
    note.bring_to_front()
    button(note, "Gem notat").click()

    note.locator("main li, main p").get_by_text("Halvt skrevet").first.wait_for()
    assert told == [True, True]


def test_a_page_that_is_opened_in_one_tab_keeps_the_other_tab_signed_in(tabs, house):
    tabs[0].goto("/anmodninger")

    pass_minutes(tabs, house, 3)

    assert warned(tabs) == [False, False]


def test_who_has_been_away_is_told_when_the_cover_is_taken_off(tabs, house):
    _, note = tabs
    house.clock.forward(minutes=4)
    note.clock.run_for(4 * MINUTE_MS)
    covered = note.locator("#sk-cover").is_visible()

    note.keyboard.press("Enter")
    note.clock.run_for(1_000)

    assert covered
    assert note.evaluate(f"{FOCUSED}.innerText") == "Forbliv logget på"
    assert note.input_value("[name=text]") == "Halvt skrevet"


# ── text that is not saved ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def noting(visit, cases):
    """Solveig is about to write a note; what the browser asks before it leaves, it asks once and is told to stay."""
    page = visit("solveig", f"/sager/{cases['partner']}/noter#ny")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("[name=text]").press("a")
    page.locator("[name=text]").press("Backspace")
    return page, asked


def leave(page) -> None:
    """Follow a link, which the browser may forbid."""
    page.locator(".sk-name").click(no_wait_after=True)
    page.wait_for_timeout(300)


def test_unsent_text_is_not_left_unasked(noting):
    page, asked = noting
    page.locator("[name=text]").press_sequentially("Halvt skrevet")

    leave(page)

    assert asked == ["beforeunload"]
    assert page.input_value("[name=text]") == "Halvt skrevet"


def test_a_form_that_is_as_it_came_is_left_unasked(noting):
    page, asked = noting

    leave(page)

    page.wait_for_url("**/")
    assert asked == []


def test_text_that_was_sent_is_left_unasked(noting):
    page, asked = noting
    page.locator("[name=text]").press_sequentially("Helt skrevet")
    button(page, "Gem notat").click()
    page.locator("main").get_by_text("Helt skrevet").first.wait_for()

    leave(page)

    page.wait_for_url("**/")
    assert asked == []


def test_a_filter_that_was_changed_is_left_unasked(visit):
    page = visit("solveig", "/tavle")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("#filter-mine").press("Space")

    leave(page)

    page.wait_for_url("**/")
    assert asked == []
