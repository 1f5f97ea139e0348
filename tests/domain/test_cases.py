"""The case: described, moved from phase to phase, closed, opened again, shown in few queries."""

from datetime import date, timedelta

import pytest

from skanderborg import clock as time
from skanderborg.domain import assessment, cases, notes, reminders, sparring, suspicions
from skanderborg.domain.cases import identity, phases
from skanderborg.errors import Conflict, Invalid, NotAllowed
from skanderborg.kinds import Answer, CitizenRole, ConclusionKind, LetterKind, Phase, SparringWay, TaskStatus
from skanderborg.mail import outbox
from skanderborg.pages import case_list, overview
from skanderborg.store.cases import Case, PhaseMove
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.work import Meeting, Reminder, Task
from tests.domain.test_suspicions import report
from tests.made import a_case, a_request, a_task, opened


def taken(cast, **columns) -> Case:
    suspicions.take(cast["rikke"], report(cast, **columns).ref)
    return opened(cast["rikke"], Case.get())


def advise(cast, case, **columns):
    values = {
        "way": SparringWay.INTERNAL, "held_on": date(2026, 11, 20), "person": cast["rikke"], "external_name": None,
        "advice": "Tal med hende igen.", "next_step": None,
    }  # fmt: skip
    return sparring.record(cast["rikke"], case, **{**values, **columns})


def described(cast, case, **columns) -> Case:
    values = {"citizen_role": CitizenRole.EXPOSED, "children": Answer.NO, "name": None, "what_happened": "Porten"}
    return cases.describe(cast["rikke"], opened(cast["rikke"], case), case.version, **{**values, **columns})


def templates(case) -> set[str]:
    return {task.template for task in Task.select().where(Task.case == case)}


# ── initials ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Mette Hansen", "M. H."), ("MH", "M. H."), ("M.H.", "M. H."), ("Ida", "I."), (None, "Uden navn")],
)
def test_a_name_is_shown_as_initials(name, shown):
    assert identity.initials(name) == shown


@pytest.mark.parametrize("other", ["åse sørensen", "Aase Soerensen", "Åse  Sørensen ", "Aase-Sørensen"])
def test_a_name_written_otherwise_has_the_same_blind_index(house, other):
    assert cases.blind("Åse Sørensen") == cases.blind(other)
    assert "Åse" not in cases.blind("Åse Sørensen")


# ── described ───────────────────────────────────────────────────────────────────────────────────────


def test_choosing_the_role_later_adds_the_rest_of_the_tasks(cast):
    case = taken(cast, citizen_role=CitizenRole.UNKNOWN)
    before = templates(case)

    described(cast, case, citizen_role=CitizenRole.EXPOSED)

    assert "refer-police" not in before
    assert templates(case) > before
    assert "refer-police" in templates(case)


def test_an_udoever_gets_nothing_of_the_udsat(cast):
    case = taken(cast, citizen_role=CitizenRole.PERPETRATOR)

    assert {"refer-dsc", "refer-police", "inform"} & templates(case) == set()
    assert "refer-dsc-perpetrator" in templates(case)


def test_a_description_over_a_stale_page_is_refused_with_the_other_text(cast):
    case = taken(cast)
    described(cast, case, what_happened="Rikkes tekst")

    with pytest.raises(Conflict) as told:
        described(cast, case, what_happened="En anden tekst")

    assert told.value.theirs.what_happened == "Rikkes tekst"


def test_a_name_that_is_learned_later_stands_in_the_bar(cast):
    case = taken(cast)

    described(cast, case, name="Mette Hansen")

    assert identity.bar(case).initials == "M. H."


def test_a_participant_does_not_describe(cast, case):
    with pytest.raises(NotAllowed):
        cases.describe(cast["rasmus"], opened(cast["rasmus"], case), 1, citizen_role=CitizenRole.EXPOSED,
                       children=Answer.NO, name=None, what_happened="x")  # fmt: skip


# ── phases ──────────────────────────────────────────────────────────────────────────────────────────


def move(cast, case, to, reason=None) -> Case:
    case = opened(cast["rikke"], case)
    return phases.move(cast["rikke"], case, to, reason, case.version)


def test_sparring_is_left_when_it_is_recorded(cast):
    case = taken(cast)
    advise(cast, case)

    assert move(cast, case, Phase.ACTION).phase == "action"


