"""For those who have set their screen up otherwise: larger text, wider spacing, their own colours, the keyboard."""

import re

import pytest

SPACED = """() => {
  const wide = new CSSStyleSheet();
  wide.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    + "p { margin-bottom: 2em !important }");
  document.adoptedStyleSheets = [wide];
}"""
OPENED = "[...document.querySelectorAll('main details:not(.sk-more)')].slice(0, 20).forEach(one => one.open = true)"

# What cannot be read: cut off, outside the page or its box, or behind other text.
LOST = r"""() => {
  const unseen = one => !one.checkVisibility({ visibilityProperty: true })
    || one.closest(".sr-only, .sk-print-line, .sk-skip, :is(.sk-stack, .sk-board) thead, dialog, noscript, svg");
  const cuts = overflow => overflow !== "visible";
  const told = one => `${one.className} ${one.innerText?.slice(0, 40)}`;
  const boxes = [...document.body.querySelectorAll("*")].filter(one => !unseen(one)).flatMap(one => {
    const look = getComputedStyle(one), wider = one.scrollWidth > one.clientWidth + 1;
    if (wider && cuts(look.overflowX)) return [`cut off: ${told(one)}`];
    if (cuts(look.overflowY) && one.scrollHeight > one.clientHeight + 1) return [`cut off below: ${told(one)}`];
    const isBox = look.display !== "inline" && one.clientWidth && !one.querySelector(".sr-only");
    return wider && isBox ? [`sticks out: ${told(one)}`] : [];
  });
  const lines = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = new Range();
  while (words.nextNode()) {
    const text = words.currentNode;
    if (!text.data.trim() || unseen(text.parentElement)) continue;
    range.selectNodeContents(text);
    lines.push(...[...range.getClientRects()].filter(at => at.width > 2).map(at => [text.data.trim(), at]));
  }
  const outside = lines.filter(([, at]) => at.left < -1 || at.right > innerWidth + 1)
    .map(([text]) => `outside: ${text}`);
  const behind = lines.flatMap(([text, at], index) => lines.slice(index + 1).filter(([, by]) =>
    Math.min(at.right, by.right) - Math.max(at.left, by.left) > 3
    && Math.min(at.bottom, by.bottom) - Math.max(at.top, by.top) > Math.min(at.height, by.height) / 2,
  ).map(([other]) => `one over the other: ${text} / ${other}`));
  const scrolls = document.documentElement.scrollWidth > innerWidth ? ["the page scrolls sideways"] : [];
  return [...scrolls, ...boxes, ...outside, ...behind];
}"""

# How the focus shows, and whether the top of what has it can be seen. A radio's or a box's ring is drawn by its label.
FOCUSED = r"""() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const drawn = one.matches(".form-radio, .form-checkbox") ? [one.nextElementSibling, "::before"] : [one];
  const channels = colour => colour.match(/[\d.]+/g).map(Number);
  const light = colour => channels(colour).slice(0, 3).map(c => c / 255)
    .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
    .reduce((sum, c, index) => sum + c * [.2126, .7152, .0722][index], 0);
  let behind = one.parentElement;
  while (behind && channels(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const ring = getComputedStyle(...drawn), at = one.getBoundingClientRect();
  const both = [ring.outlineColor, getComputedStyle(behind ?? document.body).backgroundColor].map(light);
  const top = document.elementFromPoint(at.left + at.width / 2, at.top + 3);
  return {
    name: `${one.tagName} ${one.className} ${(one.innerText || one.name || "").slice(0, 40)}`,
    ring: ring.outlineStyle === "solid" ? parseFloat(ring.outlineWidth) : 0,
    contrast: (Math.max(...both) + .05) / (Math.min(...both) + .05),
    isSeen: !!top && (one.contains(top) || top.contains(one) || top.control === one),
  };
}"""

# Too low to hit; a link in a sentence may be as low as its line.
TOO_LOW = """() => [...document.querySelectorAll("a, button, summary, select, textarea, input:not([type=hidden])")]
  .filter(one => one.checkVisibility() && !one.closest(".sk-skip, p:not(.sk-task-title, .sk-task-line)"))
  .map(one => [one, one.getBoundingClientRect(), one.closest("nav") ? 44 : one.matches(".button") ? 36 : 24])
  .filter(([, at, least]) => at.height < least || at.width < 24)
  .map(([one, at]) => `${one.className} ${one.innerText} ${at.width} × ${at.height}`)"""

