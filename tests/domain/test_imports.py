"""Importing a citizen's own log: nothing before *Importér*, nothing half, nothing twice, all of it undone (D-09)."""

from datetime import date, timedelta

import pytest

from skanderborg.clock import long_date_with_year, now, today
from skanderborg.danish.dates import DateOrder, ShortYears
from skanderborg.domain import imports, incidents, parties
from skanderborg.domain.access import ending
from skanderborg.domain.cases import phases
from skanderborg.domain.imports import carrying, deciding
from skanderborg.domain.imports.columns import Column
from skanderborg.domain.imports.trial import View
from skanderborg.domain.incidents import corrections
from skanderborg.errors import Conflict, Invalid, NotFound
from skanderborg.kinds import PartyRole, Protection
from skanderborg.pages import log
from skanderborg.pages import packs as extracts
from skanderborg.store.cases import Relation
from skanderborg.store.db import append, begin
from skanderborg.store.events import Event
from skanderborg.store.incidents import ImportChunk, Incident, LogImport
from tests.made import a_case, opened
from tests.packed import POLICE, usual

HEADING = "Dato;Type;Beskrivelse\n"
ROWS = ("25-04-2026;Sms;Skrev", "26-04-2026;Opkald;Ringede", "27-04-2026;GPS-sporer;Under bilen")
ALL = deciding.Ticks(dates_seen=True, without_faulty=True, without_alike=False)


def table(*rows):
    return (HEADING + "\n".join(rows)).encode()


@pytest.fixture
def solveig(cast):
    return cast["solveig"]


@pytest.fixture
def read(solveig, case):
    """`read(row, …)` is a file with these rows, read and understood as its columns are guessed."""

    def it(*rows, by=solveig):
        row = imports.receive(by, opened(by, case), "log.csv", table(*rows), "file", None)
        return understand(fresh(by, case, row))

    return it


@pytest.fixture
def done(solveig, case, read):
    """`done(row, …)` is a file with these rows, imported."""

    def it(*rows, ticks=ALL):
        row = start(read(*rows), solveig, ticks)
        carrying.carry_on(now())
        return fresh(solveig, case, row)

    return it


def fresh(person, case, row):
    return imports.one(person, opened(person, case), row.ref)


def understand(row, columns=(Column.MOMENT, Column.TYPES, Column.WHAT), **said):
    choices = {"order": DateOrder.DAY_FIRST, "years": ShortYears.THIS_CENTURY, "default_type": "other"} | said
    return deciding.understand(row.by, row, deciding.Choices(columns, **choices), row.version)


def start(row, person, ticks=ALL):
    return deciding.start(person, row, ticks, row.version)


def in_log(solveig, case):
    return [row.what for row in log.page(solveig, opened(solveig, case), log.LogFilter()).rows]


def statuses():
    return [row.status for row in Incident.select().order_by(Incident.number)]


def many(count):
    return [f"25-04-2026;Sms;Besked {number}" for number in range(count)]


# ── nothing before Importér ─────────────────────────────────────────────────────────────────────────


def test_a_file_that_is_read_and_looked_through_is_not_in_the_log(solveig, case, read):
    row = read(*ROWS)
    imports.preview(solveig, row, View.ALL, 1)
    carrying.carry_on(now())

    assert Incident.select().count() == 0
    assert row.status == "read"


def test_the_rows_of_a_file_lie_sealed(read):
    read(*ROWS)

    (stored,) = ImportChunk.select(ImportChunk.rows).dicts()
    assert b"Under bilen" not in bytes(stored["rows"])


def test_the_preview_tells_what_will_become_of_each_row(solveig, case, done, read):
    done(ROWS[0])

    row = read(*ROWS, ROWS[1], "i går;Sms;Skrev", "03/04-26;Sms;Skrev", "2026-10-25 02:30;Opkald;Ringede")

    counts = imports.preview(solveig, row, View.ALL, 1).trial.counts
    assert counts == {View.ALL: 7, View.FAULTY: 1, View.UNSURE: 1, View.DOUBLE: 1, View.ALIKE: 1, View.KNOWN: 1}
    assert [one.number for one in imports.preview(solveig, row, View.FAULTY, 1).rows] == [6]


def test_of_500_rows_the_bad_ones_are_listed_by_number_and_the_rest_imported(solveig, case, read):
    """UX-43."""
    rows = [f"i går;Sms;{n}" if n % 50 == 0 else f"25-04-2026;Sms;{n}" for n in range(500)]

    row = read(*rows)

    listed = imports.preview(solveig, row, View.FAULTY, 1).rows
    assert [one.number for one in listed] == [n + 2 for n in range(0, 500, 50)]
    assert "ikke hvilken dag" in listed[0].understood.faults[0].message
    start(row, solveig)
    carrying.carry_on(now())
    assert statuses() == ["live"] * 490


