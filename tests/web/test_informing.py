"""Oplysningspligt on its page: both forms, and each refusal at its own field."""

import pytest

from skanderborg.store.cases import Party
from skanderborg.store.db import begin, insert
from skanderborg.store.informing import Informed
from tests.made import a_case


@pytest.fixture
def there(cast):
    case = a_case(cast)
    with begin():
        party = insert(Party, case=case, role="citizen", name="Mette Madeup", created_at=case.reported_at)
    return f"/sager/{case.ref}/oplysning", f"party:{party.ref}"


def test_that_someone_was_told_is_written_down_and_shown(visit, there):
    path, about = there
    solveig = visit("solveig")
    assert "Ikke informeret endnu. Senest 20.12.2026" in solveig.get(path).text

    solveig.post(f"{path}/informeret", about=about, way="letter", told_on="i går", key="k")

    assert "Informeret 19.11.2026, brev" in solveig.get(path).text


def test_a_decision_for_danger_without_a_day_is_refused_at_the_day_and_keeps_the_reason(visit, there):
    path, about = there

    answer = visit("solveig").post(f"{path}/ikke", about=about, ground="danger", reason="ZQX læser med", key="k")

    assert answer.status_code == 422
    assert 'id="look_on-not-error"' in answer.text
    assert "ZQX læser med" in answer.text
    assert not Informed.select().exists()


def test_who_only_takes_part_has_no_form_to_decide(visit, there):
    page = visit("rasmus").get(there[0]).text

    assert "Skriv, at en er informeret" in page
    assert "Afgør, at en ikke informeres" not in page