# Whether a border and an icon of badges can be told from the page.
BORDER_AND_ICON = """all => all.map(one => {
  const paper = getComputedStyle(document.body).backgroundColor, edge = getComputedStyle(one);
  const icon = one.querySelector("svg");
  return edge.borderTopStyle !== "none" && edge.borderTopColor !== paper
    && getComputedStyle(icon).fill !== paper && icon.getBoundingClientRect().width > 0;
})"""


@pytest.fixture(scope="module")
def paths(house, cases) -> list[str]:
    """The pages that are used most."""
    request = house.ref("SELECT ref FROM request WHERE case_id = ?", cases["partner"])
    meeting = house.ref("SELECT ref FROM meeting WHERE case_id = ?", cases["partner"])
    return ["/", "/tavle", f"/sager/{cases['partner']}", f"/a/{request}", f"/m/{meeting}", "/mistanke/ny",
            "/mistanke/ny?fare=yes", "/actioncard"]  # fmt: skip


def lost(page, path, prepare=None) -> list[str]:
    """What cannot be read of a page, as it comes and with everything on it opened."""
    page.goto(path)
    if prepare:
        page.evaluate(prepare)
    found = page.evaluate(LOST)
    open_what_is_closed(page)
    return [f"{path} {line}" for line in found + page.evaluate(LOST)]


def open_what_is_closed(page) -> None:
    """Open forms, and one of the board's cells, and wait for what stands in it."""
    if page.locator("td .sk-cell").count():
        page.locator("td .sk-cell").last.click()
        page.locator(".sk-opened h2:focus").wait_for()
    page.evaluate(OPENED)


def double_the_text(page) -> None:
    """As the browser's own setting for the size of text does, which leaves the window as wide as it is."""
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 32}})


def test_nothing_is_lost_when_text_is_twice_as_large(visit, paths):
    page = visit("solveig", "/actioncard", viewport={"width": 1280, "height": 900})
    double_the_text(page)

    found = [(lost(page, path), page.evaluate("getComputedStyle(document.body).fontSize")) for path in paths]

    assert found == [([], "32px")] * len(paths)


@pytest.mark.parametrize("width", [1280, 320])
def test_nothing_is_lost_when_text_has_wider_spacing(visit, paths, width):
    page = visit("solveig", "/actioncard", viewport={"width": width, "height": 900})

    found = [line for path in paths for line in lost(page, path, SPACED)]

    assert page.evaluate("getComputedStyle(document.body).letterSpacing") == "1.92px"
    assert found == []


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_pages_of_a_case_stand_behind_one_line_that_names_the_page(visit, cases, scripts):
    phone = {"viewport": {"width": 375, "height": 800}, "java_script_enabled": scripts}
    page = visit("solveig", f"/sager/{cases['partner']}/boern", **phone)
    pages, opener = page.locator("nav[aria-label='Sagens sider'] li"), page.get_by_text("Sagens sider: Børn")
    assert (opener.is_visible(), pages.first.is_visible()) == (True, False)

    opener.click()

    assert pages.last.is_visible()


def test_on_a_wide_screen_a_case_has_six_tabs_and_the_pages_of_one_stand_beside_it(visit, cases):
    page = visit("solveig", f"/sager/{cases['partner']}/boern", viewport={"width": 1280, "height": 800})

    assert page.locator("nav[aria-label='Sagens faner'] li >> visible=true").count() == 6
    assert page.locator("nav[aria-label='Sagens sider'] li >> visible=true").count() == 6
    assert not page.get_by_text("Sagens sider: Børn").is_visible()


