"""Reminders: when they fall due, who gets them, and that each is owed exactly once."""

from datetime import date, datetime, time
from itertools import pairwise

import pytest

from skanderborg.addresses import address_of
from skanderborg.domain import leaving, meetings, people, reminders, rules
from skanderborg.domain.reminders import deadlines, reminded
from skanderborg.kinds import Answer, DeadlineKind, MeetingKind, MeetingWith, Phase, ReminderKind, RequestStatus
from skanderborg.pages import my_department as department_page
from skanderborg.policy import SYSTEM, Action, case_for, opens
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.people import Absence, Membership, Person
from skanderborg.store.plans import WarningNote
from skanderborg.store.work import Meeting, Reminder, Request, Task
from tests.made import a_case
from tests.servers import COPENHAGEN


def wall(instant: datetime) -> str:
    return f"{instant.astimezone(COPENHAGEN):%Y-%m-%d %H.%M}"


def agreed(cast, on: date, at: time, names=("rikke", "solveig"), case=None) -> Meeting:
    rikke = cast["rikke"]
    case = case_for(rikke, (case or a_case(cast)).ref, Action.MEETING_PLAN)
    when = meetings.When(on, at, time(at.hour + 1, at.minute))
    return meetings.plan(
        rikke, case, when, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF, place="Rådhuset", agenda="1. Nyt",
        participants=[cast[name] for name in names],
    )  # fmt: skip


def due(meeting: Meeting, person: Person | None) -> list[str]:
    rows = Reminder.select().where(Reminder.meeting == meeting.ref, Reminder.void_at.is_null())
    rows = rows.where(Reminder.person == person.ref) if person else rows.where(Reminder.person.is_null())
    return [wall(row.due_at) for row in rows.order_by(Reminder.due_at)]


def told(kind: str = "meeting-reminder") -> list[str]:
    letters = OutboxLetter.select(Person.username).join(Person, on=(OutboxLetter.person == Person.ref))
    return sorted(name for (name,) in letters.where(OutboxLetter.kind == kind).tuples())


@pytest.mark.parametrize(
    ("agreed_on", "on", "at", "ahead", "today", "after"),
    [
        (date(2026, 9, 14), date(2026, 9, 28), time(10), "2026-09-24 08.00", "2026-09-28 07.00", "2026-09-29 08.00"),
        (date(2026, 9, 28), date(2026, 10, 26), time(10), "2026-10-22 08.00", "2026-10-26 07.00", "2026-10-27 08.00"),
        (date(2026, 12, 20), date(2027, 1, 11), time(9), "2027-01-07 08.00", "2027-01-11 07.00", "2027-01-12 08.00"),
        (date(2026, 10, 20), date(2026, 11, 9), time(14), "2026-11-05 08.00", "2026-11-09 07.00", "2026-11-10 08.00"),
        (date(2026, 11, 4), date(2026, 11, 16), time(15), "2026-11-12 08.00", "2026-11-16 07.00", "2026-11-17 08.00"),
        (date(2027, 3, 1), date(2027, 3, 30), time(10), "2027-03-23 08.00", "2027-03-30 07.00", "2027-03-31 08.00"),
        (date(2026, 12, 1), date(2026, 12, 28), time(10), "2026-12-22 08.00", "2026-12-28 07.00", "2026-12-29 08.00"),
    ],
    ids=["SC-01 first", "SC-01 after summer time", "SC-02", "SC-05", "SC-07", "over Easter and summer time",
         "over Christmas Eve"],
)  # fmt: skip
def test_a_meeting_is_reminded_of_two_working_days_before_on_its_day_and_after_it(
    cast, clock, agreed_on, on, at, ahead, today, after
):
    clock.move_to(datetime.combine(agreed_on, time(9)))

    meeting = agreed(cast, on, at)

    assert due(meeting, cast["solveig"]) == [ahead, today]
    assert due(meeting, None) == [after]


