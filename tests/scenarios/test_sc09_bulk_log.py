"""SC-09, digital stalking with a large log: Liva's own log of 2,312 messages comes in as a file from her computer.

Solveig meets Liva, Rikke is the resource person. The file is CSV in Windows-1252 with semicolons, with every trap that
such a file has.
"""

import csv
import hashlib
import io
import re
from datetime import date
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from skanderborg.domain import ticks
from skanderborg.examples import PASSWORD
from skanderborg.store.db import db
from tests.scenarios.made import GIVEN_AWAY, Course, Seen, tells

FIRST, LAST, MESSAGES, PROFILES = date(2026, 4, 14), date(2026, 11, 12), 2_312, 11
HEADING = "Tidspunkt;Hændelsestype;Beskrivelse;Afsender;Sted"
TWICE = "2026-10-25 02:30;Opkald;Ringede om natten;;"
TRACKER = "12-11-2026 16.40;GPS-sporer under bilen;Fundet ved dækskift, politiet har set den;;Parkeringspladsen"
FORMULA = '12-11-2026 17.00;Besked;"=HYPERLINK(""http://example.invalid"")";;'
REFUSED = ("i går;Besked;Han skrev igen;;", "31-11-2026;Besked;Skrev;;", "25.13.2026;Besked;Skrev;;",
           "24-12-2026;Besked;Skrev;;", "2026-03-29 02:30;Opkald;Ringede;;")  # fmt: skip
SHORT_YEAR = "03/04-26;Besked;Den allerførste besked;;"
PASTED = "Dato\tBeskrivelse\n13-11-2026\tSkrev 👩‍👩‍👧 og \u202egpj.exe\n"
PHOTO = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
DUE = "Import fra Livas computer"


def message(number: int) -> str:
    day = FIRST + (LAST - FIRST) * number / MESSAGES
    at = f"{day:%d-%m-%Y} {number % 24:02}.{number % 60:02}"
    return f"{at};Besked;Skrev nummer {number}: »gør nu som jeg siger«;@profil_{number % PROFILES};"


def file() -> bytes:
    rows = [message(number) for number in range(MESSAGES)]
    return "\r\n".join([HEADING, *rows, TWICE, TRACKER, FORMULA, *REFUSED, SHORT_YEAR, ""]).encode("windows-1252")


# ── the course ──────────────────────────────────────────────────────────────────────────────────────


def play_all(c: Course) -> None:
    for act in (
        first_call,
        read,
        looked_through,
        imported,
        again,
        pasted,
        danger,
        photo,
        undone,
        handed_over,
        followed_up,
    ):
        act(c)


def first_call(c: Course) -> None:
    c.at(11, 20, 9)
    form = c.send(c.get("solveig", "/mistanke/ny"), "Nej")
    sent = c.send(form, "Send til ressourceperson", what_happened="Tusindvis af beskeder fra falske profiler.",
                  addressed_to="Rikke Ravn", citizen_role="exposed", name="Liva Tænkt",
                  safe_contact="Kun på arbejdets telefon: hendes egen kan være overvåget.")  # fmt: skip
    c.found.ref, c.found.case = sent.ref, f"/sager/{sent.ref}"
    c.found.code = re.search(r"sag (\w{5})", sent.text)[1]
    c.send(c.get("rikke", c.found.case), "Jeg tager den")
    c.send(c.get("solveig", c.found.case), "Ja, jeg er tovholder")
    c.send(c.get("solveig", f"{c.found.case}/sparring"), "Gem sparring", way="internal", person="Rikke Ravn",
           held_on="i dag", advice="Få loggen ind.")  # fmt: skip
    c.work()


def read(c: Course) -> None:
    c.found.before = c.get("solveig", f"{c.found.case}/import")
    c.found.columns = upload(c, c.found.before, "Livas log.csv", file())
    c.found.import_path = c.found.columns.path.removesuffix("/kolonner")


def looked_through(c: Course) -> None:
    c.found.preview = c.send(c.found.columns, "Se rækkerne igennem")
    c.found.faulty = c.get("solveig", f"{c.found.import_path}?vis=fejl")
    c.found.twice = c.get("solveig", f"{c.found.import_path}?vis=dobbelt")
    c.found.doubt = c.get("solveig", f"{c.found.import_path}?vis=tvivl")
    c.found.file_of_faults = c.get("solveig", f"{c.found.import_path}/fejl.csv").html
    c.found.log_before = c.get("solveig", f"{c.found.case}/haendelser")
    c.found.not_ticked = c.send(c.found.preview, "Importér resten")


def imported(c: Course) -> None:
    c.found.under_way = c.send(c.found.not_ticked, "Importér resten", dates_seen="y", without_faulty="y")
    c.found.log_under_way = c.get("solveig", f"{c.found.case}/haendelser")
    let_import(c)
    c.found.result = c.get("solveig", c.found.import_path)
    c.found.log = c.get("solveig", f"{c.found.case}/haendelser")
    c.found.last_page = c.get("solveig", f"{c.found.case}/haendelser?side=47")


