"""What is done in place, on a task's card: nothing is chosen for anyone, and nothing that stands beside it is wrong."""

import pytest

from tests.browser.conftest import choose, open_row


@pytest.fixture
def refusing(visit, browser):
    """The browser complains of every answer that refuses."""
    yield
    browser.complaints[:] = [line for line in browser.complaints if "422" not in line and "409" not in line]


def owned(house, task) -> tuple:
    """Who owes a task, and to how many a letter about it is owed."""
    letters = "SELECT count(*) FROM outbox_letter WHERE about = 'task:' || task.ref"
    return house.ask(f"SELECT assignee_id, department_id, ({letters}) FROM task WHERE ref = ?", task)[0]


@pytest.mark.parametrize("place", ["board", "case"])
def test_a_task_is_given_to_nobody_before_someone_is_chosen(visit, refusing, house, cases, place):
    case = cases["partner" if place == "board" else "neighbour"]
    task = house.task(case, "safe-reminder")
    page = visit("solveig", "/tavle" if place == "board" else f"/sager/{case}")
    if place == "board":
        page.locator(f"a[href='/tavle/{case}/egne-handlemuligheder']").click()
    card = page.locator(f"#task-{task}")
    if place == "case":
        card.get_by_role("link", name="Mere: ").click()
    card.locator("summary", has_text="Tildel").click()
    card.locator("option", has_text="Sofus Sild").wait_for(state="attached")

    shown = card.locator("select").evaluate("one => one.selectedOptions[0].textContent")
    card.get_by_label("Søg navn eller afdeling").fill("sofus")
    left = card.locator("optgroup:not([hidden]) option:not([hidden])").all_text_contents()
    card.locator("button", has_text="Tildel").click()
    card.get_by_text("Fejl: Vælg, hvem der skal udføre opgaven.").wait_for()
    nobody = owned(house, task)
    choose(card, "owner", "Sofus Sild")
    card.locator("button", has_text="Tildel opgaven").click()
    page.locator("#status", has_text="Opgaven er tildelt.").wait_for()

    assert (shown, left) == ("Vælg …", ["Sofus Sild"])
    assert nobody == (None, None, 0)
    assert owned(house, task) == (house.ref("SELECT ref FROM person WHERE name = 'Sofus Sild'"), None, 1)


def test_when_safety_is_assessed_on_the_page_of_its_case_nothing_there_says_that_it_is_not(visit, house, cases):
    case = cases["colleagues"]
    page = visit("ruth", f"/sager/{case}")
    card = page.locator(f"#task-{house.task(case, 'acute')}")
    before = page.locator("#akut").inner_text(), page.locator("#sagen").inner_text()

    card.locator("a.button", has_text="Vurdér").click()
    card.locator("textarea:focus").fill("Ingen trusler.")
    card.get_by_role("button", name="Gem").click()
    page.locator("#sagen", has_text="ses igen").wait_for()

    assert "Sagen er akut" in before[0]
    assert "Akut" in before[1]
    assert page.get_by_text("Akut", exact=True).count() == 0
    assert page.get_by_text("Sagen er akut").count() == 0


def test_a_task_that_is_done_on_the_page_of_its_case_is_counted_there(visit, house, cases):
    case = cases["partner"]
    page = visit("rikke", f"/sager/{case}")
    count = page.locator("#boks-network-antal")
    before = count.inner_text()

    page.locator(f"#task-{house.task(case, 'network-review')}").get_by_role("button", name="Udfør").click()
    page.locator("#boks-network-antal", has_text="1 af").wait_for()

    assert (before, count.inner_text()) == ("0 af 1 udført", "1 af 1 udført")


def test_what_is_refused_in_place_is_told_in_its_card_and_is_put_right_there(visit, refusing, house, cases):
    page = visit("solveig", f"/sager/{cases['neighbour']}")
    card = page.locator(f"#task-{house.task(cases['neighbour'], 'needs')}")
    card.get_by_role("button", name="Udfør").click()
    card.get_by_role("button", name="Fortryd").click()
    page.locator("#status", has_text="Det er fortrudt.").wait_for()

    card.get_by_role("link", name="Mere: ").click()
    card.locator("summary", has_text="Udskyd").click()
    card.get_by_role("button", name="Gem ny frist").click()
    card.locator("[name=due_on][aria-invalid=true]:focus").wait_for()
    said, title, heading = page.locator("#status").inner_text(), page.title(), page.locator("h1").inner_text()
    page.keyboard.type("27 11 2026")
    card.locator("[name=reason]").fill("Lægen svarer først da.")
    card.locator("[name=due_on]").focus()
    page.keyboard.press("Enter")
    card.get_by_text("27. nov.", exact=True).wait_for()

    assert (said, heading) == ("", "Overblik")
    assert title.startswith("Fejl: ")
    assert not page.title().startswith("Fejl: ")


def test_who_is_too_late_with_a_button_sees_in_the_card_how_it_stands(visit, refusing, house, cases):
    task = house.task(cases["perpetrator"], "involved")
    second = visit("ruth", f"/sager/{cases['perpetrator']}")
    first = visit("solveig", f"/o/{task}")
    card = second.locator(f"#task-{task}")

    first.locator(".sk-more summary").click()
    first.get_by_role("button", name="Begynd").click()
    first.locator(".sk-badge", has_text="I gang").wait_for()
    card.get_by_role("button", name="Udfør").click()
    card.locator("[data-fault]:focus", has_text="Sådan står det nu.").wait_for()
    now = card.locator(".sk-badge").first.inner_text()
    card.get_by_role("button", name="Udfør").click()
    card.get_by_role("button", name="Fortryd").wait_for()

    assert now == "I gang"


def test_the_buttons_of_a_card_stand_in_one_line(visit, house, cases):
    page = visit("solveig", "/")
    open_row(page, house.task(cases["partner"], "document"))

    rows = page.evaluate(
        """() => [...document.querySelectorAll('.sk-task > .sk-actions')].map(row =>
            new Set([...row.querySelectorAll(':scope > form > button, :scope > details > summary, :scope > a')]
                .map(button => Math.round(button.getBoundingClientRect().top))).size)"""
    )

    assert set(rows) == {1}