def test_an_instant_that_summer_time_moves_is_the_same_time_on_the_wall(cast, clock):
    clock.move_to(datetime(2026, 10, 12, 9))

    meeting = agreed(cast, date(2026, 10, 26), time(10))

    assert meeting.wall_start == "2026-10-26T10:00"
    assert meeting.starts_at.hour == 9  # 10.00 in winter; the Thursday before it was still summer
    ahead = Reminder.get(Reminder.meeting == meeting.ref, Reminder.kind == ReminderKind.MEETING_AHEAD)
    assert ahead.due_at.hour == 6


def test_a_meeting_tomorrow_has_no_reminder_in_the_past(cast, clock):
    clock.move_to(datetime(2026, 11, 25, 9))

    meeting = agreed(cast, date(2026, 11, 26), time(10))

    assert due(meeting, cast["solveig"]) == ["2026-11-26 07.00"]


def test_what_is_due_is_owed_once_however_often_the_tick_runs(cast, clock):
    agreed(cast, date(2026, 11, 26), time(10))
    now = clock.move_to(datetime(2026, 11, 24, 8))

    assert reminders.owe_due(now) == 2
    assert reminders.owe_due(now) == 0
    assert told() == ["rikke", "solveig"]


def test_nothing_is_owed_before_it_is_due(cast, clock):
    agreed(cast, date(2026, 11, 26), time(10))

    assert reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 7, 59))) == 0


def test_after_downtime_what_fell_due_is_said_once_at_once(cast, clock):
    agreed(cast, date(2026, 11, 26), time(10))
    now = clock.move_to(datetime(2026, 11, 25, 16))

    assert reminders.owe_due(now) == 2
    assert reminders.owe_due(clock.forward(minutes=1)) == 0


def test_nobody_is_reminded_of_a_meeting_that_is_over(cast, clock):
    agreed(cast, date(2026, 11, 26), time(10))

    reminders.owe_due(clock.move_to(datetime(2026, 11, 27, 16)))

    assert told() == []
    assert told("minutes-missing") == ["solveig"]


def test_missing_minutes_go_to_the_tovholder_of_that_moment(cast, clock):
    meeting = agreed(cast, date(2026, 11, 26), time(10))
    hand_over(meeting.case_id, cast["solveig"], cast["rasmus"])

    reminders.owe_due(clock.move_to(datetime(2026, 11, 27, 8)))

    assert told("minutes-missing") == ["rasmus"]


def hand_over(case_ref: str, old: Person, new: Person) -> None:
    with begin():
        now = reminders.clock.now()
        Relation.update(until_at=now).where(Relation.case == case_ref, Relation.person == old.ref).execute()
        insert(Relation, case=case_ref, person=new, kind="primary-contact", from_at=now)


def test_who_took_the_case_over_is_reminded_in_place_of_who_left_it(cast, clock):
    meeting = agreed(cast, date(2026, 11, 26), time(10))
    hand_over(meeting.case_id, cast["solveig"], cast["rasmus"])

    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))

    assert told() == ["rasmus", "rikke"]


def test_who_is_away_is_reminded_and_so_is_the_substitute(cast, clock):
    agreed(cast, date(2026, 11, 26), time(10))
    with begin():
        insert(Absence, person=cast["solveig"], from_on=date(2026, 11, 23), to_on=date(2026, 11, 25))
        Person.update(substitute=cast["jonas"]).where(Person.ref == cast["solveig"].ref).execute()

    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))

    assert told() == ["jonas", "rikke", "solveig"]


def test_who_is_excluded_gets_nothing_and_nor_does_their_substitute(cast, clock):
    meeting = agreed(cast, date(2026, 11, 26), time(10))
    exclude(meeting.case_id, cast["solveig"], cast["rikke"])
    with begin():
        insert(Absence, person=cast["solveig"], from_on=date(2026, 11, 23), to_on=date(2026, 11, 25))
        Person.update(substitute=cast["jonas"]).where(Person.ref == cast["solveig"].ref).execute()

    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))

    assert told() == ["rikke"]


