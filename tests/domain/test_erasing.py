"""A case is erased whole: nothing of it is left but the log, which tells that it was, and a row in the ledger."""

import subprocess
import tempfile
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import peewee
import pytest

from skanderborg import clock as time
from skanderborg import policy
from skanderborg.domain import anchoring, drafts, erasing
from skanderborg.errors import UNREADABLE
from skanderborg.settings import ROOT
from skanderborg.store import chains, erasures, keys, owned, rows, schema
from skanderborg.store.cases import Case, CaseLink
from skanderborg.store.db import begin, db, insert, is_postgres
from skanderborg.store.erasures import Erasure
from skanderborg.store.events import Event
from skanderborg.store.files import FileChunk
from skanderborg.store.people import Draft, Session
from skanderborg.store.record import Note
from tests.jobs.test_worker import FLASK, environment
from tests.made import ON_CASE, a_case, an_exhibit
from tests.servers.running import wait_until

SAID = {"code": "K7F3Q", "rule": "voksen", "archive_reference": "27.00-2026-17", "agreed_by": "k" * 26,
        "decided_by": "m" * 26, "decided_at": None}  # fmt: skip


def begun(case: Case) -> Erasure:
    with begin():
        erasing.hold(case.ref)
        return erasing.begin(case.ref, time.now(), erasing.names(case.ref), **SAID)


def erase(case: Case) -> None:
    begun(case)
    assert erasing.go_on(time.now()) == 1


# ── whole ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_table_says_whether_its_rows_go_with_a_case():
    every = {model._meta.table_name for model in schema.ALL_TABLES}
    go = {model._meta.table_name for model in [*owned.tables(), *owned.NAMES]}

    assert every - go - owned.KEPT.keys() == set(), "erase its rows, or say in owned.KEPT why they stay"
    assert owned.KEPT.keys() - (every - go) == set()


def test_nothing_that_goes_is_referred_to_by_what_goes_after_it():
    order = owned.tables()

    assert [
        (later, earlier)
        for place, earlier in enumerate(order)
        for later in order[place + 1 :]
        if any(field.rel_model is earlier for field in later._meta.refs)
    ] == []
    assert order[-1] is Case


def test_a_row_that_refers_to_a_kept_table_alone_belongs_to_no_case():
    """What is kept must not refer to a case, or to anything of one: it could not stay. What is emptied lets go."""
    tied = [
        f"{model._meta.table_name}.{field.name}"
        for model in schema.ALL_TABLES
        for field in model._meta.refs
        if model._meta.table_name in owned.KEPT and field.rel_model in owned.tables()
    ]

    assert tied == [f"{model._meta.table_name}.{columns[0]}" for model, columns in owned.EMPTIED.items()]


def test_the_log_of_another_case_goes_on_and_tells_that_a_link_is_gone(cast, case):
    other = a_case(cast, code="L1NKD")
    with begin():
        insert(CaseLink, case=other, other=case, kind="same-person", reason="x", by=cast["rikke"], at=time.now())

    erase(case)

    assert not CaseLink.select().exists()
    assert keys.data_key(f"case:{other.ref}")
    assert (chains.walk(chains.cut()).faults, [fault.row for fault in rows.faults() if "link" in fault.row]) == ([], [])


def test_what_was_said_is_sealed_for_good_and_that_it_was_said_stays(cast, case):
    before = Event.select().where(Event.chain == f"case:{case.ref}").count()

    erase(case)

    with pytest.raises(keys.Gone):
        keys.data_key(f"case:{case.ref}")
    told = [event.action for event in Event.select().where(Event.chain == f"case:{case.ref}").order_by(Event.number)]
    assert told[before:] == ["case:erasing", "case:erased"]


def test_the_ledger_says_who_decided_it_and_how_much_it_was(cast, case):
    an_exhibit(case, cast["rikke"], b"x" * 3_000_000)

    erase(case)

    kept = Erasure.get(Erasure.case_ref == case.ref)
    assert (kept.code, kept.archive_reference) == ("K7F3Q", "27.00-2026-17")
    assert kept.rows == 1 + len(ON_CASE) + 1 + 1 + 3  # the case, who is on it, the exhibit, its file and its chunks
    assert kept.bytes > 3_000_000
    assert kept.done_at


