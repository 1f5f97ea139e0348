"""A backup while people write, and its restore: `backup.py [cases] [megabytes of exhibits] [clients]`.

Promise: at 10,000 cases with 2 GB of exhibits and 8 clients no write is refused, the slowest takes 200 ms, the backup
grows by no more than 60 MB, and a restore takes less than five minutes. SKB_DATABASE_URL chooses PostgreSQL.
"""

import os
import secrets
import subprocess
import sys
import threading
import time

import pyrage
from _house import (
    ROOT,
    begin,
    clock,
    db,
    house,
    make_cases,
    people,
    proportional_kilobytes_of_children,
    report,
    served,
)
from writes import Client

from skanderborg.store import files
from skanderborg.store.db import sealed
from skanderborg.store.incidents import Exhibit

CASES, MEGABYTES, CLIENTS = 10_000, 2_000, 8
FILE_MEGABYTES, MEGABYTE = 10, 1024 * 1024
PAUSE_SECONDS = 0.05  # between two writes of one person, which is already more than anyone types
PROMISED = {"refused": 0, "slowest_ms": 200, "grown_megabytes": 60, "restore_seconds": 300}


def fill(cases: int, megabytes: int) -> list[str]:
    """Cases with tasks, and exhibits of 10 MB each spread over them."""
    refs, solveig, now = make_cases(cases, 3), people.by_username("solveig"), clock.now()
    body = secrets.token_bytes(MEGABYTE)
    for number, first in enumerate(range(0, megabytes, FILE_MEGABYTES)):
        case = refs[number % len(refs)]
        pieces = (body for _ in range(min(FILE_MEGABYTES, megabytes - first)))
        with begin():
            file = files.keep(case, solveig.ref, "film.mp4", "video/mp4", pieces, now)
            values = {
                "case": case, "number": number // len(refs) + 1, "file": file.ref, "by": solveig.ref, "at": now,
                "source": "citizen", "is_withheld": False, "preview_tried_at": now,
            }  # fmt: skip
            Exhibit.insert(sealed(Exhibit, values)).execute()
    return refs


class Writers:
    """People who write notes, one after the other, until it is over."""

    def __init__(self, address: str, refs: list[str], count: int):
        self.over, self.took, self.refused, self.refs = threading.Event(), list[float](), 0, refs
        clients = [Client(address, "solveig") for _ in range(count)]
        self.threads = [threading.Thread(target=self._write, args=(client,)) for client in clients]

    def __enter__(self) -> "Writers":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _write(self, client: Client) -> None:
        while not self.over.is_set():
            case = secrets.choice(self.refs)
            status, _, took = client.post(
                f"/sager/{case}/noter", csrf_token=client.token, key=secrets.token_hex(8), text="Skrevet imens"
            )
            self.took.append(took)
            self.refused += status != 303
            time.sleep(PAUSE_SECONDS)

    def figures(self) -> dict[str, float]:
        """What became of the writes."""
        ordered = sorted(self.took)
        return {
            "writes": len(ordered), "refused": self.refused, "slowest_ms": round(ordered[-1] * 1e3),
            "p99_ms": round(ordered[len(ordered) * 99 // 100] * 1e3),
            "median_ms": round(ordered[len(ordered) // 2] * 1e3),
        }  # fmt: skip


def run(settings: dict[str, str], *words: str) -> tuple[float, float]:
    """Run a command; seconds and the most memory that it held (megabytes). Stops where it fails."""
    command = [sys.executable, "-c", PEAK, sys.executable, "-m", "flask", *words]
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **settings}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{words[0]}: {done.stderr or done.stdout}")
    return time.perf_counter() - began, int(done.stderr.splitlines()[-1]) / 1024


# In a process of its own, since only of all its children together the system tells the peak.
PEAK = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def main() -> None:
    """Measure and print."""
    cases, megabytes, clients = [int(word) for word in sys.argv[1:]] + [CASES, MEGABYTES, CLIENTS][len(sys.argv) - 1 :]
    with house() as (_, place, settings):
        identity = pyrage.x25519.Identity.generate()
        (place / "identity").write_text(str(identity))
        (place / "own.toml").write_text(f'backup_recipients = ["{identity.to_public()}"]\n')
        (place / "backups").mkdir()
        settings |= {"SKB_CONFIG_FILE": str(place / "own.toml")}
        with db.connection_context():
            refs = fill(cases, megabytes)
        db.obj.close_all()
        _, bare = run(settings, "user", "list")
        with served(settings) as (address, process, _), Writers(address, refs, clients) as writers:
            time.sleep(3)
            before, calm = proportional_kilobytes_of_children(process.pid), writers.figures()
            writers.took.clear()
            seconds, peak = run(settings, "backup", str(place / "backups"))
            web = proportional_kilobytes_of_children(process.pid)
        meanwhile = writers.figures()
        manifest = max((place / "backups").glob("*.json"))
        restored, most = run(settings, "restore", str(manifest), "--identity", str(place / "identity"), "--drill")
        copy = sum(path.stat().st_size for path in (place / "backups").iterdir()) / MEGABYTE
    found = {
        "refused": meanwhile["refused"], "slowest_ms": meanwhile["slowest_ms"],
        "grown_megabytes": round(peak - bare), "restore_seconds": round(restored, 1),
    }  # fmt: skip
    report(
        cases=cases, exhibits_megabytes=megabytes, clients=clients, before=calm, meanwhile=meanwhile,
        backup_seconds=round(seconds, 1), backup_megabytes=round(copy), backup_peak_megabytes=round(peak),
        bare_command_megabytes=round(bare), web_grown_megabytes=round((web - before) / 1024),
        restore_seconds=found["restore_seconds"], restore_peak_megabytes=round(most),
        missed=[name for name, most in PROMISED.items() if found[name] > most],
    )  # fmt: skip


if __name__ == "__main__":
    main()
