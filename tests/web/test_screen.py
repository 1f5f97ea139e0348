"""What is said the first time, and the shortcuts of single keys."""

import pytest

from skanderborg.kinds import FirstTime
from skanderborg.store.events import Event
from skanderborg.store.people import Person
from tests.made import a_task

NOTE = 'id="foerste-gang"'


@pytest.fixture
def paths(case, cast):
    """Where each page says something the first time."""
    a_task(case, assignee=cast["solveig"])
    return {FirstTime.MY_DAY: "/", FirstTime.BOARD: "/tavle", FirstTime.CASE: f"/sager/{case.ref}"}


@pytest.mark.parametrize("place", FirstTime)
def test_a_page_says_what_it_is_for_until_that_is_put_away(visit, case, paths, place):
    solveig = visit("solveig")
    first = {name: solveig.get(path).text for name, path in paths.items()}

    answer = solveig.post(f"/profil/vaek/{place}", case=case.ref if place == FirstTime.CASE else "")

    then = {name: solveig.get(path).text for name, path in paths.items()}
    assert all(line in first[name] for name in FirstTime for line in name.lines)
    assert (answer.status_code, answer.location) == (303, paths[place])
    assert {name for name, page in then.items() if NOTE in page} == set(FirstTime) - {place}
    assert Event.select().where(Event.action == "person:profile-changed").count() == 1


def test_other_pages_say_nothing(visit, case):
    assert NOTE not in visit("solveig").get(f"/sager/{case.ref}/noter").text


def test_min_dag_says_three_lines():
    assert len(FirstTime.MY_DAY.lines) == 3


def test_single_keys_are_off_until_turned_on_and_listed(visit, cast):
    solveig = visit("solveig")
    before = solveig.get("/profil/genveje").text

    solveig.post("/profil/genveje/til")

    after = solveig.get("/profil/genveje").text
    assert ["data-shortcuts" in page for page in (before, after)] == [False, True]
    assert "<kbd>?</kbd>" in before
    assert Person.get_by_id(cast["solveig"].ref).has_shortcuts
