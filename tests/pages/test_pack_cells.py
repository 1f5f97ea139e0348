"""The table that the police read: every word in its own cell, by boxes measured in the PDF, and in neutral words."""

import io
from datetime import UTC, date, datetime

import pytest
from pypdf import PdfReader

from skanderborg.domain import incidents
from skanderborg.domain.incidents import Account
from skanderborg.kinds import IncidentKind, IncidentSource
from skanderborg.pages import packs as extracts
from skanderborg.pages.packs import blank, paper
from tests.boxes import outside_their_cells
from tests.packed import POLICE, mine, usual
from tests.pages.test_pack_paper import spoken

AT = datetime(2026, 11, 20, tzinfo=UTC)
SHOWN = ("when", "type", "contacts", "what", "place", "source", "witness", "reaction", "exhibits")
LONG = {
    "a user name": "kimmie_krag_19870403_den_rigtige",
    "capitals": "@KIMKRAGOFFICIAL1987WWWWMMMM",
    "a mail address": "mette.louise.abildgaard.skanderborg@example.invalid",
    "a place": "56.036100,9.926900;N56.0361_E009.9269",
    "an address of a page": "https://example.invalid/AbCdEfGhIj?q=" + "a" * 300,
    "telephones": "+4512345678/+4587654321/+4511223344",
    "a word of Danish": "Sagsbehandlingstidsforlængelsesmeddelelse",
    "figures": "1234567890" * 8,
    "wide signs": "@" * 60 + "—" * 60,
    "no sign of ours": "你好世界" * 30,
}


@pytest.fixture
def database_url(sqlite_database):
    return sqlite_database


def recorded(person, case, **more):
    said = {"kind": IncidentKind.INCIDENT, "from_on": date(2026, 11, 12), "types": ("message",), "what": "Skrev igen"}
    return incidents.record(person, mine(person, case), Account(**said | more))


def seen(person, case):
    return extracts.preview(person, mine(person, case), usual(POLICE))


def test_whatever_stands_in_a_cell_of_the_paper_stays_in_it(cast, case):
    recorded(cast["solveig"], case)
    found = seen(cast["solveig"], case)
    [row] = found.rows
    full = [row._replace(**dict.fromkeys(SHOWN, word), more=[word, word]) for word in LONG.values()]
    full += [row._replace(**dict.fromkeys(SHOWN, f"ord {word} ord\n{word}")) for word in LONG.values()]
    words = list(LONG.values())
    full_of_it = found._replace(
        name=words[4], rows=full, examples=full[:4], sentences=words, left_out=words, responsible=words,
        reports=[tuple(words[:3]), tuple(words[3:6])], contacts=[tuple(words[3:6]), tuple(words[7:])],
        exhibits=[extracts.extract.Attached(*[word] * 9) for word in words],
    )  # fmt: skip

    pdf = paper.draw(full_of_it, case, words[1], words[4], AT)

    assert not outside_their_cells(pdf)


def test_so_it_does_on_the_blank_sheet():
    assert not outside_their_cells(blank.sheet())


def test_a_user_name_and_a_mail_address_are_read_as_they_were_written(cast, case):
    name, mail = "kimkragofficial", "kim.krag.1987@example.invalid"
    recorded(cast["solveig"], case, channel="sms", sender=mail, witness=name, what=f"Fra {name}")

    pdf = paper.draw(seen(cast["solveig"], case), case, "Solveig Sand", "", AT)

    said = spoken(PdfReader(io.BytesIO(pdf)))
    assert said.count(name) == 2
    assert mail in said.replace(" ", "")
    assert not {"\u200b", "\u00ad", "\ufffe"} & set(said)


def test_every_page_of_the_table_begins_with_its_headings_and_says_which_of_how_many_it_is(cast, case):
    row = recorded(cast["solveig"], case, what="Han stod ved døren. " * 40)
    found = seen(cast["solveig"], case)

    pages = PdfReader(io.BytesIO(paper.draw(found._replace(rows=found.rows * 12), case, "S", "", AT))).pages

    texts = [" ".join(page.extract_text().split()) for page in pages]
    wide = [text for page, text in zip(pages, texts, strict=True) if row.what[:20] in text]
    assert len(wide) > 2
    assert all("Nr. Dato og tid Type Antal Hvad skete der" in text for text in wide)
    assert all(f"Side {number} af {len(pages)}" in text for number, text in enumerate(texts, 1))


def test_the_citizens_own_acts_are_marked_as_hers(cast, case):
    recorded(cast["solveig"], case, kind=IncidentKind.REFUSAL, types=(), contact_count=0)
    recorded(cast["solveig"], case, kind=IncidentKind.ANSWER, types=("message",), contact_count=0, reaction_reason="Ro")

    types = [(row.type, row.contacts) for row in seen(cast["solveig"], case).rows]

    assert ("Borgerens egen handling: tydelig afvisning", "") in types
    assert ("Borgerens egen handling: svar fra borgeren, Sms eller besked", "") in types


@pytest.mark.parametrize(
    ("source", "whose"),
    [(IncidentSource.IMPORT, "Borgerens"), (IncidentSource.NETWORK, "Borgerens"),
     (IncidentSource.PROFESSIONAL, "Fagpersonens")],
)  # fmt: skip
def test_the_type_has_the_words_of_the_list_and_somebodys_own_stand_apart(cast, case, source, whose):
    words = "Falsk anmeldelse fra Kim"
    recorded(cast["solveig"], case, types=("other",), type_text=words, source=source)

    [row] = seen(cast["solveig"], case).rows

    assert row.type == "Andet"
    assert f"{whose} ord for typen: {words}" in row.more
    assert words not in " ".join(seen(cast["solveig"], case).sentences)
