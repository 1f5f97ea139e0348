"""Rows, sealed text, versions, and what the database itself refuses."""

import hashlib
import hmac
import subprocess
import sys
import threading

import cysqlite
import peewee
import pytest
from playhouse.schema_diff import diff_models

from skanderborg import clock as time
from skanderborg.domain import audit, cases
from skanderborg.errors import UNREADABLE, Conflict
from skanderborg.settings import ROOT
from skanderborg.store import chains, connection, events, keys, schema
from skanderborg.store import db as database
from skanderborg.store.cases import Case, Relation
from skanderborg.store.db import Sqlite, begin, change, insert, new_ref
from skanderborg.store.people import Absence
from skanderborg.store.work import Task


@pytest.fixture
def case(cast):
    with begin():
        ref = new_ref()
        keys.make(f"case:{ref}")
        return insert(
            Case, ref=ref, code="K7F3Q", kind="full", phase="sparring", citizen_role="exposed", danger_now="no",
            children="no", what_happened="ZQX fulgt hjem", reported_by=cast["solveig"], reported_at=time.now(),
        )  # fmt: skip


@pytest.fixture
def task(case):
    with begin():
        return insert(
            Task, case=case, kind="plain", box="network", title="ZQX ring", status="not-started", created_at=time.now()
        )


def test_tables_are_what_the_migrations_make(database_url, monkeypatch):
    monkeypatch.setattr(Sqlite, "guarded", False)
    database.connect(database_url)

    with database.db.connection_context():
        difference = diff_models(database.db.obj, schema.ALL_TABLES)

    assert not difference, str(difference)


def test_text_about_a_person_lies_encrypted_in_the_database(case, task):
    stored = list(database.db.execute_sql("SELECT title FROM task"))
    stored += list(database.db.execute_sql('SELECT what_happened FROM "case"'))

    assert [b"ZQX" in bytes(value) for (value,) in stored] == [False, False]


def test_a_sealed_value_moved_to_another_row_does_not_open(case, task):
    with begin():
        other = insert(
            Task, case=case, kind="plain", box="network", title="anden", status="not-started", created_at=time.now()
        )
        Task.update(title=task.__data__["title"]).where(Task.ref == other.ref).execute()

    moved = Task.select().where(Task.ref == other.ref).first()

    assert moved.title == UNREADABLE


def test_without_its_data_key_a_case_is_unreadable(case):
    with begin():
        keys.DataKey.delete().where(keys.DataKey.scope == f"case:{case.ref}").execute()
    keys.forget()

    assert case.what_happened == UNREADABLE


def test_of_two_who_change_a_row_at_once_the_second_is_told(task):
    with begin():
        change(task, 1, title="først")

    with pytest.raises(Conflict) as told, begin():
        change(task, 1, title="sidst")
    assert told.value.theirs.title == "først"


def test_eight_threads_lose_no_update(task, house):
    stamp = Case.select(Case.board_stamp).where(Case.ref == task.case_id)
    before = stamp.scalar()

    def add() -> None:
        with database.db.connection_context():
            for _ in range(20):
                with begin():
                    Case.update(board_stamp=Case.board_stamp + 1).where(Case.ref == task.case_id).execute()

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stamp.scalar() == before + 8 * 20


def test_a_case_has_one_primary_contact_at_a_time(case, cast):
    def make(person):
        with begin():
            insert(Relation, case=case, person=person, kind="primary-contact", from_at=time.now())

    make(cast["rikke"])

    with pytest.raises(peewee.IntegrityError):
        make(cast["solveig"])


@pytest.mark.parametrize(
    ("column", "value"),
    [("status", "finished"), ("box", "elsewhere"), ("kind", "odd"), ("status", "done"), ("status", "not-relevant")],
)
def test_the_database_refuses_a_task_in_no_known_state(task, column, value):
    with pytest.raises(peewee.IntegrityError), begin():
        Task.update({column: value}).where(Task.ref == task.ref).execute()


def test_the_database_refuses_an_absence_that_ends_before_it_begins(cast):
    with pytest.raises(peewee.IntegrityError), begin():
        insert(Absence, person=cast["rikke"], from_on="2026-12-24", to_on="2026-12-23")


def test_a_row_is_never_deleted_under_what_hangs_on_it(case, task):
    with pytest.raises(peewee.IntegrityError), begin():
        Case.delete().where(Case.ref == case.ref).execute()


def test_events_cannot_be_changed(case, cast):
    with begin():
        events.record(cast["rikke"], "case:described", case)

    with pytest.raises(peewee.DatabaseError), begin():
        events.Event.update(action="nothing").execute()


def test_events_cannot_be_deleted(case, cast):
    with begin():
        events.record(cast["rikke"], "case:described", case)

    with pytest.raises(peewee.DatabaseError), begin():
        events.Event.delete().execute()


def test_a_chain_of_events_holds(case, cast):
    for number in range(3):
        with begin():
            events.record(cast["rikke"], "case:described", case, changes={"children": [number, number + 1]})

    assert faults() == []


def faults() -> list[chains.Fault]:
    return chains.walk(chains.cut()).faults


def test_a_forged_event_breaks_its_chain(case, cast, house):
    with begin():
        events.record(cast["rikke"], "case:described", case)
        last = events.Event.select().order_by(events.Event.id.desc()).first()
        forged = {name: value for name, value in last.__data__.items() if name not in ("id", "ref", "number")}
        events.Event.insert(**forged, ref=new_ref(), number=last.number + 1).execute()

    assert (f"case:{case.ref}", last.number + 1) in [(fault.chain, fault.number) for fault in faults()]


