"""What was readable without a key is sealed by a migration: rows say what they said, and nobody reads it by hand.

The rows are written as the version before had them, and bound as it bound them.
"""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playhouse.migrations import Runner

from skanderborg import clock
from skanderborg.domain import upgrading
from skanderborg.kinds import Answer, Basis, ConclusionKind, ConsentWay, MayKnow, OrderKind, Reaction, RiskLevel
from skanderborg.store import chains, db, heads, keys, resealing, rows, schema
from skanderborg.store.authorities import Order
from skanderborg.store.cases import Case
from skanderborg.store.db import Sqlite, begin, new_ref
from skanderborg.store.incidents import Incident
from skanderborg.store.plans import NetworkPerson
from skanderborg.store.record import Conclusion, Consent, Disclosure, RiskRecord
from tests.store.test_upgrade import old_url  # noqa: F401 a fixture

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
FIRST = "0062"
READABLE = (
    b"must-not",
    b"2026-10-07",
    b"2026-10-08",
    b"2026-10-11",
    b"2026-10-12",
    b"07:42",
    b"telegram",
    b"harassment",
)
CASE, PERSON = new_ref(), new_ref()
BY = {"case_id": CASE, "by_id": PERSON, "at": NOW}
OLD = {
    "person": {"username": "solveig", "name": "Solveig", "plain_name": "Solveig", "email": "s@example.invalid",
               "roles": "professional", "theme": "auto", "put_away": "", "has_shortcuts": False, "created_at": NOW,
               "version": 1},
    "case": {"code": "K7F3Q", "kind": "full", "phase": "sparring", "citizen_role": "exposed", "danger_now": "yes",
             "children": "no", "is_acute": False, "restricted": False, "reported_by_id": PERSON, "reported_at": NOW,
             "board_stamp": 1, "version": 1},
    "consent": BY | {"way": "written", "given_on": date(2026, 10, 7), "version": 1},
    "risk_record": BY | {"made_on": date(2026, 10, 8), "level": "high"},
    "network_person": BY | {"may_know": "must-not", "is_witness": True, "version": 1},
    "order": BY | {"kind": "tilhold", "from_on": date(2026, 10, 11), "to_on": date(2027, 10, 11), "version": 1},
    "conclusion": {"case_id": CASE, "by_id": PERSON, "at": NOW, "number": 1, "conclusion": "harassment"},
    "incident": BY | {"number": 1, "status": "live", "from_on": date(2026, 10, 12), "at_time": "07:42",
                      "kind": "incident", "types": " call message ", "contact_count": 31, "channel": "telegram",
                      "reaction": "none", "fear": 9, "children_present": "yes", "reported": "no", "source": "citizen",
                      "is_example": False, "is_withheld": False, "is_danger": True, "fingerprint": "x", "version": 1},
    "disclosure": BY | {"basis": "consent", "on": date(2026, 10, 9)},
}  # fmt: skip


@pytest.fixture
def old(old_url, keys_file, monkeypatch):  # noqa: F811
    """A database as the version before left it: rows whose facts anyone reads, and which are bound to their events."""
    clock.configure("Europe/Copenhagen", None, clock.ClosingDays())
    keys.open_ring(keys_file)
    db.connect(old_url)
    monkeypatch.setattr(Sqlite, "guarded", False)
    before = max(name for name in schema.known() if name < FIRST)
    with db.db.connection_context():
        Runner(db.db.obj, str(schema.MIGRATIONS)).up(target=before)
        with begin():
            keys.make(f"case:{CASE}")
            heads.take_over([])
            refs = {table: _put(table, values) for table, values in OLD.items()}
        with begin():
            rows.bind_anew(rows.FOUND)
        assert rows.names_of_altered() == set()
        assert rows.unopenable(25) == []  # else no backup could be made before the upgrade
    db.db.obj.close_all()
    yield refs
    db.dispose()


