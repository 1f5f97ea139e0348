"""A database that is not whole is noticed, written to no more, and told of (REL-06)."""

import os
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

import cysqlite
import peewee
import psycopg
import pytest
from msgspec import structs

from skanderborg import examples, setup
from skanderborg.domain import health, integrity, people, ticks
from skanderborg.domain.letters import alarm
from skanderborg.errors import Damaged
from skanderborg.jobs import worker
from skanderborg.store import damage, faults, schema
from skanderborg.store import db as database
from skanderborg.store.db import begin
from skanderborg.store.people import Person
from tests.conftest import Visitor
from tests.made import a_case

PAGE_BYTES = 4096
COMMANDS = [
    ["init"], ["serve"], ["worker", "--once"], ["doctor"], ["audit", "verify"], ["audit", "export"], ["seed-demo"],
    ["user", "disable", "rikke"], ["user", "reset", "rikke"],
    ["user", "add", "ny", "Ny Nielsen", "ny@example.invalid"],
]  # fmt: skip


def tear(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2 + 100)


def zero(file: Path) -> None:
    pages = file.stat().st_size // PAGE_BYTES
    with file.open("r+b") as opened:
        for page in range(10, pages, 7):
            opened.seek(page * PAGE_BYTES)
            opened.write(bytes(PAGE_BYTES))


