"""SC-01, a former partner with shared children: from the first call on 14 September to the meeting after the clocks
have been put back. Solveig met the citizen, Rikke is resource person, Sofus and two departments help."""

import re
from datetime import UTC, datetime

import pytest

from tests.scenarios.made import Course, tells

ONE_SENTENCE = "Hendes tidligere kæreste lader hende ikke være i fred."
NAMES = ("Alma Prøvesen", "Alma", "Prøvesen", "Bo Eksempelsen", "Eksempelsen")
GIVEN_AWAY = re.compile(
    r"(?<!\w)(stalk|underret|udsat|udøver|offer(?!ed)|barn|børn|politi|trus[ls]|mægl)", re.IGNORECASE
)
INCIDENTS = (
    ("17.8. kl. 7.42", "14 sms'er fra Bo Eksempelsen efter bruddet, bilag 1."),
    ("20.8.", "Overvågning ved hjemmet på Opdigtvej 7, klokkeslæt ukendt."),
    ("24.8. kl. 18.05", "Alma skriver et tydeligt nej, bilag 2."),
    ("29.8.", "Blomster, som ingen havde bedt om, bilag 3. Naboen så det."),
    ("2.9.", "31 sms'er, bilag 4."),
    ("7.9.", "Forsøg på at hente barn i daginstitutionen. Pædagogen var der."),
    ("11.9.", "Holder ved arbejdspladsen i 3 timer. Kollegaen så det."),
)
SINGLE_ANSWER = "Alma svarede én gang kl. 20.11 om barnets lægetid: nødvendig kontakt om fælles børn, bilag 5."
ACUTE, CHILD_REPORT = "Vurdér, om nogen er i fare lige nu", "Vurdér din underretningspligt"
DSC, POLICE = "Anvis til Dansk Stalking Center", "Anvis til lokal politistation"
NETWORK = "Gennemgå hvem i netværket der kan støtte"
DECISION = "Bed boligforeningen om en ny låsecylinder"
CASE_PAGES = ("", "/sparring", "/sparring/ark", "/vurdering", "/moeder", "/henvisninger", "/noter", "/adgang",
              "/historik", "/opgaver/ny", "/moeder/nyt", "/anmodning/ny")  # fmt: skip


# ── the course ──────────────────────────────────────────────────────────────────────────────────────


def play_all(c: Course) -> None:
    for act in (another_case, first_call, taken, sparring, safety_first, conclusion, referrals, network, requests,
                first_meeting, second_meeting, danger, after_the_clocks, last_look):  # fmt: skip
        act(c)


def another_case(c: Course) -> None:
    """One that was there before, so that there is a board to be on top of."""
    c.at(9, 7, 9)
    c.send(c.get("sofus", "/mistanke/ny?fare=no"), "Send til ressourceperson", what_happened="Skænderi om en hæk.")
    c.send(c.get("rikke", "/"), "Jeg tager den")
    c.work()


def first_call(c: Course) -> None:
    c.at(9, 14, 9, 30)
    start = c.get("solveig", "/actioncard")
    c.activations = 0
    question = c.click(start, "Jeg har en mistanke")
    receipt = c.send(c.send(question, "Nej"), "Send til ressourceperson", what_happened=ONE_SENTENCE)
    c.found.activations, c.found.receipt = c.activations, receipt
    c.found.case = receipt.ref
    c.found.code = re.search(r"sag (\w{5})", receipt.text)[1]
    c.work()


def taken(c: Course) -> None:
    c.at(9, 14, 10, 15)
    c.found.taken = c.send(c.get("rikke", "/"), f"Jeg tager den: mistanke {c.found.code}")
    c.work()
    c.at(9, 14, 10, 40)
    c.found.accepted = c.send(c.get("solveig", "/"), "Ja, jeg er tovholder")


def sparring(c: Course) -> None:
    c.at(9, 14, 13)
    case = f"/sager/{c.found.case}"
    c.send(c.get("solveig", f"{case}/sparring"), "Gem sparring", way="internal", person="Rikke Ravn", held_on="i dag",
           advice="Saml hændelserne. Svar aldrig på sms.", next_step="Ring til daginstitutionen.")  # fmt: skip
    described = c.send(
        c.get("solveig", f"{case}/beskrivelse"), "Gem beskrivelsen", citizen_role="exposed", name="Alma Prøvesen",
        children="yes", safe_contact="Ring kun på arbejdet, aldrig sms.",
    )  # fmt: skip
    c.found.described = described
    c.found.after_sparring = c.send(described, "Fortsæt til Handling")


