"""The log cannot be cut: what someone who owns the database takes out, puts in or puts back is found and named."""

import peewee
import pytest

from skanderborg import clock as time
from skanderborg.store import anchors, chains, events, heads
from skanderborg.store.db import begin, db, is_postgres
from skanderborg.store.events import Event
from skanderborg.store.heads import ChainHead, End, LogCount
from tests.made import a_case, by_hand


@pytest.fixture
def case(cast):
    """A case with a chain of six events, and an anchor over the first four."""
    made = a_case(cast)
    for number in range(6):
        with begin():
            events.record(cast["rikke"], "case:described", made, changes={"children": [str(number), "no"]})
        if number == 3:
            anchored()
    return made


def anchored() -> anchors.Anchor:
    with begin():
        heads.hold()
        ends = {chain: End(head.number, head.mac) for chain, head in heads.every().items()}
        return anchors.make(time.now(), chains.last_event(), ends)


def faults() -> list[chains.Fault]:
    return chains.walk(chains.cut()).faults


def last_of(case) -> int:
    return ChainHead.get(ChainHead.chain == f"case:{case.ref}").number


def told() -> str:
    return "\n".join(f"{fault.chain} {fault.number} {fault.what}" for fault in faults())


def test_a_log_that_nobody_touched_has_no_fault(case):
    assert faults() == []


def test_a_tail_that_is_cut_is_missed(case):
    chain, last = f"case:{case.ref}", last_of(case)
    with by_hand() as sql:
        sql("DELETE FROM event WHERE chain = ? AND number > ?", chain, last - 2)

    assert f"{chain} {last} Kæden er skåret af: hændelse {last - 1} til {last} mangler." in told()


def test_an_event_from_the_middle_is_missed(case):
    chain = f"case:{case.ref}"
    with by_hand() as sql:
        sql("DELETE FROM event WHERE chain = ? AND number = 3", chain)

    assert f"{chain} 4 Hændelse 3 mangler." in told()


def test_the_first_event_is_missed(case):
    chain = f"case:{case.ref}"
    with by_hand() as sql:
        sql("DELETE FROM event WHERE chain = ? AND number < 3", chain)

    assert f"{chain} 3 Hændelse 1 til 2 mangler." in told()


def test_a_whole_chain_that_is_gone_is_missed_by_its_head(case):
    chain, last = f"case:{case.ref}", last_of(case)
    with by_hand() as sql:
        sql("DELETE FROM event WHERE chain = ?", chain)

    assert f"{chain} {last} Kæden er skåret af: hændelse 1 til {last} mangler." in told()


def test_a_whole_chain_that_is_gone_with_its_head_is_missed_by_the_count(case):
    there = ChainHead.select().count()
    with by_hand() as sql:
        sql("DELETE FROM event WHERE chain = ?", f"case:{case.ref}")
        sql("DELETE FROM chain_head WHERE chain = ?", f"case:{case.ref}")

    assert f"Der skal være {there} kæder, og der er {there - 1}." in told()
    assert f"case:{case.ref} None Sagens kæde mangler." in told()


def test_a_chain_that_begins_anew_after_it_was_taken_away_is_missed_for_good(case, cast):
    there = ChainHead.select().count()
    with by_hand() as sql:
        sql("DELETE FROM event WHERE chain = ?", f"case:{case.ref}")
        sql("DELETE FROM chain_head WHERE chain = ?", f"case:{case.ref}")
    with begin():
        events.record(cast["rikke"], "case:described", case)

    assert f"Der skal være {there + 1} kæder, og der er {there}." in told()


def test_a_head_that_is_made_to_fit_the_cut_is_no_head(case):
    chain = f"case:{case.ref}"
    earlier = Event.get(Event.chain == chain, Event.number == 3)
    with by_hand() as sql:
        sql("DELETE FROM event WHERE chain = ? AND number > 3", chain)
        sql("UPDATE chain_head SET number = 3, mac = ? WHERE chain = ?", earlier.mac, chain)

    assert f"{chain} 3 Kædens hoved er ændret." in told()


def test_an_older_head_that_is_put_back_with_the_cut_is_missed_at_the_anchor(case, cast):
    chain = f"case:{case.ref}"
    old = ChainHead.get(ChainHead.chain == chain)
    for _ in range(2):
        with begin():
            events.record(cast["rikke"], "case:described", case)
    number = anchored().number
    with by_hand() as sql:
        sql("DELETE FROM event WHERE chain = ? AND number > ?", chain, old.number)
        sql("UPDATE chain_head SET number = ?, mac = ?, seal = ? WHERE chain = ?", old.number, old.mac, old.seal, chain)

    assert [fault.what for fault in faults()] == [
        f"Fra anker {number} (2026-11-20) er loggen ikke den, der blev forankret."
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "case:read"), ("actor", "a" * 26), ("object_ref", "a" * 26), ("outcome", "denied"),
        ("os_user", "someone else"), ("wrote", "{}"), ("request", "x"), ("version", 9), ("number", 90), ("form", None),
        ("changes_hash", "0" * 64), ("changes", b"\x01" + b"x" * 40), ("changes", None), ("mac", "0" * 64),
    ],
)  # fmt: skip
def test_an_event_that_is_changed_is_named(case, column, value):
    chain = f"case:{case.ref}"
    event = Event.get(Event.chain == chain, Event.number == 4)
    with by_hand() as sql:
        sql(f"UPDATE event SET {column} = ? WHERE ref = ?", value, event.ref)

    assert event.ref in [fault.event for fault in faults()]


