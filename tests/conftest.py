"""What every test may ask for: an empty database of each kind, mail, a clock, a browser."""

import gc
import os
import re
import secrets
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask
from xdist.scheduler import LoadScopeScheduling

from skanderborg import create_app, examples, move_in
from skanderborg.domain import editions, form_tokens, people, protection, rules, sessions
from skanderborg.settings import Settings, load
from skanderborg.store import columns, connection, events, keys, schema
from skanderborg.store import db as database
from skanderborg.store.cases import Case
from skanderborg.store.people import Person
from tests.made import a_case, example_house
from tests.servers import (
    Browser,
    KeptPool,
    MailServer,
    PostgresCluster,
    Rows,
    TestClock,
    chromium,
    create_database,
    empty_tables,
    fill_tables,
    kept_rows,
)
from tests.world import World
from tests.world import make as make_world

CLUSTER = pytest.StashKey[PostgresCluster | None]()
POSTGRES_URL = pytest.StashKey[str | None]()
MIGRATION_TABLE = "schema_migration"
Content = TypeVar("Content")  # of a database: a file, or rows
SKIPS_FORBIDDEN = os.environ.get("CI") == "true" or os.environ.get("SKB_FORBID_SKIPS") == "1"


def migrate(url: str) -> None:
    """The one place here that calls the program: bring the database of `url` up to date, and let go of it."""
    database.connect(url)
    schema.migrate()
    database.dispose()


# ── one PostgreSQL for the whole run, started by the process that the workers belong to ──────────────────────────────


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.stash[POSTGRES_URL] = config.workerinput["postgres_url"]
        return
    cluster = None if config.option.collectonly else PostgresCluster.find()
    config.stash[CLUSTER] = cluster.start() if cluster else None
    config.stash[POSTGRES_URL] = cluster.url() if cluster else None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    node.workerinput["postgres_url"] = node.config.stash[POSTGRES_URL]


def pytest_unconfigure(config: pytest.Config) -> None:
    if cluster := config.stash.get(CLUSTER, None):
        cluster.stop()


# ── who runs what, and in which order ────────────────────────────────────────────────────────────────────────────────

LONGEST_FIRST = (
    "tests/browser/", "tests/test_nasty.py", "tests/test_access.py", "tests/domain/test_at_once.py",
    "tests/test_readme.py", "tests/jobs/", "tests/test_typed_oddly.py", "tests/domain/test_walk.py",
)  # fmt: skip
WITH_BROWSER = ("tests/browser/", "tests/test_servers.py")


class WholeFiles(LoadScopeScheduling):
    """Each process has whole files, a database at a time: what a file makes once is made once. One has the browser.

    By the name of a test alone: with pytest 9.2, `--dist loadgroup` of pytest-xdist 3.8 groups nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(WITH_BROWSER):
            return "browser"
        return f"{file} postgres" if re.search(r"[\[-]postgres\b", nodeid) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> WholeFiles:
    return WholeFiles(config, log)


def pytest_collection_finish() -> None:
    """What was imported and collected stays: walking it at each collection took a fifth of the time, as in app.py."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that nobody waits for it at the end."""
    for item in items:
        if "chromium_browser" in item.fixturenames:
            item.add_marker(pytest.mark.browser)
        if item.get_closest_marker("proof_on_postgres") and item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.proof)
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    beginnings = [turn for turn, path in enumerate(LONGEST_FIRST) if item.nodeid.startswith(path)]
    return beginnings[0] if beginnings else len(LONGEST_FIRST)


# ── what is skipped is said aloud, or fails ──────────────────────────────────────────────────────────────────────────


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Generator:
    return _refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator:
    return _refuse_skip((yield))


def _refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> pytest.TestReport | pytest.CollectReport:
    if SKIPS_FORBIDDEN and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome, report.longrepr = "failed", f"skipped, and skips are forbidden here: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    missing = [] if config.stash[POSTGRES_URL] or config.option.collectonly else ["PostgreSQL"]
    missing += [] if chromium() else ["Chromium"]
    if missing:
        terminalreporter.section("NOT TESTED HERE", sep="!", red=True, bold=True)
        terminalreporter.line(f"{' and '.join(missing)} missing: run `make test` as root, or install them.", red=True)


# ── databases ────────────────────────────────────────────────────────────────────────────────────────────────────────

BEGINNINGS = ("world", "house_of_examples", "cast", "app")  # the fullest first: each holds what those after it hold


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> str:
    """The address of the cluster, as its administrator."""
    url = pytestconfig.stash[POSTGRES_URL]
    if url is None:
        pytest.skip("PostgreSQL is missing")
    return url


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, worker_id: str) -> str:
    """The name of this worker's migrated database, to which nobody is connected."""
    migrate(create_database(postgres_url, f"{worker_id}_template"))
    return f"{worker_id}_template"


