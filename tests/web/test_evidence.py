"""The page *Bilag*: files in, files out, and what is told of those that are not taken in."""

import hashlib
import io
import re

import pytest

from skanderborg import clock as time
from skanderborg.domain import evidence
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.incidents import Exhibit, Incident
from tests.domain.test_evidence import JPEG, a_row
from tests.made import a_case, an_exhibit, opened

MOST_QUERIES = 8
TEXT = ("brev fra Per.txt", b"Jeg ved, hvor du bor")
PHOTO = ("billede.jpg", JPEG + bytes(3000))


@pytest.fixture
def solveig(visit):
    return visit("solveig")


@pytest.fixture
def infected(case, cast, house):
    """An exhibit of the case in which a virus was found."""
    return an_exhibit(
        case, cast["solveig"], b"not harmless", scan="found", scan_found="Win.Test", scanned_at=time.now()
    )  # fmt: skip


def test_a_virus_shows_and_its_file_comes_only_to_who_says_that_he_knows(solveig, case, infected):
    there = f"/sager/{case.ref}/bilag/{infected.ref}"

    page, listed, direct = solveig.get(there), solveig.get(f"/sager/{case.ref}/bilag"), solveig.get(f"{there}/fil")
    unknowing, knowing = solveig.post(f"{there}/fil"), solveig.post(f"{there}/fil", knows="y")

    assert "Virus fundet: Win.Test" in page.text
    assert f'href="{there}/fil"' not in page.text
    assert "Virus fundet" in listed.text
    assert (direct.status_code, unknowing.status_code) == (409, 422)
    assert b"not harmless" not in direct.data + unknowing.data
    assert "Sæt hak, før du henter filen." in unknowing.text
    assert (knowing.status_code, knowing.data) == (200, b"not harmless")
    assert knowing.headers["Content-Disposition"].startswith("attachment")


def test_what_nobody_looked_through_is_not_shown_as_clean(solveig, case, cast, house):
    exhibit = an_exhibit(case, cast["solveig"])

    assert "Ikke undersøgt for virus" in solveig.get(f"/sager/{case.ref}/bilag/{exhibit.ref}").text
    assert "Ikke undersøgt for virus" in solveig.get(f"/sager/{case.ref}/bilag").text


def send(visitor, case, *files, **fields):
    given = {"key": "k", "source": "citizen", "description": "Fra torsdag 19. november", "row": ""} | fields
    parts = [(io.BytesIO(body), name) for name, body in files]
    return visitor.post(f"/sager/{case.ref}/bilag", files=parts, **given)


def test_several_files_are_kept_and_stand_in_the_list(solveig, case):
    answer = send(solveig, case, TEXT, PHOTO)

    page = solveig.get(answer.location).text
    assert answer.status_code == 303
    assert "2 filer er gemt: bilag 1 til 2." in page
    assert all(
        word in page for word in ("Bilag 1", "Bilag 2", "JPEG-billede", "Solveig Sand", "Fra torsdag 19. november")
    )
    assert hashlib.sha256(PHOTO[1]).hexdigest()[:8] in page


def test_a_refused_file_says_why_and_loses_neither_the_others_nor_the_text(solveig, case):
    answer = send(solveig, case, TEXT, ("<b>regneark.xlsx", b"PK\x03\x04" + bytes(99)), ("tom.png", b""))

    assert answer.status_code == 422
    assert "&lt;b&gt;regneark.xlsx: Filen er pakket" in answer.text
    assert "tom.png: Filen er tom" in answer.text
    assert "1 fil er gemt" in answer.text
    assert "Fra torsdag 19. november</textarea>" in answer.text
    assert Exhibit.select().count() == 1


def test_after_a_refusal_the_form_has_a_new_key(solveig, case):
    answer = send(solveig, case, ("a.exe", b"MZ" + bytes(99)))

    assert 'name="key" value="k"' not in answer.text
    assert re.search(r'name="key" value="[\w-]{8,}"', answer.text)


@pytest.mark.parametrize(
    ("files", "fields", "told"),
    [
        ([], {}, "Vælg mindst én fil"),
        ([TEXT], {"row": "to"}, "Skriv nummeret i loggen med tal"),
        ([TEXT], {"row": "9"}, "Der er ingen hændelse med det nummer"),
        ([TEXT], {"source": "import"}, "Vælg en af mulighederne"),
        ([TEXT], {"description": "x" * 2001}, "Teksten er for lang"),
    ],
)
def test_what_is_wrong_with_the_form_is_told_and_nothing_is_kept(solveig, case, files, fields, told):
    answer = send(solveig, case, *files, **fields)

    assert answer.status_code == 422
    assert told in answer.text
    assert Exhibit.select().count() == 0


