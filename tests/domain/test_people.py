"""Staff: who is added, present, standing in, and what happens to the work of one who leaves."""

import pytest

from skanderborg import clock as time
from skanderborg import examples
from skanderborg.domain import access, leaving, people, sessions, staff
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import Role, Theme
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Relation
from skanderborg.store.db import begin
from skanderborg.store.people import Person, Session
from skanderborg.store.work import Task
from tests.made import ON_CASE, a_case, a_request, a_task, letters, now, task_of

DOMAINS = ("example.invalid",)


@pytest.fixture
def case(cast):
    """Solveig is tovholder and has a task, Rikke the resource person; nobody else is on it."""
    case = a_case(cast, people=ON_CASE[:2])
    a_task(case, assignee=cast["solveig"])
    return case


def test_a_member_of_staff_is_added_with_role_and_department(cast):
    person = staff.add(SYSTEM, "Nora", "Nora Ny", "nora@example.invalid", [Role.RESOURCE_PERSON], ["ssp"], DOMAINS)

    assert person.username == "nora"
    assert [department.key for department in people.departments_of(person)] == ["ssp"]


def test_only_an_administrator_adds_people(cast):
    with pytest.raises(NotAllowed):
        staff.add(cast["rikke"], "nora", "Nora Ny", "nora@example.invalid", [], [], DOMAINS)


@pytest.mark.parametrize(
    ("username", "email", "field"),
    [("rikke", "x@example.invalid", "username"), ("æble", "x@example.invalid", "username"),
     ("nora", "nora@elsewhere.invalid", "email"), ("nora", "nora\n@example.invalid", "email")],
)  # fmt: skip
def test_an_account_that_cannot_be_right_is_refused_at_its_field(cast, username, email, field):
    with pytest.raises(Invalid) as told:
        staff.add(SYSTEM, username, "Nora Ny", email, [], [], DOMAINS)
    assert told.value.field == field


def test_who_is_disabled_is_signed_out_at_once(visit, cast):
    solveig = visit("solveig")

    leaving.disable(SYSTEM, cast["solveig"])

    assert solveig.get("/profil").status_code == 303
    assert not Session.select().where(Session.ended_at.is_null()).exists()


def test_the_work_of_one_who_leaves_goes_to_the_next_who_can_do_it(case, cast):
    leaving.disable(SYSTEM, cast["solveig"])

    assert access.primary_contact(case.ref) == cast["rikke"]
    assert Task.select().where(Task.assignee == cast["solveig"].ref).count() == 0
    inherited = Task.select().where(Task.assignee == cast["rikke"].ref, Task.template.is_null())
    assert inherited.count() == 1


def test_nobody_leaves_a_case_without_anyone(case, cast):
    with begin():
        Relation.update(until_at=time.now()).where(Relation.kind == "resource").execute()
        Person.update(roles="").where(Person.roles == "resource-person").execute()

    with pytest.raises(Invalid):
        leaving.disable(SYSTEM, cast["solveig"])
    assert access.primary_contact(case.ref) == cast["solveig"]


def test_who_is_away_has_a_substitute_beside(cast, clock):
    people.set_own(cast["jonas"], cast["ulla"], Theme.AUTO, 1)
    today = time.today(time.now())
    people.add_absence(cast["jonas"], today, today)

    found = people.with_substitutes([people.get(cast["jonas"].ref)], today)

    assert [person.username for person in found] == ["jonas", "ulla"]


def test_who_is_present_needs_nobody_beside(cast):
    people.set_own(cast["jonas"], cast["ulla"], Theme.AUTO, 1)

    found = people.with_substitutes([people.get(cast["jonas"].ref)], time.today(time.now()))

    assert [person.username for person in found] == ["jonas"]


def test_nobody_stands_in_for_themselves(cast):
    with pytest.raises(Invalid):
        people.set_own(cast["jonas"], cast["jonas"], Theme.AUTO, 1)


def test_a_profile_changed_elsewhere_is_not_overwritten(cast):
    people.set_own(cast["jonas"], None, Theme.DARK, 1)

    with pytest.raises(Conflict):
        people.set_own(cast["jonas"], cast["ulla"], Theme.AUTO, 1)


def test_one_ends_only_ones_own_sessions(visit, cast):
    visit("rikke")
    rikkes = Session.select().where(Session.person == cast["rikke"].ref).first()

    answer = visit("jonas").post(f"/profil/sessioner/{rikkes.ref}/afslut")

    assert answer.status_code == 404
    assert Session.select().where(Session.ref == rikkes.ref, Session.ended_at.is_null()).exists()


def test_names_stand_in_danish_order():
    names = ["Åse", "Ærø", "Zoe", "Øjvind", "Aage", "Bo"]

    assert sorted(names, key=people.danish_order) == ["Bo", "Zoe", "Ærø", "Øjvind", "Aage", "Åse"]


@pytest.mark.parametrize(("name", "email"), [
    ("", "nora@example.invalid"), ("N" * 121, "nora@example.invalid"), ("Nora\nBcc: x", "nora@example.invalid"),
    ("Nora Ny", "@example.invalid"), ("Nora Ny", "Nora <nora@example.invalid"), ("Nora Ny", "n,o@example.invalid"),
])  # fmt: skip
def test_nobody_is_added_with_a_name_or_address_that_letters_would_stumble_over(cast, name, email):
    with pytest.raises(Invalid):
        staff.add(SYSTEM, "nora", name, email, [], [], DOMAINS)


def test_a_closed_account_gets_no_link(cast, settings):
    leaving.disable(SYSTEM, cast["jonas"])

    with pytest.raises(Invalid):
        sessions.offer_link(SYSTEM, people.by_username("jonas"), settings.defaults)


def test_a_new_password_ends_the_links_that_were_handed_out(cast, settings):
    secret = sessions.offer_link(SYSTEM, cast["jonas"], settings.defaults)

    sessions.change_password(cast["jonas"], examples.PASSWORD, "en helt ny lang kode", settings.defaults)

    with pytest.raises(NotFound):
        sessions.link_holder(secret)


def test_a_named_request_whose_person_left_frees_its_task_and_is_told(cast):
    """The one who asked must act again: the task waits for nobody any more."""
    case = a_case(cast, code="M2D8H", restricted=True)
    request = a_request(cast["solveig"], case, named=cast["jonas"])

    leaving.disable(SYSTEM, cast["jonas"])

    assert (now(request).status, task_of(request).status) == ("returned", "active")
    assert letters("request-returned") == ["solveig"]


def test_only_ones_own_absence_is_taken_back(cast):
    today = time.today(time.now())
    absence = people.add_absence(cast["jonas"], today, today)

    with pytest.raises(NotFound):
        people.remove_absence(cast["ulla"], absence.ref)
    people.remove_absence(cast["jonas"], absence.ref)

    assert people.absences(cast["jonas"]) == []


def test_only_ones_own_session_is_ended(cast, settings):
    session, _ = sessions.sign_in("jonas", examples.PASSWORD, "10.0.0.1", "test", settings.defaults)

    with pytest.raises(NotFound):
        sessions.end(cast["ulla"], session.ref)
    sessions.end(cast["jonas"], session.ref)

    assert Session.get(Session.ref == session.ref).ended_at