def exclude(case_ref: str, person: Person, by: Person) -> None:
    with begin():
        insert(Exclusion, case=case_ref, person=person, by=by, from_at=reminders.clock.now(), reason="Habilitet")


def test_who_has_left_gets_nothing_but_never_nobody_does(cast, clock):
    agreed(cast, date(2026, 11, 26), time(10), names=("jonas",))
    leaving.disable(SYSTEM, cast["jonas"])

    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))

    assert told() == ["solveig"]


def test_a_closed_case_reminds_nobody(cast, clock):
    meeting = agreed(cast, date(2026, 11, 26), time(10))
    Case.update(phase=Phase.CLOSED, closed_at=reminders.clock.now()).where(Case.ref == meeting.case_id).execute()

    assert reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8))) == 0


def test_one_reminder_that_fails_keeps_no_other_and_says_so_itself(cast, clock, monkeypatch):
    agreed(cast, date(2026, 11, 26), time(10))
    now = clock.move_to(datetime(2026, 11, 24, 8))
    put = reminders.outbox.put

    def poisoned(kind, to, **rest):
        if to.username == "rikke":
            raise RuntimeError("poison")
        return put(kind, to, **rest)

    monkeypatch.setattr(reminders.outbox, "put", poisoned)
    reminders.owe_due(now)
    assert told() == ["solveig"]
    assert [row.failure for row in Reminder.select().where(Reminder.failure.is_null(False))] == ["RuntimeError"]

    monkeypatch.setattr(reminders.outbox, "put", put)
    reminders.owe_due(now)
    assert told() == ["rikke", "solveig"]
    assert not Reminder.select().where(Reminder.failure.is_null(False)).exists()


# ── one letter a meeting ────────────────────────────────────────────────────────────────────────────


def test_two_reminders_of_one_meeting_due_together_are_one_letter(cast, clock):
    """The worker was down from before the first to after the second."""
    agreed(cast, date(2026, 11, 26), time(10))

    assert reminders.owe_due(clock.move_to(datetime(2026, 11, 26, 8))) == 2
    assert told() == ["rikke", "solveig"]
    assert not Reminder.select().where(Reminder.failure.is_null(False)).exists()


def test_who_stands_in_for_two_who_take_part_gets_one_letter(cast, clock):
    chain(cast, "jonas", "ruth", away=("jonas", "ulla"))
    chain(cast, "ulla", "ruth", away=())
    agreed(cast, date(2026, 11, 26), time(10), names=("jonas", "ulla"))

    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))

    assert told() == ["jonas", "ruth", "ulla"]


def test_on_the_day_of_the_meeting_one_is_reminded_of_it_again(cast, clock):
    agreed(cast, date(2026, 11, 26), time(10), names=("rikke",))
    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))

    reminders.owe_due(clock.move_to(datetime(2026, 11, 26, 7)))

    assert told() == ["rikke", "rikke"]


def test_two_meetings_of_a_day_are_two_letters(cast, clock):
    case = a_case(cast)
    for hour in (10, 13):
        agreed(cast, date(2026, 11, 26), time(hour), names=("rikke",), case=case)

    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))

    assert told() == ["rikke", "rikke"]


# ── a suspicion nobody has taken ────────────────────────────────────────────────────────────────────


def unclaimed(cast) -> Case:
    case = a_case(cast, people={}, phase=Phase.SUSPICION, claimed_at=None)
    with begin():
        reminders.plan_for_suspicion(case, rules.current())
    return case


def test_an_unclaimed_suspicion_is_told_again_after_two_working_hours_to_all_who_are_there(cast, clock):
    clock.move_to(datetime(2026, 11, 20, 15))  # a Friday; the second hour is on Monday
    unclaimed(cast)
    insert_absence(cast["ruth"])

    assert reminders.owe_due(clock.move_to(datetime(2026, 11, 23, 8, 59))) == 0
    reminders.owe_due(clock.move_to(datetime(2026, 11, 23, 9)))

    assert told("suspicion-unclaimed") == ["rasmus", "rikke"]


