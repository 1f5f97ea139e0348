"""On PostgreSQL the program can run as a role that owns no table, and cannot take away what guards the log."""

import msgspec
import psycopg
import pytest

from skanderborg import move_in, setup
from skanderborg.domain import anchoring, ticks
from skanderborg.settings import SettingError, load
from skanderborg.store import db as database
from skanderborg.store import ownership, schema
from skanderborg.store.db import begin, db
from tests.made import a_case
from tests.servers import create_database, free_port

pytestmark = pytest.mark.postgres


@pytest.fixture
def two_roles(pages, postgres_url, worker_id, tmp_path, keys_file):
    """An empty database that one role owns, and settings for another."""
    url = create_database(postgres_url, f"{worker_id}_owned")
    owner, program = f"{worker_id}_owner", f"{worker_id}_program"
    with psycopg.connect(url, autocommit=True) as admin:
        for role in (owner, program):
            admin.execute(f"DROP ROLE IF EXISTS {role}")
            admin.execute(f"CREATE ROLE {role} LOGIN")
        admin.execute(f"ALTER DATABASE {worker_id}_owned OWNER TO {owner}")
        admin.execute(f"ALTER SCHEMA public OWNER TO {owner}")
    said = {"SKB_ENV": "test", "SKB_DATA_DIR": str(tmp_path / "data"), "SKB_KEYS_FILE": str(keys_file)}
    settings = load(
        said
        | {
            "SKB_DATABASE_URL": url.replace("postgres@", f"{program}@"),
            "SKB_DATABASE_OWNER_URL": url.replace("postgres@", f"{owner}@"),
        }
    )
    move_in(pages, settings)
    yield settings
    database.dispose()
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {worker_id}_owned WITH (FORCE)")
        admin.execute(f"DROP ROLE {owner}")
        admin.execute(f"DROP ROLE {program}")


def test_the_program_works_as_a_role_that_owns_nothing(two_roles):
    list(setup.init(two_roles))
    list(setup.init(two_roles))  # running it again is harmless

    with db.connection_context():
        assert anchoring.weaknesses(two_roles)[1:] == []
        assert anchoring.watch(two_roles, setup.people.clock.now()) == 1
        assert anchoring.verify(two_roles, setup.people.clock.now()).faults == []


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER event_no_change ON event", "ALTER TABLE event DISABLE TRIGGER ALL", "DELETE FROM event",
        "UPDATE event SET action = 'x'", "TRUNCATE event", "DELETE FROM chain_head", "DROP TABLE event",
        "SET session_replication_role = replica", "UPDATE file_chunk SET number = 1", "DELETE FROM schema_migration",
        "DROP VIEW log_entry",
    ],
)  # fmt: skip
def test_the_database_lets_that_role_take_nothing_away(two_roles, statement):
    list(setup.init(two_roles))

    with (
        db.connection_context(),
        pytest.raises(Exception, match=r"must be owner|permission denied|append-only"),
        begin(),
    ):
        db.execute_sql(statement)


def test_an_installation_whose_program_owns_its_tables_is_told(house, cast, settings):
    a_case(cast)

    said = [remark for remark in anchoring.weaknesses(settings) if "ejer" in remark]
    assert len(said) == database.is_postgres()


def test_an_owner_is_for_postgresql_only():
    with pytest.raises(SettingError, match="SKB_DATABASE_OWNER_URL"):
        load({"SKB_DATABASE_OWNER_URL": "postgresql://a@b/c", "SKB_DATABASE_URL": "sqlite:////x/y.db"})


def test_settings_name_no_owner_unless_told(settings):
    assert msgspec.structs.asdict(settings)["database_owner_url"] is None


@pytest.mark.parametrize(
    ("right", "is_mighty"),
    [
        ("NOSUPERUSER", False), ("CREATEDB", False), ("SUPERUSER", True), ("CREATEROLE", True), ("BYPASSRLS", True),
        ("REPLICATION", True),
    ],
)  # fmt: skip
def test_a_role_that_may_do_what_no_program_needs_is_found(two_roles, postgres_url, worker_id, right, is_mighty):
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"ALTER ROLE {worker_id}_program {right}")

    with db.connection_context():
        assert ownership.is_mighty() == is_mighty


def test_a_role_that_reaches_the_servers_files_is_found(two_roles, postgres_url, worker_id):
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"GRANT pg_read_server_files TO {worker_id}_program")

    with db.connection_context():
        assert ownership.is_mighty()


@pytest.mark.parametrize("danger", ["is_mighty", "is_overheard"])
@pytest.mark.parametrize("start", [lambda settings: list(setup.init(settings)), ticks.prepare, setup.ready_or_stop])
def test_production_starts_nothing_over_such_a_connection(two_roles, monkeypatch, danger, start):
    list(setup.init(two_roles))
    monkeypatch.setattr(schema, "unsafe", lambda: None)  # the cluster of the tests does not wait for the disk
    monkeypatch.setattr(ownership, danger, lambda: True)

    with pytest.raises(SettingError, match="SKB_DATABASE_URL"):
        start(msgspec.structs.replace(two_roles, env="production", database_owner_url=None, port=free_port()))


def test_the_owner_is_not_mighty_either(two_roles, monkeypatch):
    monkeypatch.setattr(schema, "unsafe", lambda: None)
    monkeypatch.setattr(ownership, "is_mighty", lambda: ownership.role().endswith("_owner"))

    with pytest.raises(SettingError, match="SKB_DATABASE_OWNER_URL"):
        list(setup.init(msgspec.structs.replace(two_roles, env="production")))


def test_a_connection_over_this_machine_is_not_overheard(two_roles):
    with db.connection_context():
        assert not ownership.is_overheard()
