"""The paper that is handed over: tagged, read in order, marked on every page, whatever the log holds.

It is drawn from what the log says, whatever the log lies in: one kind of database will do.
"""

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from skanderborg.domain import incidents
from skanderborg.domain.incidents import Account, corrections
from skanderborg.domain.police import reports
from skanderborg.errors import Invalid
from skanderborg.kinds import IncidentKind
from skanderborg.pages import packs as extracts
from skanderborg.pages.packs import blank, paper
from tests.made import reported
from tests.packed import POLICE, a_log, a_pack, mine, opened, pdf_of, text_of, unzipped, usual


@pytest.fixture
def database_url(sqlite_database):
    return sqlite_database


@pytest.fixture
def log(cast, case):
    return a_log(cast, case)


def test_the_paper_is_tagged_and_says_what_it_is(cast, case, log, house):
    reader = PdfReader(io.BytesIO(pdf_of(opened(cast["solveig"], case, a_pack(house, cast["solveig"], case)))))

    root = reader.trailer["/Root"]
    about = root["/Metadata"].get_data().decode()
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "da"
    assert reader.metadata.title == "Udtræk af logskema, sag K7F3Q"
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    kinds = {kind for kind, _ in elements(root["/StructTreeRoot"])}
    assert {"/Title", "/H1", "/Table", "/THead", "/TBody", "/TR", "/TH", "/TD", "/L", "/LI", "/P"} <= kinds


def elements(element):
    """The elements of a structure tree with what they hold, in the order in which they are read: kind, content."""
    kids = element.get("/K", [])
    held = [kid if isinstance(kid, int) else kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]
    yield element.get("/S"), [(element.get("/Pg"), kid) for kid in held if isinstance(kid, int)]
    for kid in held:
        if not isinstance(kid, int) and "/S" in kid:
            yield from elements(kid)


def texts_of(page):
    """What stands in each piece of marked content of a page, by its number."""
    found, inside = {}, []

    def enter(operator, operands, *_):
        if operator in (b"BDC", b"BMC"):
            about = operands[1] if operator == b"BDC" and hasattr(operands[1], "get") else {}
            inside.append(about.get("/MCID"))
        elif operator == b"EMC":
            inside.pop()

    def note(text, *_):
        number = next((number for number in reversed(inside) if number is not None), None)
        found[number] = found.get(number, "") + text

    page.extract_text(visitor_operand_before=enter, visitor_text=note)
    return found


def spoken(reader):
    """The words of a paper as a screen reader says them: by the structure tree, not by their places on the pages."""
    texts = {page.indirect_reference.idnum: texts_of(page) for page in reader.pages}
    words = []
    for _, content in elements(reader.trailer["/Root"]["/StructTreeRoot"]):
        words += [texts[page.indirect_reference.idnum].get(number, "") for page, number in content]
    return " ".join(" ".join(words).split())


def test_the_paper_is_read_in_order(cast, case, log, house):
    row = incidents.one(cast["solveig"], mine(cast["solveig"], case), log[0].ref)
    corrections.mark_example(cast["solveig"], row, True, row.version)
    reports.record(cast["solveig"], mine(cast["solveig"], case), **reported(journal_number="3300-1"))

    made = opened(cast["solveig"], case, a_pack(house, cast["solveig"], case))
    said = spoken(PdfReader(io.BytesIO(pdf_of(made))))

    order = ("Udtræk af logskema", "Udøveren kan få loggen at se", "Det er ikke med", "Typiske eksempler", "Mønstret",
             "Logskemaet", "Hvad skete der", "Bilag", "3300-1", "Kontakt")  # fmt: skip
    places = [said.index(words) for words in order]
    assert places == sorted(places)
    assert said.index("12. nov. 2026 kl. 07.42") < said.index("Han ringede hele natten")


def test_every_page_says_which_case_for_whom_by_whom_and_when(cast, case, log, house):
    made = opened(cast["solveig"], case, a_pack(house, cast["solveig"], case))

    for page in PdfReader(io.BytesIO(pdf_of(made))).pages:
        printed = " ".join(page.extract_text().split())
        assert "Sag K7F3Q · til politiet · udleveret af Solveig Sand 20. november 2026 kl. 09.00" in printed


def test_what_no_font_has_and_what_turns_a_line_is_written_out(cast, case, house):
    person, what = cast["solveig"], "Han skrev 😀 og \u202e1234 og 你好"
    incidents.record(
        person, mine(person, case), Account(IncidentKind.INCIDENT, date(2026, 11, 12), types=("message",), what=what)
    )

    made = a_pack(house, person, case)

    printed = " ".join(text_of(opened(person, case, made)).split())
    assert "[U+1F600 GRINNING FACE]" in printed
    assert "[U+202E]1234" in printed
    zipped, _ = unzipped(person, case, made)
    assert what in zipped.read("log.csv").decode("utf-8-sig")


def test_a_word_longer_than_its_column_stays_on_the_page(cast, case, house):
    person, word = cast["solveig"], "x" * 3_000
    said = Account(IncidentKind.INCIDENT, date(2026, 11, 12), types=("message",), what=word, sender=word[:200])
    incidents.record(person, mine(person, case), said)

    printed = text_of(opened(person, case, a_pack(house, person, case)))

    assert max(len(line) for line in printed.splitlines()) < 200


def test_the_same_extract_is_the_same_file(cast, case, log, house):
    found, at = (
        extracts.preview(cast["solveig"], mine(cast["solveig"], case), usual(POLICE)),
        datetime(2026, 11, 20, tzinfo=UTC),
    )

    first, second = (paper.draw(found, case, "Solveig Sand", "Bo Betjent", at) for _ in range(2))

    assert first == second


def test_a_child_that_fails_says_so_and_nothing_more():
    with pytest.raises(Invalid) as failed:
        paper.drawn("police_pack", datetime(2026, 11, 20, tzinfo=UTC), {"title": "mangler alt andet"})

    assert failed.value.message == paper.FAILED


def test_the_blank_sheet_is_tagged_and_fills_two_pages_on_their_side():
    reader = PdfReader(io.BytesIO(blank.sheet()))

    root = reader.trailer["/Root"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert (root["/Lang"], reader.metadata.title) == ("da", "Logskema")
    assert [page.mediabox.width > page.mediabox.height for page in reader.pages] == [True, True]
    said = spoken(reader)
    assert said.index("Slet aldrig") < said.index("Hvad skete der?")
