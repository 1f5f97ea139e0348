"""The digest: what waits is told once a working day, to who is there and finds it on Min dag, and to nobody else."""

import json
from datetime import date, datetime, timedelta
from datetime import time as clock_time

import msgspec
import pytest

from skanderborg import clock as time
from skanderborg.domain import leaving, meetings, reminders
from skanderborg.domain.access import impartiality
from skanderborg.domain.due import digest, things
from skanderborg.domain.letters.delivery import Postman
from skanderborg.domain.requests import answers
from skanderborg.kinds import Basis, LetterKind
from skanderborg.mail import outbox
from skanderborg.pages import my_day
from skanderborg.policy import SYSTEM
from skanderborg.store.cases import Case, Handover, Party
from skanderborg.store.db import begin, insert
from skanderborg.store.outbox import OutboxLetter, Tick, Told
from skanderborg.store.people import Absence, Membership, Person
from skanderborg.store.plans import WarningNote
from skanderborg.store.work import Task
from tests.made import a_case, a_request, a_task, asked_of, department, exclude, join, letters, opened

FRIDAY, MONDAY = date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
def case(cast):
    """One that is never silent."""
    return a_case(cast, next_contact_on=date(2027, 11, 1))


@pytest.fixture
def morning(clock):
    """`morning(day)`: it is 7.30 on that day, and the digests that are due are owed; returns how many."""

    def at(day: date, hour: int = 7, minute: int = 30) -> int:
        return digest.owe_due(clock.move_to(datetime(day.year, day.month, day.day, hour, minute)))

    return at


@pytest.fixture
def days_with_reminders(morning, clock):
    """`days_with_reminders(23, 24)`: the digests of these days of November, each followed by the day's reminders."""

    def pass_by(*days: int) -> list[int]:
        counted = []
        for on in days:
            counted.append(morning(date(2026, 11, on)))
            reminders.owe_due(clock.forward(minutes=30))
        return counted

    return pass_by


def told() -> list[str]:
    """User names of those who were sent a digest, as often as they were."""
    return letters(LetterKind.DIGEST)


def said(person: Person) -> dict:
    """What the newest digest to a person says."""
    sent = OutboxLetter.select().where(OutboxLetter.kind == LetterKind.DIGEST, OutboxLetter.person == person.ref)
    return json.loads(sent.order_by(OutboxLetter.due_at.desc()).first().words)


def away(person: Person, first: date = FRIDAY, last: date = date(2026, 12, 24)) -> None:
    with begin():
        insert(Absence, person=person, from_on=first, to_on=last)


# ── when ────────────────────────────────────────────────────────────────────────────────────────────


def test_what_falls_due_is_counted_in_one_letter_at_half_past_seven(cast, case, morning):
    for due in (18, 19, 20):
        a_task(case, assignee=cast["ulla"], due_on=date(2026, 11, due))
    a_task(case, assignee=cast["ulla"], due_on=MONDAY)

    early, on_time = morning(FRIDAY, minute=29), morning(FRIDAY)

    assert (early, on_time) == (0, 1)
    assert told() == ["ulla"]
    assert said(cast["ulla"]) == {"count": 3, "oldest": "18. november"}


def test_it_is_told_as_it_falls_due_two_and_five_working_days_later_and_then_weekly(cast, morning):
    nobody_goes_round = (("solveig", "primary-contact"),)
    case = a_case(cast, people=nobody_goes_round, next_contact_on=date(2027, 11, 1))
    a_task(case, assignee=cast["ulla"], due_on=FRIDAY)

    days = [FRIDAY + timedelta(days=number) for number in range(40)]
    on = [f"{day:%d.%m.}" for day in days if morning(day)]

    assert on == ["20.11.", "24.11.", "27.11.", "04.12.", "11.12.", "18.12.", "28.12."]


def test_what_falls_due_on_a_day_off_is_told_on_the_next_working_day(cast, case, morning):
    a_task(case, assignee=cast["ulla"], due_on=date(2026, 11, 21))

    assert [morning(FRIDAY + timedelta(days=number)) for number in range(4)] == [0, 0, 0, 1]


def test_nobody_is_told_twice_however_often_the_tick_runs(cast, case, morning):
    a_task(case, assignee=cast["ulla"], due_on=FRIDAY)

    first, again = morning(FRIDAY), morning(FRIDAY, 12)
    Tick.delete().where(Tick.name == digest.NAME).execute()  # a worker that was killed before it could say so
    once_more = morning(FRIDAY, 13)

    assert (first, again, once_more) == (1, 0, 0)
    assert Told.select().count() == 1


