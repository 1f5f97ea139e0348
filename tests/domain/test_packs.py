"""Handing over an extract of the log: what goes to whom, that it is what was seen, and that it is written down."""

import csv
import io
import json
from datetime import date
from hashlib import sha256

import openpyxl
import pytest

from skanderborg.domain import incidents, packs, protection
from skanderborg.domain.incidents import Account, corrections
from skanderborg.domain.packs import choosing
from skanderborg.domain.police import orders, reports
from skanderborg.domain.sharing import consents, ledger
from skanderborg.errors import Conflict, Invalid, NotAllowed
from skanderborg.kinds import Answer, Basis, IncidentKind, IncidentSource, OrderKind, PackOrder, PackPart, PackRecipient
from skanderborg.pages import packs as extracts
from skanderborg.pages.packs import rows
from skanderborg.pages.packs.rows import only_in_spreadsheets
from skanderborg.store import keys
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.files import StoredFile
from skanderborg.store.incidents import Exhibit, Incident, Pack
from skanderborg.store.record import Disclosure
from tests.made import reported
from tests.packed import (
    JOURNAL,
    PLACE,
    POLICE,
    SECRET,
    a_log,
    a_pack,
    an_exhibit,
    handed,
    mine,
    opened,
    protect,
    text_of,
    unzipped,
    usual,
)  # fmt: skip


@pytest.fixture
def log(cast, case):
    return a_log(cast, case)


# ── what goes to whom ───────────────────────────────────────────────────────────────────────────────


def test_the_police_get_no_row_that_is_marked_and_nothing_that_says_how_witnesses_are_reached(cast, case, log):
    found = extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(POLICE))

    assert [row.number for row in found.rows] == ["1", "3"]
    assert not {SECRET, "87 65 43 21", "8 af 10"} & {text for row in found.rows for text in (*row.cells, *row.more)}
    assert "Hændelser, der er mærket «må ikke udleveres»: 1." in found.left_out
    assert choosing.NEVER in found.left_out


def test_a_marked_row_goes_to_the_police_for_nobodys_asking(cast, case, log):
    with pytest.raises(Invalid) as refused:
        extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(POLICE, parts=(PackPart.WITHHELD,)))

    assert refused.value.field == "parts"


def test_the_journal_gets_the_whole_log_with_its_marks(cast, case, log):
    found = extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(JOURNAL))

    assert len(found.rows) == 3
    assert any("Må ikke udleveres til den anden part" in row.more for row in found.rows)
    assert "87 65 43 21" in found.rows[-2].cells


def test_a_file_with_a_virus_is_listed_and_goes_along_only_when_someone_chose_it(cast, case, log):
    an_exhibit(cast["solveig"], case)
    with begin():
        Exhibit.update(scan="found").execute()
    theirs = mine(cast["solveig"], case)

    usually = extracts.preview(cast["solveig"], theirs, usual(JOURNAL)).exhibits
    chosen = extracts.preview(cast["solveig"], theirs, usual(JOURNAL, parts=tuple(PackPart))).exhibits

    assert usually
    assert all(one.description.startswith("Virus fundet i filen.") and not one.path for one in usually)
    assert all(one.path for one in chosen)
    assert not [
        recipient
        for recipient in set(PackRecipient) - {PackRecipient.INSIGHT}
        if PackPart.INFECTED in usual(recipient).parts
    ]


def test_a_protected_place_never_stands_in_what_the_police_get(cast, case, log):
    protect(case)
    theirs = mine(cast["solveig"], case)

    found = extracts.preview(cast["solveig"], theirs, usual(POLICE, is_masked=True))

    assert PLACE not in json.dumps(found, default=str)
    assert PackPart.FILES not in found.choice.parts
    with pytest.raises(Invalid):
        extracts.preview(cast["solveig"], theirs, usual(POLICE, parts=(PackPart.PLACES,)))


def test_a_protected_place_goes_into_the_journal_only_when_someone_chose_it(cast, case, log):
    protect(case)
    theirs = mine(cast["solveig"], case)

    unasked = extracts.preview(cast["solveig"], theirs, usual(JOURNAL, is_masked=True))
    asked = extracts.preview(cast["solveig"], theirs, usual(JOURNAL, parts=tuple(PackPart)))

    assert PLACE not in json.dumps(unasked, default=str)
    assert PLACE in json.dumps(asked, default=str)


