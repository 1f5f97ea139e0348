"""Kritiske datoer on the screen: found from the case, filled in, moved, called off and answered without JavaScript."""

from datetime import datetime

import pytest

from skanderborg.domain.reminders import deadlines
from skanderborg.store.critical_dates import CriticalDate
from skanderborg.store.incidents import Incident
from skanderborg.store.work import Meeting, Task
from tests.packed import protect

HEARING = {"kind": "hearing", "on": "4.12.2026", "note": "Byretten i Horsens"}


@pytest.fixture
def there(case):
    return f"/sager/{case.ref}/datoer"


def sent(visitor, path, **fields) -> str:
    """The page that one comes to after a form was taken."""
    answer = visitor.post(path, **fields)
    assert answer.status_code == 303, answer.text
    return visitor.get(answer.location).text


def the_date() -> CriticalDate:
    return CriticalDate.get()


def test_one_finds_it_from_the_case_and_is_told_when_safety_is_assessed(case, there, visit):
    solveig = visit("solveig")
    assert f'href="{there}/ny"' in solveig.get(f"/sager/{case.ref}").text
    form = solveig.get(f"{there}/ny").text

    page = sent(solveig, f"{there}/ny", **HEARING)

    assert "aftal med Dansk Stalking Center" in form
    assert "Sikkerheden vurderes igen senest onsdag 2. december." in page
    assert "fredag 4. december 2026" in page
    assert "Retsmøde eller dom fre. 4. dec." in solveig.get(f"/sager/{case.ref}/noter").text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"kind": ""}, "Vælg, hvad der sker den dag."),
        ({"kind": "<b>"}, "Vælg"),
        ({"on": "31.2.2026"}, "Den dato findes ikke."),
        ({"on": ""}, "Skriv datoen"),
        ({"on": "4.12.2099"}, "mere end to år fremme"),
        ({"kind": "other", "note": ""}, "Skriv kort, hvad der sker den dag."),
        ({"note": "x" * 1_001}, "for lang"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_what_was_typed_stays(there, visit, said, told):
    answer = visit("solveig").post(f"{there}/ny", **HEARING | said)

    assert answer.status_code == 422
    assert told in answer.text
    assert CriticalDate.select().count() == 0
    assert (said.get("note", "Byretten i Horsens") or "4.12.2026") in answer.text


def test_a_day_that_is_gone_is_said_to_be_kept_as_passed(there, visit):
    assert "gemt som passeret" in sent(visit("solveig"), f"{there}/ny", **HEARING | {"on": "2.11.2026"})


def test_it_is_moved_and_called_off(there, visit):
    solveig = visit("solveig")
    solveig.post(f"{there}/ny", **HEARING)
    here = f"{there}/{the_date().ref}"

    moved = sent(solveig, here, **HEARING | {"on": "9.12.2026", "version": "1"})
    off = sent(solveig, f"{here}/aflyst", cancel_reason="Forliget", version="2")

    assert "onsdag 9. december 2026" in moved
    assert "Aflyst: Forliget" in off.replace("<p>", "").replace("</p>", "")


def test_what_was_written_of_a_day_is_hidden_with_the_addresses_and_kept_when_the_day_moves(case, there, visit):
    solveig = visit("solveig")
    solveig.post(f"{there}/ny", **HEARING)
    protect(case)
    here = f"{there}/{the_date().ref}"

    hidden = [solveig.get(page).text for page in (there, here)]
    solveig.post(here, on="9.12.2026", note="", version="1")

    assert not [page for page in hidden if "Byretten" in page]
    assert the_date().note == "Byretten i Horsens"
    assert "Byretten" in solveig.post(there, reason="Skal køre borgeren derhen", key="k").text


def test_the_question_leads_from_min_dag_to_the_answer(case, there, visit, clock):
    solveig = visit("solveig")
    solveig.post(f"{there}/ny", **HEARING)
    deadlines.owe_due(clock.move_to(datetime(2026, 12, 5, 8)))
    clock.move_to(datetime(2026, 12, 5, 9))
    solveig = visit("solveig")
    here = f"{there}/{the_date().ref}/svar"
    assert here in solveig.get("/").text
    task = Task.get(Task.kind == "safe-after")
    assert here in solveig.get(f"/o/{task.ref}").text
    assert "Udskyd" not in solveig.get(f"/o/{task.ref}").text

    refused = solveig.post(here, is_safe="yes", has_acted="yes", act="follow", what="", version="1")
    answered = sent(solveig, here, is_safe="no", has_acted="yes", act="follow", what="Fulgte efter", version="1")

    assert refused.status_code == 422
    assert "Sagen er akut" in answered
    assert Incident.get().what == "Fulgte efter"
    assert here not in solveig.get("/").text


def test_a_form_about_a_date_of_another_case_is_not_found(there, visit):
    assert visit("solveig").get(f"{there}/{'a' * 26}/svar").status_code == 404


def test_no_page_that_is_made_to_be_taken_out_has_a_date_to_come(case, there, visit):
    """The sheet to ring from names nobody, and the log of looks says what was opened."""
    solveig = visit("solveig")
    solveig.post(f"{there}/ny", **HEARING)
    solveig.get(there)

    sheet = solveig.get(f"/sager/{case.ref}/sparring/ark").text
    taken_out = [sheet.partition("<main")[2], visit("dorte").get("/adgangslog/hent").text]

    assert all(taken_out)
    assert not [one for one in taken_out if "Retsmøde" in one or "Byretten" in one or "4. dec" in one]


def test_a_meeting_has_the_dates_on_its_agenda_as_they_stand_for_who_is_on_the_case(cast, case, there, visit):
    """They are not copied into it: a date that moves is told as it is, and the agenda goes to the journal without."""
    solveig = visit("solveig")
    solveig.post(f"{there}/ny", **HEARING)
    agreed = {"kind": "follow-up", "party": "staff", "on": "1.12.2026", "at": "10", "until": "11", "agenda": "Nyt"}
    solveig.post(
        f"/sager/{case.ref}/moeder/nyt", **agreed, participants=[cast[name].ref for name in ("solveig", "jonas")]
    )
    here = f"/m/{Meeting.get().ref}"
    before = solveig.get(here).text
    solveig.post(f"{there}/{the_date().ref}", on="9.12.2026", note="", version="1")

    agenda = [page.partition("<h2>Dagsorden</h2>")[2] for page in (before, solveig.get(here).text)]

    assert ["Retsmøde eller dom" in page for page in agenda] == [True, True]
    assert ["4. december 2026" in page for page in agenda] == [True, False]
    assert "Retsmøde" not in visit("jonas").get(here).text
    assert Meeting.get().agenda == "Nyt"
