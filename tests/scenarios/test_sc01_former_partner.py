"""SC-01, a former partner with shared children: from the first call on 14 September to the meeting after the clocks
have been put back. Solveig met the citizen, Rikke is resource person, Sofus and two departments help."""

import re
from datetime import UTC, datetime

import pytest

from tests.scenarios.former_partner import (
    ACUTE,
    CHILD_REPORT,
    DECISION,
    DSC,
    NETWORK,
    ONE_SENTENCE,
    POLICE,
    SINGLE_ANSWER,
    play_all,
)
from tests.scenarios.made import GIVEN_AWAY, tells

DAYS = ("mandag 17. august 2026 kl. 07.42", "torsdag 20. august 2026", "mandag 24. august 2026 kl. 18.05",
        "lørdag 29. august 2026", "onsdag 2. september 2026", "mandag 7. september 2026",
        "fredag 11. september 2026")  # fmt: skip
NAMES = ("Alma Prøvesen", "Alma", "Prøvesen", "Bo Eksempelsen", "Eksempelsen")


@pytest.fixture(scope="module")
def course(play):
    return play(play_all)


def assessed(page):
    """The page of the assessment without the line that says who printed it."""
    return page.main.partition("Udskrevet")[0]


def reminders(course, month, day):
    """Who was reminded of a meeting on this day of 2026, and when."""
    wanted = f"2026-{month:02}-{day:02}"
    return [(one.to, one.wall[11:]) for one in course.letters
            if one.kind == "meeting-reminder" and one.wall.startswith(wanted)]  # fmt: skip


# ── the first day ───────────────────────────────────────────────────────────────────────────────────


def test_the_first_call_takes_three_activations_and_one_sentence(course):
    assert course.found.activations == 3
    assert "Mistanken er sendt, men ikke modtaget endnu" in course.found.receipt.text


def test_the_resource_person_takes_it_the_same_day_and_the_reporter_is_asked_and_accepts(course):
    asked = [one for one in course.letters if one.kind == "contact-offered"]

    assert "Tovholder: Rikke Ravn" in course.found.taken.text
    assert ("solveig", "2026-09-14 10:15") in [(one.to, one.wall) for one in asked]
    assert "Tovholder: Solveig Sand" in course.found.accepted.text


def test_the_role_that_was_chosen_at_the_sparring_brings_its_tasks_with_both_referrals(course):
    before, after = course.found.accepted.text, course.found.described.text

    assert ACUTE in before
    assert not [title for title in (DSC, POLICE, CHILD_REPORT, NETWORK) if title in before]
    assert all(title in after for title in (DSC, POLICE, CHILD_REPORT, NETWORK, "Informér borgeren om forløbet"))


def test_the_institution_is_told_of_custody_before_it_refuses(course):
    assert "Afklar forældremyndighed og samvær, før institutionen siger nej" in course.found.school.text


def test_sparring_opens_the_next_phase(course):
    assert "Sagen er nu i fasen Handling." in course.found.after_sparring.text


def test_safety_is_assessed_and_never_done(course):
    assert "Vurderet 14. sep." in course.found.assessed.main
    assert not course.found.assessed.offers("Markér som udført")


def test_the_duty_to_report_concern_for_a_child_is_not_postponed(course):
    assert not course.found.report.offers("Gem ny frist")
    assert course.found.postponing.status == 422
    assert "Opgaven kan ikke udskydes." in course.found.postponing.text
    assert "i dag" in course.found.report_after.main


def test_what_was_done_with_the_duty_closes_it_and_is_nobody_elses(course):
    """D-15."""
    assert "Udført" in course.found.reported.main
    assert course.found.anothers_duty.status == 404


# ── the assessment ──────────────────────────────────────────────────────────────────────────────────


def test_a_person_concludes_with_a_reason(course):
    assert "Tegn på stalking Udgave 1 (gælder nu) · Rikke Ravn" in course.found.concluded.main
    assert "mønster 17.8.–11.9. (26 dage)" in course.found.concluded.main


