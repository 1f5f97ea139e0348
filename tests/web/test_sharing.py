"""The page *Deling*: consents, the ledger, and what becomes of a request when a consent is taken back."""

import pytest

from skanderborg.store.events import Event
from skanderborg.store.record import Consent, Disclosure
from skanderborg.store.work import Request
from tests.made import a_case, a_request, exclude

GIVEN = {"consent_scope": "Skolen må vide det", "consent_way": "spoken", "consent_on": "i går", "key": "k"}
TOLD = {"what": "At hun flytter", "to_whom": "Skolen", "why": "De henter anderledes", "basis": "necessary",
        "on": "i går", "key": "k"}  # fmt: skip


@pytest.fixture
def there(case):
    return f"/sager/{case.ref}/deling"


@pytest.fixture
def sent(cast, case):
    """Solveig asks Jobcenter with the citizen's yes."""
    return a_request(cast["solveig"], case)


@pytest.fixture
def its_consent(sent, there):
    return f"{there}/samtykke/{sent.consent_id}"


def test_a_consent_is_written_down_and_the_date_said_back(visit, there):
    solveig = visit("solveig")

    assert solveig.post(f"{there}/samtykke", **GIVEN).status_code == 303
    page = solveig.get(there).text
    assert "Samtykket er gemt med datoen torsdag 19. november 2026." in page
    assert "Skolen må vide det" in page
    assert "<span>Gælder</span>" in page


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"consent_scope": ""}, "Skriv, hvad borgeren har sagt ja til"),
        ({"consent_on": "21.11.2026"}, "Datoen ligger i fremtiden."),
        ({"consent_on": ""}, "Skriv datoen som dag"),
        ({"consent_expires": "18.11.2026"}, "kan ikke udløbe, før det er givet"),
        ({"consent_way": "telepathy"}, "Vælg en af mulighederne"),
        ({"consent_scope": "x" * 1_001}, "for lang"),
    ],
)
def test_what_cannot_be_a_consent_is_told_and_what_was_typed_is_kept(visit, there, wrong, says):
    answer = visit("solveig").post(f"{there}/samtykke", **{**GIVEN, **wrong})

    assert answer.status_code == 422
    assert says in answer.text
    assert "sk-error-summary" in answer.text
    assert {**GIVEN, **wrong}["consent_scope"] in answer.text
    assert Consent.select().count() == 0


def test_what_was_told_by_word_of_mouth_is_written_down_once(visit, there):
    solveig = visit("solveig")

    assert [solveig.post(f"{there}/fortalt", **TOLD).status_code for _ in range(2)] == [303, 303]
    page = solveig.get(there).text
    assert "Det er skrevet ned med datoen torsdag 19. november 2026." in page
    assert "Dato: torsdag 19. november 2026\nEmne: Delt med Skolen\nSkrevet af: Solveig Sand" in page
    assert Disclosure.select().count() == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"what": ""}, "Skriv kort, hvad der blev fortalt."),
        ({"basis": "consent"}, "Vælg det samtykke"),
        ({"basis": "unsure"}, "Vælg en af mulighederne"),
        ({"basis": "underretning"}, "Vælg en af mulighederne"),
        ({"on": "21.11.2026"}, "Datoen ligger i fremtiden."),
        ({"consent": "a" * 26}, "Vælg en af mulighederne"),
        ({"why": "Hendes nummer er 010190-1234"}, "ligner et CPR-nummer"),
    ],
)
def test_what_cannot_have_been_told_is_told_and_what_was_typed_is_kept(visit, there, wrong, says):
    answer = visit("solveig").post(f"{there}/fortalt", **{**TOLD, **wrong})

    assert answer.status_code == 422
    assert says in answer.text
    assert all({**TOLD, **wrong}[name] in answer.text for name in ("what", "to_whom", "why"))
    assert Disclosure.select().count() == 0


def test_a_row_on_section_115_carries_its_note(visit, there):
    """D-25: only those forums, not for investigating crimes, no duty to share (retsplejeloven § 115)."""
    solveig = visit("solveig")
    solveig.post(f"{there}/fortalt", **TOLD | {"basis": "section-115", "to_whom": "SSP"})

    page = solveig.get(there).text
    entry = page.partition('<ul class="sk-timeline">')[2]
    assert "kun SSP, PSP og KSP). Ikke til efterforskning af straffesager, og ingen pligt til at dele." in entry


def test_a_request_links_from_the_ledger_to_its_words(visit, there, sent):
    page = visit("rasmus").get(there).text

    assert f'href="/a/{sent.ref}"' in page
    assert "Kan mødepligten flyttes?" not in page


def test_the_page_of_a_consent_says_what_taking_it_back_stops(visit, its_consent):
    page = visit("solveig").get(its_consent).text

    assert "1 åben anmodning bliver sat på pause" in page
    assert "<strong>Jobcenter</strong>" in page


def test_taking_it_back_lists_what_was_shared_and_stops_the_department(visit, its_consent, sent):
    """D-25."""
    solveig = visit("solveig")

    answer = solveig.post(its_consent, withdrawn_on="i dag", withdrawn_note="Hun er bange", version="1")

    assert (answer.status_code, answer.location) == (303, its_consent)
    page = solveig.get(its_consent).text
    assert "Det her er allerede delt." in page
    assert "<strong>Jobcenter</strong>" in page
    department = visit("jonas").get(f"/a/{sent.ref}").text
    assert "Sat på pause: grundlaget er trukket tilbage. Gør ikke mere." in department
    assert "Ring aldrig hjem" in department
    assert not [word for word in ("Kan mødepligten flyttes?", "Mette Madeup", "/svar", "/spoerg") if word in department]


