"""A database of 0.4.0 comes along with its data: its chains hold before and after, and get their heads once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pyrage
import pytest
from msgspec import structs
from playhouse.migrations import Runner

from skanderborg import clock, setup
from skanderborg.domain import audit, health, integrity, rules, upgrading
from skanderborg.domain.backups import manifests, restoring
from skanderborg.settings import SettingError, Settings, load
from skanderborg.store import chains, connection, db, events, faults, heads, keys, schema
from skanderborg.store.critical_dates import CriticalDate
from skanderborg.store.db import Sqlite, begin, new_ref
from skanderborg.store.heads import ChainHead
from skanderborg.store.work import Deadline
from tests.made import by_hand
from tests.servers import create_database

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
IDENTITY = pyrage.x25519.Identity.generate()
LAST_OF_0_4 = "0007_deadline_failure"
COLUMNS = (
    "ref", "chain", "number", "at", "actor", "action", "object_kind", "object_ref", "outcome", "is_write", "request",
    "version", "changes", "mac",
)  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def old_url(request, tmp_path, worker_id) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        (tmp_path / "old.db").touch()
        return f"sqlite:///{tmp_path / 'old.db'}"
    return create_database(request.getfixturevalue("postgres_url"), f"{worker_id}_old")


@pytest.fixture
def old(old_url, keys_file, monkeypatch) -> Iterator[None]:
    """A database as 0.4.0 left it, with two chains of three events."""
    keys.open_ring(keys_file)
    db.connect(old_url)
    monkeypatch.setattr(Sqlite, "guarded", False)
    with db.db.connection_context():
        Runner(db.db.obj, str(schema.MIGRATIONS)).up(target=LAST_OF_0_4)
        for chain in (f"case:{new_ref()}", "system"):
            _write(chain)
    db.db.obj.close_all()
    yield
    db.dispose()


def _write(chain: str) -> None:
    before, mark = "", db.db.obj.param
    sealed = b"\x01" + b"x" * 40 if chain.startswith("case:") else None  # the key of such a case is gone
    for number in range(1, 4):
        values = {
            "ref": new_ref(), "chain": chain, "number": number, "at": NOW, "actor": None, "action": "x:done",
            "object_kind": "case", "object_ref": "x", "outcome": "ok", "is_write": True, "request": "-", "version": 1,
            "changes": sealed, "form": None,
        }  # fmt: skip
        before = values["mac"] = events.mac_of(before, values)
        stored = [events.Event._meta.fields[name].db_value(values[name]) for name in COLUMNS]
        names, marks = ", ".join(COLUMNS), ", ".join([mark] * len(COLUMNS))
        with begin():
            db.db.execute_sql(f"INSERT INTO event ({names}) VALUES ({marks})", stored)


def append_to(chain: str, changes: dict[str, list[int]] | None = None) -> None:
    events.append(
        chain, NOW, actor=None, action="x:done", object_kind="x", object_ref="x", is_write=True, changes=changes
    )


def found() -> list[str]:
    return [fault.what for fault in chains.walk(chains.cut()).faults]


def test_its_chains_get_their_heads_once_and_hold(old):
    schema.migrate()
    with db.db.connection_context():
        assert list(audit.take_over()) == [
            "Hændelsesloggens 2 kæder har fået et hoved, og 0 rækker er bundet, som de står nu."
        ]

        assert found() == []
        assert list(audit.take_over()) == []
        assert {head.number for head in ChainHead.select()} == {3}


def test_what_is_written_after_it_goes_on_in_the_same_chains(old):
    schema.migrate()
    with db.db.connection_context():
        list(audit.take_over())
        with begin():
            keys.make_system_key()
            append_to("system", changes={"n": [1, 2]})

        assert heads.end_of("system").number == 4
        assert found() == []


def test_nothing_starts_and_nothing_is_written_before_it_is_made_ready(old):
    schema.migrate()
    with db.db.connection_context():
        with pytest.raises(SettingError, match="flask init"):
            schema.refuse_other()
        with pytest.raises(SettingError, match="flask init"), begin():
            append_to("case:new")
        assert "flask init" in found()[-1]


def test_it_is_looked_over_for_damage_before_it_has_the_later_columns(old):
    integrity.refuse_damaged()


def test_a_chain_that_was_broken_before_is_named_and_stays_broken(old):
    with db.db.connection_context(), begin():
        for name in ("event_no_update", "event_no_delete"):
            db.db.execute_sql("ALTER TABLE event DISABLE TRIGGER ALL" if db.is_postgres() else f"DROP TRIGGER {name}")
        db.db.execute_sql("DELETE FROM event WHERE chain = 'system' AND number = 2")
    schema.migrate()
    with db.db.connection_context():
        said = list(audit.take_over())

        assert said[1:] == ["Bemærk: system, hændelse 3: Hændelse 2 mangler."]
        assert found() == ["Hændelse 2 mangler."]


def test_heads_that_were_taken_away_are_not_made_anew(old):
    """Else who cut the end of a chain would only have to wait for the next `flask init`."""
    schema.migrate()
    with db.db.connection_context():
        list(audit.take_over())
        with begin():
            keys.make_system_key()
            append_to("system")
        with by_hand() as sql:
            sql("DELETE FROM event WHERE number = 3")
            sql("DELETE FROM chain_head")
            sql("UPDATE log_count SET number = ? WHERE name = 'chains'", heads.NOT_TAKEN_OVER)

        with pytest.raises(SettingError, match="taget væk"):
            list(audit.take_over())
        assert not ChainHead.select().exists()


# ── a backup first ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def house(old, old_url, keys_file, tmp_path) -> Settings:
    """The settings of that database's house, which has a folder for its backups."""
    with db.db.connection_context(), begin():
        keys.make_system_key()
    (tmp_path / "backups").mkdir()
    (tmp_path / "data").mkdir(mode=0o700)
    faults.keep_in(tmp_path / "data")
    settings = load({
        "SKB_ENV": "test", "SKB_DATA_DIR": str(tmp_path / "data"), "SKB_DATABASE_URL": old_url,
        "SKB_KEYS_FILE": str(keys_file),
    })  # fmt: skip
    rules.configure(settings.defaults)
    clock.configure(settings.timezone, None, ())
    recipients = (str(IDENTITY.to_public()),)
    defaults = structs.replace(settings.defaults, backup_recipients=recipients, backup_folder=str(tmp_path / "backups"))
    return structs.replace(settings, defaults=defaults)


