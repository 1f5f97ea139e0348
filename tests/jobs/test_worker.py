"""The worker as a process: it ticks, stops cleanly, dies without harm, and refuses a database that is not ready."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from skanderborg import clock as the_clock
from skanderborg.domain import ticks
from skanderborg.jobs import worker
from skanderborg.kinds import LetterKind
from skanderborg.mail import outbox
from skanderborg.settings import ROOT, Settings
from skanderborg.store.db import begin
from skanderborg.store.outbox import OutboxLetter, Tick
from tests.made import a_case
from tests.servers import Letter, Mode

FLASK = [sys.executable, "-m", "flask"]


def environment(settings: Settings, smtp_url: str) -> dict[str, str]:
    own = settings.data_dir.with_suffix(".toml")
    own.write_text("worker_stop_seconds = 1\n")
    return {name: value for name, value in os.environ.items() if not name.startswith("SKB_")} | {
        "SKB_ENV": "test", "SKB_DATA_DIR": str(settings.data_dir), "SKB_DATABASE_URL": settings.database_url,
        "SKB_KEYS_FILE": str(settings.keys_file), "SKB_TEST_CLOCK_FILE": str(settings.test_clock_file),
        "SKB_SMTP_URL": smtp_url, "SKB_BASE_URL": settings.base_url, "SKB_CONFIG_FILE": str(own),
    }  # fmt: skip


@pytest.fixture
def start(settings, mail_server, cast) -> Iterator[Callable[..., subprocess.Popen]]:
    """Start a worker process over the test's database and mail server."""
    started: list[subprocess.Popen] = []

    def run(*words: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [*FLASK, "worker", *words], cwd=ROOT, env=environment(settings, mail_server.url), stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def owe(cast):
    """Owe Rikke letters: `owe(20)`."""
    case = a_case(cast)

    def put(count: int) -> None:
        with begin():
            for number in range(count):
                outbox.put(LetterKind.REQUEST_NEW, cast["rikke"], key=f"x:{number}", about=case)

    return put


def owed_letters(mail_server) -> list[Letter]:
    """Those of the outbox; the worker also anchors the log each day, which the auditor is told."""
    return [letter for letter in mail_server.letters if letter.message["X-Skb-Letter"] == "request-new"]


def names(mail_server) -> list[str]:
    return [letter.message["Message-ID"] for letter in owed_letters(mail_server)]


def test_one_round_sends_what_is_due_and_leaves_its_heartbeat(start, mail_server, owe, clock):
    owe(3)

    assert start("--once").wait(30) == 0

    assert len(owed_letters(mail_server)) == 3
    assert Tick.get(Tick.name == "worker").at == clock.now


def test_told_to_stop_it_finishes_lets_go_and_ends_within_ten_seconds(start, mail_server, owe):
    owe(30)
    mail_server.delay_seconds = 0.3
    worker = start()
    mail_server.wait_for(2, 30)

    worker.send_signal(signal.SIGTERM)
    began = time.monotonic()

    assert worker.wait(10) == 0
    assert time.monotonic() - began < 5  # the thirty letters would take nine
    sent = OutboxLetter.select().where(OutboxLetter.sent_at.is_null(False)).count()
    assert sent == len(mail_server.letters) < 30
    assert not OutboxLetter.select().where(OutboxLetter.lease_until.is_null(False)).exists()


def test_told_to_stop_while_the_mail_server_hangs_it_ends_all_the_same(start, mail_server, owe):
    owe(3)
    mail_server.mode = Mode.HANG
    worker = start()
    wait_until_claimed()

    worker.send_signal(signal.SIGTERM)

    assert worker.wait(10) == 0
    assert not OutboxLetter.select().where(OutboxLetter.lease_until.is_null(False)).exists()


def wait_until_claimed() -> None:
    deadline = time.monotonic() + 30
    while not OutboxLetter.select().where(OutboxLetter.lease_until.is_null(False)).exists():
        assert time.monotonic() < deadline, "nothing was claimed"
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("count", "kills"), [(30, 2), pytest.param(900, 40, marks=pytest.mark.proof)], ids=["twice", "forty times"]
)
def test_workers_that_are_killed_lose_nothing_and_send_nothing_under_a_new_name(
    start, mail_server, owe, clock, settings, count, kills
):
    owe(count)
    mail_server.delay_seconds = 0.02
    for _ in range(kills):
        worker = start()
        mail_server.wait_for(len(mail_server.letters) + 5, 30)
        worker.kill()
        worker.wait()
        clock.forward(seconds=settings.defaults.lease_seconds + 1)

    mail_server.delay_seconds = 0
    assert start("--once").wait(60) == 0

    assert len(set(names(mail_server))) == count
    assert not OutboxLetter.select().where(OutboxLetter.sent_at.is_null()).exists()


def test_a_database_that_is_not_made_ready_stops_the_start(tmp_path, settings):
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    found = subprocess.run(
        [*FLASK, "worker"], cwd=ROOT, capture_output=True, text=True, timeout=30,
        env=environment(settings, "smtp://127.0.0.1:9") | {"SKB_DATABASE_URL": empty},
    )  # fmt: skip

    assert found.returncode == 1
    assert "flask init" in found.stderr


def test_a_tick_that_fails_is_logged_without_values_and_ends_only_itself(house, caplog):
    def fails() -> int:
        raise ValueError("Mette Madeup, Vejen 4")

    assert ticks.run(fails) is None
    assert re.search(r"ValueError at .*test_worker\.py:\d+", caplog.text)
    assert "Madeup" not in caplog.text


def test_the_heartbeat_of_the_page_follows_the_tick(house, clock):
    ticks.owe()
    clock.forward(minutes=1)
    ticks.owe()

    assert Tick.get(Tick.name == "worker").at == clock.now


def test_the_web_process_carries_none_of_the_workers_libraries():
    theirs = {"icalendar", "apscheduler", "smtplib", "aiosmtpd"}
    asked = f"import sys, skanderborg; print(sorted({theirs} & set(sys.modules)))"

    found = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_one_round_in_which_a_tick_failed_ends_with_an_error_after_the_others(app, settings, monkeypatch):
    swept = []
    monkeypatch.setattr(ticks, "owe", lambda: 1 / 0)
    monkeypatch.setattr(ticks, "sweep", lambda: swept.append(True) or 0)

    with pytest.raises(SystemExit) as ended:
        worker.run_once(settings)

    assert (ended.value.code, swept) == (1, [True])


@pytest.mark.parametrize(("set_back_seconds", "ticks_again"), [(3_600, True), (0.01, False)])
def test_a_clock_that_is_set_back_does_not_stop_the_ticks(monkeypatch, set_back_seconds, ticks_again):
    ticked, told_to_stop, scheduler = threading.Event(), threading.Event(), BackgroundScheduler(timezone="UTC")
    ahead = iter([0.0])
    monkeypatch.setattr(the_clock, "wall_ahead_seconds", lambda: next(ahead, -set_back_seconds))
    scheduler.start()
    in_an_hour = datetime.now(UTC) + timedelta(hours=1)  # as the wall now reads, the next tick comes then
    scheduler.add_job(ticked.set, "interval", seconds=0.1, next_run_time=in_an_hour)
    waiting = threading.Thread(target=worker._wait, args=(told_to_stop, scheduler, 0.1))

    waiting.start()
    found = ticked.wait(2)
    told_to_stop.set()
    waiting.join()
    scheduler.shutdown()

    assert found == ticks_again
