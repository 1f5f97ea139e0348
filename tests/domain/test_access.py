"""Who is on a case: access given and ended, the tovholder, spærring, named persons only."""

from datetime import date, datetime, timedelta

import pytest

from skanderborg import clock as time
from skanderborg import policy
from skanderborg.domain import access, reminders, suspicions, tasks
from skanderborg.domain.access import contact, ending, exclusions, impartiality, offers, restriction
from skanderborg.domain.requests import answers
from skanderborg.domain.tasks import owners
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import LetterKind, TaskStatus
from skanderborg.mail import outbox
from skanderborg.pages import access as access_page
from skanderborg.pages import history
from skanderborg.pages import meetings as meeting_pages
from skanderborg.policy import Action, case_for, meeting_for, request_for, task_for
from skanderborg.store.cases import Case, Exclusion, Relation
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.work import Meeting, Participant, Reminder, Request, Task
from tests.domain.test_suspicions import report, ties
from tests.made import a_case, a_request, a_task, asked, asked_of, department, letters, opened, task_of


@pytest.fixture
def case(cast):
    """Solveig is tovholder, Rikke the resource person, Rasmus takes part."""
    return a_case(cast)


def on(cast, case, name="solveig") -> Case:
    return opened(cast[name], case)


# ── given and ended ─────────────────────────────────────────────────────────────────────────────────


def test_who_is_given_access_sees_the_case(cast, case):
    access.grant(cast["solveig"], on(cast, case), cast["jonas"], "Kender borgeren")

    assert opened(cast["jonas"], case)


def test_access_given_twice_is_one(cast, case):
    for _ in range(2):
        access.grant(cast["solveig"], on(cast, case), cast["jonas"], "Kender borgeren")

    assert ties(case, "participant").count("jonas") == 1


def test_a_participant_gives_nobody_access(cast, case):
    with pytest.raises(NotAllowed):
        access.grant(cast["rasmus"], on(cast, case, "rasmus"), cast["jonas"], "x")


def test_an_excluded_person_is_given_nothing(cast, case):
    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "i familie")

    with pytest.raises(Invalid):
        access.grant(cast["solveig"], on(cast, case), cast["jonas"], "x")


def test_a_resource_person_who_is_given_access_coordinates_there(cast, case):
    """On cases they take part in they assess, assign and send requests, and release what is held back."""
    access.grant(cast["solveig"], on(cast, case), cast["ruth"], "Rikke er syg")

    assert {Action.TASK_ASSIGN, Action.REQUEST_RELEASE} <= opened(cast["ruth"], case).allowed[1]


@pytest.mark.parametrize("name", ["admin", "dorte"])
def test_who_keeps_the_house_or_its_log_is_let_onto_no_case(cast, case, name):
    """SEC-02."""
    task = a_task(case)

    with pytest.raises(Invalid, match="ser ingen sager"):
        access.grant(cast["solveig"], on(cast, case), cast[name], "x")
    with pytest.raises(Invalid, match="ser ingen sager"):
        tasks.assign(cast["solveig"], task_for(cast["solveig"], task.ref, Action.TASK_ASSIGN), cast[name], None, 1)
    assert cast[name].ref not in {value.partition(":")[2] for value, *_ in owners.choices(case)}
    assert cast[name].ref not in {ref for ref, *_ in meeting_pages.staff(case).choices}


def test_access_ends_at_the_next_request(cast, case):
    relation = Relation.get(Relation.case == case, Relation.person == cast["rasmus"])

    ending.end(cast["solveig"], on(cast, case), relation.ref)

    with pytest.raises(NotFound):
        opened(cast["rasmus"], case)


def test_the_tovholder_is_never_taken_off(cast, case):
    relation = Relation.get(Relation.case == case, Relation.kind == "primary-contact")

    with pytest.raises(Invalid):
        ending.end(cast["rikke"], on(cast, case, "rikke"), relation.ref)


def test_a_relation_of_another_case_is_not_found(cast, case):
    other = a_case(cast, code="P9R4T")
    relation = Relation.get(Relation.case == other, Relation.kind == "participant")

    with pytest.raises(NotFound):
        ending.end(cast["solveig"], on(cast, case), relation.ref)


# ── the tovholder ───────────────────────────────────────────────────────────────────────────────────


def test_the_reporter_accepts_and_the_resource_person_stays(cast):
    case = suspicions.take(cast["rikke"], report(cast).ref)

    contact.accept(cast["solveig"], on(cast, case))

    assert ties(case, "primary-contact") == ["solveig"]
    assert ties(case, "resource") == ["rikke"]
    assert ties(case, "participant") == []


def test_what_the_one_before_owed_as_tovholder_is_the_new_ones(cast):
    case = suspicions.take(cast["rikke"], report(cast).ref)

    contact.accept(cast["solveig"], on(cast, case))

    owners = {task.assignee.username for task in Task.select().where(Task.case == case, Task.assignee.is_null(False))}
    assert owners == {"solveig"}


