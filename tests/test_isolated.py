"""Strangers' files are worked on apart, and nothing of them stays behind (SEC-47)."""

import json
from io import BytesIO

import pytest
from openpyxl import load_workbook

from skanderborg import isolated

ROWS = [[f"ZQX {number} " + "ord " * 50] * 8 for number in range(20_000)]


def table(rows: list[list[str]]) -> bytes:
    return json.dumps({"title": "Log", "sheets": [
        {"title": "Log", "headings": ["Hvad"], "rows": rows, "widths": [], "lists": {}, "blank_rows": 0}
    ]}).encode()  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(isolated, "IN_MEMORY", tmp_path)
    return tmp_path


def test_a_child_that_is_ended_half_way_leaves_nothing_of_the_text_behind(folder):
    with pytest.raises(isolated.Refused):
        isolated.run("sheets", table(ROWS), seconds=1, megabytes=700)

    assert list(folder.iterdir()) == []


def test_an_answer_that_grows_beyond_all_bounds_is_refused(folder, monkeypatch):
    monkeypatch.setattr(isolated, "LARGEST_MEGABYTES", 1)

    with pytest.raises(isolated.Refused):
        isolated.run("sheets", table(ROWS[:6_000]), seconds=30, megabytes=700)
    assert list(folder.iterdir()) == []


def test_a_character_that_xml_cannot_hold_does_not_spoil_the_workbook():
    made = isolated.run("sheets", table([["før\uffff efter\x01"]]), seconds=30, megabytes=700)

    assert load_workbook(BytesIO(made)).active["A2"].value == "før\ufffd efter␁"
