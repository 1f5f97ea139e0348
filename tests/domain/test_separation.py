"""Who keeps the house or its log has no part in any case, whatever they had before (SEC-02)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from skanderborg import clock as time
from skanderborg import policy
from skanderborg.domain import access, departments, leaving, people, separation, staff, suspicions
from skanderborg.domain.access import impartiality
from skanderborg.domain.letters.delivery import Postman
from skanderborg.errors import Invalid, NotAllowed, NotFound
from skanderborg.kinds import Answer, CitizenRole, LetterKind, Role, Theme
from skanderborg.mail import outbox
from skanderborg.pages import frame, my_day
from skanderborg.policy import SYSTEM, Action
from skanderborg.store.cases import Case, Relation
from skanderborg.store.db import begin, db, insert
from skanderborg.store.events import Event
from skanderborg.store.people import Department, Person
from skanderborg.store.work import Request, Task
from tests.made import a_case, a_request, a_task, department, letters, opened

AT_ODDS = [
    (kept, other) for kept in (Role.ADMINISTRATOR, Role.AUDITOR) for other in (Role.RESOURCE_PERSON, Role.MANAGER)
]


def make_both(cast, name: str, roles: str = "administrator resource-person") -> Person:
    """Someone from before, who had two roles that do not go together."""
    with begin():
        Person.update(roles=roles).where(Person.ref == cast[name].ref).execute()
    return Person.get_by_id(cast[name].ref)


def add(roles: list[Role]) -> Person:
    return staff.add(SYSTEM, "nadja", "Nadja Ny", "nadja@example.invalid", roles, [], ("example.invalid",))


# ── when a role is given ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("roles", AT_ODDS)
def test_a_role_that_sees_no_case_is_not_given_beside_one_that_does(cast, roles):
    with pytest.raises(Invalid) as refused:
        add(list(roles))

    assert refused.value.field == "roles"
    assert not Person.select().where(Person.username == "nadja").exists()


@pytest.mark.parametrize("roles", [[Role.ADMINISTRATOR], [Role.MANAGER, Role.RESOURCE_PERSON], [Role.AUDITOR], []])
def test_roles_that_go_together_are_given(cast, roles):
    assert policy.roles(add(roles)) == {Role.PROFESSIONAL, *roles}


def test_whoever_sees_no_case_stands_in_for_nobody(cast):
    with pytest.raises(Invalid):
        people.set_own(cast["solveig"], cast["admin"], Theme.AUTO, 1)


@pytest.mark.parametrize("place", ["manager", "substitute"])
def test_whoever_sees_no_case_leads_no_department(cast, place):
    jobcenter = department("jobcenter")
    leads = {"manager": None, "substitute": None, place: cast["dorte"]}
    wanted = {"name": "Jobcenter", "is_115_forum": False, **leads}

    with pytest.raises(Invalid) as refused:
        departments.change(cast["admin"], jobcenter, jobcenter.version, **wanted)

    assert refused.value.field == place


# ── where sight is given ────────────────────────────────────────────────────────────────────────────


def test_a_second_role_gives_nothing_beside_one_that_keeps_from_cases(cast, case):
    both = make_both(cast, "admin", "administrator manager resource-person")

    assert policy.roles(both) == {Role.PROFESSIONAL, Role.ADMINISTRATOR}
    assert not policy.may(both, Action.SUSPICION_LIST)
    assert not policy.may(both, Action.IMPARTIALITY_DECIDE)
    assert both.ref not in {one.ref for one in people.resource_persons()}


def test_a_row_that_someone_else_loaded_allows_nothing(cast, case):
    task = a_task(case, assignee=cast["jonas"])
    [loaded_for_jonas] = policy.parts(cast["jonas"], Task).where(Task.ref == task.ref)
    [loaded_for_rikke] = policy.parts(cast["rikke"], Task).where(Task.ref == task.ref)

    for row in (loaded_for_jonas, loaded_for_rikke):
        policy.allow_part(row, cast["admin"])
        assert not policy.may(cast["admin"], Action.TASK_READ, row)
        assert not policy.may(cast["admin"], Action.CASE_READ, row.case)


def test_nothing_is_counted_for_who_sees_no_case(cast, case):
    me = cast["admin"]
    a_task(case, assignee=me, due_on=time.today(time.now()))
    with begin():
        insert(Relation, case=case, person=me, kind="resource", from_at=time.now())
        Case.update(offered_to=me).where(Case.ref == case.ref).execute()

    around = frame.around(me, "/", timedelta(hours=1))

    assert (around.my_day, around.requests, around.cases) == (0, 0, 0)
    assert my_day.of(me).is_empty


def test_who_sees_no_case_gets_no_letter_of_one(cast, case, settings, mail_server):
    with begin():
        insert(Relation, case=case, person=cast["admin"], kind="resource", from_at=time.now())
        outbox.put(LetterKind.CASE_URGENT, cast["admin"], key="k", about=case)
        outbox.put(LetterKind.CASE_URGENT, cast["rikke"], key="k", about=case)

    Postman(replace(settings, smtp_url=mail_server.url)).deliver()

    assert [arrived.recipients for arrived in mail_server.letters] == [("rikke@example.invalid",)]


def test_a_manager_who_sees_no_case_decides_nothing_and_someone_else_does(cast, case):
    with begin():
        Department.update(manager=cast["admin"]).execute()

    impartiality.declare(cast["solveig"], opened(cast["solveig"], case), "Vi er i familie")

    assert letters(LetterKind.IMPARTIALITY) == ["lars"]
    assert [one.person_id for one in impartiality.waiting(cast["lars"])] == [cast["solveig"].ref]


# ── what they report themselves ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["admin", "dorte"])
def test_what_an_administrator_reports_is_handed_on_and_closed_to_them(cast, name):
    said = suspicions.Report("Han følger efter hende", CitizenRole.EXPOSED, "Mette Madeup", None, Answer.NO, Answer.NO)

    case = suspicions.report(cast[name], said, None)

    assert letters(LetterKind.SUSPICION_NEW)
    assert not Relation.select().where(Relation.case == case.ref).exists()
    with pytest.raises(NotFound):
        policy.case_for(cast[name], case.ref, Action.CASE_READ)
    taken = suspicions.take(cast["rikke"], case.ref)
    assert taken.offered_to_id is None


# ── what is left from before ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def before(cast):
    """From before: the administrator is a resource person too, tovholder of a case, and owes and was asked things."""
    me = make_both(cast, "admin")
    case = a_case(cast, people=[("admin", "primary-contact"), ("admin", "resource"), ("rikke", "resource")])
    task = a_task(case, assignee=me)
    request = a_request(cast["rikke"], case)
    with begin():
        Request.update(handler=me, status="taken").where(Request.ref == request.ref).execute()
        Department.update(manager=me).where(Department.key == "ssp").execute()
    return case, task, request


def test_an_upgrade_keeps_the_administrator_and_hands_the_cases_on(cast, before):
    case, task, request = before

    said = list(separation.settle())

    assert Person.get_by_id(cast["admin"].ref).roles == "administrator"
    assert access.primary_contact(case.ref) == cast["rikke"]
    assert not access.relations_of(case.ref, cast["admin"].ref).exists()
    assert Task.get_by_id(task.ref).assignee_id != cast["admin"].ref
    assert Request.get_by_id(request.ref).handler_id is None
    assert Department.get(Department.key == "ssp").manager_id is None
    assert len(said) == 1
    assert said[0].startswith("admin: rollen ressourceperson er ophørt")


def test_init_does_it_after_every_upgrade(app, cast, before):
    case, *_ = before

    told = app.test_cli_runner().invoke(args=["init"])
    db.connection_context().__enter__()  # a migration ended the one in which the test runs

    assert "admin: rollen ressourceperson er ophørt" in told.output
    assert access.primary_contact(case.ref) == cast["rikke"]


def test_the_upgrade_is_written_down_in_the_case_and_in_the_log(cast, before):
    case, *_ = before

    list(separation.settle())

    actions = {event.action for event in Event.select().where(Event.chain == f"case:{case.ref}")}
    assert {"access:ended", "case:inherited", "request:returned-to-queue"} <= actions
    ended = Event.get(Event.action == "person:roles-ended")
    assert (ended.object_ref, ended.changes) == (
        cast["admin"].ref, {"roles": ["administrator resource-person", "administrator"]},
    )  # fmt: skip


def test_a_second_upgrade_changes_nothing(cast, before):
    list(separation.settle())
    count = Event.select().count()

    assert list(separation.settle()) == []
    assert Event.select().count() == count


def test_doctor_names_who_is_still_on_cases_and_afterwards_whose_role_ended(cast, before):
    earlier = separation.check()
    list(separation.settle())

    assert earlier == {"ok": False, "still_on_cases": ["admin"], "ended_for": []}
    assert separation.check() == {"ok": True, "still_on_cases": [], "ended_for": ["admin"]}


def test_a_case_that_nobody_can_take_over_is_named_and_closed_all_the_same(cast, before):
    case, *_ = before
    with begin():
        for name in ("rikke", "rasmus", "ruth"):
            Person.update(roles="").where(Person.ref == cast[name].ref).execute()
        Relation.update(until_at=time.now()).where(Relation.person == cast["rikke"].ref).execute()

    said = list(separation.settle())

    assert any(case.code in line and "kan ikke gives videre" in line for line in said)
    assert separation.check()["still_on_cases"] == ["admin"]
    with pytest.raises(NotFound):
        policy.case_for(Person.get_by_id(cast["admin"].ref), case.ref, Action.CASE_READ)


def test_handing_on_is_for_who_manages_people(cast, case):
    with pytest.raises(NotAllowed):
        leaving.hand_on(cast["rikke"], cast["solveig"], [case])
