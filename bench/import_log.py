"""Import of 10,000 rows: seconds for reading, trying out and importing, and how web and worker grow meanwhile.

Promise: at most 10 s from *Importér* until the rows stand in the log, the worker's tick included, and at most 100 MB
more in the web server (both workers) and in the worker. The files are CSV of some 2 MB and the same as XLSX.
"""

import io
import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
from _house import ROOT, db, examples, house, make_cases, proportional_kilobytes, report, served

from skanderborg.store.incidents import Incident

ROWS = 10_000
HEADING = ["Tidspunkt", "Hændelsestype", "Beskrivelse", "Afsender", "Sted"]


def table() -> list[list[str]]:
    """A log as an app exports it."""
    words = "Skrev igen, at jeg skal svare, og at han holder øje med mig ved arbejdet. " * 2
    return [
        [
            f"2026-{n % 9 + 1:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}",
            "Besked",
            f"{n}: {words}",
            f"@profil_{n % 11}",
            "",
        ]
        for n in range(ROWS)
    ]


def main() -> None:
    """Measure and print."""
    rows = table()
    text = "\r\n".join(";".join(row) for row in [HEADING, *rows]).encode("windows-1252")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [HEADING, *rows]:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    with house() as (_, _, settings), db.connection_context():
        cases = make_cases(2, 0)
        with served(settings) as (base, web, _), worker(settings) as ticking:
            browser = Browser(base)
            for name, content, case in (("log.csv", text, cases[0]), ("log.xlsx", file.getvalue(), cases[1])):
                report(
                    file=name, megabytes=round(len(content) / 1e6, 1), **one(browser, case, name, content, web, ticking)
                )


def one(browser: "Browser", case: str, name: str, content: bytes, web: object, ticking: object) -> dict[str, object]:
    """Import one file into one case; seconds of each step and the growth of both sides in megabytes."""
    browser.get(f"/sager/{case}/import")
    spent = processor_seconds(ticking.pid)
    with growth(web.pid) as web_grew, growth(ticking.pid) as worker_grew:
        started = time.perf_counter()
        page = browser.post(f"/sager/{case}/import", name, content)
        read = time.perf_counter()
        page = browser.send(page, "/kolonner")
        tried = time.perf_counter()
        page = browser.send(page, "/start")
        asked = time.perf_counter()
        while Incident.select().where(Incident.case == case, Incident.status == "live").count() < ROWS:
            if time.perf_counter() - asked > 120:
                raise SystemExit("the import does not end")
            time.sleep(0.25)
        done = time.perf_counter()
        time.sleep(0.5)
    return {
        "read_seconds": round(read - started, 2), "preview_seconds": round(tried - read, 2),
        "import_seconds": round(done - tried, 2),
        "worker_processor_seconds": round(processor_seconds(ticking.pid) - spent, 2), "web_grew_megabytes": web_grew[0],
        "worker_grew_megabytes": worker_grew[0],
    }  # fmt: skip


@contextmanager
def worker(settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """The real worker over that house."""
    env = {**os.environ, **settings}
    process = subprocess.Popen([sys.executable, "-m", "flask", "worker"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    time.sleep(3)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def processor_seconds(pid: int) -> float:
    """What a process used so far: on a machine with other work the figure to go by."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def growth(pid: int) -> Iterator[list[float]]:
    """By how many megabytes a process and its children grew at most."""
    before, most, over, found = proportional_kilobytes(pid), [0], threading.Event(), [0.0]

    def watch() -> None:
        while not over.wait(0.05):
            most[0] = max(most[0], proportional_kilobytes(pid))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()
        found[0] = round((most[0] - before) / 1024, 1)


class Browser:
    """Just enough of one: signed in as Solveig, sends the forms of a page."""

    def __init__(self, base: str):
        self.base = base
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        token = self._token(self.get("/log-ind"))
        form = f"csrf_token={token}&username=solveig&password={examples.PASSWORD}"
        self.opener.open(f"{base}/log-ind", form.encode()).read()

    def get(self, path: str) -> str:
        """A page."""
        return self.opener.open(self.base + path).read().decode()

    def post(self, path: str, name: str, content: bytes) -> str:
        """Upload a file; the page that answers."""
        page, mark = self.get(path), "----bench"
        fields = {"csrf_token": self._token(page), "key": json.dumps(time.time())}
        parts = [
            f'--{mark}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
        ]
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = "".join(parts).encode() + head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        asked = urllib.request.Request(
            self.base + path, body, {"Content-Type": f"multipart/form-data; boundary={mark}"}
        )
        return self.opener.open(asked).read().decode()

    def send(self, page: str, ends: str) -> str:
        """Send the form of the page whose address ends so, as it stands, with every box ticked."""
        form = next(part for part in page.split("<form ")[1:] if re.search(rf'action="[^"]*{ends}"', part)).split(
            "</form>"
        )[0]
        values = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
        values |= dict.fromkeys(
            re.findall(r'type="checkbox"[^>]*name="(\w+)"|name="(\w+)"[^>]*type="checkbox"', form), "y"
        )
        for select in re.findall(r"<select.*?</select>", form, re.DOTALL):
            values[re.search(r'name="(\w+)"', select)[1]] = re.search(r'<option selected value="([^"]*)"', select)[1]
        for radio in re.findall(r"<input checked[^>]*>", form):
            values[re.search(r'name="(\w+)"', radio)[1]] = re.search(r'value="([^"]*)"', radio)[1]
        action = re.search(r'action="([^"]*)"', form)[1]
        body = urllib.parse.urlencode(values).encode()
        return self.opener.open(self.base + action, body).read().decode()

    def _token(self, page: str) -> str:
        return re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)[1]


if __name__ == "__main__":
    main()