def test_what_is_protected_goes_into_the_journal_but_is_not_seen_on_the_way(cast, case, log):
    protect(case)
    found = extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(JOURNAL, parts=tuple(PackPart)))

    seen = json.dumps(extracts.shown(found, found.rows), ensure_ascii=False)

    assert not [words for words in (PLACE, "87 65 43 21") if words in seen]
    assert "Vidnet kan kontaktes: •••• (beskyttet)" in seen


def test_nothing_of_the_police_goes_where_it_was_left_out(cast, case, log):
    solveig, theirs = cast["solveig"], mine(cast["solveig"], case)
    said = Account(IncidentKind.INCIDENT, date(2026, 11, 14), types=("call",), what="Ringede", reported=Answer.YES,
                journal_number="3300-7")  # fmt: skip
    incidents.record(solveig, theirs, said)
    reports.record(solveig, theirs, **reported(journal_number="3300-1"))
    orders.record(solveig, theirs, kind=OrderKind.TILHOLD, from_on=date(2026, 11, 12), to_on=date(2027, 11, 12),
                  area=None, journal_number=None)  # fmt: skip
    parts = set(PackPart) - {PackPart.WITHHELD}

    whole, without = (
        json.dumps(extracts.preview(solveig, theirs, usual(POLICE, parts=tuple(sorted(chosen)))), ensure_ascii=False)
        for chosen in (parts, parts - {PackPart.REPORTS})
    )

    for words in ("3300-7", "3300-1", "Meldt til politiet", "Journalnummer", "Tilhold"):
        assert words in whole
        assert words not in without
    assert "tilhold" not in without


def test_no_spreadsheet_tells_that_there_is_a_network(cast, case):
    person = cast["solveig"]
    for source in IncidentSource:
        said = Account(IncidentKind.INCIDENT, date(2026, 11, 12), types=("call",), what="Ringede", source=source)
        incidents.record(person, mine(person, case), said)

    found = extracts.preview(person, mine(person, case), usual(JOURNAL))

    at = found.headings.index("Kilde")
    assert {row.cells[at] for row in found.rows} == {"Borgeren", "Fagperson"}


def test_every_column_of_the_spreadsheet_is_printed_or_told_of(cast, case, log):
    found = extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(JOURNAL))

    printed = {
        "Nr.", "Dato", "Til dato", "Klokkeslæt", "Type", "Antal", "Hvad skete der?", "Hvor skete det?", "Kanal",
        "Afsender", "Vidner", "Vidners kontaktoplysninger", "Bevis", "Bilag", "Borgerens reaktion",
        "Begrundelse for reaktion", "Frygt (0-10)", "Børn til stede", "Anmeldt til politiet", "Journalnummer",
        "Må ikke udleveres",
    }  # fmt: skip
    printed |= {column.heading for column in rows._REST}  # the test below
    assert set(found.headings) - printed == {told.partition(":")[0] for told in only_in_spreadsheets()}


def test_a_column_that_has_no_place_of_its_own_is_printed_by_its_heading(cast, case, log, monkeypatch):
    """A new column goes where its field says it may, and stays hidden in the preview where it tells where."""
    new = rows.SheetColumn("witness_contact", "Vidners kontaktoplysninger", PackPart.WITNESS_CONTACTS)
    monkeypatch.setattr(rows, "_REST", [new])
    row, whole = Incident.get(Incident.witness_contact.is_null(False)), rows.Choice("journal", parts=tuple(PackPart))
    told = f"{new.heading}: {row.witness_contact}"

    assert told in rows.made(row, whole, "").more
    assert told not in rows.made(row, whole._replace(parts=()), "").more
    assert f"{new.heading}: {protection.HIDDEN}" in rows.shown(rows.made(row, whole, ""), True).more


def test_the_mark_of_what_was_seen_cannot_be_guessed_without_the_key(cast, case, log):
    found = extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(POLICE))

    assert found.mark == keys.hidden(json.dumps(found, default=str))