def not_yet() -> bool:
    with db.db.connection_context():
        return schema.applied()[-1] == LAST_OF_0_4


@pytest.mark.proof_on_postgres
def test_a_backup_of_what_was_is_made_before_it_is_upgraded_and_can_be_put_back(house, tmp_path, request):
    said = list(setup.init(house))

    (manifest,) = (tmp_path / "backups").glob("*.json")
    assert [line.split()[0] for line in said[:2]] == ["Sikkerhedskopien", "Databasen"]
    assert manifests.read(manifest).migrations[-1] == LAST_OF_0_4
    with db.db.connection_context():
        assert health.checks(house)["backup"]["hours"] == 0

    url = f"sqlite:///{tmp_path / 'elsewhere' / 'koordinering.db'}"
    if house.database_url.startswith("postgresql"):
        url = request.getfixturevalue("new_empty_postgres")
    elsewhere = structs.replace(house, database_url=url, keys_file=tmp_path / "elsewhere-keys" / "keys.json")
    with connection.instead(url):
        done = restoring.restore(elsewhere, manifest, str(IDENTITY))
        with db.db.connection_context():
            schema.refuse_other()
            assert found() == []
            assert events.Event.select().where(events.Event.chain.startswith("case:")).count() == 3
    assert any("0046" in line for line in done.upgraded)