@pytest.fixture(scope="session")
def worker_postgres_url(postgres_url: str, postgres_template: str, worker_id: str) -> str:
    """The address of this worker's database; the program's connections to it outlive a test."""
    url = create_database(postgres_url, f"{worker_id}_tests", postgres_template)
    KeptPool.kept[url] = []
    connection.Postgres = KeptPool
    return url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This worker's migrated database, to which nobody is connected: one file, without a WAL beside it."""
    file = tmp_path_factory.mktemp("template") / "koordinering.db"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def worker_postgres(worker_postgres_url: str) -> Iterator[psycopg.Connection]:
    """A connection of its own to this worker's database, to fill and empty it: the program knows nothing of it."""
    with psycopg.connect(worker_postgres_url, autocommit=True, options="-c lock_timeout=5s") as connection:
        yield connection


@pytest.fixture
def sqlite_database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    beginning = _beginning(request)
    found = request.getfixturevalue("sqlite_beginnings").of(beginning) if beginning else None
    shutil.copy(found or request.getfixturevalue("sqlite_template"), tmp_path / "koordinering.db")
    return f"sqlite:///{tmp_path / 'koordinering.db'}"


@pytest.fixture
def postgres_database(request: pytest.FixtureRequest, worker_postgres_url: str, worker_postgres) -> Iterator[str]:
    if beginning := _beginning(request):
        fill_tables(worker_postgres, request.getfixturevalue("postgres_beginnings").of(beginning))
    yield worker_postgres_url
    empty_tables(worker_postgres, keep=[MIGRATION_TABLE])


def _beginning(request: pytest.FixtureRequest) -> str:
    """What a test asks for that its database is a copy of, since it stands there already."""
    return next((name for name in BEGINNINGS if name in request.fixturenames), "")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty, migrated database; every test that asks runs on both kinds."""
    return request.getfixturevalue(f"{request.param}_database")


@pytest.fixture
def db(database_url: str) -> Iterator[None]:
    """The program's handle, connected to the test's database."""
    database.connect(database_url)
    with database.db.connection_context():
        yield
    database.dispose()


@pytest.fixture
def new_postgres(postgres_url: str, postgres_template: str, worker_id: str) -> Callable[[str], str]:
    """Make one more empty, migrated PostgreSQL database and return its address, for tests that wear one out."""
    return lambda name: create_database(postgres_url, f"{worker_id}_{name}", postgres_template)


@pytest.fixture
def new_empty_postgres(postgres_url: str, worker_id: str) -> str:
    """The address of one more PostgreSQL database, in which there is nothing at all."""
    return create_database(postgres_url, f"{worker_id}_empty")


# ── mail and browser ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator[Browser]:
    found = Browser.find()
    if found is None:
        pytest.skip("Chromium is missing")
    with found:
        yield found


@pytest.fixture
def browser(chromium_browser: Browser) -> Iterator[Browser]:
    """The browser, with nothing to complain about yet and no page of another test."""
    chromium_browser.complaints.clear()
    yield chromium_browser
    chromium_browser.close_pages()


# ── the house: settings, clock, keys, a cast, and people who are signed in ───────────────────────────────────────────

MORNING = datetime(2026, 11, 20, 9, 0)  # a Friday, local time


@pytest.fixture(scope="session")
def keys_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "keys.json"
    keys.create_ring(path)
    return path


@cache
def settings_anywhere() -> Settings:
    """Settings of a test, read and checked once: mail to nobody."""
    return load({"SKB_ENV": "test", "SKB_SMTP_URL": "smtp://127.0.0.1:9", "SKB_BASE_URL": "http://localhost"})


def settings_in(folder: Path, database_url: str, keys_file: Path) -> Settings:
    """Settings of a test: its own folder, a database, a clock file that says MORNING."""
    clock = TestClock(folder / "clock", MORNING)
    places = {"data_dir": folder / "data", "keys_file": keys_file, "test_clock_file": clock.file}
    return msgspec.structs.replace(settings_anywhere(), database_url=database_url, **places)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, keys_file: Path) -> Settings:
    """Settings of this test, over the database of the moment."""
    return settings_in(tmp_path, database_url, keys_file)


@pytest.fixture
def clock(app: Flask, settings: Settings) -> TestClock:
    """The clock that the program reads: friday 20 November 2026 at 9.00 until the test moves it."""
    assert settings.test_clock_file
    return TestClock(settings.test_clock_file, MORNING)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory, keys_file: Path) -> Flask:
    """The program with its pages and no database, put together once a worker: spelling out its nearly 300 routes takes
    0.2 s, and a template that was compiled for one test is ready for the next."""
    folder = tmp_path_factory.mktemp("pages")
    return create_app(settings_in(folder, f"sqlite:///{folder / 'none.db'}", keys_file))


@contextmanager
def moved_in(pages: Flask, settings: Settings) -> Iterator[None]:
    """The program over the database of `settings`; only the pages stay."""
    move_in(pages, settings)
    try:
        yield
    finally:
        database.dispose()
        editions.forget()


@contextmanager
def begun(pages: Flask, settings: Settings) -> Iterator[None]:
    """The program over a migrated database with keys and departments, to add what copies of it shall hold."""
    with moved_in(pages, settings), database.db.connection_context():
        with database.begin():
            keys.make_system_key()
            people.sync_departments()
        yield


@pytest.fixture
def app(pages: Flask, settings: Settings) -> Iterator[Flask]:
    """The whole program over a database with keys and departments alone, or with what else the test asks for."""
    with moved_in(pages, settings):
        found = dict(pages.view_functions), dict(pages.config)
        yield pages
        assert (pages.view_functions, pages.config) == found, "the program is shared: undo what you change of it"


@pytest.fixture
def house(app: Flask) -> Iterator[Flask]:
    """The program with its database open to the test itself."""
    with database.db.connection_context():
        yield app


@pytest.fixture
def cast(house: Flask) -> dict[str, Person]:
    """Rikke and Rasmus are resource persons, Solveig met the citizen, Jonas works in Jobcenter, Ulla in Børn & Unge,
    Lars is a manager; Dorte (auditor) and admin have nothing to do with cases. The password is examples.PASSWORD."""
    found = {person.username: person for person in Person.select()}
    return {one.username: found[one.username] for one in examples.CAST}


@pytest.fixture
def case(cast: dict[str, Person]) -> Case:
    """A case as most tests want it (see `a_case`); a file that wants another makes its own."""
    return a_case(cast)


# ── what the databases of tests are copies of: made once by each process ─────────────────────────────────────────────


class Maker(Generic[Content]):
    """Makes the beginnings of one kind of database, each once, and hands out what a test's database is filled with."""

    def __init__(self, pages: Flask, started: Callable[[str], Settings], taken_out: Callable[[Settings], Content]):
        self._pages, self._started, self._taken_out = pages, started, taken_out
        self._made: dict[str, Content] = {}
        self.world: World | None = None

    def of(self, name: str) -> Content:
        """The content of a database that begins so."""
        if name not in self._made:
            settings = self._started(name)
            with begun(self._pages, settings):
                self._fill(name, settings)
            self._made[name] = self._taken_out(settings)
        return self._made[name]

    def _fill(self, name: str, settings: Settings) -> None:
        if name == "house_of_examples":
            example_house(settings)
        elif name == "cast":
            examples.load_people(examples.CAST)
        elif name == "world":
            self.world = make_world(examples.load_people(examples.CAST), settings)


