"""What a file is read as, by a process of its own: encodings, delimiters, workbooks, and what is refused (SEC-47)."""

import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
from openpyxl.comments import Comment

from skanderborg.domain import rules
from skanderborg.domain.imports import blank, letters, reading
from skanderborg.errors import Invalid
from skanderborg.isolated import tables
from skanderborg.settings import _defaults

TEXT = (
    'Dato{0}Antal{0}Beskrivelse\n19-11-2026{0}31{0}"Skrev «æøå é ✓», kr. 1,50{0}\nog gik"\n20-11-2026{0}1{0}Ringede\n'
)
WINDOWS = TEXT.replace(" ✓", "")
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


@pytest.fixture(autouse=True)
def _rules():
    rules.configure(_defaults(None, "test"))


def read(given: bytes) -> reading.Table:
    return reading.read(given, "file")


def rows_of(given: bytes) -> list[list]:
    return [row for chunk in read(given).chunks() for row in chunk]


def refused(given: bytes) -> str:
    with pytest.raises(Invalid) as error:
        read(given)
    assert error.value.field == "file"
    return error.value.message


def workbook(*rows, title="Ark1") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def packed(**files: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", DELIMITERS.values(), ids=DELIMITERS)
@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", TEXT),
        ("utf-8-sig", TEXT),
        ("utf-16", TEXT),
        ("utf-16-le", TEXT),
        ("utf-16-be", TEXT),
        ("windows-1252", WINDOWS),
    ],
    ids=["utf-8", "utf-8 with bom", "utf-16", "utf-16 without its mark", "of the other order", "windows-1252"],
)
def test_every_encoding_and_delimiter_gives_the_same_cells(encoding, text, delimiter):
    text = text.format(delimiter)

    table = read(text.encode(encoding))

    cells = text.split('"')[1]
    assert table.about["headings"] == ["Dato", "Antal", "Beskrivelse"]
    assert list(table.chunks()) == [[[2, None, ["19-11-2026", "31", cells]], [3, None, ["20-11-2026", "1", "Ringede"]]]]


def test_a_mark_of_utf8_before_windows_letters_is_seen_through():
    """SC-09's trap."""
    given = b"\xef\xbb\xbf" + "Dato;Beskrivelse\r\n19-11-2026;Gik på gågaden\r\n".encode("windows-1252")

    assert rows_of(given) == [[2, None, ["19-11-2026", "Gik på gågaden"]]]


def test_emoji_and_signs_of_direction_come_through_byte_for_byte():
    text = "👩‍👩‍👧 🏳️‍🌈 \u202etxt.exe שלום 你好"

    assert rows_of(f"Dato;Tekst\n19-11-2026;{text}\n".encode())[0][2][1] == text


def test_a_table_without_headings_and_empty_lines_keeps_its_numbers():
    table = read(b"\n19-11-2026\tRingede\n\n\n20-11-2026\tSkrev\n")

    assert table.about["headings"] == []
    assert [row[0] for chunk in table.chunks() for row in chunk] == [2, 5]


def test_a_line_that_names_the_delimiter_and_a_title_above_are_no_rows():
    given = b"sep=;\r\nMin log;\r\nDato;Beskrivelse\r\n19-11-2026;a,b,c\r\n"

    assert rows_of(given) == [[3, None, ["19-11-2026", "a,b,c"]]]


@pytest.mark.parametrize(
    ("above", "known"),
    [("", "25-04-2026;Sms;Besked"), ("Min log;;\n", "lørdag d. 25. april 2026;Type;Tekst"), ("", "3/4-26;Kanal;Sted")],
)
def test_a_row_that_holds_a_date_is_never_the_heading(above, known):
    table = read(f"{above}Dag;A;B\n24-04-2026;Sms;Skrev\n{known}\n26-04-2026;Sms;Skrev\n".encode())

    assert table.about["rows"] == 3 + bool(above)
    assert table.about["above"] == 0


def test_what_stands_above_the_heading_is_told():
    assert read(b"Min log\nUdskrevet 19-11-2026\nDato;Beskrivelse\n19-11-2026;Ringede\n").about["above"] == 2


def test_a_table_saved_otherwise_is_known_again():
    rows = ["Dato", "Tekst"], ["19-11-2026", "Skrev på"]
    text = "\n".join(";".join(row) for row in rows)

    same = {read(given).ref for given in (text.encode(), text.encode("windows-1252"), saved(workbook(*rows)))}
    assert len(same) == 1
    assert read(text.replace("på", "til").encode()).ref not in same