def test_who_declines_changes_nothing_but_the_question(cast):
    case = suspicions.take(cast["rikke"], report(cast).ref)

    contact.decline(cast["solveig"], case.ref)

    assert ties(case, "primary-contact") == ["rikke"]
    assert Case.get_by_id(case.ref).offered_to is None


def test_nobody_answers_what_another_was_asked(cast):
    case = suspicions.take(cast["rikke"], report(cast).ref)

    with pytest.raises(NotAllowed):
        contact.accept(cast["rikke"], on(cast, case, "rikke"))


def test_a_tovholder_who_is_no_resource_person_stays_as_participant(cast, case):
    contact.offer(cast["solveig"], on(cast, case), cast["jonas"], "Alt er aftalt")

    contact.accept(cast["jonas"], asked(cast["jonas"], case))

    assert ties(case, "primary-contact") == ["jonas"]
    assert "solveig" in ties(case, "participant")


def test_who_is_asked_sees_the_offer_and_not_the_case_and_gets_a_letter(cast, case):
    a_task(case)
    contact.offer(cast["solveig"], on(cast, case), cast["jonas"], "Alt er aftalt")

    offer = offers.opened(cast["jonas"], case.ref)

    assert (offer.asker, offer.note, offer.open_tasks) == (cast["solveig"], "Alt er aftalt", 1)
    assert not policy.visible_cases(cast["jonas"]).exists()
    with pytest.raises(NotFound):
        opened(cast["jonas"], case)
    assert [row.person.username for row in OutboxLetter.select().where(OutboxLetter.kind == "contact-offered")] == [
        "jonas"
    ]


def test_an_offer_that_was_declined_is_over(cast, case):
    offered = contact.offer(cast["solveig"], on(cast, case), cast["jonas"], "Alt er aftalt")
    jonas = asked(cast["jonas"], offered)
    contact.decline(cast["jonas"], case.ref)

    with pytest.raises(Conflict):
        contact.accept(cast["jonas"], jonas)


def test_saying_yes_twice_changes_nothing_more(cast, case):
    jonas = asked(cast["jonas"], contact.offer(cast["solveig"], on(cast, case), cast["jonas"], "Alt er aftalt"))
    contact.accept(cast["jonas"], jonas)
    before, events = Case.get_by_id(case.ref).version, Event.select().count()

    contact.accept(cast["jonas"], jonas)
    contact.accept(cast["jonas"], opened(cast["jonas"], case))

    assert (Case.get_by_id(case.ref).version, Event.select().count()) == (before, events)
    assert ties(case, "primary-contact") == ["jonas"]


def test_a_resource_person_does_not_hand_over_for_the_tovholder(cast, case):
    with pytest.raises(NotAllowed):
        contact.offer(cast["rikke"], on(cast, case, "rikke"), cast["jonas"], "Alt er aftalt")


def test_a_resource_person_who_is_tovholder_hands_over(cast):
    case = a_case(cast, people=[("rikke", "primary-contact"), ("rikke", "resource")])

    contact.offer(cast["rikke"], on(cast, case, "rikke"), cast["jonas"], "Alt er aftalt")

    assert Case.get_by_id(case.ref).offered_to == cast["jonas"]


def test_an_offer_is_over_when_the_case_is_closed(cast, case):
    contact.offer(cast["solveig"], on(cast, case), cast["jonas"], "Alt er aftalt")
    with begin():
        Case.update(closed_at=case.reported_at, phase="closed").where(Case.ref == case.ref).execute()

    assert not Case.select().where(policy.is_asked_to_coordinate(cast["jonas"])).exists()
    with pytest.raises(NotFound):
        asked(cast["jonas"], case)


@pytest.mark.parametrize(("name", "is_told"), [("solveig", True), ("rikke", True), ("rasmus", False)])
def test_why_someone_is_excluded_is_for_who_sets_exclusions(cast, case, name, is_told):
    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "ZQX er hans bror")

    [shown] = access_page.of_case(cast[name], on(cast, case, name)).exclusions
    told = [
        change.after for entry in history.of_case(cast[name], on(cast, case, name)).rows for change in entry.changes
    ]

    assert (shown.person, shown.reason) == (cast["jonas"], "ZQX er hans bror" if is_told else None)
    assert ("ZQX er hans bror" in told) == is_told


def test_why_someone_is_inhabil_is_for_the_manager_alone(cast, case):
    impartiality.declare(cast["rasmus"], on(cast, case, "rasmus"), "ZQX er min bror")

    [shown] = access_page.of_case(cast["solveig"], on(cast, case)).exclusions

    assert (shown.person, shown.reason, shown.is_explained) == (cast["rasmus"], None, False)


