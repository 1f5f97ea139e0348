"""A stage for whole courses: an own database of each kind, a mail server that is really sent to, a clock.

A course is played once for each database; its tests then look at what was seen. The program's database handle is let
go of when the course is over, so that other tests may run between its own.
"""

from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from shutil import copy

import pytest

from skanderborg import create_app, examples
from skanderborg.domain import people
from skanderborg.settings import load
from skanderborg.store import db as database
from skanderborg.store import keys
from tests.scenarios.made import Course
from tests.servers import MailServer, TestClock, create_database

START = datetime(2026, 9, 1, 8, 0)
ALSO = {"sofus", "ursula"}  # beside the cast of every test


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def own_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> str:
    """The address of an empty, migrated database that belongs to one course."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("course") / "koordinering.db"
        copy(request.getfixturevalue("sqlite_template"), file)
        return f"sqlite:///{file}"
    admin, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
    return create_database(admin, f"{worker_id}_course", template)


@pytest.fixture(scope="module")
def play(
    own_database: str, keys_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[Callable[[Course], None]], Course]:
    """`play(acts)` plays a course from its first act to its last and returns what was seen."""

    def whole(acts: Callable[[Course], None]) -> Course:
        with _stage(own_database, keys_file, tmp_path_factory.mktemp("stage")) as course:
            acts(course)
        return course

    return whole


@contextmanager
def _stage(url: str, keys_file: Path, folder: Path):
    clock = TestClock(folder / "clock", START)
    with MailServer() as mail:
        app = create_app(
            load(
                {
                    "SKB_ENV": "test", "SKB_DATA_DIR": str(folder / "data"), "SKB_DATABASE_URL": url,
                    "SKB_KEYS_FILE": str(keys_file), "SKB_TEST_CLOCK_FILE": str(clock.file),
                    "SKB_SMTP_URL": mail.url, "SKB_BASE_URL": "http://localhost",
                }
            )
        )  # fmt: skip
        try:
            with database.db.connection_context(), database.begin():
                keys.make_system_key()
                people.sync_departments()
            with database.db.connection_context():
                examples.load_people((*examples.CAST, *(one for one in examples.MORE if one.username in ALSO)))
            yield Course(app, mail, clock)
        finally:
            database.dispose()
