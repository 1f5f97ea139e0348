"""Someone was faster: both versions are shown, and one can go on from there (REL-11, REL-12)."""

import re
from datetime import date, time

import pytest
from werkzeug.datastructures import MultiDict

from skanderborg import policy
from skanderborg.domain import meetings, notes, tasks
from skanderborg.domain.requests import answers
from skanderborg.domain.tasks import assign
from skanderborg.kinds import MeetingKind, MeetingWith, Outcome
from skanderborg.pages import history
from skanderborg.policy import Action
from skanderborg.store.cases import Case, Party
from skanderborg.store.db import begin, insert
from skanderborg.store.events import Event
from skanderborg.store.record import Note
from skanderborg.store.work import Meeting, Request, RequestMessage, Task
from tests.made import a_request, a_task, asked_of, exclude, join, opened, seen

HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def go_on(visitor, path, page, **typed):
    """Press «Gem min udgave» on the page of a conflict: its hidden fields, and what is typed in the open ones."""
    form = page.text.partition('<form method="post" action="' + path)[2].partition("</form>")[0]
    return visitor.client.post(path, data=MultiDict([*HIDDEN.findall(form), *typed.items()]))


def test_my_text_goes_over_theirs_when_i_say_so(visit, cast, case):
    task = a_task(case, assignee=cast["solveig"])
    solveig, path = visit("solveig"), f"/o/{task.ref}/vent"
    solveig.post(path, reason="Venter på lægen", version="1")

    stale = solveig.post(path, reason="Venter på politiet", version="1")
    answer = go_on(solveig, path, stale, reason="Venter på politiet")

    assert stale.status_code == 409
    assert "Venter på lægen" in stale.text
    assert "Venter på politiet" in stale.text
    assert answer.status_code == 303
    assert Task.get_by_id(task.ref).reason == "Venter på politiet"


def test_a_choice_that_another_made_is_shown_and_not_undone_unseen(visit, cast, case):
    solveig, path = visit("solveig"), f"/sager/{case.ref}/beskrivelse"
    said = {"children": "no", "what_happened": "Fulgt hjem", "version": "1"}
    solveig.post(path, citizen_role="unknown", **said)

    stale = solveig.post(path, citizen_role="exposed", **said)

    assert stale.status_code == 409
    assert "sådan står der nu" in stale.text
    assert "Ved ikke" in stale.text


def test_who_was_chosen_meanwhile_is_named(visit, cast, case):
    task = a_task(case)
    with begin():
        assign(cast["rikke"], seen(cast["rikke"], task), cast["jonas"], None, 1)

    stale = visit("solveig").post(f"/o/{task.ref}/tildel", owner=f"person:{cast['ulla'].ref}", version="1")

    assert stale.status_code == 409
    assert f'<blockquote class="sk-quote" aria-labelledby="now-owner-{task.ref}">{cast["jonas"].name}' in stale.text


def test_a_tick_that_was_not_set_is_not_set_by_going_on(visit, cast, case):
    task = a_task(case, kind="safety", assignee=cast["solveig"])
    solveig, path = visit("solveig"), f"/o/{task.ref}/vurdering"
    solveig.post(path, note="Ringet", version="1")

    stale = solveig.post(path, note="Besøgt", version="1")
    answer = go_on(solveig, path, stale, note="Besøgt")

    assert (stale.status_code, answer.status_code) == (409, 303)
    assert not Case.get_by_id(case.ref).is_acute


def test_the_time_to_which_another_moved_a_meeting_is_shown(visit, cast, case):
    when = meetings.When(date(2026, 11, 26), time(10), time(11))
    meeting = meetings.plan(
        cast["solveig"], opened(cast["solveig"], case), when, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF,
        place=None, agenda=None, participants=[cast["solveig"]],
    )  # fmt: skip
    mine = policy.meeting_for(cast["rikke"], meeting.ref, Action.MEETING_PLAN)
    meetings.move(cast["rikke"], mine, when._replace(at=time(13), until=time(14)), "Syg", None, 1)
    solveig, path = visit("solveig"), f"/m/{meeting.ref}/flyt"
    typed = {"on": "27.11.2026", "at": "9.00", "until": "10.00", "place": "", "reason": "Ferie"}

    stale = solveig.post(path, **typed, version="1")
    answer = go_on(solveig, path, stale, on="27.11.2026", at="9.00", until="10.00", reason="Ferie")

    assert (stale.status_code, answer.status_code) == (409, 303)
    assert "26.11.2026" in stale.text
    assert "13.00" in stale.text
    assert Meeting.get_by_id(meeting.ref).wall_start == "2026-11-27T09:00"


