"""A house to measure in: a fresh database, the example cast, and many cases made straight as rows."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from skanderborg import clock, create_app, examples  # noqa: E402
from skanderborg.domain import people  # noqa: E402
from skanderborg.kinds import Box  # noqa: E402
from skanderborg.settings import load  # noqa: E402
from skanderborg.store import events, keys, schema  # noqa: E402
from skanderborg.store.cases import Case, Relation  # noqa: E402
from skanderborg.store.db import begin, db, insert, new_ref  # noqa: E402
from skanderborg.store.record import Note  # noqa: E402
from skanderborg.store.work import Task  # noqa: E402

BOXES = list(Box)
STATUSES = ["not-started", "active", "waiting", "not-started", "done", "not-relevant"]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Settings of a house in `folder`; SKB_DATABASE_URL in the environment chooses another database."""
    url = os.environ.get("SKB_DATABASE_URL", f"sqlite:///{folder / 'data' / 'koordinering.db'}")
    return {
        "SKB_ENV": "test", "SKB_DATA_DIR": str(folder / "data"), "SKB_DATABASE_URL": url,
        "SKB_KEYS_FILE": str(folder / "keys" / "keys.json"), "SKB_SMTP_URL": "smtp://127.0.0.1:9",
    } | more  # fmt: skip


@contextmanager
def house(**more: str) -> Iterator[tuple[object, Path, dict[str, str]]]:
    """The program over an empty database with the example cast: app, folder and settings."""
    with tempfile.TemporaryDirectory(prefix="skb-bench-") as name:
        folder = Path(name)
        settings = environment(folder, **more)
        keys.create_ring(folder / "keys" / "keys.json")
        app = create_app(load(settings))
        schema.migrate()
        with db.connection_context():
            with begin():
                keys.make_system_key()
                people.sync_departments()
            examples.load_people(examples.CAST)
        yield app, folder, settings


def make_cases(count: int, tasks_each: int, closed: bool = False) -> list[str]:
    """Cases of Rikke (resource person) and Solveig (tovholder), as rows; returns their refs."""
    rikke, solveig = people.by_username("rikke"), people.by_username("solveig")
    now, refs = clock.now(), []
    for number in range(count):
        with begin():
            ref = new_ref()
            refs.append(ref)
            keys.make(f"case:{ref}")
            insert(
                Case, ref=ref, code=ref[:8].upper(), kind="full", phase="closed" if closed else "further-action",
                citizen_role="exposed", danger_now="no", children="no", reported_by=solveig, claimed_at=now,
                reported_at=now - timedelta(days=number % 300), closed_at=now if closed else None,
            )  # fmt: skip
            Relation.insert_many(
                [
                    {"ref": new_ref(), "case": ref, "person": person, "kind": kind, "from_at": now}
                    for person, kind in ((rikke, "resource"), (solveig, "primary-contact"))
                ]
            ).execute()
            if tasks_each:
                Task.insert_many([_task(ref, place, solveig, now) for place in range(tasks_each)]).execute()
    return refs


def _task(case: str, place: int, owner: object, now: object) -> dict[str, object]:
    ref, status = new_ref(), STATUSES[place % len(STATUSES)]
    closed = status in ("done", "not-relevant")
    values = {"ref": ref, "case": case, "title": f"Opgave nummer {place}", "reason": "Begrundelse"}
    return {
        "ref": ref, "case": case, "kind": "plain", "box": BOXES[place % 6], "template": None,
        "title": Task.title.seal(values), "status": status, "reason": Task.reason.seal(values) if closed else None,
        "due_on": clock.today(now) + timedelta(days=place % 9 - 2), "assignee": None if place % 5 == 0 else owner,
        "closed_at": now if closed else None, "created_at": now, "version": 1, "must": place % 2 == 0,
    }  # fmt: skip


def fill_case(case: str, tasks: int, notes: int, history: int) -> None:
    """One case with much in it."""
    solveig, now = people.by_username("solveig"), clock.now()
    row = Case.select().where(Case.ref == case).first()
    with begin():
        Task.insert_many([_task(case, place, solveig, now) for place in range(tasks)]).execute()
        for number in range(notes):
            ref = new_ref()
            values = {"ref": ref, "case": case, "theme": "Samtale", "text": f"Notat {number} " + "ord " * 60}
            Note.insert(
                ref=ref, case=case, theme=Note.theme.seal(values), text=Note.text.seal(values), by=solveig, at=now
            ).execute()
        for number in range(history):
            events.record(solveig, "case:described", row, changes={"children": [str(number), "no"]})


def sign_in(app: object, username: str) -> object:
    """A test client that is signed in."""
    client = app.test_client()
    answer = client.post("/log-ind", data={"username": username, "password": examples.PASSWORD})
    if answer.status_code != 303:
        raise SystemExit(f"cannot sign in: {answer.status_code}")
    return client


def cpu_per_page(client: object, path: str, times: int = 60) -> float:
    """Processor seconds for one page, of this process, after a few to warm up."""
    for _ in range(5):
        if client.get(path).status_code != 200:
            raise SystemExit(f"{path} does not answer 200")
    before = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(times):
        client.get(path)
    after = resource.getrusage(resource.RUSAGE_SELF)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / times


def cpu_in_turn(pages: list[tuple[object, str]], times: int = 40) -> list[float]:
    """Processor seconds for each of some pages (client, path), of this process, asked one after the other as browsers
    do: compressed, and no page again and again."""
    spent = [0.0] * len(pages)
    for _ in range(times):
        for place, (client, path) in enumerate(pages):
            before = time.process_time()
            answer = client.get(path, headers={"Accept-Encoding": "gzip"})
            spent[place] += time.process_time() - before
            if answer.status_code != 200:
                raise SystemExit(f"{path} does not answer 200")
    return [seconds / times for seconds in spent]


def queries_of(client: object, path: str) -> int:
    """How many SQL statements one page takes, all told."""
    seen: list[str] = []
    db.obj.query_hooks.append(lambda event: seen.append(event.sql))
    try:
        client.get(path)
    finally:
        db.obj.query_hooks.pop()
    return len([sql for sql in seen if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))])


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(settings: dict[str, str]) -> Iterator[tuple[str, subprocess.Popen[bytes], float]]:
    """The real web server over that house: address, process, and seconds until the first page."""
    port = free_port()
    env = {**os.environ, **settings, "SKB_PORT": str(port), "SKB_BASE_URL": f"http://127.0.0.1:{port}"}
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "flask", "serve"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/log-ind", timeout=1).read()
                break
            except OSError:
                if process.poll() is not None or time.perf_counter() - started > 20:
                    raise SystemExit("the server does not start") from None
                time.sleep(0.02)
        yield f"http://127.0.0.1:{port}", process, time.perf_counter() - started
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)


def proportional_kilobytes(pid: int) -> int:
    """PSS of a process and all its children."""
    return _pss([pid, *_children(pid)])


def proportional_kilobytes_of_children(pid: int) -> int:
    """PSS of all children of a process: of the web server, its workers."""
    return _pss(_children(pid))


def _pss(pids: list[int]) -> int:
    total = 0
    for found in pids:
        try:
            lines = Path(f"/proc/{found}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (task / "children").read_text().split()]
    return found + [grandchild for child in found for grandchild in _children(child)]


def report(**figures: object) -> None:
    """Print the figures as one line of JSON."""
    print(json.dumps(figures, ensure_ascii=False))
