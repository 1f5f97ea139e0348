"""A colleague as a contact card: who is there instead, and nobody who has left."""

from datetime import date

import pytest

from skanderborg.domain import staff
from skanderborg.errors import NotFound
from skanderborg.pages import colleagues
from skanderborg.policy import SYSTEM
from skanderborg.store.db import begin, insert
from skanderborg.store.people import Absence, Person
from tests.made import department


def test_a_card_tells_until_when_someone_is_away_and_who_is_there_instead(cast):
    with begin():
        insert(Absence, person=cast["jonas"], from_on=date(2026, 11, 18), to_on=date(2026, 11, 27))
        insert(Absence, person=cast["ulla"], from_on=date(2026, 11, 21), to_on=date(2026, 11, 27))
        Person.update(substitute=cast["ulla"]).where(Person.ref == cast["jonas"].ref).execute()

    card = colleagues.card(cast["solveig"], cast["jonas"].ref)

    assert (card.away_until, card.stands_in) == (date(2026, 11, 27), cast["ulla"])
    assert [home.name for home in card.departments] == ["Jobcenter"]
    assert colleagues.card(cast["solveig"], cast["ulla"].ref).away_until is None


def test_a_department_names_those_who_work_there_and_nobody_who_has_left(cast):
    with begin():
        insert(Absence, person=cast["jonas"], from_on=date(2026, 11, 20), to_on=date(2026, 11, 20))
    here = colleagues.team(cast["solveig"], department("jobcenter").ref).members
    staff.close(SYSTEM, cast["jonas"])

    assert [(one.person.username, one.away_until) for one in here] == [("jonas", date(2026, 11, 20))]
    assert colleagues.team(cast["solveig"], department("jobcenter").ref).members == []
    with pytest.raises(NotFound):
        colleagues.card(cast["solveig"], cast["jonas"].ref)