def test_the_log_stands_for_forty_nine_contacts_and_not_for_eight_rows(course):
    """D-09: 14 and 31 messages, and four acts beside; the refusal and the answer are none."""
    assert "8 hændelser, 49 kontakter" in course.found.log.main


def test_the_log_shows_each_day_as_it_was_understood_newest_first_or_oldest_first(course):
    newest, oldest = (
        [page.main.partition("8 hændelser")[2].index(day) for day in DAYS]
        for page in (course.found.log, course.found.oldest)
    )

    assert oldest == sorted(oldest)
    assert newest == sorted(newest, reverse=True)


def test_the_single_answer_wants_its_reason_and_says_that_it_decides_nothing(course):
    assert course.found.unexplained.status == 422
    assert "Et enkelt svar ændrer ikke i sig selv vurderingen." in course.found.unexplained.main


def test_the_single_answer_is_written_down_and_changes_nothing(course):
    assert SINGLE_ANSWER in course.found.log.main
    assert "Svar fra borgeren" in course.found.log.main
    assert assessed(course.found.assessment) == assessed(course.found.concluded)
    assert "Tegn på stalking." in course.found.overview.main


# ── referrals, network, departments ─────────────────────────────────────────────────────────────────


def test_a_referral_is_closed_by_hand_neither_as_done_nor_as_not_relevant(course):
    assert [page.status for page in course.found.refused] == [422, 422, 200] * 2
    assert all("Registrér henvisning" in page.text for page in course.found.refused[2::3])
    assert not any("Udført" in page.main for page in course.found.refused[2::3])


def test_recording_the_referral_closes_its_task(course):
    assert all("Udført" in page.main for page in course.found.referred)


def test_the_network_review_is_done_by_another_who_never_sees_the_case(course):
    assert (course.found.to_sofus.to, course.found.to_sofus.kind) == ("sofus", "task-assigned")
    assert "Opgaven er udført." in course.found.reviewed.text
    assert course.found.sofus_sees == {404}


def test_the_departments_see_their_request_and_nothing_of_the_case(course):
    assert course.found.departments_see == {"jonas": {404}, "ulla": {404}, "ursula": {404}}
    assert course.found.colleague.status == 404  # Ulla has it, and answered
    assert not tells(course.found.to_jobcenter.text, course.found.code, ONE_SENTENCE, "Tegn på stalking")


def test_how_the_citizen_may_be_contacted_stands_above_what_is_asked(course):
    words = course.found.to_jobcenter.main

    assert words.index("Ring kun på arbejdet, aldrig sms.") < words.index("Kan mødepligten")


def test_a_question_goes_to_the_asker_and_the_reply_to_the_one_who_asked(course):
    assert ("solveig", "request-question") in [(one.to, one.kind) for one in course.found.question]
    assert ("ulla", "request-reply") in [(one.to, one.kind) for one in course.found.reply]


def test_both_requests_are_answered_and_read_by_the_asker(course):
    assert all("Besvaret" in page.main for page in course.found.answered)
    assert all("Læst" in page.main for page in course.found.read)
    assert "Ja, fra næste uge." in course.found.read[0].main
    assert "Er forældremyndigheden fælles?" in course.found.read[1].main


# ── meetings ────────────────────────────────────────────────────────────────────────────────────────


def test_the_invitation_is_a_request_in_utc_to_each_participant(course):
    assert sorted(one.to for one in course.found.invited) == ["rikke", "solveig"]
    for one in course.found.invited:
        assert (one.kind, one.method) == ("meeting-invitation", "REQUEST")
        assert one.appointment["DTSTART"].dt == datetime(2026, 9, 28, 8, tzinfo=UTC)
        assert "DTSTART:20260928T080000Z" in one.every_text


def test_the_reminder_comes_at_eight_two_working_days_before_once_and_not_a_minute_earlier(course):
    assert sorted(reminders(course, 9, 24)) == [("rikke", "08:00"), ("solveig", "08:00")]


def test_and_again_at_seven_on_the_day(course):
    assert sorted(reminders(course, 9, 28)) == [("rikke", "07:00"), ("solveig", "07:00")]


def test_minutes_that_were_written_are_not_asked_for(course):
    assert "minutes-missing" not in {one.kind for one in course.letters}