# ── what was typed and stands nowhere yet ───────────────────────────────────────────────────────────


def a_meeting(cast, case, *names):
    when = meetings.When(date(2026, 11, 26), time(10), time(11))
    return meetings.plan(
        cast["solveig"], opened(cast["solveig"], case), when, kind=MeetingKind.FOLLOW_UP, party=MeetingWith.STAFF,
        place=None, agenda=None, participants=[cast[name] for name in names or ("solveig",)],
    )  # fmt: skip


def described_by_rikke(cast, meeting):
    """The meeting is one version further."""
    hers = policy.meeting_for(cast["rikke"], meeting.ref, Action.MEETING_PLAN)
    return meetings.describe(cast["rikke"], hers, "Rådhuset", None, meeting.version)


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "part"])
def test_a_question_that_came_too_late_for_its_version_is_on_the_page_and_is_sent_by_going_on(visit, cast, case, htmx):
    request = a_request(cast["solveig"], case)
    mine = answers.take(cast["jonas"], asked_of(cast["jonas"], request), request.version)
    jonas, path = visit("jonas"), f"/a/{request.ref}/spoerg"
    with begin():
        Request.update(version=Request.version + 1).where(Request.ref == request.ref).execute()

    stale = jonas.post(path, htmx=htmx, question="Hvilke dage?", key="q", version=mine.version)
    answer = go_on(jonas, path, stale, question="Hvilke dage?")

    assert stale.status_code == 409
    assert "Hvad mangler du at vide?</label>" in stale.text
    assert "Hvilke dage?</textarea>" in stale.text
    assert 'type="hidden" name="question"' not in stale.text
    assert answer.status_code == 303
    assert RequestMessage.get().text == "Hvilke dage?"


@pytest.mark.parametrize("path", ["aflys", "flyt"])
def test_a_reason_is_on_the_page_of_a_conflict(visit, cast, case, path):
    meeting = a_meeting(cast, case)
    described_by_rikke(cast, meeting)
    typed = {"reason": "Alle er syge", "on": "27.11.2026", "at": "9.00", "until": "10.00", "place": ""}

    stale = visit("solveig").post(f"/m/{meeting.ref}/{path}", **typed, version=meeting.version)

    assert stale.status_code == 409
    assert "Alle er syge</textarea>" in stale.text


def test_who_takes_part_is_shown_as_it_stands_and_as_i_chose(visit, cast, case):
    meeting = a_meeting(cast, case, "solveig", "jonas")
    described_by_rikke(cast, meeting)

    stale = visit("solveig").post(f"/m/{meeting.ref}/deltagere", participants=cast["ulla"].ref, version=meeting.version)

    now = re.search(r'<blockquote[^>]*"now-participants">([^<]*)', stale.text)[1]
    assert stale.status_code == 409
    assert cast["jonas"].name in now
    assert cast["ulla"].name not in now
    assert re.search(rf'<input checked [^>]*value="{cast["ulla"].ref}"', stale.text)


def test_a_citizen_whom_another_named_meanwhile_is_shown_beside_the_name_i_typed(visit, cast, case):
    solveig, path = visit("solveig"), f"/sager/{case.ref}/beskrivelse"
    said = {"children": "no", "citizen_role": "exposed", "what_happened": "Fulgt hjem", "version": "1"}
    solveig.post(path, name="Mette Madeup", **said)

    stale = solveig.post(path, name="Malene Madeup", **said)

    assert stale.status_code == 409
    assert "Mette Madeup</blockquote>" in stale.text
    assert 'value="Malene Madeup"' in stale.text


# ── going on after the thing itself has changed ─────────────────────────────────────────────────────


def test_going_on_with_a_task_that_was_closed_meanwhile_says_so_and_keeps_the_text(visit, cast, case):
    task = a_task(case, assignee=cast["solveig"])
    solveig, path = visit("solveig"), f"/o/{task.ref}/udskyd"
    tasks.start(cast["rikke"], seen(cast["rikke"], task), 1)
    stale = solveig.post(path, due_on="27.11.2026", reason="Hun er på ferie", version="1")
    tasks.complete(cast["rikke"], seen(cast["rikke"], task), 2)

    answer = go_on(solveig, path, stale, due_on="27.11.2026", reason="Hun er på ferie")

    assert answer.status_code == 422
    assert "Opgaven er lukket. Genåbn den først." in answer.text
    assert "Hun er på ferie</textarea>" in answer.text


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "part"])
def test_an_answer_to_a_request_that_was_withdrawn_is_kept_to_be_copied(visit, cast, case, htmx):
    request = a_request(cast["solveig"], case)
    visit("jonas").get(f"/a/{request.ref}")
    mine = asked_of(cast["solveig"], request)
    answers.withdraw(cast["solveig"], mine, "Løst", mine.version)

    answer = visit("jonas").post(
        f"/a/{request.ref}/svar", htmx=htmx, outcome="done", answer="Mødet er flyttet", version=request.version
    )

    assert answer.status_code == 409
    assert "eller den er trukket tilbage" in answer.text
    assert "Mødet er flyttet" in answer.text
    assert "Gem min udgave" not in answer.text


