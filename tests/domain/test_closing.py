"""Closing shows what is open; opening again keeps code and history and asks about safety (SC-02, D-02)."""

from datetime import date, datetime, timedelta

import pytest

from skanderborg import clock as time
from skanderborg.domain import notes, parties, ticks
from skanderborg.domain.cases import phases
from skanderborg.domain.requests import answers
from skanderborg.errors import Invalid
from skanderborg.kinds import Outcome, PartyRole, Protection
from skanderborg.store.cases import Case, PhaseMove
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.work import Meeting, Request, Task
from tests.made import a_request, a_task, asked_of, letters, opened


def left(cast, case):
    return phases.unfinished(cast["solveig"], opened(cast["solveig"], case))


def close(cast, case, anyway=None):
    seen = opened(cast["solveig"], case)
    return phases.close(cast["solveig"], seen, "Det er slut", anyway, seen.version)


def reopen(cast, case):
    seen = opened(cast["solveig"], case)
    return phases.reopen(cast["solveig"], seen, "Det er begyndt igen", seen.version)


def a_meeting(case, cast):
    with begin():
        insert(
            Meeting, case=case, kind="follow-up", party="staff", starts_at=time.now() + timedelta(days=2), zone="x",
            wall_start="2026-11-22T09:00", ends_at=time.now() + timedelta(days=2, hours=1), status="planned",
            by=cast["rikke"], created_at=time.now(),
        )  # fmt: skip


def test_everything_that_is_not_over_is_shown(cast, case):
    a_task(case, must=True)
    a_meeting(case, cast)
    notes.write(cast["solveig"], opened(cast["solveig"], case), "Samtale", "Ring mandag")
    paused, answered = (a_request(cast["solveig"], case, to=key) for key in ("jobcenter", "boern-unge"))
    Request.update(frozen_at=time.now()).where(Request.ref == paused.ref).execute()
    theirs = asked_of(cast["ulla"], answered)
    answers.answer(cast["ulla"], theirs, "Ja", Outcome.DONE, theirs.version)

    found = left(cast, case)

    assert (found.musts, found.requests, found.frozen, found.unread, found.meetings) == (1, 1, 1, 1, 1)
    assert found.unjournalised == 2


def test_nothing_left_is_said_so(cast, case):
    assert left(cast, case).is_empty


def test_a_meeting_to_come_wants_a_reason(cast, case):
    a_meeting(case, cast)

    with pytest.raises(Invalid) as refused:
        close(cast, case)

    assert refused.value.field == "anyway"
    assert close(cast, case, "Mødet er aflyst på telefon").closed_at


def test_what_lacks_the_journal_is_shown_and_keeps_nothing_open(cast, case):
    notes.write(cast["solveig"], opened(cast["solveig"], case), "Samtale", "Ring mandag")

    assert close(cast, case).closed_at


def test_a_case_that_is_opened_again_asks_about_safety_the_same_day(cast, case):
    """D-02: the assessment that is always step 1 is asked for again."""
    a_task(case, kind="safety", box="safety", assignee=cast["solveig"], assessed_on=date(2026, 11, 1),
           due_on=date(2026, 12, 1), status="active", must=True)  # fmt: skip
    close(cast, case, "Aftalt")

    reopen(cast, case)

    assert Task.get(Task.kind == "safety").due_on == date(2026, 11, 20)


def test_code_and_history_are_the_same_after_closing_and_opening_again(cast, case):
    close(cast, case)
    again = reopen(cast, case)

    moves = [(move.from_phase, move.to_phase) for move in PhaseMove.select().order_by(PhaseMove.at)]
    assert (again.ref, again.code, again.phase) == (case.ref, "K7F3Q", "further-action")
    assert moves == [("further-action", "closed"), ("closed", "further-action")]
    written = Event.select().where(Event.chain == f"case:{case.ref}", Event.is_write).order_by(Event.number)
    assert [event.action for event in written] == ["case:closed", "case:reopened"]
    assert Case.select().count() == 1


def test_what_fell_due_while_the_case_was_closed_is_said_at_once_when_it_is_opened_again(cast, case, clock):
    """A department still owes its answer, and a protected address runs out."""
    a_request(cast["solveig"], case)
    mine = opened(cast["solveig"], case)
    citizen = parties.add(cast["solveig"], mine, PartyRole.CITIZEN, parties.Details(name="Mette Madeup"))
    until = parties.Details(name="Mette Madeup", protection=Protection.ORDINARY, protection_until=date(2027, 1, 4))
    parties.describe(cast["solveig"], opened(cast["solveig"], case), citizen, until, citizen.version)
    close(cast, case, "Aftalt")
    clock.move_to(datetime(2026, 12, 9, 9, 0))
    ticks.owe()
    silent = letters("request-overdue") + letters("case-deadline")

    reopen(cast, case)
    ticks.owe()

    assert silent == []
    assert letters("request-overdue").count("jonas") == 1
    assert letters("case-deadline") == ["solveig"]
    assert letters("request-reminder") == []