@pytest.fixture(scope="session")
def sqlite_beginnings(
    pages: Flask, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, keys_file: Path
) -> Maker[Path]:
    """Files to copy, to which nobody is connected."""

    def started(name: str) -> Settings:
        file = tmp_path_factory.mktemp(name) / "koordinering.db"
        shutil.copy(sqlite_template, file)
        return settings_in(file.parent, f"sqlite:///{file}", keys_file)

    return Maker(pages, started, lambda settings: Path(settings.database_url.removeprefix("sqlite:///")))


@pytest.fixture(scope="session")
def postgres_beginnings(
    pages: Flask, worker_postgres_url: str, worker_postgres: psycopg.Connection,
    tmp_path_factory: pytest.TempPathFactory, keys_file: Path,
) -> Maker[Rows]:  # fmt: skip
    """Rows of this worker's database, which is empty again."""
    return Maker(
        pages,
        lambda name: settings_in(tmp_path_factory.mktemp(name), worker_postgres_url, keys_file),
        lambda settings: take_out(worker_postgres),
    )


@pytest.fixture
def house_of_examples(house: Flask) -> None:
    """The whole example house, and a row of each kind of bound table that it lacks, open to the test itself."""


@pytest.fixture
def world(request: pytest.FixtureRequest, cast: dict[str, Person], settings: Settings) -> dict[str, Any]:
    """Refs of a world in which every address leads somewhere, by the name that addresses have for them."""
    return _world_of(request, settings).refs


@pytest.fixture
def signed_in(request: pytest.FixtureRequest, app: Flask, world, settings: Settings) -> Callable[[str], "Visitor"]:
    """`signed_in("rikke")` is Rikke's browser in the world, where she has signed in already."""
    cookies = _world_of(request, settings).cookies
    return lambda username: Visitor(app, *cookies[username])


def _world_of(request: pytest.FixtureRequest, settings: Settings) -> World:
    kind = settings.database_url.partition(":")[0].removesuffix("ql")
    return request.getfixturevalue(f"{kind}_beginnings").world