def test_a_file_cut_off_inside_its_last_letter_is_refused_and_windows_letters_are_not():
    assert "midt i et tegn" in refused("Dato;Tekst\n19-11-2026;Skrev æ 👩".encode()[:-1])
    assert "midt i et tegn" in refused("Dato;Tekst\n19-11-2026;Så".encode()[:-1])
    assert rows_of("Dato;Tekst\n19-11-2026;Så".encode("windows-1252"))[0][2][1] == "Så"


def cells_of(text: str, delimiter: str = ";", is_pasted: bool = False) -> list[list[str]]:
    return [cells for cells, _, _ in tables.records(text, delimiter, is_pasted)]


@pytest.mark.parametrize(
    ("text", "cells"),
    [('1;"Du er min"\n2;x', [["1", "Du er min"], ["2", "x"]]),
     ('1;"Du er min" skrev han\n2;x', [["1", '"Du er min" skrev han'], ["2", "x"]]),
     ('1;Han skrev "Du er min"\n2;x', [["1", 'Han skrev "Du er min"'], ["2", "x"]]),
     ('1;"Han sagde ""nej"""\r\n2;x', [["1", 'Han sagde "nej"'], ["2", "x"]]),
     ('1;"Han sagde "nej" igen"\n2;x', [["1", '"Han sagde "nej" igen"'], ["2", "x"]]),
     ('1;"a;b\nc"\n2;x', [["1", "a;b\nc"], ["2", "x"]]),
     ('1;"Du er min\n2;x\n3;far" vel\n4;""', [["1", '"Du er min'], ["2", "x"], ["3", 'far" vel'], ["4", ""]]),
     ('1;TV på 55"\n2;"x', [["1", 'TV på 55"'], ["2", '"x']]), ('1;"', [["1", '"']]), ('"";x', [["", "x"]])],
)  # fmt: skip
def test_a_quotation_mark_that_does_not_hold_a_whole_cell_is_text(text, cells):
    assert cells_of(text) == cells


def test_a_text_that_its_own_commas_cut_is_in_doubt_and_keeps_its_quotation_marks():
    rows = rows_of(b'Dato,Tekst\n13-04-2026,"Du er min", skrev han\n14-04-2026,"ja, nej"\n15-04-2026,x\n')

    assert rows[0] == [2, None, ["13-04-2026", '"Du er min"', " skrev han"], {"unsure": ["wide"]}]
    assert rows[1:] == [[3, None, ["14-04-2026", "ja, nej"]], [4, None, ["15-04-2026", "x"]]]
    alone = rows_of(b'Dato,Tekst\n13-04-2026,"Du er min", skrev han\n')
    assert alone[0][2:] == [["13-04-2026", '"Du er min"', " skrev han"], {"unsure": ["wide"]}]


def test_a_quoted_cell_that_swallows_dated_lines_is_in_doubt():
    table = read(b'Dato;Tekst\n01-04-2026;"Du er min\n02-04-2026;ringede\n03-04-2026;farvel"\n05-04-2026;"a\nb"\n')
    numbered = read(b'Nr;Dato;Tekst\n1;01-04-2026;"Du er min\n2;02-04-2026;farvel"\n')

    assert next(numbered.chunks())[0][3] == {"unsure": ["quote"]}
    marked, plain = next(table.chunks())
    assert (marked[3], plain) == ({"unsure": ["quote"]}, [3, None, ["05-04-2026", "a\nb"]])


@pytest.mark.parametrize(
    ("text", "cells"),
    [('1.4.2026\t"Du er min"\n2.4.2026\tx', [["1.4.2026", '"Du er min"'], ["2.4.2026", "x"]]),
     ('1.4.2026\t"Du er min\n2.4.2026\tfarvel"', [["1.4.2026", '"Du er min'], ["2.4.2026", 'farvel"']]),
     ('1.4.2026\t"Han sagde ""nej""\nog gik"\tTorvet', [["1.4.2026", 'Han sagde "nej"\nog gik', "Torvet"]])],
)  # fmt: skip
def test_a_pasted_table_is_read_line_by_line_as_a_spreadsheet_copies_it(text, cells):
    assert cells_of(text, "\t", is_pasted=True) == cells


def test_a_pasted_table_of_another_sort_swallows_no_line():
    text = '1;"Du er min\n2;farvel"\n3;"a;b"'

    assert cells_of(text, ";", is_pasted=True) == [["1", '"Du er min'], ["2", 'farvel"'], ["3", "a;b"]]