def behead(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.write(b"nothing like a database" * 10)


def leave_a_wal(file: Path) -> None:
    """Put an old file beside the WAL of a newer one, as a copy that was made by hand does."""
    old = file.with_suffix(".old")
    shutil.copy(file, old)
    writer = cysqlite.connect(str(file))
    writer.execute("PRAGMA journal_mode = wal")
    writer.execute("PRAGMA wal_autocheckpoint = 0")
    writer.execute("CREATE TABLE filler (x)")
    for number in range(300):
        writer.execute("INSERT INTO filler VALUES (?)", (f"{number}" * 200,))
    wal = Path(f"{file}-wal").read_bytes()
    writer.close()
    shutil.move(old, file)
    with file.open("r+b") as opened:  # older than what the WAL goes on from: its last pages are not there yet
        opened.truncate(file.stat().st_size - 20 * PAGE_BYTES)
    Path(f"{file}-wal").write_bytes(wal)
    Path(f"{file}-shm").unlink(missing_ok=True)


WAYS = [tear, zero, behead, leave_a_wal]


@pytest.fixture
def database_url(sqlite_database):
    return sqlite_database


@pytest.fixture
def file(app, settings):
    """The SQLite file of the house with its people and a case, to which nobody is connected."""
    settings.data_dir.mkdir(exist_ok=True)
    with database.db.connection_context():
        a_case(examples.load_people(examples.CAST))
    database.dispose()
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    with_wal = cysqlite.connect(str(file))
    with_wal.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with_wal.close()
    yield file
    faults.forget_damage()


@pytest.mark.parametrize("way", WAYS)
def test_damage_of_a_file_is_found(file, way):
    before = damage.found(schema.ALL_TABLES)
    way(file)

    assert (before, bool(damage.found(schema.ALL_TABLES))) == (None, True)


@pytest.mark.postgres
def test_damage_of_a_table_is_found(app, postgres_url, new_postgres):
    url, name = new_postgres("whole"), "damaged"
    database.connect(url)
    with database.db.connection_context(), begin():
        people.sync_departments()
        whole = damage.found(schema.ALL_TABLES)
    database.dispose()
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        of = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {of} STRATEGY file_copy")  # its pages are in no memory yet
        [(folder,)] = admin.execute("SHOW data_directory").fetchall()
    damaged = postgres_url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(damaged) as connection:
        [(place,)] = connection.execute("SELECT pg_relation_filepath('department')").fetchall()
    with (Path(folder) / place).open("r+b") as opened:
        opened.write(b"nothing like a page" * 40)

    database.connect(damaged)
    found = damage.found(schema.ALL_TABLES)
    database.dispose()

    assert whole is None
    assert "invalid page" in found


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_written_after_damage_was_met(file, way, settings):
    way(file)
    with pytest.raises(Damaged):
        integrity.refuse_damaged()
    before = file.read_bytes()

    with pytest.raises((Damaged, peewee.DatabaseError)), database.db.connection_context(), begin():
        Person.update(name="x").execute()
    with pytest.raises(Damaged), begin():
        pass

    assert file.read_bytes() == before


def test_a_page_says_so_and_the_telephone_numbers_go_on(file, app):
    zero(file)
    client = app.test_client()
    faults.note_damage("x")

    pages = {path: client.get(path) for path in ("/", "/log-ind", "/sager")}
    ready, card, alive = client.get("/readyz"), client.get("/actioncard"), client.get("/healthz")

    assert {page.status_code for page in pages.values()} == {503}
    assert all("Databasen er beskadiget." in page.text for page in pages.values())
    assert (ready.status_code, ready.json["integrity"]["ok"]) == (503, False)
    assert (card.status_code, alive.status_code) == (200, 200)
    assert 'href="tel:112"' in card.text


def test_the_first_who_meets_damage_stops_everyone(file, app, visit_of):
    rikke = visit_of("rikke")
    database.dispose()
    zero(file)

    met = [rikke.get(path).status_code for path in ("/sager", "/tavle", "/profil", "/anmodninger")]

    assert 503 in met
    assert 500 not in met
    assert faults.damage()


@pytest.fixture
def visit_of(app):
    def make(username):
        with database.db.connection_context():
            return Visitor(app).arrive(username)

    return make


def test_the_doctor_looks_by_itself(file):
    whole = health.looked_over()["ok"]
    zero(file)

    assert (whole, health.looked_over()["ok"]) == (True, False)


def test_a_check_that_cannot_be_made_has_failed(app, monkeypatch):
    def fail(*_):
        raise RuntimeError("x")

    monkeypatch.setattr(damage, "found", fail)

    assert health.looked_over() == {"ok": False, "failure": "RuntimeError"}


def test_the_administrators_get_one_letter(file, settings, mail_server):
    settings = structs.replace(settings, smtp_url=mail_server.url)
    with file.open("r+b") as opened:  # the last page: people can still be read
        opened.seek(-PAGE_BYTES, os.SEEK_END)
        opened.write(bytes(PAGE_BYTES))

    for _ in range(3):
        with pytest.raises(Damaged):
            ticks.prepare(settings)
        alarm.tell(settings)

    [letter] = mail_server.letters
    assert letter.message["To"] == "admin@example.invalid"
    assert "Koordinering gemmer ikke lige nu" in letter.message["Subject"]


def test_who_drives_the_system_is_told_where_nobody_can_be_read(file, settings, mail_server):
    told = structs.replace(settings.defaults, alarm_addresses=("drift@example.invalid",))
    settings = structs.replace(settings, smtp_url=mail_server.url, defaults=told)
    tear(file)

    with pytest.raises(Damaged):
        ticks.prepare(settings)

    assert [letter.message["To"] for letter in mail_server.letters] == ["drift@example.invalid"]


def test_an_alarm_that_did_not_get_out_is_tried_again(file, settings, mail_server):
    told = structs.replace(settings.defaults, alarm_addresses=("drift@example.invalid",))
    settings = structs.replace(settings, defaults=told)
    tear(file)
    with pytest.raises(Damaged):
        ticks.prepare(settings)  # nothing listens at port 9

    ticks.tell_of_damage(structs.replace(settings, smtp_url=mail_server.url))

    assert len(mail_server.letters) == 1


def test_a_start_on_a_whole_database_forgets_what_was_mended(file, settings):
    faults.note_damage("x")

    integrity.refuse_damaged()

    assert faults.damage() is None


def test_the_hourly_look_finds_it_and_no_tick_runs_after(file, settings):
    counted = [ticks.run(ticks.look_over), ticks.run(ticks.owe)]
    database.dispose()
    tear(file)

    assert counted == [0, 0]
    ticks.run(ticks.look_over)
    assert faults.damage()
    assert ticks.run(ticks.owe) is None


def test_the_worker_does_not_start(file, settings):
    tear(file)

    with pytest.raises(SystemExit) as stopped:
        worker.run_once(settings)

    assert "beskadiget" in str(stopped.value)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_says_so_in_one_line(file, app, monkeypatch, command):
    tear(file)
    monkeypatch.setattr(setup, "Server", lambda *_, **__: SimpleNamespace(serve=lambda: sys.exit(1)))
    monkeypatch.setattr(setup, "_refuse_busy_port", lambda _: None)

    answer = app.test_cli_runner().invoke(args=command)

    lines = answer.output.strip().splitlines()
    assert answer.exit_code == 1
    assert len(lines) == 1 or command == ["doctor"]
    assert "Traceback" not in answer.output
    assert isinstance(answer.exception, SystemExit)
    assert any("beskadiget" in line or "FEJL integrity" in line for line in lines)
