"""One's own page."""

import re

from skanderborg import examples
from skanderborg.store.events import Event
from skanderborg.store.people import Person


def seen_version(page) -> str:
    form = page.text.partition('action="/profil"')[2].partition("</form>")[0]
    return re.search(r'name="version" value="(\d+)"', form)[1]


def test_a_profile_that_is_shown_again_still_knows_which_version_was_seen(visit, cast):
    rikke = visit("rikke")
    old = seen_version(rikke.get("/profil"))
    rikke.post("/profil", substitute=cast["rasmus"].ref, theme="dark", version=old)

    refused = rikke.post("/profil", substitute=cast["rikke"].ref, theme="light", version=old)
    again = rikke.post("/profil", substitute=cast["ulla"].ref, theme="light", version=seen_version(refused))

    assert refused.status_code == 422
    assert seen_version(refused) == old
    assert again.status_code == 409
    assert Person.get_by_id(cast["rikke"].ref).substitute == cast["rasmus"]


def test_the_profile_is_saved_over_the_version_that_stands_there(visit, cast):
    rikke = visit("rikke")

    for substitute in ("rasmus", "ulla"):
        version = seen_version(rikke.get("/profil"))
        assert rikke.post("/profil", substitute=cast[substitute].ref, theme="auto", version=version).status_code == 303

    assert Person.get_by_id(cast["rikke"].ref).substitute == cast["ulla"]


def test_the_old_password_cannot_be_guessed_without_end_at_an_open_screen(visit):
    jonas, new = visit("jonas"), {"password": "en helt ny lang kode"}
    for guess in range(8):
        jonas.post("/profil/adgangskode", old=f"gæt nummer {guess}", **new)

    refused = jonas.post("/profil/adgangskode", old=examples.PASSWORD, **new)

    assert refused.status_code == 422
    assert Event.select().where(Event.action == "session:confirm", Event.outcome == "denied").count() == 7


def test_an_absence_without_a_year_is_the_next_one_and_shown_with_its_year(visit):
    solveig = visit("solveig")

    solveig.post("/profil/fravaer", from_on="1/6", to_on="14/6", key="k")

    assert "14. juni 2027" in solveig.get("/profil").text


def test_days_that_are_over_are_no_absence(visit):
    answer = visit("solveig").post("/profil/fravaer", from_on="1.11.2026", to_on="2.11.2026")

    assert answer.status_code == 422
    assert "De dage er gået." in answer.text
