"""Brud på sikkerheden on its pages: who told it finds what to do, the auditor what is missing."""

from skanderborg.store.oversight import DataBreach
from tests.made import letters

SAID = {
    "kind": "sent",
    "danger": "yes",
    "found_on": "20.11.2026",
    "found_time": "8.00",
    "what": "ZQX gik forkert",
    "key": "k",
}


def test_anyone_finds_the_button_and_comes_from_there_to_what_to_do_now(visit):
    jonas = visit("jonas")
    assert 'href="/brud/nyt"' in jonas.get("/profil").text

    answer = jonas.post("/brud/nyt", **SAID)

    page = jonas.get(answer.location).text
    assert "Gør det nu" in page
    assert "Markér som udført" not in page
    assert letters("breach-new") == ["dorte"]


def test_a_time_that_is_wrong_is_said_at_its_field_and_nothing_is_lost(visit):
    answer = visit("jonas").post("/brud/nyt", **SAID | {"found_on": "21.11.2026"})

    assert answer.status_code == 422
    assert 'id="found_on-error"' in answer.text
    assert "ZQX gik forkert" in answer.text
    assert not DataBreach.select().exists()


def test_the_auditor_ticks_off_and_decides(visit):
    visit("jonas").post("/brud/nyt", **SAID)
    dorte, there = visit("dorte"), f"/brud/{DataBreach.get().ref}"
    assert "1 brud på sikkerheden venter" in dorte.get("/adgangslog").text

    done = dorte.post(f"{there}/trin", step="safety").status_code
    unreasoned = dorte.post(f"{there}/afgoerelse", decision="not-reported", version="1").status_code
    decided = dorte.post(f"{there}/afgoerelse", decision="reported", version="1").status_code

    assert (done, unreasoned, decided) == (303, 422, 303)
    page = dorte.get(there).text
    assert "Anmeldt til Datatilsynet" in page
    assert "Udført" in page
    assert "venter på en afgørelse" not in dorte.get("/adgangslog").text
