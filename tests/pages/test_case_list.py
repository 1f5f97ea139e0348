"""*Sager*: narrowed and sorted as one asks, and never more than one sees."""

from datetime import timedelta

import pytest

from skanderborg import clock as time
from skanderborg.kinds import CaseOrder, CitizenRole, Phase
from skanderborg.pages.case_list import CaseFilter, listed
from tests.made import a_case


@pytest.fixture
def three(cast):
    """A case of Solveig's, an older one of Rasmus', and the oldest, which is closed."""
    ago = {days: time.now() - timedelta(days=days) for days in (1, 2, 3)}
    a_case(cast, "MIDDL", reported_at=ago[1], phase="sparring")
    a_case(cast, "ALPHA", (("rasmus", "primary-contact"), ("solveig", "participant")), reported_at=ago[2],
           citizen_role="perpetrator")  # fmt: skip
    a_case(cast, "ZETAS", reported_at=ago[3], phase="closed", closed_at=time.now())
    a_case(cast, "OTHER", (("ruth", "primary-contact"),))


@pytest.mark.parametrize(
    ("wanted", "codes"),
    [
        (CaseFilter(), ["MIDDL", "ALPHA"]),
        (CaseFilter(is_closed=True), ["ZETAS"]),
        (CaseFilter(mine=True), ["MIDDL"]),
        (CaseFilter(phase=Phase.SPARRING), ["MIDDL"]),
        (CaseFilter(citizen_role=CitizenRole.PERPETRATOR), ["ALPHA"]),
        (CaseFilter(mine=True, citizen_role=CitizenRole.PERPETRATOR), []),
        (CaseFilter(order=CaseOrder.OLDEST), ["ALPHA", "MIDDL"]),
        (CaseFilter(order=CaseOrder.CODE), ["ALPHA", "MIDDL"]),
        (CaseFilter(order=CaseOrder.PHASE), ["MIDDL", "ALPHA"]),
        (CaseFilter(order=CaseOrder.CONTACT), ["ALPHA", "MIDDL"]),
    ],
)
def test_cases_are_listed_as_one_asks(cast, three, wanted, codes):
    assert [line.case.code for line in listed(cast["solveig"], wanted, 1).rows] == codes