def test_a_decision_becomes_a_task_of_its_owner(course):
    assert ("rikke", "task-assigned") in [(one.to, one.kind) for one in course.found.of_decision]
    assert DECISION in course.found.decided.main
    assert "Rikke Ravn" in course.found.decided.main
    assert "frist man. 2. nov." in course.found.decided.main


def test_what_is_open_of_the_last_meeting_stands_on_the_agenda_of_the_next(course):
    agenda = course.found.next.form("Aftal møde")[0].values["agenda"][0]

    assert f"– {DECISION}" in agenda


def test_a_meeting_that_is_moved_keeps_its_uid_with_the_next_sequence(course):
    before, after = course.found.invited_again[0].appointment, course.found.moved[0].appointment

    assert sorted(one.to for one in course.found.moved) == ["rikke", "solveig"]
    assert {one.kind for one in course.found.moved} == {"meeting-moved"}
    assert after["UID"] == before["UID"] != course.found.invited[0].appointment["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1


def test_the_calendar_has_the_right_hour_on_the_day_after_the_clocks_are_put_back(course):
    moved = course.found.moved[0]

    assert moved.appointment["DTSTART"].dt == datetime(2026, 10, 26, 9, tzinfo=UTC)
    assert "DTSTART:20261026T090000Z" in moved.every_text
    assert "mandag 26. oktober kl. 10.00" in moved.letter.text


def test_nobody_is_reminded_of_the_time_before_the_move_and_all_of_the_new_one(course):
    assert reminders(course, 10, 20) == []
    assert sorted(reminders(course, 10, 22)) == [("rikke", "08:00"), ("solveig", "08:00")]
    assert sorted(reminders(course, 10, 26)) == [("rikke", "07:00"), ("solveig", "07:00")]


def test_no_page_proposes_a_meeting_of_both_parties(course):
    party = course.found.form.form("Aftal møde")[0].options["party"]

    assert [value for value, _ in party] == ["staff", "citizen"]
    for page in course.pages:
        words = page.text.replace("Hold aldrig et fælles møde mellem den udsatte og udøveren", "")
        assert not re.search(r"fælles ?møde|mødes? med begge|mægl\w*smøde|begge parter (indkaldes|inviteres)", words)


# ── the danger sign ─────────────────────────────────────────────────────────────────────────────────


def test_who_tells_of_the_threat_in_the_log_is_told_that_the_case_is_acute(course):
    assert "Faresignalet er skrevet ned, og sagen er akut." in course.found.threat.main
    assert "9 hændelser, 50 kontakter" in course.found.threat.main


def test_a_danger_sign_puts_the_assessment_of_safety_first_and_due_today(course):
    box = course.found.after_danger.main.partition("Sikkerhed og børn")[2]
    today = course.found.day.html.partition('id="dag-today"')[2]

    assert ("solveig", "case-urgent") in [(one.to, one.kind) for one in course.found.of_danger]
    assert re.search(rf"{ACUTE}\S* Vurdér igen Solveig Sand i dag", course.found.to_assess.main)
    assert box.index(ACUTE) < box.index(CHILD_REPORT)
    assert ACUTE in today.partition('id="dag-soon"')[0]


def test_after_a_danger_sign_the_case_stands_first_on_the_board_marked_as_acute(course):
    first = course.found.board.main.index(course.found.code)
    rows = re.findall(r'<th role="rowheader".*?</th>', course.found.board.html, re.DOTALL)

    assert first >= 0
    assert course.found.case in rows[0]
    assert "Akut" in rows[0]


# ── the whole ───────────────────────────────────────────────────────────────────────────────────────


def test_no_letter_tells_of_anyone_or_anything(course):
    secrets = (*NAMES, "Bøgestuen", "Opdigtvej", *course.typed)

    assert len(course.letters) > 25
    for one in course.letters:
        assert not GIVEN_AWAY.search(one.every_text), one.kind
        assert not tells(one.every_text, *secrets), one.kind
        assert course.found.code not in one.every_text


def test_every_chain_of_events_holds(course):
    assert course.found.broken == []