def test_after_an_outage_the_same_day_is_still_told(cast, case, morning):
    a_task(case, assignee=cast["ulla"], due_on=FRIDAY)

    assert morning(FRIDAY, 22) == 1


def test_what_an_outage_of_days_left_untold_is_told_on_the_first_working_day_after_it(cast, case, morning):
    a_task(case, assignee=cast["ulla"], due_on=FRIDAY)

    assert morning(MONDAY) == 1


def test_a_new_deadline_begins_anew(cast, case, morning):
    task = a_task(case, assignee=cast["ulla"], due_on=FRIDAY)
    morning(FRIDAY)
    Task.update(due_on=date(2026, 12, 1)).where(Task.ref == task.ref).execute()

    assert [morning(date(2026, 11, 24)), morning(date(2026, 12, 1))] == [0, 1]


def test_what_cannot_wait_is_said_to_be_so(cast, case, morning):
    a_task(case, kind="safety", assignee=cast["ulla"], due_on=FRIDAY)
    a_task(case, assignee=cast["jonas"], due_on=FRIDAY)

    morning(FRIDAY)

    assert said(cast["ulla"])["urgent"] == "én"
    assert "urgent" not in said(cast["jonas"])


def test_the_child_duty_of_each_cannot_wait_and_is_told_to_nobody_else(cast, case, morning):
    a_task(case, kind="child-report", box="safety", assignee=cast["rasmus"], duty_of=cast["rasmus"], due_on=FRIDAY)
    away(cast["rasmus"])
    Person.update(substitute=cast["ulla"]).where(Person.ref == cast["rasmus"].ref).execute()

    morning(FRIDAY)

    assert told() == ["rasmus"]  # nobody else may open it, so that it goes to who is away
    assert said(cast["rasmus"])["urgent"] == "én"


# ── to whom ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_queue_is_told_to_everyone_in_it_until_someone_takes_it(cast, case, morning):
    a_task(case, department=department("boern-unge"), due_on=FRIDAY)
    a_task(case, department=department("boern-unge"), assignee=cast["ruth"], due_on=FRIDAY)

    morning(FRIDAY)

    assert told() == ["ruth", "ulla"]
    assert said(cast["ulla"])["count"] == 1


def test_what_lies_with_nobody_is_told_to_the_tovholder(cast, case, morning):
    a_task(case, due_on=FRIDAY)

    morning(FRIDAY)

    assert told() == ["solveig"]


def test_while_the_tovholder_is_away_it_is_told_to_the_resource_persons_on_the_case(cast, case, morning):
    a_task(case, due_on=FRIDAY)
    a_task(case, assignee=cast["solveig"], due_on=FRIDAY)
    away(cast["solveig"])

    morning(FRIDAY)

    assert told() == ["rikke"]
    assert said(cast["rikke"])["count"] == 2


def test_a_tovholder_who_keeps_the_house_from_now_on_sees_to_no_case(cast, case, morning):
    a_task(case, due_on=FRIDAY)
    Person.update(roles="administrator").where(Person.ref == cast["solveig"].ref).execute()

    morning(FRIDAY)

    assert told() == ["rikke"]


def test_who_stands_in_is_told_in_place_of_who_is_away(cast, case, morning):
    a_task(case, assignee=cast["jonas"], due_on=FRIDAY)
    away(cast["jonas"])
    Person.update(substitute=cast["ulla"]).where(Person.ref == cast["jonas"].ref).execute()

    morning(FRIDAY)

    assert told() == ["ulla"]


@pytest.mark.parametrize("kept", ["role", "department"])
def test_what_lies_with_one_who_may_have_no_part_any_more_is_told_to_who_sees_to_the_case(cast, case, morning, kept):
    a_task(case, assignee=cast["jonas"], due_on=FRIDAY)
    if kept == "role":
        Person.update(roles="administrator").where(Person.ref == cast["jonas"].ref).execute()
    else:
        exclude(case, cast["solveig"], department=department("jobcenter"))

    morning(FRIDAY)

    assert told() == ["rikke"]


def test_a_queue_in_which_nobody_is_there_is_told_to_who_stands_in_or_sees_to_the_case(cast, case, morning):
    a_task(case, department=department("jobcenter"), due_on=FRIDAY)
    away(cast["jonas"])

    morning(FRIDAY)
    alone = told()
    Person.update(substitute=cast["ulla"]).where(Person.ref == cast["jonas"].ref).execute()
    morning(MONDAY)

    assert alone == ["rikke"]
    assert "ulla" in told()


def test_who_comes_back_is_told_of_all_that_was_told_to_others_meanwhile(cast, case, morning):
    a_task(case, assignee=cast["jonas"], due_on=FRIDAY)
    away(cast["jonas"], last=MONDAY)

    morning(FRIDAY)
    meanwhile = told()
    morning(date(2026, 11, 24))

    assert meanwhile == ["rikke"]
    assert "jonas" in told()


