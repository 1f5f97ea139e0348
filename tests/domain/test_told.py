"""What the exposed person tells of reports and accusations: a row of the log, and nobody's contact (D-15)."""

import csv
import io
import json
import re
from datetime import date

import pytest

from skanderborg import clock, content
from skanderborg.domain import incidents
from skanderborg.domain.imports import words
from skanderborg.domain.incidents import corrections
from skanderborg.errors import Invalid
from skanderborg.kinds import IncidentKind, PackPart, PackRecipient
from skanderborg.pages import log, overview, pattern, timeline
from skanderborg.pages import packs as extracts
from skanderborg.pages.timeline import TimelineFilter
from skanderborg.settings import CONFIG
from skanderborg.store.db import begin, insert
from skanderborg.store.incidents import Incident
from tests.made import opened
from tests.packed import a_pack, an_exhibit, mine, text_of, unzipped, usual

DAY = date(2026, 11, 3)
REPORTER, PROOF, NUMBER = "ZQX Naboen Bente", "ZQX brevet fra kommunen", "ZQX 4711-26"
FORMER = "groundless-report"  # what rows of earlier years hold
ACCUSING = r"falske?n?\b(?! profil)|grundløs|uden grund|ikke passer|påst|løgn|opdigt"
OUTSIDE_THE_HOUSE = [PackRecipient.POLICE, PackRecipient.MUNICIPALITY, PackRecipient.JOURNAL]


@pytest.fixture
def solveig(cast):
    return cast["solveig"]


def said(*types, **more):
    values = {"kind": IncidentKind.INCIDENT, "from_on": DAY, "types": types, "what": "Fortæller om et brev"}
    return incidents.Account(**values | more)


@pytest.fixture
def told(solveig, case):
    """A call, and a report of concern that the citizen tells of, with all that must not go on."""
    incidents.record(solveig, opened(solveig, case), said("call", contact_count=2))
    report = said("report-told", contact_count=0, sender=REPORTER, witness=REPORTER, witness_contact=REPORTER,
                  evidence=PROOF, journal_number=NUMBER)  # fmt: skip
    return incidents.record(solveig, opened(solveig, case), report)


@pytest.fixture
def former(solveig, case):
    """A row as it was written before: with a contact, under the name of then."""
    incidents.record(solveig, opened(solveig, case), said("call", contact_count=2))
    with begin():
        return insert(Incident, case=case.ref, number=2, kind="incident", status="live", from_on=DAY,
                      types=f" {FORMER} ", contact_count=31, what="Brev", reaction="unknown", reported="unknown",
                      children_present="unknown", source="citizen", fingerprint="x", by=solveig.ref,
                      at=clock.now())  # fmt: skip


def every_label():
    listed = content.incidents()
    yield from (one.label for one in (*listed.type, *listed.channel))
    yield from (question.text for question in content.assessment().question)


# ── words ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("label", [*every_label(), *content.own_log().advice])
def test_no_list_calls_a_report_or_an_accusation_false(label):
    assert not re.search(ACCUSING, label.lower())


def test_no_text_of_config_calls_a_report_or_an_accusation_false():
    lines = [line for path in CONFIG.rglob("*.toml") for line in path.read_text().lower().splitlines()]
    shown = [line for line in lines if not line.startswith(("#", "words", "id ", 'no = ["nej"'))]  # a cell's «nej»

    assert not [line for line in shown if re.search(ACCUSING, line)]


@pytest.mark.parametrize("cell", ["Grundløs underretning om børn", "grundløs underretning"])
def test_the_words_of_somebodys_own_log_become_the_neutral_type(cell):
    assert words.types(cell).ids == ("report-told",)


@pytest.mark.parametrize("cell", ["Underretning", "Anmeldelse", "Skole", "Video"])
def test_a_word_that_may_mean_the_opposite_becomes_none(cell):
    """«Underretning» may be what the citizen made of the other: it is asked, and the word is kept (D-15)."""
    assert words.types(cell).ids == ("other",)


@pytest.mark.parametrize("cell", ["Falsk anklage eller anmeldelse", "falsk anmeldelse", "Anklage eller anmeldelse"])
def test_so_do_those_of_an_accusation(cell):
    assert words.types(cell).ids == ("accusation",)


def test_what_else_a_cell_names_is_a_contact_and_the_whole_cell_is_kept():
    assert words.types("Sms, underretning") == words.Types(("message",), IncidentKind.INCIDENT, False)


