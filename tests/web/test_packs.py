"""The pages of a handing-over: choose, see, hand over, fetch."""

import html
import io
import re
import zipfile

import pytest
from pypdf import PdfReader

from skanderborg.store.incidents import Pack
from tests.packed import PLACE, SECRET, a_log, a_stored_pack, protect

NO_QUESTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "SELECT pg_advisory")


@pytest.fixture
def log(cast, case):
    return a_log(cast, case)


def signing_path(page):
    """Where «Fortsæt med præcis dette» leads."""
    return re.search(r'href="(/sager/[^"]+/udlever\?[^"]+)"', page.text)[1].replace("&amp;", "&")


def goes_to(case):
    """Where the form that hands over goes."""
    return f"/sager/{case.ref}/udlevering/ny/udlever"


def handing(page, **said):
    """The form as it stands on the page, filled in."""
    key, extract = (re.search(rf'name="{name}" value="([^"]+)"', page.text)[1] for name in ("key", "extract"))
    return {
        "key": key, "extract": html.unescape(extract), "to_whom": "Bo Betjent", "reason": "Til anmeldelsen i sagen",
        "basis": "necessary", "consent": "", "consent_way": "spoken", **said,
    }  # fmt: skip


def test_from_the_choice_of_a_recipient_to_the_files(case, log, visit):
    solveig = visit("solveig")

    seen = solveig.get(f"/sager/{case.ref}/udlevering/ny?recipient=police")
    path = signing_path(seen)
    made = solveig.post(goes_to(case), **handing(solveig.get(path)))

    page = solveig.get(made.location)
    assert "Det var ikke med" in page.text
    pdf, zipped = solveig.get(f"{made.location}/pdf"), solveig.get(f"{made.location}/zip")
    assert len(PdfReader(io.BytesIO(pdf.data)).pages) >= 2
    assert zipfile.ZipFile(io.BytesIO(zipped.data)).testzip() is None
    assert {"log.csv", "log.xlsx", "manifest.txt", "udlevering-K7F3Q-1.pdf"} <= set(
        zipfile.ZipFile(io.BytesIO(zipped.data)).namelist()
    )
    for answer, name in ((pdf, "udlevering-K7F3Q-1.pdf"), (zipped, "udlevering-K7F3Q-1.zip")):
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")
        assert answer.headers["Cache-Control"] == "no-store"


def test_the_preview_shows_what_goes_and_says_what_does_not(case, log, visit):
    page = visit("solveig").get(f"/sager/{case.ref}/udlevering/ny?recipient=police").text

    assert "Han ringede hele natten" in page
    assert SECRET not in page
    assert "mærket «må ikke udleveres»: 1" in page
    assert "Udøveren kan få loggen at se" in page


def test_no_choice_in_the_address_shows_the_police_a_protected_place(case, log, visit):
    protect(case)

    page = visit("solveig").get(f"/sager/{case.ref}/udlevering/ny?recipient=police&order=nyeste&valgt=1&parts=steder")

    assert page.status_code == 422
    assert PLACE not in page.text


def test_a_protected_place_that_goes_into_the_journal_is_not_shown_on_the_way(case, log, visit):
    protect(case)
    query = "recipient=journal&valgt=1&order=nyeste&parts=steder&parts=vidnekontakt"

    page = visit("solveig").get(f"/sager/{case.ref}/udlevering/ny?{query}")

    assert page.status_code == 200
    assert not [words for words in (PLACE, "87 65 43 21") if words in page.text]
    assert "Det her går med, men er skjult på siden: Hvor det skete; Hvordan vidnerne kan kontaktes." in page.text


def test_a_form_that_came_too_late_comes_back_whole(case, log, visit, clock):
    solveig, there = visit("solveig"), goes_to(case)
    form = handing(solveig.get(signing_path(solveig.get(f"/sager/{case.ref}/udlevering/ny?recipient=police"))))
    clock.forward(minutes=31)

    kept = solveig.post(there, **form).location.partition("naeste=")[2]
    solveig.sign_in("solveig")
    back = solveig.get(kept)

    assert "Bo Betjent" in back.text
    assert f'<form method="post" action="{there}"' in back.text
    assert handing(back) == form
    assert solveig.post(there, **form, kladde=kept.rpartition("/")[2]).status_code == 303
    assert Pack.select().count() == 1


def test_a_log_that_changed_since_is_told_and_the_text_is_kept(cast, case, log, visit):
    solveig = visit("solveig")
    path = signing_path(solveig.get(f"/sager/{case.ref}/udlevering/ny?recipient=police"))
    form = handing(solveig.get(path))
    a_log(cast, case)

    answer = solveig.post(goes_to(case), **form)

    assert answer.status_code == 409
    assert "er ændret, siden du så udtrækket" in answer.text
    assert "Til anmeldelsen i sagen" in answer.text


def test_a_preview_asks_the_database_eight_times_at_most(case, log, visit, queries):
    solveig, path = visit("solveig"), f"/sager/{case.ref}/udlevering/ny?recipient=police"
    sign = signing_path(solveig.get(path))

    asked = {}
    for name in (path, sign):
        queries.clear()
        assert solveig.get(name).status_code == 200
        asked[name] = len([sql for sql in queries if not sql.startswith(NO_QUESTION)])

    assert max(asked.values()) <= 8


@pytest.mark.parametrize(
    "query",
    [
        "recipient=police&recipient=x",
        "recipient=police&valgt=1&order=x",
        "recipient=police&valgt=1&from_on=i+går+aftes",
        "recipient=police&valgt=1&from_on=2.2.2026&to_on=1.1.2026",
        "recipient=police&valgt=1&type=%00x",
        "recipient=%ff",
    ],
)
def test_an_address_that_makes_no_sense_is_no_error_of_ours(case, visit, query):
    assert visit("solveig").get(f"/sager/{case.ref}/udlevering/ny?{query}").status_code in (200, 303, 400, 404, 422)


def test_who_only_takes_part_sees_what_was_handed_over_and_no_way_to_fetch_it(cast, case, visit):
    pack = a_stored_pack(case, cast["solveig"])

    page = visit("rasmus").get(f"/sager/{case.ref}/udlevering/{pack.ref}")

    assert page.status_code == 200
    assert "Hent PDF" not in page.text
    assert visit("rasmus").get(f"/sager/{case.ref}/udlevering/{pack.ref}/pdf").status_code == 403


def test_the_blank_sheet_is_for_anyone_who_works_here(cast, visit):
    answer = visit("ulla").get("/logskema.pdf")

    assert answer.data.startswith(b"%PDF-1.7")
    assert 'filename="logskema.pdf"' in answer.headers["Content-Disposition"]
