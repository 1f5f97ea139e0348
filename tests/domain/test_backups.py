"""Backups (REL-31) and what is restored from them (REL-32)."""

import errno
import json
import os
import shutil
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage
import pytest
from msgspec import structs

from skanderborg import clock as time
from skanderborg.domain import anchoring, backups, erasing, health, letters, ticks
from skanderborg.domain.backups import manifests, restoring, rotation
from skanderborg.domain.letters import uncertain
from skanderborg.domain.letters.delivery import Postman
from skanderborg.errors import Invalid, NotAllowed, Unavailable
from skanderborg.kinds import EventKind, LetterKind
from skanderborg.mail import outbox
from skanderborg.settings import SettingError
from skanderborg.store import anchors, chains, connection, keys, schema
from skanderborg.store import db as database
from skanderborg.store.cases import Case
from skanderborg.store.events import Event
from skanderborg.store.keys import DataKey
from skanderborg.store.outbox import OutboxLetter, Restoration
from skanderborg.store.people import Session
from skanderborg.store.work import Deadline
from tests.domain.test_erasing import SAID, found_in_files
from tests.domain.test_erasing import sealed as sealed
from tests.made import a_case, a_task, by_hand

IDENTITY = pyrage.x25519.Identity.generate()
SECRET = f"# created: today\n{IDENTITY}\n"
on_sqlite = pytest.mark.parametrize("kind", ["sqlite"])
on_both = pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])


@pytest.fixture
def database_url(request, kind) -> str:
    return request.getfixturevalue(f"{kind}_database")


@pytest.fixture
def place(settings, cast, tmp_path):
    """Settings of a house that can be backed up, with a case in it."""
    settings.data_dir.mkdir(exist_ok=True)
    (tmp_path / "backups").mkdir()
    defaults = structs.replace(settings.defaults, backup_recipients=(str(IDENTITY.to_public()),))
    return structs.replace(settings, defaults=defaults, anchor_file=tmp_path / "anchors")


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def elsewhere(place, tmp_path, request):
    """Settings of a machine that has nothing: neither database nor keys."""
    url = f"sqlite:///{tmp_path / 'elsewhere' / 'koordinering.db'}"
    if place.database_url.startswith("postgresql"):
        url = request.getfixturevalue("new_empty_postgres")
    keys_file = tmp_path / "keys-elsewhere" / "keys.json"
    return structs.replace(place, data_dir=tmp_path / "elsewhere", database_url=url, keys_file=keys_file)


def back_up(place, folder) -> Path:
    name = backups.make(place, folder).database.name.partition(".")[0]
    return folder / f"{name}.json"


@pytest.fixture
def restored(place):
    """`restored(settings, manifest)` restores it, and lets the handle point at it with its own keys."""
    with ExitStack() as stay:

        def do(settings, manifest: Path, **more) -> restoring.Restored:
            stay.close()
            stay.enter_context(connection.instead(settings.database_url))
            done = restoring.restore(settings, manifest, SECRET, **more)
            keys.open_ring(settings.keys_file)
            database.db.connect()
            return done

        yield do
    keys.open_ring(place.keys_file)


# ── a machine that has nothing ──────────────────────────────────────────────────────────────────────


@on_both
def test_an_empty_house_is_as_it_was_with_keys_of_its_own(place, folder, elsewhere, cast, case, keys_file, restored):
    a_task(case, title="Ring til hende")

    done = restored(elsewhere, back_up(place, folder))

    schema.refuse_other()
    assert keys.fit()
    assert chains.walk(chains.cut()).faults == []
    assert Case.get(Case.ref == case.ref).what_happened == case.what_happened
    assert done.data_keys == DataKey.select().count() == 2
    assert keys.ring().masters != keys_of(keys_file).masters
    assert Event.select().order_by(Event.id.desc()).first().action == EventKind.LOG_RESTORED


def keys_of(path: Path) -> keys.Ring:
    keys.open_ring(path)
    return keys.ring()


