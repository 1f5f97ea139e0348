"""Min dag: what waits for one person, and nothing of what is closed to them."""

from datetime import date, timedelta

from skanderborg import clock as time
from skanderborg import policy
from skanderborg.domain import suspicions
from skanderborg.domain.requests import answers
from skanderborg.domain.safety import rules_read
from skanderborg.kinds import Outcome
from skanderborg.pages import my_day
from skanderborg.pages.my_day import week
from skanderborg.store.db import begin, insert
from skanderborg.store.work import Meeting, Participant
from tests.domain.test_contact_rules import a_meeting, change, loaded
from tests.made import a_case, a_request, a_task, asked_of, department, exclude


def test_my_tasks_stand_by_when_they_are_due(cast, case):
    for due in (date(2026, 11, 19), date(2026, 11, 20), date(2026, 11, 27), date(2026, 11, 28), None):
        a_task(case, assignee=cast["ulla"], due_on=due)

    mine = my_day.of(cast["ulla"])

    counts = len(mine.overdue), len(mine.today), len(mine.soon), len(mine.later)
    assert counts == (1, 1, 1, 2)


def test_a_task_in_my_departments_queue_waits_for_me_until_someone_takes_it(cast, case):
    queued = a_task(case, department=department("boern-unge"))
    a_task(case, department=department("boern-unge"), assignee=cast["ruth"])

    assert [task.ref for task in my_day.of(cast["ulla"]).later] == [queued.ref]


def test_what_is_closed_does_not_wait(cast, case):
    a_task(case, assignee=cast["ulla"], status="done", closed_at=time.now())
    a_task(a_case(cast, "CLOSE", phase="closed", closed_at=time.now()), assignee=cast["ulla"])

    assert my_day.of(cast["ulla"]).is_empty


def test_who_is_excluded_is_owed_nothing_of_the_case(cast, case):
    a_task(case, assignee=cast["ulla"])
    exclude(case, cast["solveig"], person=cast["ulla"])

    assert my_day.of(cast["ulla"]).is_empty


def test_unclaimed_suspicions_wait_for_resource_persons_only(cast):
    a_case(cast, phase="suspicion", claimed_at=None, people=(("solveig", "participant"),))

    assert len(my_day.of(cast["ruth"]).unclaimed) == 1
    assert my_day.of(cast["solveig"]).unclaimed == []


def test_danger_waits_before_what_is_older(cast, clock):
    calm = a_case(cast, "CALM2", phase="suspicion", claimed_at=None, people=())
    clock.forward(minutes=5)
    acute = a_case(cast, "ACUTE", phase="suspicion", claimed_at=None, is_acute=True, people=())

    assert [case.ref for case in my_day.of(cast["ruth"]).unclaimed] == [acute.ref, calm.ref]


def test_who_is_asked_to_be_tovholder_is_asked_here(cast):
    case = a_case(cast, offered_to=cast["jonas"])

    assert [offer.ref for offer in my_day.of(cast["jonas"]).offers] == [case.ref]


def test_meetings_of_the_next_seven_days_are_shown(cast, case):
    for days in (1, 9):
        starts = time.now() + timedelta(days=days)
        with begin():
            meeting = insert(Meeting, case=case, kind="follow-up", party="staff", starts_at=starts, status="planned",
                             ends_at=starts + timedelta(hours=1), wall_start="x", zone="Europe/Copenhagen",
                             by=cast["solveig"], created_at=time.now())  # fmt: skip
            insert(Participant, meeting=meeting, person=cast["lars"], added_at=time.now())

    assert len(my_day.of(cast["lars"]).meetings) == 1


def test_a_meeting_without_minutes_waits_for_the_tovholder(cast, case, clock):
    starts = time.now() + timedelta(hours=1)
    with begin():
        insert(Meeting, case=case, kind="follow-up", party="staff", starts_at=starts, status="planned",
               ends_at=starts + timedelta(hours=1), wall_start="x", zone="Europe/Copenhagen", by=cast["solveig"],
               created_at=time.now())  # fmt: skip
    clock.forward(hours=3)

    assert len(my_day.of(cast["solveig"]).without_minutes) == 1
    assert my_day.of(cast["rikke"]).without_minutes == []