def test_the_same_file_is_told_and_kept_again_only_with_a_tick(solveig, case):
    send(solveig, case, TEXT)

    told = send(solveig, case, TEXT, key="l")
    wanted = send(solveig, case, TEXT, key="m", keep_twins="y")

    assert "Filen ligger her allerede som bilag 1" in told.text
    assert 'name="keep_twins"' in told.text
    assert wanted.status_code == 303


def test_a_form_sent_twice_keeps_its_files_once(solveig, case):
    first, second = send(solveig, case, TEXT), send(solveig, case, TEXT)

    assert (first.status_code, second.status_code) == (303, 303)
    assert Exhibit.select().count() == 1


def test_a_name_that_lies_is_told_and_the_file_gets_its_real_type(solveig, case):
    answer = send(solveig, case, ("notat.pdf", PHOTO[1]))

    assert "Bilag 1 er gemt som JPEG-billede, selv om navnet siger andet." in solveig.get(answer.location).text
    page = solveig.get(f"/sager/{case.ref}/bilag/{Exhibit.get().ref}").text
    assert "notat.pdf" in page
    assert "Navnet passer ikke til indholdet." in page


def test_a_body_that_is_too_large_is_answered_with_a_page(solveig, case):
    answer = send(solveig, case, ("stor.txt", b"a" * (31 * 1024 * 1024)))

    assert answer.status_code == 413
    assert "for stort" in answer.text
    assert Exhibit.select().count() == 0


def test_an_upload_that_ends_too_early_keeps_nothing(solveig, case):
    solveig.get("/profil")
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{solveig.token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nJeg ved'
    )

    answer = solveig.client.post(
        f"/sager/{case.ref}/bilag", input_stream=io.BytesIO(head.encode()), headers={"Content-Length": "100000"},
        content_type="multipart/form-data; boundary=x",
    )  # fmt: skip

    assert answer.status_code in (400, 403)
    assert Exhibit.select().count() == 0


def test_the_original_is_fetched_byte_for_byte_as_a_file_and_never_as_a_page(cast, solveig, case):
    body = JPEG + bytes(range(256)) * 9000
    exhibit = an_exhibit(case, cast["solveig"], body, "image/jpeg")

    answer = solveig.client.get(f"/sager/{case.ref}/bilag/{exhibit.ref}/fil", headers={"Accept-Encoding": "gzip"})

    assert answer.data == body
    headers = answer.headers
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''bilag-1.jpg"
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert (headers["Content-Type"], headers["Content-Length"]) == ("image/jpeg", str(len(body)))
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
    assert "Content-Encoding" not in headers
    assert Event.select().where(Event.action == "exhibit:downloaded", Event.object_ref == exhibit.ref).count() == 1


def test_a_mail_is_fetched_as_bytes_that_no_browser_shows(cast, solveig, case):
    exhibit = an_exhibit(case, cast["solveig"], b"From: a", "message/rfc822")

    answer = solveig.client.get(f"/sager/{case.ref}/bilag/{exhibit.ref}/fil")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].endswith("bilag-1.eml")


def test_a_picture_is_shown_from_its_preview_and_that_is_written_down(cast, solveig, case):
    small = an_exhibit(case, cast["solveig"], b"lille", "image/png")
    exhibit = an_exhibit(case, cast["solveig"], PHOTO[1], "image/jpeg", preview=small.file_id)
    address = f"/sager/{case.ref}/bilag/{exhibit.ref}/billede"

    assert f'src="{address}"' in solveig.get(f"/sager/{case.ref}/bilag").text
    answer = solveig.client.get(address)

    assert (answer.data, answer.headers["Content-Type"]) == (b"lille", "image/png")
    assert Event.select().where(Event.action == "exhibit:previewed", Event.object_ref == exhibit.ref).count() == 1


@pytest.mark.parametrize("page", ["", "/fil", "/billede"])
def test_an_exhibit_is_found_in_its_own_case_only_and_by_those_on_it(cast, visit, case, page):
    other = a_case(cast, code="M2D8H", people=(("solveig", "primary-contact"),))
    exhibit = an_exhibit(other, cast["solveig"], preview=an_exhibit(other, cast["solveig"]).file_id)

    assert visit("solveig").get(f"/sager/{other.ref}/bilag/{exhibit.ref}{page}").status_code == 200
    assert visit("solveig").get(f"/sager/{case.ref}/bilag/{exhibit.ref}{page}").status_code == 404
    assert visit("rikke").get(f"/sager/{other.ref}/bilag/{exhibit.ref}{page}").status_code == 404


def test_what_is_said_of_an_exhibit_is_changed_on_its_page(cast, solveig, case):
    a_row(cast["solveig"], opened(cast["solveig"], case))
    exhibit = an_exhibit(case, cast["solveig"])
    address = f"/sager/{case.ref}/bilag/{exhibit.ref}"

    said = {"description": "Sms fra 04.10", "row": "1", "source": "network", "is_withheld": "y", "version": "1"}
    answer = solveig.post(address, **said)

    page = solveig.get(answer.location).text
    assert all(
        word in page for word in ("Bilag 1 er ændret.", "Sms fra 04.10", "Nr. 1", "Netværket", "Må ikke udleveres")
    )
    assert solveig.post(address, **said | {"description": "Noget andet"}).status_code == 409
    assert "Sms fra 04.10" in solveig.get(f"/sager/{case.ref}/bilag?nr=1").text
    assert "Sms fra 04.10" not in solveig.get(f"/sager/{case.ref}/bilag?vis=uden").text


