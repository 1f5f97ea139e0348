"""The pages of meetings."""

import json
import re
from datetime import date, datetime

import pytest

from skanderborg.domain.safety import safe_contact, warning_notes
from skanderborg.store.outbox import OutboxLetter
from skanderborg.store.work import Meeting, Task
from tests.made import department, opened

PLANNED = {
    "kind": "follow-up", "party": "citizen", "on": "26 11 2026", "at": "10", "until": "11.00", "place": "Lokale 4",
    "agenda": "1. Nyt",
}  # fmt: skip


@pytest.fixture
def plan(visit, cast, case):
    """Plan a meeting by the form; returns the answer."""

    def send(username: str = "rikke", names=("rikke", "jonas"), **changed):
        visitor = visit(username)
        page = visitor.get(f"/sager/{case.ref}/moeder/nyt")
        key = re.search(r'name="key" value="([^"]+)"', page.text)
        fields = PLANNED | {"participants": [cast[name].ref for name in names], "key": key[1] if key else ""} | changed
        return visitor.post(f"/sager/{case.ref}/moeder/nyt", **fields)

    return send


@pytest.fixture
def meeting(plan):
    plan()
    return Meeting.get()


def test_a_meeting_is_planned_by_a_plain_form(plan, visit):
    answer = plan()

    assert answer.status_code == 303
    page = visit("rikke").get(answer.location)
    assert "Opfølgende møde torsdag 26. november kl. 10.00" in page.text
    assert "Lokale 4" in page.text
    assert "Planlagt" in page.text


def test_a_meeting_of_another_year_says_so_on_its_page_and_in_its_mail(plan, visit):
    answer = plan(on="25-10-2027", at="2.30", until="4")

    assert "<h1>Opfølgende møde mandag 25. oktober 2027 kl. 02.30</h1>" in visit("rikke").get(answer.location).text
    assert json.loads(OutboxLetter.get().words)["when"] == "mandag 25. oktober 2027 kl. 02.30"


def test_the_form_says_that_a_meeting_is_with_one_party(visit, case):
    page = visit("rikke").get(f"/sager/{case.ref}/moeder/nyt")

    assert "Hold aldrig et fælles møde" in page.text
    assert "Hvad er der sket siden sidst?" in page.text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"on": "28 3 2027", "at": "2.30", "until": "4", "day_seen": "2027-03-28"}, "Kl. 02.30 findes ikke"),
        ({"on": "19 11 2026"}, "Tidspunktet er passeret"),
        ({"on": "21 11 2028"}, "Datoen ligger mere end to år fremme"),
        ({"on": "31 11 2026"}, "Den dato findes ikke"),
        ({"at": "25.00"}, "Skriv klokkeslættet"),
        ({"until": "9"}, "slutte senere"),
        ({"participants": []}, "Vælg mindst én"),
        ({"participants": ["x"]}, "Vælg en af mulighederne"),
        ({"place": "x" * 201}, "for lang"),
        ({"kind": "party"}, "Vælg en af mulighederne"),
    ],
)
def test_what_can_not_be_right_is_refused_and_what_was_typed_stays(plan, changed, words):
    answer = plan(**changed)

    assert answer.status_code == 422
    assert words in answer.text
    assert "1. Nyt" in answer.text


@pytest.mark.parametrize(
    ("day", "seen", "told"),
    [
        ("25 12 2026", "2026-12-25", "Fredag 25. december er en helligdag eller lukkedag."),
        ("24 12 2026", "2026-12-24", "Torsdag 24. december er en helligdag eller lukkedag."),
        ("28 11 2026", "2026-11-28", "Lørdag 28. november ligger i en weekend."),
    ],
)
def test_a_day_off_is_asked_about_once_and_what_was_typed_stays(plan, day, seen, told):
    asked = plan(on=day)

    assert asked.status_code == 422
    assert f"{told} Send formularen igen, hvis dagen er rigtig." in asked.text
    assert "Kontrollér, og send igen" in asked.text
    assert f'name="day_seen" value="{seen}"' in asked.text
    assert "1. Nyt" in asked.text
    assert not Meeting.select().exists()
    assert plan(on="5 12 2026", day_seen=seen).status_code == 422
    assert plan(on=day, day_seen=seen).status_code == 303