def test_struck_rows_stay_behind_and_are_told_of_by_number(cast, case, log):
    row = incidents.one(cast["solveig"], mine(cast["solveig"], case), log[0].ref)
    corrections.strike(cast["solveig"], row, "Det var en anden, der ringede", row.version)

    found = extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(POLICE))

    assert [row.number for row in found.rows] == ["3"]
    assert "Overstregede hændelser: 1 (nr. 1)." in found.left_out


def test_an_exhibit_goes_with_its_row_and_stays_behind_with_it(cast, case, log):
    for number, row in enumerate((1, 2, None), 1):
        an_exhibit(cast["solveig"], case, content=f"bilag {number}".encode(), row=row)
    an_exhibit(cast["solveig"], case, content=b"hemmeligt", row=1, is_withheld=True)

    whole = extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(POLICE))
    some = extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(POLICE, from_on=date(2026, 11, 12)))

    assert [one.number for one in whole.exhibits] == ["1", "3"]
    assert [one.number for one in some.exhibits] == ["1"]
    assert whole.rows[0].exhibits == "1"


def test_rows_come_in_the_order_that_was_chosen(cast, case, log):
    theirs = mine(cast["solveig"], case)
    orders = [extracts.preview(cast["solveig"], theirs, usual(JOURNAL, order=order)) for order in PackOrder]

    assert [[row.number for row in found.rows] for found in orders] == [["2", "1", "3"], ["3", "1", "2"]]


# ── handing it over ─────────────────────────────────────────────────────────────────────────────────


def test_handing_over_stands_in_the_ledger_and_in_the_log_with_reason_and_basis(cast, case, log, house):
    made = a_pack(house, cast["solveig"], case)

    entry = Disclosure.get(Disclosure.ref == made.disclosure_id)
    assert (entry.about, entry.basis, entry.why) == (f"pack:{made.ref}", "necessary", "Til anmeldelsen i sagen")
    assert "Bo Betjent" in entry.to_whom
    assert [row.to_whom for row in ledger.of_case(cast["solveig"], mine(cast["solveig"], case)).rows] == [entry.to_whom]
    assert Event.select().where(Event.action == "pack:made", Event.object_ref == made.ref).count() == 1


def test_what_is_made_is_what_was_seen(cast, case, log, house):
    found = extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(POLICE))

    made = opened(cast["solveig"], case, a_pack(house, cast["solveig"], case))

    printed = " ".join(text_of(made).split())
    for row in found.rows:
        assert row.what in printed
        assert row.when in printed
    assert SECRET not in printed
    assert made.choices["mark"] == found.mark
    assert (made.row_count, made.number) == (2, 1)


def test_a_log_that_changed_since_it_was_seen_is_not_handed_over(cast, case, log, house):
    person = cast["solveig"]
    found = extracts.preview(person, mine(person, case), usual(POLICE))
    row = incidents.one(person, mine(person, case), log[0].ref)
    corrections.strike(person, row, "Det var en anden, der ringede", row.version)

    with pytest.raises(Conflict):
        extracts.hand_over(person, mine(person, case), handed(found))
    assert Pack.select().count() == StoredFile.select().count() == Disclosure.select().count() == 0


def test_a_consent_that_was_taken_back_hands_nothing_over(cast, case, log, house):
    person, today = cast["solveig"], date(2026, 11, 20)
    yes = consents.give(person, mine(person, case), consents.Given("Politiet må få loggen", "spoken", today))
    consents.withdraw(person, consents.one(person, mine(person, case), yes.ref), today, None, yes.version)

    with pytest.raises(Invalid) as refused:
        a_pack(house, person, case, basis=Basis.CONSENT, consent=consents.Chosen(yes.ref))

    assert refused.value.field == "consent"
    assert Pack.select().count() == StoredFile.select().count() == Disclosure.select().count() == 0


def test_one_who_only_takes_part_hands_nothing_over_and_fetches_nothing(cast, case, log, house):
    made = a_pack(house, cast["solveig"], case)

    with pytest.raises(NotAllowed):
        extracts.preview(cast["rasmus"], mine(cast["rasmus"], case), usual(POLICE))
    with pytest.raises(NotAllowed):
        packs.fetched(cast["rasmus"], case.ref, made.ref, "PDF")
    assert [pack.number for pack in packs.of_case(cast["rasmus"], mine(cast["rasmus"], case))] == [1]


