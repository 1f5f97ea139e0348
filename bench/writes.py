"""Writes with full durability and event: 8 clients complete tasks and take requests over HTTP.

Promise: none refused, the slowest within 100 ms, and at least half as many a second as one Flask route that only makes
one durable commit, served the same way on the same disk. The disk of a shared machine is fast and slow by turns, so the
three are measured in turn, round after round, and what counts is the median of the rounds' ratios.
"""

import http.client
import os
import re
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from _house import (
    ROOT,
    Task,
    begin,
    clock,
    db,
    examples,
    free_port,
    house,
    make_cases,
    new_ref,
    people,
    report,
    served,
)

from skanderborg.store.people import Department
from skanderborg.store.work import Request

CLIENTS, EACH, ROUNDS = 8, 60, 5


class Client:
    """One signed-in browser on one kept-alive connection."""

    def __init__(self, address: str, username: str | None):
        self.connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
        self.headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if username:
            answer = self.post("/log-ind", username=username, password=examples.PASSWORD)
            self.headers["Cookie"] = answer[1].partition(";")[0]
            page = self.get("/profil")
            self.token = re.search(r'name="csrf_token" value="([0-9a-f]+)"', page)[1]

    def post(self, path: str, **fields: str) -> tuple[int, str, float]:
        """Status, cookie, and seconds."""
        started = time.perf_counter()
        self.connection.request("POST", path, urllib.parse.urlencode(fields), self.headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Set-Cookie", ""), time.perf_counter() - started

    def write(self, path: str) -> tuple[int, str, float]:
        """Press a button of a page that shows the first version."""
        return self.post(path, csrf_token=self.token, version="1")

    def get(self, path: str) -> str:
        """The page's text."""
        self.connection.request("GET", path, headers=self.headers)
        return self.connection.getresponse().read().decode()


def hammer(clients: list[Client], work: Callable[[Client], tuple[int, str, float]]) -> dict[str, float]:
    """All clients at once, EACH writes a client: refused, slowest, median, and writes a second."""
    answers: list[tuple[int, str, float]] = []
    gate = threading.Barrier(len(clients) + 1)

    def run(client: Client) -> None:
        gate.wait()
        for _ in range(EACH):
            answers.append(work(client))

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    gate.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    return {
        "refused": sum(status not in (200, 303) for status, _, _ in answers),
        "slowest_ms": round(max(took for _, _, took in answers) * 1e3, 1),
        "median_ms": round(statistics.median(took for _, _, took in answers) * 1e3, 1),
        "a_second": round(len(answers) / seconds),
    }


def main() -> None:
    """Measure and print."""
    with house() as (_, folder, settings):
        with db.connection_context():
            tasks, requests = _work_to_do()
        db.obj.close_all()
        with served(settings) as (address, _, _), _yardstick(str(folder / "yardstick.db")) as bare:
            owners, helpers = ([Client(address, name) for _ in range(CLIENTS)] for name in ("solveig", "jonas"))
            unknown = [Client(bare, None) for _ in range(CLIENTS)]
            completed, taken, committed = [], [], []
            for _ in range(ROUNDS):
                committed.append(hammer(unknown, lambda client: client.post("/commit")))
                completed.append(hammer(owners, lambda client: client.write(f"/o/{tasks.pop()}/udfoert")))
                taken.append(hammer(helpers, lambda client: client.write(f"/a/{requests.pop()}/tag")))
    report(
        complete_task=_over_all(completed), take_request=_over_all(taken), durable_commit=_over_all(committed),
        complete_to_commit=_ratios(completed, committed), take_to_commit=_ratios(taken, committed),
    )  # fmt: skip


def _over_all(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {
        "refused": sum(one["refused"] for one in rounds),
        "slowest_ms": max(one["slowest_ms"] for one in rounds),
        "median_ms": statistics.median(one["median_ms"] for one in rounds),
        "a_second": statistics.median(one["a_second"] for one in rounds),
    }


def _ratios(rounds: list[dict[str, float]], committed: list[dict[str, float]]) -> dict[str, float]:
    found = [one["a_second"] / bare["a_second"] for one, bare in zip(rounds, committed, strict=True)]
    return {
        "median": round(statistics.median(found), 2),
        "lowest": round(min(found), 2),
        "highest": round(max(found), 2),
    }


def _work_to_do() -> tuple[list[str], list[str]]:
    """Open tasks of Solveig's, and requests to Jonas's department, over 40 cases."""
    cases, solveig, now = make_cases(40, 0), people.by_username("solveig"), clock.now()
    jobcenter = Department.get(Department.key == "jobcenter")
    tasks, requests = [], []
    for number in range(CLIENTS * EACH * ROUNDS):
        case = cases[number % len(cases)]
        with begin():
            ref, stands_for, asked = new_ref(), new_ref(), new_ref()
            title = Task.title.seal({"ref": ref, "case": case, "title": "Opgave"})
            common = {"case": case, "status": "not-started", "assignee": solveig, "created_at": now, "version": 1}
            Task.insert(ref=ref, kind="plain", box="network", title=title, **common).execute()
            Task.insert(ref=stands_for, kind="request", box="departments", title=None, **common).execute()
            rules = Request.contact_rules.seal({"ref": asked, "case": case, "contact_rules": "Ring ikke"})
            Request.insert(
                ref=asked, case=case, task=stands_for, department=jobcenter, asker=solveig, status="sent", ask=None,
                contact_rules=rules, basis="necessary", party_works_there="no", created_at=now, sent_at=now,
                due_on=clock.today(now) + timedelta(days=7), version=1,
            ).execute()  # fmt: skip
        tasks.append(ref)
        requests.append(asked)
    return tasks, requests


@contextmanager
def _yardstick(path: str) -> Iterator[str]:
    """The server of the one route: its address."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "_durable:app", "--interface", "wsgi", "--port", str(port),
               "--workers", "2", "--blocking-threads", "32", "--no-access-log"]  # fmt: skip
    env = {**os.environ, "SKB_YARDSTICK": path}
    # Makes the table, which two workers that start at once would do at once.
    subprocess.run([sys.executable, "-c", "import _durable"], cwd=ROOT / "bench", env=env, check=True)
    process = subprocess.Popen(
        command, cwd=ROOT / "bench", env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the yardstick does not start")


if __name__ == "__main__":
    main()