@pytest.fixture
def short_pages(monkeypatch):
    monkeypatch.setattr(events, "PAGE", 2)


def written(case, cast, count: int) -> None:
    for _ in range(count):
        with begin():
            events.record(cast["rikke"], "case:described", case)


@pytest.mark.parametrize("count", [3, 4])
def test_a_chain_that_is_longer_than_a_page_is_read_to_its_end(case, cast, short_pages, count):
    written(case, cast, count)

    chain = events.Event.chain == f"case:{case.ref}"
    read = events.in_pages(events.Event.select().where(chain), events.Event.number)
    assert [event.number for event in read] == list(range(1, count + 2))  # the first tells of the row that was put in
    assert faults() == []


def test_a_forged_event_is_found_on_a_later_page_too(case, cast, short_pages):
    written(case, cast, 4)
    with begin():
        last = events.Event.select().order_by(events.Event.id.desc()).first()
        forged = {name: value for name, value in last.__data__.items() if name not in ("id", "ref", "number")}
        events.Event.insert(**forged, ref=new_ref(), number=last.number + 1).execute()

    assert (f"case:{case.ref}", last.number + 1) in [(fault.chain, fault.number) for fault in faults()]


def test_the_whole_log_is_handed_out_in_order_a_page_at_a_time(case, cast, short_pages, queries):
    written(case, cast, 5)
    everything = events.Event.select().count()
    queries.clear()

    log = audit.export()

    assert queries == []
    first = next(log)
    assert len(queries) == 1
    rows = [first, *log]
    assert [row["ref"] for row in rows] == [event.ref for event in events.Event.select().order_by(events.Event.id)]
    assert len(rows) == everything
    assert (rows[-1]["action"], rows[-1]["is_write"], rows[-1]["number"]) == ("case:described", "True", "6")
    assert "changes" not in rows[-1]


def test_a_changes_text_is_sealed_in_the_event(case, cast):
    with begin():
        events.record(cast["rikke"], "case:described", case, changes={"safe_contact": ["ZQX før", "ZQX nu"]})
    event = events.Event.get(events.Event.action == "case:described")

    assert b"ZQX" not in bytes(event.__data__["changes"])
    assert event.changes == {"safe_contact": ["ZQX før", "ZQX nu"]}


def test_four_writers_of_one_chain_neither_fail_nor_break_it(case, cast, house):
    def write() -> None:
        with database.db.connection_context():
            for _ in range(15):
                with begin():
                    events.record(cast["rikke"], "case:described", case)

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert events.Event.select().where(events.Event.action == "case:described").count() == 60
    assert faults() == []


def test_the_programs_own_connection_refuses_attach_and_pragma(house, settings):
    if settings.database_url.startswith("sqlite"):
        for statement in ("ATTACH 'x.db' AS other", "PRAGMA foreign_keys=OFF"):
            with pytest.raises(peewee.DatabaseError):
                database.db.execute_sql(statement)


def test_sqlite_plans_a_statement_once_whatever_values_it_is_given(house, settings):
    if settings.database_url.startswith("sqlite"):
        assert database.db.connection().db_config(cysqlite.SQLITE_DBCONFIG_ENABLE_QPSG, -1) == 1


def test_an_event_that_cannot_be_written_takes_its_write_with_it(task, cast, monkeypatch):
    monkeypatch.setattr(events, "mac_of", lambda *_: None)  # a NULL that the column refuses

    @database.transaction
    def rename() -> None:
        change(task, 1, title="ny")
        events.record(cast["rikke"], "task:renamed", task)

    with pytest.raises(peewee.IntegrityError):
        rename()
    assert Task.select().where(Task.ref == task.ref).first().title == "ZQX ring"


def test_the_database_of_a_test_is_not_unsafe_by_its_own_version(house, settings):
    if settings.database_url.startswith("sqlite"):
        assert database.unsafe() is None


def test_a_database_on_a_network_drive_is_unsafe(house, settings, monkeypatch):
    monkeypatch.setattr(connection, "_filesystem_of", lambda _: "nfs4")

    if settings.database_url.startswith("sqlite"):
        assert database.unsafe() == "databasen ligger på et netværksdrev"


def test_a_server_that_may_lose_what_it_acknowledged_is_unsafe(house, settings):
    if settings.database_url.startswith("postgresql"):
        assert "fsync" in database.unsafe()  # the cluster of the tests runs without


def test_the_program_waits_for_the_disk_at_each_commit(tmp_path):
    """REL-01: an answer means that the write lies on the disk. Asked of a program of its own: the tests wait less."""
    (tmp_path / "durable.db").touch()
    ask = f"""
from skanderborg.store import db
db.Sqlite.guarded = False
db.connect("sqlite:///{tmp_path / "durable.db"}")
with db.db.connection_context():
    print(*(db.db.execute_sql(f"PRAGMA {{name}}").fetchone()[0] for name in ("journal_mode", "synchronous")))
"""

    said = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert said.split() == ["wal", "2"]  # 2: FULL


def test_a_blind_hash_is_the_one_that_was_stored_when_the_program_was_older(house):
    key, text = keys.index_key(), "name:mettehansen"

    assert keys.blind(text) == hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    assert keys.hidden(text) == hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:16]
    assert cases.blind("Mette Hansen") == keys.blind(text)


@pytest.mark.postgres
def test_postgresql_compiles_no_query_and_counts_in_utc(worker_postgres_url):
    with connection.instead(worker_postgres_url), database.db.connection_context():
        said = [database.db.execute_sql(f"SHOW {name}").fetchone()[0] for name in ("jit", "timezone")]

    assert said == ["off", "UTC"]
