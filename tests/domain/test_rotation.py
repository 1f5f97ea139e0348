"""Keys are changed in epochs, while the program runs (decision 32)."""

import secrets
import shutil
import subprocess
from contextlib import suppress
from datetime import timedelta

import pytest
from msgspec.structs import replace

from skanderborg import clock as time
from skanderborg.domain import anchoring, audit, health, notes, ticks
from skanderborg.domain import rotation as epochs
from skanderborg.errors import Conflict
from skanderborg.settings import ROOT
from skanderborg.store import erasures, keys, rotation
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.keys import DataKey
from skanderborg.store.record import Note
from tests.jobs.test_worker import FLASK, environment
from tests.made import a_case, opened


@pytest.fixture
def settings(settings, tmp_path):
    """Settings with a key file of this test's own: of the keys of all tests."""
    file = tmp_path / "ring" / "keys.json"
    file.parent.mkdir(mode=0o700)
    shutil.copy(settings.keys_file, file)
    return replace(settings, keys_file=file)


@pytest.fixture(autouse=True)
def _ring_of_all(keys_file):
    yield
    keys.open_ring(keys_file)


@pytest.fixture
def rotate(cast, settings, clock):
    """`rotate()` runs the command and returns the lines it says; `rotate(days=36)` so much later."""

    def run(only_if_due=False, ahead=timedelta(0), **later):
        clock.forward(**later)
        return list(epochs.rotate(settings, time.now(), ahead=ahead, only_if_due=only_if_due))

    return run


@pytest.fixture
def note(cast):
    """A note on a case, as Solveig reads it."""
    case = a_case(cast)
    notes.write(cast["solveig"], opened(cast["solveig"], case), "Emne", "Den første.", key="x")

    def read():
        keys.forget()
        return Note.get().text

    return read


def masters():
    return {master for (master,) in DataKey.select(DataKey.master_id).distinct().tuples()}


def test_every_data_key_is_under_the_new_master_and_opens_what_it_sealed(rotate, note, settings, tmp_path):
    old = shutil.copy(settings.keys_file, tmp_path / "old.json")
    before = DataKey.select().count()

    said = rotate()

    assert said == [f"m2 gælder fra nu, og {before} datanøgler er pakket om. Gem en kopi af nøglefilen."]
    assert (masters(), note(), keys.fit()) == ({"m2"}, "Den første.", True)
    assert [event.action for event in Event.select().where(Event.object_kind == "keys").order_by(Event.id)] == [
        "keys:begun",
        "keys:rewrapped",
    ]
    keys.open_ring(old)
    assert (keys.fit(), note()) == (False, "(kan ikke læses)")


def test_a_process_that_runs_reads_the_new_keys_by_itself(rotate, note, settings):
    ring, file = keys._ring, keys._file
    rotate()
    keys._ring, keys._file = ring, file  # as another process remembers them

    assert note() == "Den første."
    with begin():
        keys.make("case:another")
    assert masters() == {"m2"}


def test_the_keys_of_another_house_are_not_taken_up_while_the_program_runs(note, settings, faults):
    settings.keys_file.unlink()
    keys.create_ring(settings.keys_file)

    with begin():
        keys.make("case:another")
    assert note() == "Den første."
    assert faults() == []


def test_a_key_file_that_is_away_for_a_moment_stops_nobody(rotate, note, settings):
    settings.keys_file.rename(settings.keys_file.with_suffix(".away"))

    assert note() == "Den første."


class Killed(BaseException):
    """As by a signal that nobody can catch."""


@pytest.mark.parametrize("at", ["the file is written", "the file is in place", "some keys are wrapped"])
def test_who_is_killed_leaves_all_readable_and_the_next_one_finishes(rotate, note, settings, monkeypatch, at):
    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(rotation, "AT_ONCE", 1)
        if at == "the file is written":
            patched.setattr(rotation.Path, "replace", die)
        elif at == "the file is in place":
            patched.setattr(epochs, "finish", die)
        else:
            first = rotation.rewrap
            patched.setattr(rotation, "rewrap", lambda after: first(after) if after == "" else die())
        with pytest.raises(Killed):
            rotate()
    readable = note()
    rotate()

    assert (readable, note()) == ("Den første.", "Den første.")
    assert (masters(), keys.ring().masters.keys()) == ({"m2"}, {"m1", "m2"})