@pytest.mark.parametrize(("column", "value"), [("wrote", "{}"), ("os_user", "root"), ("changes_hash", "0" * 64)])
def test_an_event_of_an_older_form_says_nothing_that_its_mac_does_not_cover(case, column, value):
    chain = f"case:{case.ref}"
    head = ChainHead.get(ChainHead.chain == chain)
    old = {"form": None, "changes_hash": None, "wrote": None, "os_user": None, "changes": None, "version": None}
    values = old | {
        "ref": "b" * 26, "chain": chain, "number": head.number + 1, "at": time.now(), "actor": None, "action": "x",
        "object_kind": "case", "object_ref": "x", "outcome": "ok", "is_write": True, "request": "-",
    }  # fmt: skip
    end = End(head.number + 1, events.mac_of(head.mac, values))
    with by_hand():
        Event.insert(**values | {column: value}, mac=end.mac).execute()
        ChainHead.update(number=end.number, mac=end.mac, seal=heads.seal_of(chain, end)).where(
            ChainHead.chain == chain
        ).execute()

    assert [fault.event for fault in faults()] == ["b" * 26]


def test_a_text_that_was_erased_with_a_word_about_it_leaves_the_chain_whole(case, cast):
    erased = Event.get(Event.chain == f"case:{case.ref}", Event.number == 4)
    with by_hand() as sql:
        sql("UPDATE event SET changes = NULL WHERE ref = ?", erased.ref)
    assert erased.ref in [fault.event for fault in faults()]

    with begin():
        events.record(cast["dorte"], chains.ERASED, erased)

    assert faults() == []


def test_a_head_that_is_gone_is_missed_and_keeps_nobody_from_writing(case, cast):
    chain = f"case:{case.ref}"
    with by_hand() as sql:
        sql("DELETE FROM chain_head WHERE chain = ?", chain)
    assert f"{chain} None Kædens hoved mangler." in told()

    with begin():
        events.record(cast["rikke"], "case:described", case)

    assert "kæder, og der er" in told()  # the one that the chain got anew was counted anew


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("DELETE FROM log_count WHERE name = 'chains'", "Tallet på kæder mangler."),
        ("UPDATE log_count SET number = number - 1 WHERE name = 'chains'", "Tallet på kæder er ændret."),
        ("UPDATE log_count SET number = -1 WHERE name = 'chains'", "Loggen er ikke gjort klar"),
        ("DELETE FROM log_count WHERE name = 'anchors'", "Tallet på ankre mangler."),
        ("DELETE FROM anchor", "Der skal være 1 ankre, og der er 0."),
        ("UPDATE anchor SET digest = '0'", "er loggen ikke den, der blev forankret"),
        ("UPDATE anchor SET last_event = last_event - 1", "er loggen ikke den, der blev forankret"),
        ("UPDATE anchor SET chains = chains + 1, at = '2026-01-01T00:00:00.000000Z'", "er loggen ikke den"),
    ],
)
def test_counts_and_anchors_that_are_changed_are_named(case, statement, what):
    with by_hand() as sql:
        sql(statement)

    assert what in told()


# ── what the database refuses by itself ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM event", "UPDATE event SET action = 'x'", "DELETE FROM chain_head", "DELETE FROM log_count",
        "UPDATE chain_head SET number = number - 1", "UPDATE chain_head SET number = number",
        "UPDATE chain_head SET chain = 'x'", "UPDATE log_count SET number = number - 1", "DELETE FROM anchor",
        "UPDATE anchor SET digest = 'x'", "UPDATE anchor SET number = 9",
    ],
)  # fmt: skip
def test_the_log_grows_and_never_shrinks(case, statement):
    with pytest.raises(peewee.DatabaseError), begin():
        db.execute_sql(statement)


TABLES = ["event", "chain_head", "log_count", "anchor", "stored_file", "file_chunk", "incident", "incident_version",
          "exhibit", "pack"]  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_no_table_of_evidence_is_emptied_at_once(case, table):
    if is_postgres():
        with pytest.raises(peewee.DatabaseError, match="append-only"), begin():
            db.execute_sql(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", ["event", "chain_head", "log_count", "anchor"])
def test_no_row_of_the_log_is_replaced(case, table):
    if not is_postgres():
        with pytest.raises(peewee.DatabaseError, match="append-only"), begin():
            db.execute_sql(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1")


def test_a_head_is_under_a_mac_of_its_own(case):
    assert all(heads.is_genuine(row) for row in [*ChainHead.select(), *LogCount.select()])


def test_two_who_begin_chains_at_once_are_both_counted(cast, house):
    before = LogCount.get(LogCount.name == heads.CHAINS).number
    for code in ("K7F3R", "K7F3S"):
        case = a_case(cast, code)
        with begin():
            events.record(cast["rikke"], "case:described", case)

    assert LogCount.get(LogCount.name == heads.CHAINS).number == before + 2 == ChainHead.select().count()
    assert faults() == []


def test_an_event_costs_two_statements_of_which_one_moves_the_head_too(case, cast, queries):
    with begin():
        queries.clear()
        events.record(cast["rikke"], "case:described", case)

    asked = [sql for sql in queries if not sql.startswith(("COMMIT", "SELECT pg_advisory"))]
    assert [sql.split()[0] for sql in asked] == ["SELECT", "INSERT"]
    assert faults() == []
