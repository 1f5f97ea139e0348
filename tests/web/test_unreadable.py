"""A sealed field that was altered, or whose key is gone, costs that field and not the page; someone is told."""

import pytest

from skanderborg.domain import health, notes
from skanderborg.store import keys, rows
from skanderborg.store.db import begin
from skanderborg.store.record import Note
from tests.made import a_case, by_hand, opened
from tests.test_access import READS, path_of

NOTICE = "Noget på siden kan ikke læses"
WHOLE_OR_NOTHING = {  # what is handed out, and what is decided piece by piece before it is
    "evidence.download", "evidence.preview", "packs.archive_of", "packs.paper_of", "packs.pack", "insight.one",
    "insight.choose", "insight.preview", "insight.give", "insight.uses_paper", "insight.uses_table",
}  # fmt: skip


def alter(row, column):
    stored = bytearray(row.__data__[column])
    stored[-1] ^= 1
    with begin():
        type(row).update({column: bytes(stored)}).where(type(row).ref == row.ref).execute()


@pytest.fixture
def two_notes(cast):
    case = a_case(cast)
    for text in ("Den første.", "Den anden."):
        notes.write(cast["solveig"], opened(cast["solveig"], case), "Emne", text, key=text)
    return case


def test_an_altered_text_costs_its_field_and_the_page_says_so(two_notes, visit):
    alter(Note.select().order_by(Note.at).first(), "text")

    page = visit("solveig").get(f"/sager/{two_notes.ref}/noter")

    assert page.status_code == 200
    assert "(kan ikke læses)" in page.text
    assert "Den anden." in page.text
    assert NOTICE in page.text
    assert page.text.index(NOTICE) < page.text.index("<main")


def test_whatever_lies_in_a_sealed_column_costs_its_field_alone(two_notes, visit):
    """Too short for a ciphertext, or no bytes at all, which SQLite takes."""
    ref = Note.select().order_by(Note.at).first().ref
    odd = [b"", b"\x01", b"\x01short", "tekst", 77, 1.5]

    for stored in odd:
        with by_hand() as sql:
            sql("UPDATE note SET text = ? WHERE ref = ?", stored, ref)
        page = visit("solveig").get(f"/sager/{two_notes.ref}/noter")

        assert page.status_code == 200, stored
        assert "(kan ikke læses)" in page.text
        assert [fault.row for fault in rows.faults()] == [f"note:{ref}"]


def test_a_page_on_which_all_opens_says_nothing_of_it(two_notes, visit):
    solveig = visit("solveig")
    alter(Note.select().order_by(Note.at).first(), "text")
    solveig.get(f"/sager/{two_notes.ref}/noter")

    assert NOTICE not in solveig.get("/profil").text


def test_the_doctor_tells_of_it_for_a_day(two_notes, visit, settings, clock):
    alter(Note.select().order_by(Note.at).first(), "text")

    before = health.checks(settings)["texts"]
    visit("solveig").get(f"/sager/{two_notes.ref}/noter")
    told = health.checks(settings)["texts"]
    clock.forward(days=2)

    assert (before["ok"], told, health.checks(settings)["texts"]["ok"]) == (True, {"ok": False, "unreadable": 1}, True)


def test_saving_what_could_not_be_read_keeps_what_lies_there(two_notes, visit, cast):
    case = opened(cast["solveig"], two_notes)
    alter(case, "safe_contact")
    stored = bytes(opened(cast["solveig"], two_notes).__data__["safe_contact"])
    solveig = visit("solveig")
    page = solveig.get(f"/sager/{case.ref}/sikkerhed/kontakt")

    solveig.post(
        f"/sager/{case.ref}/sikkerhed/kontakt", version=str(case.version), safe_contact="(kan ikke læses)",
        safe_never="Skriv aldrig.",
    )  # fmt: skip

    now = opened(cast["solveig"], two_notes)
    assert "(kan ikke læses)" in page.text
    assert now.safe_never == "Skriv aldrig."
    assert bytes(now.__data__["safe_contact"]) == stored


@pytest.mark.parametrize("wrapped", [b"short", bytes(60)], ids=["short", "altered"])
def test_a_key_that_does_not_open_costs_what_it_seals(two_notes, visit, wrapped):
    solveig = visit("solveig")
    with begin():
        keys.DataKey.update(wrapped=wrapped).where(keys.DataKey.scope == f"case:{two_notes.ref}").execute()
    keys.forget()

    pages = [solveig.get(path) for path in ("/sager", "/tavle", f"/sager/{two_notes.ref}/noter")]
    refused = solveig.post(f"/sager/{two_notes.ref}/noter", theme="Emne", text="Ny note.")

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert NOTICE in pages[2].text
    assert refused.status_code == 500
    assert "Det kan ikke læses. It-afdelingen" in refused.text


def test_every_page_of_a_case_opens_when_its_key_is_gone(app, world, visit):
    visitor = visit("solveig")
    visitor.get(f"/sager/{world['Case']}")
    with begin():
        keys.DataKey.delete().where(keys.DataKey.scope == f"case:{world['Case']}").execute()
    keys.forget()

    got = {endpoint: visitor.get(path_of(app, endpoint, world, "GET")) for endpoint in READS}

    failed = {endpoint: answer for endpoint, answer in got.items() if answer.status_code >= 500}
    assert failed.keys() <= WHOLE_OR_NOTHING
    assert all("kan hente det fra en sikkerhedskopi" in answer.text for answer in failed.values())
