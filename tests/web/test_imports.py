"""Import through its pages: files and pasted tables as browsers send them, the poll, and what is refused (SEC-53)."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest

from skanderborg.clock import now
from skanderborg.domain.imports import carrying
from skanderborg.store.events import Event
from skanderborg.store.incidents import Incident, LogImport
from skanderborg.store.people import Session
from tests.made import a_case

CSV = "Dato;Beskrivelse\n25-04-2026;Skrev «æøå»\ni går;=1+1\n".encode("windows-1252")
ALL = {"dates_seen": "y", "without_faulty": "y"}


@pytest.fixture
def solveig(visit):
    return visit("solveig")


def send(visitor, case, content=CSV, name="log.csv", **fields):
    """Choose a file on the page; where that leads."""
    answer = visitor.post(f"/sager/{case.ref}/import", key="k1", file=(io.BytesIO(content), name), **fields)
    return answer.location or answer


def understood(visitor, path, **changed):
    """Say yes to what is guessed of the columns."""
    page = visitor.get(path).text
    chosen = dict(re.findall(r'<select[^>]*name="(\w+)".*?<option selected value="([^"]*)"', page, re.DOTALL))
    fields = chosen | {"order": "dmy", "years": "20", "version": re.search(r'name="version" value="(\d+)"', page)[1]}
    return visitor.post(path, **fields | changed).location


def start(visitor, path, **ticks):
    version = re.search(r'name="version" value="(\d+)"', visitor.get(path).text)[1]
    return visitor.post(f"{path}/start", version=version, **ticks)


def test_a_file_goes_from_choosing_to_the_log(solveig, case):
    path = understood(solveig, send(solveig, case))

    assert "lørdag 25. april 2026" in solveig.get(path).text
    assert start(solveig, path, **ALL).status_code == 303
    carrying.carry_on(now())

    assert "1 række kom i loggen" in solveig.get(path).text
    assert "Skrev «æøå»" in solveig.get(f"/sager/{case.ref}/haendelser").text


def test_the_blank_logskema_filled_in_needs_no_mapping(solveig, case):
    book = openpyxl.load_workbook(io.BytesIO(solveig.get("/logskema.xlsx").data))
    row = ["1", "19-11-2026", None, "21.30", "Trussel", "3", "=Skrev, at han ved, hvor jeg bor", "Hjemme", "Sms",
           "+4512345678", "Ida", "12345678", "Foto", "Reagerede ikke", None, "8", "ja", "nej", None, "ja"]  # fmt: skip
    for column, cell in enumerate(row, 1):
        book["Logskema"].cell(2, column).value = cell
        book["Logskema"].cell(2, column).data_type = "s"
    file = io.BytesIO()
    book.save(file)

    path = send(solveig, case, file.getvalue(), "logskema.xlsx")

    assert re.fullmatch(r"/sager/\w+/import/\w{26}", path)
    start(solveig, path)
    carrying.carry_on(now())
    said = Incident.get()
    assert (said.types, said.contact_count, said.at_time, said.fear) == (" threat ", 3, "21:30", 8)
    assert (said.what, said.sender, said.is_withheld) == ("=Skrev, at han ved, hvor jeg bor", "+4512345678", True)


def test_a_word_of_the_file_is_explained_on_its_page_and_no_word_is_lost(solveig, case):
    given = b"Dato;Type;Besked\n25-04-2026;Skole;a\n26-04-2026;Sendt sms;b\n"
    path = understood(solveig, send(solveig, case, given))
    page = solveig.get(path).text
    assert "Andet</strong> «Skole»" in page
    assert "læst som borgerens egen handling" in page

    version = re.search(r'name="version" value="(\d+)"', page)[1]
    solveig.post(f"{path}/ord", version=version, w0="institution")

    assert "Opsøger barns skole eller institution</strong> «Skole»" in solveig.get(path).text
    assert solveig.post(f"{path}/ord", version=version, w0="x").status_code in (409, 422)


def test_letters_that_were_read_wrong_are_asked_about_with_a_sample(solveig, case):
    columns = send(solveig, case, "Dato;Tekst\n25-04-2026;på Ærøvej\n".encode("cp850"))

    assert "«på Ærøvej»" in solveig.get(columns).text
    assert "Ærøvej" in solveig.get(understood(solveig, columns, letters="cp1252>cp850")).text


def test_a_pasted_table_is_read_and_nothing_of_it_is_cleaned_away(solveig, case):
    answer = solveig.post(f"/sager/{case.ref}/import", key="k1", table="Dato\tTekst\n19-11-2026\t👩‍👩‍👧 \u202etxt\n")

    page = solveig.get(understood(solveig, answer.location)).text
    assert "👩‍👩‍👧 ⟦U+202E⟧txt" in page


def test_the_same_form_sent_twice_is_one_file(solveig, case):
    first, second = send(solveig, case), send(solveig, case)

    assert first == second
    assert LogImport.select().count() == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [(b"%PDF-1.7", "log.csv", "Filen er en PDF"), (b"", "log.csv", "ingen rækker"), (b"", "", "Vælg en fil"),
     (b"PK\x03\x04", "log.xlsx", "halvt hentet")],
)  # fmt: skip
def test_what_is_no_table_is_told_at_the_field(solveig, case, content, name, words):
    answer = send(solveig, case, content, name)

    assert answer.status_code == 422
    assert words in answer.text
    assert LogImport.select().count() == 0


def test_an_upload_that_is_cut_off_keeps_nothing(solveig, case):
    solveig.get("/profil")
    token = f'--b\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{solveig.token}\r\n'
    half = '--b\r\nContent-Disposition: form-data; name="file"; filename="log.csv"\r\n\r\nDato;Beskrivelse\n25-04'
    body = (token + half).encode()

    answer = solveig.client.post(
        f"/sager/{case.ref}/import", input_stream=io.BytesIO(body), content_length=5_000_000,
        content_type="multipart/form-data; boundary=b",
    )  # fmt: skip

    assert answer.status_code in (400, 403)
    assert LogImport.select().count() == 0


def test_the_poll_leaves_no_event_and_does_not_prolong_the_session(solveig, case, clock):
    path = understood(solveig, send(solveig, case))
    start(solveig, path, **ALL)
    clock.forward(minutes=5)
    before = Event.select().count(), Session.get().last_seen_at

    answer = solveig.get(f"{path}/status", htmx=True)

    assert "0 af 2 rækker er læst" in answer.text
    assert "<html" not in answer.text
    assert (Event.select().count(), Session.get().last_seen_at) == before


def test_the_poll_leads_on_when_it_is_over(solveig, case):
    path = understood(solveig, send(solveig, case))
    start(solveig, path, **ALL)
    carrying.carry_on(now())

    assert solveig.get(f"{path}/status", htmx=True).headers["HX-Redirect"] == path
    assert solveig.get(f"{path}/status").location == path


def test_the_file_of_faults_holds_no_formula(solveig, case):
    path = understood(solveig, send(solveig, case))

    answer = solveig.get(f"{path}/fejl.csv")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="raekker-med-fejl.csv"'
    assert ";'=1+1;" in answer.text


def test_a_file_can_be_thrown_away_and_an_import_undone(solveig, case):
    path = understood(solveig, send(solveig, case))
    start(solveig, path, **ALL)
    carrying.carry_on(now())
    version = re.search(r'name="version" value="(\d+)"', solveig.get(path).text)[1]

    assert solveig.post(f"{path}/fortryd", version=version).status_code == 422
    assert solveig.post(f"{path}/fortryd", version=version, reason="Forkert borger").status_code == 303
    assert "Skrev «æøå»" not in solveig.get(f"/sager/{case.ref}/haendelser").text


def test_pages_that_nobody_sends_are_told_and_break_nothing(solveig, case):
    columns = send(solveig, case)
    path = columns.removesuffix("/kolonner")

    assert solveig.get(f"{path}/fejl.csv").status_code == 409
    assert solveig.post(f"{path}/start").status_code == 422
    assert solveig.post(f"{path}/start", version="1").status_code == 409
    assert solveig.post(f"{path}/fortryd", reason="Forkert").status_code == 409
    understood(solveig, columns)
    assert "Siden er forældet" in solveig.post(f"{path}/start").text
    start(solveig, path, **ALL)
    assert solveig.post(f"{path}/start", version="2", **ALL).status_code == 409
    assert solveig.post(f"{path}/kasser").status_code == 409


def test_the_pages_tell_what_of_a_file_was_left_out_and_that_it_was_imported(solveig, case):
    book = openpyxl.Workbook()
    for name in ("Jan", "Feb"):
        sheet = book.active if name == "Jan" else book.create_sheet(name)
        sheet.title = name
        for line in (["Min log"], ["Dato", "Beskrivelse"], ["25-04-2026", "Skrev"]):
            sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    columns = send(solveig, case, file.getvalue(), "log.xlsx")
    path = understood(solveig, columns)

    for page in (solveig.get(columns).text, solveig.get(path).text):
        assert "Kun arket «Jan» er læst. «Feb» (3 rækker) er ikke med." in page
        assert "1 linje over overskriften er ikke med." in page
        assert "Kassér filen" in page
    start(solveig, path, **ALL)
    carrying.carry_on(now())
    again = solveig.post(f"/sager/{case.ref}/import", key="k2", file=(io.BytesIO(file.getvalue()), "log.xlsx")).location
    assert "Fortryd den import først" in solveig.get(again).text


def test_an_udoevers_columns_offer_nothing_of_the_exposed_person(solveig, cast):
    case = a_case(cast, "P9R4T", citizen_role="perpetrator")
    given = b"Dato;Sted;Beskrivelse\n25-04-2026;Skovvej 3;Skrev\n"

    page = solveig.get(send(solveig, case, given)).text

    assert "Sagen er om en udøver" in page
    assert 'value="place"' not in page


def test_columns_twice_are_told_where_they_stand(solveig, case):
    path = send(solveig, case)

    answer = solveig.post(path, c0="moment", c1="moment", order="dmy", years="20", default_type="other", version="1")

    assert answer.status_code == 422
    assert "er valgt til to kolonner" in answer.text


CHAT = (
    "[03.04.2026 21.14.05] Tove: \u200eBeskeder og opkald er end-to-end-krypterede.\n"
    "[13.04.2026 21.14.07] Kim: Er du hjemme?\n"
    "[13.04.2026 21.15.00] Kim: \u200e<vedhæftet: 12-PHOTO.jpg>\n[13.04.2026 21.16.00] Tove: Nej\n"
).encode()


def told_apart(visitor, path, **chosen):
    """Say who is who, as the page asks it: by the number of the party."""
    version = re.search(r'name="version" value="(\d+)"', visitor.get(path).text)[1]
    return visitor.post(path, version=version, order="dmy", **{"together": "each", "p2": "nobody"} | chosen)


def test_a_chat_asks_who_is_who_and_comes_into_the_log(solveig, case):
    path = send(solveig, case, CHAT, "_chat.txt")
    page = solveig.get(path).text
    assert all(word in page for word in ("WhatsApp: 4 beskeder", "«Kim» er", "«Tove» er", "Den første: Er du hjemme?"))

    path = told_apart(solveig, path, p0="udoever", p1="exposed").location
    shown = solveig.get(path).text
    assert "<strong>Udøveren:</strong> Kim (2)" in shown
    assert "Bevis: 12-PHOTO.jpg" in shown
    assert "<strong>Kommer ikke med:</strong> Meddelelser fra appen selv (1)" in shown
    start(solveig, path, **ALL)
    carrying.carry_on(now())

    log = solveig.get(f"/sager/{case.ref}/haendelser").text
    assert "Er du hjemme?" in log
    assert "12-PHOTO.jpg" in solveig.get(f"/sager/{case.ref}/haendelser/{Incident.get(Incident.number == 2).ref}").text


def test_who_is_who_must_be_said_and_what_was_chosen_is_kept(solveig, case):
    path = send(solveig, case, CHAT, "_chat.txt")

    half = told_apart(solveig, path, p0="nobody")
    nobody = told_apart(solveig, path, p0="nobody", p1="nobody", together="hour")

    assert (half.status_code, nobody.status_code) == (422, 422)
    assert "Vælg, hvem det er." in half.text
    assert "Vælg, hvem der er udøveren." in nobody.text
    assert re.search(
        r'name="together"[^>]*value="hour"[^>]*checked|checked[^>]*name="together"[^>]*value="hour"', nobody.text
    )


def test_in_a_case_about_an_udoever_the_chat_says_what_comes_in(solveig, cast):
    case = a_case(cast, code="M4PQR", citizen_role="perpetrator")

    path = send(solveig, case, CHAT, "_chat.txt")

    assert "Derfor kommer kun det med, som udøveren har sendt" in solveig.get(path).text


def test_the_days_of_a_whole_workbook_are_turned_by_a_button_and_stand_so_in_the_log(solveig, case):
    book, file = openpyxl.Workbook(), io.BytesIO()
    for line in (["Dato", "Hvad"], [date(2026, 3, 4), "Ringede"], ["25-04-2026", "Skrev"]):
        book.active.append(line)
    book.save(file)
    path = understood(solveig, send(solveig, case, file.getvalue(), "log.xlsx"))
    assert "Byt om på dag og måned i hele filen" in solveig.get(path).text

    version = re.search(r'name="version" value="(\d+)"', solveig.get(path).text)[1]
    solveig.post(f"{path}/byt", version=version)

    page = solveig.get(path).text
    assert "fredag 3. april 2026" in page
    assert "Lad datoerne stå, som de er i filen" in page
    start(solveig, path, **ALL)
    carrying.carry_on(now())
    assert {(row.from_on, row.what) for row in Incident.select()} == {
        (date(2026, 4, 3), "Ringede\nDato i filen: 2026-03-04 (dag og måned er byttet om)"),
        (date(2026, 4, 25), "Skrev"),
    }


def test_of_a_chat_in_a_zip_the_media_are_named_as_left_out(solveig, case):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr("_chat.txt", "[03.04.2026 21.14.07] Kim: Hvor er du?\n")
        packed.writestr("00000012-PHOTO.jpg", "x")

    page = solveig.get(send(solveig, case, file.getvalue(), "chat.zip")).text

    assert "1 fil i ZIP-filen er ikke med, for kun teksten er læst: 00000012-PHOTO.jpg." in page
