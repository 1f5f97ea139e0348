"""Backup and restore are killed at any moment, and the house is whole each time: the old one, or the new. Drills are
made while people write. For `make proof`."""

import hashlib
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pyrage
import pytest

from skanderborg.settings import ROOT
from tests.servers import Served, create_database
from tests.test_soak import Tab

pytestmark = pytest.mark.proof
KILLS, DRILLS = 20, 20
WHOLE = "Alle kæder er hele."


class House(Served):
    """A house on either database, and what its tables say without the program."""

    def sql(self, statement: str) -> list[Any]:
        url = self.environment()["SKB_DATABASE_URL"]
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
                return connection.execute(statement).fetchall()
        with psycopg.connect(url, autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    def has_tables(self) -> bool:
        url = self.environment()["SKB_DATABASE_URL"]
        if url.startswith("sqlite"):
            return Path(url.removeprefix("sqlite:///")).exists()
        return bool(self.sql("SELECT 1 FROM pg_tables WHERE schemaname = 'public'"))

    def is_whole(self) -> bool:
        return WHOLE in self.run("audit", "verify")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def a_house(request, tmp_path, worker_id) -> Callable[[str], House]:
    """`a_house("one")`: a place for a house, with a database in which there is nothing."""
    identity = pyrage.x25519.Identity.generate()
    (tmp_path / "identity").write_text(str(identity))
    (tmp_path / "own.toml").write_text(f'backup_recipients = ["{identity.to_public()}"]\n')
    (tmp_path / "backups").mkdir()

    def make(name: str) -> House:
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        (tmp_path / name).mkdir(mode=0o700)
        more = {"SKB_CONFIG_FILE": str(tmp_path / "own.toml")}
        if request.param == "postgres":
            url = request.getfixturevalue("postgres_url")
            more["SKB_DATABASE_URL"] = create_database(url, f"{worker_id}_killed_{name}")
        return House(tmp_path / name, **more)

    return make


@pytest.fixture
def house(a_house) -> House:
    """A house full of people and cases."""
    made = a_house("house")
    made.run("init")
    (made.folder / "seed.json").write_text(made.run("seed-test"))
    return made


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "backups"


def killed_at_any_moment(house: House, *words: str) -> Iterator[bool]:
    """Run a command whole, then KILLS times more, each killed at another moment of the time that it took; whether it
    was killed in time. What is looked at in between is looked at after each."""
    began = time.monotonic()
    house.run(*words)
    took = time.monotonic() - began
    yield False
    moments = random.Random(1)
    for _ in range(KILLS):
        began = time.monotonic()
        running = subprocess.Popen(
            [sys.executable, "-m", "flask", *words], cwd=ROOT, env=house.environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        with suppress(subprocess.TimeoutExpired):
            running.wait(took * moments.uniform(0.3, 1))
        was_killed = running.poll() is None
        running.kill()
        running.wait()
        took = took if was_killed else min(took, time.monotonic() - began)  # a machine that others use is slow by turns
        yield was_killed


def is_kept(manifest: Path) -> bool:
    """Whether each part of a backup is there as its manifest says."""
    said = json.loads(manifest.read_text())
    parts = [(said[name], manifest.parent / said[name]["name"]) for name in ("database", "keys")]
    return all(hashlib.sha256(path.read_bytes()).hexdigest() == part["sha256"] for part, path in parts)


def newest(folder: Path) -> Path:
    return max(folder.glob("*.json"))


def restoring(folder: Path, *words: str) -> list[str]:
    return ["restore", str(newest(folder)), "--identity", str(folder.parent / "identity"), *words]


def test_a_backup_that_is_killed_leaves_whole_ones_alone(house, folder):
    killed = 0
    for was_killed in killed_at_any_moment(house, "backup", str(folder)):
        killed += was_killed
        kept = list(folder.glob("*.json"))
        assert kept
        assert [one.name for one in kept if not is_kept(one)] == []

    house.run("backup", str(folder))

    assert killed >= KILLS / 2
    parts = {f"{one.stem}.{part}.age" for one in folder.glob("*.json") for part in ("database", "keys")}
    assert {path.name for path in folder.iterdir()} == parts | {one.name for one in folder.glob("*.json")}
    assert not (house.folder / "backup-scratch").exists()
    assert "Prøven lykkedes" in house.run(*restoring(folder, "--drill"))
    assert WHOLE in house.run("audit", "verify", "--rows")


def test_a_restore_into_nothing_that_is_killed_leaves_nothing_or_a_whole_house(house, folder, a_house):
    house.run("backup", str(folder))
    elsewhere, killed, there = a_house("elsewhere"), 0, 0
    for was_killed in killed_at_any_moment(elsewhere, *restoring(folder)):
        killed += was_killed
        if elsewhere.has_tables():
            there += 1
            assert elsewhere.is_whole()
            a_house("elsewhere")  # as it was before, with nothing in it

    elsewhere.run(*restoring(folder))

    print(f"{killed} killed, whole after {there} of {KILLS + 1}")  # noqa: T201 a figure for who runs it
    assert killed >= KILLS / 2
    assert WHOLE in elsewhere.run("audit", "verify", "--rows")
    assert elsewhere.sql('SELECT count(*) FROM "case"') == house.sql('SELECT count(*) FROM "case"')


def test_a_restore_that_replaces_and_is_killed_leaves_the_old_house_or_the_new_one(house, folder):
    house.run("backup", str(folder))
    killed, old = 0, 0
    for was_killed in killed_at_any_moment(house, *restoring(folder, "--replace")):
        killed += was_killed
        old += bool(house.sql("SELECT 1 FROM tick WHERE name = 'old'"))
        assert house.is_whole()
        house.sql("DELETE FROM tick WHERE name = 'old'")
        house.sql("INSERT INTO tick (name, at, counted) VALUES ('old', '2026-12-01T03:00:00.000000Z', 0)")

    house.run(*restoring(folder, "--replace"))

    print(f"{killed} killed, the old one after {old} of {KILLS + 1}")  # noqa: T201 a figure for who runs it
    assert killed >= KILLS / 2
    assert WHOLE in house.run("audit", "verify", "--rows")
    assert house.sql("SELECT 1 FROM tick WHERE name = 'old'") == []


def test_drills_succeed_while_people_write_and_nothing_of_theirs_is_lost(house, folder):
    case = next(iter(json.loads((house.folder / "seed.json").read_text())["refs"]["cases"].values()))["ref"]
    before, written, over = notes_in(house), [], threading.Event()

    def write(who: str) -> None:
        tab = Tab(house.base, who)
        while not over.is_set():
            tab.write_note(case, "Skrevet under prøven")
            written.append(who)

    with house:
        writers = [threading.Thread(target=write, args=(who,)) for who in ("solveig", "rikke")]
        for writer in writers:
            writer.start()
        try:
            drills = []
            for _ in range(DRILLS):
                house.run("backup", str(folder))
                drills.append(house.run(*restoring(folder, "--drill")))
        finally:
            over.set()
            for writer in writers:
                writer.join()

    assert [said for said in drills if not said.startswith("Prøven lykkedes")] == []
    assert len(written) > DRILLS
    assert notes_in(house) - before == len(written)
    assert WHOLE in house.run("audit", "verify", "--rows")


def notes_in(house: House) -> int:
    [(count,)] = house.sql("SELECT count(*) FROM note")
    return count
