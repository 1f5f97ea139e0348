"""The board's cells: what is done inside one shows in its own words at once."""


def test_a_task_done_inside_a_cell_changes_what_the_cell_says(visit, house, cases):
    page = visit("solveig", "/tavle")
    cell = page.locator("details.sk-cell", has=page.locator(f"[hx-get='/tavle/{cases['neighbour']}/network']"))
    summary = cell.locator("summary").first
    before = summary.inner_text()

    summary.click()
    place = f"#task-{house.task(cases['neighbour'], 'network-review')}"
    cell.locator(place).get_by_role("button", name="Markér som udført").press("Enter")
    cell.locator(f"{place} .sk-undo").wait_for()
    cell.locator("summary .sk-badge", has_text="Udført").first.wait_for()

    assert "Udført" not in before
    assert "1 af 1" in summary.inner_text()
    assert page.evaluate("document.activeElement.textContent") == "Fortryd"