def test_who_answers_after_a_colleague_keeps_the_words_and_reads_no_others(visit, cast, case):
    join(cast, "ulla", "jobcenter")
    request = a_request(cast["solveig"], case)
    visit("jonas").get(f"/a/{request.ref}")
    answers.answer(cast["ulla"], asked_of(cast["ulla"], request), "Flyttet til fredag", Outcome.DONE, request.version)

    answer = visit("jonas").post(
        f"/a/{request.ref}/svar", outcome="done", answer="Flyttet til mandag", version=request.version
    )

    assert answer.status_code == 409
    assert "en anden har taget den" in answer.text
    assert "Flyttet til mandag" in answer.text
    assert "Flyttet til fredag" not in answer.text


def test_minutes_that_two_wrote_are_kept_and_say_where_they_go(visit, cast, case, clock):
    meeting = a_meeting(cast, case)
    clock.forward(days=7)
    hers = policy.meeting_for(cast["rikke"], meeting.ref, Action.MEETING_HOLD)
    meetings.hold(cast["rikke"], hers, "Vi talte om skolen", [], meeting.version)

    answer = visit("solveig").post(f"/m/{meeting.ref}/referat", minutes="Mit referat", version=meeting.version)

    assert answer.status_code == 422
    assert "Referatet er skrevet. Åbn mødet og ret referatet dér" in answer.text
    assert "Mit referat</textarea>" in answer.text


def test_another_text_under_a_key_that_is_used_is_kept_to_be_copied(visit, case):
    solveig, path = visit("solveig"), f"/sager/{case.ref}/noter"
    solveig.post(path, text="Ringet", theme="", key="k")

    answer = solveig.post(path, text="Skrevet til hende", theme="", key="k")

    assert answer.status_code == 409
    assert "Skrevet til hende</blockquote>" in answer.text


def test_what_is_only_added_to_is_never_in_conflict(visit, case):
    path = f"/sager/{case.ref}/noter"
    solveig, rikke = visit("solveig"), visit("rikke")
    solveig.get(path)
    rikke.get(path)

    solveig.post(path, text="Hun ringede", theme="", key="k")
    rikke.post(path, text="Jeg ringede til hende", theme="", key="k")

    assert {note.text for note in Note.select()} == {"Hun ringede", "Jeg ringede til hende"}


def test_two_who_correct_one_note_at_once_have_both_corrected_it(visit, cast, case):
    wrong = notes.write(cast["solveig"], opened(cast["solveig"], case), None, "Hun kom i går")
    path = f"/sager/{case.ref}/noter/{wrong.ref}/rettelse"

    visit("solveig").post(path, text="Hun kom i mandags", key="k")
    answer = visit("rikke").post(path, text="Hun kom i tirsdags", key="k")

    assert answer.status_code == 303
    assert {note.text for note in Note.select()} == {"Hun kom i går", "Hun kom i mandags", "Hun kom i tirsdags"}


# ── what the other did ──────────────────────────────────────────────────────────────────────────────


def plain(answer):
    """The words of a page's middle, without its tags."""
    words = re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2].partition("</main>")[0])
    return " ".join(words.split())


def test_a_button_that_came_too_late_tells_what_who_and_when(visit, cast, case, clock):
    task = a_task(case, assignee=cast["solveig"])
    clock.forward(minutes=101)
    visit("rikke").post(f"/o/{task.ref}/vent", reason="Venter på lægen", version="1")

    stale = visit("solveig").post(f"/o/{task.ref}/udfoert", version="1")

    assert stale.status_code == 409
    assert f"{cast['rikke'].name} ændrede opgaven «Ring til søsteren» kl. 10.41." in plain(stale)
    assert f"{cast['rikke'].name} satte en opgave til at vente" in plain(stale)
    assert "Status fra Ikke startet til Afventer" in plain(stale)
    assert "Begrundelse Venter på lægen" in plain(stale)
    assert "Ring til søsteren" not in stale.text.partition("<title>")[2].partition("</title>")[0]