def test_moving_to_a_day_off_is_asked_about_too(meeting, visit):
    rikke, typed = visit("rikke"), {"on": "26 12 2026", "at": "9", "until": "10", "reason": "Syg", "version": "1"}

    assert rikke.post(f"/m/{meeting.ref}/flyt", **typed).status_code == 422
    assert rikke.post(f"/m/{meeting.ref}/flyt", **typed, day_seen="2026-12-26").status_code == 303


def test_the_same_form_twice_is_one_meeting(visit, cast, case):
    rikke = visit("rikke")
    rikke.get(f"/sager/{case.ref}/moeder/nyt")
    fields = PLANNED | {"participants": [cast["rikke"].ref], "key": "k"}

    first = rikke.post(f"/sager/{case.ref}/moeder/nyt", **fields)
    again = rikke.post(f"/sager/{case.ref}/moeder/nyt", **fields)

    assert first.location == again.location
    assert Meeting.select().count() == 1


def test_who_only_takes_part_sees_time_place_and_agenda_and_no_case(meeting, visit, case):
    page = visit("jonas").get(f"/m/{meeting.ref}")

    assert page.status_code == 200
    assert "Lokale 4" in page.text
    assert "1. Nyt" in page.text
    assert case.code not in page.text
    assert "Påmindelser" not in page.text.split("<main")[1].split("</main")[0]
    assert "/flyt" not in page.text


def test_nobody_else_sees_that_there_is_a_meeting(meeting, visit):
    hidden = visit("ulla").get(f"/m/{meeting.ref}")
    missing = visit("ulla").get("/m/" + "a" * 26)

    assert hidden.status_code == missing.status_code == 404


def test_those_on_the_case_see_what_became_of_the_reminders(meeting, visit):
    page = visit("rikke").get(f"/m/{meeting.ref}")

    assert "tir. 24. nov. kl. 08.00 til Rikke Ravn" in page.text
    assert "fre. 27. nov. kl. 08.00 til tovholderen" in page.text


def test_the_list_of_a_case_names_its_meetings(meeting, visit, case):
    page = visit("rikke").get(f"/sager/{case.ref}/moeder")

    assert f"/m/{meeting.ref}" in page.text


def test_a_meeting_is_moved_with_a_reason_that_stays_on_the_case(meeting, visit):
    rikke = visit("rikke")
    form = rikke.get(f"/m/{meeting.ref}/flyt")
    assert 'value="10.00"' in form.text

    answer = rikke.post(
        f"/m/{meeting.ref}/flyt", on="27 11 2026", at="13", until="14", place="Lokale 4", reason="Syg", version="1"
    )

    assert answer.status_code == 303
    page = rikke.get(answer.location)
    assert "Var torsdag 26. november kl. 10.00" in page.text
    assert "Syg" in page.text


def test_a_stale_form_is_answered_with_both_texts(meeting, visit):
    rikke = visit("rikke")
    rikke.post(f"/m/{meeting.ref}/dagsorden", place="Lokale 5", agenda="Første", version="1")

    answer = rikke.post(f"/m/{meeting.ref}/dagsorden", place="Lokale 6", agenda="Anden", version="1")

    assert answer.status_code == 409
    assert "Første" in answer.text
    assert "Anden" in answer.text


def test_a_meeting_is_cancelled(meeting, visit):
    answer = visit("rikke").post(f"/m/{meeting.ref}/aflys", reason="Borgeren kan ikke", version="1")

    assert answer.status_code == 303
    assert Meeting.get().status == "cancelled"


def test_only_real_moves_stand_among_the_moves_of_a_cancelled_meeting(meeting, visit):
    rikke, path = visit("rikke"), f"/m/{meeting.ref}"
    rikke.post(f"{path}/flyt", on="27 11 2026", at="13", until="14", place="", reason="Syg", version="1")
    rikke.post(f"{path}/aflys", reason="Borgeren kan ikke", version="2")

    _, cancelled, moves = re.split("Hvorfor mødet blev aflyst|Flytninger</h2>", rikke.get(path).text)

    assert "Rikke Ravn fre. 20. nov. kl. 09.00" in cancelled
    assert "Borgeren kan ikke" in cancelled
    assert moves.count("<p>Var ") == 1
    assert "Var torsdag 26. november kl. 10.00" in moves
    assert "Borgeren kan ikke" not in moves


