"""No reason is dropped with a word of success: who was slower is told, and keeps the words (REL-11, REL-12)."""

from datetime import date, time

import pytest

from skanderborg.domain import access, assessment, incidents, links, meetings, parties, tasks
from skanderborg.domain.access import exclusions
from skanderborg.domain.cases import phases
from skanderborg.domain.incidents import corrections
from skanderborg.domain.police import orders
from skanderborg.domain.requests import answers
from skanderborg.domain.safety import warning_notes
from skanderborg.domain.sharing import consents
from skanderborg.errors import TooLate
from skanderborg.kinds import (
    ConclusionKind,
    ConsentWay,
    LinkKind,
    MeetingKind,
    MeetingStatus,
    MeetingWith,
    OrderKind,
    PartyRole,
    Phase,
)
from skanderborg.policy import Action, meeting_for, request_for
from skanderborg.store.db import begin
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.record import Conclusion
from skanderborg.store.work import Meeting, Participant
from tests.domain.test_incidents import said
from tests.made import a_case, a_request, a_task, opened, seen

TODAY = date(2026, 11, 20)
WHEN = meetings.When(date(2026, 11, 26), time(10), time(11))


def a_meeting(cast, case, *taking_part):
    made = meetings.plan(
        cast["solveig"], opened(cast["solveig"], case), WHEN, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF,
        place=None, agenda=None, participants=[cast[name] for name in taking_part or ("solveig",)],
    )  # fmt: skip
    return lambda name: meeting_for(cast[name], made.ref, Action.MEETING_PLAN)


def cancel(cast, case):
    found = a_meeting(cast, case)
    return lambda name, why: meetings.cancel(cast[name], found(name), why, 1)


def withdraw(cast, case):
    asked = a_request(cast["solveig"], opened(cast["solveig"], case))
    return lambda name, why: answers.withdraw(
        cast[name], seen_request(cast[name], asked), why, seen_request(cast[name], asked).version
    )


def seen_request(person, request):
    return request_for(person, request.ref, Action.REQUEST_OWN)


def strike(cast, case):
    row = incidents.record(cast["solveig"], opened(cast["solveig"], case), said())
    return lambda name, why: corrections.strike(
        cast[name], incidents.one(cast[name], opened(cast[name], case), row.ref), why, 1
    )


def restore(cast, case):
    row = incidents.record(cast["solveig"], opened(cast["solveig"], case), said())
    struck = corrections.strike(
        cast["solveig"], incidents.one(cast["solveig"], opened(cast["solveig"], case), row.ref), "x", 1
    )
    return lambda name, why: corrections.restore(
        cast[name], incidents.one(cast[name], opened(cast[name], case), row.ref), why, struck.version
    )


def not_relevant(cast, case):
    task = a_task(case, assignee=cast["solveig"])
    return lambda name, why: tasks.not_relevant(cast[name], seen(cast[name], task, Action.TASK_WORK), why, 1)


def end_order(cast, case):
    made = orders.record(
        cast["solveig"],
        opened(cast["solveig"], case),
        kind=OrderKind.TILHOLD,
        from_on=TODAY,
        to_on=date(2027, 5, 1),
        area=None,
        journal_number=None,
    )
    return lambda name, why: orders.end(
        cast[name], orders.one(cast[name], opened(cast[name], case), made.ref), TODAY, why, 1
    )


def close(cast, case):
    return lambda name, why: phases.close(cast[name], opened(cast[name], case), why, "Alt er aftalt", 1)


def reopen(cast, case):
    phases.close(cast["solveig"], opened(cast["solveig"], case), "Slut", "Alt er aftalt", 1)
    return lambda name, why: phases.reopen(cast[name], opened(cast[name], case), why, 2)


def move(cast, case):
    return lambda name, why: phases.move(cast[name], opened(cast[name], case), Phase.FOLLOW_UP, why, 1)


def exclude(cast, case):
    return lambda name, why: exclusions.exclude_person(cast[name], opened(cast[name], case), cast["ulla"], why)


def grant(cast, case):
    return lambda name, why: access.grant(cast[name], opened(cast[name], case), cast["ulla"], why, is_confirmed=True)


def link(cast, case):
    a_case(cast, code="M2D8H")
    return lambda name, why: links.make(
        cast[name], opened(cast[name], case), "M2D8H", LinkKind.SAME_PERSON, why, key=f"{name}{why}"
    )


