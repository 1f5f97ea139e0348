"""The mail catcher of development: it keeps mails as files, which a page shows."""

import signal
import smtplib
import socket
import subprocess
import sys
import time

from skanderborg import create_app
from skanderborg.settings import ROOT, load
from skanderborg.web import guard

RAW = b"Subject: =?utf-8?q?Bes=C3=B8g?=\r\nTo: rikke@example.invalid\r\n\r\nHej\r\n"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_caught_mail_is_a_file_and_the_catcher_stops_cleanly(tmp_path):
    port = free_port()
    catcher = subprocess.Popen(
        [sys.executable, "-m", "skanderborg.mail.catcher", str(tmp_path), f"smtp://127.0.0.1:{port}"], cwd=ROOT
    )
    try:
        with connected(port) as smtp:
            smtp.sendmail("koordinering@example.invalid", ["rikke@example.invalid"], RAW)
        assert [file.read_bytes() for file in tmp_path.glob("*.eml")] == [RAW]

        catcher.send_signal(signal.SIGTERM)
        assert catcher.wait(10) == 0
    finally:
        catcher.kill()


def connected(port: int) -> smtplib.SMTP:
    deadline = time.monotonic() + 30
    while True:
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=5)
        except OSError:
            assert time.monotonic() < deadline, "the catcher does not listen"
            time.sleep(0.1)


def test_the_catcher_listens_on_this_machine_only(tmp_path):
    found = subprocess.run(
        [sys.executable, "-m", "skanderborg.mail.catcher", str(tmp_path), "smtp://0.0.0.0:2525"],
        cwd=ROOT, capture_output=True, text=True, timeout=30,
    )  # fmt: skip

    assert found.returncode == 1


def test_the_page_of_caught_mails_exists_in_development_and_asks_who_is_there(tmp_path, sqlite_database):
    made = create_app(
        load({"SKB_ENV": "development", "SKB_DATA_DIR": str(tmp_path), "SKB_DATABASE_URL": sqlite_database})
    )

    assert "dev_mail.index" in made.view_functions
    assert "dev_mail.index" not in guard.OPEN