@pytest.mark.proof_on_postgres
@on_both
def test_nobody_is_signed_in_afterwards(place, folder, elsewhere, visit, restored):
    visit("rikke")
    assert Session.select().where(Session.ended_at.is_null()).exists()

    restored(elsewhere, back_up(place, folder))

    assert not Session.select().where(Session.ended_at.is_null()).exists()


@pytest.mark.proof_on_postgres
@on_both
def test_a_drill_leaves_nothing_and_touches_nothing(place, folder, case):
    manifest = back_up(place, folder)
    before = sorted(path.name for path in place.data_dir.rglob("*")), Event.select().count()

    done = restoring.drill(place, manifest, SECRET)

    assert done.rows > 30
    assert (sorted(path.name for path in place.data_dir.rglob("*")), Event.select().count()) == before
    assert keys_of(place.keys_file)


@pytest.mark.proof_on_postgres
@on_both
def test_the_database_part_holds_no_data_key(place, folder, case):
    wrapped = [bytes(row.wrapped) for row in DataKey.select()]
    manifest = back_up(place, folder)

    part = manifest.with_suffix(".database.age").read_bytes()
    plain = pyrage.decrypt(part, [IDENTITY])

    assert part.startswith(b"age-encryption.org/v1\n")
    assert plain.startswith((b"SQLite format 3", b"PGDMP"))
    assert not [one for one in wrapped if one in plain]


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────