def test_one_date_that_can_be_read_one_way_only_settles_the_others_of_its_file(read):
    unsure, settled = read("03/04/2026;Sms;Skrev"), read("03/04/2026;Sms;Skrev", "25/04/2026;Sms;Skrev")

    assert [imports.trial_of(row).counts[View.UNSURE] for row in (unsure, settled)] == [1, 0]


@pytest.mark.parametrize(("row", "tick"), [("03/04-26;Sms;Skrev", "dates_seen"), ("i går;Sms;Skrev", "without_faulty")])
def test_doubt_and_faults_must_be_seen_first(solveig, read, row, tick):
    found = read(*ROWS, row)

    with pytest.raises(Invalid) as error:
        start(found, solveig, ALL._replace(**{tick: False}))
    assert error.value.field == tick


@pytest.mark.parametrize(
    ("columns", "field"),
    [((Column.MOMENT, Column.MOMENT, Column.WHAT), "c1"), ((Column.TYPES, Column.MORE, Column.WHAT), "c0"),
     ((Column.MOMENT, Column.SKIP, Column.SKIP), "c0")],
)  # fmt: skip
def test_columns_that_make_no_row_are_refused_where_they_stand(read, columns, field):
    row = read(*ROWS)

    with pytest.raises(Invalid) as error:
        understand(row, columns)
    assert error.value.field == field


def test_what_was_thrown_away_is_gone_and_can_no_longer_be_started(solveig, read):
    row = read(*ROWS)

    deciding.discard(solveig, row, row.version)

    with pytest.raises(Conflict):
        start(row, solveig)
    assert [chunk.rows for chunk in ImportChunk.select()] == [None]


def test_a_file_that_nobody_imports_is_forgotten_after_a_fortnight(read):
    row = read(*ROWS)

    assert deciding.expire(now() + timedelta(days=13)) == 0
    assert deciding.expire(now() + timedelta(days=15)) == 1
    assert (LogImport.get_by_id(row.ref).status, ImportChunk.get().rows) == ("discarded", None)


# ── Importér ────────────────────────────────────────────────────────────────────────────────────────


def test_the_rows_stand_in_the_log_at_once_with_one_event(solveig, case, done):
    row = done(*ROWS)

    assert in_log(solveig, case) == ["Under bilen", "Ringede", "Skrev"]
    assert (row.status, row.added_count) == ("done", 3)
    assert Event.select().where(Event.action == "import:finished").count() == 1
    assert Event.select().where(Event.action == "incident:recorded").count() == 0


def test_a_danger_sign_is_told_and_alarms_nobody(solveig, case, done):
    row = done(*ROWS)

    assert deciding.like_danger(solveig, row) == 1
    assert not opened(solveig, case).is_acute
    assert not any(row.is_danger for row in Incident.select())


def test_the_same_file_again_adds_nothing(solveig, case, done, read):
    done(*ROWS, ROWS[0])

    again = read(*ROWS, ROWS[0])

    assert imports.trial_of(again).counts[View.KNOWN] == 4
    with pytest.raises(Invalid, match=r"Filen er importeret fredag 20. november 2026. Fortryd"):
        start(again, solveig)


@pytest.mark.parametrize("is_forgotten", [False, True])
def test_the_same_file_read_otherwise_adds_nothing_until_the_first_is_undone(solveig, case, done, read, is_forgotten):
    first = done(*ROWS, ROWS[0], ticks=ALL._replace(without_alike=True))
    if is_forgotten:
        deciding.expire(now() + timedelta(days=15))
    first = fresh(solveig, case, first)
    other = understand(read(*ROWS, ROWS[0]), (Column.MOMENT, Column.MORE, Column.WHAT))

    with pytest.raises(Invalid, match="er importeret"):
        start(other, solveig)
    deciding.undo(solveig, first, "Læst forkert", first.version)

    start(other, solveig)
    carrying.carry_on(now())
    assert fresh(solveig, case, other).added_count == 4


def test_a_preview_older_than_an_import_is_seen_again_before_it_starts(solveig, case, done, read, clock):
    looked_through = read(*ROWS, "28-04-2026;Sms;Skrev igen")
    clock.forward(minutes=1)
    done(*ROWS)
    clock.forward(minutes=1)

    again = start(looked_through, solveig)

    assert again.status == "read"
    assert imports.trial_of(again).counts[View.KNOWN] == 3
    assert start(again, solveig).status == "queued"