def safety_first(c: Course) -> None:
    case = f"/sager/{c.found.case}"
    acute = c.click(c.get("solveig", case), ACUTE)
    c.found.acute = acute.ref
    c.found.assessed = c.send(acute, "Gem", note="Ingen akut fare. Nødplan aftalt med Alma.")
    report = c.click(c.get("solveig", case), CHILD_REPORT)
    c.found.report = report
    form = c.get("solveig", f"{report.path}/udskyd")
    c.found.postponing = c.send(form, "Udskyd", due_on="21 9 2026", reason="Vi venter på skolen.")
    c.found.report_after = c.get("solveig", report.path)
    c.send(c.found.report_after, "Markér som udført")


def conclusion(c: Course) -> None:
    c.at(9, 15, 9)
    case = f"/sager/{c.found.case}"
    reason = "Ensidigt, tydeligt nej 24.8., mønster 17.8.–11.9. (26 dage)."
    c.found.concluded = c.send(c.get("rikke", f"{case}/vurdering"), "Gem konklusionen", conclusion="stalking",
                               reason=reason)  # fmt: skip
    page = c.get("solveig", f"{case}/noter")
    for theme, text in (*INCIDENTS, ("2.9. kl. 20.11", SINGLE_ANSWER)):
        page = c.send(page, "Gem notat", theme=theme, text=text)
    c.found.notes = page
    c.found.assessment = c.get("solveig", f"{case}/vurdering")
    c.found.overview = c.get("solveig", case)
    c.send(c.found.overview, "Fortsæt til Videre handling")


def referrals(c: Course) -> None:
    case = c.get("solveig", f"/sager/{c.found.case}")
    c.found.refused, c.found.referred = [], []
    for title, way in ((DSC, "called-together"), (POLICE, "number-given")):
        task = c.click(case, title)
        c.found.refused.append(c.force(task, f"{task.path}/udfoert"))
        c.found.refused.append(c.force(task, f"{task.path}/ikke-relevant", reason="Hun har selv ringet."))
        c.found.refused.append(c.get("solveig", task.path))
        place = "dsc" if title == DSC else "police"
        c.send(c.click(task, "Registrér henvisning"), "Registrér henvisning", organisation=place, way=way, on="i dag",
               result="Hun ringer selv i morgen.")  # fmt: skip
        c.found.referred.append(c.get("solveig", task.path))


def network(c: Course) -> None:
    task = c.click(c.get("rikke", f"/sager/{c.found.case}"), NETWORK)
    c.send(c.get("rikke", f"{task.path}/tildel"), "Tildel opgaven", owner="Sofus Sild")
    (letter,) = c.work()
    c.found.to_sofus = letter
    c.found.reviewed = c.send(c.get("sofus", letter.path), "Markér som udført")
    c.found.sofus_sees = c.statuses("sofus", *(f"/sager/{c.found.case}{page}" for page in CASE_PAGES))


def requests(c: Course) -> None:
    c.at(9, 16, 9)
    jobcenter = ask(c, "Jobcenter", "Kan mødepligten lægges på skiftende tidspunkter?")
    children = ask(c, "Børn & Unge", "Hvem må hente barnet i daginstitutionen?")
    c.work()
    c.at(9, 17, 9)
    c.found.to_jobcenter = c.get("jonas", jobcenter.path)
    taken = c.send(c.found.to_jobcenter, "Jeg tager den")
    c.found.answered = [c.send(taken, "Send svar", outcome="done", answer="Ja, fra næste uge.")]
    c.send(c.get("ulla", children.path), "Send spørgsmål", question="Er forældremyndigheden fælles?")
    c.found.question = c.work()
    c.at(9, 17, 13)
    c.send(c.get("solveig", children.path), "Send svar", reply="Ja, den er fælles. Samværet er ikke aftalt.")
    c.found.reply = c.work()
    answer = "Afklar forældremyndighed og samvær først. Vi taler med lederen."
    c.found.answered.append(c.send(c.get("ulla", children.path), "Send svar", outcome="partly", answer=answer))
    c.work()
    c.found.departments_see = {
        who: c.statuses(who, *(f"/sager/{c.found.case}{page}" for page in CASE_PAGES))
        for who in ("jonas", "ulla", "ursula")
    }
    c.found.colleague = c.get("ursula", children.path)
    c.found.read = [c.get("solveig", jobcenter.path), c.get("solveig", children.path)]


def ask(c: Course, department: str, text: str):
    form = c.get("solveig", f"/sager/{c.found.case}/anmodning/ny")
    return c.send(form, "Send anmodning", department=department, ask=text, who="Alma Prøvesen", basis="consent",
                  party_works_there="no")  # fmt: skip


