"""Silent cases on their pages: the note form asks whether one talked with the citizen, and what is agreed next."""

import re
from datetime import datetime

import pytest

from skanderborg.store.cases import Case
from skanderborg.store.record import Note, Sparring


def test_a_note_says_whether_one_talked_with_the_citizen(visit, case):
    solveig = visit("solveig")
    form = solveig.get(f"/sager/{case.ref}/noter").text

    solveig.post(f"/sager/{case.ref}/noter", text="Ringet", talked="call", talked_on="20.11.2026", key="a")
    solveig.post(f"/sager/{case.ref}/noter", text="Skrev til skolen", talked="", talked_on="20.11.2026", key="b")
    solveig.post(f"/sager/{case.ref}/noter", text="Fra en gammel side", key="c")

    assert "Talte I med borgeren?" in form
    assert [note.talked for note in Note.select().order_by(Note.at)] == ["call", None, None]
    assert "Talt med borgeren fre. 20. nov." in solveig.get(f"/sager/{case.ref}/noter").text


@pytest.mark.parametrize(
    ("day", "said"), [("", "dag, måned og år"), ("21.11.2026", "ligger i fremtiden"), ("i morgen", "")]
)
def test_a_talk_without_a_day_that_has_come_is_refused_and_the_note_kept(visit, case, day, said):
    answer = visit("solveig").post(f"/sager/{case.ref}/noter", text="Vi talte", talked="met", talked_on=day, key="a")

    assert answer.status_code == 422
    assert said in answer.text
    assert "Vi talte" in answer.text
    assert Note.select().count() == 0


def test_a_correction_begins_with_what_the_note_said(visit, case):
    solveig = visit("solveig")
    solveig.post(f"/sager/{case.ref}/noter", text="Ringet", talked="call", talked_on="19.11.2026", key="a")
    note = Note.get()

    page = solveig.get(f"/sager/{case.ref}/noter/{note.ref}/rettelse").text

    assert re.search(r'<input[^>]*checked[^>]*value="call"', page)
    assert re.search(r'name="talked_on"[^>]*value="19.11.2026"|value="19.11.2026"[^>]*name="talked_on"', page)


def test_sparring_says_whether_the_citizen_was_there(visit, case):
    visit("solveig").post(f"/sager/{case.ref}/sparring", way="police", external_name="Vagten", held_on="20.11.2026",
                          advice="Ring", with_citizen="y", key="a")  # fmt: skip

    assert [one.with_citizen for one in Sparring.select()] == [True]


def test_a_silent_case_says_so_on_board_case_and_min_dag(visit, case, clock):
    clock.move_to(datetime(2026, 12, 21, 9))
    solveig = visit("solveig")

    for place in ("/", "/tavle", f"/sager/{case.ref}"):
        assert "Stille siden 20. nov." in solveig.get(place).text, place


def test_the_board_is_right_again_as_soon_as_one_has_talked(visit, case, clock):
    clock.move_to(datetime(2026, 12, 21, 9))
    solveig = visit("solveig")
    before = solveig.get("/tavle").text

    solveig.post(f"/sager/{case.ref}/noter", text="Ringet", talked="call", talked_on="21.12.2026", key="a")

    assert "Stille siden" in before
    assert "Stille siden" not in solveig.get("/tavle").text


def test_what_is_agreed_next_stands_on_the_case_and_ends_the_silence_until_then(visit, case, clock):
    clock.move_to(datetime(2026, 12, 21, 9))
    solveig = visit("solveig")
    form = solveig.get(f"/sager/{case.ref}/naeste-kontakt").text

    answer = solveig.post(f"/sager/{case.ref}/naeste-kontakt", version="1", next_contact_on="15.1.2027",
                          next_contact="Venter på retsmødet")  # fmt: skip
    page = solveig.get(f"/sager/{case.ref}").text

    assert "Næste kontakt med borgeren" in form
    assert answer.status_code == 303
    assert "Sidst talt med borgeren: ikke skrevet ned endnu" in page
    assert "Næste aftalte kontakt: fre. 15. jan. 2027" in page
    assert "Venter på retsmødet" in page
    assert "Stille siden" not in page


def test_a_day_that_has_passed_is_refused_and_what_was_typed_kept(visit, case):
    answer = visit("solveig").post(f"/sager/{case.ref}/naeste-kontakt", version="1", next_contact_on="1.1.2026",
                                   next_contact="Venter på retsmødet")  # fmt: skip

    assert answer.status_code == 422
    assert "er passeret" in answer.text
    assert "Venter på retsmødet" in answer.text
    assert Case.get_by_id(case.ref).next_contact_on is None


def test_history_tells_what_was_agreed_and_that_one_talked(visit, case):
    solveig = visit("solveig")
    solveig.post(
        f"/sager/{case.ref}/naeste-kontakt", version="1", next_contact_on="15.1.2027", next_contact="Retsmødet"
    )
    solveig.post(f"/sager/{case.ref}/noter", text="Ringet", talked="call", talked_on="20.11.2026", key="a")

    page = solveig.get(f"/sager/{case.ref}/historik").text

    for words in ("hvornår der næste gang er kontakt", "15.1.2027", "Retsmødet", "Ja, i telefon"):
        assert words in page
