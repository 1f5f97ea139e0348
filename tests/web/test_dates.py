"""The day that is understood while someone types it."""

import pytest


def asked(visit, text: str, looks: str = "either"):
    return visit("solveig").post("/dato", **{looks: text})


def test_a_day_is_told_in_full_as_its_field_keeps_it(visit):
    answer = asked(visit, "i går")

    assert answer.json == {"date": "19.11.2026", "words": "torsdag 19. november 2026"}


def test_a_day_without_its_year_is_told_with_the_year_in_which_the_field_looks(visit):
    told = [asked(visit, "1/12", looks).json["date"] for looks in ("ahead", "back")]

    assert told == ["1.12.2026", "1.12.2025"]


def test_the_end_of_a_range_lies_after_its_beginning(visit):
    told = visit("solveig").post("/dato", since="1.11.2026", back="1/12").json

    assert told["words"] == "tirsdag 1. december 2026"


@pytest.mark.parametrize("text", ["snart", "31.2.2026", "x" * 5_000], ids=len)
def test_what_is_no_day_is_refused_with_what_to_type_instead(visit, text):
    answer = asked(visit, text)

    assert answer.status_code == 422
    assert "Skriv datoen som dag, måned og år" in answer.json["error"]


def test_of_nothing_nothing_is_told(visit):
    assert asked(visit, "").json == {"date": None, "words": None}