def test_when_nobody_is_present_who_is_away_is_told(cast, case, morning):
    a_task(case, assignee=cast["jonas"], due_on=FRIDAY)
    for name in ("jonas", "solveig", "rikke"):
        away(cast[name])

    morning(FRIDAY)

    assert told() == ["jonas"]


def test_who_is_shut_out_moved_or_left_is_told_nothing(cast, case, morning):
    for name in ("ulla", "jonas", "ruth"):
        a_task(case, assignee=cast[name], due_on=FRIDAY)
    a_task(case, department=department("boern-unge"), due_on=FRIDAY)
    exclude(case, cast["solveig"], person=cast["ulla"])
    leaving.disable(SYSTEM, cast["jonas"])
    Membership.delete().where(Membership.person == cast["ruth"].ref).execute()
    Task.update(assignee=None).where(Task.assignee == cast["ruth"].ref).execute()

    morning(FRIDAY)

    assert not {"ulla", "jonas", "ruth"} & set(told())


@pytest.mark.parametrize("name", ["admin", "dorte"])
def test_administrators_and_auditors_are_told_nothing_whatever_they_have(cast, case, morning, name):
    a_task(case, assignee=cast[name], due_on=FRIDAY)
    join(cast, name, "boern-unge")
    a_task(case, department=department("boern-unge"), due_on=FRIDAY)

    morning(FRIDAY)

    assert name not in told()


def test_a_closed_case_tells_nothing(cast, morning):
    case = a_case(cast, "CLOSE", phase="closed", closed_at=time.now())
    a_task(case, assignee=cast["ulla"], due_on=FRIDAY)

    assert morning(FRIDAY) == 0


# ── of what ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_request_is_told_to_those_who_owe_its_answer(cast, case, days_with_reminders):
    a_request(cast["solveig"], case, due_on=date(2026, 11, 27))

    days = days_with_reminders(24, 25, 26, 27, 30)

    assert days == [0, 0, 0, 1, 0]  # reminders of its own tell it on the day before and on the day after
    assert told() == ["jonas"]


def test_an_acute_request_cannot_wait(cast, case, days_with_reminders):
    a_request(cast["solveig"], case, basis=Basis.ACUTE, due_on=FRIDAY)

    assert days_with_reminders(23, 24) == [0, 1]
    assert said(cast["jonas"])["urgent"] == "én"


def test_a_question_waits_for_the_one_who_asked(cast, case, morning):
    request = a_request(cast["solveig"], case, due_on=date(2026, 12, 18))
    answers.ask(cast["jonas"], asked_of(cast["jonas"], request), "Hvilken dag?", request.version, key="k")

    days = [morning(date(2026, 11, on)) for on in (23, 24)]

    assert days == [0, 1]  # the question's own letter told it on friday
    assert told() == ["solveig"]


def test_what_was_held_back_waits_for_the_resource_person(cast, case, morning):
    a_request(cast["solveig"], case, basis=Basis.UNSURE, due_on=date(2026, 12, 18))

    assert [morning(date(2026, 11, on)) for on in (23, 24)] == [0, 1]
    assert told() == ["rikke"]


def test_missing_minutes_are_told_after_their_own_reminder(cast, case, days_with_reminders):
    when = meetings.When(FRIDAY, clock_time(10), clock_time(11))
    meetings.plan(cast["solveig"], opened(cast["solveig"], case), when, kind="follow-up", party="staff", place=None,
                  agenda=None, participants=[cast["solveig"]], key="k")  # fmt: skip

    assert days_with_reminders(23, 24, 25) == [0, 0, 1]  # on monday the reminder says it at eight
    assert told() == ["solveig"]


def test_who_is_asked_to_be_tovholder_is_told_until_he_or_she_answers(cast, morning):
    case = a_case(cast, offered_to=cast["jonas"])
    with begin():
        insert(Handover, case=case.ref, to_person=cast["jonas"], offered_at=time.now())

    morning(MONDAY)
    Case.update(offered_to=None).where(Case.ref == case.ref).execute()
    morning(date(2026, 11, 24))

    assert told() == ["jonas"]


def test_a_suspicion_that_nobody_takes_is_told_to_who_may_take_it(cast, morning):
    a_case(cast, phase="suspicion", claimed_at=None, is_acute=True, people=(("solveig", "participant"),))

    morning(MONDAY)

    assert told() == ["rasmus", "rikke", "ruth"]
    assert said(cast["ruth"])["urgent"] == "én"


