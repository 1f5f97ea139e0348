"""The pool of connections, and who waits for what: nobody hangs with anybody else, a burst leaves nothing behind."""

import fcntl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import peewee
import psycopg
import pytest
from msgspec.structs import replace

from skanderborg.domain import health
from skanderborg.errors import Unavailable
from skanderborg.settings import load
from skanderborg.store import connection, pool
from skanderborg.store.db import begin, connect, dispose
from skanderborg.store.db import db as handle
from skanderborg.store.people import Department
from skanderborg.store.writers import WriterLock
from skanderborg.web.places import Places


@pytest.fixture
def opened(database_url):
    """The database of a test with nobody connected, and threads that can be told apart."""
    connect(database_url)
    with ThreadPoolExecutor(8) as threads:
        yield threads
    dispose()


def held(many, threads, until):
    """Connections of so many threads, open until the event is set."""
    all_open = threading.Barrier(many + 1)

    def hold():
        with connection.connected():
            all_open.wait(10)
            until.wait(10)

    for _ in range(many):
        threads.submit(hold)
    all_open.wait(10)


def test_after_a_burst_all_but_a_few_connections_are_closed(opened):
    over = threading.Event()
    held(6, opened, over)
    assert len(handle.obj._in_use) == 6
    over.set()
    opened.shutdown()
    assert len(handle.obj._connections) >= 6 - pool.SPARE

    assert handle.obj.shrink(unused_seconds=0) == 6 - pool.SPARE
    assert len(handle.obj._connections) == pool.SPARE
    with connection.connected():
        assert Department.select().count() >= 0


def test_it_is_seen_to_by_itself(opened):
    over = threading.Event()
    held(3, opened, over)
    over.set()
    opened.shutdown()

    assert handle.obj._timer.interval == pool.LOOK_SECONDS
    dispose()
    assert handle.obj._timer is None


def test_who_finds_no_connection_is_told_that_the_database_does_not_answer(opened, monkeypatch):
    monkeypatch.setattr(handle.obj, "_max_connections", 2)
    monkeypatch.setattr(handle.obj, "kept", {}, raising=False)
    monkeypatch.setattr(handle.obj, "_wait_timeout", 0.05)
    over = threading.Event()
    held(2, opened, over)

    with pytest.raises(peewee.OperationalError):
        handle.connect()

    over.set()


def test_one_that_waits_for_the_server_holds_nobody_else(opened, monkeypatch):
    """A server that is slow to answer one call: the next one takes the connection that is there."""
    with connection.connected():
        pass
    asked, answer = threading.Event(), threading.Event()
    usual = handle.obj._is_closed

    def slow(conn):
        asked.set()
        answer.wait(10)
        return usual(conn)

    monkeypatch.setattr(handle.obj, "_is_closed", slow)
    first = opened.submit(handle.connect)
    assert asked.wait(10)
    monkeypatch.setattr(handle.obj, "_is_closed", usual)

    with connection.connected():
        assert Department.select().count() >= 0
    answer.set()
    assert first.result(10)


@pytest.mark.postgres
def test_a_connection_that_broke_is_given_to_nobody(postgres_database):
    connect(postgres_database)
    with connection.connected():
        broken = handle.connection()
    broken.close()

    with connection.connected():
        assert handle.connection() is not broken
    dispose()


# ── limits ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def locked(postgres_database, monkeypatch):
    """The house on PostgreSQL, with a table that somebody holds."""
    monkeypatch.setattr(connection, "LOCK_SECONDS", 1)
    connect(postgres_database)
    connection.serve_pages(4)
    handle.obj.connect_params["options"] = handle.obj.connect_params["options"].replace("=1s", "=50ms")
    handle.obj.close_idle()
    handle.obj.kept = {}
    with psycopg.connect(postgres_database) as other:
        other.execute("LOCK TABLE department IN ACCESS EXCLUSIVE MODE")
        yield
    dispose()


@pytest.mark.postgres
def test_a_page_waits_for_a_lock_no_longer_than_it_may(locked):
    with connection.connected(), pytest.raises(Unavailable), begin():
        Department.select().count()


@pytest.mark.postgres
def test_a_page_is_no_more_connections_than_its_threads_need(locked):
    assert handle.obj._max_connections == 4 + pool.SPARE