def test_lists_say_that_it_is_on_pause_and_the_departments_no_more(visit, its_consent):
    solveig = visit("solveig")
    solveig.post(its_consent, withdrawn_on="i dag", version="1")

    theirs, mine = visit("jonas").get("/anmodninger").text, solveig.get("/anmodninger?vis=sendt").text

    assert "Sat på pause" in theirs
    assert "Sat på pause" in mine
    assert "Kan mødepligten flyttes?" not in theirs
    assert "Kan mødepligten flyttes?" in mine
    assert "Sat på pause" in solveig.get("/").text


def test_an_answer_from_a_stale_page_is_kept_and_not_sent(visit, its_consent, sent):
    jonas = visit("jonas")
    visit("solveig").post(its_consent, withdrawn_on="i dag", version="1")

    answer = jonas.post(f"/a/{sent.ref}/svar", version=sent.version, outcome="done", answer="Det er flyttet")

    assert answer.status_code == 409
    assert "Det er flyttet" in answer.text
    assert "Kan mødepligten flyttes?" not in answer.text
    assert Request.get().answer is None


def test_the_asker_lets_it_go_on_on_another_basis(visit, its_consent, sent):
    solveig = visit("solveig")
    solveig.post(its_consent, withdrawn_on="i dag", version="1")
    version = Request.get().version

    refused = solveig.post(f"/a/{sent.ref}/genoptag", version=version, basis="consent", consent=sent.consent_id)
    gone_on = solveig.post(f"/a/{sent.ref}/genoptag", version=version, basis="necessary")

    assert (refused.status_code, gone_on.status_code) == (422, 303)
    assert "Kan mødepligten flyttes?" in visit("jonas").get(f"/a/{sent.ref}").text


def test_who_takes_a_consent_back_after_another_is_told_so(visit, its_consent):
    visit("rikke").post(its_consent, withdrawn_on="i dag", version="1")

    assert visit("solveig").post(its_consent, withdrawn_on="i dag", version="1").status_code == 303
    assert visit("solveig").post(its_consent, withdrawn_on="i går", version="1").status_code == 409
    assert Event.select().where(Event.action == "consent:withdrawn").count() == 1


def test_who_may_not_see_the_case_gets_the_same_answer_as_for_none(visit, cast, case, there, its_consent):
    exclude(case, cast["rikke"], person=cast["rasmus"])

    for who in ("ulla", "rasmus", "jonas"):
        assert visit(who).get(there).status_code == visit(who).get(its_consent).status_code == 404
    assert visit("ulla").post(f"{there}/fortalt", **TOLD).status_code == 404


def test_a_consent_of_another_case_is_not_found(visit, cast, there, sent):
    other = a_case(cast, "OTHER")

    assert visit("solveig").get(f"/sager/{other.ref}/deling/samtykke/{sent.consent_id}").status_code == 404


def test_a_closed_case_shows_its_ledger_and_no_form(visit, cast, case):
    closed = a_case(cast, "CLOSE", phase="closed", closed_at=case.reported_at)

    page = visit("solveig").get(f"/sager/{closed.ref}/deling").text

    assert "consent_scope" not in page
    assert "Intet er delt endnu." in page


def test_a_child_report_is_never_in_the_ledger(visit, there):
    page = visit("solveig").get(there).text

    assert "En underretning skal ikke stå her." in page
    assert 'value="underretning"' not in page


# ── the form of a request ───────────────────────────────────────────────────────────────────────────


def test_the_form_offers_the_consents_that_hold_and_a_new_one(visit, case, there):
    solveig = visit("solveig")
    new = f"/sager/{case.ref}/anmodning/ny"
    assert 'name="consent"' not in solveig.get(new).text
    solveig.post(f"{there}/samtykke", **GIVEN)

    page = solveig.get(new).text

    assert "Mundtligt 19.11.2026: Skolen må vide det" in page
    assert "Et nyt – skriv det her" in page


# ── what a page costs ───────────────────────────────────────────────────────────────────────────────


def test_pages_ask_the_database_eight_times_at_most(visit, cast, case, there, its_consent, queries):
    for _ in range(3):
        a_request(cast["solveig"], case)
    solveig = visit("solveig")
    solveig.get(there)

    for path in (there, its_consent, f"/sager/{case.ref}/anmodning/ny"):
        queries.clear()
        assert solveig.get(path).status_code == 200
        assert len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT", "SELECT pg_advisory"))]) <= 8, (
            queries
        )
    queries.clear()
    solveig.post(its_consent, withdrawn_on="i dag", version="1")
    for path in (f"/a/{Request.get().ref}", its_consent):
        queries.clear()
        solveig.get(path)
        assert len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT", "SELECT pg_advisory"))]) <= 8, (
            queries
        )


def test_the_look_is_written_down(visit, cast, there, its_consent):
    rasmus = visit("rasmus")
    rasmus.get(there)
    rasmus.get(its_consent)

    seen = {event.action for event in Event.select().where(Event.actor == cast["rasmus"].ref)}
    assert {"sharing:list", "consent:read"} <= seen