def first_meeting(c: Course) -> None:
    c.at(9, 18, 9)
    c.found.form = c.get("solveig", f"/sager/{c.found.case}/moeder/nyt")
    meeting = c.send(c.found.form, "Aftal møde", on="28 9 2026", at="10.00", until="11.00", place="Bøgestuen, 2. sal",
                     party="citizen")  # fmt: skip
    c.found.invited = c.work()
    for moment in ((9, 24, 7, 59), (9, 24, 8, 0), (9, 24, 8, 0), (9, 28, 6, 59), (9, 28, 7, 0), (9, 28, 7, 0)):
        c.at(*moment)
        c.work()
    c.at(9, 28, 11, 15)
    form = c.click(c.get("solveig", meeting.path), "Skriv referat")
    c.found.held = c.send(form, "Gem referatet", minutes="Alma sover bedre. Bo holder stadig ved porten.",
                          text_1=DECISION, owner_1="Rikke Ravn", due_on_1="2 11 2026")  # fmt: skip
    c.found.of_decision = c.work()
    c.found.decided = c.get("rikke", c.found.held.link(DECISION))
    c.send(c.get("solveig", f"/o/{c.found.acute}"), "Gem", note="Uændret. Nødplanen holder.")


def second_meeting(c: Course) -> None:
    c.found.next = c.click(c.found.held, "Aftal næste møde nu")
    meeting = c.send(c.found.next, "Aftal møde", on="22 10 2026", at="13.00", until="14.00")
    c.found.second = meeting.path
    c.found.invited_again = c.work()
    c.at(9, 29, 8)
    c.work()
    c.at(10, 12, 9)
    form = c.click(c.get("solveig", meeting.path), "Flyt")
    c.send(form, "Flyt mødet", on="26 10 2026", at="10.00", until="11.00", reason="Alma er til lægen den dag.")
    c.found.moved = c.work()
    for moment in ((10, 20, 8, 0), (10, 22, 7, 0), (10, 22, 7, 59), (10, 22, 8, 0), (10, 22, 8, 0)):
        c.at(*moment)
        c.work()


def danger(c: Course) -> None:
    c.at(10, 23, 9, 30)
    notes = c.get("rikke", f"/sager/{c.found.case}/noter")
    c.send(notes, "Gem notat", theme="Faretegn", text="Trussel på sms i nat, bilag 6.")
    form = c.click(c.get("rikke", f"/o/{c.found.acute}"), "Nyt faretegn: vurdér igen")
    c.found.to_assess = c.send(form, "Vurdér igen", why="Ny trussel på sms.")
    c.found.of_danger = c.work()
    c.found.after_danger = c.get("solveig", f"/sager/{c.found.case}")
    c.found.day = c.get("solveig", "/")
    c.found.board = c.get("rikke", "/tavle")


def after_the_clocks(c: Course) -> None:
    for moment in ((10, 26, 6, 59), (10, 26, 7, 0), (10, 26, 7, 0)):
        c.at(*moment)
        c.work()


def last_look(c: Course) -> None:
    for page in CASE_PAGES:
        c.get("solveig", f"/sager/{c.found.case}{page}")
    for path in (c.found.second, "/tavle", "/tavle/opgaver", "/sager", "/anmodninger?vis=sendt", "/hjaelp"):
        c.get("solveig", path)
    c.found.broken = c.broken_chains()


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
    assert "Afklar forældremyndighed og samvær, før institutionen siger nej" in course.found.described.text


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


# ── the assessment ──────────────────────────────────────────────────────────────────────────────────


def test_a_person_concludes_with_a_reason(course):
    assert "Tegn på stalking Udgave 1 (gælder nu) · Rikke Ravn" in course.found.concluded.main
    assert "mønster 17.8.–11.9. (26 dage)" in course.found.concluded.main


def test_the_single_answer_is_written_down_and_changes_nothing(course):
    assert SINGLE_ANSWER in course.found.notes.main
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
    assert course.found.colleague.status == 200
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


def test_a_danger_sign_puts_the_assessment_of_safety_first_and_due_today(course):
    box = course.found.after_danger.main.partition("Sikkerhed og børn")[2]
    today = course.found.day.main.partition("I dag (")[2]

    assert ("solveig", "task-assigned") in [(one.to, one.kind) for one in course.found.of_danger]
    assert re.search(rf"{ACUTE}\S* Vurdér igen Solveig Sand i dag", course.found.to_assess.main)
    assert box.index(ACUTE) < box.index(CHILD_REPORT)
    assert ACUTE in today.partition("Næste 7 dage")[0]


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