@pytest.mark.proof_on_postgres
@pytest.mark.parametrize("lacks", [{"backup_folder": ""}, {"backup_recipients": ()}, {"backup_folder": "/nowhere"}])
def test_without_a_backup_production_is_upgraded_only_when_one_says_so(house, lacks):
    house = structs.replace(house, defaults=structs.replace(house.defaults, **lacks))

    with pytest.raises(SettingError, match="--without-backup"):
        list(upgrading.back_up_first(structs.replace(house, env="production")))

    assert not_yet()
    (*_, said) = [line for line in setup.init(house) if line.startswith("Bemærk: databasen opgraderes uden")]
    assert "backup" in said or "/nowhere" in said
    assert not not_yet()


@pytest.mark.proof_on_postgres
def test_who_says_that_there_is_a_backup_is_upgraded_without(house, tmp_path):
    said = list(setup.init(house, with_backup=False))

    assert said[0].startswith("Databasen har fået 0008")
    assert list((tmp_path / "backups").iterdir()) == []


@pytest.mark.proof_on_postgres
def test_nothing_is_backed_up_where_nothing_is_due(house, tmp_path):
    list(setup.init(house, with_backup=False))

    assert not [line for line in setup.init(house) if "sikkerhedskopi" in line.casefold()]
    assert list((tmp_path / "backups").iterdir()) == []


LAST_BEFORE_DATES = "0046_assessment_part"


def _insert(table: str, **values: object) -> None:
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join([db.db.obj.param] * len(values))
    db.db.execute_sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', list(values.values()))


def _stands(at: datetime) -> object:
    return at if db.is_postgres() else f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def test_orders_and_days_of_the_police_become_critical_dates_and_are_reminded_of_as_before(old, monkeypatch):
    """What was planned for an order stays planned, on its morning; one that was lifted becomes none."""
    soon, at = datetime.now(UTC).date() + timedelta(days=50), _stands(NOW)
    monkeypatch.setattr(Sqlite, "guarded", False)
    with db.db.connection_context():
        Runner(db.db.obj, str(schema.MIGRATIONS)).up(target=LAST_BEFORE_DATES)
        with begin():
            person = {"ref": "p", "username": "p", "name": "P", "plain_name": "P", "email": "p", "roles": ""}
            _insert(
                "person",
                **person,
                password_hash="x",
                theme="auto",
                put_away=False,
                has_shortcuts=False,
                created_at=at,
                version=1,
            )
            case = {"ref": "c", "code": "C", "kind": "full", "phase": "action", "citizen_role": "exposed"}
            _insert("case", **case, danger_now="no", children="no", reported_by_id="p", reported_at=at, version=1,
                    restricted=False, is_acute=False, board_stamp=0)  # fmt: skip
            order = {"case_id": "c", "kind": "tilhold", "from_on": "2026-01-01", "by_id": "p", "at": at, "version": 1}
            _insert("order", ref="o", to_on=str(soon), **order)
            _insert("order", ref="l", to_on=str(soon), ended_on="2026-02-01", **order)
            _insert("deadline", ref="d", kind="order-expires", case_id="c", about="order:o", due_at=at, created_at=at)
            report = {"reported_on": "2026-01-01", "receipt": "no", "tell_us_first": "no", "version": 1}
            _insert("police_report", ref="r", case_id="c", contact_on=str(soon), by_id="p", at=at, **report)
    db.db.obj.close_all()

    schema.migrate()

    with db.db.connection_context():
        rows = {row.about: row for row in CriticalDate.select(CriticalDate.about, CriticalDate.ref, CriticalDate.on)}
        planned = sorted(Deadline.select(Deadline.about, Deadline.kind, Deadline.ref).tuples())
    assert {about: row.on for about, row in rows.items()} == {"order:o": soon, "police_report:r": soon}
    of_order, of_report = (f"critical_date:{rows[about].ref}" for about in ("order:o", "police_report:r"))
    assert (of_order, "date-ahead", "d") in planned
    assert sorted((about, kind) for about, kind, _ in planned) == sorted(
        (about, kind) for about in (of_order, of_report) for kind in ("date-ahead", "date-passed")
    )
