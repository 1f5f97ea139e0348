"""*Find sag*: by what a case is found, by whom, and what is written down of it."""

import pytest

from skanderborg import clock as time
from skanderborg.domain.cases import name_citizen
from skanderborg.errors import Invalid
from skanderborg.pages import finding
from skanderborg.store.cases import Party
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from tests.made import a_case, exclude


def codes(person, typed: str) -> list[str]:
    return [one.code for one in finding.find(person, typed).cases]


@pytest.fixture
def hansen(cast):
    """Mette Ågård Hansen, who is rung between 10 and 11; her brother is named too."""
    case = a_case(cast, "K7F3Q", safe_contact="Ring kun mellem 10 og 11 på 22 33 44 55")
    name_citizen(case, "Mette Ågård Hansen")
    with begin():
        insert(Party, case=case, role="relative", name="Bo Juhl", contact="+45 66 77 88 99", created_at=time.now())
    return case


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("K7F3Q", "kode"), ("k7f3q ", "kode"), ("k7f", "begyndelsen af koden"), ("M. Å. H.", "initialer"),
        ("måh", "initialer"), ("Mette", "navn"), ("hans", "navn"), ("mette aag", "navn"), ("AAGAARD", "navn"),
        ("bo ju", "navn (pårørende)"), ("22334455", "telefon"), ("+45 22 33 44 55", "telefon"),
        ("66778899", "telefon"),
    ],
)  # fmt: skip
def test_a_case_is_found_by_code_initials_the_beginning_of_a_name_and_phone(cast, hansen, typed, by):
    a_case(cast, "OTHER")

    [found] = finding.find(cast["solveig"], typed).cases

    assert (found.code, found.by, found.initials) == ("K7F3Q", by, "M. Å. H.")


@pytest.mark.parametrize("typed", ["ette", "ansen", "2233445", "33445566", "ring", "Lise", "MH"])
def test_what_is_no_beginning_and_no_whole_number_finds_nothing(cast, hansen, typed):
    assert codes(cast["solveig"], typed) == []


@pytest.mark.parametrize("typed", ["K7F3Q", "Mette", "MÅH", "22334455"])
def test_nobody_finds_a_case_that_he_or_she_may_not_open(cast, hansen, typed):
    exclude(hansen, cast["solveig"], person=cast["rasmus"])

    assert [codes(cast[name], typed) for name in ("rasmus", "ulla", "admin", "dorte")] == [[], [], [], []]


def test_a_closed_case_is_found_after_those_that_are_open(cast):
    name_citizen(a_case(cast, "CLOSE", phase="closed", closed_at=time.now()), "Mette Hansen")
    name_citizen(a_case(cast, "OPENS"), "Mette Hansen")

    assert codes(cast["solveig"], "mette") == ["OPENS", "CLOSE"]


def test_a_code_is_found_however_many_cases_are_newer(cast, monkeypatch):
    monkeypatch.setattr(finding, "LOOKED_THROUGH", 1)
    a_case(cast, "OLDER", reported_at=time.now().replace(year=2020))
    a_case(cast, "NEWER")

    assert codes(cast["solveig"], "older") == ["OLDER"]
    assert finding.find(cast["solveig"], "mette").is_cut


@pytest.mark.parametrize("typed", ["", " ", "m", ".-"])
def test_too_little_is_refused(cast, typed):
    with pytest.raises(Invalid):
        finding.find(cast["solveig"], typed)


def test_a_search_and_what_it_showed_are_written_down_and_what_was_typed_is_not(cast, hansen):
    finding.find(cast["solveig"], "Mette")
    finding.find(cast["ulla"], "Mette")

    written = Event.select().where(Event.action == "case:find").order_by(Event.id)
    assert [(one.chain, one.object_kind, one.object_ref, one.changes) for one in written] == [
        (f"person:{cast['solveig'].ref}", "list", "case:find", {"cases": [None, [hansen.ref]]}),
        (f"person:{cast['ulla'].ref}", "list", "case:find", None),
    ]


def test_a_search_asks_the_database_the_same_however_many_cases(cast, hansen, queries):
    def asked() -> int:
        queries.clear()
        finding.find(cast["solveig"], "nobody")
        return len(queries)

    asked()
    before = asked()
    for number in range(30):
        name_citizen(a_case(cast, f"C{number:04}"), "Lise Lund")
    asked()  # the keys of what is new come at once

    assert asked() == before