@pytest.mark.parametrize("name", ["solveig", "ulla"])
def test_neither_the_tovholder_nor_an_excluded_person_is_asked(cast, case, name):
    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["ulla"], "i familie")

    with pytest.raises(Invalid):
        contact.offer(cast["solveig"], on(cast, case), cast[name], "Alt er aftalt")


# ── spærring ────────────────────────────────────────────────────────────────────────────────────────


def test_an_excluded_person_is_gone_at_the_next_request(cast, case):
    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["rasmus"], "i familie")

    with pytest.raises(NotFound):
        opened(cast["rasmus"], case)
    assert ties(case, "participant") == []


def test_the_tovholder_is_not_excluded_before_another_is_chosen(cast, case):
    with pytest.raises(Invalid) as refused:
        exclusions.exclude_person(cast["rikke"], on(cast, case, "rikke"), cast["solveig"], "i familie")

    assert refused.value.field == "excluded"
    assert ties(case, "primary-contact") == ["solveig"]


def test_nor_is_the_tovholders_department(cast, case):
    with pytest.raises(Invalid):
        exclusions.exclude_department(
            cast["rikke"], on(cast, case, "rikke"), department("arbejdsmarkedsservice"), "part ansat"
        )


def test_an_excluded_persons_tasks_are_nobodys(cast, case):
    task = a_task(case, assignee=cast["jonas"])

    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "i familie")

    assert Task.get_by_id(task.ref).assignee is None
    with pytest.raises(NotFound):
        task_for(cast["jonas"], task.ref, Action.TASK_READ)


def test_an_excluded_handlers_request_waits_in_the_queue_again(cast, case):
    sent = a_request(cast["solveig"], case)
    Request.update(handler=cast["jonas"], status="taken").where(Request.ref == sent.ref).execute()

    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "i familie")

    now = Request.get_by_id(sent.ref)
    assert (now.status, now.handler) == ("sent", None)
    with pytest.raises(NotFound):
        request_for(cast["jonas"], sent.ref, Action.REQUEST_READ)


def test_a_request_to_an_excluded_department_comes_back(cast, case):
    sent = a_request(cast["solveig"], case)

    exclusions.exclude_department(cast["solveig"], on(cast, case), department("jobcenter"), "part ansat")

    assert Request.get_by_id(sent.ref).status == "returned"


def exclude_the_department(cast, case):
    exclusions.exclude_department(cast["solveig"], on(cast, case), department("jobcenter"), "part ansat")


def exclude_the_handler(cast, case):
    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "i familie")


def restrict_the_case(cast, case):
    restriction.restrict(cast["solveig"], on(cast, case), on(cast, case).version)


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (exclude_the_department, {}),
        (exclude_the_handler, {"named": "jonas", "party_works_there": "yes"}),
        (restrict_the_case, {}),
    ],
    ids=["department", "named-person", "restricted"],
)
def test_the_task_of_a_request_that_came_back_is_the_askers_to_go_on_with(cast, case, do, said):
    sent = a_request(cast["solveig"], case, **said | ({"named": cast[said["named"]]} if said else {}))
    assert task_of(sent).status == TaskStatus.WAITING

    do(cast, case)

    assert Request.get_by_id(sent.ref).status == "returned"
    assert task_of(sent).status == TaskStatus.ACTIVE
    assert letters("request-returned") == ["solveig"]
    assert letters("request-new") == []


def test_a_request_that_came_back_is_told_to_the_tovholder_once_its_asker_has_left(cast, case):
    sent = a_request(cast["rikke"], case)
    ending.end(cast["solveig"], on(cast, case), Relation.get(Relation.person == cast["rikke"]).ref)

    exclude_the_department(cast, case)

    assert task_of(sent).status == TaskStatus.ACTIVE
    assert letters("request-returned") == ["solveig"]


def test_a_request_that_the_department_sent_back_before_is_not_told_of_again(cast, case):
    sent = a_request(cast["solveig"], case)
    answers.send_back(cast["jonas"], asked_of(cast["jonas"], sent), "Ikke os", None, sent.version)

    exclude_the_department(cast, case)

    assert Request.get_by_id(sent.ref).status == "returned"
    assert OutboxLetter.select().where(OutboxLetter.kind == "request-returned").count() == 1


def a_meeting(cast, case, *names: str) -> Meeting:
    """A meeting in six days in which these take part, each with a reminder."""
    starts = time.now() + timedelta(days=6)
    with begin():
        meeting = insert(
            Meeting, case=case, kind="follow-up", party="staff", starts_at=starts, ends_at=starts + timedelta(hours=1),
            wall_start="2026-11-26T10:00", zone="Europe/Copenhagen", status="planned", by=cast["solveig"],
            created_at=time.now(),
        )  # fmt: skip
        for name in names:
            insert(Participant, meeting=meeting, person=cast[name], added_at=time.now())
            insert(Reminder, kind="meeting-ahead", case=case, meeting=meeting, person=cast[name], due_at=starts,
                   created_at=time.now())  # fmt: skip
    return meeting


