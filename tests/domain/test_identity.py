"""What stands above every page of a case: who it is about, and what is open of safety, in one query."""

from datetime import date, datetime

import pytest

from skanderborg import clock as time
from skanderborg import content
from skanderborg.domain.cases import identity
from skanderborg.domain.safety import warning_notes
from skanderborg.domain.tasks import safety, undo
from skanderborg.kinds import Mark
from skanderborg.pages import strip
from skanderborg.pages import tasks as task_pages
from skanderborg.store.db import begin, insert
from skanderborg.store.incidents import Incident
from skanderborg.store.record import Assessment
from tests.made import a_case, a_task, opened, seen

DANGERS = [one.id for one in content.assessment().question if one.danger and not one.retired]


@pytest.fixture
def case(cast, clock):
    clock.move_to(datetime(2026, 11, 18, 9))
    return a_case(cast)


@pytest.fixture
def task(case, cast):
    return a_task(case, kind="safety", box="safety", assignee=cast["solveig"], due_on=date(2026, 11, 18))


def an_incident(case, cast, types=" call ", number=1, **columns):
    values = {
        "kind": "incident", "status": "live", "from_on": time.today(), "contact_count": 1, "reaction": "unknown",
        "children_present": "unknown", "reported": "unknown", "source": "citizen", "fingerprint": "x",
        "by": cast["solveig"], "at": time.now(),
    }  # fmt: skip
    with begin():
        return insert(Incident, case=case, number=number, types=types, **values | columns)


def answered(case, cast, *but):
    with begin():
        insert(Assessment, case=case, number=1, by=cast["rikke"].ref, at=time.now(),
               answers={one: "no" for one in DANGERS if one not in but})  # fmt: skip


def badge(case):
    case.bar = identity.bar(case)
    return strip.safety(case)


def assess(cast, task, note="Ingen trusler"):
    return safety.assess(cast["solveig"], seen(cast["solveig"], task), note, task.version)


def test_what_nobody_assessed_or_answered_is_told(case, cast, task, clock):
    an_incident(case, cast)
    clock.move_to(datetime(2026, 11, 19, 9))
    answered(case, cast, *DANGERS[:9])

    assert badge(case) == (Mark.OVERDUE, "Sikkerhed ikke vurderet · 9 faresignaler ubesvaret · opkald i går")


def test_what_was_assessed_says_when_it_is_looked_at_again(case, cast, task):
    answered(case, cast)
    assess(cast, task)

    assert badge(case) == (Mark.ASSESSED, "Vurderet 18. nov., ses igen 18. dec.")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (18, (Mark.TO_ASSESS, "Vurderet 18. nov., ses igen i dag")),
        (19, (Mark.OVERDUE, "Vurderet 18. nov., skulle ses igen 18. dec.")),
    ],
)
def test_the_day_on_which_it_is_looked_at_again_comes_and_goes(case, cast, task, clock, day, told):
    answered(case, cast)
    assess(cast, task)
    clock.move_to(datetime(2026, 12, day, 9))

    assert badge(case) == told


def test_nothing_of_a_closed_case_is_open(case, cast, task):
    an_incident(case, cast)
    case.closed_at = time.now()

    assert badge(case) == (Mark.ASSESSED, "Sikkerhed ikke vurderet")


def test_an_incident_since_the_assessment_is_told_also_of_the_same_day(case, cast, task, clock):
    answered(case, cast)
    an_incident(case, cast)
    clock.move_to(datetime(2026, 11, 18, 10))
    assess(cast, task)
    before = badge(case)
    clock.move_to(datetime(2026, 11, 18, 11))
    an_incident(case, cast, types=" message threat ", number=2)

    assert before == (Mark.ASSESSED, "Vurderet 18. nov., ses igen 18. dec.")
    assert badge(case) == (Mark.TO_ASSESS, "Vurderet 18. nov., ses igen 18. dec. · trussel i dag")


def test_an_assessment_that_is_taken_back_hides_no_incident(case, cast, task, clock):
    answered(case, cast)
    assess(cast, task)
    clock.move_to(datetime(2026, 11, 18, 10))
    an_incident(case, cast)
    clock.move_to(datetime(2026, 11, 18, 11))
    again = safety.assess(cast["solveig"], seen(cast["solveig"], task), "Set igen", 2)
    undo.undo(cast["solveig"], seen(cast["solveig"], again), again.version)

    assert badge(case)[1].endswith("· opkald i dag")


def test_what_was_struck_out_or_done_by_the_citizen_is_no_news(case, cast, task):
    answered(case, cast)
    an_incident(case, cast, status="struck", struck_at=time.now(), struck_by=cast["rikke"], struck_reason="Dobbelt")
    an_incident(case, cast, number=2, kind="refusal", types="", contact_count=0, reaction="refusal")

    assert "opkald" not in badge(case)[1]


def test_what_was_typed_of_an_incident_or_said_to_an_authority_does_not_stand_in_the_badge(case, cast, task):
    an_incident(case, cast, types=" other report-told ", type_text="Stod ved skolen")

    assert badge(case)[1].endswith("· ny hændelse i dag")


def test_every_warning_in_force_stands_in_the_strip_before_how_and_when(cast, clock):
    case = a_case(cast, safe_when="Kl. 10-11")
    for text in ("Mød aldrig alene op.", "Hunden bider"):
        clock.forward(minutes=1)
        warning_notes.write(cast["solveig"], opened(cast["solveig"], case), text, date(2026, 12, 18), key=None)
    ended = warning_notes.write(cast["solveig"], opened(cast["solveig"], case), "x", date(2026, 12, 18), key=None)
    warning_notes.end(cast["solveig"], opened(cast["solveig"], case), ended, "Forbi", 1)
    shown = opened(cast["solveig"], case)
    shown.bar = identity.bar(shown)

    assert [rule.text for rule in strip.rules(shown)] == [
        "Mød aldrig alene op.", "Hunden bider.", "Ring kun mellem 10 og 11.", "Kl. 10-11.",
    ]  # fmt: skip


@pytest.mark.parametrize(("written", "said"), [("sms", "Aldrig: sms."), ("Undgå sms", "Undgå sms.")])
def test_what_must_never_be_done_says_so_once(cast, clock, written, said):
    shown = a_case(cast, safe_never=written)
    shown.bar = identity.bar(shown)

    assert strip.rules(shown)[0].text == said


def test_a_long_rule_is_cut_at_a_word_and_says_so(cast, clock):
    shown = a_case(cast, safe_never="sms " * 40)
    shown.bar = identity.bar(shown)
    first = strip.rules(shown)[0]

    assert (first.text[:15], first.text[-5:], first.is_cut) == ("Aldrig: sms sms", "sms …", True)


def test_where_nothing_is_agreed_the_strip_says_that_nobody_is_to_be_contacted(cast, clock):
    shown = a_case(cast, safe_contact=None)
    shown.bar = identity.bar(shown)

    assert [rule.text for rule in strip.rules(shown)] == [strip.NOTHING_AGREED]


def test_the_bar_comes_with_a_task_for_who_sees_its_case(case, cast, task):
    helped = a_task(case, assignee=cast["jonas"])

    assert task_pages.show(cast["solveig"], task.ref).case.bar == identity.bar(case)
    assert not hasattr(task_pages.show(cast["jonas"], helped.ref).case, "bar")
