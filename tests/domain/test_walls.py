"""Walls do not talk, and what shuts people out is decided by who may (SEC-05, SEC-08, SEC-10)."""

import pytest

from skanderborg import policy
from skanderborg.domain import access, links, people, suspicions, tasks
from skanderborg.domain.access import contact, exclusions, impartiality
from skanderborg.errors import Invalid, NotFound, Walled
from skanderborg.kinds import Answer, CitizenRole, LinkKind
from skanderborg.pages import history
from skanderborg.policy import Action
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.events import Event
from skanderborg.store.people import Department, Person
from tests.made import ON_CASE, a_case, a_task, department, join, letters, opened, seen

WHY = "Søskende til en part"


@pytest.fixture
def lars(cast):
    """Lars heads the department of Solveig, the tovholder."""
    home = people.departments_of(cast["solveig"])[0]
    Department.update(manager=cast["lars"]).where(Department.ref == home.ref).execute()
    return Person.get_by_id(cast["lars"].ref)


def on(cast, case, name="solveig"):
    return opened(cast[name], case)


# ── what a manager decided ──────────────────────────────────────────────────────────────────────────


def test_what_a_manager_decided_is_lifted_by_a_manager_only(cast, case, lars):
    made = impartiality.declare(cast["rasmus"], on(cast, case, "rasmus"), WHY)
    with pytest.raises(Invalid):
        exclusions.lift(cast["solveig"], on(cast, case), made.ref, "Det passer ikke")
    impartiality.uphold(lars, made.ref)

    with pytest.raises(Invalid):
        exclusions.lift(cast["solveig"], on(cast, case), made.ref, "Det passer ikke")
    impartiality.lift(lars, made.ref, "De er ikke i familie længere")

    assert Exclusion.get_by_id(made.ref).until_at


def test_a_spaerring_is_lifted_with_a_reason_and_who_set_it_is_told(cast, case):
    made = exclusions.exclude_person(cast["solveig"], on(cast, case), cast["ulla"], WHY)
    with pytest.raises(Invalid):
        exclusions.lift(cast["rikke"], on(cast, case, "rikke"), made.ref, "")

    exclusions.lift(cast["rikke"], on(cast, case, "rikke"), made.ref, "En anden af samme navn")

    assert letters("exclusion-lifted") == ["solveig"]
    told = Event.select().where(Event.action == "access:exclusion-lifted").get()
    assert told.changes["reason"] == [None, "En anden af samme navn"]


def test_a_spaerring_of_the_last_resource_person_waits_for_a_manager(cast, lars):
    case = a_case(cast, people=ON_CASE[:2])

    made = exclusions.exclude_person(cast["solveig"], on(cast, case), cast["rikke"], WHY)

    assert made.waits_since
    assert opened(cast["rikke"], case)
    assert letters("impartiality") == ["lars"]

    impartiality.uphold(lars, made.ref)

    with pytest.raises(NotFound):
        opened(cast["rikke"], case)


def test_the_second_department_waits_for_a_manager(cast, case, lars):
    first = exclusions.exclude_department(cast["solveig"], on(cast, case), department("ssp"), WHY)
    second = exclusions.exclude_department(cast["solveig"], on(cast, case), department("ungeenheden"), WHY)

    assert (first.waits_since, bool(second.waits_since)) == (None, True)

    impartiality.lift(lars, second.ref, "Én afdeling er nok")

    assert Exclusion.get_by_id(second.ref).until_at
    assert letters("exclusion-lifted") == ["solveig"]


def test_what_waits_shuts_nobody_out_yet(cast, case, lars):
    exclusions.exclude_department(cast["solveig"], on(cast, case), department("ssp"), WHY)
    join(cast, "jonas", "ungeenheden")
    task = a_task(case, assignee=cast["jonas"])
    exclusions.exclude_department(cast["solveig"], on(cast, case), department("ungeenheden"), WHY)

    assert seen(cast["jonas"], task).ref == task.ref


def test_only_managers_who_decide_are_told(cast, case, lars):
    other = Person.create(
        ref="m" * 26, username="mette", name="Mette M", plain_name="Mette M", email="mette@example.invalid",
        roles="manager", created_at=lars.created_at,
    )  # fmt: skip

    made = impartiality.declare(cast["solveig"], on(cast, case), WHY)

    assert letters("impartiality") == ["lars"]
    assert [one.ref for one in impartiality.waiting(lars)] == [made.ref]
    assert impartiality.waiting(other) == []


def test_who_heads_a_department_without_being_manager_gets_no_letter_that_does_not_open(cast, case):
    home = people.departments_of(cast["solveig"])[0]
    Department.update(manager=cast["ulla"]).where(Department.ref == home.ref).execute()

    impartiality.declare(cast["solveig"], on(cast, case), WHY)

    assert "ulla" not in letters("impartiality")


