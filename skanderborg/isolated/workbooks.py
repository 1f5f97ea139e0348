"""Turn a workbook that somebody else made into records: XLSX on standard input; on standard output a line of JSON that
says what was read and what was not, and below it each row as JSON: its number, its cells, and which of them are dates.

Of the sheets the one whose heading is known best, else the first. Its arguments are most rows, and, as JSON, the
headings that are known. Refuses, by one word on standard error, what is no workbook, and a bomb (SEC-47): the list of
contents is looked at before anything is unpacked, openpyxl reads with defusedxml, and the values of formulas are those
that were kept. Rows beyond the limit, and empty ones, of which a workbook may have a million, never reach openpyxl.
"""

import io
import json
import re
import sys
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NamedTuple, NoReturn

from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string
from openpyxl.utils.exceptions import InvalidFileException

REFUSED = 3
BROKEN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, KeyError, ValueError,
    SyntaxError,
)  # fmt: skip
LOOKED_AT = 15  # rows in which a heading is looked for, and sheets
MOST_COLUMNS = 200
MOST_ENTRIES, MOST_RATIO, MOST_BYTES = 1_000, 100, 200 * 1024 * 1024
SMALL_ENTRY = 64 * 1024  # so little is no bomb, however well it was pressed
SHEET_DATA = re.compile(rb"<(\w+:|)sheetData\s*>")
DIMENSION = b'<%sdimension ref="A1"/>'  # openpyxl looks through a whole sheet for it
HOLDS = re.compile(rb"<(?:\w+:)?(?:v|t)(?: [^>]*)?(?<!/)>[^<]")
FAR_CELL = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{3}|[H-Z][A-Z]|G[S-Z])[0-9]+"[^>]*(?<!/)>')  # from GS: 201
STRING = re.compile(rb"<(?:\w+:)?si\b(?:[^>]*/>|.*?</(?:\w+:)?si>)", re.DOTALL)
USED = re.compile(rb'\bt="s"[^>]*>.*?<(?:\w+:)?v>([0-9]{1,9})<', re.DOTALL)
ROW_NUMBER = re.compile(rb'\br="([0-9]{8,}|[2-9][0-9]{6})"')  # no workbook has as many rows
UNRECKONED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</"
)
COMMENTS = re.compile(r"xl/(?:comments/)?comments?\w*\.xml")
EXCEL_DAYS = 61  # days from its own first one: what a time shows that was added up past midnight
ALMOST = timedelta(milliseconds=10)  # how far the reckoning of a workbook misses a second


class Seen(NamedTuple):
    """What a sheet holds: rows that hold anything, cells that are merged, the last column, if it is too far, and
    formulas that nobody reckoned, so that nothing stands there."""

    rows: int
    merged: int
    far_column: int
    formulas: int


def refuse(reason: str) -> NoReturn:
    """End here, saying why in one word."""
    sys.stderr.write(reason)
    sys.exit(REFUSED)


