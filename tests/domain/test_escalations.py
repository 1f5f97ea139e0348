"""What has waited too long is told to others: by kind, once, and only to who can open it."""

from datetime import date, datetime, time

import pytest

from skanderborg import clock as days
from skanderborg import policy
from skanderborg.addresses import address_of
from skanderborg.domain import escalations, people, tasks
from skanderborg.domain.tasks import safety
from skanderborg.kinds import EscalationKind
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Case, Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Absence
from skanderborg.store.work import Escalation, Task
from tests.made import a_case, a_task, department, exclude, join, letters, seen

THURSDAY = date(2026, 11, 19)  # the deadline of what is overdue here; the clock begins on the Friday after it


@pytest.fixture
def case(cast):
    """Solveig is tovholder, Rikke the resource person, Rasmus takes part. Lars heads Jobcenter, where Jonas works."""
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    return a_case(cast)


@pytest.fixture
def tick(clock):
    """Owe what is due on a day of November or December 2026, at eight."""

    def owe(day: int, month: int = 11, hour: int = 8, minute: int = 0) -> int:
        return escalations.owe_due(clock.move_to(datetime(2026, month, day, hour, minute)))

    return owe


def must(case, **columns) -> Task:
    return a_task(case, **{"must": True, "due_on": THURSDAY, **columns})


def safety_of(case, cast, **columns) -> Task:
    values = {"kind": "safety", "box": "safety", "must": True, "assignee": cast["solveig"], "due_on": THURSDAY}
    return a_task(case, **values | columns)


def assessed(case, cast, **columns) -> Task:
    return safety_of(case, cast, **{"assessed_on": date(2026, 10, 20), **columns})


def paths(kind: str) -> dict[str, str]:
    rows = OutboxLetter.select().where(OutboxLetter.kind == kind, OutboxLetter.void_at.is_null())
    return {row.person.username: address_of(row.opens) for row in rows}


# ── danger ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def acute(case, cast):
    """The acute assessment of the case, made on friday 20 November at nine."""
    return safety_of(case, cast, due_on=date(2026, 11, 20))


def test_an_acute_assessment_nobody_made_is_told_after_two_working_hours(cast, acute, tick):
    assert tick(20, hour=10, minute=59) == 0

    tick(20, hour=11)

    assert letters("safety-untouched") == ["lars", "rasmus", "rikke", "ruth"]


def test_a_danger_sign_nobody_looked_at_is_told_as_well(cast, case, tick):
    task = assessed(case, cast, due_on=date(2026, 12, 18))
    safety.assess_again(cast["solveig"], case.ref, "Ny trussel")

    assert tick(20, hour=10, minute=59) == 0
    tick(20, hour=11)

    assert letters("safety-untouched") == ["lars", "rasmus", "rikke", "ruth"]
    assert paths("safety-untouched")["rikke"] == f"/o/{task.ref}"


def test_hours_outside_working_time_do_not_count(cast, case, tick, clock):
    clock.move_to(datetime(2026, 11, 20, 15, 30))
    safety_of(case, cast, due_on=date(2026, 11, 20))

    assert tick(22, hour=12) == 0
    tick(23, hour=9, minute=29)
    assert letters("safety-untouched") == []
    tick(23, hour=9, minute=30)
    assert letters("safety-untouched") == ["lars", "rasmus", "rikke", "ruth"]


def test_what_was_assessed_in_time_is_told_to_nobody(cast, acute, tick):
    safety.assess(cast["solveig"], seen(cast["solveig"], acute), "Ringet, hun er hos sin søster", acute.version)

    assert tick(20, hour=12) == 0


def test_a_second_danger_sign_does_not_set_the_clock_back(cast, case, tick, clock):
    assessed(case, cast, due_on=date(2026, 12, 18))
    safety.assess_again(cast["solveig"], case.ref, "Ny trussel")
    clock.move_to(datetime(2026, 11, 20, 10, 30))
    safety.assess_again(cast["solveig"], case.ref, "En trussel mere")

    assert tick(20, hour=11) > 0


def test_a_resource_person_who_is_away_is_not_among_those_present(cast, acute, tick):
    with begin():
        insert(Absence, person=cast["ruth"], from_on=date(2026, 11, 20), to_on=date(2026, 11, 20))

    tick(20, hour=11)

    assert letters("safety-untouched") == ["lars", "rasmus", "rikke"]


def test_who_is_not_on_the_case_is_led_to_the_bare_list_and_finds_it_there(cast, acute, tick):
    tick(20, hour=11)

    assert paths("safety-untouched") == {
        "rikke": f"/o/{acute.ref}", "rasmus": f"/o/{acute.ref}", "ruth": "/min-afdeling", "lars": "/min-afdeling",
    }  # fmt: skip
    assert policy.is_told_by_role(cast["ruth"], acute)
    assert policy.is_told_by_role(cast["lars"], acute)


