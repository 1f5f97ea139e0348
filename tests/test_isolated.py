"""Strangers' files are worked on apart, and nothing of them stays behind (SEC-47)."""

import json
import subprocess
import sys
from io import BytesIO

import pytest
from granian.server import Server
from openpyxl import load_workbook

from skanderborg import isolated, setup

ROWS = [[f"ZQX {number} " + "ord " * 50] * 8 for number in range(20_000)]


def table(rows: list[list[str]]) -> bytes:
    return json.dumps({"title": "Log", "sheets": [
        {"title": "Log", "headings": ["Hvad"], "rows": rows, "widths": [], "lists": {}, "blank_rows": 0}
    ]}).encode()  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(isolated, "IN_MEMORY", tmp_path)
    return tmp_path


def test_a_child_that_is_ended_half_way_leaves_nothing_of_the_text_behind(folder):
    with pytest.raises(isolated.Refused):
        isolated.run("sheets", table(ROWS), seconds=1, megabytes=700)

    assert list(folder.iterdir()) == []


def test_an_answer_that_grows_beyond_all_bounds_is_refused(folder, monkeypatch):
    monkeypatch.setattr(isolated, "LARGEST_MEGABYTES", 1)

    with pytest.raises(isolated.Refused):
        isolated.run("sheets", table(ROWS[:6_000]), seconds=30, megabytes=700)
    assert list(folder.iterdir()) == []


def test_a_character_that_xml_cannot_hold_does_not_spoil_the_workbook():
    made = isolated.run("sheets", table([["før\uffff efter\x01"]]), seconds=30, megabytes=700)

    assert load_workbook(BytesIO(made)).active["A2"].value == "før\ufffd efter␁"


# ── killed ──────────────────────────────────────────────────────────────────────────────────────────

KILLED = """
import os, signal, sys
from pathlib import Path
from skanderborg import isolated
isolated.IN_MEMORY = Path(sys.argv[1])
with isolated._folder() as folder:
    (Path(folder) / "answer").write_text("ZQX")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_process_left_is_swept_and_what_another_works_on_is_not(folder):
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)
    assert [one.read_text() for one in folder.glob("*/answer")] == ["ZQX"]
    (folder / "skb-isolated-just-made").mkdir()

    with isolated._folder() as mine:
        assert isolated.sweep() == 1

        assert {one.name for one in folder.iterdir()} == {mine.rpartition("/")[2], "skb-isolated-just-made"}


def test_whoever_works_next_sweeps_too(folder):
    subprocess.run([sys.executable, "-c", KILLED, str(folder)], check=False)

    isolated.run("sheets", table([["a"] * 8]), seconds=30, megabytes=700)

    assert list(folder.iterdir()) == []


@pytest.fixture
def server(monkeypatch):
    """A web server of which nothing is started: its workers are said to have lived so long."""
    monkeypatch.setattr(setup.time, "sleep", lambda _: None)
    monkeypatch.setattr(Server, "_respawn_workers", lambda self, workers, *_: self.respawned_wrks.update(
        dict.fromkeys(workers, setup.time.monotonic())))  # fmt: skip
    made = setup._Lasting("app:app")

    def died(lived_seconds):
        made.wrks = [type("Worker", (), {"birth": setup.time.monotonic() - lived_seconds})()]
        made._respawn_workers([0], None, None)
        return made.respawned_wrks

    return died


def test_a_web_worker_that_dies_twice_within_seconds_does_not_end_the_server(server):
    assert [server(1), server(1), server(100)] == [{}, {}, {}]  # by which granian would take it for a loop


def test_one_that_cannot_start_at_all_ends_it_at_last(server):
    assert [bool(server(0)) for _ in range(setup.MOST_QUICK_DEATHS)] == [False] * (setup.MOST_QUICK_DEATHS - 1) + [True]
