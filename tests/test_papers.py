"""The papers that a municipality needs before it may start say what the program does, field by field."""

import re

import pytest

from skanderborg.settings import ROOT
from tests import papers

ALL = sorted(papers.PAPERS.glob("*.md"))
DANISH = re.compile(r"[A-ZÆØÅ].{8,}[.:]$")


@pytest.mark.parametrize("paper", ALL, ids=lambda paper: paper.stem)
def test_what_is_written_from_the_program_is_up_to_date(paper):
    assert papers.written(paper) == paper.read_text("utf-8"), "run make papers"


def test_every_sealed_field_has_its_sentence_and_every_sentence_its_field():
    told, fields = papers.sentences(), papers.sealed()

    untold = [f"{table}.{name}" for table, names in fields.items() for name in names
              if not DANISH.match(told.get(table, {}).get(name, ""))]  # fmt: skip
    gone = [f"{table}.{name}" for table, said in told.items() for name in said
            if name != "hvem" and name not in fields.get(table, [])]  # fmt: skip

    assert (untold, gone) == ([], [])


def test_every_promise_of_security_stands_in_the_map():
    chapters = papers.tomllib.loads((papers.PAPERS / "asvs.toml").read_text("utf-8"))
    mapped = {name for chapter in chapters.values() for name in chapter["krav"]}

    assert {name for name in papers.promises() if name.startswith("SEC-")} - mapped == set()
    assert [chapter["titel"].split()[0] for chapter in chapters.values()] == [f"V{number}" for number in range(1, 18)]


def test_the_five_papers_are_there_and_the_picture_has_words():
    names = {"konsekvensanalyse", "fortegnelse", "tilgaengelighed", "asvs", "dataflow"}
    picture = (ROOT / "docs/da/dataflow.svg").read_text("utf-8")

    assert {paper.stem for paper in ALL} >= names
    assert "<title " in picture
    assert "<desc " in picture
