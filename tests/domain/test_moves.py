"""Who works in another department from now on: whether an access shall stand is asked of who coordinates the case."""

import pytest

from skanderborg.clock import now, today
from skanderborg.domain import people, staff
from skanderborg.domain.access import ending, moves
from skanderborg.domain.due import digest, things
from skanderborg.errors import Invalid, NotAllowed, NotFound
from skanderborg.pages import my_day
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.people import Absence
from tests.made import a_case, letters, opened

DOMAINS = ("example.invalid",)


def move(person, *homes):
    staff.change(SYSTEM, people.by_username(person.username), {"departments": list(homes)}, DOMAINS)


def of(case, person):
    return Relation.get(Relation.case == case, Relation.person == person.ref, Relation.until_at.is_null())


def asked(person):
    return [name for name in things.found_by(person, now()) if name.startswith("relation:")]


def waits(person):
    return [one.label for one in my_day.of(person).reviews]


@pytest.fixture
def moved(cast, case):
    """Rasmus, who takes part in the case, works in SSP from now on; his access."""
    move(cast["rasmus"], "ssp")
    return of(case, cast["rasmus"])


def test_the_tovholder_is_asked_on_min_dag_and_in_the_digest_until_it_is_answered(cast, case, clock, moved):
    clock.forward(days=3)

    digest.owe_due(now())

    assert asked(cast["solveig"]) == [f"relation:{moved.ref}"]
    assert waits(cast["solveig"]) == ["Skal en adgang fortsætte?"]
    assert letters("digest") == ["solveig"]
    assert asked(cast["rikke"]) == asked(cast["rasmus"]) == waits(cast["rikke"]) == []


def test_the_access_stands_while_it_is_asked_about(cast, case, moved):
    assert opened(cast["rasmus"], case).ref == case.ref


def test_yes_is_an_event_and_ends_the_question(cast, case, moved):
    moves.keep(cast["solveig"], opened(cast["solveig"], case), moved.ref)
    moves.keep(cast["solveig"], opened(cast["solveig"], case), moved.ref)

    written = Event.select().where(Event.action == "access:confirmed", Event.chain == f"case:{case.ref}")
    assert [one.changes for one in written] == [{"person": [None, cast["rasmus"].ref]}]
    assert (asked(cast["solveig"]), waits(cast["solveig"])) == ([], [])
    assert opened(cast["rasmus"], case)


def test_no_ends_the_access_and_the_question(cast, case, moved):
    ending.end(cast["solveig"], opened(cast["solveig"], case), moved.ref)

    with pytest.raises(NotFound):
        opened(cast["rasmus"], case)
    assert asked(cast["solveig"]) == []


def test_of_the_tovholder_who_moved_the_resource_person_is_asked_and_not_the_tovholder(cast, case):
    move(cast["solveig"], "ssp")
    mine = of(case, cast["solveig"])

    with pytest.raises(Invalid):
        moves.keep(cast["solveig"], opened(cast["solveig"], case), mine.ref)

    assert (asked(cast["rikke"]), asked(cast["solveig"])) == ([f"relation:{mine.ref}"], [])
    moves.keep(cast["rikke"], opened(cast["rikke"], case), mine.ref)
    assert asked(cast["rikke"]) == []


def test_a_tovholder_who_is_alone_with_a_case_is_asked_all_the_same(cast):
    case = a_case(cast, people=[("solveig", "primary-contact")])

    move(cast["solveig"], "ssp")

    assert asked(cast["solveig"]) == [f"relation:{of(case, cast['solveig']).ref}"]


def test_while_the_tovholder_is_away_the_resource_person_is_asked(cast, case, moved):
    with begin():
        insert(Absence, person=cast["solveig"], from_on=today(), to_on=today())

    assert asked(cast["rikke"]) == [f"relation:{moved.ref}"]


def test_nobody_who_only_takes_part_answers(cast, case, moved):
    with pytest.raises(NotAllowed):
        moves.keep(cast["rasmus"], opened(cast["rasmus"], case), moved.ref)


def test_a_further_department_is_no_move(cast, case):
    homes = [home.key for home in people.departments_of(cast["rasmus"])]

    move(cast["rasmus"], "ssp", *homes)

    assert asked(cast["solveig"]) == []


def test_of_a_closed_case_nothing_is_asked(cast):
    case = a_case(cast, phase="closed", closed_at=now())

    move(cast["rasmus"], "ssp")

    assert of(case, cast["rasmus"]).asked_at is None
