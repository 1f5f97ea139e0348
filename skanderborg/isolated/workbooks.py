"""Turn a workbook that somebody else made into text: XLSX on standard input; on standard output a line of JSON, which
names the sheet that was read and others that hold anything, and below it CSV.

Of the sheets the one whose heading is known best, else the first. Its argument are the headings that are known, as
JSON. Refuses, by one word on standard error, what is no workbook, and a bomb (SEC-47): the list of contents is looked
at before anything is unpacked, openpyxl reads with defusedxml, and the values of formulas are those that were kept.
"""

import csv
import io
import json
import re
import sys
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, NoReturn

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

REFUSED = 3
LOOKED_AT = 15  # rows in which a heading is looked for, and sheets
MOST_LOOKED_AT = 1_000  # rows, for a sheet to be called empty
MOST_ROWS, MOST_COLUMNS = 200_000, 200  # empty ones too, of which a workbook may have a million
MOST_ENTRIES, MOST_RATIO, MOST_BYTES = 1_000, 100, 200 * 1024 * 1024
SMALL_ENTRY = 64 * 1024  # so little is no bomb, however well it was pressed


def refuse(reason: str) -> NoReturn:
    """End here, saying why in one word."""
    sys.stderr.write(reason)
    sys.exit(REFUSED)


def rows_of(given: bytes, known: set[str], about: dict[str, Any]) -> Iterable[list[str]]:
    """The rows of the likeliest sheet."""
    refuse_odd_archive(given)
    book = load_workbook(io.BytesIO(given), read_only=True, data_only=True, keep_links=False)
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"] or book.worksheets
    if not sheets:
        refuse("empty")
    for sheet in sheets:
        sheet.reset_dimensions()  # what a file says of its own size is not to be trusted
    best = max(sheets[:LOOKED_AT], key=lambda sheet: best_heading(sheet, known))
    about["sheet"] = best.title
    about["other_sheets"] = [sheet.title for sheet in sheets if sheet is not best and holds_anything(sheet)]
    rows = best.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS)
    return ([as_text(cell) for cell in row] for row in rows)


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


def best_heading(sheet: Any, known: set[str]) -> int:
    """How many headings the likeliest row of a sheet has that are known."""
    rows = islice(sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS), LOOKED_AT)
    return max((len({plain(as_text(cell)) for cell in row} & known) for row in rows), default=0)


def holds_anything(sheet: Any) -> bool:
    """Whether anything stands in the first rows of a sheet."""
    rows = sheet.iter_rows(values_only=True, max_row=MOST_LOOKED_AT, max_col=MOST_COLUMNS)
    return any(cell is not None for row in rows for cell in row)


def plain(text: str) -> str:
    """A heading as people vary it, as tables.py has it."""
    return re.sub(r"[^\w]+", " ", unicodedata.normalize("NFC", text).casefold()).strip()


def as_text(value: Any) -> str:
    """What a cell shows: a date as 2026-10-25, a moment as 2026-10-25 02:30:00, a whole number without decimals."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.seconds // 3600:02}:{value.seconds // 60 % 60:02}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value).replace(".", ",")
    if isinstance(value, bool):
        return "ja" if value else "nej"
    return str(value)


def main() -> None:
    """Read, and answer."""
    known = {plain(heading) for heading in json.loads(sys.argv[1])}
    text, about = io.StringIO(newline=""), dict[str, Any]()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    try:
        for cells in rows_of(sys.stdin.buffer.read(), known, about):
            while cells and not cells[-1]:
                cells.pop()
            writer.writerow(cells)
    except (InvalidFileException, zipfile.BadZipFile, NotImplementedError, EOFError, KeyError, ValueError, SyntaxError):
        refuse("broken")  # a wrong XML is a SyntaxError, and so is one that defusedxml forbids a ValueError
    sys.stdout.buffer.write(json.dumps(about).encode() + b"\n")
    sys.stdout.buffer.write(b"sep=;\n" + text.getvalue().encode(errors="replace"))


if __name__ == "__main__":
    main()