def test_the_substitute_of_an_excluded_person_stands_in_for_nobody(cast, clock):
    case = a_case(cast)
    exclude(case.ref, cast["solveig"], cast["rikke"])
    with begin():
        insert(Absence, person=cast["solveig"], from_on=date(2026, 11, 23), to_on=date(2026, 11, 28))
        Person.update(substitute=cast["jonas"]).where(Person.ref == cast["solveig"].ref).execute()
    agreed(cast, date(2026, 11, 26), time(10), names=("rikke",), case=case)

    reminders.owe_due(clock.move_to(datetime(2026, 11, 27, 8)))

    assert "jonas" not in told("minutes-missing")


def insert_absence(person: Person) -> None:
    with begin():
        insert(Absence, person=person, from_on=date(2026, 11, 23), to_on=date(2026, 11, 25))


def test_next_working_morning_the_manager_of_the_reporter_is_told_to_ring(cast, clock):
    unclaimed(cast)

    reminders.owe_due(clock.move_to(datetime(2026, 11, 23, 8)))

    assert told("suspicion-manager") == ["lars"]
    letter = OutboxLetter.get(OutboxLetter.kind == "suspicion-manager")
    assert address_of(letter.opens) == "/actioncard"


def test_a_suspicion_that_was_taken_reminds_nobody(cast, clock):
    case = unclaimed(cast)
    Case.update(claimed_at=reminders.clock.now(), phase=Phase.SPARRING).where(Case.ref == case.ref).execute()

    assert reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8))) == 0


# ── a request nobody has answered ───────────────────────────────────────────────────────────────────


def sent_request(cast, **columns) -> Request:
    case = a_case(cast)
    jobcenter = people.departments_of(cast["jonas"])[0]
    now = reminders.clock.now()
    with begin():
        task = insert(
            Task, case=case.ref, kind="request", box="departments", title="x", status="waiting", created_at=now
        )
        values = {"status": RequestStatus.SENT, "due_on": date(2026, 11, 27), "sent_at": now}
        values |= {"party_works_there": Answer.NO} | columns
        request = insert(
            Request, case=case.ref, task=task, department=jobcenter, asker=cast["rikke"], ask="x", contact_rules="x",
            basis="consent", created_at=now, **values,
        )  # fmt: skip
        reminders.plan_for_request(request, rules.current())
    return request


def test_a_request_is_reminded_of_before_on_and_after_its_deadline(cast, clock):
    request = sent_request(cast)

    rows = Reminder.select().where(Reminder.request == request.ref).order_by(Reminder.due_at)
    assert [(row.kind, wall(row.due_at)) for row in rows] == [
        ("request-soon", "2026-11-26 08.00"),
        ("request-overdue", "2026-11-30 08.00"),
        ("request-escalated", "2026-12-01 08.00"),
    ]


def test_before_the_deadline_those_who_owe_the_answer_are_reminded(cast, clock):
    sent_request(cast)

    reminders.owe_due(clock.move_to(datetime(2026, 11, 26, 8)))

    assert told("request-reminder") == ["jonas"]


def test_after_the_deadline_both_sides_are_told(cast, clock):
    sent_request(cast)
    reminders.owe_due(clock.move_to(datetime(2026, 11, 26, 8)))

    reminders.owe_due(clock.move_to(datetime(2026, 11, 30, 8)))

    assert told("request-overdue") == ["jonas", "rikke"]


def test_reminders_of_one_request_due_together_are_one_letter(cast, clock):
    """The worker was down from before the first to after the last: what is late is not said to be late soon."""
    sent_request(cast)

    reminders.owe_due(clock.move_to(datetime(2026, 12, 30, 12)))

    late = told("request-overdue")
    assert late
    assert late == sorted(set(late))
    assert told("request-reminder") == []