def test_a_draft_of_the_case_goes_and_one_of_another_page_stays(cast, case, house):
    now = time.now()
    with begin():
        session = insert(Session, id_hash="x", person=cast["rikke"], created_at=now, last_seen_at=now, ends_at=now,
                         browser="x")  # fmt: skip
    for name, path in (("a" * 26, f"/sager/{case.ref}/noter"), ("b" * 26, "/mistanker/ny")):
        drafts.save(cast["rikke"], session, name, drafts.Typed(path, path, {"text": ["om hende"]}))

    erase(case)

    assert [draft.ref for draft in Draft.select()] == ["b" * 26]


# ── in steps ────────────────────────────────────────────────────────────────────────────────────────


def test_from_the_first_step_on_nothing_opens_and_nobody_sees_it(cast, case):
    with begin():
        note = insert(Note, case=case, theme="Tema", text="Ring til søsteren", by=cast["rikke"], at=time.now())

    begun(case)

    assert Note.get(Note.ref == note.ref).text == UNREADABLE
    assert not policy.opens(cast["rikke"], case)


def test_who_is_killed_in_the_middle_goes_on_where_it_was(cast, case, monkeypatch):
    with begin():
        for number in range(5):
            insert(Note, case=case, theme=f"{number}", by=cast["rikke"], at=time.now())
    begun(case)
    monkeypatch.setattr(erasing, "ROWS_A_STEP", 2)
    erasing._step(Erasure.get(), deque([Note]))

    assert Note.select().count() == 3
    assert erasing.go_on(time.now()) == 1
    assert erasing.go_on(time.now()) == 0


def test_a_note_and_the_one_that_it_corrects_go_one_after_the_other(cast, case):
    with begin():
        first = insert(Note, case=case, theme="1", by=cast["rikke"], at=time.now())
        insert(Note, case=case, theme="2", corrects=first, by=cast["rikke"], at=time.now())

    erase(case)

    assert not Note.select().exists()


def test_nothing_is_erased_by_a_row_that_somebody_wrote_into_the_ledger(cast, case, settings):
    with begin():
        insert(Erasure, case_ref=case.ref, started_at=time.now(), seal="0" * 64, rows=1, bytes=1, **SAID)

    assert erasing.go_on(time.now()) == 0
    assert Case.select().where(Case.ref == case.ref).exists()
    assert anchoring.FORGED in {fault.what for fault in anchoring.verify(settings, time.now()).faults}


@pytest.mark.parametrize("statement", [
    "UPDATE erasure SET archive_reference = 'x'", "UPDATE erasure SET done_at = NULL", "DELETE FROM erasure",
])  # fmt: skip
def test_the_ledger_stays_as_it_is(cast, case, statement):
    erase(case)

    with pytest.raises(peewee.DatabaseError, match="append-only"), begin():
        db.execute_sql(statement)


def test_evidence_of_a_case_that_is_not_being_erased_refuses_to_go(cast, case):
    other = a_case(cast, code="L1NKD")
    an_exhibit(other, cast["rikke"])
    begun(case)

    with pytest.raises(peewee.DatabaseError, match="append-only"), begin():
        FileChunk.delete().execute()