def test_of_a_case_for_named_persons_only_no_other_resource_person_hears(cast, case, acute, tick):
    Case.update(restricted=True).where(Case.ref == case.ref).execute()

    tick(20, hour=11)

    assert letters("safety-untouched") == ["lars", "rasmus", "rikke"]


def test_who_is_excluded_is_told_of_nothing(cast, case, acute, tick):
    exclude(case, cast["solveig"], person=cast["ruth"])
    exclude(case, cast["solveig"], person=cast["lars"])

    tick(20, hour=11)

    assert letters("safety-untouched") == ["rasmus", "rikke", "solveig"]  # the tovholder in the manager's place


# ── in the morning ──────────────────────────────────────────────────────────────────────────────────


def test_a_safety_assessment_to_make_anew_is_told_on_the_next_working_morning(cast, case, tick):
    task = assessed(case, cast, due_on=date(2026, 11, 20))

    assert tick(20, hour=23) == tick(22) == tick(23, hour=6) == 0
    tick(23, hour=7)

    assert paths("safety-overdue") == {"rikke": f"/o/{task.ref}", "solveig": f"/o/{task.ref}"}


def test_another_must_is_told_to_the_resource_persons_after_two_days_and_to_the_manager_after_five(cast, case, tick):
    must(case, assignee=cast["jonas"])

    assert tick(20) == 0
    tick(23)
    assert (letters("task-overdue"), letters("department-overdue")) == (["rikke"], [])

    assert tick(25) == 0
    tick(26)
    assert (letters("task-overdue"), paths("department-overdue")) == (["rikke"], {"lars": "/min-afdeling"})


def test_the_tasks_of_a_case_that_wait_too_long_are_one_letter_a_morning(cast, case, tick):
    """Also when the first of them is done before it is sent."""
    first, _ = must(case, assignee=cast["jonas"]), must(case, assignee=cast["jonas"])

    tick(23)
    tasks.complete(cast["jonas"], seen(cast["jonas"], first), first.version)

    assert (letters("task-overdue"), paths("task-overdue")) == (["rikke"], {"rikke": f"/sager/{case.ref}"})


def test_what_the_card_does_not_demand_is_told_to_nobody_else(cast, case, tick):
    a_task(case, due_on=THURSDAY, assignee=cast["jonas"])

    assert tick(26) == 0


def test_a_queue_nobody_takes_is_told_to_its_manager_on_the_next_working_day(cast, case, tick):
    a_task(case, due_on=THURSDAY, department=department("jobcenter"))

    tick(20)

    assert paths("queue-untaken") == {"lars": "/min-afdeling"}


def test_what_someone_took_from_a_queue_is_not_told_as_untaken(cast, case, tick):
    a_task(case, due_on=THURSDAY, department=department("jobcenter"), assignee=cast["jonas"])

    assert tick(20) == 0


def test_of_child_duties_resource_persons_learn_only_how_many_are_missing(cast, case, tick):
    Case.update(children="yes").where(Case.ref == case.ref).execute()
    for name in ("solveig", "rasmus"):
        a_task(case, kind="child-report", box="safety", must=True, due_on=THURSDAY, assignee=cast[name],
               duty_of=cast[name])  # fmt: skip

    tick(20)
    tick(26)

    [letter] = OutboxLetter.select()
    assert (letter.kind, letter.person, letter.words) == ("duties-missing", cast["rikke"], '{"missing": 2}')
    assert address_of(letter.opens) == f"/sager/{case.ref}/boern"


def test_each_is_told_once_however_often_the_tick_runs(cast, case, tick):
    must(case, assignee=cast["jonas"])
    tick(26)
    count = OutboxLetter.select().count()

    assert [tick(26), tick(27), tick(30)] == [0, 0, 0]
    assert OutboxLetter.select().count() == count == 2
    assert Event.select().where(Event.action == "escalation:owed").count() == 2


def test_a_manager_gets_one_letter_a_morning_however_many_it_opens(cast, case, tick):
    late = [must(case, assignee=cast["jonas"]) for _ in range(3)]

    tick(26)

    assert letters("department-overdue") == ["lars"]
    assert all(policy.is_told_by_role(cast["lars"], task) for task in late)


def test_the_managers_letter_is_not_withdrawn_with_the_first_of_what_it_opens(cast, case, tick):
    first, _ = must(case, assignee=cast["jonas"]), must(case, assignee=cast["jonas"])
    tick(26)

    tasks.complete(cast["jonas"], seen(cast["jonas"], first), first.version)

    assert letters("department-overdue") == ["lars"]


