"""Packages for the journal: neutral names, an index that its schema describes, and the receipt that sets the mark."""

import io
import json
import zipfile
from datetime import date
from hashlib import sha256

import msgspec
import pytest
from msgspec.structs import replace

from skanderborg.domain import journal, notes, rules, ticks
from skanderborg.domain.journal import packages
from skanderborg.errors import Invalid, NotAllowed
from skanderborg.store.events import Event
from skanderborg.store.record import Journalised, JournalPackage
from tests.made import a_case, opened

PAPER = b"%PDF-1.7 ZQX"


@pytest.fixture
def mine(cast, case):
    return opened(cast["solveig"], case)


@pytest.fixture
def note(cast, mine):
    return notes.write(cast["solveig"], mine, "ZQX Mette", "ZQX hun er bange")


def packed(cast, mine, note):
    paper = packages.Paper(f"note:{note.ref}", date(2026, 11, 20), "Notat", PAPER)
    return packages.pack(cast["solveig"], mine, [paper])


def receipt(made, **said):
    values = {"package": made.row.ref, "on": "2026-11-20", "documents": [{"file": "01.pdf", "number": "2026-117"}]}
    return json.dumps(values | said).encode()


def test_the_index_tells_of_nobody_and_is_what_its_schema_says(cast, mine, note):
    made = packed(cast, mine, note)

    with zipfile.ZipFile(io.BytesIO(made.body)) as box:
        names, index, body = box.namelist(), box.read("index.json"), box.read("01.pdf")
        schema = json.loads(box.read("schema.json"))

    read = msgspec.json.decode(index, type=packages.Index)
    assert names == ["index.json", "schema.json", "01.pdf"]
    assert (read.case, read.documents[0].title, read.documents[0].sha256) == (
        mine.code, "Notat 20.11.2026", sha256(PAPER).hexdigest(),
    )  # fmt: skip
    assert (body, b"ZQX" in index) == (PAPER, False)
    assert set(schema["$defs"]["Index"]["required"]) == set(json.loads(index))
    assert {"Index", "Receipt"} <= schema["$defs"].keys()


def test_a_receipt_marks_what_it_names_under_the_journals_numbers_once(cast, mine, note):
    made = packed(cast, mine, note)
    answer = packages.read(receipt(made))

    first, again = (packages.receive(cast["solveig"], mine, answer) for _ in range(2))

    row = Journalised.get(Journalised.about == f"note:{note.ref}")
    assert (first, again, row.number) == (1, 0, "2026-117")
    assert journal.missing(cast["solveig"], mine) == []
    assert JournalPackage.get().received_at is not None


@pytest.mark.parametrize(
    "wrong",
    [
        {"package": "a" * 26}, {"documents": []}, {"documents": [{"file": "02.pdf", "number": "1"}]},
        {"documents": [{"file": "../01.pdf", "number": "1"}]}, {"on": "2027-01-01"}, {"more": 1}, {"on": "i går"},
    ],
)  # fmt: skip
def test_a_receipt_that_is_not_of_the_package_marks_nothing(cast, mine, note, wrong):
    made = packed(cast, mine, note)

    with pytest.raises(Invalid):
        packages.receive(cast["solveig"], mine, packages.read(receipt(made, **wrong)))

    assert len(journal.missing(cast["solveig"], mine)) == 1


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"\xff\xfe", b"{}" + b" " * 200_000])
def test_a_file_that_is_no_receipt_is_refused_in_words(body):
    with pytest.raises(Invalid, match="ikke en kvittering"):
        packages.read(body)


def test_the_receipt_of_another_case_is_refused(cast, clock, mine, note):
    made = packed(cast, mine, note)
    other = opened(cast["solveig"], a_case(cast, "OTHER"))

    with pytest.raises(Invalid, match="denne sag"):
        packages.receive(cast["solveig"], other, packages.read(receipt(made)))


def test_packages_are_put_into_the_folder_and_receipts_taken_from_it(cast, mine, note, tmp_path):
    folder = tmp_path / "journal"
    folder.mkdir()
    with_folder(folder)
    made = packed(cast, mine, note)
    (folder / "a.kvittering.json").write_bytes(receipt(made))
    (folder / "b.kvittering.json").write_bytes(b"nonsense")

    marked = ticks.file_away()

    assert made.is_dropped
    assert marked == 1
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [f"{made.row.ref}.zip", "a.kvittering.taget", "b.kvittering.afvist"]
    )
    assert ticks.file_away() == 0


def test_a_folder_that_cannot_be_written_is_said_and_leaves_nothing(cast, mine, note, tmp_path):
    with_folder(tmp_path / "none")

    with pytest.raises(Invalid, match="mappe"):
        packed(cast, mine, note)

    assert not JournalPackage.select().exists()
    assert not Event.select().where(Event.action == "journal:packed").exists()


def test_only_what_lacks_the_mark_is_packed_and_no_more_than_fits(cast, mine, note):
    for abouts in ([], ["note:" + "a" * 26], [f"note:{note.ref}"] * 21):
        with pytest.raises(Invalid, match="Sæt hak"):
            packages.refuse_unfit(cast["solveig"], mine, abouts)

    packages.refuse_unfit(cast["solveig"], mine, [f"note:{note.ref}"])


def test_who_does_not_write_on_the_case_packs_nothing(cast, mine, note):
    with pytest.raises(NotAllowed):
        packed({"solveig": cast["jonas"]}, mine, note)


@pytest.fixture(autouse=True)
def _put_back():
    kept = rules.current()
    yield
    rules.configure(kept)


def with_folder(folder):
    rules.configure(replace(rules.current(), journal_folder=str(folder)))