def test_without_sparring_it_is_left_with_a_reason_only(cast):
    """D-04."""
    case = taken(cast)

    with pytest.raises(Invalid) as refused:
        move(cast, case, Phase.ACTION)

    assert refused.value.field == "reason"
    assert move(cast, case, Phase.ACTION, "Ingen kan nås i dag").phase == "action"
    assert PhaseMove.get(PhaseMove.to_phase == "action").reason == "Ingen kan nås i dag"


def test_a_justified_absence_of_sparring_is_enough(cast):
    case = taken(cast)
    sparring.waive(cast["rikke"], case, "Alle er på kursus", case.version)

    assert move(cast, case, Phase.ACTION).phase == "action"


def test_handling_is_left_with_a_conclusion(cast):
    case = a_case(cast, phase="action")
    assessment.conclude(cast["rikke"], opened(cast["rikke"], case), ConclusionKind.UNCLEAR, "Vi ved ikke nok")

    assert move(cast, case, Phase.FURTHER_ACTION).phase == "further-action"


def test_follow_up_begins_with_a_meeting(cast, case):
    with begin():
        insert(
            Meeting, case=case, kind="follow-up", party="staff", starts_at=time.now(), wall_start="2026-11-20T09:00",
            ends_at=time.now() + timedelta(hours=1), zone="Europe/Copenhagen", status="planned", by=cast["rikke"],
            created_at=time.now(),
        )  # fmt: skip

    assert move(cast, case, Phase.FOLLOW_UP).phase == "follow-up"


def test_or_with_every_referral_answered(cast, case):
    a_task(case, kind="referral", box="referral", organisation="dsc", status="done", closed_at=time.now())

    assert move(cast, case, Phase.FOLLOW_UP).phase == "follow-up"


def test_one_referral_of_two_is_not_enough(cast, case):
    a_task(case, kind="referral", box="referral", organisation="dsc", status="done", closed_at=time.now())
    a_task(case, kind="referral", box="referral", organisation="police")

    with pytest.raises(Invalid):
        move(cast, case, Phase.FOLLOW_UP)


def test_no_phase_is_skipped(cast, case):
    with pytest.raises(Conflict):
        move(cast, case, Phase.SPARRING, "fordi")


def test_moving_there_twice_changes_nothing(cast, case):
    move(cast, case, Phase.FOLLOW_UP, "haster")

    assert move(cast, case, Phase.FOLLOW_UP, "haster").version == 2
    assert PhaseMove.select().count() == 1


# ── closed and opened again ─────────────────────────────────────────────────────────────────────────


def close(cast, case, anyway=None) -> Case:
    case = opened(cast["rikke"], case)
    return phases.close(cast["rikke"], case, "Det er slut", anyway, case.version)


def test_a_case_without_anything_open_is_closed_with_a_reason(cast, case):
    closed = close(cast, case)

    assert (closed.phase, closed.close_reason) == ("closed", "Det er slut")
    assert closed.closed_at


def test_an_open_request_keeps_a_case_open_unless_a_reason_is_given(cast, case):
    a_request(cast["solveig"], case)

    with pytest.raises(Invalid) as refused:
        close(cast, case)

    assert refused.value.field == "anyway"
    assert "Åbent ved afslutningen: aftalt" in close(cast, case, "aftalt").close_reason


def test_so_does_a_task_that_the_card_demands(cast, case):
    a_task(case, must=True)

    with pytest.raises(Invalid):
        close(cast, case)


def test_a_closed_case_reminds_nobody_and_an_opened_one_again(cast, case, clock):
    sent = a_request(cast["solveig"], case)
    reminders.plan_for_request(sent)

    close(cast, case, "aftalt")
    silent = Reminder.select().where(Reminder.void_at.is_null()).count()
    closed = opened(cast["rikke"], case)
    phases.reopen(cast["rikke"], closed, "Det er begyndt igen", closed.version)

    assert silent == 0
    assert Reminder.select().where(Reminder.void_at.is_null()).exists()


def test_a_reopened_case_stands_where_it_was_left_with_its_code(cast, case):
    close(cast, case)
    closed = opened(cast["rikke"], case)

    again = phases.reopen(cast["rikke"], closed, "Det er begyndt igen", closed.version)

    assert (again.phase, again.code, again.closed_at) == ("further-action", case.code, None)


def test_nobody_closes_what_nobody_has_taken(cast):
    case = report(cast, by="rikke")

    with pytest.raises(NotAllowed):
        phases.close(cast["rikke"], opened(cast["rikke"], case), "x", None, 1)


# ── sparring, conclusion, notes ─────────────────────────────────────────────────────────────────────


def test_advice_from_the_future_is_refused(cast, case):
    with pytest.raises(Invalid) as refused:
        advise(cast, opened(cast["rikke"], case), held_on=date(2026, 11, 21))

    assert refused.value.field == "held_on"


