"""Min afdeling: a bare list for who heads a department, and the two things that can be done about a row."""

from datetime import date, datetime

import pytest

from skanderborg.addresses import address_of
from skanderborg.domain import escalations, my_department, people, reminders
from skanderborg.errors import Conflict, Invalid, NotFound
from skanderborg.pages import my_department as department_page
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Absence, Department, Person
from skanderborg.store.work import Escalation, Request, Task
from tests.made import a_case, a_request, a_task, department, exclude, join, letters

THURSDAY = date(2026, 11, 19)


def jobcenter_case(cast) -> Case:
    """Lars heads Jobcenter, where Jonas and Ulla work; Solveig is tovholder of the case."""
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    join(cast, "ulla", "jobcenter")
    return a_case(cast, what_happened="ZQX hændelse")


def tell(clock) -> None:
    """Tell what is due on thursday 26 November at eight, five working days after the deadline."""
    now = clock.move_to(datetime(2026, 11, 26, 8))
    escalations.owe_due(now)
    reminders.owe_due(now)


@pytest.fixture
def case(cast):
    return jobcenter_case(cast)


@pytest.fixture
def told(clock):
    return lambda: tell(clock)


def must(case, **columns) -> Task:
    return a_task(case, **{"must": True, "due_on": THURSDAY, "title": "ZQX titel", "brief": "ZQX til", **columns})


def queued(case, **columns) -> Task:
    return must(case, department=department("jobcenter"), **columns)


def seen_by(person) -> list[tuple[str, str, str]]:
    lines = department_page.index(person, 1).lines.rows
    return [(line.kind.label, line.state, line.whose) for line in lines]


def silent(cast, case, clock, **said) -> Request:
    """A request to Jobcenter that is answered by thursday 19 November, and is not."""
    clock.move_to(datetime(2026, 11, 16, 9))
    return a_request(cast["rikke"], case, due_on=THURSDAY, **said)


# ── what is seen ────────────────────────────────────────────────────────────────────────────────────


def test_a_manager_sees_kind_state_and_whose_it_is(cast, case, told):
    must(case, assignee=cast["jonas"])
    queued(case, kind="network-review")

    told()

    assert sorted(seen_by(cast["lars"])) == [
        ("Gennemgang af netværk", "Ikke taget", "Jobcenter (hele afdelingen)"),
        ("Opgave", "Overskredet", cast["jonas"].name),
    ]  # fmt: skip


def test_it_is_listed_once_it_was_told_and_not_before(cast, case):
    must(case, assignee=cast["jonas"])

    assert seen_by(cast["lars"]) == []


def test_nobody_sees_what_another_department_owes(cast, case, told):
    people.set_manager(SYSTEM, "boern-unge", cast["lars"])
    people.set_manager(SYSTEM, "jobcenter", cast["ruth"])
    must(case, assignee=cast["jonas"])
    told()

    assert seen_by(cast["lars"]) == [] != seen_by(cast["ruth"])


@pytest.mark.parametrize("name", ["jonas", "ulla", "rikke", "solveig", "dorte", "admin"])
def test_who_heads_nothing_sees_nothing(cast, case, told, name):
    must(case, assignee=cast["jonas"])
    queued(case)
    told()

    assert seen_by(cast[name]) == []


def test_the_personal_duty_of_the_staff_is_nobodys_business(cast, case, told):
    must(case, kind="child-report", box="safety", assignee=cast["jonas"], duty_of=cast["jonas"])
    told()

    assert seen_by(cast["lars"]) == []
    assert letters("department-overdue") == []


def test_not_even_a_row_that_tells_of_a_duty_shows_it(cast, case):
    duty = must(case, kind="child-report", box="safety", assignee=cast["jonas"], duty_of=cast["jonas"])
    now = reminders.clock.now()
    with begin():
        insert(Escalation, kind="must-manager", case=case, about=f"task:{duty.ref}", occasion=str(THURSDAY), due_at=now,
               created_at=now, owed_at=now)  # fmt: skip

    assert seen_by(cast["lars"]) == []