def test_what_stands_at_a_field_is_not_told_twice(visit, cast, case):
    task = a_task(case, assignee=cast["solveig"])
    visit("rikke").post(f"/o/{task.ref}/vent", reason="Venter på lægen", version="1")

    stale = visit("solveig").post(f"/o/{task.ref}/vent", reason="Venter på politiet", version="1")

    assert plain(stale).count("Venter på lægen") == 1


def test_one_who_changed_it_in_another_window_is_told_so(visit, cast, case):
    task = a_task(case, assignee=cast["solveig"])
    solveig = visit("solveig")
    solveig.post(f"/o/{task.ref}/begynd", version="1")

    assert "Du ændrede opgaven «Ring til søsteren» kl. 09.00." in plain(
        solveig.post(f"/o/{task.ref}/vent", reason="x", version="1")
    )


def test_why_another_moved_a_meeting_is_told(visit, cast, case):
    meeting = a_meeting(cast, case)
    mine = policy.meeting_for(cast["rikke"], meeting.ref, Action.MEETING_PLAN)
    moved_to = meetings.When(date(2026, 11, 26), time(13), time(14))
    meetings.move(cast["rikke"], mine, moved_to, "Borgeren skal til læge", None, 1)
    typed = {"on": "27.11.2026", "at": "9.00", "until": "10.00", "place": "", "reason": "Ferie"}

    stale = visit("solveig").post(f"/m/{meeting.ref}/flyt", **typed, version="1")

    assert f"{cast['rikke'].name} ændrede mødet kl. 09.00." in plain(stale)
    assert "Tidspunkt fra torsdag 26. november kl. 10.00 til torsdag 26. november kl. 13.00" in plain(stale)
    assert "Begrundelse Borgeren skal til læge" in plain(stale)


def test_a_place_that_is_protected_is_not_told_by_what_another_did(visit, cast, case):
    meeting = a_meeting(cast, case)
    described_by_rikke(cast, meeting)
    with begin():
        insert(Party, case=case.ref, role="exposed", protection="special", created_at=case.reported_at)

    stale = visit("solveig").post(f"/m/{meeting.ref}/aflys", reason="Syg", version="1")

    assert "Sted •••• (beskyttet)" in plain(stale)
    assert "Rådhuset" not in stale.text


def test_a_reply_that_came_while_the_answer_was_written_stands_beside_it(visit, cast, case):
    request = a_request(cast["solveig"], case)
    asked = answers.ask(cast["jonas"], asked_of(cast["jonas"], request), "Hvilke dage?", request.version)
    seen_version = asked_of(cast["jonas"], request).version
    answers.reply(cast["solveig"], asked_of(cast["solveig"], request), "Kun om mandagen", seen_version)

    stale = visit("jonas").post(f"/a/{request.ref}/svar", outcome="done", answer="Flyttet", version=seen_version)

    assert (asked.text, stale.status_code) == ("Hvilke dage?", 409)
    assert f"{cast['solveig'].name} ændrede anmodningen kl. 09.00." in plain(stale)
    assert "Svar på spørgsmål Kun om mandagen" in plain(stale)
    assert "Hvilke dage?" not in stale.text
    assert "sådan står der nu" not in stale.text
    assert "Flyttet</textarea>" in stale.text


def test_a_department_is_told_that_a_request_moved_and_nothing_of_the_case(visit, cast, case):
    request = a_request(cast["solveig"], case)
    visit("jonas").get(f"/a/{request.ref}")
    answers.withdraw(cast["solveig"], asked_of(cast["solveig"], request), "Hun er flyttet", request.version)

    kept = visit("jonas").post(f"/a/{request.ref}/svar", outcome="done", answer="Ja", version=request.version)

    assert "eller den er trukket tilbage" in plain(kept)
    assert "Hun er flyttet" not in kept.text


def test_who_may_no_longer_see_it_is_told_nothing(cast, case):
    task = a_task(case, assignee=cast["jonas"])
    tasks.start(cast["rikke"], seen(cast["rikke"], task), 1)
    exclude(case, cast["solveig"], person=cast["jonas"])

    assert history.since(cast["jonas"], Task.get_by_id(task.ref), 1) is None


def test_that_one_saw_what_another_did_is_written_down(visit, cast, case):
    task = a_task(case, assignee=cast["solveig"])
    visit("rikke").post(f"/o/{task.ref}/begynd", version="1")

    visit("solveig").post(f"/o/{task.ref}/udfoert", version="1")

    look = Event.get(Event.action == "conflict:read")
    assert (look.actor, look.object_ref, look.is_write) == (cast["solveig"].ref, task.ref, False)