@pytest.mark.parametrize(
    ("given", "text"),
    [("på vej 👍".encode() + b"\xf0\x9f\x98 ok", "på vej 👍\ufffd ok"),
     ("æ".encode() + b"\xe6" + "ø".encode(), "æ\ufffdø"),
     (b"\xff" + "Ærøvej".encode(), "\ufffdÆrøvej"), ("Så på".encode("windows-1252"), "Så på"),
     (b"hej \xe2\x80 der", "hej \ufffd der"), (b"p\xc3 vej", "p\ufffd vej"), (b"p\xa5 vej", "p\ufffd vej"),
     ("på\n".encode() + "går så på\n".encode("windows-1252"), "på\ngår så på\n"),
     (b"Smuk \xf0\x9f\x98 ok", "Smuk \ufffd ok"),
     (b"x\xed\xa0\xbd\xed\xb8\x80y", "x\U0001f600y"), ("på".encode() + b"\xed\xa0\xbd\xed\xb8\x80", "på\U0001f600")],
)  # fmt: skip
def test_a_bad_byte_is_marked_and_turns_no_other_letter(given, text):
    assert tables.decoded(given + b"\n")[0] == text + "\n"


@pytest.mark.parametrize("written", ["mac_roman", "cp850", "cp865"])
def test_letters_of_an_old_machine_are_asked_about_with_a_sample(written):
    text = "Jeg ved, hvor du bor, på Ærøvej. Røde døre, sms’er og blå både".replace("’", "")

    stored = tables.decoded(text.encode(written))[0]
    way, sample = letters.readings([stored])[0]

    assert letters.read_as(stored, way) == text
    assert "på Ærøvej" in sample


@pytest.mark.parametrize(
    ("written", "read"),
    [("utf-8", "cp1252"), ("utf-8", "latin-1"), ("utf-8", "mac_roman"), ("utf-8", "cp850"), ("mac_roman", "cp1252"),
     ("cp850", "mac_roman"), ("cp1252", "mac_roman"), ("cp1252", "cp850")],
)  # fmt: skip
def test_letters_that_were_coded_twice_are_asked_about(written, read):
    text = "Jeg ved, hvor du bor, på Ærøvej. Røde døre og blå både i går"

    stored = text.encode(written).decode(read)
    found = letters.readings([stored])

    assert letters.read_as(stored, found[0].way) == text
    assert found[-1].way == letters.AS_IT_IS


def test_letters_as_they_are_are_not_asked_about():
    texts = ["Jeg ved, hvor du bor, på Ærøvej – «smuk» kjole i går", "sms’er, hej😀du, ñandú, Œuvre, ½ 20° 50€ 5½",
             "日本語",
             "Šime Łukasz naïve mandag–fredag", "MØDTE ÅSE, NÆSTE GANG"]  # fmt: skip

    assert letters.readings(texts) == []


def test_rows_and_columns_past_a_limit_and_hidden_sheets_are_told_with_their_number():
    book = workbook(["Dato", "Tekst"], ["19-11-2026", "Ringede"], [None, "og skrev"])
    book.active.merge_cells("A2:A3")
    book.active["C2"], book.active["B2"].comment = "=1+1", Comment("Husk det", "x")
    for name, state in (("Gemt", "hidden"), ("Andet", "visible")):
        book.create_sheet(name).append(["x"])
        book[name].sheet_state = state
    many = workbook(["Dato", "Tekst"], *[["19-11-2026", "x"]] * 10_020)
    wide = workbook(["Dato", "Tekst"])
    wide.active["GT2"] = "x"

    about = read(saved(book)).about
    assert (about["merged"], about["hidden_sheets"], about["other_sheets"]) == (1, [["Gemt", 1]], [["Andet", 1]])
    assert (about["formulas"], about["comments"], about["pictures"]) == (1, 1, 0)
    assert "10.021 rækker" in refused(saved(many))
    assert "202 kolonner" in refused(saved(wide))


def test_a_workbook_of_many_empty_rows_and_texts_that_no_row_names_is_read_as_it_stands():
    book = workbook(["Dato", "Tekst"])
    book.active["A5000"], book.active["B5000"] = "19-11-2026", "Ringede"
    for number in range(3, 4_000):
        book.active.row_dimensions[number].height = 12

    assert rows_of(saved(book)) == [[5000, None, ["19-11-2026", "Ringede"]]]


def test_hours_past_midnight_and_seconds_that_are_almost_whole_are_shown_as_a_person_sees_them():
    book = workbook(["Dato", "Tid", "Tekst"], [date(2026, 4, 3), timedelta(days=1), "a"],
                    [date(2026, 4, 3), timedelta(hours=26, minutes=15), "b"],
                    [datetime(2026, 4, 3, 14, 29, 59, 999_000), datetime(1900, 1, 1, 12), "c"],
                    [datetime(2026, 4, 3, 23, 59, 59, 600_000), None, "d"])  # fmt: skip

    assert [row[2][:2] for row in rows_of(saved(book))] == [
        ["2026-04-03", "24:00"], ["2026-04-03", "26:15"], ["2026-04-03 14:30:00", "36:00"], ["2026-04-03 23:59:59", ""],
    ]  # fmt: skip


