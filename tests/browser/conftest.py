"""A house that is really served, and people in a real browser: one server for all, with the cases of seed-test. Each
module finds them as they were seeded: the database is put back under the server, which goes on."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from skanderborg.examples import PASSWORD
from tests.servers import Browser, Served, TestClock

MORNING = datetime(2026, 11, 20, 9, 0)  # a Friday, local time
SIGNED_IN = ("solveig", "rikke", "ruth", "sofus", "jonas", "jens")


class House(Served):
    """The program in a folder of its own, with a clock and people who are signed in."""

    def __init__(self, folder: Path):
        self.clock = TestClock(folder / "clock", MORNING)
        super().__init__(folder, SKB_TEST_CLOCK_FILE=str(self.clock.file))
        self.database = folder / "koordinering.db"
        self.cookies: dict[str, list] = {}
        self._kept_cookies: dict[str, list] = {}
        self._put_back = 0

    def keep(self) -> None:
        """Remember the database and who is signed in, as they are now."""
        self._kept_cookies = dict(self.cookies)
        with closing(sqlite3.connect(self.database)) as now, closing(sqlite3.connect(self._kept)) as kept:
            now.backup(kept)

    def put_back(self) -> None:
        """Let everything be as it was kept, while the server goes on.

        A server remembers a board's row by its case's stamp, so no stamp is ever used twice; it remembers what
        administrators changed by how many changes there are, so it begins anew when there were any.
        """
        self._put_back += 1
        self.clock.move_to(MORNING)
        self.cookies = dict(self._kept_cookies)
        is_edited = self.ask("SELECT 1 FROM edition LIMIT 1") != []
        with closing(sqlite3.connect(self._kept)) as kept, closing(sqlite3.connect(self.database, timeout=5)) as now:
            kept.backup(now)
            now.execute('UPDATE "case" SET board_stamp = board_stamp + ?', (1_000 * self._put_back,))
            now.commit()
        if is_edited:
            self.stop()
            self.start()

    @property
    def _kept(self) -> Path:
        return self.folder / "kept.db"

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

    def guess(self, who: str) -> None:
        """Somebody else behind the same address guesses wrong."""
        body = urlencode({"username": who, "password": "forkert kode"}).encode()
        head = (
            f"POST /log-ind HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        assert self.raw(head.encode() + body)[0] == 422

    def rest(self) -> None:
        """Let so much time pass that every session has expired."""
        self.clock.forward(minutes=31)
        self.cookies.clear()

    def end_newest_session(self) -> None:
        """Let only the browser that signed in last have rested too long."""
        with sqlite3.connect(self.database, timeout=5) as connection:
            connection.execute(
                "UPDATE session SET last_seen_at = replace(last_seen_at, '08:00', '07:00')"
                " WHERE rowid = (SELECT max(rowid) FROM session)"
            )

    def ask(self, question: str, *values: str) -> list[tuple]:
        """Look into the database: refs that no page shows."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(question, values).fetchall()

    def ref(self, question: str, *values: str) -> str:
        """The one ref that is asked for."""
        return self.ask(question, *values)[0][0]

    def task(self, case: str, template: str) -> str:
        """A case's task from the template."""
        return self.ref("SELECT ref FROM task WHERE case_id = ? AND template = ?", case, template)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, chromium_browser: Browser) -> Iterator[House]:
    """The one house of all these tests, with the cases of seed-test and people who are signed in."""
    house = House(tmp_path_factory.mktemp("house"))
    house.run("init")
    (house.folder / "seed.json").write_text(house.run("seed-test"))
    with house:
        for who in SIGNED_IN:
            house.open(chromium_browser, who, "/healthz")
        chromium_browser.close_pages()
        house.keep()
        yield house


@pytest.fixture(scope="module")
def house(served: House) -> House:
    """The house as it was seeded; what one test of a module does there, the next one finds."""
    served.put_back()
    return served


@pytest.fixture(scope="module")
def cases(house: House) -> dict[str, str]:
    """Refs of the seeded cases, by what they are about, in the order they were reported."""
    names = (
        "partner", "closed", "neighbour", "perpetrator", "colleagues", "everything", "restricted", "suspected",
    )  # fmt: skip
    seeded = json.loads((house.folder / "seed.json").read_text())["refs"]["cases"]
    return dict(zip(names, (case["ref"] for case in seeded.values()), strict=True))


def complaints(browser: Browser) -> list[str]:
    """What the browser complains of; what was still on its way when a page was left is none, nor are modules that wait
    for a page whose scripts are turned off (a breach of the content policy is an error in the console as well)."""
    return [line for line in browser.complaints if "ERR_ABORTED" not in line and not line.endswith(".js csp")]


@pytest.fixture
def visit(house: House, browser: Browser) -> Iterator[Callable[..., Page]]:
    """`visit("solveig", "/tavle")` is a page in a browser of its own. What a browser complains of fails the test;
    what a test expects it to complain of, the test takes away."""
    yield lambda who, path="/", **context: house.open(browser, who, path, **context)
    assert complaints(browser) == []


def unfold(page, inside) -> None:
    """Open the folded group of Min dag that something lies in."""
    fold = page.locator("details.sk-fold:not([open])").filter(has=inside)
    if fold.count():
        fold.locator("> summary").click()


def open_row(page, ref: str):
    """Open a task's row of Min dag; its card."""
    row = page.locator(f"#task-{ref}")
    unfold(page, row)
    row.get_by_role("link", name="Mere om: ").click()
    row.locator("summary").first.wait_for()
    return row


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