# ── before anyone takes it ──────────────────────────────────────────────────────────────────────────


def report(cast, *not_for):
    said = suspicions.Report(
        "Fulgt hjem", CitizenRole.EXPOSED, None, None, Answer.NO, Answer.NO, tuple(cast[name].ref for name in not_for)
    )
    return suspicions.report(cast["solveig"], said, None, key=f"{not_for}")


def test_the_reporter_names_who_must_not_see_a_suspicion(cast):
    case = report(cast, "rikke")

    assert "rikke" not in letters("suspicion-new")
    with pytest.raises(NotFound):
        opened(cast["rikke"], case)
    with pytest.raises(NotFound):
        suspicions.take(cast["rikke"], case.ref)
    assert suspicions.take(cast["rasmus"], case.ref)


def test_a_suspicion_that_nobody_may_see_is_not_sent_into_the_void(cast):
    names = [name for name, person in cast.items() if "resource-person" in person.roles]

    with pytest.raises(Invalid) as told:
        report(cast, *names)

    assert told.value.field == "not_for"
    assert not Case.select().exists()


def test_the_form_lists_the_resource_persons_and_keeps_who_was_ticked(cast, visit):
    solveig = visit("solveig")
    page = solveig.get("/mistanke/ny?fare=nej")

    sent = solveig.post(
        "/mistanke/ny", danger_now="no", what_happened="Fulgt hjem", citizen_role="exposed", children="no",
        addressed_to="first-free", key="k" * 16, not_for=cast["rikke"].ref,
    )  # fmt: skip

    assert 'name="not_for"' in page.text
    assert sent.status_code == 303
    assert Exclusion.get().person == cast["rikke"]


# ── the other party ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two_sides(cast, case):
    """Solveig's case stands against Gorm's, of which Ulla is tovholder; only Rikke sees both."""
    a_case(cast, code="M2D8H", people=(("ulla", "primary-contact"), ("rikke", "resource")))
    links.make(cast["rikke"], on(cast, case, "rikke"), "M2D8H", LinkKind.OPPOSING_PARTY, "samme par", key="k")
    return case


def test_who_may_not_know_gets_the_same_answer_for_every_colleague(cast, two_sides, visit):
    solveig = visit("solveig")
    path = f"/sager/{two_sides.ref}/adgang"
    solveig.get(path)

    asked_first = {
        name: solveig.post(path, person=cast[name].ref, reason="Hjælper").status_code for name in ("ulla", "jonas")
    }
    given = {name: solveig.post(path, person=cast[name].ref, reason="Hjælper", asked="y") for name in ("ulla", "jonas")}

    assert asked_first == {"ulla": 422, "jonas": 422}
    assert {(answer.status_code, answer.location) for answer in given.values()} == {(303, path)}


def test_who_is_offered_is_offered_alike_and_the_one_on_the_other_side_cannot_say_yes(cast, two_sides):
    for name in ("jonas", "ulla"):
        contact.offer(cast["solveig"], on(cast, two_sides), cast[name], "Overtag")

    with pytest.raises(Walled) as told:
        contact.accept(cast["ulla"], policy.case_for(cast["ulla"], two_sides.ref, Action.CASE_ACCEPT))

    assert "part" not in told.value.message


def test_a_refusal_at_the_wall_is_written_down(cast, two_sides, visit):
    visit("rikke").post(f"/sager/{two_sides.ref}/adgang", person=cast["ulla"].ref, reason="Hjælper", asked="y")

    denied = Event.select().where(Event.actor == cast["rikke"].ref, Event.outcome == "denied")
    assert [event.object_ref for event in denied] == [two_sides.ref]
    assert not Relation.select().where(Relation.case == two_sides, Relation.person == cast["ulla"]).exists()


# ── a helper with an old page ───────────────────────────────────────────────────────────────────────


def test_a_helper_sees_no_text_from_before_it_was_his(cast, case):
    task = a_task(case, assignee=cast["solveig"])
    mine = tasks.wait(cast["solveig"], seen(cast["solveig"], task, Action.TASK_WORK), "ZQX hemmeligt fra før", 1)
    given = tasks.assign(cast["solveig"], mine, cast["jonas"], None, mine.version)

    done = history.since(cast["jonas"], seen(cast["jonas"], given), 0)

    assert done is None or "ZQX" not in str(done)


def test_who_is_on_the_case_is_told_of_all_of_it(cast, case):
    task = a_task(case, assignee=cast["solveig"])
    mine = tasks.wait(cast["solveig"], seen(cast["solveig"], task, Action.TASK_WORK), "Lægen", 1)
    tasks.assign(cast["solveig"], mine, cast["jonas"], None, mine.version)

    done = history.since(cast["rikke"], seen(cast["rikke"], task), 0)

    assert "Lægen" in str(done)
    assert access.primary_contact(case.ref) == cast["solveig"]