def _put(table: str, values: dict) -> str:
    ref = {"case": CASE, "person": PERSON}.get(table) or new_ref()
    values, mark = {"ref": ref} | values, db.db.obj.param
    stored = [events_instant(value) if isinstance(value, datetime) else value for value in values.values()]
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join([mark] * len(values))
    db.db.execute_sql(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', stored)
    return ref


def events_instant(at: datetime):
    return Case.reported_at.db_value(at)


def bring_up_to_date():
    done = list(upgrading.bring_up_to_date())
    assert any(FIRST in line for line in done)


def test_every_row_says_what_it_said_and_is_bound_as_it_stands(old):
    bring_up_to_date()

    with db.db.connection_context():
        consent, risk, told = Consent.get(), RiskRecord.get(), NetworkPerson.get()
        assert (consent.way, consent.given_on, consent.expires_on) == (ConsentWay.WRITTEN, date(2026, 10, 7), None)
        assert (risk.made_on, risk.level) == (date(2026, 10, 8), RiskLevel.HIGH)
        assert (told.may_know, told.is_witness, told.told_on) == (MayKnow.MUST_NOT, True, None)
        order, row = Order.get(), Incident.get()
        assert (order.kind, order.to_on, order.ended_on) == (OrderKind.TILHOLD, date(2027, 10, 11), None)
        assert (row.from_on, row.at_time, row.types) == (date(2026, 10, 12), "07:42", " call message ")
        assert (row.contact_count, row.fear, row.is_danger, row.is_second_hour) == (31, 9, True, None)
        assert (row.reaction, row.children_present) == (Reaction.NONE, Answer.YES)
        assert Conclusion.get().conclusion == ConclusionKind.HARASSMENT
        assert (Disclosure.get().basis, Case.get().danger_now) == (Basis.CONSENT, Answer.YES)
        assert rows.faults() == []
        assert chains.walk(chains.cut()).faults == []


def test_nothing_of_it_can_be_read_in_the_database_any_more(old, old_url):  # noqa: F811
    bring_up_to_date()

    with db.db.connection_context():
        assert RiskRecord.select(RiskRecord.ref).where(RiskRecord.level.is_null()).count() == 0
        stored = db.db.execute_sql("SELECT level, made_on FROM risk_record").fetchall()
        stored += db.db.execute_sql("SELECT from_on, fear FROM incident").fetchall()
        assert all(isinstance(value, bytes) for row in stored for value in row)
    if old_url.startswith("sqlite"):
        raw = b"".join(path.read_bytes() for path in db_files(old_url))
        assert b"K7F3Q" in raw
        assert not [word for word in READABLE if word in raw]


def db_files(url: str):
    path = Path(url.removeprefix("sqlite:///"))
    return [one for one in path.parent.glob(f"{path.name}*") if one.stat().st_size]


def test_a_row_that_was_altered_before_stays_named(old):
    with db.db.connection_context(), begin():
        db.db.execute_sql("UPDATE risk_record SET level = 'low'")

    bring_up_to_date()

    with db.db.connection_context():
        assert {fault.row for fault in rows.faults()} == {f"risk_record:{old['risk_record']}"}


def test_a_case_whose_key_is_destroyed_keeps_nothing_of_it(old):
    with db.db.connection_context(), begin():
        keys.DataKey.delete().where(keys.DataKey.scope == f"case:{CASE}").execute()
    keys.forget()

    bring_up_to_date()

    with db.db.connection_context():
        assert db.db.execute_sql("SELECT level FROM risk_record").fetchall() == [(None,)]


def test_a_check_goes_with_a_column_that_it_names_and_no_other():
    sql = (
        """CREATE TABLE "x" ("ref" VARCHAR(26) NOT NULL PRIMARY KEY, "fear" SMALLINT, "kind" VARCHAR(12) NOT NULL, """
        """CHECK (kind IN ('fear', 'a, b')), CHECK (fear BETWEEN 0 AND 10), FOREIGN KEY ("ref") REFERENCES "y" ("z"))"""
    )

    loose = sql.replace('"fear" SMALLINT', '"fear" BLOB').replace(" CHECK (fear BETWEEN 0 AND 10),", "")
    assert resealing.loosened(sql, ["fear"]) == loose