def test_what_is_lost_would_have_been_found(visit):
    page = visit("solveig", "/actioncard")

    page.evaluate("""() => {
      const heading = document.querySelector("h1"), paragraph = document.querySelector("main p");
      Object.assign(heading.style, { width: "3rem", height: "1rem", overflow: "hidden" });
      Object.assign(paragraph.style, { width: "200vw", maxWidth: "none", whiteSpace: "nowrap" });
      paragraph.after(paragraph.cloneNode(true));
      paragraph.nextSibling.style.marginTop = "-4rem";
    }""")

    found = {line.partition(":")[0] for line in page.evaluate(LOST)}
    assert found >= {"the page scrolls sideways", "cut off below", "one over the other"}


def test_the_first_stop_is_the_way_past_the_menu_and_it_can_be_seen(visit):
    page = visit("solveig", "/tavle")
    away = page.locator(".sk-skip").bounding_box()

    page.keyboard.press("Tab")
    skip = page.locator(".sk-skip:focus")
    stop = page.evaluate(FOCUSED)
    shown = skip.bounding_box()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    assert away["y"] + away["height"] <= 0 <= shown["y"]
    assert stop["isSeen"]
    assert page.evaluate("!!document.activeElement.closest('main')")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_stop_has_a_clear_ring_and_is_not_behind_the_bar_that_stays(visit, paths, scheme):
    page = visit("solveig", "/actioncard", viewport={"width": 1280, "height": 500}, color_scheme=scheme)

    stops = [stop for path in (paths[2], paths[-2]) for stop in there_and_back(page, path)]

    assert len(stops) > 100
    assert [one for one in stops if one["ring"] < 2 or one["contrast"] < 3 or not one["isSeen"]] == []


def there_and_back(page, path) -> list[dict]:
    """Every stop of a page, with Tab to its end and with Shift+Tab to its beginning."""
    page.goto(path)
    stops = []
    for key in ("Tab", "Shift+Tab"):
        page.keyboard.press(key)
        while stop := page.evaluate(FOCUSED):
            stops.append(stop)
            page.keyboard.press(key)
    return stops


def test_everything_is_high_enough_to_hit(visit, paths):
    page = visit("solveig", "/actioncard", viewport={"width": 1280, "height": 900})

    found = {}
    for path in (*paths, "/tavle/opgaver", "/anmodninger", "/sager"):
        page.goto(path)
        open_what_is_closed(page)
        found[path] = page.evaluate(TOO_LOW)

    assert not any(found.values()), found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_with_ones_own_colours_status_fields_and_focus_still_have_a_shape(visit, paths, scheme):
    page = visit("solveig", "/tavle", forced_colors="active", color_scheme=scheme)
    late = page.locator("td:has(.sk-in--late)").first.evaluate("one => getComputedStyle(one).outlineStyle")
    page.goto("/tavle/opgaver")
    badges = page.locator(".sk-badge").evaluate_all(BORDER_AND_ICON)
    select = page.locator("#filter-fase")
    arrow = select.evaluate("one => getComputedStyle(one).appearance")
    page.check("#filter-mine")
    box, tick = page.locator("#filter-mine + label").evaluate(
        "one => ['::before', '::after'].map(part => getComputedStyle(one, part)).map((look, index) =>"
        " index ? look.borderBottomColor : look.backgroundColor)"
    )
    select.focus()
    ring = page.evaluate(FOCUSED)
    bar = page.locator(".sk-task--overdue").first.evaluate("one => getComputedStyle(one).borderLeftWidth")

    assert late == "solid"
    assert len(badges) > 10
    assert all(badges)
    assert arrow == "auto"
    assert box != tick
    assert ring["ring"] >= 2
    assert ring["contrast"] >= 3
    assert bar == "6px"


def test_where_no_motion_is_wanted_nothing_moves(visit):
    page = visit("solveig", "/tavle", reduced_motion="reduce")
    page.evaluate("""() => {
      const moving = new CSSStyleSheet();
      moving.replaceSync("@keyframes turn { to { rotate: 1turn } } * { animation: turn 9s; transition: all 9s }");
      document.adoptedStyleSheets = [moving];
    }""")

    page.locator("td .sk-cell").first.click()
    page.locator(".sk-opened .sk-task").first.wait_for()
    page.locator(".sk-user summary").click()

    assert page.evaluate("document.getAnimations().length") == 0
    assert not re.search("smooth", page.evaluate("getComputedStyle(document.documentElement).scrollBehavior"))
