"""No step that an udøver notices before someone has assessed that the exposed person is safe (D-14)."""

from datetime import date, time

import pytest

from skanderborg import content
from skanderborg.domain import meetings, parties, referrals
from skanderborg.domain.meetings import When
from skanderborg.domain.requests import sending
from skanderborg.domain.tasks import safety
from skanderborg.errors import Invalid
from skanderborg.kinds import MeetingKind, MeetingWith, PartyRole, ReferralWay
from skanderborg.store.cases import Case
from skanderborg.store.events import Event
from skanderborg.store.work import Meeting, Referral, Request
from tests.made import a_case, a_draft, a_task, opened

TODAY = date(2026, 11, 20)


@pytest.fixture
def case(cast):
    return a_case(cast, citizen_role="perpetrator")


def refer(cast, case, anyway=None, place="dsc-perpetrator"):
    contacted = {
        "organisation": place,
        "way": ReferralWay.NUMBER_GIVEN,
        "on": TODAY,
        "consents": False,
        "result": None,
        "anyway": anyway,
    }
    return referrals.record(cast["solveig"], opened(cast["solveig"], case), **contacted)


def meet(cast, case, anyway=None, party=MeetingWith.CITIZEN):
    return meetings.plan(
        cast["solveig"], opened(cast["solveig"], case), When(date(2026, 11, 26), time(10), time(11)),
        kind=MeetingKind.FOLLOW_UP, party=party, place=None, agenda=None, participants=[cast["solveig"]],
        anyway=anyway,
    )  # fmt: skip


def ask(cast, case, anyway=None):
    return sending.send(cast["solveig"], opened(cast["solveig"], case), a_draft(anyway=anyway))


def assessed(case, on=TODAY):
    a_task(case, kind="safety", box="safety", assessed_on=on, status="active")


@pytest.mark.parametrize("step", [refer, meet, ask])
def test_a_step_that_alerts_is_refused_before_safety_is_assessed(cast, case, step):
    with pytest.raises(Invalid) as warned:
        step(cast, case)

    assert warned.value.field == "anyway"
    assert "aftal med ressourcepersonen først" in str(warned.value)
    assert not any(model.select().exists() for model in (Referral, Meeting, Request))


@pytest.mark.parametrize("step", [refer, meet, ask])
def test_it_is_taken_with_a_reason_that_is_written_down(cast, case, step):
    step(cast, case, "Aftalt med Rikke i dag")

    event = Event.get(Event.action == "case:alerted-anyway")
    assert event.changes == {"reason": [None, "Aftalt med Rikke i dag"]}


@pytest.mark.parametrize("step", [refer, meet, ask])
def test_once_assessed_nothing_more_is_asked(cast, case, step):
    assessed(case)

    step(cast, case)

    assert not Event.select().where(Event.action == "case:alerted-anyway").exists()


def test_an_assessment_from_before_the_case_was_opened_again_is_too_old(cast, case):
    assessed(case, date(2026, 10, 1))
    Case.update(reopened_at=case.reported_at).where(Case.ref == case.ref).execute()

    assert safety.may_alert(opened(cast["solveig"], case))


def test_a_meeting_of_the_staff_alerts_nobody(cast, case):
    assert meet(cast, case, party=MeetingWith.STAFF).ref


def test_an_exposed_person_is_helped_without_that_question(cast):
    case = a_case(cast, code="P9R4T")

    assert refer(cast, case, place="dsc").ref


def test_the_line_of_the_exposed_is_no_place_for_an_udoever(cast, case):
    """D-14: the wrong number is the wrong help."""
    assessed(case)

    with pytest.raises(Invalid):
        refer(cast, case, place="dsc")
    assert [entry.key for entry in referrals.organisations(opened(cast["solveig"], case))] == ["dsc-perpetrator"]


@pytest.mark.parametrize("field", ["contact", "address", "institution"])
def test_where_the_exposed_one_is_is_never_written_on_an_udoevers_case(cast, case, field):
    with pytest.raises(Invalid):
        parties.add(cast["solveig"], opened(cast["solveig"], case), PartyRole.OPPOSING, parties.Details(**{field: "x"}))


def test_the_first_task_of_an_udoever_is_when_to_inform():
    """D-14: and only after the exposed person's safety is assessed."""
    of_an_udoever = [task for task in content.workflow().values() if "perpetrator" in task.roles]

    assert next(task.id for task in of_an_udoever if task.box == "clarification") == "inform-perpetrator"
