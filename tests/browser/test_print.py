"""On paper: only what is to be read."""

import re

import pytest

A4_LANDSCAPE = (842, 595)  # in points


def sheets(pdf: bytes) -> list[tuple[int, int]]:
    """Width and height of each page of a PDF."""
    boxes = re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    assert len(boxes) == len(re.findall(rb"/Type /Page\b", pdf))
    return [(round(float(width)), round(float(height))) for width, height in boxes]


def test_a_board_of_three_cases_fits_on_one_landscape_page(visit):
    page = visit("solveig", "/tavle")

    printed = page.pdf(prefer_css_page_size=True)

    assert page.locator(".sk-board tbody tr").count() == 3
    assert sheets(printed) == [A4_LANDSCAPE]


@pytest.mark.parametrize("who", [None, "solveig"])
def test_the_action_card_is_one_landscape_page_with_whom_to_ring_and_when_that_was_checked(visit, who):
    page = visit(who, "/actioncard")

    printed = page.pdf(prefer_css_page_size=True)
    page.emulate_media(media="print")

    assert sheets(printed) == [A4_LANDSCAPE]
    assert "Fare nu: ring 112. Ikke akut: politiet 114" in page.locator(".sk-danger").inner_text()
    for number in ("25 17 73 74", "27 60 40 16", "76 28 14 48"):  # for udsatte, for udøvere, for professionals
        assert page.get_by_text(number).first.is_visible()
    assert page.get_by_text("Numrene er").is_visible()


@pytest.mark.parametrize(
    "path",
    [
        "/tavle",
        "/",
        "/actioncard",
        "/sager/{partner}",
        "/sager/{partner}/historik",
        "/sager/{partner}/sparring/ark",
        "/sager/{partner}/tidslinje",
        "/sager/{partner}/moenster",
        "/sager/{partner}/haendelser",
        "/sager/{partner}/noter",
    ],
)
def test_no_menu_no_button_and_no_form_is_printed(visit, cases, path):
    page = visit("solveig", path.format(**cases))

    page.emulate_media(media="print")

    assert (
        page.locator(
            ":is(nav, button, .button, footer, form, input, textarea, dialog, #status) >> visible=true"
        ).all_inner_texts()
        == []
    )
    assert "af Solveig Sand" in page.locator(".sk-print-line").inner_text()
