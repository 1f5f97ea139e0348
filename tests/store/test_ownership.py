"""On PostgreSQL the program can run as a role that owns no table, and cannot take away what guards the log."""

import msgspec
import psycopg
import pytest

from skanderborg import move_in, setup
from skanderborg.domain import anchoring
from skanderborg.settings import SettingError, load
from skanderborg.store import db as database
from skanderborg.store.db import begin, db
from tests.made import a_case
from tests.servers import create_database

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

    with db.connection_context(), pytest.raises(Exception, match=r"must be owner|permission denied"), begin():
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
