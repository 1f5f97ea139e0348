"""Rollefordeling: who does what in a case, from the first day (D-12)."""

from datetime import date

import pytest

from skanderborg.domain import roles
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import RoleSide
from skanderborg.store.cases import RoleShare
from skanderborg.store.events import Event
from tests.made import a_case, opened

POLICE = {
    "side": RoleSide.OUTSIDE,
    "who": "ZQX Politiet",
    "does": "Efterforsker",
    "contact": "114",
    "since_on": date(2026, 11, 18),
}
SCHOOL = {"side": RoleSide.INSIDE, "who": "ZQX Skolen", "does": "Holder øje", "contact": None, "since_on": None}


def test_those_inside_stand_before_those_outside(cast, case):
    mine = opened(cast["rasmus"], case)
    roles.add(cast["rasmus"], mine, **POLICE)
    roles.add(cast["rasmus"], mine, **SCHOOL)

    assert [row.who for row in roles.of_case(cast["rasmus"], mine)] == ["ZQX Skolen", "ZQX Politiet"]


def test_a_role_that_has_ended_is_off_the_list_and_stays_in_the_database(cast, case):
    mine = opened(cast["solveig"], case)
    row = roles.add(cast["solveig"], mine, **POLICE)

    roles.end(cast["solveig"], roles.get(cast["solveig"], mine, row.ref), row.version)

    assert roles.of_case(cast["solveig"], mine) == []
    assert RoleShare.get_by_id(row.ref).who == "ZQX Politiet"


def test_of_two_who_change_a_role_the_second_is_told(cast, case):
    mine = opened(cast["solveig"], case)
    added = roles.add(cast["solveig"], mine, **POLICE)
    row = roles.get(cast["solveig"], mine, added.ref)
    roles.rewrite(cast["solveig"], row, row.version, **POLICE | {"does": "Har givet tilhold"})

    with pytest.raises(Conflict):
        roles.rewrite(cast["solveig"], row, row.version, **POLICE | {"does": "Afventer"})


def test_saying_the_same_again_changes_nothing(cast, case):
    mine = opened(cast["solveig"], case)
    row = roles.get(cast["solveig"], mine, roles.add(cast["solveig"], mine, **POLICE).ref)
    before = Event.select().count()

    roles.rewrite(cast["solveig"], row, row.version, **POLICE)

    assert Event.select().count() == before


def test_a_day_to_come_is_refused(cast, case):
    with pytest.raises(Invalid) as refused:
        roles.add(cast["solveig"], opened(cast["solveig"], case), **POLICE | {"since_on": date(2026, 11, 21)})
    assert refused.value.field == "since_on"


def test_who_is_not_on_the_case_writes_no_role(cast, case):
    with pytest.raises(NotAllowed):
        roles.add(cast["ulla"], case, **POLICE)


def test_a_role_of_another_case_is_not_found(cast, case):
    other = opened(cast["solveig"], a_case(cast, code="M2D8H"))
    row = roles.add(cast["solveig"], other, **POLICE)

    with pytest.raises(NotFound):
        roles.get(cast["solveig"], opened(cast["solveig"], case), row.ref)


def test_sent_twice_it_is_written_once(cast, case):
    mine = opened(cast["solveig"], case)

    first = roles.add(cast["solveig"], mine, **POLICE, key="k1")
    second = roles.add(cast["solveig"], mine, **POLICE, key="k1")

    assert (first.ref, RoleShare.select().count()) == (second.ref, 1)