def test_an_answered_request_reminds_nobody(cast, clock):
    request = sent_request(cast)
    with begin():
        reminders.void_for(request)

    assert reminders.owe_due(clock.move_to(datetime(2026, 12, 4, 8))) == 0


# ── a request that only named persons may know of ───────────────────────────────────────────────────


DAYS = {
    "request-reminder": datetime(2026, 11, 26, 8),
    "request-overdue": datetime(2026, 11, 30, 8),
    "escalated": datetime(2026, 12, 1, 8),
}


@pytest.fixture
def away(cast):
    """Jonas, who is asked, and Rikke, who asks, are away while it falls due; Ulla and Ruth stand in for them, but Ruth
    is not on the case. Lars heads Jobcenter."""
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    with begin():
        for name, substitute in (("jonas", "ulla"), ("rikke", "ruth")):
            insert(Absence, person=cast[name], from_on=date(2026, 11, 23), to_on=date(2026, 12, 4))
            Person.update(substitute=cast[substitute]).where(Person.ref == cast[name].ref).execute()


def told_by(clock, day: str) -> list[str]:
    """Who is owed a letter on that day."""
    OutboxLetter.delete().execute()
    reminders.owe_due(clock.move_to(DAYS[day]))
    return told("request-reminder") + told("request-overdue")


@pytest.mark.parametrize("works_there", [Answer.YES, Answer.UNKNOWN])
def test_where_a_party_may_work_nobody_hears_of_it_but_those_who_may_open_it(cast, clock, away, works_there):
    sent_request(cast, named=cast["jonas"], party_works_there=works_there)

    assert told_by(clock, "request-reminder") == ["jonas", "solveig"]
    assert told_by(clock, "request-overdue") == ["jonas", "rikke", "solveig"]
    assert told_by(clock, "escalated") == ["rikke", "solveig"]


def test_on_a_restricted_case_only_who_stands_in_for_the_named_person_hears_of_it_too(cast, clock, away):
    request = sent_request(cast, named=cast["jonas"])
    Case.update(restricted=True).where(Case.ref == request.case_id).execute()

    assert told_by(clock, "request-reminder") == ["jonas", "ulla"]
    assert told_by(clock, "request-overdue") == ["jonas", "rikke", "solveig", "ulla"]
    assert told_by(clock, "escalated") == ["rikke", "solveig"]


def test_without_a_resource_person_on_the_case_it_is_the_tovholder_who_hears_of_its_silence(cast, clock):
    request = sent_request(cast, named=cast["jonas"], party_works_there=Answer.YES)
    Relation.update(until_at=reminders.clock.now()).where(
        Relation.case == request.case_id, Relation.person == cast["rikke"].ref
    ).execute()

    assert told_by(clock, "request-reminder") == ["jonas"]
    assert told_by(clock, "request-overdue") == ["jonas", "solveig"]
    assert told_by(clock, "escalated") == ["solveig"]


def test_any_other_request_is_told_to_the_manager_and_to_who_stands_in_and_can_open_it(cast, clock, away):
    sent_request(cast)

    assert told_by(clock, "request-reminder") == ["jonas", "ulla"]
    assert told_by(clock, "request-overdue") == ["jonas", "rikke", "solveig", "ulla"]
    assert told_by(clock, "escalated") == ["lars", "rikke", "solveig"]


# ── who stands in for who stands in ─────────────────────────────────────────────────────────────────


def chain(cast, *names: str, away: tuple[str, ...]) -> None:
    """Each of the names has the next one as substitute; those of `away` are away while the meeting is reminded of."""
    with begin():
        for name, substitute in pairwise(names):
            Person.update(substitute=cast[substitute]).where(Person.ref == cast[name].ref).execute()
        for name in away:
            insert(Absence, person=cast[name], from_on=date(2026, 11, 23), to_on=date(2026, 11, 25))