def flip(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[len(whole) // 2] ^= 1
    path.write_bytes(whole)


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 100)


def other(path: Path) -> None:
    path.write_bytes(pyrage.encrypt(b"something else", [IDENTITY.to_public()]))


WRONG = {
    "database changed": (".database.age", flip, "noget i den er ændret"),
    "database cut": (".database.age", cut, "er afkortet"),
    "database of another": (".database.age", other, "hører til en anden sikkerhedskopi"),
    "database gone": (".database.age", Path.unlink, "mangler i mappen"),
    "keys changed": (".keys.age", flip, "noget i den er ændret"),
    "keys cut": (".keys.age", cut, "er afkortet"),
    "keys of another": (".keys.age", other, "hører til en anden sikkerhedskopi"),
    "keys gone": (".keys.age", Path.unlink, "mangler"),
    "manifest changed": (
        ".json", lambda path: path.write_text(path.read_text().replace('"case": 0', '"case": 1')), "er ændret",
    ),
    "manifest of a newer format": (
        ".json", lambda path: path.write_text(path.read_text().replace('"format": 1', '"format": 2')), "nyere udgave",
    ),
    "manifest of newer migrations": (
        ".json", lambda path: path.write_text(path.read_text().replace("0001_start", "9001_start")), "nyere udgave",
    ),
    "manifest unreadable": (".json", lambda path: path.write_text("{"), "ikke et manifest"),
}  # fmt: skip


@on_sqlite
def test_what_is_wrong_with_a_backup_is_named_and_nothing_is_written(place, folder, elsewhere, tmp_path):
    manifest = back_up(place, folder)

    for end, spoil, said in WRONG.values():
        spoilt = shutil.copytree(folder, tmp_path / "spoilt") / manifest.name
        spoil(spoilt.with_suffix(end))
        with connection.instead(elsewhere.database_url), pytest.raises(Invalid) as refused:
            restoring.restore(elsewhere, spoilt, SECRET)
        assert said in refused.value.message
        assert not elsewhere.keys_file.exists()
        assert [path.name for path in elsewhere.data_dir.iterdir()] == ["backup.lock"]
        shutil.rmtree(tmp_path / "spoilt")


@on_sqlite
def test_another_identity_is_refused(place, folder):
    manifest = back_up(place, folder)

    with pytest.raises(Invalid, match="gendannelsesnøglen åbner den ikke"):
        restoring.drill(place, manifest, str(pyrage.x25519.Identity.generate()))
    with pytest.raises(SettingError, match="ingen gendannelsesnøgle"):
        restoring.drill(place, manifest, "")


@pytest.mark.proof_on_postgres
@on_both
def test_a_filled_database_is_replaced_only_when_one_says_so(place, folder, elsewhere, cast, restored):
    first = back_up(place, folder)
    restored(elsewhere, first)

    with pytest.raises(Invalid, match="--replace"):
        restored(elsewhere, first)
    restored(elsewhere, first, replace=True)

    assert Restoration.select().count() == 1


@pytest.mark.proof_on_postgres
@on_both
def test_rows_that_are_not_what_the_manifest_says_leave_the_old_database(place, folder, elsewhere, case, restored):
    manifest = back_up(place, folder)
    restored(elsewhere, manifest)
    said = manifests.read(manifest)
    manifests.write(structs.replace(said, rows=said.rows | {"case": 7}), manifest)

    with pytest.raises(Invalid, match="case har et andet antal"):
        restored(elsewhere, manifest, replace=True)

    with connection.instead(elsewhere.database_url), database.db.connection_context():
        schema.refuse_other()
        assert [one.ref for one in Case.select()] == [case.ref]


@pytest.mark.proof_on_postgres
@on_both
def test_nothing_is_replaced_under_a_program_that_runs(place, folder, elsewhere, cast, restored):
    manifest = back_up(place, folder)
    restored(elsewhere, manifest)
    assert Case.select().count() == 0  # somebody is connected

    with connection.instead(elsewhere.database_url), pytest.raises(Invalid, match="Stop web og worker"):
        restoring.restore(elsewhere, manifest, SECRET, replace=True)


@on_sqlite
def test_a_ring_of_another_database_is_left_alone(place, folder, elsewhere):
    manifest = back_up(place, folder)
    keys.create_ring(elsewhere.keys_file)
    before = elsewhere.keys_file.read_bytes()

    with connection.instead(elsewhere.database_url), pytest.raises(SettingError, match="hører til en anden database"):
        restoring.restore(elsewhere, manifest, SECRET)

    assert elsewhere.keys_file.read_bytes() == before


@on_sqlite
def test_nothing_starts_on_a_restore_that_was_broken_off(house):
    with database.begin():
        database.insert(Restoration, backup="x" * 26, made_at=time.now(), at=time.now())

    with pytest.raises(SettingError, match="en gendannelse blev afbrudt"):
        schema.refuse_other()


# ── making ──────────────────────────────────────────────────────────────────────────────────────────


@on_sqlite
def test_without_a_recipient_or_a_folder_there_is_none(settings, place, folder):
    with pytest.raises(SettingError, match="backup_recipients"):
        backups.make(settings, folder)
    with pytest.raises(Invalid, match="Er drevet tilsluttet"):
        backups.make(place, folder / "away")


@on_sqlite
def test_a_full_disk_leaves_the_last_one_and_nothing_else(place, folder, monkeypatch):
    back_up(place, folder)
    before = sorted(folder.iterdir())

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="der er ikke plads"):
        backups.make(place, folder)

    assert sorted(folder.iterdir()) == before


@on_sqlite
def test_what_a_killed_one_left_is_swept_by_the_next(place, folder):
    first = back_up(place, folder)
    half = first.with_name(first.name.replace(".json", "x.database.age"))
    half.write_bytes(b"half")
    (place.data_dir.parent / "backup-scratch").mkdir()
    (place.data_dir.parent / "backup-scratch" / "database").write_bytes(b"half")

    back_up(place, folder)

    assert not half.exists()
    assert not (place.data_dir.parent / "backup-scratch").exists()


@on_sqlite
def test_a_log_that_does_not_hold_is_kept_only_when_one_says_so(place, folder, case):
    with by_hand() as change:
        change("DELETE FROM event WHERE id = (SELECT MAX(id) FROM event)")

    with pytest.raises(Invalid, match="Hændelsesloggen er ikke hel"):
        backups.make(place, folder)

    assert backups.make(place, folder, whatever_the_log=True).log_faults


@on_sqlite
def test_an_unreadable_text_is_never_kept(place, folder, case):
    with by_hand() as change:
        change('UPDATE "case" SET what_happened = ?', b"\x01" + b"x" * 40)

    with pytest.raises(Invalid, match="ikke helt"):
        backups.make(place, folder)

    assert list(folder.iterdir()) == []