def test_who_is_excluded_from_the_case_sees_nothing_of_it(cast, case, told):
    must(case, assignee=cast["jonas"])
    told()
    exclude(case, cast["solveig"], person=cast["lars"])

    assert seen_by(cast["lars"]) == []


def test_of_a_case_for_named_persons_only_the_queue_shows_nothing(cast, case, told):
    queued(case)
    told()
    Case.update(restricted=True).where(Case.ref == case.ref).execute()

    assert seen_by(cast["lars"]) == []


def test_what_was_done_is_gone(cast, case, told):
    task = must(case, assignee=cast["jonas"])
    told()
    Task.update(status="done", closed_at=reminders.clock.now()).where(Task.ref == task.ref).execute()

    assert seen_by(cast["lars"]) == []


def test_a_request_nobody_answered_is_seen_by_who_heads_the_department(cast, case, told, clock):
    silent(cast, case, clock)
    told()

    assert seen_by(cast["lars"]) == [("Anmodning", "Ikke taget", "Jobcenter (hele afdelingen)")]
    [letter] = OutboxLetter.select().where(OutboxLetter.person == cast["lars"], OutboxLetter.kind == "request-overdue")
    assert address_of(letter.opens) == "/min-afdeling"


def test_a_request_that_only_named_persons_may_know_of_is_not(cast, case, told, clock):
    silent(cast, case, clock, named=cast["jonas"], party_works_there="yes")
    told()

    assert seen_by(cast["lars"]) == []


def test_what_lies_in_the_queue_is_seen_before_it_is_late(cast, case):
    """A request is one, and so is a task; of what the staff have elsewhere nothing, as long as nobody need be told."""
    queued(case, due_on=date(2026, 12, 7))
    a_request(cast["rikke"], case, due_on=date(2026, 12, 3))
    must(case, assignee=cast["jonas"], due_on=date(2026, 12, 1))

    assert seen_by(cast["lars"]) == [
        ("Anmodning", "Ikke taget", "Jobcenter (hele afdelingen)"),
        ("Opgave", "Ikke taget", "Jobcenter (hele afdelingen)"),
    ]  # fmt: skip


def test_what_is_taken_from_the_queue_is_seen_with_who_has_it(cast, case):
    queued(case, due_on=date(2026, 12, 7), assignee=cast["jonas"], status="active")

    assert seen_by(cast["lars"]) == [("Opgave", "I gang", cast["jonas"].name)]


@pytest.mark.parametrize("how", ["excluded", "restricted", "administrator", "heads nothing"])
def test_of_the_queue_nothing_is_seen_by_whom_the_case_is_closed_to(cast, case, how):
    """Who heads nothing but has the role is told of what waits where nobody heads, once a letter told of it."""
    queued(case, due_on=date(2026, 12, 7))
    a_request(cast["rikke"], case, due_on=date(2026, 12, 3))
    if how == "excluded":
        exclude(case, cast["solveig"], person=cast["lars"])
    elif how == "restricted":
        Case.update(restricted=True).where(Case.ref == case.ref).execute()
    elif how == "administrator":
        Person.update(roles="administrator manager").where(Person.ref == cast["lars"].ref).execute()
    else:
        Department.update(manager=None).execute()

    assert seen_by(Person.get_by_id(cast["lars"].ref)) == []


def test_the_absences_of_two_weeks_are_named_with_who_stands_in(cast, case):
    away = {"jonas": (date(2026, 11, 20), date(2026, 11, 27)), "ulla": (date(2026, 12, 4), date(2026, 12, 4)),
            "rasmus": (date(2026, 12, 1), date(2026, 12, 8))}  # fmt: skip
    with begin():
        for name, (first, last) in away.items():
            insert(Absence, person=cast[name], from_on=first, to_on=last)
        insert(Absence, person=cast["ulla"], from_on=date(2026, 12, 5), to_on=date(2026, 12, 9))
        Person.update(substitute=cast["rasmus"]).where(Person.ref == cast["ulla"].ref).execute()
        Person.update(substitute=cast["ruth"]).where(Person.ref == cast["rasmus"].ref).execute()

    assert department_page.index(cast["lars"], 1).away == [
        (cast["jonas"].name, *away["jonas"], None), (cast["rasmus"].name, *away["rasmus"], cast["ruth"].name),
        (cast["ulla"].name, *away["ulla"], cast["ruth"].name),
    ]  # fmt: skip


