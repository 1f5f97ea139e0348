"""Whoever may come to contact the citizen learns at once that the rules are others now, and confirms it."""

from datetime import date, timedelta

from skanderborg import clock as time
from skanderborg import policy
from skanderborg.domain.safety import rules_read, safe_contact
from skanderborg.policy import Action
from skanderborg.store.cases import Case
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.work import Meeting, Participant, Request, Task
from tests.made import a_request, a_task, department, letters, opened

NEVER = "Aldrig sms, han læser hendes telefon"


def change(cast, case, by="solveig", **said):
    """Somebody changes the rules."""
    fresh = opened(cast[by], case)
    return safe_contact.agree(cast[by], fresh, fresh.version, **{"safe_never": NEVER} | said)


def a_meeting(cast, case, *names):
    """A meeting of next week, as the first of those who take part may load it."""
    starts = time.now() + timedelta(days=7)
    with begin():
        meeting = insert(Meeting, case=case, kind="follow-up", party="citizen", starts_at=starts, status="planned",
                         ends_at=starts + timedelta(hours=1), wall_start="x", zone="Europe/Copenhagen",
                         by=cast["solveig"], created_at=time.now())  # fmt: skip
        for name in names:
            insert(Participant, meeting=meeting, person=cast[name], added_at=time.now())
    return policy.meeting_for(cast[names[0]], meeting.ref, Action.MEETING_READ, rules_read.beside)


def stand(person, part):
    """How the rules stand on a task, request or meeting, as this person may load it now."""
    find = {Task: policy.task_for, Request: policy.request_for, Meeting: policy.meeting_for}[type(part)]
    return rules_read.since(person, loaded(person, part, find))


def loaded(person, part, find=policy.task_for):
    return find(person, part.ref, rules_read.READ[type(part)], rules_read.beside)


def test_every_helper_and_participant_is_told_at_once_and_once_only(cast, case, clock):
    a_request(cast["solveig"], case)  # Jonas owes its answer
    a_task(case, assignee=cast["jonas"])
    a_task(case, department=department("boern-unge"))  # Ulla and Ruth
    a_meeting(cast, case, "lars", "rikke", "solveig")
    clock.forward(minutes=1)

    change(cast, case)

    assert letters("contact-rules") == ["jonas", "lars", "rikke", "ruth", "ulla"]


def test_nobody_is_told_when_the_rules_stay_as_they_are(cast, case, clock):
    task = a_task_of(cast, case)
    clock.forward(minutes=1)

    change(cast, case, safe_never=None, custody="Fælles", counsel="Agnete Aa")

    assert Case.get_by_id(case.ref).custody == "Fælles"
    assert letters("contact-rules") == []
    assert stand(cast["jonas"], task) == rules_read.UNCHANGED


def a_task_of(cast, case):
    """A task of Jonas's, as he may load it."""
    return a_task(case, assignee=cast["jonas"])


def test_who_has_read_them_says_so_and_the_log_says_who_read_what(cast, case, clock):
    task = a_task_of(cast, case)
    request = a_request(cast["solveig"], case)
    clock.forward(minutes=1)
    change(cast, case)
    unread = [stand(cast["jonas"], part).is_unread for part in (task, request)]

    rules_read.confirm(cast["jonas"], loaded(cast["jonas"], task))
    rules_read.confirm(cast["jonas"], loaded(cast["jonas"], task))

    assert unread == [True, True]
    assert not stand(cast["jonas"], request).is_unread
    read = Event.select().where(Event.action == "contact-rules:read")
    assert [(event.actor, event.object_ref) for event in read] == [(cast["jonas"].ref, task.ref)]


def test_what_changes_again_is_to_be_read_again(cast, case, clock):
    task = a_task_of(cast, case)
    for never in ("Aldrig sms", "Aldrig sms eller mail"):
        clock.forward(minutes=1)
        change(cast, case, safe_never=never)
        assert stand(cast["jonas"], task).is_unread, never
        rules_read.confirm(cast["jonas"], loaded(cast["jonas"], task))

    assert not stand(cast["jonas"], task).is_unread


def test_who_takes_part_in_a_meeting_confirms_it_on_the_case_or_not_but_who_changed_them(cast, case, clock):
    meeting = a_meeting(cast, case, "lars", "rikke", "solveig")
    clock.forward(minutes=1)
    change(cast, case)

    unread = {name: stand(cast[name], meeting).is_unread for name in ("lars", "rikke", "solveig")}

    assert unread == {"lars": True, "rikke": True, "solveig": False}


def test_a_task_that_was_given_after_the_change_has_nothing_to_confirm(cast, case, clock):
    change(cast, case)
    clock.forward(minutes=1)

    task = a_task(case, assignee=cast["jonas"], due_on=date(2026, 12, 1))

    assert stand(cast["jonas"], task) == rules_read.UNCHANGED
