"""By keyboard: focus goes where the work is, and what was pressed twice happens once."""

from itertools import pairwise

import pytest

from tests.browser.conftest import button, choose, open_row

FOCUSED = "document.activeElement"
ONLY_ROWS_TO_COMPLETE = """() => {
  const list = [...document.querySelectorAll("section .sk-rows")].map(one => [...one.children].filter(row =>
    row.checkVisibility() && [...row.querySelectorAll("button")].some(button => button.textContent.startsWith("Udfør"))
  )).find(rows => rows.length > 1);
  [...list[0].parentElement.children].filter(row => !list.includes(row)).forEach(row => row.remove());
  return list.map(row => row.id);
}"""


def test_a_task_that_is_completed_keeps_the_focus_in_its_card(visit, house, cases):
    place = f"#task-{house.task(cases['neighbour'], 'needs')}"
    page = visit("solveig", "/")

    page.locator(place).get_by_role("button", name="Udfør").focus()
    page.keyboard.press("Enter")
    page.locator(f"{place} .sk-undo").wait_for()

    assert page.evaluate(f"{FOCUSED}.closest('li').id") == place[1:]
    assert page.evaluate(f"{FOCUSED}.textContent") == "Fortryd"
    assert page.locator("#status").inner_text() == "Opgaven er udført."


def test_what_was_done_is_taken_back_by_the_button_that_has_the_focus(visit, house, cases):
    place = f"#task-{house.task(cases['neighbour'], 'document')}"
    page = visit("solveig", "/")
    page.locator(place).get_by_role("button", name="Udfør").press("Enter")
    page.locator(f"{place} .sk-undo").wait_for()

    page.keyboard.press("Enter")

    page.locator(place).get_by_role("button", name="Markér som udført").wait_for()
    assert page.evaluate(f"{FOCUSED}.closest('li').id") == place[1:]


def test_a_row_that_goes_hands_the_focus_to_the_next_and_the_last_to_the_heading(visit):
    page = visit("solveig", "/")
    page.route("**/udfoert", lambda route: route.fulfill(status=200, content_type="text/html", body="<!-- gone -->"))
    rows = page.evaluate(ONLY_ROWS_TO_COMPLETE)
    heading = page.locator("section", has=page.locator(f"#{rows[0]}")).locator("h2").inner_text()

    for row, beside in pairwise(rows):
        page.locator(f"#{row}").get_by_role("button", name="Udfør").press("Enter")
        page.locator(f"#{row}").wait_for(state="detached")
        assert page.evaluate(f"{FOCUSED}.closest('li').id") == beside
    page.locator(f"#{rows[-1]}").get_by_role("button", name="Udfør").press("Enter")
    page.locator(f"#{rows[-1]}").wait_for(state="detached")

    assert len(rows) > 1
    assert page.locator("h2:focus").inner_text() == heading


def test_a_slow_server_is_told_of_after_a_moment_and_not_before(visit):
    page = visit("solveig", "/")
    page.clock.install(time=0)
    page.clock.pause_at(1_000)
    waiting = []
    page.route("**/udfoert", lambda route: waiting.append(route))
    rows = page.locator(".sk-rows > li").get_by_role("button", name="Udfør").locator("visible=true")
    pressed = rows.first.element_handle()

    with page.expect_request("**/udfoert"):
        pressed.press("Enter")
    page.clock.run_for(250)
    before = pressed.get_attribute("aria-busy")
    page.clock.run_for(100)
    busy, says = pressed.get_attribute("aria-busy"), pressed.inner_text()
    pressed.press("Enter")

    assert (before, busy, says) == (None, "true", "Gemmer …")
    assert len(waiting) == 1


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_form_with_faults_comes_back_with_the_focus_on_what_to_put_right(visit, house, cases, browser, scripts):
    page = visit("solveig", f"/o/{house.task(cases['partner'], 'document')}/vent", java_script_enabled=scripts)

    button(page, "Sæt på vent").click()
    summary = page.locator(".sk-error-summary")
    summary.wait_for()
    browser.complaints.clear()
    focused = page.locator(".sk-error-summary:focus").count()
    link = summary.get_by_role("link").first
    link.press("Enter")

    assert page.title().startswith("Fejl: ")
    assert focused == 1
    assert page.locator("main [aria-invalid=true]:focus").count() == 1
    assert link.inner_text() in page.locator("main .form-error-message").first.inner_text()


