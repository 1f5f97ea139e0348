"""Opbevaring og sletning, as those see it who say yes: one who knows the case, and a manager."""

import re

import pytest

from skanderborg import clock as time
from skanderborg.domain import retention
from skanderborg.domain.retention import tick
from skanderborg.store.retention import Disposal, Hold
from tests.made import a_case, opened


@pytest.fixture
def old(cast, clock):
    """A case that is proposed for deletion."""
    made = a_case(cast, phase="closed", closed_at=time.now())
    clock.forward(days=5 * 365 + 2)
    tick.look_over(time.now())
    return made


@pytest.fixture
def agreed(cast, old) -> Disposal:
    """The proposal, to which Solveig said yes."""
    return retention.agree(cast["solveig"], opened(cast["solveig"], old), 1)


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_the_tovholder_says_yes_on_the_page_of_the_case(visit, old):
    page = f"/sager/{old.ref}/sletning"
    solveig = visit("solveig")
    before = words(solveig.get(page))

    answer = solveig.post(f"{page}/ja", version=1)

    assert "Sagen er foreslået slettet." in before
    assert answer.status_code == 303
    assert "En leder skal beslutte det" in words(solveig.get(page))


def test_what_was_typed_stays_when_something_is_missing(visit, old):
    rikke = visit("rikke")

    answer = rikke.post(f"/sager/{old.ref}/sletning/bevar", reason="Der kommer en retssag")

    assert answer.status_code == 422
    assert "Vælg, hvorfor sagen skal bevares." in words(answer)
    assert "Der kommer en retssag" in answer.text
    assert not Hold.select().exists()


def test_the_manager_sees_code_rule_and_day_and_nothing_of_the_case(visit, agreed):
    lars = visit("lars")

    said = words(lars.get("/sletning"))

    assert f"Sag {agreed.case.code}" in said
    assert "Alle andre sager" in said
    assert "Ring kun mellem 10 og 11" not in said
    assert "Beslut sletning 1 sag venter på dig." in words(lars.get("/min-afdeling"))


def test_a_reference_that_is_none_is_told_at_its_field_and_a_number_decides(visit, agreed):
    lars, address = visit("lars"), f"/sletning/{agreed.ref}/beslut"

    refused = lars.post(address, archive_reference="uden tal", version=agreed.version)
    answer = lars.post(address, archive_reference="27.00-2031-17", version=agreed.version)

    assert (refused.status_code, answer.status_code) == (422, 303)
    assert 'value="uden tal"' in refused.text
    assert "27.00-2031-17" in words(lars.get("/sletning"))


def test_of_two_managers_the_slower_is_told(visit, cast, agreed):
    lars = visit("lars")
    lars.post(f"/sletning/{agreed.ref}/beslut", archive_reference="27-1", version=agreed.version)

    again = lars.post(f"/sletning/{agreed.ref}/beslut", archive_reference="27-2", version=agreed.version)

    assert again.status_code == 409
    assert "Det er allerede besluttet." in words(again)
    assert Disposal.get().archive_reference == "27-1"
