"""Referrals: to whom, how, when; and the task that only a referral closes."""

from datetime import date

import pytest

from skanderborg.domain import referrals, tasks
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import ReferralWay, TaskStatus
from skanderborg.store.events import Event
from skanderborg.store.work import Referral, Task
from tests.made import a_case, asked, opened

TODAY = date(2026, 11, 20)


def refer(cast, case, organisation="dsc", way=ReferralWay.NUMBER_GIVEN, on=TODAY, consents=False, key=None) -> Referral:
    contacted = {"organisation": organisation, "way": way, "on": on, "consents": consents, "result": "Hun ringer selv"}
    return referrals.record(cast["solveig"], opened(cast["solveig"], case), **contacted, key=key)


def offered(cast, **columns) -> set[str]:
    return {entry.key for entry in referrals.organisations(a_case(cast, **columns))}


def test_an_exposed_citizen_is_never_offered_the_perpetrators_line(cast):
    assert offered(cast, citizen_role="exposed") == {"dsc", "police", "lev-uden-vold", "krisecenter", "victim-support"}


def test_a_perpetrator_is_offered_nothing_but_their_own_line(cast):
    assert offered(cast, citizen_role="perpetrator") == {"dsc-perpetrator"}


def test_nothing_for_one_role_is_offered_while_the_role_is_unknown(cast):
    assert offered(cast, citizen_role="unknown") == set()


def test_the_wrong_line_is_refused(cast, case):
    with pytest.raises(Invalid) as refused:
        refer(cast, case, "dsc-perpetrator")
    assert refused.value.field == "organisation"


def test_giving_a_number_needs_no_consent(cast, case):
    assert refer(cast, case).way == ReferralWay.NUMBER_GIVEN


def test_passing_the_contact_on_needs_consent(cast, case):
    with pytest.raises(Invalid) as refused:
        refer(cast, case, way=ReferralWay.PASSED_ON)
    assert refused.value.field == "consents"
    assert refer(cast, case, way=ReferralWay.PASSED_ON, consents=True).way == ReferralWay.PASSED_ON


def test_a_referral_to_come_is_refused(cast, case):
    with pytest.raises(Invalid, match="fremtiden"):
        refer(cast, case, on=date(2026, 11, 21))


@pytest.mark.parametrize("way", [ReferralWay.NUMBER_GIVEN, ReferralWay.DECLINED])
def test_it_closes_the_task_of_its_organisation_and_no_other(cast, case, way):
    tasks.plan(cast["solveig"], opened(cast["solveig"], case))

    refer(cast, case, way=way)

    referred = {row.organisation: row.status for row in Task.select().where(Task.kind == "referral")}
    assert referred == {"dsc": TaskStatus.DONE, "police": TaskStatus.NOT_STARTED}


def test_a_second_referral_to_the_same_place_is_written_down_too(cast, case):
    tasks.plan(cast["solveig"], opened(cast["solveig"], case))
    refer(cast, case)

    assert refer(cast, case).task_id is None
    assert Referral.select().count() == 2


def test_a_form_sent_twice_makes_one_referral(cast, case):
    assert refer(cast, case, key="k").ref == refer(cast, case, key="k").ref


def test_the_same_form_with_other_content_is_told(cast, case):
    refer(cast, case, key="k")

    with pytest.raises(Conflict):
        refer(cast, case, "police", key="k")


def test_a_participant_refers_too_and_a_stranger_never_gets_there(cast, case):
    contacted = {"organisation": "dsc", "way": ReferralWay.NUMBER_GIVEN, "on": TODAY, "consents": False, "result": None}

    assert referrals.record(cast["rasmus"], opened(cast["rasmus"], case), **contacted).by_id == cast["rasmus"].ref
    with pytest.raises(NotFound):
        opened(cast["ulla"], case)


def test_who_was_only_asked_to_be_tovholder_records_none(cast):
    case = a_case(cast, offered_to=cast["ulla"])
    contacted = {"organisation": "dsc", "way": ReferralWay.NUMBER_GIVEN, "on": TODAY, "consents": False, "result": None}

    with pytest.raises(NotAllowed):
        referrals.record(cast["ulla"], asked(cast["ulla"], case), **contacted)


def test_it_leaves_an_event(cast, case):
    made = refer(cast, case)

    assert Event.select().where(Event.action == "referral:recorded", Event.object_ref == made.ref).count() == 1


def test_the_case_lists_its_referrals_the_latest_first(cast, case):
    refer(cast, case, on=date(2026, 11, 18))
    refer(cast, case, "police", on=date(2026, 11, 19))

    listed = referrals.of_case(cast["solveig"], opened(cast["solveig"], case))

    assert [(row.organisation, row.by.name) for row in listed] == [("police", "Solveig Sand"), ("dsc", "Solveig Sand")]