def test_a_megabyte_in_a_cell_is_told_by_its_row():
    given = f"Dato;Beskrivelse\n19-11-2026;{'x' * 1_000_000}\n20-11-2026;Skrev\n".encode()

    assert rows_of(given) == [[2, 1, ["19-11-2026", ""]], [3, None, ["20-11-2026", "Skrev"]]]


def test_a_workbook_gives_dates_as_iso_and_formulas_as_they_were_shown():
    book = workbook(["Dato", "Kl", "Antal", "Tekst"], [date(2026, 10, 25), time(2, 30), 31, "=1+1"],
                    [datetime(2026, 10, 25, 2, 30), None, 1.5, True])  # fmt: skip

    assert rows_of(saved(book)) == [
        [2, None, ["2026-10-25", "02:30:00", "31"], {"dates": [0]}],  # the formula was never reckoned
        [3, None, ["2026-10-25 02:30:00", "", "1,5", "ja"], {"dates": [0]}],
    ]


def test_the_sheet_with_headings_that_are_known_is_read():
    book = workbook(["Om mig"], ["Tekst uden hændelser"])
    book.create_sheet("Log").append(["Dato", "Hvad skete der?"])
    book["Log"].append(["19-11-2026", "Ringede"])

    table = read(saved(book))

    assert list(table.chunks()) == [[[2, None, ["19-11-2026", "Ringede"]]]]
    assert (table.about["sheet"], table.about["other_sheets"]) == ("Log", [["Ark1", 2]])


def test_our_own_logskema_has_the_headings_that_need_no_mapping_and_choices():
    book = openpyxl.load_workbook(io.BytesIO(blank.workbook()))

    log = book["Logskema"]
    assert [sheet.title for sheet in book if sheet.sheet_state == "visible"] == ["Logskema", "Vejledning"]
    assert len(log.data_validations.dataValidation) == 6
    assert {cell.number_format for cell in log[2]} == {"@"}
    assert "Slet aldrig" in " ".join(row[0].value or "" for row in book["Vejledning"].rows)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (b"", "ingen rækker"),
        (b"Dato;Beskrivelse\n", "ingen rækker"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Gem den som XLSX eller CSV"),
        (b"\x89PNG\r\n\x1a\n", "billede"),
        (b"\x00\x01\x02\x00;\x00", "ikke en tabel"),
        (b"PK\x03\x04 cut off", "halvt hentet"),
        (packed(word__document_xml=b"<w/>"), "dokument"),
        (packed(content_xml=b"<o/>", mimetype=b"application/vnd.oasis"), "dokument"),
        (packed(a=b"x"), "pakket"),
        (";".join("x" * 61).encode() + b"\n", "61 kolonner"),
        (b"Dato;Tekst\n" + b"19-11-2026;x\n" * 10_001, "10.001 rækker: højst 10.000"),
        (b"x" * (10 * 1024 * 1024 + 1), "højst 10 MB"),
    ],
    ids=[
        "empty",
        "heading only",
        "pdf",
        "xls",
        "png",
        "binary",
        "cut off",
        "docx",
        "ods",
        "zip",
        "columns",
        "rows",
        "large",
    ],
)
def test_what_is_no_table_is_refused_in_words(given, words):
    assert words in refused(given)


def test_a_bomb_of_one_entry_or_of_many_is_not_unpacked():
    sheet = saved(workbook(["Dato", "Tekst"], ["19-11-2026", "x"]))
    swollen = packed(xl__workbook_xml=b"<w/>", bomb=b"0" * 50_000_000)
    many = packed(xl__workbook_xml=b"<w/>", **{f"n{number}": b"x" for number in range(1_001)})

    assert rows_of(sheet)
    assert "pakkes ud" in refused(swollen)
    assert "pakkes ud" in refused(many)


def test_an_entity_that_grows_is_refused():
    """A billion laughs: openpyxl reads with defusedxml, and the process has its limits besides."""
    laughs = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><worksheet>&b;</worksheet>'
    honest = zipfile.ZipFile(io.BytesIO(saved(workbook(["Dato", "Tekst"], ["19-11-2026", "x"]))))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in honest.namelist():
            archive.writestr(name, laughs if "sheet1" in name and name.endswith(".xml") else honest.read(name))

    assert "ødelagt" in refused(file.getvalue()) or "kan ikke læses" in refused(file.getvalue())
