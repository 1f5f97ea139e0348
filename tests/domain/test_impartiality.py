"""Habilitet: off the case at once, by one's own word; the manager decides and sees nothing of it (D-30)."""

import pytest

from skanderborg import policy
from skanderborg.domain import access
from skanderborg.domain.access import contact, impartiality
from skanderborg.errors import Invalid, NotAllowed, NotFound
from skanderborg.pages import history, overview
from skanderborg.policy import Action
from skanderborg.store.cases import Case, Relation
from skanderborg.store.people import Department, Person
from skanderborg.store.work import Request, Task
from tests.domain.test_suspicions import report
from tests.made import a_request, a_task, asked, exclude, join, letters, now, opened, seen

WHY = "Søskende til en part"


@pytest.fixture
def lars(cast):
    """Lars heads Jobcenter, where Jonas works."""
    Department.update(manager=cast["lars"]).where(Department.key == "jobcenter").execute()
    return cast["lars"]


def declare(cast, who, row):
    return impartiality.declare(cast[who], row, WHY)


def sees(cast, who, case):
    return policy.visible_cases(cast[who]).where(Case.ref == case.ref).exists()


def test_a_participant_is_off_the_case_at_the_next_look(cast, case):
    declare(cast, "rasmus", opened(cast["rasmus"], case))

    assert not sees(cast, "rasmus", case)


def test_it_wants_a_reason(cast, case):
    with pytest.raises(Invalid):
        impartiality.declare(cast["rasmus"], opened(cast["rasmus"], case), None)


def test_a_tovholder_leaves_the_case_to_the_resource_person_on_it(cast, case):
    """D-11: never nobody."""
    declare(cast, "solveig", opened(cast["solveig"], case))

    assert access.primary_contact(case.ref) == cast["rikke"]
    assert not sees(cast, "solveig", case)


def test_a_helper_says_so_of_a_task_without_having_seen_the_case(cast, case):
    task = a_task(case, assignee=cast["jonas"])

    declare(cast, "jonas", seen(cast["jonas"], task))

    assert Task.get_by_id(task.ref).assignee is None
    with pytest.raises(NotFound):
        seen(cast["jonas"], task)


def test_a_request_that_was_taken_lies_in_the_queue_again(cast, case):
    request = a_request(cast["solveig"], case)
    Request.update(status="taken", handler=cast["jonas"]).where(Request.ref == request.ref).execute()

    declare(cast, "jonas", policy.request_for(cast["jonas"], request.ref, Action.REQUEST_READ))

    assert (now(request).status, now(request).handler) == ("sent", None)


def test_who_is_asked_to_be_tovholder_says_so_instead(cast, case):
    contact.offer(cast["solveig"], opened(cast["solveig"], case), cast["jonas"], "Vil du?")

    declare(cast, "jonas", asked(cast["jonas"], case))

    assert Case.get_by_id(case.ref).offered_to is None


def test_a_resource_person_says_so_of_a_suspicion_that_nobody_has_taken(cast):
    case = report(cast, by="jonas")

    declare(cast, "ruth", opened(cast["ruth"], case))

    assert not sees(cast, "ruth", case)
    assert sees(cast, "rikke", case)


def test_nobody_says_so_of_what_they_do_not_see(cast, case):
    with pytest.raises(NotFound):
        impartiality.asked_about(cast["ulla"], case.ref, Action.CASE_KNOW, Case)


def test_the_manager_gets_a_letter_and_reads_who_and_why_and_nothing_else(cast, case, lars):
    task = a_task(case, assignee=cast["jonas"])

    declare(cast, "jonas", seen(cast["jonas"], task))

    (waits,) = impartiality.waiting(lars)
    assert letters("impartiality") == ["lars"]
    assert (waits.person.name, waits.reason) == (cast["jonas"].name, WHY)
    assert not sees(cast, "lars", case)


def declared(cast, case):
    task = a_task(case, assignee=cast["jonas"])
    return declare(cast, "jonas", seen(cast["jonas"], task))


def test_what_the_manager_upholds_stands_and_waits_no_more(cast, case, lars):
    made = declared(cast, case)

    impartiality.uphold(lars, made.ref)

    assert impartiality.waiting(lars) == []
    assert cast["jonas"].ref in access.excluded_persons(case.ref)


def test_what_the_manager_lifts_gives_nobody_access(cast, case, lars):
    made = declared(cast, case)

    impartiality.lift(lars, made.ref, "Afklaret.")

    assert cast["jonas"].ref not in access.excluded_persons(case.ref)
    assert not sees(cast, "jonas", case)
    assert "afgjorde som leder, at en ikke er inhabil" in [
        entry.sentence for entry in history.of_case(cast["solveig"], opened(cast["solveig"], case)).rows
    ]


def test_another_departments_manager_decides_nothing(cast, case, lars):
    made = declared(cast, case)
    Person.update(roles="manager").where(Person.ref == cast["ruth"].ref).execute()
    Department.update(manager=cast["ruth"]).where(Department.key == "jobcenter").execute()

    with pytest.raises(NotFound):
        impartiality.uphold(lars, made.ref)


def test_a_manager_who_is_excluded_from_the_case_learns_nothing_of_it(cast, case, lars):
    declared(cast, case)
    exclude(case, cast["rikke"], person=lars)

    assert impartiality.waiting(lars) == []


def test_nobody_decides_about_oneself(cast, case, lars):
    join(cast, "lars", "jobcenter")
    declare(cast, "lars", seen(lars, a_task(case, assignee=lars)))

    assert impartiality.waiting(lars) == []


def test_who_is_no_manager_decides_nothing(cast, case):
    with pytest.raises(NotAllowed):
        impartiality.waiting(cast["rikke"])


def test_an_exclusion_that_another_set_is_not_the_managers(cast, case, lars):
    exclude(case, cast["rikke"], person=cast["jonas"])

    assert impartiality.waiting(lars) == []


def test_where_nobody_heads_the_department_any_manager_is_told_and_decides(cast, case):
    declare(cast, "rasmus", opened(cast["rasmus"], case))

    [waits] = impartiality.waiting(cast["lars"])
    impartiality.uphold(cast["lars"], waits.ref)

    assert letters("impartiality") == ["lars"]
    assert impartiality.waiting(cast["lars"]) == []


def test_where_the_last_resource_person_is_off_the_tovholder_is_asked_to_find_another(cast, case):
    declare(cast, "rikke", opened(cast["rikke"], case))

    assert letters("resource-away") == ["solveig"]
    assert "Der er ingen ressourceperson på sagen. Giv en adgang under Adgang." in missing(cast, case)


def test_while_one_resource_person_is_left_nobody_is_asked(cast, case):
    Relation.insert(
        ref="r" * 26, case=case.ref, person=cast["ruth"], kind="resource", from_at=case.reported_at
    ).execute()

    declare(cast, "rikke", opened(cast["rikke"], case))

    assert letters("resource-away") == []
    assert not [said for said in missing(cast, case) if "ressourceperson" in said]


def missing(cast, case):
    return overview.of_case(cast["solveig"], case.ref).missing