def test_unsent_letters_and_reminders_to_an_excluded_person_are_withdrawn(cast, case):
    a_meeting(cast, case, "jonas", "solveig")
    with begin():
        outbox.put(LetterKind.TASK_ASSIGNED, cast["jonas"], key="k", about=case)

    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "i familie")

    assert OutboxLetter.get(OutboxLetter.person == cast["jonas"]).void_at
    assert Reminder.get(Reminder.person == cast["jonas"]).void_at
    assert Reminder.get(Reminder.person == cast["solveig"]).void_at is None


def test_what_reminds_one_who_takes_part_alone_and_is_excluded_goes_to_the_tovholder(cast, case):
    meeting = a_meeting(cast, case, "jonas")

    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "i familie")

    reminders.owe_due(meeting.starts_at)
    assert set(letters("meeting-reminder")) == {"solveig"}


def test_an_excluded_person_takes_part_in_no_meeting_to_come(cast, case):
    meeting = a_meeting(cast, case, "jonas")

    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "i familie")

    assert Participant.get(Participant.person == cast["jonas"]).removed_at
    with pytest.raises(NotFound):
        meeting_for(cast["jonas"], meeting.ref, Action.MEETING_READ)


def test_who_was_asked_to_be_tovholder_and_is_excluded_is_asked_no_more(cast, case):
    contact.offer(cast["solveig"], on(cast, case), cast["jonas"], "Alt er aftalt")

    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "i familie")

    assert Case.get_by_id(case.ref).offered_to is None
    with pytest.raises(NotFound):
        opened(cast["jonas"], case)


def test_an_exclusion_set_twice_is_one(cast, case):
    for _ in range(2):
        exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "i familie")

    assert Exclusion.select().count() == 1


def test_lifting_an_exclusion_gives_nobody_access(cast, case):
    made = exclusions.exclude_person(cast["solveig"], on(cast, case), cast["rasmus"], "i familie")

    exclusions.lift(cast["solveig"], on(cast, case), made.ref, "Det var en anden af samme navn")

    assert cast["rasmus"].ref not in access.excluded_persons(case.ref)
    with pytest.raises(NotFound):
        opened(cast["rasmus"], case)


def test_a_participant_excludes_nobody(cast, case):
    with pytest.raises(NotAllowed):
        exclusions.exclude_person(cast["rasmus"], on(cast, case, "rasmus"), cast["jonas"], "x")


def test_the_reason_of_an_exclusion_is_sealed_and_told_in_an_event(cast, case):
    exclusions.exclude_person(cast["solveig"], on(cast, case), cast["jonas"], "gift med parten")

    event = Event.get(Event.action == "access:excluded")
    assert event.changes["reason"] == [None, "gift med parten"]
    assert b"gift" not in bytes(event.__data__["changes"])


# ── named persons only ──────────────────────────────────────────────────────────────────────────────


def test_a_restricted_case_is_taken_out_of_every_queue(cast, case):
    task = a_task(case, department=department("jobcenter"), due_on=date(2026, 11, 25))
    sent = a_request(cast["solveig"], case)

    restriction.restrict(cast["solveig"], on(cast, case), on(cast, case).version)

    assert Task.get_by_id(task.ref).department is None
    assert Request.get_by_id(sent.ref).status == "returned"


def test_a_case_that_is_no_longer_restricted_can_be_asked_of_a_queue_again(cast, case):
    restriction.restrict(cast["solveig"], on(cast, case), on(cast, case).version)

    opened = restriction.unrestrict(cast["solveig"], on(cast, case), on(cast, case).version)

    assert not opened.restricted
    assert a_request(cast["solveig"], case).named_id is None


def test_a_stale_page_restricts_nothing(cast, case):
    with pytest.raises(Conflict):
        restriction.restrict(cast["solveig"], on(cast, case), 0)


def test_everyone_with_access_is_listed_with_reason_and_since_when(cast, case):
    access.grant(cast["solveig"], on(cast, case), cast["jonas"], "Kender borgeren")

    rows = access_page.of_case(cast["rasmus"], on(cast, case, "rasmus")).relations

    given = next(row for row in rows if row.person == cast["jonas"])
    assert (given.reason, given.given_by.name) == ("Kender borgeren", "Solveig Sand")
    assert isinstance(given.from_at, datetime)


def test_an_unclaimed_suspicion_lets_nobody_exclude(cast):
    case = report(cast)

    with pytest.raises(NotAllowed):
        exclusions.exclude_person(
            cast["rikke"], case_for(cast["rikke"], case.ref, Action.CASE_READ), cast["jonas"], "x"
        )
