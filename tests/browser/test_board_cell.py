"""The board's cells: what is done inside one shows in its own words at once, and there is room to do it."""

import pytest

BROKEN_WORDS = """() => [...document.querySelectorAll('.sk-board summary .sk-badge span')].flatMap(badge =>
  [...badge.textContent.matchAll(/\\S+/g)].filter(word => {
    const range = document.createRange();
    range.setStart(badge.firstChild, word.index);
    range.setEnd(badge.firstChild, word.index + word[0].length);
    return range.getClientRects().length > 1;
  }).map(word => word[0]))"""


def test_a_task_done_inside_a_cell_changes_what_the_cell_says(visit, house, cases):
    page = visit("solveig", "/tavle")
    cell = page.locator("details.sk-cell", has=page.locator(f"[hx-get='/tavle/{cases['neighbour']}/netvaerk']"))
    summary = cell.locator("summary").first
    before = summary.inner_text()

    summary.click()
    place = f"#task-{house.task(cases['neighbour'], 'network-review')}"
    cell.locator(place).get_by_role("button", name="Markér som udført").press("Enter")
    cell.locator(f"{place} .sk-undo").wait_for()
    cell.locator("summary .sk-badge", has_text="Udført").first.wait_for()

    assert "Udført" not in before
    assert "1\u00a0af\u00a01" in summary.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Fortryd"


@pytest.mark.parametrize("width", [1280, 1024])
def test_one_cell_at_a_time_stands_open_and_has_the_room_that_its_cards_need(visit, width):
    page = visit("solveig", "/tavle", viewport={"width": width, "height": 900})
    summaries = page.locator("details.sk-cell > summary")
    closed = summaries.nth(1).bounding_box()["width"]

    summaries.nth(0).click()
    summaries.nth(1).click()

    assert page.locator("details.sk-cell[open]").count() == 1
    assert summaries.nth(1).bounding_box()["width"] > 1.4 * closed
    assert page.evaluate(BROKEN_WORDS) == []