def again(c: Course) -> None:
    page = upload(c, c.get("rikke", f"{c.found.case}/import"), "Samme log.csv", file())
    c.found.again = c.send(page, "Se rækkerne igennem")


def pasted(c: Course) -> None:
    form, _ = c.get("solveig", f"{c.found.case}/import").form("Læs filen")
    page = c._post("solveig", form.action, form.values | {"table": [PASTED]})
    c.found.pasted = c.send(page, "Se rækkerne igennem")
    c.send(c.found.pasted, "Importér")
    let_import(c)
    c.found.log_with_pasted = c.get("solveig", f"{c.found.case}/haendelser")


def danger(c: Course) -> None:
    c.found.suspected = c.click(c.found.result, "Se dem i loggen")
    c.found.not_acute = c.get("solveig", c.found.case)
    row = c.get("solveig", re.search(r"/sager/\w+/haendelser/[a-z2-7]{26}", c.found.suspected.html)[0])
    c.found.tracker = row
    c.send(row, "Ja, det er et faresignal")
    c.found.acute = c.get("solveig", c.found.case)
    c.work()


def photo(c: Course) -> None:
    page = c.get("solveig", f"{c.found.case}/bilag")
    form = next(form for form in page.read.forms if "files" in form.values)
    values = form.values | {"files": [(io.BytesIO(PHOTO), "sporer.jpg")]}
    c.found.exhibits = c._post("solveig", form.action, values)


def undone(c: Course) -> None:
    path = next(href for text, href in c.get("solveig", f"{c.found.case}/import").read.links if text == "Indsat tabel")
    c.send(c.get("solveig", path), "Fortryd importen", reason=DUE)
    c.found.after_undo = c.get("solveig", f"{c.found.case}/haendelser")


def handed_over(c: Course) -> None:
    rows = re.findall(r"/sager/\w+/haendelser/[a-z2-7]{26}", c.get("solveig", f"{c.found.case}/haendelser").html)
    for path in list(dict.fromkeys(rows))[:3]:
        c.send(c.get("solveig", path), "Typisk eksempel")
    c.found.newest = c.click(c.get("solveig", f"{c.found.case}/udlevering"), "Politiet")
    c.found.oldest = c.send(c.found.newest, "Vis igen", order="aeldste")
    signing = c.click(c.found.oldest, "Fortsæt med præcis dette")
    proving = c.send(signing, "Lav udtrækket", to_whom="Sydøstjyllands Politi", basis="necessary",
                     reason="Politiet skal se hele loggen")  # fmt: skip
    c.found.pack = c.send(c.send(proving, "Bekræft", password=PASSWORD), "Lav udtrækket")
    c.found.zip = c._browser("solveig").get(c.found.pack.link("Hent ZIP")).data


def followed_up(c: Course) -> None:
    c.plan_meeting(c.get("solveig", f"{c.found.case}/moeder/nyt"), on="14 12 2026", at="9.00", until="10.00",
           party="citizen")  # fmt: skip
    c.work()
    for moment in ((12, 10, 7, 59), (12, 10, 8, 0), (12, 14, 6, 59), (12, 14, 7, 0)):
        c.at(*moment)
        c.work()
    c.found.history = c.get("solveig", f"{c.found.case}/historik")
    c.found.broken = c.broken_chains()


def upload(c: Course, page: Seen, name: str, content: bytes) -> Seen:
    """Choose a file, and let it be read."""
    form, _ = page.form("Læs filen")
    return c._post(page.who, form.action, form.values | {"file": [(io.BytesIO(content), name)]})


def let_import(c: Course) -> None:
    """One round of the worker."""
    with db.connection_context():
        ticks.import_logs()


@pytest.fixture(scope="module")
def course(play):
    return play(play_all)


# ── before ──────────────────────────────────────────────────────────────────────────────────────────


def test_the_headings_of_her_app_are_understood(course):
    assert "2.321 rækker" in course.found.columns.main
    form, _ = course.found.columns.form("Se rækkerne igennem")
    assert [form.values[f"c{place}"][0] for place in range(5)] == ["moment", "types", "what", "sender", "place"]


def test_nothing_is_in_the_log_before_it_is_imported_nor_half_of_it(course):
    assert "Skrev nummer" not in course.found.log_before.main
    assert "Skrev nummer" not in course.found.log_under_way.main


def test_yesterday_and_days_that_never_were_are_told_by_their_row(course):
    """S2-30; the future and the hour that summer time skipped too."""
    words = course.found.faulty.main

    assert "2316 er klar" in words
    for number in range(2_317, 2_322):
        assert f"{number} " in words
    assert words.count("Fejl.") == 5
    assert "Det siger ikke hvilken dag" in words
    assert "fremtiden" in words