def test_where_someone_is_stays_hidden_while_an_address_is_protected(solveig, case):
    given = "Dato;Sted;Beskrivelse\n25-04-2026;Skovvej 3;Skrev\ni går;Skovvej 3;Skrev\n".encode()
    row = fresh(solveig, case, imports.receive(solveig, opened(solveig, case), "log.csv", given, "file", None))
    row = understand(row, (Column.MOMENT, Column.PLACE, Column.WHAT))
    hidden = parties.Details(name="Tante", protection=Protection.SPECIAL)
    parties.add(solveig, opened(solveig, case), PartyRole.RELATIVE, hidden)

    shown = [imports.sample(solveig, row), imports.faulty(solveig, row), imports.preview(solveig, row, View.FAULTY, 1)]
    assert "Skovvej" not in repr(shown)


def test_a_file_looked_through_before_another_was_imported_adds_only_what_is_new(solveig, case, done, read):
    looked_through = read(*ROWS, "28-04-2026;Sms;Skrev igen")
    done(*ROWS)

    start(looked_through, solveig)
    carrying.carry_on(now())

    assert len(in_log(solveig, case)) == 4
    assert fresh(solveig, case, looked_through).added_count == 1


def test_a_row_that_was_typed_before_is_known_and_a_struck_one_too(solveig, case, done, read):
    typed = done(*ROWS) and Incident.select().order_by(Incident.number).first()
    corrections.strike(
        solveig, incidents.one(solveig, opened(solveig, case), typed.ref), "Skrevet to gange", typed.version
    )

    assert imports.trial_of(read(*ROWS)).counts[View.KNOWN] == 3


def test_rows_alike_are_all_imported_unless_someone_says_otherwise(done):
    assert done(ROWS[0], ROWS[0], ROWS[0]).added_count == 3
    assert done(ROWS[1], ROWS[1], ticks=ALL._replace(without_alike=True)).added_count == 1


def test_the_numbers_go_on_and_others_write_between(solveig, case, read, monkeypatch):
    monkeypatch.setattr(carrying, "ROWS_A_BATCH", 1)
    start(read(*ROWS), solveig)
    row = LogImport.get()
    batches = carrying._batches(row, now())
    carrying._write(row, next(batches))

    said = incidents.Account(
        incidents.IncidentKind.INCIDENT, now().date(), types=("call",), what="Skrevet ved siden af"
    )
    typed = incidents.record(solveig, opened(solveig, case), said)
    carrying.carry_on(now())

    assert typed.number == 2
    assert statuses() == ["live"] * 4
    assert [row.number for row in Incident.select().order_by(Incident.number)] == [1, 2, 3, 4]


# ── killed, doubled, stopped ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def halfway(solveig, case, read):
    """An import of 1,200 rows whose worker was killed after two batches."""
    start(read(*many(1_200)), solveig)
    row = LogImport.get()
    batches = carrying._batches(row, now())
    for _ in range(2):
        carrying._write(row, next(batches))
    return row


def test_nothing_of_a_half_import_is_seen(solveig, case, halfway):
    assert in_log(solveig, case) == []
    assert statuses() == ["pending"] * 500


def test_a_killed_worker_is_carried_on_and_nothing_is_doubled(solveig, case, halfway):
    assert carrying.carry_on(now()) == 700
    assert carrying.carry_on(now()) == 0

    assert statuses() == ["live"] * 1_200
    assert sorted({row.what for row in Incident.select()}) == sorted(f"Besked {n}" for n in range(1_200))


def test_of_two_workers_at_one_batch_one_writes_it(halfway):
    other = LogImport.get()
    batches = [next(batch for batch in carrying._batches(row, now()) if batch.until == 750) for row in (halfway, other)]

    assert [carrying._write(row, batch) for row, batch in zip((halfway, other), batches, strict=True)] == [True, False]
    assert Incident.select().count() == 750


def test_a_case_that_is_closed_meanwhile_gets_nothing_and_loses_nothing(solveig, case, halfway):
    """Decided: the import goes back to where it was before, and can be started again when the case is opened."""
    phases.close(solveig, opened(solveig, case), "Afsluttet", "Alligevel", opened(solveig, case).version)

    carrying.carry_on(now())

    row = LogImport.get()
    assert (row.status, row.choices["stopped"], row.done_count) == ("read", "closed", 0)
    assert set(statuses()) == {"undone"}
    assert [chunk.rows is None for chunk in ImportChunk.select()] == [False] * 3


