"""A house that is really served, and people in a real browser: one server a module, with the cases of seed-test."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Page

from skanderborg.examples import PASSWORD
from tests.servers import Browser, Served, TestClock

MORNING = datetime(2026, 11, 20, 9, 0)  # a Friday, local time
SIGNED_IN = ("solveig", "rikke", "ruth", "sofus", "jonas", "jens")


def pytest_itemcollected(item: pytest.Item) -> None:
    """All of these need Chromium."""
    item.add_marker(pytest.mark.browser)


class House(Served):
    """The program in a folder of its own, with a clock and people who are signed in."""

    def __init__(self, folder: Path):
        self.clock = TestClock(folder / "clock", MORNING)
        super().__init__(folder, SKB_TEST_CLOCK_FILE=str(self.clock.file))
        self.cookies: dict[str, list] = {}

    def open(self, browser: Browser, who: str | None, path: str = "/", **context: object) -> Page:
        """A page in a browser of its own, signed in (not for nobody); `context` as for Playwright."""
        page = browser.page(self.base, **context)
        if who and who in self.cookies:
            page.context.add_cookies(self.cookies[who])
        elif who:
            self.sign_in(page, who)
            self.cookies[who] = page.context.cookies()
        page.goto(path)
        return page

    def sign_in(self, page: Page, who: str) -> None:
        """Sign in as people do."""
        page.goto("/log-ind")
        self.sign_in_here(page, who)

    def sign_in_here(self, page: Page, who: str) -> None:
        """Sign in on the page that asks for it."""
        page.fill("main [name=username]", who)
        page.fill("main [name=password]", PASSWORD)
        page.click("main button")

    def rest(self) -> None:
        """Let so much time pass that every session has expired."""
        self.clock.forward(minutes=31)
        self.cookies.clear()

    def end_newest_session(self) -> None:
        """Let only the browser that signed in last have rested too long."""
        with sqlite3.connect(self.folder / "koordinering.db", timeout=5) as connection:
            connection.execute(
                "UPDATE session SET last_seen_at = replace(last_seen_at, '08:00', '07:00')"
                " WHERE rowid = (SELECT max(rowid) FROM session)"
            )

    def ask(self, question: str, *values: str) -> list[tuple]:
        """Look into the database: refs that no page shows."""
        connection = sqlite3.connect(self.folder / "koordinering.db")
        try:
            return connection.execute(question, values).fetchall()
        finally:
            connection.close()

    def ref(self, question: str, *values: str) -> str:
        """The one ref that is asked for."""
        return self.ask(question, *values)[0][0]

    def task(self, case: str, template: str) -> str:
        """A case's task from the template."""
        return self.ref("SELECT ref FROM task WHERE case_id = ? AND template = ?", case, template)


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, chromium_browser: Browser) -> Path:
    """A folder with keys, the cases of seed-test and people who are signed in, to be copied."""
    house = House(tmp_path_factory.mktemp("seeded"))
    house.run("init")
    (house.folder / "seed.json").write_text(house.run("seed-test"))
    with house:
        for who in SIGNED_IN:
            house.open(chromium_browser, who, "/healthz")
    chromium_browser.close_pages()
    (house.folder / "cookies.json").write_text(json.dumps(house.cookies))
    return house.folder


@pytest.fixture(scope="module")
def house(seeded: Path, chromium_browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of this module's tests; what one of them does, the next one finds."""
    folder = tmp_path_factory.mktemp("house") / "data"
    copytree(seeded, folder)
    with House(folder) as served:
        served.cookies = json.loads((folder / "cookies.json").read_text())
        yield served


@pytest.fixture(scope="module")
def cases(house: House) -> dict[str, str]:
    """Refs of the seeded cases, by what they are about, in the order they were reported."""
    names = ("partner", "closed", "neighbour", "perpetrator", "colleagues", "suspected")
    seeded = json.loads((house.folder / "seed.json").read_text())["refs"]["cases"]
    return dict(zip(names, (case["ref"] for case in seeded.values()), strict=True))


def complaints(browser: Browser) -> list[str]:
    """What the browser complains of; what was still on its way when a page was left is none."""
    return [line for line in browser.complaints if "ERR_ABORTED" not in line]


@pytest.fixture
def visit(house: House, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`visit("solveig", "/tavle")` is a page in a browser of its own. What a browser complains of fails the test;
    what a test expects it to complain of, the test takes away."""
    yield lambda who, path="/", **context: house.open(browser, who, path, **context)
    assert complaints(browser) == []


def button(page: Page, label: str):
    """The first button, or opener, that says so, perhaps with what it is about read aloud behind."""
    called = re.compile(rf"^\s*{re.escape(label)}\s*(:.*)?$")
    return (
        page.locator("main button, main summary, main a.button").filter(has_text=called).locator("visible=true").first
    )


def choose(place, name: str, label: str) -> None:
    """Choose what begins so in a list, when it has come."""
    option = place.locator(f"select[name={name}] option", has_text=re.compile(f"^{re.escape(label)}"))
    option.first.wait_for(state="attached")
    place.locator(f"select[name={name}]").select_option(option.first.get_attribute("value"))