@on_sqlite
def test_what_a_migration_has_yet_to_seal_is_backed_up_as_it_is(place, folder, case):
    with by_hand() as change:
        change('UPDATE "case" SET danger_now = ?', "no")
    with pytest.raises(Invalid, match="ikke helt"):
        backups.keep(place, folder)

    with by_hand() as change:
        change("DELETE FROM schema_migration WHERE name LIKE '0062%'")

    assert backups.keep(place, folder).rows["case"] == 1


def test_the_newest_of_each_day_and_week_are_kept():
    sunday = datetime(2026, 11, 29, 12, tzinfo=UTC)
    days = [sunday - timedelta(days=age, hours=hour) for age in range(60) for hour in (0, 1)]

    kept = rotation.to_keep(days, daily=14, weekly=4)

    assert sorted((sunday - day).days for day in kept) == [*range(14), 14, 21]
    assert rotation.to_keep(days[-1:], daily=1, weekly=0) == {days[-1]}


@on_sqlite
def test_an_old_database_opens_with_the_newest_keys_when_its_own_are_gone(
    place, folder, elsewhere, cast, clock, restored
):
    old = back_up(place, folder)
    clock.forward(hours=24 * 36)
    a_case(cast)
    back_up(place, folder)

    assert not old.with_suffix(".keys.age").exists()
    done = restored(elsewhere, old)

    assert done.data_keys == 1  # the system's: the case came later
    assert chains.walk(chains.cut()).faults == []


@on_sqlite
def test_keys_older_than_the_database_open_nothing(place, folder, elsewhere, clock):
    back_up(place, folder)
    clock.forward(hours=24)
    newest = back_up(place, folder)
    newest.with_suffix(".keys.age").unlink()

    with connection.instead(elsewhere.database_url), pytest.raises(Invalid, match="ældre end databasen"):
        restoring.restore(elsewhere, newest, SECRET)


@pytest.mark.proof_on_postgres
@on_both
def test_what_was_erased_since_is_erased_again(place, folder, elsewhere, cast, case, clock, restored):
    old = back_up(place, folder)
    clock.forward(hours=24)
    with database.begin():
        erasing.hold(case.ref)
        erasing.begin(case.ref, time.now(), **SAID)
    erasing.go_on(time.now())
    back_up(place, folder)

    done = restored(elsewhere, old)

    assert done.erased == 1
    assert not Case.select().where(Case.ref == case.ref).exists()
    assert chains.walk(chains.cut()).faults == []


@on_sqlite
@pytest.mark.parametrize("count", [5, pytest.param(200, marks=pytest.mark.proof)])
def test_no_canary_of_an_erased_case_is_in_an_older_backup_that_is_put_back(
    count, sealed, place, folder, elsewhere, case, clock, restored
):
    sought = sealed(count)
    old = back_up(place, folder)
    clock.forward(hours=24 * 36)
    with database.begin():
        erasing.hold(case.ref)
        erasing.begin(case.ref, time.now(), **SAID)
    erasing.go_on(time.now())
    newest = back_up(place, folder)

    restored(elsewhere, old)

    assert found_in_files(place, sought) == []  # the house, the one that was put back, and the folder of backups
    key_part = pyrage.decrypt(newest.with_suffix(".keys.age").read_bytes(), [IDENTITY])
    assert f"case:{case.ref}" not in json.loads(key_part)["data_keys"]
    assert not old.with_suffix(".keys.age").exists()


# ── letters ─────────────────────────────────────────────────────────────────────────────────────────


def owe_one(case: Case, person, key: str) -> OutboxLetter:
    with database.begin():
        outbox.put(LetterKind.TASK_REMINDER, person, key=key, about=case)
    return OutboxLetter.get(OutboxLetter.key == f"{key}:{person.ref}")


def deliver(settings, mail_server) -> int:
    return Postman(structs.replace(settings, smtp_url=mail_server.url)).deliver()


