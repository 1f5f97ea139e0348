"""Skjul skærm: covered at once from anywhere, nothing told meanwhile, nothing lost."""

import pytest

COVERED = """() => [[5, 5], [innerWidth / 2, innerHeight / 2], [innerWidth - 5, innerHeight - 5]]
  .every(([x, y]) => document.elementFromPoint(x, y).closest("#sk-cover"))"""


def shift_three_times(page):
    for _ in range(3):
        page.keyboard.press("Shift")


@pytest.fixture
def page(visit, cases):
    """Solveig writes a note."""
    opened = visit("solveig", f"/sager/{cases['partner']}/noter#ny")
    opened.fill("[name=text]", "Halvt skrevet")
    return opened


def test_the_button_covers_the_page_within_a_tenth_of_a_second(page):
    page.locator(".sk-user summary").click()

    took_ms = page.evaluate("""() => new Promise(done => {
      const start = performance.now();
      document.querySelector("[data-cover]").click();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
    })""")

    assert took_ms <= 100
    assert page.evaluate(COVERED)
    assert page.title() == "Koordinering"


def test_shift_three_times_covers_while_one_writes_and_the_key_that_uncovers_writes_nothing(page):
    title = page.title()
    page.locator("[name=text]").focus()

    shift_three_times(page)
    covered, hidden = page.evaluate(COVERED), page.title()
    page.keyboard.press("x")

    assert covered
    assert hidden == "Koordinering"
    assert not page.evaluate(COVERED)
    assert (page.title(), page.input_value("[name=text]")) == (title, "Halvt skrevet")
    assert page.evaluate("document.activeElement.name") == "text"


def test_a_dialog_is_covered_too_and_is_there_again(page):
    page.evaluate("document.getElementById('sk-session').showModal()")

    shift_three_times(page)
    covered = page.evaluate(COVERED)
    page.keyboard.press("Enter")

    assert covered
    assert page.locator("#sk-session").is_visible()
    assert page.locator("[data-stay]").evaluate("one => one === document.activeElement")


def test_what_is_behind_the_cover_cannot_be_reached(page):
    shift_three_times(page)

    assert page.locator("main").evaluate("main => main.inert")
    assert page.locator("header").evaluate("header => header.inert")
