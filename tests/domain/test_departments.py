"""Departments as an administrator changes them."""

import pytest

from skanderborg import content
from skanderborg.domain import departments, editions, people
from skanderborg.errors import Conflict, Invalid, NotAllowed
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.people import Department, Person
from skanderborg.store.work import Request, Task
from tests.made import a_case, a_request, a_task, department, exclude, letters


@pytest.fixture
def admin(cast):
    return cast["admin"]


@pytest.fixture
def ssp(cast):
    return department("ssp")


def wanted(row: Department, **changed: object) -> dict[str, object]:
    values = {"name": row.name, "manager": row.manager, "substitute": row.substitute, "is_115_forum": row.is_115_forum}
    return values | changed


def test_a_new_name_and_manager_hold_everywhere_and_stay_when_the_program_is_set_up_again(cast, admin, ssp):
    departments.change(admin, ssp, ssp.version, **wanted(ssp, name="SSP og PSP", manager=cast["lars"]))
    people.sync_departments()
    editions.refresh()

    assert (department("ssp").name, department("ssp").manager) == ("SSP og PSP", cast["lars"])
    assert "SSP og PSP" in [entry.name for entry in content.departments()]
    assert ("SSP og PSP", "Lars Lund") in [row[:2] for row in departments.listed()]


def test_history_begins_with_how_it_stood(cast, admin, ssp):
    departments.change(admin, ssp, ssp.version, **wanted(ssp, manager=cast["lars"]))

    newest, first = departments.history(admin, ssp)

    assert (newest.by, newest.changes) == ("Anders Administrator", [("Leder", "(intet)", "Lars Lund")])
    assert (first.number, first.by) == (1, None)


def test_an_earlier_edition_is_restored(cast, admin, ssp):
    changed = departments.change(admin, ssp, ssp.version, **wanted(ssp, name="Noget andet"))

    departments.restore(admin, changed, 1, changed.version)

    assert department("ssp").name == "SSP"


def test_someone_who_has_left_is_not_brought_back_as_manager(cast, admin, ssp):
    with_lars = departments.change(admin, ssp, ssp.version, **wanted(ssp, manager=cast["lars"]))
    without = departments.change(admin, with_lars, with_lars.version, **wanted(with_lars, manager=None))
    with begin():
        Person.update(disabled_at=cast["lars"].created_at).where(Person.ref == cast["lars"].ref).execute()

    with pytest.raises(Invalid, match="arbejder her ikke længere"):
        departments.restore(admin, without, 2, without.version)


def test_nobody_makes_oneself_manager(cast, admin, ssp):
    """SEC-02."""
    with pytest.raises(Invalid, match="Du kan ikke sætte dig selv") as refused:
        departments.change(admin, ssp, ssp.version, **wanted(ssp, manager=admin))

    assert refused.value.field == "manager"


def test_two_departments_never_have_one_name(admin, ssp):
    with pytest.raises(Invalid, match="allerede en afdeling"):
        departments.change(admin, ssp, ssp.version, **wanted(ssp, name="jobcenter"))


def test_a_department_out_of_use_is_asked_for_nothing_and_can_be_brought_back(admin, ssp):
    retired = departments.retire(admin, ssp, ssp.version)
    editions.refresh()
    out = "ssp" in [entry.key for entry in content.departments()], ssp in people.departments()
    people.sync_departments()

    departments.bring_back(admin, retired, retired.version)
    editions.refresh()

    assert out == (False, False)
    assert ssp in people.departments()
    assert "ssp" in [entry.key for entry in content.departments()]


def closed(admin, key, heir=None):
    row = department(key)
    return departments.retire(admin, row, row.version, department(heir) if heir else None)


def test_who_closes_a_department_with_something_in_its_queue_names_who_takes_over(cast, admin):
    a_request(cast["solveig"], a_case(cast, "M2D8H"))

    with pytest.raises(Invalid) as refused:
        closed(admin, "jobcenter")

    assert (refused.value.field, "M2D8H" in refused.value.message) == ("heir", False)
    assert department("jobcenter").retired_at is None


def test_tasks_in_the_queue_go_to_who_takes_over_who_are_told(cast, admin):
    task = a_task(a_case(cast), department=department("ssp"))
    taken = a_task(a_case(cast, "M2D8H"), department=department("ssp"), assignee=cast["rasmus"])

    closed(admin, "ssp", "jobcenter")

    assert Task.get_by_id(task.ref).department == department("jobcenter")
    assert Task.get_by_id(taken.ref).assignee == cast["rasmus"]
    assert letters("task-assigned") == ["jonas"]


def test_a_task_goes_to_nobody_where_who_takes_over_may_not_know_of_it(cast, admin):
    shut, restricted = a_case(cast), a_case(cast, "M2D8H", restricted=True)
    exclude(shut, cast["rikke"], department=department("jobcenter"))
    found = [a_task(case, department=department("ssp")).ref for case in (shut, restricted)]

    closed(admin, "ssp", "jobcenter")

    assert [Task.get_by_id(ref).department for ref in found] == [None, None]
    assert letters("task-assigned") == []


def test_what_the_department_was_asked_comes_back_to_who_asked(cast, admin):
    """A party may work with who takes over: that was answered for the department that closes."""
    request = a_request(cast["solveig"], a_case(cast))

    closed(admin, "jobcenter", "ssp")

    back = Request.get_by_id(request.ref)
    assert (back.status, back.return_reason) == ("returned", "Afdelingen er nedlagt. Spørg SSP i stedet.")
    assert letters("request-returned") == ["solveig"]


def test_a_new_department_is_asked_like_any_other_and_stays_when_the_program_is_set_up_again(cast, admin):
    added = departments.add(admin, name="Ældre & Omsorg", manager=cast["lars"], substitute=None, is_115_forum=False)
    people.sync_departments()
    editions.refresh()

    assert added.key == "aeldre-omsorg"
    assert added in people.departments()
    assert ("Ældre & Omsorg", "Lars Lund") in [row[:2] for row in departments.listed()]


def test_a_new_department_has_a_name_and_a_key_of_its_own_and_is_not_led_by_who_adds_it(cast, admin):
    said = {"manager": None, "substitute": None, "is_115_forum": False}
    with pytest.raises(Invalid, match="allerede en afdeling"):
        departments.add(admin, name="jobcenter", **said)
    with pytest.raises(Invalid, match="Du kan ikke sætte dig selv"):
        departments.add(admin, name="Min", **said | {"manager": admin})
    with pytest.raises(NotAllowed):
        departments.add(cast["lars"], name="Min", **said)

    assert departments.add(admin, name="SSP!", **said).key == "ssp-2"


def test_who_saw_an_earlier_version_is_told(cast, admin, ssp):
    departments.change(admin, ssp, ssp.version, **wanted(ssp, name="Først"))

    with pytest.raises(Conflict):
        departments.change(admin, ssp, ssp.version, **wanted(ssp, name="Sidst"))


def test_only_an_administrator_changes_departments_and_it_is_written_down(cast, admin, ssp):
    with pytest.raises(NotAllowed):
        departments.change(cast["lars"], ssp, ssp.version, **wanted(ssp, name="Mit"))

    departments.change(admin, ssp, ssp.version, **wanted(ssp, name="SSP og PSP"))

    [event] = Event.select().where(Event.action == "department:changed")
    assert (event.actor, event.changes) == (admin.ref, {"name": ["SSP", "SSP og PSP"]})