# ── Send påmindelse ─────────────────────────────────────────────────────────────────────────────────


def test_of_a_queue_everyone_who_may_take_it_is_reminded(cast, case, told):
    exclude(case, cast["solveig"], person=cast["ulla"])
    task = queued(case)
    told()

    my_department.remind(cast["lars"], "opgave", task.ref)

    assert letters("task-reminder") == ["jonas"]


def test_of_what_nobody_owns_the_tovholder_is_reminded(cast, case, told):
    join(cast, "solveig", "jobcenter")
    task = must(case)
    told()

    my_department.remind(cast["lars"], "opgave", task.ref)

    assert letters("task-reminder") == ["solveig"]


def test_asker_and_manager_remind_of_a_request_once_a_day_between_them(cast, case, told, clock):
    request = silent(cast, case, clock)
    told()
    before = len(letters("request-reminder"))

    assert my_department.remind(cast["lars"], "anmodning", request.ref)
    assert not my_department.remind(cast["lars"], "anmodning", request.ref)
    assert len(letters("request-reminder")) == before + 2  # Jonas and Ulla
    assert Event.select().where(Event.action == "request:reminded").count() == 1


@pytest.mark.parametrize("name", ["jonas", "ruth", "rikke", "admin"])
def test_nobody_else_reminds(cast, case, told, name):
    people.set_manager(SYSTEM, "boern-unge", cast["ruth"])
    task = must(case, assignee=cast["jonas"])
    told()

    with pytest.raises(NotFound):
        my_department.remind(cast[name], "opgave", task.ref)


# ── Giv den til … ───────────────────────────────────────────────────────────────────────────────────


def test_a_request_in_the_queue_is_given_as_if_taken(cast, case, told, clock):
    request = silent(cast, case, clock)
    told()

    my_department.give(
        cast["lars"], "anmodning", request.ref, cast["jonas"].ref, Request.get_by_id(request.ref).version
    )

    given = Request.get_by_id(request.ref)
    assert (given.status, given.handler) == ("taken", cast["jonas"])
    assert letters("request-taken") == ["rikke"]


def test_it_is_given_to_nobody_outside_the_department_away_gone_or_excluded(cast, case, told):
    """In one and the same words: that someone is excluded is nobody's business here."""
    for name in ("rasmus", "ruth"):
        join(cast, name, "jobcenter")
    task = queued(case)
    told()
    exclude(case, cast["solveig"], person=cast["ulla"])
    with begin():
        insert(Absence, person=cast["rasmus"], from_on=THURSDAY, to_on=date(2026, 12, 1))
        Person.update(disabled_at=reminders.clock.now()).where(Person.ref == cast["ruth"].ref).execute()

    said = set()
    for name in ("ulla", "rasmus", "ruth", "solveig", "admin"):
        with pytest.raises(Invalid) as refused:
            my_department.give(cast["lars"], "opgave", task.ref, cast[name].ref, task.version)
        said.add((str(refused.value), refused.value.field))

    assert said == {(my_department.CHOOSE_ANOTHER, "person")}
    assert Task.get_by_id(task.ref).assignee is None


def test_what_a_colleague_took_meanwhile_is_not_given_away(cast, case, told):
    task = queued(case)
    told()
    Task.update(assignee=cast["ulla"], version=2).where(Task.ref == task.ref).execute()

    with pytest.raises(Conflict):
        my_department.give(cast["lars"], "opgave", task.ref, cast["jonas"].ref, 1)
