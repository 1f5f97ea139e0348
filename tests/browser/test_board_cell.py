"""The board's cells: what stands in one opens in a row of its own under its case, and what is done there shows in the
cell's own words at once."""

BROKEN_WORDS = """() => [...document.querySelectorAll('.sk-board .sk-in > span')].flatMap(cell =>
  [...cell.childNodes].filter(one => one.nodeType === Node.TEXT_NODE).flatMap(text =>
    [...text.data.matchAll(/\\S+/g)].filter(word => {
      const range = document.createRange();
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      return range.getClientRects().length > 1;
    }).map(word => word[0])))"""
LONGEST_ROW = "Math.max(...[...document.querySelectorAll('.sk-board tbody tr')].map(one => one.offsetHeight))"
FOCUSED = "document.activeElement.textContent"


def test_a_task_done_in_the_row_under_its_case_changes_what_the_cell_says(visit, house, cases):
    page = visit("solveig", "/tavle")
    cell = page.locator(f"a[href='/tavle/{cases['neighbour']}/netvaerk']")
    before, title = cell.inner_text(), page.title()

    cell.press("Enter")
    place = f"#task-{house.task(cases['neighbour'], 'network-review')}"
    page.locator(".sk-opened h2:focus").wait_for()
    page.locator(place).get_by_role("button", name="Markér som udført").press("Enter")
    page.locator(f"{place} .sk-undo").wait_for()
    page.locator(".sk-cell[aria-expanded]", has_text="1 af 1 udført").wait_for()

    assert "Udført" not in before
    assert page.evaluate(FOCUSED) == "Fortryd"
    assert page.title() == title


def test_one_cell_at_a_time_stands_open_and_gives_the_focus_back(visit):
    page = visit("solveig", "/tavle")
    first, second = page.locator("td .sk-cell").nth(0), page.locator("td .sk-cell").nth(1)

    first.click()
    page.locator(".sk-opened h2:focus").wait_for()
    second.click()
    page.locator(".sk-opened h2:focus").wait_for()
    rows, told = page.locator(".sk-opened").count(), [one.get_attribute("aria-expanded") for one in (first, second)]
    wide = page.locator(".sk-opened").bounding_box()["width"]
    page.keyboard.press("Escape")

    assert (rows, told) == (1, [None, "true"])
    assert wide > 1_200
    assert page.locator(".sk-opened").count() == 0
    assert second.evaluate("one => one === document.activeElement")


def test_a_row_is_one_line_of_cells_and_no_word_is_broken(visit):
    page = visit("solveig", "/tavle", viewport={"width": 1280, "height": 900})

    assert page.evaluate(LONGEST_ROW) <= 50
    assert page.evaluate(BROKEN_WORDS) == []


def test_a_tile_filters_keeps_the_focus_and_tells_how_many(visit):
    page = visit("solveig", "/tavle")
    told = page.locator("#antal").element_handle()

    page.locator("#flise-overskredet").press("Enter")
    page.locator("#antal", has_text="over fristen").wait_for()

    assert page.url.endswith("/tavle?overskredet=ja")
    assert page.title().startswith("Over fristen – Tavle")
    assert page.evaluate("document.activeElement.id") == "flise-overskredet"
    assert told.evaluate("one => one.isConnected && one.textContent") == "1 af 3 sager: over fristen"


def test_what_is_found_is_shown_under_the_head_and_put_away_again(visit, browser):
    page = visit("solveig", "/tavle")
    title = page.title()

    page.fill("#find-q", "z")
    page.press("#find-q", "Enter")
    page.locator("#fundet [aria-invalid=true]").wait_for()
    page.fill("#find-q", "prøv")
    page.press("#find-q", "Enter")
    page.locator("#fundet h2:focus", has_text="sag").wait_for()
    found = page.locator("#fundet li").count()
    page.keyboard.press("Escape")
    browser.complaints[:] = [line for line in browser.complaints if "422" not in line]

    assert found
    assert page.url.endswith("/tavle")
    assert page.title() == title
    assert page.locator("#fundet").inner_html() == ""
    assert page.evaluate("document.activeElement.id") == "find-q"
