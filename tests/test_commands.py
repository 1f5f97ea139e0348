"""Every command refuses, in one Danish line, a database that a start would refuse (REL-06)."""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from msgspec.structs import replace

from skanderborg import clock as time
from skanderborg import move_in, setup
from skanderborg.domain import audit
from skanderborg.store import db as database
from skanderborg.store import faults, keys, schema
from skanderborg.store.db import begin, db, lock_chain
from tests.made import a_case

ARGUMENTS = {
    "init": [], "serve": [], "worker": ["--once"], "doctor": [], "seed-demo": [], "seed-test": [],
    "user add": ["ny", "Ny Nielsen", "ny@example.invalid"], "user list": [], "user change": ["rikke", "--name", "R"],
    "user disable": ["rikke"], "user reopen": ["rikke"], "user reset": ["rikke"],
    "user sync": [__file__], "user reset-factor": ["rikke", "--by", "admin", "--password", "x"],
    "content export": ["ude.json"], "content import": [__file__], "audit verify": [],
    "audit export": [], "keys rotate": [], "retention": ["--dry-run"],
    "backup": ["."], "sso link": ["rikke", "x"], "sso link-all": [__file__], "sso unlink": ["rikke"],
}  # fmt: skip
# `dev` is `init`, `serve` and `worker`, on a developer's machine alone; `restore` is for who has no database, or one
# that is to go.
ASKS_NO_DATABASE = {"access-matrix", "dev", "restore", "sso check", "content start"}
OF_FLASK = {"run", "shell", "routes"}


def leaves(group: click.Group, before: str = "") -> set[str]:
    """The names of all commands, those of groups too: «user add»."""
    return {
        leaf
        for name, command in group.commands.items()
        for leaf in (leaves(command, f"{name} ") if isinstance(command, click.Group) else {f"{before}{name}"})
    }


def test_every_command_is_tried(app):
    assert leaves(app.cli) - OF_FLASK == ARGUMENTS.keys() | ASKS_NO_DATABASE


@pytest.fixture(autouse=True)
def _no_server(monkeypatch):
    """Who gets so far as to serve has refused nothing."""
    monkeypatch.setattr(setup, "_Lasting", lambda *_, **__: SimpleNamespace(serve=lambda: sys.exit("serves")))
    monkeypatch.setattr(setup, "_refuse_busy_port", lambda _: None)


@pytest.fixture
def refused(app):
    """`refused("words")`: every command but those named ends with code 1 and one line that says so, and the doctor
    with its list."""

    def ask(words, but=()):
        database.dispose()
        for name in ARGUMENTS.keys() - set(but):
            answer = app.test_cli_runner().invoke(args=[*name.split(), *ARGUMENTS[name]])
            lines = answer.output.strip().splitlines()
            assert isinstance(answer.exception, SystemExit), (name, answer.exception)
            assert answer.exit_code == 1, (name, answer.output)
            if name == "doctor":
                assert "FEJL" in answer.output
                continue
            assert len(lines) == 1, (name, lines)
            assert words in lines[0], (name, lines)

    yield ask
    faults.forget_damage()


@pytest.fixture
def otherwise(app, settings):
    """`otherwise(keys_file=…)` lets the program run by settings that differ in this."""
    yield lambda **changes: move_in(app, replace(settings, **changes))
    database.dispose()
    move_in(app, settings)


@pytest.fixture
def file(settings):
    """The SQLite file that everything lies in."""
    return Path(settings.database_url.removeprefix("sqlite:///"))


only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@only_sqlite
def test_none_works_on_a_torn_file(file, refused):
    os.truncate(file, file.stat().st_size // 2 + 100)

    refused("beskadiget", but=["serve"])  # which serves the page that says so, and the telephone numbers


@only_sqlite
def test_none_makes_a_file_anew_that_is_gone_but_init(app, file, refused):
    file.unlink()

    refused("findes ikke", but=["init"])

    assert not file.exists()
    assert app.test_cli_runner().invoke(args=["init"]).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600


@only_sqlite
def test_none_works_on_a_file_that_was_never_made_ready(file, refused):
    file.write_bytes(b"")

    refused("Kør `flask init`", but=["init"])


@only_sqlite
def test_none_works_on_a_database_whose_making_was_broken_off_but_init(app, file, refused):
    database.dispose()
    file.unlink()
    schema.migrate()  # killed before it had a key

    refused("Kør `flask init`", but=["init"])

    assert app.test_cli_runner().invoke(args=["init"]).exit_code == 0


def test_none_makes_new_keys_for_a_log_that_lost_all_of_its_own(refused):
    with db.connection_context(), begin():
        lock_chain(keys.SYSTEM)
        audit.read_by_command("log:verified")
        keys.DataKey.delete().execute()

    refused("nøglerne hører ikke til databasen")


def test_none_works_with_the_keys_of_another_database(refused, otherwise, tmp_path):
    keys.create_ring(tmp_path / "other" / "keys.json")
    otherwise(keys_file=tmp_path / "other" / "keys.json")

    refused("nøglerne hører ikke til databasen")


def test_none_works_on_a_database_that_is_newer(app, refused):
    with db.connection_context():
        db.execute_sql(
            "INSERT INTO schema_migration (id, name, applied) VALUES (9999, '9999_later', '2027-01-01 00:00:00')"
        )
    try:
        refused("nyere end programmet")
    finally:
        with db.connection_context():
            db.execute_sql("DELETE FROM schema_migration WHERE name = '9999_later'")


def test_none_works_on_the_database_of_another_program(refused, otherwise, elsewhere):
    otherwise(database_url=elsewhere)

    refused("tilhører et andet program")

    with db.connection_context():
        assert db.get_tables() == ["other"]


@pytest.fixture
def elsewhere(settings, tmp_path, request):
    """The address of a database with one table, which is none of ours."""
    if settings.database_url.startswith("sqlite"):
        file = tmp_path / "other.db"
        file.touch()
        url = f"sqlite:///{file}"
    else:
        url = request.getfixturevalue("new_postgres")("foreign")
    before = db.obj
    database.connect(url)
    with db.connection_context():
        for table in db.get_tables():
            db.execute_sql(f'DROP TABLE "{table}" CASCADE')
        db.execute_sql("CREATE TABLE other (id INTEGER)")
    database.dispose()
    db.initialize(before)
    return url


def test_none_works_without_the_keys(refused, otherwise, tmp_path):
    otherwise(keys_file=tmp_path / "gone" / "keys.json")

    refused("SKB_KEYS_FILE: filen", but=["doctor"])

    assert not (tmp_path / "gone").exists()


@only_sqlite
def test_what_would_be_erased_is_listed_and_not_a_byte_is_written(app, cast, file):
    a_case(cast, phase="closed", closed_at=time.now())
    before = file.read_bytes(), Path(f"{file}-wal").read_bytes()

    answer = app.test_cli_runner().invoke(args=["retention", "--dry-run", "--json"])

    assert [line["rule"] for line in json.loads(answer.output)] == ["common"]
    assert (file.read_bytes(), Path(f"{file}-wal").read_bytes()) == before