def test_warnings_and_protections_to_be_looked_at_again_wait_for_the_tovholder(cast, case, morning):
    with begin():
        insert(WarningNote, case=case.ref, text="Gå to", review_on=FRIDAY, by=cast["solveig"], at=time.now())
        insert(Party, case=case.ref, role="citizen", name="Mette", protection="ordinary", protection_until=FRIDAY,
               created_at=time.now())  # fmt: skip

    morning(FRIDAY)

    assert told() == ["solveig"]
    assert said(cast["solveig"])["count"] == 2
    assert len(my_day.of(cast["solveig"]).reviews) == 2


def test_impartiality_waits_for_the_manager_who_decides(cast, case, morning):
    impartiality.declare(cast["rasmus"], opened(cast["rasmus"], case), "Nabo")
    deciders = letters(LetterKind.IMPARTIALITY)

    days = [morning(date(2026, 11, on)) for on in (23, 24)]

    assert days == [0, len(deciders)]
    assert told() == deciders


# ── beside other letters ────────────────────────────────────────────────────────────────────────────


def test_what_a_letter_of_its_own_tells_that_day_is_not_repeated(cast, case, clock, morning):
    a_request(cast["solveig"], case, due_on=date(2026, 11, 27))
    task = a_task(case, assignee=cast["jonas"], due_on=date(2026, 11, 30))

    morning(date(2026, 11, 30))  # the request's own reminder is due at eight

    assert said(cast["jonas"])["count"] == 1
    assert [row.thing for row in Told.select()] == [f"task:{task.ref}"]


def test_a_task_that_was_given_today_is_told_again_only_at_its_next_step(cast, case, clock, morning):
    clock.move_to(datetime(2026, 11, 20, 7))
    task = a_task(case, assignee=cast["ulla"], due_on=FRIDAY)
    with begin():
        outbox.put(LetterKind.TASK_ASSIGNED, cast["ulla"], key="k", about=task, due="i dag")

    assert [morning(FRIDAY + timedelta(days=number)) for number in (0, 3, 4)] == [0, 0, 1]


# ── as it is sent ───────────────────────────────────────────────────────────────────────────────────


def sent(settings, mail_server) -> list[str]:
    Postman(msgspec.structs.replace(settings, smtp_url=mail_server.url)).deliver()
    return [letter.message.get_content() for letter in mail_server.letters]


def test_it_says_how_much_since_when_and_nothing_else(cast, case, morning, settings, mail_server):
    a_task(case, kind="safety", assignee=cast["ulla"], due_on=date(2026, 11, 18))
    a_task(case, assignee=cast["ulla"], due_on=FRIDAY)
    morning(FRIDAY)

    [text] = sent(settings, mail_server)

    assert "2 ting venter på dig. Den ældste frist var 18. november." in text
    assert "Mindst én ting kan ikke vente." in text
    assert "Se, hvad det er på Min dag: http://localhost/\r\n" in text


def test_it_counts_what_still_waits_as_it_is_sent(cast, case, morning, settings, mail_server):
    first = a_task(case, kind="safety", assignee=cast["ulla"], due_on=date(2026, 11, 18))
    a_task(case, assignee=cast["ulla"], due_on=FRIDAY)
    a_task(case, assignee=cast["jonas"], due_on=FRIDAY)
    morning(FRIDAY)
    Task.update(closed_at=time.now(), status="done").where(Task.ref == first.ref).execute()
    exclude(case, cast["solveig"], person=cast["jonas"])

    [text] = sent(settings, mail_server)

    assert "1 ting venter på dig. Den ældste frist var 20. november." in text
    assert "kan ikke vente" not in text


def test_one_that_was_not_sent_gives_way_to_the_next_days(cast, case, morning):
    a_task(case, assignee=cast["ulla"], due_on=FRIDAY)
    morning(FRIDAY)
    a_task(case, assignee=cast["ulla"], due_on=MONDAY)

    morning(MONDAY)

    assert told() == ["ulla"]
    assert said(cast["ulla"])["count"] == 2


# ── as it is found ──────────────────────────────────────────────────────────────────────────────────


def test_whatever_is_told_is_found_by_who_is_told(cast, case, morning):
    a_task(case, due_on=FRIDAY)
    a_task(case, assignee=cast["jonas"], due_on=FRIDAY)
    a_task(case, department=department("boern-unge"), due_on=FRIDAY)
    a_request(cast["solveig"], case, to="boern-unge", due_on=FRIDAY)
    away(cast["jonas"])
    now = time.now()

    told = things.waiting(now)

    for ref, counted in told.items():
        found = things.found_by(Person.get_by_id(ref), now)
        assert {thing.name for thing in counted} <= found.keys()
