"""A disk that is full and a database that may only be read: nothing typed is lost, what needs no writing goes on, and
nobody has to restart anything (REL-05)."""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from werkzeug.datastructures import MultiDict

from skanderborg.domain import health
from skanderborg.errors import StorageFull
from skanderborg.store import db as database
from skanderborg.store import events, keys
from skanderborg.store.connection import _refuse_forbidden
from skanderborg.store.db import begin, is_postgres, new_ref
from skanderborg.store.people import Draft, Person
from skanderborg.store.record import Note
from tests.made import a_case

TEXT = "Han stod ved skolen.\n" * 400  # more than fits on the pages that there are
FIELD = re.compile(r'<input [^>]*name="([^"]+)" value="([^"]*)"')
AREA = re.compile(r'<textarea [^>]*name="([^"]+)">\n(.*?)</textarea>', re.DOTALL)
TABLES = ("note", "event", "draft", "session")
NO_ROOM = """CREATE OR REPLACE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"""
TRIGGER = "CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON {} EXECUTE FUNCTION no_room()"


class Disk(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


class Storage:
    """What lies under the database: it fills up or becomes read-only, and is mended, while the program runs."""

    def __init__(self, someone: Person):
        self.someone = someone

    def fill(self) -> None:
        """Nothing finds room: SQLite may take no page more, PostgreSQL says so as when its disk is full."""
        if is_postgres():
            _run(NO_ROOM, *(TRIGGER.format(name) for name in TABLES))
        else:
            _set("max_page_count", 1)  # which means as many as there are
            self._use_up_the_last_pages()

    def lock(self) -> None:
        """The database may only be read."""
        _run("SET default_transaction_read_only = on") if is_postgres() else _set("query_only", 1)

    def mend(self) -> None:
        """There is room again, and it may be written."""
        if is_postgres():
            _run("SET default_transaction_read_only = off")
            _run(*(f"DROP TRIGGER IF EXISTS no_room ON {name}" for name in TABLES))
        else:
            _set("query_only", 0)
            _set("max_page_count", 1_000_000)

    def _use_up_the_last_pages(self) -> None:
        failures = 0
        while failures < 50:
            try:
                with begin():
                    events.looked_at_list(self.someone, "x", ())
                failures = 0
            except StorageFull:
                failures += 1


def _run(*statements: str) -> None:
    for statement in statements:
        database.db.execute_sql(statement)


def _set(pragma: str, value: int) -> None:
    connection = database.db.connection()
    connection.authorizer(None)
    connection.pragma(pragma, value)
    connection.authorizer(_refuse_forbidden)


@pytest.fixture
def storage(cast) -> Iterator[Storage]:
    made = Storage(cast["ulla"])
    yield made
    made.mend()


@pytest.fixture
def notes(cast):
    return f"/sager/{a_case(cast).ref}/noter"


def sent_again(visitor, path, page):
    """Press «Prøv igen» on the page that could not be saved."""
    form = page.text.partition('<form method="post" action="' + path)[2].partition("</form>")[0]
    typed = [(name, html.unescape(value)) for name, value in (*FIELD.findall(form), *AREA.findall(form))]
    return visitor.client.post(path, data=MultiDict(typed))


@pytest.mark.parametrize(("trouble", "status"), [("fill", 507), ("lock", 503)])
def test_what_cannot_be_saved_is_shown_and_saved_once_when_there_is_room_again(visit, notes, storage, trouble, status):
    solveig = visit("solveig")
    getattr(storage, trouble)()

    refused = solveig.post(notes, theme="Skolen", text=TEXT.replace("\n", "\r\n"), key="k")
    still = sent_again(solveig, notes, refused)
    storage.mend()
    saved = sent_again(solveig, notes, still)
    again = sent_again(solveig, notes, still)

    assert (refused.status_code, still.status_code) == (status, status)
    assert TEXT.strip() in html.unescape(refused.text)
    assert (saved.status_code, again.status_code) == (303, 303)
    assert [(note.theme, note.text) for note in Note.select()] == [("Skolen", TEXT.strip())]


def test_a_first_draft_that_found_no_room_spoils_none_of_the_later_ones(visit, notes, storage):
    """The key of a person's own text would stay in memory though its row was taken back."""
    solveig, ref = visit("solveig"), new_ref()
    kept = {"kladde": ref, "kladde_til": notes, "kladde_side": notes, "text": TEXT}
    storage.fill()
    assert solveig.post("/kladder", htmx=True, **kept).status_code == 507
    storage.mend()

    solveig.post("/kladder", htmx=True, **kept)
    keys.forget()  # as after a restart, or in the other web process

    assert Draft.get().form["text"] == [TEXT]


@pytest.mark.parametrize("trouble", ["fill", "lock"])
@pytest.mark.parametrize("path", ["/actioncard", "/hjaelp", "/hjaelp/spoerg", "/kontakter", "/profil", "/healthz"])
def test_what_needs_no_writing_goes_on(visit, storage, clock, trouble, path):
    solveig = visit("solveig")
    getattr(storage, trouble)()
    clock.forward(minutes=5)  # now being there would be written down

    assert solveig.get(path).status_code == 200


@pytest.mark.parametrize(("trouble", "status"), [("fill", 507), ("lock", 503)])
def test_no_case_is_shown_that_nobody_can_write_down_as_seen(visit, notes, storage, trouble, status):
    solveig = visit("solveig")
    getattr(storage, trouble)()

    refused = solveig.get(notes)
    missing = solveig.get("/sager/" + "a" * 26)
    storage.mend()

    assert (refused.status_code, missing.status_code) == (status, status)
    assert "Siden kan ikke vises lige nu" in refused.text
    assert "K7F3Q" not in refused.text
    assert 'href="/actioncard"' in refused.text
    assert solveig.get(notes).status_code == 200


def test_a_password_is_not_shown_to_be_kept(visit, cast, storage):
    stranger = visit(None)
    stranger.get("/log-ind")
    storage.lock()

    answer = stranger.post("/log-ind", username="solveig", password="en hemmelig sætning")

    assert answer.status_code == 503
    assert "hemmelig" not in answer.text


def test_a_part_of_a_page_is_told_by_its_status(visit, notes, storage):
    solveig = visit("solveig")
    storage.fill()

    assert solveig.post(notes, htmx=True, theme="", text=TEXT, key="k").status_code == 507


def test_a_log_line_says_that_the_disk_is_full_and_nothing_of_what_was_typed(visit, notes, storage, caplog):
    solveig = visit("solveig")
    storage.fill()

    solveig.post(notes, theme="", text=TEXT, key="k")

    assert "StorageFull" in caplog.text
    assert "skolen" not in caplog.text


# ── the alarm ────────────────────────────────────────────────────────────────────────────────────────────────────────

GB = 1_000_000_000


@pytest.mark.parametrize(
    ("total", "free", "is_enough"),
    [(100 * GB, 10 * GB, True), (100 * GB, 10 * GB - 1, False), (5 * GB, GB, True), (5 * GB, GB - 1, False)],
)
def test_the_alarm_goes_below_a_gigabyte_and_below_a_tenth(settings, monkeypatch, total, free, is_enough):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: Disk(total, total - free, free))

    assert health.disk(settings)["ok"] is is_enough


def test_an_administrator_is_told_that_the_disk_is_nearly_full(visit, cast, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: Disk(100 * GB, 96 * GB, 4 * GB))

    page = visit("admin").get("/administration")
    ready = visit(None).get("/readyz")

    assert "Der er kun 4,0 GB (4 %) ledig plads" in page.text
    assert ready.status_code == 503
    assert ready.json["disk"] == {"ok": False, "free_megabytes": 4_000, "free_percent": 4}


def test_an_administrator_is_told_nothing_while_there_is_room(visit, cast, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: Disk(100 * GB, 50 * GB, 50 * GB))

    assert "ledig plads" not in visit("admin").get("/administration").text
