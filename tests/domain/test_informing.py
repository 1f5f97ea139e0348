"""Oplysningspligt: who was told, or the decision not to; never with an udøver in danger's way (GDPR art. 13, 14)."""

from datetime import date, datetime

import pytest

from skanderborg import policy
from skanderborg.domain import informing, ticks
from skanderborg.errors import Invalid, NotAllowed
from skanderborg.kinds import InformGround, InformWay
from skanderborg.policy import Action
from skanderborg.store.cases import Party
from skanderborg.store.db import begin, insert
from skanderborg.store.informing import Informed
from skanderborg.store.plans import NetworkPerson
from tests.made import a_case, letters, opened

LATER = date(2027, 2, 1)


@pytest.fixture
def case(cast):
    """A case with the citizen and the one who exposes her."""
    made = a_case(cast)
    with begin():
        for role, name in (("citizen", "Mette Madeup"), ("opposing", "Ole Opdigt")):
            insert(Party, case=made, role=role, name=name, created_at=made.reported_at)
    return opened(cast["solveig"], made)


def of(person, case):
    return {one.label: one for one in informing.named(person, policy.case_for(person, case.ref, Action.CASE_READ))}


def about(case, label="Borgeren: Mette Madeup"):
    party = Party.get(Party.case == case.ref, Party.role == ("citizen" if label.startswith("Borgeren") else "opposing"))
    return f"party:{party.ref}"


def decide(person, case, **said):
    values = {"about": about(case, "Modparten"), "ground": InformGround.DANGER, "reason": "ZQX", "look_on": LATER}
    return informing.decide_not(person, case, **values | said)


def test_everyone_named_is_listed_with_the_day_by_which_to_tell_and_the_udoever_marked(cast, case):
    found = of(cast["rasmus"], case)

    assert {label: one.is_dangerous for label, one in found.items()} == {
        "Borgeren: Mette Madeup": False, "Modparten: Ole Opdigt": True,
    }  # fmt: skip
    assert {one.tell_by for one in found.values()} == {date(2026, 12, 20)}


def test_in_the_case_of_an_udoever_it_is_the_citizen_who_is_marked(cast):
    case = a_case(cast, citizen_role="perpetrator")
    with begin():
        insert(Party, case=case, role="citizen", created_at=case.reported_at)

    assert [one.is_dangerous for one in informing.named(cast["solveig"], opened(cast["solveig"], case))] == [True]


def test_the_newest_of_each_counts_and_all_stay(cast, case, clock):
    decide(cast["solveig"], case, about=about(case))
    clock.forward(minutes=1)
    informing.told(cast["solveig"], case, about(case), InformWay.SPOKEN, date(2026, 11, 19))

    last = of(cast["solveig"], case)["Borgeren: Mette Madeup"].last

    assert (last.way, last.on, last.writer.name) == (InformWay.SPOKEN, date(2026, 11, 19), cast["solveig"].name)
    assert Informed.select().count() == 2


def test_someone_in_the_network_is_named_and_told_too(cast, case):
    with begin():
        sister = insert(
            NetworkPerson, case=case, name="Søs", may_know="may-know", by=cast["rikke"], at=case.reported_at
        )

    informing.told(cast["solveig"], case, f"network_person:{sister.ref}", InformWay.SPOKEN, date(2026, 11, 19))

    assert of(cast["solveig"], case)["Netværk: Søs"].last.way == InformWay.SPOKEN


def test_for_danger_a_day_is_wanted_on_which_it_is_decided_again(cast, case):
    with pytest.raises(Invalid) as refused:
        decide(cast["solveig"], case, look_on=None)

    assert refused.value.field == "look_on"


def test_the_tovholder_is_reminded_on_that_day_and_not_before_nor_once_it_is_told(cast, case, clock):
    decide(cast["solveig"], case)
    decide(cast["solveig"], case, about=about(case))
    informing.told(cast["solveig"], case, about(case), InformWay.LETTER, date(2026, 11, 20))
    clock.move_to(datetime(2027, 1, 29, 12))
    ticks.owe()
    before = letters("case-deadline")
    clock.move_to(datetime(2027, 2, 1, 8))

    ticks.owe()

    assert (before, letters("case-deadline")) == ([], ["solveig"])


def test_nobody_is_told_of_who_does_not_stand_on_the_case(cast, case):
    other = a_case(cast, "M2D8H")
    with begin():
        stranger = insert(Party, case=other, role="citizen", created_at=other.reported_at)

    for odd in (f"party:{stranger.ref}", "party:x", ""):
        with pytest.raises(Invalid) as refused:
            informing.told(cast["solveig"], case, odd, InformWay.SPOKEN, date(2026, 11, 19))
        assert refused.value.field == "about"


def test_it_was_told_today_or_before(cast, case):
    with pytest.raises(Invalid) as refused:
        informing.told(cast["solveig"], case, about(case), InformWay.SPOKEN, date(2026, 11, 21))

    assert refused.value.field == "told_on"


def test_who_takes_part_writes_that_someone_was_told_and_only_who_coordinates_decides_not_to(cast, case):
    mine = opened(cast["rasmus"], case)

    informing.told(cast["rasmus"], mine, about(case), InformWay.SPOKEN, date(2026, 11, 19))

    with pytest.raises(NotAllowed):
        decide(cast["rasmus"], mine)


def test_the_reason_lies_sealed(cast, case):
    assert b"ZQX" not in bytes(decide(cast["solveig"], case).__data__["reason"])