def test_the_workers_hour_finishes_what_was_left(rotate, note, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(epochs, "finish", lambda: 0)
        rotate()
    assert masters() == {"m1"}

    ticks.sweep()

    assert (masters(), note()) == ({"m2"}, "Den første.")


def test_a_key_that_does_not_open_keeps_no_other_from_the_new_master(rotate, note):
    with begin():
        DataKey.update(wrapped=b"no key").where(DataKey.scope == "system").execute()

    rotate()

    assert masters() == {"m1", "m2"}
    assert DataKey.get(DataKey.master_id == "m1").scope == "system"
    assert "m3" in rotate()[0]


def test_the_old_master_leaves_after_five_weeks_and_no_sooner(rotate, note, settings):
    rotate()
    rotate(only_if_due=True, days=34)
    before = keys.ring().masters.keys()

    said = rotate(only_if_due=True, days=1)

    assert (before, keys.ring().masters.keys()) == ({"m1", "m2", "m3"}, {"m2", "m3"})
    assert said == ["Hovednøglen fra m1 er slettet: ingen kopi, der er ældre, kan åbnes."]
    assert note() == "Den første."
    assert Event.select().where(Event.action == "keys:retired").count() == 1


def test_a_master_that_still_wraps_a_key_stays_and_is_told_of(rotate, note, settings, clock):
    rotate()
    with begin():
        DataKey.update(wrapped=b"no key", master_id="m1").where(DataKey.scope == "system").execute()

    rotate(days=36)
    clock.forward(days=10)

    assert "m1" in keys.ring().masters
    assert health.checks(settings)["epochs"] == {"ok": False, "days": 10, "overdue": 1}


def test_from_a_timer_an_epoch_begins_once_a_month(rotate):
    begun = [bool(rotate(only_if_due=True, days=days)) for days in (0, 0, 29, 1, 1)]

    assert begun == [True, False, False, True, False]


def test_with_several_hosts_the_new_keys_are_there_before_they_count(rotate, note, clock):
    said = rotate(ahead=timedelta(hours=24))
    again, meanwhile = rotate(), keys.ring().current
    clock.forward(hours=25)
    with begin():
        keys.make("case:another")
    ticks.sweep()

    assert "Læg nøglefilen på alle maskiner" in said[0]
    assert "Læg nøglefilen på alle maskiner" in again[0]
    assert (meanwhile, masters(), note()) == ("m1", {"m2"}, "Den første.")


def test_two_do_not_change_keys_at_once(rotate, settings):
    with rotation.alone(settings.keys_file), pytest.raises(Conflict):
        rotate()


def test_the_key_file_keeps_its_rights(rotate, settings):
    rotate()

    assert settings.keys_file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in settings.keys_file.parent.iterdir()] == ["keys.json"]


# ── the log's keys ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def faults(settings):
    return lambda: [fault.what for fault in anchoring.verify(settings, time.now()).faults]


def test_the_log_is_verified_over_all_epochs(rotate, cast, settings, faults, clock):
    """Events, heads, counts and anchors of each, and rows that were written long ago."""
    for code, days in (("AAAAA", 0), ("BBBBB", 40), ("CCCCC", 40)):
        erased = a_case(cast, code=code)
        with begin():
            line = {"case_ref": erased.ref, "code": code, "rule": "x", "archive_reference": "x"}
            erasures.put(time.now(), 1, 1, **line)
        anchoring.watch(settings, time.now())
        rotate(days=days)

    assert len(keys.ring().audits) == 3
    assert faults() == []
    assert audit.altered_rows() == []
    assert all(erasures.is_genuine(erasure) for erasure in erasures.Erasure.select())


def test_who_has_an_old_key_of_the_log_signs_nothing_new_with_it(rotate, cast, faults, clock, monkeypatch):
    case = a_case(cast)
    rotate()
    clock.forward(days=3)
    monkeypatch.setattr(keys, "audit_key", keys.first_audit_key)

    notes.write(cast["solveig"], opened(cast["solveig"], case), "Emne", "Forfalsket.", key="x")

    [what, *_] = faults()
    assert "nøgle fra en anden tid" in what


# ── before a version ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.proof
def test_killed_twenty_times_while_others_write_it_loses_no_key(rotate, note, settings, clock):
    with begin():
        plain = {f"case:{number:026}": secrets.token_bytes(32) for number in range(4_000)}
        DataKey.insert_many([keys.wrapped(*one) for one in plain.items()]).execute()
    killed = 0
    for turn in range(20):
        running = subprocess.Popen(
            [*FLASK, "keys", "rotate"], cwd=ROOT, env=environment(settings, "smtp://127.0.0.1:9"),
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        for number in range(20 + 4 * turn):
            with begin():
                keys.make(scope := f"case:turn{turn}-{number}")
            plain[scope] = keys.unwrap(DataKey.get_by_id(scope))
            with suppress(subprocess.TimeoutExpired):
                running.wait(0.03)
        killed += running.poll() is None
        running.kill()
        running.wait()
        clock.forward(days=3)

    rotate()
    rotate()

    assert killed >= 5
    assert {row.scope: keys.unwrap(row) for row in DataKey.select() if row.scope in plain} == plain
    assert masters() == {keys.ring().current}
    assert note() == "Den første."
    assert anchoring.verify(settings, time.now()).faults == []
