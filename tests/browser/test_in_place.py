"""What is done in place, on a task's card: nothing is chosen for anyone, and nothing that stands beside it is wrong."""

import pytest

from tests.browser.conftest import choose


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
        page.locator(f".sk-cell:has([hx-get='/tavle/{case}/own-options']) > summary").click()
    card = page.locator(f"#task-{task}")
    card.locator("summary", has_text="Tildel").click()
    card.locator("option", has_text="Sofus Sild").wait_for(state="attached")

    shown = card.locator("select").evaluate("one => one.selectedOptions[0].textContent")
    card.locator("button", has_text="Tildel").click()
    page.locator("main").get_by_text("Fejl: Vælg hvem der skal udføre opgaven.").wait_for()
    nobody = owned(house, task)
    choose(page.locator("main"), "owner", "Sofus Sild")
    page.locator("main button", has_text="Tildel opgaven").click()
    page.locator("#status", has_text="Opgaven er tildelt.").wait_for()

    assert shown == "Vælg …"
    assert nobody == (None, None, 0)
    assert owned(house, task) == (house.ref("SELECT ref FROM person WHERE name = 'Sofus Sild'"), None, 1)