@pytest.mark.parametrize("page", ["flyt", "aflys", "deltagere", "dagsorden", "referat"])
def test_the_forms_of_a_cancelled_meeting_lead_back_with_words(meeting, visit, page):
    rikke, path = visit("rikke"), f"/m/{meeting.ref}"
    rikke.post(f"{path}/aflys", reason="Borgeren kan ikke", version="1")

    answer = rikke.get(f"{path}/{page}")

    assert (answer.status_code, answer.location) == (303, path)
    assert "Mødet er aflyst. Aftal et nyt møde i stedet." in rikke.get(path).text


def test_minutes_that_nobody_wrote_cannot_be_corrected(meeting, visit):
    rikke = visit("rikke")

    assert rikke.get(f"/m/{meeting.ref}/referat/ret").status_code == 303
    assert "Der er ikke skrevet referat endnu." in rikke.get(f"/m/{meeting.ref}").text


def test_participants_are_chosen_anew(meeting, visit, cast):
    rikke = visit("rikke")
    form = rikke.get(f"/m/{meeting.ref}/deltagere")
    assert "Jonas Jeppe" in form.text

    answer = rikke.post(f"/m/{meeting.ref}/deltagere", participants=[cast["solveig"].ref], version="1")

    assert answer.status_code == 303
    told = OutboxLetter.select().where(OutboxLetter.kind == "meeting-cancelled").count()
    assert told == 2


def test_minutes_and_decisions_are_written_and_the_next_meeting_starts_from_them(meeting, visit, cast, case, clock):
    clock.move_to(datetime(2026, 11, 26, 11))
    rikke = visit("rikke")
    assert rikke.get(f"/m/{meeting.ref}/referat").status_code == 200

    answer = rikke.post(
        f"/m/{meeting.ref}/referat", minutes="Vi talte om netværket.", text_1="Ring til søsteren",
        owner_1=f"person:{cast['solveig'].ref}", due_on_1="1 12 2026", version="1",
    )  # fmt: skip

    assert answer.status_code == 303, answer.text
    page = rikke.get(answer.location)
    assert f"/o/{Task.get().ref}" in page.text
    assert "Kopiér til journalen" in page.text
    again = rikke.get(f"/sager/{case.ref}/moeder/nyt?efter={meeting.ref}")
    assert "– Ring til søsteren" in again.text


def test_minutes_of_a_meeting_that_lies_ahead_ask_first_whether_it_was_held_early(meeting, visit):
    rikke = visit("rikke")
    assert f'href="/m/{meeting.ref}/referat"' in rikke.get(f"/m/{meeting.ref}").text
    assert 'name="was_early"' in rikke.get(f"/m/{meeting.ref}/referat").text

    refused = rikke.post(f"/m/{meeting.ref}/referat", minutes="Vi mødtes i går.", version="1")
    answer = rikke.post(f"/m/{meeting.ref}/referat", minutes="Vi mødtes i går.", was_early="y", version="1")

    assert refused.status_code == 422
    assert "Sæt kryds, hvis det er holdt før tid." in refused.text
    assert answer.status_code == 303, answer.text
    page = rikke.get(answer.location).text
    assert "Afholdt" in page
    assert page.count("Holdt før tid. Referatet er skrevet fredag 20. november kl. 09.00.") == 2


def test_minutes_of_a_meeting_that_is_over_ask_nothing_of_the_kind(meeting, visit, clock):
    clock.move_to(datetime(2026, 11, 26, 11))

    assert 'name="was_early"' not in visit("rikke").get(f"/m/{meeting.ref}/referat").text


def test_a_decision_can_be_given_to_a_departments_queue(meeting, visit, clock):
    clock.move_to(datetime(2026, 11, 26, 11))
    rikke, jobcenter = visit("rikke"), f"department:{department('jobcenter').ref}"
    assert f'<option value="{jobcenter}">Jobcenter (hele afdelingen)' in rikke.get(f"/m/{meeting.ref}/referat").text

    answer = rikke.post(
        f"/m/{meeting.ref}/referat", minutes="x", text_1="Flyt mødepligten", owner_1=jobcenter, version="1"
    )

    assert answer.status_code == 303, answer.text
    assert "Jobcenter (hele afdelingen)" in rikke.get(answer.location).text