def test_a_form_that_is_sent_twice_hands_over_once(cast, case, log, house):
    person = cast["solveig"]
    found = extracts.preview(person, mine(person, case), usual(POLICE))

    made = [extracts.hand_over(person, mine(person, case), handed(found), key="k") for _ in range(2)]

    assert made[0].ref == made[1].ref
    assert Pack.select().count() == 1


def test_a_form_that_is_sent_again_after_the_log_moved_on_gives_the_pack_that_was_made(cast, case, log, house):
    person = cast["solveig"]
    found = extracts.preview(person, mine(person, case), usual(POLICE))
    made = extracts.hand_over(person, mine(person, case), handed(found), key="k")
    a_log(cast, case)

    again = extracts.hand_over(person, mine(person, case), handed(found), key="k")

    assert again.ref == made.ref
    assert Pack.select().count() == 1
    with pytest.raises(Conflict, match="allerede sendt"):
        extracts.hand_over(person, mine(person, case), handed(found, to_whom="En anden"), key="k")


# ── the ZIP ─────────────────────────────────────────────────────────────────────────────────────────


def test_every_hash_in_the_manifest_is_that_of_its_file(cast, case, log, house):
    an_exhibit(cast["solveig"], case, name="a.txt", content=b"Skrevet kl. 3", row=1)

    zipped, _ = unzipped(cast["solveig"], case, a_pack(house, cast["solveig"], case))

    told = json.loads(zipped.read("manifest.json"))
    assert zipped.testzip() is None
    assert {file["path"]: file["sha256"] for file in told["files"]} == {
        name: sha256(zipped.read(name)).hexdigest() for name in zipped.namelist() if not name.startswith("manifest")
    }
    assert zipped.read("bilag/bilag-001.txt") == b"Skrevet kl. 3"
    assert "udleveret af" in told["watermark"]
    about = openpyxl.load_workbook(io.BytesIO(zipped.read("log.xlsx")))["Om"]
    assert told["watermark"] in [cell.value for (cell,) in about.iter_rows()]
    assert told["left_out"]


def test_no_cell_of_the_spreadsheets_is_a_formula(cast, case, house):
    person = cast["solveig"]
    for what in ("=1+1", " =cmd|' /C calc'!A0", "＠SUM(A1)", "-2+3", 'almindelig; tekst\nmed "citat"'):
        incidents.record(
            person,
            mine(person, case),
            Account(IncidentKind.INCIDENT, date(2026, 11, 12), types=("message",), what=what, sender="+45 12345678"),
        )

    zipped, _ = unzipped(person, case, a_pack(house, person, case))

    read = list(csv.reader(io.StringIO(zipped.read("log.csv").decode("utf-8-sig"), newline=""), delimiter=";"))
    assert len(read) == 6
    assert len({len(row) for row in read}) == 1
    assert not [cell for row in read for cell in row if cell.strip()[:1] in ("=", "+", "-", "@", "＠")]
    sheet = openpyxl.load_workbook(io.BytesIO(zipped.read("log.xlsx"))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert "=1+1" in {cell.value for row in sheet.iter_rows() for cell in row}


def test_the_zip_never_lies_whole_in_memory(cast, case, log, house):
    content = b"".join(sha256(str(number).encode()).hexdigest().encode() + b"\n" for number in range(60_000))
    an_exhibit(cast["solveig"], case, content=content, row=1)

    _, pieces = unzipped(cast["solveig"], case, a_pack(house, cast["solveig"], case))

    assert max(map(len, pieces)) < 1_300_000 < len(content)


def test_each_fetching_is_written_down(cast, case, log, house):
    made = a_pack(house, cast["solveig"], case)

    for what in ("PDF", "ZIP"):
        packs.fetched(cast["rikke"], case.ref, made.ref, what)

    assert Event.select().where(Event.action == "pack:fetched", Event.actor == cast["rikke"].ref).count() == 2