def take_back_consent(cast, case):
    made = consents.give(
        cast["solveig"], opened(cast["solveig"], case), consents.Given("Alt", ConsentWay.SPOKEN, TODAY), key="k"
    )
    return lambda name, why: consents.withdraw(
        cast[name], consents.one(cast[name], opened(cast[name], case), made.ref), TODAY, why, 1
    )


VERBS = [cancel, withdraw, strike, restore, not_relevant, end_order, close, reopen, move, exclude, grant, link,
         take_back_consent]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_who_was_slower_with_another_reason_is_told(cast, case, verb):
    act = verb(cast, case)
    act("solveig", "Den første grund.")

    with pytest.raises(TooLate):
        act("rikke", "En helt anden grund.")


@pytest.mark.parametrize("verb", VERBS)
def test_the_same_said_twice_by_one_is_said_once(cast, case, verb):
    act = verb(cast, case)

    act("solveig", "Den første grund.")
    act("solveig", "Den første grund.")


@pytest.mark.parametrize("what", ["party", "warning"])
def test_who_takes_out_what_another_took_out_is_told(cast, case, what):
    me = cast["solveig"]
    mine = opened(me, case)
    if what == "party":
        made = parties.add(me, mine, PartyRole.RELATIVE, parties.Details(name="x"), key="k")
        parties.take_out(me, mine, made, "Den første grund.", 1)
        look_up = parties.get
    else:
        made = warning_notes.write(me, mine, "x", date(2026, 12, 1), key="k")
        warning_notes.end(me, mine, made, "Den første grund.", 1)
        look_up = warning_notes.get

    with pytest.raises(TooLate):
        look_up(cast["rikke"], opened(cast["rikke"], case), made.ref)


# ── conclusions ─────────────────────────────────────────────────────────────────────────────────────


def conclude(cast, case, name, reason, seen_conclusion):
    return assessment.conclude(
        cast[name], opened(cast[name], case), ConclusionKind.UNCLEAR, reason, 0, seen_conclusion, key=f"{name}{reason}"
    )


def test_nobody_concludes_past_a_conclusion_they_have_not_read(cast, case):
    conclude(cast, case, "solveig", "Først", 0)

    with pytest.raises(TooLate):
        conclude(cast, case, "rikke", "Sidst", 0)

    conclude(cast, case, "rikke", "Sidst", 1)
    assert Conclusion.select().count() == 2


def test_the_slower_conclusion_is_given_back_beside_the_first(cast, case, visit):
    path = f"/sager/{case.ref}/vurdering"
    rikke = visit("rikke")
    rikke.get(path)
    conclude(cast, case, "solveig", "Først kom jeg.", 0)

    answer = rikke.post(path, conclusion="stalking", reason="Mine ord.", version="0", seen_last="0")

    assert answer.status_code == 409
    assert "Mine ord." in answer.text
    assert "Først kom jeg." in answer.text


# ── meetings ────────────────────────────────────────────────────────────────────────────────────────


def test_closing_a_case_cancels_its_meetings_to_come_and_tells_everyone(cast, case):
    a_meeting(cast, case, "solveig", "rikke")
    with begin():
        OutboxLetter.delete().execute()

    phases.close(cast["solveig"], opened(cast["solveig"], case), "Slut", "Alt er aftalt", 1)

    assert Meeting.get().status == MeetingStatus.CANCELLED
    told = OutboxLetter.select().where(OutboxLetter.kind == "meeting-cancelled", OutboxLetter.void_at.is_null())
    assert {letter.person_id for letter in told} == {cast["solveig"].ref, cast["rikke"].ref}


def test_a_meeting_is_never_left_without_a_participant(cast, case):
    a_meeting(cast, case, "rasmus")

    exclusions.exclude_person(cast["solveig"], opened(cast["solveig"], case), cast["rasmus"], "Er part")

    now = Participant.select().where(Participant.removed_at.is_null())
    assert [one.person_id for one in now] == [cast["solveig"].ref]
    invited = OutboxLetter.select().where(OutboxLetter.kind == "meeting-invitation", OutboxLetter.void_at.is_null())
    assert cast["solveig"].ref in {letter.person_id for letter in invited}