def test_a_new_deadline_is_told_of_anew(cast, case, tick):
    task = must(case, assignee=cast["jonas"])
    tick(23)
    Task.update(due_on=date(2026, 11, 24)).where(Task.ref == task.ref).execute()

    tick(26)

    assert letters("task-overdue") == ["rikke", "rikke"]


def test_nothing_is_told_on_a_day_off_or_before_the_hour(cast, case, tick):
    must(case, assignee=cast["jonas"])

    assert tick(21) == tick(22) == tick(23, hour=6, minute=59) == 0


def test_a_closed_case_is_told_of_to_nobody(cast, case, tick):
    must(case, assignee=cast["jonas"])
    Case.update(phase="closed", closed_at=days.now()).where(Case.ref == case.ref).execute()

    assert tick(26) == 0


def test_done_before_it_is_told_it_is_told_to_nobody(cast, case, tick, monkeypatch):
    task = must(case, assignee=cast["jonas"])
    escalations.finding.make_due(days.now())
    monkeypatch.setattr(escalations.finding, "make_due", lambda now: 0)
    Task.update(status="done", closed_at=days.now()).where(Task.ref == task.ref).execute()

    assert tick(26) == 0


def test_without_a_resource_person_on_the_case_the_tovholder_hears(cast, case, tick):
    Relation.update(until_at=days.now()).where(Relation.person == cast["rikke"].ref).execute()
    must(case, assignee=cast["jonas"])

    tick(23)

    assert letters("task-overdue") == ["solveig"]


def test_of_what_nobody_owns_the_manager_of_the_tovholder_hears(cast, case, tick):
    join(cast, "solveig", "jobcenter")
    must(case)

    tick(26)

    assert paths("department-overdue") == {"lars": "/min-afdeling"}


def test_a_manager_is_not_told_as_such_of_what_is_their_own(cast, case, tick):
    join(cast, "lars", "jobcenter")
    must(case, assignee=cast["lars"])

    tick(26)

    assert "/min-afdeling" not in paths("department-overdue").values()


def test_while_the_manager_is_away_who_stands_in_is_told_and_sees_it(cast, case, tick):
    with begin():
        insert(Absence, person=cast["lars"], from_on=THURSDAY, to_on=date(2026, 12, 4))
    people.Department.update(substitute=cast["ulla"]).where(people.Department.key == "jobcenter").execute()
    task = must(case, assignee=cast["jonas"])

    tick(26)

    assert letters("department-overdue") == ["lars", "ulla"]
    assert policy.is_told_by_role(cast["ulla"], task)


def test_every_number_is_a_setting(cast, case, tick, bounds):
    bounds(must_overdue_working_days=1, must_manager_working_days=1, escalation_at=time(9))
    must(case, assignee=cast["jonas"])

    assert tick(20, hour=8) == 0
    assert tick(20, hour=9) == 2


def test_every_kind_there_is_becomes_a_letter_or_a_question(case, cast, tick):
    """Fails for a kind that is found and never told."""
    assert {
        *escalations.TO_THOSE_ON_CASE, *escalations.TO_MANAGERS, EscalationKind.SAFETY_UNTOUCHED,
        EscalationKind.DUTIES_MISSING, EscalationKind.RESOURCE_AWAY, *escalations.OF_INSIGHT,
        EscalationKind.EMERGENCY_UNSIGNED,
    } == set(EscalationKind)  # fmt: skip


# ── a resource person is away ───────────────────────────────────────────────────────────────────────


def on_leave(cast, name: str, to_on: date = date(2026, 12, 4)) -> None:
    with begin():
        insert(Absence, person=cast[name], from_on=date(2026, 11, 23), to_on=to_on)


def test_the_tovholder_is_asked_who_takes_over_from_a_resource_person_who_is_away(cast, case, tick):
    on_leave(cast, "rikke")

    assert tick(20) == 0
    tick(23)

    assert paths("resource-away") == {"solveig": f"/sager/{case.ref}/adgang"}
    assert tick(24) == 0


def test_the_leave_of_who_only_takes_part_asks_nobody(cast, case, tick):
    on_leave(cast, "rasmus")

    assert tick(23) == 0


def test_a_leave_that_was_taken_back_asks_nobody(cast, case, tick):
    on_leave(cast, "rikke")
    escalations.finding.make_due(days.now())
    Absence.delete().execute()

    assert tick(23) == 0
    assert not Escalation.select().where(Escalation.owed_at.is_null(False)).exists()