def test_internal_sparring_has_a_person(cast, case):
    with pytest.raises(Invalid):
        advise(cast, opened(cast["rikke"], case), person=None)


def test_external_sparring_has_a_name_or_none(cast, case):
    given = advise(cast, opened(cast["rikke"], case), way=SparringWay.POLICE, person=None, external_name="Vagten")

    assert (given.person, given.external_name) == (None, "Vagten")


def test_only_sparring_sets_the_tasks_aside_but_never_danger(cast):
    case = taken(cast)

    sparring.keep(cast["rikke"], case, case.version)

    still = {task.kind for task in Task.select().where(Task.case == case, Task.closed_at.is_null())}
    assert "safety" in still
    assert "referral" not in still


def test_making_it_a_case_brings_the_tasks_back(cast):
    case = taken(cast)
    before = templates(case)
    kept = sparring.keep(cast["rikke"], case, case.version)

    sparring.make_case(cast["rikke"], kept, kept.version)

    open_now = {t.template for t in Task.select().where(Task.case == case, Task.status == TaskStatus.NOT_STARTED)}
    assert open_now == before


def test_sparring_only_is_closed_without_more(cast):
    case = taken(cast)
    sparring.keep(cast["rikke"], case, case.version)

    assert close(cast, case).phase == "closed"


def test_a_conclusion_is_a_new_version_and_the_old_one_stays(cast, case):
    for kind in (ConclusionKind.CONFLICT, ConclusionKind.STALKING):
        assessment.conclude(cast["rikke"], opened(cast["rikke"], case), kind, "fordi")

    versions = assessment.of_case(cast["rikke"], opened(cast["rikke"], case))
    assert [(one.number, one.conclusion) for one in versions] == [(2, "stalking"), (1, "conflict")]
    assert versions[0].writer.name == "Rikke Ravn"


def test_a_participant_does_not_conclude(cast, case):
    with pytest.raises(NotAllowed):
        assessment.conclude(cast["rasmus"], opened(cast["rasmus"], case), ConclusionKind.STALKING, "x")


def test_signs_of_stalking_flag_an_open_mediation(cast, case):
    a_task(case, kind="mediation", box="own-options")
    assessment.conclude(cast["rikke"], opened(cast["rikke"], case), ConclusionKind.CONFLICT, "gensidigt")
    before = overview.of_case(cast["rikke"], case.ref).missing
    assessment.conclude(cast["rikke"], opened(cast["rikke"], case), ConclusionKind.STALKING, "ensidigt")

    after = overview.of_case(cast["rikke"], case.ref).missing

    assert overview.MEDIATION_WARNING not in before
    assert overview.MEDIATION_WARNING in after


def test_a_note_is_written_by_a_participant_and_paged(cast, case):
    for number in range(3):
        notes.write(cast["rasmus"], opened(cast["rasmus"], case), "Emne", f"Notat {number}")

    page = notes.of_case(cast["rikke"], opened(cast["rikke"], case))
    assert {note.text for note in page.rows} == {"Notat 0", "Notat 1", "Notat 2"}
    assert not page.has_more


# ── shown ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_overview_is_written_down_as_read(cast, case):
    overview.of_case(cast["rasmus"], case.ref)

    event = Event.get(Event.action == "case:read")
    assert (event.actor, event.is_write) == (cast["rasmus"].ref, False)


def test_the_overview_says_what_is_missing(cast, case):
    missing = overview.of_case(cast["rikke"], case.ref).missing

    assert "Sparring er ikke skrevet ned." in missing
    assert "Intet møde er planlagt." in missing


def test_a_failed_letter_stands_on_the_case_until_it_is_withdrawn(cast, case):
    with begin():
        outbox.put(LetterKind.CONTACT_OFFERED, cast["rikke"], key="k", about=case)
        OutboxLetter.update(failed_at=time.now(), failure="550").execute()
    assert overview.of_case(cast["rikke"], case.ref).facts.failed_letters == 1

    with begin():
        outbox.void(case)

    assert overview.of_case(cast["rikke"], case.ref).facts.failed_letters == 0


def test_a_list_shows_only_what_one_sees(cast, case):
    a_case(cast, code="P9R4T", people=(("ruth", "primary-contact"),))

    lines = case_list.listed(cast["solveig"], case_list.CaseFilter(), 1).rows

    assert [line.case.code for line in lines] == ["K7F3Q"]
    assert lines[0].primary_contact == "Solveig Sand"