def rows_of(given: bytes, most: int, known: set[str], about: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    """The rows of the likeliest sheet."""
    refuse_odd_archive(given)
    small, seen = trimmed(given, most + LOOKED_AT + 1)
    book = load_workbook(small, read_only=True, data_only=True, keep_links=False)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    if not sheets:
        refuse("empty")
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its own size is not to be trusted
    best = max(sheets[:LOOKED_AT], key=lambda sheet: best_heading(sheet, known))
    mine = of(best, seen)
    if mine.far_column:
        refuse(f"columns {mine.far_column}")
    if mine.rows > most + LOOKED_AT:
        refuse(f"rows {mine.rows}")
    about |= {"sheet": best.title, "merged": mine.merged, "formulas": mine.formulas} | beside(given)
    others = [sheet for sheet in book.worksheets if sheet is not best and of(sheet, seen).rows]
    about["other_sheets"] = [[one.title, of(one, seen).rows] for one in others if one in sheets]
    about["hidden_sheets"] = [[one.title, of(one, seen).rows] for one in others if one not in sheets]
    return best.iter_rows(values_only=True, max_col=MOST_COLUMNS)


def beside(given: bytes) -> dict[str, int]:
    """How many pictures and comments a workbook has, which no cell holds."""
    with zipfile.ZipFile(io.BytesIO(given)) as book:
        names = book.namelist()
        comments = sum(book.read(name).count(b"<comment ") for name in names if COMMENTS.fullmatch(name))
    return {"pictures": sum(name.startswith("xl/media/") for name in names), "comments": comments}


def refuse_odd_archive(given: bytes) -> None:
    """Look at the list of contents before anything is unpacked: zipfile never unpacks more than that list says."""
    entries = zipfile.ZipFile(io.BytesIO(given)).infolist()
    total, packed = sum(one.file_size for one in entries), sum(one.compress_size for one in entries)
    swollen = [one for one in entries if one.file_size > max(SMALL_ENTRY, one.compress_size * MOST_RATIO)]
    if len(entries) > MOST_ENTRIES or total > MOST_BYTES or total > max(SMALL_ENTRY, packed * MOST_RATIO) or swollen:
        refuse("bomb")
    names = {one.filename for one in entries}
    if "xl/workbook.xml" not in names:
        refuse("document" if {"word/document.xml", "mimetype", "content.xml"} & names else "packed")


def trimmed(given: bytes, most: int) -> tuple[io.BytesIO, dict[str, Seen]]:
    """The workbook with as many rows of each sheet as are read, and the texts that these name; and what was there."""
    seen, small, last_text = {}, io.BytesIO(), -1
    with zipfile.ZipFile(io.BytesIO(given)) as whole, zipfile.ZipFile(small, "w") as part:
        for entry in sorted(whole.infolist(), key=lambda one: one.filename == "xl/sharedStrings.xml"):
            content = whole.read(entry)
            if entry.filename == "xl/sharedStrings.xml":
                content = few_texts(content, max(last_text, 0) + 1)
            elif b"sheetData" in content:
                content, seen[entry.filename] = few_rows(content, most)
                last_text = max(last_text, *map(int, USED.findall(content)), -1)
            part.writestr(entry.filename, content)
    small.seek(0)
    return small, seen


def few_rows(sheet: bytes, most: int) -> tuple[bytes, Seen]:
    """The XML of a sheet with its first rows that hold anything, as they stand; and what it held."""
    opened = SHEET_DATA.search(sheet)
    if not opened:
        return sheet, Seen(0, 0, 0, 0)
    ends = b"</" + opened[1] + b"row>"
    *rows, rest = sheet[opened.end() :].split(ends)
    begins = b"<" + opened[1] + b"row"
    full = [row[row.rindex(begins) :] + ends for row in rows if HOLDS.search(row)]
    if any(ROW_NUMBER.search(row, 0, row.index(b">")) for row in full[:most]):
        refuse("broken")
    far = max(
        (column_index_from_string(one.decode()) for row in full[:most] for one in FAR_CELL.findall(row)), default=0
    )
    small = opened[0] if b"dimension" in sheet[: opened.start()] else DIMENSION % opened[1] + opened[0]
    after = rest[max(rest.rfind(b"</" + opened[1] + b"sheetData>"), 0) :]
    kept = b"".join(full[:most])
    seen = Seen(len(full), rest.count(b"mergeCell "), far, len(UNRECKONED.findall(kept)))
    return sheet[: opened.start()] + small + kept + after, seen


def few_texts(shared: bytes, most: int) -> bytes:
    """The XML of the texts that cells share, up to the last that is named."""
    for number, text in enumerate(STRING.finditer(shared), 1):
        if number == most:
            return shared[: text.end()] + shared[shared.rfind(b"</") :]
    return shared


def of(sheet: Any, seen: dict[str, Seen]) -> Seen:
    """What a sheet held before it was trimmed."""
    return seen.get(getattr(sheet, "_worksheet_path", "").lstrip("/"), Seen(0, 0, 0, 0))


def best_heading(sheet: Any, known: set[str]) -> int:
    """How many headings the likeliest row of a sheet has that are known."""
    rows = islice(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), LOOKED_AT)
    return max((len({plain(as_text(cell)) for cell in row} & known) for row in rows), default=0)


def plain(text: str) -> str:
    """A heading as people vary it, as tables.py has it."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", text).casefold()).strip()


def as_text(value: Any) -> str:
    """What a cell shows: a date as 2026-10-25, a moment as 2026-10-25 02:30:00, hours added up as 26:15, a whole number
    without decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes = round(value / timedelta(minutes=1))
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value).replace(".", ",")
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return str(value)


def moment(value: datetime) -> str:
    """A date, or a moment to the second; in the first days of a workbook's own time, hours that were added up."""
    if value.microsecond and value + ALMOST >= (whole := value.replace(microsecond=0) + timedelta(seconds=1)):
        value = whole
    since = value - datetime(1899, 12, 31)  # noqa: DTZ001 a workbook has no zone
    if timedelta() <= since < timedelta(days=EXCEL_DAYS):
        return as_text(since)
    return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")


def main() -> None:
    """Read, and answer."""
    known = {plain(heading) for heading in json.loads(sys.argv[2])}
    about = dict[str, Any]()
    lines = []
    try:
        for number, row in enumerate(rows_of(sys.stdin.buffer.read(), int(sys.argv[1]), known, about), 1):
            width = next((width for width in range(len(row), 0, -1) if row[width - 1] is not None), 0)
            if width:
                dates = [place for place, cell in enumerate(row[:width]) if isinstance(cell, date)]
                lines.append(json.dumps([number, [as_text(cell) for cell in row[:width]], dates]))
    except BROKEN:
        refuse("broken")  # a wrong XML is a SyntaxError, and so is one that defusedxml forbids a ValueError
    sys.stdout.buffer.write("\n".join([json.dumps(about), *lines, ""]).encode(errors="replace"))


if __name__ == "__main__":
    main()
