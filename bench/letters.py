"""Letters: how fast one worker sends, and that none is lost while workers are killed and the mail server misbehaves.

Promise: at least 100 letters a second by one worker to a local server, in at most 70 MB; and of 5,000 due letters, sent
by three workers that are killed at random 100 times while the server is up, refuses and hangs, none is lost and none
comes twice under another name. SKB_BENCH_SECONDS bounds the second part on a slow machine.
"""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from _house import ROOT, Case, begin, db, examples, house, make_cases, people, proportional_kilobytes, report

from skanderborg.kinds import LetterKind
from skanderborg.mail import outbox
from skanderborg.store.outbox import OutboxLetter
from tests.servers import MailServer, Mode, TestClock

FAST, MANY, WORKERS, KILLS = 1_000, 5_000, 3, 100
SECONDS = float(os.environ.get("SKB_BENCH_SECONDS", "600"))


def owe(count: int) -> None:
    """Letters that are due now, half of them with a calendar part, to everyone of the cast in turn."""
    [ref] = make_cases(1, 0)
    case = Case.select().where(Case.ref == ref).first()
    cast = [people.by_username(example.username) for example in examples.CAST]
    at = {"when": "torsdag 26. november kl. 10.00", "starts": "2026-11-26T09:00:00+00:00",
          "ends": "2026-11-26T10:00:00+00:00", "sequence": 0}  # fmt: skip
    with begin():
        for number in range(count):
            kind = LetterKind.MEETING_INVITATION if number % 2 else LetterKind.TASK_ASSIGNED
            outbox.put(kind, cast[number % len(cast)], key=f"bench:{number}", about=case, **at)


@contextmanager
def worker(settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """One worker process."""
    process = start(settings)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(15)


def start(settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a worker and do not wait for it."""
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "worker"], cwd=ROOT, env={**os.environ, **settings}, stderr=subprocess.DEVNULL
    )


def speed() -> None:
    """One worker, a server that behaves."""
    with MailServer() as server, house(SKB_SMTP_URL=server.url) as (_, _, settings):
        with db.connection_context():
            owe(FAST)
        with worker(settings) as process:
            server.wait_for(1, 60)
            began = time.perf_counter()
            server.wait_for(FAST, 300)
            a_second = (FAST - 1) / (time.perf_counter() - began)
            megabytes = proportional_kilobytes(process.pid) / 1024
        report(letters_a_second=round(a_second), promised_at_least=100, worker_megabytes=round(megabytes), at_most=70)


def storm() -> None:
    """Three workers that are killed, a server that misbehaves, and a clock that runs sixty times as fast."""
    modes = [Mode.ACCEPT] * 6 + [Mode.REFUSE, Mode.HANG, Mode.DOWN, Mode.DROP]
    with MailServer() as server, TemporaryDirectory() as name:
        clock_file, config = TestClock(Path(name) / "clock", datetime.now(UTC)), Path(name) / "bench.toml"
        config.write_text("smtp_timeout_seconds = 0.5\n")
        more = {"SKB_SMTP_URL": server.url, "SKB_TEST_CLOCK_FILE": str(clock_file.file), "SKB_CONFIG_FILE": str(config)}
        with house(**more) as (_, _, settings), db.connection_context():
            owe(MANY)
            workers, kills, ends = [start(settings) for _ in range(WORKERS)], 0, time.monotonic() + SECONDS
            while time.monotonic() < ends and (kills < KILLS or left()):
                server.mode = random.choice(modes) if kills < KILLS else Mode.ACCEPT
                for _ in range(random.randint(2, 8)):
                    time.sleep(0.1)
                    clock_file.forward(seconds=6)
                if kills < KILLS:
                    place = random.randrange(WORKERS)
                    workers[place].kill()
                    workers[place].wait()
                    workers[place], kills = start(settings), kills + 1
            for process in workers:
                process.terminate()
                process.wait(15)
            tell(server, kills)


def left() -> int:
    """Letters that were not sent yet."""
    return OutboxLetter.select().where(OutboxLetter.sent_at.is_null()).count()


def tell(server: MailServer, kills: int) -> None:
    """What came of it: every letter that was owed came under exactly one name."""
    names = [letter.message["Message-ID"] for letter in server.letters]
    report(
        letters=MANY, kills=kills, not_sent=left(), lost=MANY - len(set(names)),
        twice_under_another_name=max(0, len(set(names)) - MANY), again_under_the_same=len(names) - len(set(names)),
    )  # fmt: skip


if __name__ == "__main__":
    speed()
    storm()