@pytest.fixture
def back(place, folder, elsewhere, cast, case, clock, restored):
    """A house that was backed up with a letter and a deadline, and put back a day later."""
    owe_one(case, cast["rikke"], "before")
    due_at = time.now() + timedelta(hours=2)
    with database.begin():
        kind = {"kind": "consent-expires", "case": case, "about": f"case:{case.ref}"}
        database.insert(Deadline, due_at=due_at, created_at=time.now(), **kind)
    manifest = back_up(place, folder)
    clock.forward(hours=24)
    restored(elsewhere, manifest)
    clock.forward(minutes=1)
    return elsewhere


@on_both
def test_what_was_due_before_it_was_put_back_goes_out_only_when_somebody_says_so(back, cast, mail_server):
    ticks.owe()
    assert deliver(back, mail_server) == 0
    assert health.checks(back)["outbox"]["uncertain"] == 2

    found = uncertain.index(cast["admin"], 1).rows
    assert uncertain.send(cast["admin"], found[0].ref) == 1
    assert uncertain.drop(cast["admin"]) == 1

    assert deliver(back, mail_server) == 1
    assert uncertain.count(cast["admin"]) == 0
    kinds = {event.action for event in Event.select().where(Event.object_kind == "outbox_letter")}
    assert {EventKind.LETTER_RELEASED, EventKind.LETTER_DROPPED} <= kinds


@pytest.mark.proof_on_postgres
@on_both
def test_what_falls_due_later_goes_out_as_always(back, cast, case, mail_server):
    owe_one(Case.get(Case.ref == case.ref), cast["jonas"], "after")

    assert deliver(back, mail_server) == 1


@pytest.mark.proof_on_postgres
@on_both
def test_a_letter_that_failed_and_is_sent_again_is_no_longer_uncertain(back, cast, mail_server):
    OutboxLetter.update(failed_at=time.now()).execute()

    assert letters.send_all_again(cast["admin"]) == 2

    assert deliver(back, mail_server) == 2


@on_sqlite
def test_nobody_but_an_administrator_decides(cast):
    for verb in (uncertain.send, uncertain.drop, uncertain.count):
        with pytest.raises(NotAllowed):
            verb(cast["rikke"])


# ── the log and the checks ──────────────────────────────────────────────────────────────────────────


@on_sqlite
def test_anchors_made_since_are_taken_over_and_told_of_as_lost(place, folder, elsewhere, case, clock, restored):
    anchoring.watch(place, time.now())
    manifest = back_up(place, folder)
    for _ in range(2):
        clock.forward(hours=24)
        anchoring.watch(place, time.now())

    done = restored(elsewhere, manifest)

    assert done.lost_anchors == "2-3"
    found = anchoring.verify(elsewhere, time.now())
    assert found.faults == []
    assert any("anker 2 til 3" in gap for gap in found.gaps)
    clock.forward(hours=24)
    assert anchoring.watch(elsewhere, time.now()) == 1
    assert anchoring.verify(elsewhere, time.now()).faults == []
    assert anchors.newest().number == 4


@on_sqlite
def test_the_checks_tell_how_old_backup_and_drill_are(place, settings, folder, clock):
    def told(name: str, where=place) -> tuple:
        check = health.checks(where)[name]
        return check["ok"], check["hours"]

    never = told("backup"), told("drill"), told("backup", settings)
    restoring.drill(place, back_up(place, folder), SECRET)
    restoring.note_drill(place, 1)
    now = told("backup"), told("drill")
    clock.forward(hours=27)

    assert never == ((False, None), (False, None), (True, None))
    assert now == ((True, 0), (True, 0))
    assert (told("backup"), told("drill")) == ((False, 27), (True, 27))


@on_sqlite
def test_a_refusal_of_the_command_is_one_line(app, place, folder):
    answer = app.test_cli_runner().invoke(args=["backup", str(folder)])

    assert (answer.exit_code, answer.output.strip().count("\n")) == (1, 0)
    assert "backup_recipients" in answer.output