def reminded_of(cast, clock, *names: str) -> list[str]:
    """Who is reminded of a meeting with these, each of whom can open it."""
    meeting = agreed(cast, date(2026, 11, 26), time(10), names=names)
    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))
    assert all(opens(cast[name], meeting) for name in told())
    return told()


def test_where_the_substitute_is_away_too_theirs_is_told_and_sees_it(cast, clock):
    chain(cast, "jonas", "ulla", "ruth", "rasmus", away=("jonas", "ulla"))

    assert reminded_of(cast, clock, "jonas") == ["jonas", "ruth"]


def test_a_substitute_who_has_left_is_passed_over(cast, clock):
    chain(cast, "jonas", "ulla", "ruth", away=("jonas",))
    leaving.disable(SYSTEM, cast["ulla"])

    assert reminded_of(cast, clock, "jonas") == ["jonas", "ruth"]


def test_a_substitute_who_is_present_is_where_it_ends(cast, clock):
    chain(cast, "jonas", "ulla", "ruth", away=("jonas",))

    assert reminded_of(cast, clock, "jonas") == ["jonas", "ulla"]


@pytest.mark.parametrize("names", [("jonas", "ulla", "jonas"), ("jonas", "ulla"), ("jonas",)])
def test_where_nobody_who_stands_in_is_present_the_resource_person_is_told(cast, clock, names):
    chain(cast, *names, away=tuple(set(names)))

    assert reminded_of(cast, clock, "jonas") == ["jonas", "rikke"]


def test_without_a_present_resource_person_the_tovholder_is_told(cast, clock):
    chain(cast, "jonas", away=("jonas", "rikke"))

    assert reminded_of(cast, clock, "jonas") == ["jonas", "solveig"]


def test_a_substitute_who_can_see_nothing_of_it_is_not_told(cast, clock):
    meeting = agreed(cast, date(2026, 11, 26), time(10), names=("jonas",))
    chain(cast, "jonas", "ulla", away=("jonas",))
    exclude(meeting.case_id, cast["ulla"], cast["rikke"])

    reminders.owe_due(clock.move_to(datetime(2026, 11, 24, 8)))

    assert told() == ["jonas", "rikke"]


def test_who_stands_in_for_the_tovholder_and_is_not_on_the_case_is_not_told_of_it(cast, clock):
    """The letter opens the case, which a substitute does not see."""
    case = a_case(cast)
    chain(cast, "solveig", "jonas", away=("solveig",))

    found = reminded.of_case_work(case, clock.move_to(datetime(2026, 11, 24, 8)))

    assert sorted(person.username for person in found) == ["rikke", "solveig"]


@pytest.mark.parametrize("kind", ["meeting", "deadline"])
def test_where_only_a_manager_is_there_the_letter_opens_what_he_or_she_may_see(cast, clock, kind):
    """Lars heads where Solveig works; everyone on the case is away."""
    case = a_case(cast)
    with begin():
        insert(Membership, person=cast["solveig"], department=people.department_by_key("jobcenter"))
    people.set_manager(SYSTEM, "jobcenter", cast["lars"])
    if kind == "meeting":
        agreed(cast, date(2026, 11, 26), time(10), names=("solveig",), case=case)
    else:
        deadlines.plan(DeadlineKind.WARNING_REVIEW, a_warning(case), date(2026, 12, 24))
    chain(cast, "solveig", away=("solveig", "rikke", "rasmus"))

    now = clock.move_to(datetime(2026, 11, 24, 8))
    reminders.owe_due(now)
    deadlines.owe_due(now)

    letter = OutboxLetter.get(OutboxLetter.person == cast["lars"])
    assert (letter.kind, address_of(letter.opens)) == ("nobody-present", "/min-afdeling")
    assert cast["solveig"].name in [one.name for one in department_page.index(cast["lars"], 1).away]


def a_warning(case: Case) -> WarningNote:
    written = {"by": case.reported_by_id, "at": case.reported_at}
    with begin():
        return insert(WarningNote, case=case, text="ZQX", review_on=date(2026, 12, 24), **written)