def test_who_lost_access_meanwhile_imports_nothing_and_another_may(cast, case, read):
    start(read(*ROWS, by=cast["rasmus"]), cast["rasmus"])
    tie = Relation.get(Relation.person == cast["rasmus"].ref)
    ending.end(cast["solveig"], opened(cast["solveig"], case), tie.ref)

    carrying.carry_on(now())
    assert (LogImport.get().choices["stopped"], statuses()) == ("access", [])

    start(fresh(cast["solveig"], case, LogImport.get()), cast["solveig"])
    carrying.carry_on(now())
    assert {row.by_id for row in Incident.select()} == {cast["solveig"].ref}


def test_an_import_that_cannot_be_read_fails_and_keeps_no_other(solveig, case, read):
    start(read(*ROWS), solveig)
    broken = LogImport.get()
    with begin():
        ImportChunk.delete().execute()
        append(ImportChunk, case=case.ref, log_import=broken.ref, number=1, rows=b"\x01" + b"x" * 40)

    carrying.carry_on(now())

    assert LogImport.get().status == "failed"


def test_two_imports_of_one_case_come_one_after_the_other(solveig, read):
    first, second = read(*ROWS), read("28-04-2026;Sms;Skrev igen")
    start(first, solveig)

    with pytest.raises(Invalid, match="er i gang"):
        start(second, solveig)


# ── undone ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_undone_import_is_out_of_the_log_and_can_come_again(solveig, case, done, read):
    row = done(*ROWS)
    struck = Incident.select().order_by(Incident.number).first()
    corrections.strike(solveig, incidents.one(solveig, opened(solveig, case), struck.ref), "Forkert", struck.version)

    deciding.undo(solveig, fresh(solveig, case, row), "Forkert borger", row.version)

    assert in_log(solveig, case) == []
    assert set(statuses()) == {"undone"}
    assert done(*ROWS).added_count == 3
    assert [one.number for one in Incident.select().order_by(Incident.number)] == [1, 2, 3, 4, 5, 6]


def test_the_log_and_what_is_handed_over_say_which_numbers_were_taken_back_and_why(solveig, case, done):
    first = done(ROWS[0])
    wrong = done(*ROWS[1:])
    deciding.undo(solveig, fresh(solveig, case, wrong), "Forkert borger", wrong.version)
    said = f"Numre uden hændelse: 2–3. De hørte til en import, der blev fortrudt {long_date_with_year(today())}."
    assert not log.totals(solveig, opened(solveig, case)).has_gaps

    incidents.record(
        solveig, opened(solveig, case), incidents.nothing_said(date(2026, 11, 3))._replace(types=("call",), what="Ny")
    )

    assert log.totals(solveig, opened(solveig, case)).has_gaps
    assert log.taken_back(solveig, opened(solveig, case)) == [said]
    assert said in extracts.preview(solveig, opened(solveig, case), usual(POLICE)).left_out
    deciding.undo(solveig, fresh(solveig, case, first), "Forkert borger", first.version)
    assert log.taken_back(solveig, opened(solveig, case)) == [said.replace("2–3", "1–3")]


def test_so_they_do_of_rows_that_an_import_which_stopped_had_numbered(solveig, case, halfway):
    carrying._stop(LogImport.get(), carrying.CLOSED)
    [said] = log.taken_back(solveig, opened(solveig, case))

    assert said.endswith("De hørte til en import, der ikke blev færdig.")


def test_undoing_twice_is_told(solveig, case, done):
    row = done(*ROWS)
    deciding.undo(solveig, row, "Forkert borger", row.version)

    with pytest.raises(Conflict):
        deciding.undo(solveig, row, "Forkert borger", row.version)


def test_an_import_of_another_case_is_not_there(cast, solveig, case, read):
    row, other = read(*ROWS), a_case(cast, "P9R4T")

    with pytest.raises(NotFound):
        imports.one(solveig, opened(solveig, other), row.ref)


def test_rows_with_faults_come_back_as_a_table_that_can_be_put_right(solveig, read):
    headings, rows = imports.faulty(solveig, read(*ROWS, "i går;Sms;=HYPERLINK(1)"))

    assert headings == ["Række", "Dato", "Type", "Beskrivelse", "Fejl"]
    assert rows[0][:4] == ["5", "i går", "Sms", "=HYPERLINK(1)"]
    assert "ikke hvilken dag" in rows[0][4]
