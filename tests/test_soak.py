"""A long day: many requests by several people at once, and nothing fails, is lost or grows. For `make proof`."""

import json
import re
import sqlite3
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from skanderborg.examples import CANARY, PASSWORD
from tests.proof import STEPS
from tests.servers import Served

PEOPLE = ("solveig", "rikke", "solveig", "rikke")  # each has two tabs
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
MORE_MEGABYTES, MORE_FILES = 40, 12  # that a server may hold at the end than after the first fifth


class Held(NamedTuple):
    """What the processes of a server hold."""

    megabytes: int
    open_files: int


class Tab:
    """Someone's browser without JavaScript, which stays signed in."""

    def __init__(self, base: str, username: str):
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.open("/log-ind", username=username, password=PASSWORD)

    def open(self, path: str, **fields: str) -> str:
        """The page behind a link, or after a form. An answer that is none raises HTTPError."""
        body = urlencode(fields).encode() if fields else None
        return self.opener.open(self.base + path, body).read().decode()

    def write_note(self, case: str, text: str) -> None:
        """Fill the form in and send it."""
        page = self.open(f"/sager/{case}/noter")
        form = page[page.index(f'action="/sager/{case}/noter"') :].partition("</form>")[0]
        self.open(f"/sager/{case}/noter", **dict(HIDDEN.findall(form)), text=text)


@pytest.fixture
def house(tmp_path) -> Iterator[Served]:
    served = Served(tmp_path)
    served.run("init")
    (tmp_path / "seed.json").write_text(served.run("seed-test"))
    with served:
        yield served


def held(served: Served) -> Held:
    """The resident memory and the open files of the server and of every process under it."""
    pids = [served.pid, *children(served.pid)]
    kilobytes = [int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) for pid in pids]
    return Held(sum(kilobytes) // 1024, sum(len([*Path(f"/proc/{pid}/fd").iterdir()]) for pid in pids))


def children(pid: int) -> list[int]:
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [*found, *(below for child in found for below in children(child))]


def day_of(tab: Tab, case: str, who: int, steps: int) -> int:
    """Read and write by turns; how many notes were written."""
    pages = ["/", "/tavle", f"/sager/{case}", f"/sager/{case}/haendelser", "/anmodninger", f"/sager/{case}/historik"]
    for step in range(steps):
        if step % 5 == 4:
            tab.write_note(case, f"{CANARY} Lang dag {who}-{step}")
        else:
            tab.open(pages[step % len(pages)])
    return steps // 5


@pytest.mark.proof
def test_a_long_day_of_several_people_loses_nothing_and_lets_nothing_grow(house):
    case = next(iter(json.loads((house.folder / "seed.json").read_text())["refs"]["cases"].values()))["ref"]
    tabs = [Tab(house.base, username) for username in PEOPLE]
    each = STEPS // len(PEOPLE)
    before = notes(house)

    with ThreadPoolExecutor(len(tabs)) as pool:
        first = list(pool.map(lambda who: day_of(tabs[who], case, who, each // 5), range(len(tabs))))
        warm = held(house)
        rest = list(pool.map(lambda who: day_of(tabs[who], case, who + 10, each - each // 5), range(len(tabs))))
    grown = held(house)

    assert notes(house) - before == sum(first) + sum(rest)
    assert grown.megabytes - warm.megabytes <= MORE_MEGABYTES
    assert grown.open_files - warm.open_files <= MORE_FILES
    assert "Alle kæder er hele." in house.run("audit", "verify")


def notes(house: Served) -> int:
    with closing(sqlite3.connect(house.folder / "koordinering.db")) as connection:
        return connection.execute("SELECT count(*) FROM note").fetchone()[0]
