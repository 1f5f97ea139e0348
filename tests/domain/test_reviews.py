"""Twice a year whoever heads a person confirms what the person has, or ends it (SEC-20)."""

from datetime import datetime

import pytest

from skanderborg.clock import now
from skanderborg.domain import people
from skanderborg.domain.due import digest, things
from skanderborg.domain.oversight import reviews
from skanderborg.errors import Invalid, NotAllowed, NotFound
from skanderborg.kinds import RelationKind
from skanderborg.pages import my_day
from skanderborg.pages import oversight as oversight_page
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Relation
from skanderborg.store.db import append, begin, remove, rewrite
from skanderborg.store.events import Event
from skanderborg.store.outbox import Tick
from skanderborg.store.oversight import AccessReview
from skanderborg.store.people import Department, Membership, Person, Session
from tests.made import a_task, letters


@pytest.fixture
def asked(cast, case, clock):
    """It is the second of March; Lars heads Jobcenter, where Jonas, Rikke and Solveig work, and nothing else has a head
    but him."""
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    home = Department.get(Department.key == "jobcenter")
    with begin():
        for name in ("rikke", "solveig"):
            remove(Membership, Membership.person == cast[name].ref)
            append(Membership, person=cast[name], department=home)
    clock.move_to(datetime(2027, 3, 2, 8))
    reviews.ask(now())
    return {one.person.username: one for one in AccessReview.select()}


def held(cast, name="lars"):
    return {one.review.person.username: one for one in oversight_page.to_review(cast[name])}


def test_everyone_who_has_a_role_or_is_on_a_case_is_asked_about_once_in_a_half_year(cast, asked, clock):
    again = reviews.ask(now())
    Tick.delete().execute()  # as another worker sees it that began at the same moment
    at_once = reviews.ask(now())
    clock.move_to(datetime(2027, 9, 1, 8))

    assert {"rikke", "solveig", "rasmus", "dorte", "admin"} <= asked.keys()
    assert "jonas" not in asked
    assert (again, at_once, reviews.ask(now())) == (0, 0, len(asked))


def test_before_the_month_comes_nobody_is_asked_about_who_was_made_since(cast, clock):
    assert (reviews.ask(now()), AccessReview.select().count()) == (0, 0)


def test_the_manager_sees_roles_and_how_many_cases_and_never_which(cast, case, asked):
    found = held(cast)

    assert {"rikke", "solveig"} <= found.keys()
    assert (found["rikke"].may_be_ended, found["admin"].may_be_ended) == (True, False)
    assert (found["rikke"].works_as, found["rikke"].on_cases) == (["Ressourceperson"], [(RelationKind.RESOURCE, 1)])
    assert found["solveig"].departments == ["Jobcenter"]
    assert case.code not in repr(found)


def test_it_waits_on_min_dag_and_in_the_digest_until_it_is_answered(cast, asked):
    digest.owe_due(now())
    before = my_day.of(cast["lars"]).to_review
    reviews.keep(cast["lars"], asked["rikke"].ref)

    assert "lars" in letters("digest")
    assert f"review:{asked['solveig'].ref}" in things.found_by(cast["lars"], now())
    assert f"review:{asked['rikke'].ref}" not in things.found_by(cast["lars"], now())
    assert my_day.of(cast["lars"]).to_review == before - 1


def test_a_confirmation_is_an_event_and_changes_nothing_else(cast, case, asked):
    reviews.keep(cast["lars"], asked["rikke"].ref)

    written = Event.select().where(Event.action == "access-review:answered").get()
    assert (written.actor, written.changes) == (cast["lars"].ref, {"answer": [None, "keep"]})
    assert people.by_username("rikke").roles == "resource-person"
    with pytest.raises(NotFound):
        reviews.keep(cast["lars"], asked["rikke"].ref)


def test_ending_takes_roles_and_ties_and_hands_on_what_the_person_had(cast, case, asked, visit):
    visit("solveig")
    a_task(case, assignee=cast["solveig"])

    reviews.end(cast["lars"], asked["solveig"].ref)

    contact = Relation.get(Relation.case == case, Relation.kind == "primary-contact", Relation.until_at.is_null())
    assert contact.person_id == cast["rikke"].ref
    assert people.by_username("solveig").disabled_at is None
    assert not Session.select().where(Session.person == cast["solveig"].ref, Session.ended_at.is_null()).exists()
    assert "solveig" in letters("account-changed")
    assert letters("roles-ended") == ["admin"]


def test_nothing_is_ended_that_would_leave_a_case_alone(cast, case, asked):
    with begin():
        rewrite(Relation, Relation.person.in_([cast["rikke"].ref, cast["rasmus"].ref]), until_at=now())
        rewrite(Person, Person.roles.contains("resource-person"), roles="")

    with pytest.raises(Invalid):
        reviews.end(cast["lars"], asked["solveig"].ref)

    assert AccessReview.get_by_id(asked["solveig"].ref).answer is None


def test_who_administers_is_not_ended_by_a_manager(cast, asked):
    with pytest.raises(Invalid):
        reviews.end(cast["lars"], asked["admin"].ref)


def test_nobody_answers_of_themselves_or_of_whom_another_heads(cast, asked):
    with pytest.raises(NotFound):
        reviews.keep(cast["lars"], asked["lars"].ref)
    with pytest.raises(NotAllowed):
        reviews.keep(cast["rikke"], asked["solveig"].ref)
