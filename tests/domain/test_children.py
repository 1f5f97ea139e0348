"""The children of a case: registered, described and taken out (D-15)."""

import pytest

from skanderborg.domain import children, parties
from skanderborg.errors import Conflict, Invalid, NotFound
from skanderborg.kinds import PartyRole, Protection
from skanderborg.store.cases import Party
from skanderborg.store.work import Task
from tests.made import a_case, opened

BO = {"name": "B. O.", "born": "2018", "lives_with": "Skiftevis", "institution": "Solsikken"}


@pytest.fixture
def mine(cast, case):
    return opened(cast["solveig"], case)


@pytest.mark.parametrize(("name", "born"), [("B.", None), (None, "2018")])
def test_a_child_is_registered_with_as_little_as_is_known(cast, mine, name, born):
    children.register(cast["solveig"], mine, name=name, born=born, lives_with=None, institution=None)

    assert [(child.name, child.born) for child in children.of_case(cast["solveig"], mine)] == [(name, born)]


@pytest.mark.parametrize(
    "child",
    [
        {"name": None, "born": None, "lives_with": None, "institution": None},
        {"name": None, "born": None, "lives_with": "Mor", "institution": "Solen"},
    ],
)
def test_a_child_of_whom_nothing_tells_who_it_is_sets_nothing_in_motion(cast, mine, child):
    with pytest.raises(Invalid) as refused:
        children.register(cast["solveig"], mine, **child)

    assert refused.value.field == "name"
    assert (opened(cast["solveig"], mine).children, Task.select().count(), Party.select().count()) == ("no", 0, 0)


def test_neither_does_one_that_is_named_on_the_page_of_persons(cast, mine):
    with pytest.raises(Invalid):
        parties.add(cast["solveig"], mine, PartyRole.CHILD, parties.Details(relation_text="Barn"))


def test_a_child_brings_the_tasks_that_a_case_with_children_calls_for(cast, mine):
    children.register(cast["solveig"], mine, **BO)

    assert Task.select().where(Task.template == "institution").count() == 1


@pytest.mark.parametrize("year", ["18", "2027", "i fjor", "1960", "２０１８"])
def test_an_odd_year_of_birth_is_asked_about(cast, mine, year):
    with pytest.raises(Invalid) as refused:
        children.register(cast["solveig"], mine, **BO | {"born": year})

    assert refused.value.field == "born"


def test_a_child_is_described_over_the_version_seen(cast, mine):
    child = children.register(cast["solveig"], mine, **BO)
    children.describe(cast["rikke"], opened(cast["rikke"], mine), child, 1, **BO | {"born": "2019"})

    with pytest.raises(Conflict):
        children.describe(cast["solveig"], mine, child, 1, **BO | {"name": "C."})


def test_describing_a_child_leaves_its_protection_alone(cast, mine):
    said = parties.Details(name="B.", protection=Protection.SPECIAL, address="Ukendt vej 1")
    child = parties.add(cast["solveig"], mine, PartyRole.CHILD, said)

    children.describe(cast["solveig"], mine, child, 1, **BO)

    now = Party.get_by_id(child.ref)
    assert (now.protection, now.address, now.institution) == ("special", "Ukendt vej 1", "Solsikken")


def test_a_child_who_is_taken_out_is_listed_no_longer_and_nobodys_duty_goes_with_it(cast, mine):
    child = children.register(cast["solveig"], mine, **BO)

    children.take_out(cast["solveig"], mine, child, "Hører til en anden sag", 1)

    assert children.of_case(cast["solveig"], mine) == []
    assert children.duties_of(cast["solveig"], mine).progress.missing == 3


def test_a_child_of_another_case_is_not_found(cast, mine):
    other = opened(cast["solveig"], a_case(cast, code="M2D8H"))
    child = children.register(cast["solveig"], other, **BO)

    with pytest.raises(NotFound):
        children.get(cast["solveig"], mine, child.ref)


def test_a_grown_up_party_is_no_child(cast, mine):
    aunt = parties.add(cast["solveig"], mine, PartyRole.RELATIVE, parties.Details(name="Tante"))

    with pytest.raises(NotFound):
        children.get(cast["solveig"], mine, aunt.ref)


def test_a_child_named_among_the_parties_brings_the_duty_as_well(cast, mine):
    parties.add(cast["solveig"], mine, PartyRole.CHILD, parties.Details(name="B."))

    assert children.duties_of(cast["solveig"], mine).progress.missing == 3