@pytest.mark.postgres
def test_what_must_come_waits_shortly_and_the_next_as_usual(locked, monkeypatch):
    monkeypatch.setattr(connection, "SHORTLY_SECONDS", 3)
    limits = []
    with connection.connected():
        for change in (connection.wait_shortly, connection.wait_as_usual):
            change()
            limits.append(handle.execute_sql("SHOW lock_timeout").fetchone()[0])

    assert limits == ["3s", "50ms"]


def test_a_lock_of_another_process_is_waited_for_and_not_for_ever(tmp_path):
    path = str(tmp_path / "koordinering.db")
    with open(f"{path}.lock", "w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        with pytest.raises(Unavailable), WriterLock(0.05).held(path):
            pass

    with WriterLock(5).held(path):
        pass


def test_a_lock_that_comes_in_time_is_held_and_given_back(tmp_path):
    path, patient = str(tmp_path / "koordinering.db"), WriterLock(10)
    with open(f"{path}.lock", "w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        threading.Timer(0.05, fcntl.flock, (other, fcntl.LOCK_UN)).start()

        with patient.held(path), pytest.raises(BlockingIOError):
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)

        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


# ── more than one server ────────────────────────────────────────────────────────────────────────────


@pytest.mark.postgres
def test_of_several_servers_the_one_that_takes_writes_is_asked(postgres_database):
    alone, _, where = postgres_database.partition("?host=")
    several = f"{alone}?host=/nothing,{where}&target_session_attrs=read-write"
    load({"SKB_ENV": "test", "SKB_DATABASE_URL": "postgresql://a@one,two/x?target_session_attrs=read-write"})

    with connection.instead(several), connection.connected():
        assert Department.select().count() >= 0


@pytest.mark.postgres
@pytest.mark.parametrize(("threads", "is_enough"), [(5, True), (100, False)])
def test_the_doctor_counts_what_all_hosts_may_open_at_once(postgres_database, settings, threads, is_enough):
    crowded = replace(settings, defaults=replace(settings.defaults, web_threads=threads, web_workers=2))

    with connection.instead(postgres_database), connection.connected():
        told = health._server(crowded)

    assert (told["ok"], told["hosts"], told["needed"]) == (is_enough, 1, 2 * (threads + 2) + health.OF_A_WORKER)
    assert f"synchronous_commit: {told['synchronous_commit']}" in health.line("server", told)


# ── room ────────────────────────────────────────────────────────────────────────────────────────────


def test_while_the_database_keeps_all_of_them_waiting_the_others_are_told_at_once(monkeypatch):
    monkeypatch.setattr("skanderborg.web.places.WAIT_SECONDS", 0.01)
    room = Places(threads=6)
    room.take()
    room.take()

    with pytest.raises(Unavailable):
        room.take()
    monkeypatch.setattr("skanderborg.web.places.WAIT_SECONDS", 1_000)
    with pytest.raises(Unavailable):
        room.take()

    room.give_back()
    room.take()


def test_a_database_that_hangs_holds_nobody_who_asks_whether_it_does():
    probe, over = pool.Probe(), threading.Event()

    assert not probe.answers(lambda: over.wait(10), 0.01)
    assert not probe.answers(lambda: None, 0.01)  # it is asked once

    over.set()
    assert probe.answers(lambda: None, 10)
    assert probe.answers(lambda: None, 10)


# ── a page that must come ───────────────────────────────────────────────────────────────────────────


@contextmanager
def somebody_holds_the_sessions(url: str) -> Iterator[None]:
    """Of SQLite nobody can hold what another wants to read."""
    if not connection.is_postgres():
        yield
        return
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE session IN ACCESS EXCLUSIVE MODE")
        yield


@pytest.mark.parametrize("path", ["/actioncard", "/kontakter"])
def test_what_must_come_comes_while_somebody_holds_what_it_would_ask(visit, settings, monkeypatch, path):
    monkeypatch.setattr(connection, "SHORTLY_SECONDS", 0.3)
    solveig = visit("solveig")
    assert "Log ud" in solveig.get(path).text

    with somebody_holds_the_sessions(settings.database_url):
        page = solveig.get(path)

    assert page.status_code == 200
    assert 'href="tel:112"' in page.text
    assert "Log ud" in solveig.get(path).text
