"""A database that is not whole is noticed, written to no more, and told of (REL-06)."""

import os
import shutil
from pathlib import Path

import cysqlite
import peewee
import psycopg
import pytest
from msgspec import structs

from skanderborg import clock as time
from skanderborg import examples
from skanderborg.domain import health, integrity, people, ticks
from skanderborg.domain.letters import alarm
from skanderborg.errors import Damaged
from skanderborg.jobs import worker
from skanderborg.kinds import LetterKind
from skanderborg.store import damage, faults, keys, rows, schema
from skanderborg.store import db as database
from skanderborg.store.cases import Case
from skanderborg.store.db import begin
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Person
from tests.conftest import Visitor
from tests.made import a_case

PAGE_BYTES = 4096


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
    url = new_postgres("whole")
    database.connect(url)
    with database.db.connection_context(), begin():
        people.sync_departments()
        whole = damage.found(schema.ALL_TABLES)
    database.dispose()

    database.connect(copy_damaged(url, "department", postgres_url, behead))
    found = damage.found(schema.ALL_TABLES)
    database.dispose()

    assert whole is None
    assert "invalid page" in found


def copy_damaged(url, relation, postgres_url, way):
    """The address of a copy of a database of which the file of one table or index was damaged."""
    of = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    name = f"{of}_damaged"
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name} TEMPLATE {of} STRATEGY file_copy")  # its pages are in no memory yet
        [(folder,)] = admin.execute("SHOW data_directory").fetchall()
    damaged = postgres_url.replace("/postgres?", f"/{name}?")
    with psycopg.connect(damaged) as connection:
        [(place,)] = connection.execute("SELECT pg_relation_filepath(%s)", (relation,)).fetchall()
    way(Path(folder) / place)
    return damaged


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

    found = health.told_at_the_machine(app.config["SKB"], health.looked_over)["integrity"]

    assert found == {"ok": False, "failure": "RuntimeError"}


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


# ── thoroughly, once a week ──────────────────────────────────────────────────────────────────────────


def test_an_index_that_differs_from_its_table_is_found_thoroughly(file):
    with_hands = cysqlite.connect(str(file))
    [(root,)] = with_hands.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'department_key'")
    with_hands.close()
    misspell(file, (root - 1) * PAGE_BYTES)

    assert damage.found(schema.ALL_TABLES) is None
    assert "department_key" in damage.found_thoroughly(schema.ALL_TABLES)

    faults.note_damage("x")
    with pytest.raises(Damaged):  # what was found once is looked for thoroughly: a quick look would let it be forgotten
        integrity.refuse_damaged()


def misspell(file, from_byte=0):
    """Let an index know a department by another name than its table does."""
    with file.open("r+b") as opened:
        opened.seek(from_byte)
        place = opened.read().index(b"jobcenter")
        opened.seek(from_byte + place)
        opened.write(b"jobcentes")


def test_a_row_without_what_it_refers_to_is_told_of_and_stops_nothing(file, settings):
    with_hands = cysqlite.connect(str(file))
    with_hands.execute("PRAGMA foreign_keys = off")
    with_hands.execute("UPDATE relation SET person_id = 'nobody' WHERE rowid = (SELECT min(rowid) FROM relation)")
    with_hands.close()

    with database.db.connection_context():
        found = [integrity.look_thoroughly(time.now()), integrity.look_thoroughly(time.now())]
        checks = health.checks(settings)
        owed = OutboxLetter.select().where(OutboxLetter.kind == LetterKind.STORED_WRONGLY).count()

    assert found == [["relation without person"]] * 2
    assert (checks["thorough"]["ok"], checks["thorough"]["faults"], checks["integrity"]["ok"]) == (False, 1, True)
    assert owed == 1


def test_a_text_and_a_key_that_do_not_open_are_named_and_a_key_that_is_gone_is_not(file):
    with database.db.connection_context(), begin():
        case = Case.get()
        Case.update(what_happened=b"\x01 no ciphertext at all, but long enough").execute()
        before = rows.unopenable(25)
        keys.DataKey.update(wrapped=b"no key").where(keys.DataKey.scope == f"case:{case.ref}").execute()
        keys.forget()
        altered = rows.unopenable(25)
        keys.DataKey.delete().where(keys.DataKey.scope == f"case:{case.ref}").execute()

        assert before == [f"case.what_happened of {case.ref}"]
        assert altered == [f"data_key case:{case.ref}"]
        assert rows.unopenable(25) == []


def test_it_is_looked_thoroughly_once_a_week_before_the_office_opens(file, clock):
    def due(**ahead):
        clock.forward(**ahead)
        with database.db.connection_context():
            return integrity.is_thorough_due(time.now())

    at_first = due()
    with database.db.connection_context():
        ticks.look_over()

    # A friday at nine; a week later at nine it is too late for that day, and the next night is early enough.
    assert (at_first, due(), due(days=7), due(hours=22), due(hours=4)) == (True, False, False, True, True)


def test_a_field_that_did_not_open_is_told_of_in_a_letter(file, clock):
    with database.db.connection_context():
        ticks.look_over()
        health.note_unreadable(1)
        ticks.look_over()
        ticks.look_over()

        letters = [letter.person.username for letter in OutboxLetter.select() if letter.kind == "stored-wrongly"]

    assert letters == ["admin"]


@pytest.mark.postgres
def test_an_index_of_postgres_that_differs_from_its_table_is_found_thoroughly(app, postgres_url, new_postgres):
    url = new_postgres("thorough")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE EXTENSION amcheck")
        connection.execute("INSERT INTO department (ref, key, name, is_115_forum, version)"
                           " VALUES ('a', 'jobcenter', 'Jobcenter', false, 1)")  # fmt: skip

    assert thoroughly(url) == (None, ["data_checksums"])
    damaged = copy_damaged(url, "department_key", postgres_url, misspell)
    assert "department_key" in thoroughly(damaged)[0]


def thoroughly(url):
    database.connect(url)
    try:
        with database.db.connection_context():
            return damage.found_thoroughly(schema.ALL_TABLES), damage.weaknesses()
    finally:
        database.dispose()