def test_the_rows_with_faults_come_back_as_a_file_that_is_no_formula(course):
    assert course.found.file_of_faults.startswith("\ufeffRække;Tidspunkt;")
    assert course.found.file_of_faults.count("\n") == 6


def test_the_hour_that_came_twice_is_marked(course):
    assert "søndag 25. oktober 2026 kl. 02.30" in course.found.twice.main
    assert "Tidspunktet kom to gange" in course.found.twice.main


def test_a_short_year_is_shown_as_it_is_understood_and_must_be_ticked(course):
    assert "fredag 3. april 2026" in course.found.doubt.main
    assert course.found.not_ticked.status == 422
    assert "sæt hak" in course.found.not_ticked.main


# ── in the log ──────────────────────────────────────────────────────────────────────────────────────


def test_all_good_rows_are_in_the_log_which_is_paged(course):
    assert "2.316 rækker kom i loggen" in course.found.result.main
    assert "Fundet ved dækskift" in course.found.log.main
    assert "Den allerførste besked" in course.found.last_page.main
    assert "gør nu som jeg siger" in course.found.log.main


def test_the_same_file_adds_nothing(course):
    assert "0 er klar" in course.found.again.main
    assert "Allerede i loggen (2316)" in course.found.again.main
    assert not course.found.again.offers("Importér resten")


def test_emoji_stay_whole_and_signs_of_direction_are_shown_not_obeyed(course):
    """SEC-54."""
    assert "👩‍👩‍👧 og ⟦U+202E⟧gpj.exe" in course.found.pasted.main
    assert "👩‍👩‍👧 og ⟦U+202E⟧gpj.exe" in course.found.log_with_pasted.main


def test_a_tracker_is_told_and_alarms_only_when_a_person_says_so(course):
    assert "1 række ligner faresignaler" in course.found.result.main
    assert "Fundet ved dækskift" in course.found.suspected.main
    assert "Akut" not in course.found.not_acute.html.partition("<main")[0]
    assert "Akut" in course.found.acute.html.partition("<main")[0]


def test_the_photo_is_an_exhibit(course):
    assert hashlib.sha256(PHOTO).hexdigest()[:8] in course.found.exhibits.main


def test_an_import_is_undone_as_a_whole_and_others_stay(course):
    assert "gpj.exe" not in course.found.after_undo.main
    assert "Fundet ved dækskift" in course.found.after_undo.main


def test_the_history_tells_of_each_import_once(course):
    assert course.found.history.main.count("importerede borgerens egen log") == 2
    assert course.found.history.main.count("fortrød en import") == 1


# ── to the police ───────────────────────────────────────────────────────────────────────────────────


def test_what_goes_is_seen_newest_or_oldest_first(course):
    assert "Fundet ved dækskift" in course.found.newest.main
    assert "Den allerførste besked" in course.found.oldest.main
    assert "Alle 2316 hændelser går ud" in course.found.oldest.main


def test_the_police_get_the_log_with_three_examples_first_and_the_photo_as_it_came(course):
    with ZipFile(io.BytesIO(course.found.zip)) as opened:
        pages = PdfReader(io.BytesIO(opened.read(f"udlevering-{course.found.code}-1.pdf"))).pages
        assert opened.read("bilag/bilag-001.jpg") == PHOTO

    first = pages[0].extract_text() + pages[1].extract_text()
    assert "3 af hændelserne er mærket som typiske" in first
    assert first.count("Nr. ") >= 3
    assert "112" in pages[-1].extract_text()


def test_the_tables_open_without_a_formula(course):
    """SEC-51."""
    with ZipFile(io.BytesIO(course.found.zip)) as opened:
        lines = list(csv.reader(io.StringIO(opened.read("log.csv").decode("utf-8-sig"), newline=""), delimiter=";"))
        sheet = load_workbook(io.BytesIO(opened.read("log.xlsx")), read_only=True).active

    assert len(lines) == 2_317
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "@"))]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}


# ── afterwards ──────────────────────────────────────────────────────────────────────────────────────


def test_the_meeting_of_monday_is_remembered_on_thursday_at_eight(course):
    """D-10."""
    came = sorted((one.wall, one.to) for one in course.letters if one.kind == "meeting-reminder")

    assert came == [("2026-12-10 08:00", "rikke"), ("2026-12-10 08:00", "solveig"),
                    ("2026-12-14 07:00", "rikke"), ("2026-12-14 07:00", "solveig")]  # fmt: skip


def test_nobody_is_told_to_delete_anything(course):
    """S1-72."""
    words = " ".join(page.main for page in course.pages)

    assert not re.search(r"(?<!aldrig )\bslet (apps?|beskeder|sms)", words, re.IGNORECASE)


def test_no_letter_tells_of_anyone_or_anything(course):
    """D-21."""
    for one in course.letters:
        assert not GIVEN_AWAY.search(one.every_text), one.kind
        assert not tells(one.every_text, "Liva", "Tænkt", course.found.code, *course.typed)


def test_every_chain_of_events_holds(course):
    assert course.found.broken == []