# ── the files of the database ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def sealed(cast, case) -> Callable[[int], list[bytes]]:
    """`sealed(200)` writes so many notes with a canary; what must be found nowhere afterwards: each canary as it was
    typed and as it lies in its row, a piece of a file, and the key."""

    def write(number: int) -> list[bytes]:
        canaries = [f"ZQX-{place}-{'æ' * (place % 700)}" for place in range(number)]
        with begin():
            for canary in canaries:
                insert(Note, case=case, theme=canary, text=canary, by=cast["rikke"], at=time.now())
        an_exhibit(case, cast["rikke"], b"ZQX-file" * 200_000)
        rows = [one.__data__ for one in Note.select()]
        pieces = [bytes(chunk.__data__["body"])[:60] for chunk in FileChunk.select()]
        wrapped = bytes(keys.DataKey.get(keys.DataKey.scope == f"case:{case.ref}").wrapped)
        texts = [bytes(row[name])[13:43] for row in rows for name in ("theme", "text")]
        return [canary.encode() for canary in canaries] + texts + pieces + [wrapped, b"ZQX-file"]

    return write


def found_in_files(settings, sought: list[bytes]) -> list[bytes]:
    """What of that stands in the files of the database, those beside it and temporary ones."""
    folders = (settings.data_dir.parent, Path(tempfile.gettempdir()) / "koordinering")
    files = [path for folder in folders if folder.exists() for path in folder.rglob("*") if path.is_file()]
    held = b"".join(path.read_bytes() for path in files)
    assert len(held) > 100_000
    return [one for one in sought if one in held]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_two_hundred_canaries_none_is_left_in_the_file_or_the_wal(case, sealed, settings):
    sought = sealed(200)
    there_before = found_in_files(settings, sought)

    erase(case)

    assert len(there_before) > 200
    assert found_in_files(settings, sought) == []


@pytest.mark.proof
def test_killed_twenty_times_it_is_erased_whole_in_the_end(cast, case, sealed, settings):
    sought = sealed(6_000)
    begun(case)
    killed = 0
    for turn in range(20):
        running = subprocess.Popen(
            [*FLASK, "retention"], cwd=ROOT, env=environment(settings, "smtp://127.0.0.1:9"),
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
        enough = 6_000 - 250 * (turn + 1)
        with suppress(TimeoutError):
            wait_until(lambda: Note.select().count() < enough or running.poll() is not None, "slow", seconds=20)  # noqa: B023
        killed += running.poll() is None
        running.kill()
        running.wait()
        assert chains.walk(chains.cut()).faults == []
        assert [fault for fault in rows.faults() if fault.chain == f"case:{case.ref}" and "slettet" in fault.what] == []

    erasing.go_on(time.now())

    assert killed >= 10
    assert not Case.select().exists()
    assert Erasure.get().done_at
    assert is_postgres() or found_in_files(settings, sought) == []


# ── a copy from before ──────────────────────────────────────────────────────────────────────────────


def test_a_copy_from_before_is_erased_again_by_the_ledger(cast, case):
    other = a_case(cast, code="L1NKD")
    line = erasures.line_of(Erasure(case_ref=case.ref, **SAID))

    assert erasing.replay([line], time.now()) == 1

    assert [one.ref for one in Case.select()] == [other.ref]
    assert erasing.ledger() == [line]
    assert erasing.replay([line], time.now()) == 0


def test_a_case_that_the_copy_never_had_is_in_its_ledger_all_the_same(cast, case):
    line = erasures.line_of(Erasure(case_ref="a" * 26, **SAID | {"decided_at": time.now()}))

    erasing.replay([line], time.now())

    assert erasing.ledger() == [line]
    assert Case.select().count() == 1


def test_a_destroyed_key_leaves_the_memory_of_a_process_that_had_read_it(cast, case, monkeypatch):
    keys.forget()
    if keys._letting_go:
        keys._letting_go.cancel()
        keys._letting_go.join()
    monkeypatch.setattr(keys, "KEPT_SECONDS", 0)
    keys.data_key(f"case:{case.ref}")

    keys._letting_go.join()

    assert keys._cache == {}


def test_an_unwrapped_key_does_not_stay_where_it_lay(cast, case, monkeypatch):
    unwrap, seen = keys.unwrap, []
    monkeypatch.setattr(keys, "unwrap", lambda row: seen.append(unwrap(row)) or seen[-1])
    keys.forget()

    keys.data_key(f"case:{case.ref}")

    assert seen == [bytes(keys.KEY_BYTES)]