def take_out(connection: psycopg.Connection) -> Rows:
    """The rows of this worker's database, which is empty again."""
    rows = kept_rows(connection, but=[MIGRATION_TABLE])
    empty_tables(connection, keep=[MIGRATION_TABLE])
    return rows


@pytest.fixture(autouse=True, scope="session")
def _cheap_passwords() -> None:
    """The cost of a password hash lies in the hash; a cheap one keeps the suite fast and checks the same way."""
    sessions._hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    sessions._NOBODY = sessions._hasher.hash("nobody")


@pytest.fixture(autouse=True, scope="session")
def _every_change_says_what_it_is_called_and_whether_it_tells_where() -> None:
    """Whatever a test lets anyone record on a case has its words, or says that it is untold, and says whether it can
    hold a place (store/columns.py)."""
    record = events.record

    def recorded(actor, action, about, changes=None):
        kind = about._meta.table_name
        if about.sealed_by == "case" or kind == "case":
            fields = {column: columns.field_of(kind, column) for column in changes or {}}
            silent = [name for name in fields if protection.declared(kind, name) is None]
            nameless = [name for name, field in fields.items() if getattr(field, "verbose_name", None) is None]
            assert not silent, f"{kind}: {silent}: say on the field, or in columns.BESIDE, whether it tells where"
            assert not nameless, f"{kind}: {nameless}: say there what it is called in Danish, or that it is UNTOLD"
            assert getattr(action, "label", True), f"{action}: a case tells of it, so it needs its sentence"
        record(actor, action, about, changes)

    events.record = recorded


@pytest.fixture(autouse=True, scope="session")
def _no_wait_for_the_disk() -> None:
    """A test's database need not outlive a power cut: SQLite waits for the disk as little as our PostgreSQL does."""
    database.PRAGMAS["synchronous"] = "off"


@pytest.fixture
def bounds(house: Flask) -> Iterator[Callable[..., None]]:
    """`bounds(rows_a_page=1)` sets limits of config/defaults.toml otherwise, for this test."""
    before = rules.current()
    yield lambda **values: rules.configure(msgspec.structs.replace(before, **values))
    rules.configure(before)


class Visitor:
    """A browser without JavaScript: reads pages, fills forms in by the names of their fields."""

    def __init__(self, app: Flask, secret: str = "", token: str = ""):
        self.client = app.test_client()
        self.token = token
        if secret:
            self.client.set_cookie("skb", secret)

    def sign_in(self, username: str, password: str = examples.PASSWORD) -> "Visitor":
        answer = self.post("/log-ind", username=username, password=password)
        assert answer.status_code == 303, answer.text
        return self

    def arrive(self, username: str) -> "Visitor":
        """Be signed in already, without the pages on the way."""
        limits = self.client.application.config["SKB"].defaults
        session, secret = sessions.sign_in(username, examples.PASSWORD, "127.0.0.1", "test", limits)
        self.client.set_cookie("skb", secret)
        self.token = form_tokens.of_session(session)
        return self

    def get(self, path: str, htmx: bool = False):
        answer = self.client.get(path, headers={"HX-Request": "true"} if htmx else {})
        if found := re.search(r'name="csrf_token" value="([0-9a-f]{128})"', answer.data.decode(errors="replace")):
            self.token = found[1]
        return answer

    def post(self, path: str, htmx: bool = False, **fields):
        """Send a form; where one must show first who one is, that is done, and it is sent again."""
        fields = {"key": secrets.token_hex(8), **fields}
        answer = self.send(path, htmx, **fields)
        proving = answer.headers.get("HX-Redirect") or answer.location or ""
        if proving.startswith("/bekraeft/"):
            self.send(proving, password=examples.PASSWORD)
            answer = self.send(path, htmx, **fields | {"kladde": proving.rpartition("/")[2]})
        return answer

    def send(self, path: str, htmx: bool = False, **fields):
        """Send a form once."""
        if not self.token:
            self.get("/profil")
        headers = {"HX-Request": "true"} if htmx else {}
        answer = self.client.post(path, data={"csrf_token": self.token, **fields}, headers=headers)
        if path == "/log-ind":
            self.token = ""
        return answer


@pytest.fixture
def visit(app: Flask, cast: dict[str, Person]) -> Callable[[str | None], Visitor]:
    """`visit("rikke")` is Rikke's browser, signed in; `visit(None)` a stranger's."""

    def make(username: str | None) -> Visitor:
        visitor = Visitor(app)
        return visitor.arrive(username) if username else visitor

    return make


@pytest.fixture
def queries() -> Iterator[list[str]]:
    """Every SQL statement since `queries.clear()`."""
    seen: list[str] = []

    def note(event) -> None:
        seen.append(event.sql)

    database.db.obj.query_hooks.append(note)
    yield seen
    database.db.obj.query_hooks.remove(note)
