"""What runs out on a case: the tovholder is told once, in time, and not of what no longer holds."""

from datetime import date, datetime

import pytest

from skanderborg import clock as time
from skanderborg.domain import ticks
from skanderborg.domain.reminders import deadlines, tick
from skanderborg.kinds import DeadlineKind, PartyRole, Phase
from skanderborg.store.cases import Case, Party
from skanderborg.store.db import begin, insert
from skanderborg.store.outbox import Tick
from skanderborg.store.work import Deadline
from tests.made import a_case, letters


@pytest.fixture
def party(case):
    with begin():
        return insert(Party, case=case.ref, role=PartyRole.CITIZEN, name="ZQX Alma", created_at=time.now())


def plan(party, runs_out_on):
    with begin():
        deadlines.plan(DeadlineKind.ADDRESS_EXPIRES, party, runs_out_on)


def test_the_tovholder_is_told_thirty_days_before(party, clock):
    clock.move_to(datetime(2026, 11, 20, 9, 0))
    plan(party, date(2027, 2, 15))

    row = Deadline.get()
    assert time.long_moment(row.due_at) == "fredag 15. januar 2027 kl. 08.00"


def test_a_day_on_which_nobody_works_is_moved_back(party, clock):
    clock.move_to(datetime(2026, 11, 20, 9, 0))
    plan(party, date(2027, 2, 16))  # thirty days before is a Saturday

    assert time.long_moment(Deadline.get().due_at) == "fredag 15. januar 2027 kl. 08.00"


def test_with_less_time_left_the_next_working_morning_will_do(party, clock):
    clock.move_to(datetime(2026, 11, 20, 9, 0))
    plan(party, date(2026, 11, 30))

    assert time.long_moment(Deadline.get().due_at) == "mandag 23. november kl. 08.00"


def test_what_has_run_out_reminds_nobody(party, clock):
    clock.move_to(datetime(2026, 11, 20, 9, 0))
    plan(party, date(2026, 11, 19))

    assert Deadline.select().count() == 0


def test_the_letter_is_owed_once_however_often_the_tick_runs(party, clock):
    clock.move_to(datetime(2026, 11, 20, 9, 0))
    plan(party, date(2026, 11, 30))
    clock.move_to(datetime(2026, 11, 23, 8, 0))

    owed = [deadlines.owe_due(time.now()), deadlines.owe_due(time.now())]

    assert owed == [1, 0]
    assert letters("case-deadline") == ["solveig"]


def test_a_new_date_takes_the_place_of_the_old_one(party, clock):
    clock.move_to(datetime(2026, 11, 20, 9, 0))
    plan(party, date(2026, 11, 30))

    plan(party, date(2027, 11, 30))

    clock.move_to(datetime(2026, 11, 23, 8, 0))
    assert deadlines.owe_due(time.now()) == 0


def test_a_closed_case_reminds_nobody(party, clock):
    clock.move_to(datetime(2026, 11, 20, 9, 0))
    plan(party, date(2026, 11, 30))
    clock.move_to(datetime(2026, 11, 23, 8, 0))
    with begin():
        Case.update(phase=Phase.CLOSED, closed_at=time.now()).where(Case.ref == party.case_id).execute()

    assert deadlines.owe_due(time.now()) == 0


@pytest.fixture
def poisoned(party, cast, monkeypatch):
    """The deadline of the first case fails whenever it is tried; the second case's falls due later on the same day."""
    other = a_case(cast, "OTHER", people=(("rasmus", "primary-contact"),))
    with begin():
        later = insert(Party, case=other.ref, role=PartyRole.CITIZEN, name="ZQX Bo", created_at=time.now())
    plan(party, date(2026, 11, 30))
    plan(later, date(2026, 11, 30))
    Deadline.update(due_at=time.now()).where(Deadline.case == party.case_id).execute()
    put = deadlines.outbox.put

    def fails(kind, to, **rest):
        if to.username == "solveig":
            raise RuntimeError("ZQX")
        return put(kind, to, **rest)

    monkeypatch.setattr(deadlines.outbox, "put", fails)
    return lambda: monkeypatch.setattr(deadlines.outbox, "put", put)


def test_one_deadline_that_fails_keeps_no_other_and_says_so_itself(poisoned, clock):
    now = clock.move_to(datetime(2026, 11, 23, 8, 0))

    deadlines.owe_due(now)

    assert letters("case-deadline") == ["rasmus"]
    assert [row.failure for row in Deadline.select().where(Deadline.failure.is_null(False))] == ["RuntimeError"]


def test_a_deadline_that_failed_is_tried_again_and_forgets_why(poisoned, clock):
    now = clock.move_to(datetime(2026, 11, 23, 8, 0))
    deadlines.owe_due(now)

    poisoned()
    deadlines.owe_due(now)

    assert letters("case-deadline") == ["rasmus", "solveig"]
    assert not Deadline.select().where(Deadline.failure.is_null(False)).exists()


def test_what_failed_before_never_crowds_out_the_others(poisoned, clock, monkeypatch):
    monkeypatch.setattr(tick, "OWED_AT_ONCE", 1)
    now = clock.move_to(datetime(2026, 11, 23, 8, 0))

    for _ in range(2):
        deadlines.owe_due(now)

    assert letters("case-deadline") == ["rasmus"]


def test_a_deadline_that_fails_does_not_stop_the_heartbeat(poisoned, clock):
    clock.move_to(datetime(2026, 11, 23, 8, 0))

    ticks.owe()

    assert Tick.get(Tick.name == "worker").at == time.now()