def test_faults_in_a_form_in_place_are_told_in_the_same_way_and_what_was_typed_is_there(visit, house, cases, browser):
    ref, page = house.task(cases["partner"], "document"), visit("solveig", "/")
    card = f"#task-{ref}"
    open_row(page, ref)

    page.locator(f"{card} summary", has_text="Udskyd").press("Enter")
    page.wait_for_function(f"{FOCUSED}.name === 'due_on'")
    page.keyboard.type("en dag")
    page.keyboard.press("Enter")
    page.locator(f"{card} [name=due_on][aria-invalid=true]:focus").wait_for()
    browser.complaints.clear()

    assert page.title().startswith("Fejl: ")
    assert page.input_value(f"{card} [name=due_on]") == "en dag"


def test_a_form_in_place_opens_with_the_focus_in_its_first_field_and_escape_gives_it_back(visit, house, cases):
    ref, page = house.task(cases["partner"], "document"), visit("solveig", "/")
    card = f"#task-{ref}"
    open_row(page, ref)

    page.locator(f"{card} summary", has_text="Udskyd").press("Enter")
    page.wait_for_function(f"{FOCUSED}.name === 'due_on'")
    page.keyboard.press("Escape")

    assert page.evaluate(f"{FOCUSED}.tagName") == "SUMMARY"
    assert page.evaluate(f"{FOCUSED}.parentElement.open") is False


def test_a_double_click_sends_one_request(visit, house, cases):
    page = visit("solveig", f"/sager/{cases['neighbour']}/anmodning/ny")
    choose(page, "department", "Jobcenter")
    page.fill("[name=ask]", "Kan mødet flyttes?")
    page.fill("[name=who]", "C. T.")
    page.fill("[name=contact_rules]", "Ring kun om morgenen.")
    page.check("[name=basis][value=consent]")
    page.fill("[name=consent_scope]", "Jobcentret må vide, at møderne er et problem.")
    page.check("[name=party_works_there][value=no]")
    before = house.ask("SELECT count(*) FROM request")

    button(page, "Send anmodning").dblclick()
    page.wait_for_url("**/a/*")

    assert house.ask("SELECT count(*) FROM request") == [(before[0][0] + 1,)]


def test_of_two_who_change_the_same_task_the_second_is_shown_both_texts(visit, house, cases, browser):
    path = f"/o/{house.task(cases['perpetrator'], 'needs')}/vent"
    first, second = visit("solveig", path), visit("ruth", path)
    first.fill("[name=reason]", "Skolen svarer mandag.")
    second.fill("[name=reason]", "Lægen svarer tirsdag.")

    button(first, "Sæt på vent").click()
    first.wait_for_url(lambda url: not url.endswith("/vent"))
    button(second, "Sæt på vent").click()
    second.get_by_role("heading", name="Ændret af en anden").wait_for()
    browser.complaints.clear()

    assert second.locator("main blockquote").all_inner_texts() == ["Skolen svarer mandag."]
    assert second.input_value("main [name=reason]") == "Lægen svarer tirsdag."


def test_single_keys_open_pages_once_they_are_on_and_never_from_a_field(visit):
    page = visit("solveig", "/profil/genveje")
    page.keyboard.press("t")
    off = page.url
    button(page, "Slå dem til").click()
    button(page, "Slå dem fra").wait_for()

    page.goto("/kontakter")
    page.locator("main input:not([type=hidden])").first.press("t")
    in_field = page.url
    page.locator("h1").click()
    page.keyboard.press("?")
    page.wait_for_url("**/profil/genveje")

    assert off.endswith("/profil/genveje")
    assert in_field.endswith("/kontakter")


def test_back_to_a_form_that_was_refused_shows_the_form(visit, cases, browser):
    page = visit("solveig", f"/sager/{cases['partner']}/moeder/nyt")
    button(page, "Aftal møde").click()
    page.locator(".sk-error-summary").wait_for()
    page.goto("/kontakter")

    page.go_back()
    browser.complaints.clear()

    assert page.locator("h1").inner_text() == "Aftal møde"
    assert page.locator("[name=at]").count() == 1


def test_a_form_behind_mere_is_opened_with_the_focus_in_it(visit, house, cases):
    ref = house.ref("SELECT ref FROM request WHERE case_id = ? AND status = 'sent'", cases["partner"])
    page = visit("jonas", f"/a/{ref}")

    page.locator("main .sk-more > summary").click()
    page.get_by_role("link", name="Send tilbage").click()
    page.locator("[name=return_reason]:focus").wait_for()

    assert page.locator("#tilbage").is_visible()