def test_an_owner_without_a_decision_is_asked_about(meeting, visit, cast, clock):
    clock.move_to(datetime(2026, 11, 26, 11))

    answer = visit("rikke").post(
        f"/m/{meeting.ref}/referat", minutes="x", owner_2=f"person:{cast['solveig'].ref}", version="1"
    )  # fmt: skip

    assert answer.status_code == 422
    assert "Skriv, hvad der blev besluttet." in answer.text


def test_a_decision_whose_deadline_has_passed_is_refused_at_its_field_with_all_that_was_typed(meeting, visit, clock):
    clock.move_to(datetime(2026, 11, 26, 11))

    answer = visit("rikke").post(
        f"/m/{meeting.ref}/referat", minutes="Vi talte om netværket.", text_1="Ring til søsteren",
        due_on_1="26.11.2026", text_3="Skriv til skolen", due_on_3="25.11.2026", version="1",
    )  # fmt: skip

    assert answer.status_code == 422
    assert re.search(r'id="due_on_3-error">.*Fristen er passeret. Vælg i dag eller en senere dato.', answer.text)
    assert 'id="due_on_1-error"' not in answer.text
    assert "Vi talte om netværket.</textarea>" in answer.text
    assert 'value="Skriv til skolen"' in answer.text
    assert 'value="25.11.2026"' in answer.text
    assert not Task.select().exists()


def test_minutes_are_corrected(meeting, visit, clock):
    clock.move_to(datetime(2026, 11, 26, 11))
    rikke = visit("rikke")
    rikke.post(f"/m/{meeting.ref}/referat", minutes="Forkert", version="1")
    assert "Forkert" in rikke.get(f"/m/{meeting.ref}/referat/ret").text

    answer = rikke.post(f"/m/{meeting.ref}/referat/ret", minutes="Rigtigt", version="2")

    assert answer.status_code == 303
    assert Meeting.get().minutes == "Rigtigt"


def test_the_page_of_a_meeting_asks_the_database_little(meeting, visit, queries):
    rikke = visit("rikke")
    rikke.get(f"/m/{meeting.ref}")
    queries.clear()

    rikke.get(f"/m/{meeting.ref}")

    asked = [sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT", "SELECT pg_advisory", "SAVEPOINT"))]
    assert len(asked) <= 8, "\n".join(asked)


def test_the_page_of_caught_mails_is_not_there_outside_development(visit):
    assert visit("rikke").get("/dev/mail").status_code == 404


# ── the rules of contact ────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def warned(cast, case):
    mine = opened(cast["solveig"], case)
    safe_contact.agree(cast["solveig"], mine, mine.version, safe_never="ZQX ring aldrig hjem")
    warning_notes.write(cast["solveig"], mine, "ZQX kom altid to", date(2027, 1, 4))


@pytest.mark.parametrize("who", ["rikke", "jonas"])
def test_whoever_takes_part_sees_how_the_citizen_may_be_contacted_and_the_warnings(plan, visit, warned, who):
    plan(has_read_rules="y")

    page = visit(who).get(f"/m/{Meeting.get().ref}").text

    assert "ZQX ring aldrig hjem" in page
    assert "ZQX kom altid to" in page


def test_a_meeting_with_the_citizen_against_the_rules_is_planned_when_they_were_read(plan, visit, case, warned):
    asked = plan(party="citizen", agenda="ZQX nyt")

    assert (asked.status_code, Meeting.select().count()) == (422, 0)
    assert "Læs, hvordan borgeren må kontaktes, og advarslerne." in asked.text
    assert 'name="has_read_rules"' in asked.text
    assert "ZQX nyt" in asked.text
    assert "ZQX kom altid to" in asked.text
    assert plan(party="citizen", has_read_rules="y").status_code == 303


def test_nothing_is_asked_where_nothing_speaks_against_it(plan, visit, case):
    assert "has_read_rules" not in visit("rikke").get(f"/sager/{case.ref}/moeder/nyt").text
    assert plan(party="citizen").status_code == 303
