"""Halvårstal on its pages and as files: what is hidden is said in words, and the files say the same."""

import io
import json

import openpyxl
import pytest
from pypdf import PdfReader

from skanderborg import clock as time
from skanderborg.pages import figures
from skanderborg.store.db import begin, insert
from skanderborg.store.figures import HalfYear

TABLES = [
    {"key": "rolle", "title": "Mistanker efter borgerens rolle", "columns": ["Antal"], "total": 19,
     "rows": [["Udsat", [None]], ["Udøver", [None]], ["Ved ikke", [0]]]},
    {"key": "boern", "title": "Børn i sagen", "columns": ["Antal"], "total": 20,
     "rows": [["Ja", [5]], ["Nej", [15]], ["Ved ikke", [0]]]},
    {"key": "svar", "title": "Svar fra afdelinger", "columns": ["Til tiden", "For sent", "Mangler"], "total": None,
     "rows": [["Jobcenter", [None, None, None]]]},
]  # fmt: skip


@pytest.fixture
def half_year(cast):
    with begin():
        body = json.dumps({"tables": TABLES, "medians": [["Fra mistanke til taget", 2.5], ["Fra taget", None]]})
        return insert(HalfYear, name="2026-1", body=body, at=time.now())


def test_it_is_found_in_the_menu_by_who_may_see_it_and_by_nobody_else(visit, half_year):
    seen, not_seen = visit("rikke").get("/profil").text, visit("jonas").get("/profil").text

    assert 'href="/halvaarstal"' in seen
    assert "/halvaarstal" not in not_seen


def test_hidden_cells_and_tables_are_said_in_words_and_shares_stand_where_there_are_enough(visit, half_year):
    shown = visit("rikke").get("/halvaarstal/2026-1").text

    assert "skjult" in shown
    assert "25 %" in shown
    assert "Der er for få til at vise tabellen." in shown
    assert "2,5" in shown
    assert "for få til at vise (under 10)" in shown
    assert "Ingen: Ved ikke." in shown


def test_the_files_say_the_same(cast, half_year):
    report = figures.report(cast["rikke"], "2026-1")

    lines = figures.csv(report).decode("utf-8-sig").splitlines()
    book = openpyxl.load_workbook(io.BytesIO(figures.xlsx(report)), read_only=True)
    paper = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(figures.pdf(report))).pages)

    assert "Børn i sagen;Ja;Antal;5" in lines
    assert "Mistanker efter borgerens rolle;Udsat;Antal;skjult" in lines
    assert ("Ja", "5") in [row[:2] for row in book["Børn i sagen"].iter_rows(values_only=True)]
    assert "Halvårstal, 1. halvår 2026" in paper
    assert "skjult" in paper


def test_a_file_of_another_kind_and_a_half_year_there_is_none_of_are_missing(visit, half_year):
    rikke = visit("rikke")

    assert [rikke.get(f"/halvaarstal/{one}").status_code for one in ("2026-1/fil/exe", "2025-2", "x")] == [404] * 3