def test_the_days_ahead_are_five_and_leave_out_days_off_on_which_nothing_lies(cast, case):
    a_task(case, assignee=cast["ulla"], due_on=date(2026, 11, 22))  # a Sunday

    shown = week.ahead(my_day.of(cast["ulla"]), date(2026, 11, 20))

    assert [one.on.day for one in shown] == [20, 22, 23, 24, 25]
    assert [[line.label for line in one.lines] for one in shown] == [[], ["1 opgave"], [], [], []]


def test_the_day_on_which_a_department_answers_stands_ahead_for_who_asked(cast, case):
    request = a_request(cast["solveig"], case, due_on=date(2026, 11, 24))
    seen = {name: ahead(cast[name], date(2026, 11, 24)) for name in ("solveig", "jonas", "rikke")}

    answer(cast["jonas"], request)

    assert seen == {"solveig": ["Jobcenter svarer"], "jonas": ["1 anmodning"], "rikke": []}
    assert ahead(cast["solveig"], date(2026, 11, 24)) == []


def test_an_answer_is_new_to_who_asked_until_the_day_after_it_was_shown(cast, case, clock):
    request = a_request(cast["solveig"], case)
    my_day.of(cast["solveig"])
    clock.forward(days=1)
    answer(cast["jonas"], request)

    first, again, other = (news_of(cast[name]) for name in ("solveig", "solveig", "rikke"))
    clock.forward(days=1)

    assert first == again == ["Jobcenter har svaret på en anmodning"]
    assert other == news_of(cast["jonas"]) == news_of(cast["solveig"]) == []


def test_an_answer_stands_in_one_place_new_or_waiting(cast, case, clock):
    answer(cast["jonas"], a_request(cast["solveig"], case))

    new = my_day.of(cast["solveig"])
    clock.forward(days=1)
    waiting = my_day.of(cast["solveig"])

    assert [(len(day.news), len(day.requests)) for day in (new, waiting)] == [(1, 0), (0, 1)]


def test_who_reported_a_suspicion_is_told_who_took_it(cast, clock):
    case = a_case(cast, phase="suspicion", claimed_at=None, people=(("solveig", "participant"),))
    clock.forward(minutes=1)

    suspicions.take(cast["ruth"], case.ref)

    assert news_of(cast["solveig"]) == [f"{cast['ruth'].name} tog mistanken"]
    assert news_of(cast["ruth"]) == []


def test_nothing_is_new_of_a_case_that_is_closed_to_one(cast, case):
    answer(cast["jonas"], a_request(cast["solveig"], case))
    exclude(case, cast["rikke"], person=cast["solveig"])

    assert news_of(cast["solveig"]) == []


def answer(person, request):
    """Jobcenter says yes."""
    request = asked_of(person, request)
    answers.answer(person, request, "Ja, det kan den.", Outcome.DONE, request.version)


def news_of(person):
    """What is new to someone, in words."""
    return [one.label for one in my_day.of(person).news]


def ahead(person, on):
    """What stands on a day ahead of someone, in words."""
    return [line.label for one in week.ahead(my_day.of(person), time.today()) if one.on == on for line in one.lines]


# ── contact rules that others changed ───────────────────────────────────────────────────────────────


def test_rules_that_changed_wait_for_each_helper_until_confirmed(cast, case, clock):
    task, asked = a_task(case, assignee=cast["jonas"]), a_request(cast["solveig"], case)
    meeting = a_meeting(cast, case, "lars", "solveig")
    clock.forward(minutes=1)
    change(cast, case)

    waits = {name: my_day.of(cast[name]).unread for name in ("jonas", "lars", "solveig", "rasmus")}
    rules_read.confirm(cast["lars"], loaded(cast["lars"], meeting, policy.meeting_for))

    assert waits == {"jonas": [f"/o/{task.ref}", f"/a/{asked.ref}"], "lars": [f"/m/{meeting.ref}"], "solveig": [],
                     "rasmus": []}  # fmt: skip
    assert my_day.of(cast["lars"]).unread == []


def test_what_is_made_after_the_rules_changed_has_nothing_to_confirm(cast, case, clock):
    change(cast, case)
    clock.forward(minutes=1)
    a_task(case, assignee=cast["jonas"])

    assert my_day.of(cast["jonas"]).unread == []