def test_a_struck_exhibit_stays_in_the_list_with_its_reason(cast, solveig, case):
    exhibit = an_exhibit(case, cast["solveig"])

    refused = solveig.post(f"/sager/{case.ref}/bilag/{exhibit.ref}/overstreg", version="1", reason="")
    struck = solveig.post(f"/sager/{case.ref}/bilag/{exhibit.ref}/overstreg", version="1", reason="Forkert borger")

    assert refused.status_code == 422
    assert "Forkert borger" in solveig.get(struck.location).text
    assert "<del>Besked 1</del>" in solveig.get(f"/sager/{case.ref}/bilag").text


def test_an_exhibit_of_a_row_whose_import_was_undone_names_it_without_a_link(cast, solveig, case):
    row = a_row(cast["solveig"], opened(cast["solveig"], case))
    exhibit = an_exhibit(case, cast["solveig"], incident=row.ref)
    with begin():
        Incident.update(status="undone").where(Incident.ref == row.ref).execute()

    for page in ("", f"/{exhibit.ref}"):
        text = solveig.get(f"/sager/{case.ref}/bilag{page}").text
        assert f"{row.number} (fortrudt import)" in text
        assert row.ref not in text
    [field] = re.findall(r'<input[^>]* name="row"[^>]*>', text)
    assert 'value="1"' not in field  # or nothing could be said of the exhibit any more


def test_a_closed_case_takes_no_files_and_still_shows_those_it_has(cast, solveig, case):
    exhibit = an_exhibit(case, cast["solveig"])
    with begin():
        type(case).update(closed_at=case.reported_at, phase="closed").where(type(case).ref == case.ref).execute()

    assert send(solveig, case, TEXT).status_code == 422
    page = solveig.get(f"/sager/{case.ref}/bilag").text
    assert "Besked 1" in page
    assert "Gem filer" not in page
    assert solveig.get(f"/sager/{case.ref}/bilag/{exhibit.ref}/fil").status_code == 200


def test_a_list_of_a_thousand_is_paged_and_asks_no_more(cast, solveig, case, queries):
    first = an_exhibit(case, cast["solveig"])
    with begin():
        values = first.__data__ | {"description": None, "is_withheld": None}
        Exhibit.insert_many(
            [values | {"ref": f"{number:026}", "number": number} for number in range(2, 1001)]
        ).execute()

    solveig.get(f"/sager/{case.ref}/bilag")
    queries.clear()
    page = solveig.get(f"/sager/{case.ref}/bilag?side=2").text

    assert (
        len([sql for sql in queries if not sql.startswith(("BEGIN", "COMMIT", "SELECT pg_advisory"))]) <= MOST_QUERIES
    )
    assert ">Bilag 51<" in page
    assert ">Bilag 50<" not in page
    assert ">Bilag 101<" not in page


def test_in_a_case_about_an_udoever_nothing_is_asked_about_the_exposed(cast, visit):
    case = a_case(cast, citizen_role="perpetrator")

    page = visit("solveig").get(f"/sager/{case.ref}/bilag").text

    assert "Filer, som borgeren selv viser jer" in page
    assert evidence.count(cast["solveig"], opened(cast["solveig"], case)) == (0, 0)


def test_a_film_says_why_no_picture_of_it_is_shown(solveig, cast, case):
    film = an_exhibit(case, cast["solveig"], b"RIFF", "video/x-msvideo")

    page = solveig.get(f"/sager/{case.ref}/bilag/{film.ref}").text

    assert "Type: Video (AVI). Den åbnes ikke her" in page


def test_a_saved_page_is_kept_as_it_came_and_never_drawn(solveig, cast, case, visit):
    page = b"<!doctype html><title>Kim</title><script>alert(1)</script>Jeg ved, hvor du bor"
    kept = evidence.receive_all(
        cast["solveig"], opened(cast["solveig"], case), [("messages.html", io.BytesIO(page))], evidence.FileDetails()
    ).kept  # fmt: skip

    shown = solveig.get(f"/sager/{case.ref}/bilag/{kept[0].ref}").text
    fetched = solveig.get(f"/sager/{case.ref}/bilag/{kept[0].ref}/fil")

    assert "Type: Webside (HTML). Den vises aldrig her" in shown
    assert "<img" not in shown.partition("<main")[2]
    assert fetched.data == page
    assert fetched.content_type == "application/octet-stream"
    assert fetched.headers["Content-Disposition"].startswith("attachment;")