def test_the_blank_sheet_offers_the_exposed_persons_own_words():
    offered = [one.own_label for one in content.incidents().type if not one.retired]

    theirs = ["Anklage eller anmeldelse af mig", "Underretning om mig eller mine børn"]
    assert set(theirs) < set(offered)
    assert not [label for label in offered if "Borgeren" in label]
    assert [words.types(label).ids for label in theirs] == [("accusation",), ("report-told",)]


# ── in the log ──────────────────────────────────────────────────────────────────────────────────────


def test_it_stands_in_the_log_with_a_number_and_counts_no_contact(solveig, case, told):
    totals = log.totals(solveig, opened(solveig, case))

    assert (told.number, totals.rows, totals.contacts) == (2, 2, 2)
    assert overview.of_case(solveig, case.ref).facts.contacts == 2


@pytest.mark.parametrize(
    ("more", "field"),
    [({"types": ("report-told",), "contact_count": 1}, "contact_count"), ({"types": ("call", "accusation")}, "types")],
)
def test_it_is_no_contact_and_stands_for_itself(solveig, case, more, field):
    with pytest.raises(Invalid) as refused:
        incidents.record(solveig, opened(solveig, case), said("x")._replace(**more))

    assert refused.value.field == field


def test_a_row_of_before_keeps_number_and_text_and_counts_no_contact(solveig, case, former):
    row = incidents.one(solveig, opened(solveig, case), former.ref)

    assert (row.number, row.what, incidents.type_labels(row)) == (2, "Brev", ["Borgeren fortæller om en underretning"])
    assert log.totals(solveig, opened(solveig, case)).contacts == 2


def test_both_are_found_under_the_one_name(solveig, case, former):
    incidents.record(solveig, opened(solveig, case), said("report-told", contact_count=0))
    [wanted] = [name for name, label in incidents.types_to_find().items() if "underretning" in label]

    found = log.page(solveig, opened(solveig, case), log.LogFilter(type=wanted))

    assert {row.number for row in found.rows} == {2, 3}


def test_a_row_of_before_is_corrected_to_no_contact(solveig, case, former):
    row = incidents.one(solveig, opened(solveig, case), former.ref)

    corrections.correct(solveig, row, incidents.account_of(row)._replace(contact_count=0), "Det er ingen kontakt", 1)

    assert Incident.get_by_id(former.ref).contact_count == 0


# ── pattern and timeline ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("row", ["told", "former"])
def test_the_pattern_is_the_same_without_it(solveig, case, row, request):
    request.getfixturevalue(row)
    there = pattern.read(solveig, opened(solveig, case))
    with begin():
        Incident.update(status="undone").where(Incident.number == 2).execute()

    assert pattern.read(solveig, opened(solveig, case)) == there


@pytest.mark.parametrize("row", ["told", "former"])
def test_the_timeline_tells_of_it_as_no_contact(solveig, case, row, request):
    request.getfixturevalue(row)

    [entry] = [
        one for one in timeline.of_case(solveig, opened(solveig, case), TimelineFilter()).rows if one.number == 2
    ]

    assert (entry.title, entry.contacts) == ("Borgeren fortæller om en underretning", 0)


# ── what is handed over ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("recipient", [one for one in PackRecipient if one != PackRecipient.INSIGHT])
def test_who_reported_and_what_proves_it_go_to_nobody_by_themselves(solveig, case, told, recipient):
    an_exhibit(solveig, case, description=PROOF, row=told.number)

    found = extracts.preview(solveig, mine(solveig, case), usual(recipient))

    assert "ZQX" not in json.dumps(found, default=str)
    assert found.contact_count == 2
    assert PackPart.TOLD_BY not in found.choice.parts
    assert any(PackPart.TOLD_BY.label in line for line in found.left_out)


@pytest.mark.parametrize("recipient", OUTSIDE_THE_HOUSE)
def test_it_goes_where_someone_chose_it(solveig, case, told, recipient):
    choice = usual(recipient)

    found = extracts.preview(solveig, mine(solveig, case), choice._replace(parts=(*choice.parts, PackPart.TOLD_BY)))

    assert {PROOF, NUMBER} <= {cell for row in found.rows for cell in row.cells}


def test_paper_and_spreadsheets_have_the_neutral_row_and_none_of_it(house, solveig, case, told):
    pack = a_pack(house, solveig, case)
    zipped, _ = unzipped(solveig, case, pack)
    rows = list(csv.reader(io.StringIO(zipped.read("log.csv").decode("utf-8-sig")), delimiter=";"))

    assert "Borgeren fortæller om en underretning" in [row[rows[0].index("Type")] for row in rows]
    assert "ZQX" not in text_of(pack)
    assert [row[rows[0].index("Antal")] for row in rows[1:]] == ["0", "2"]
    assert "ZQX" not in str(rows)
