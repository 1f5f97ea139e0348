"""Read a table that somebody else made: text of a file on standard input, rows of texts on standard output.

CSV and pasted tables in UTF-8, UTF-16 with its mark, or Windows-1252, split by comma, semicolon or tab. A workbook is
first turned into such a text by workbooks.py.
Arguments: most rows, most columns, most characters of a cell, and, as JSON, the headings that are known. The first
line of the answer is JSON about the table, each of the others some rows: [row number in the file, cell too long to
keep or null, cells]. Refuses, by one word on standard error, what is something else or too large (SEC-47).
"""

import codecs
import csv
import io
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import Any, NoReturn

REFUSED = 3
ROWS_A_LINE = 500
LOOKED_AT = 15  # rows in which a heading is looked for
SNIFFED_CHARACTERS = 64 * 1024
DELIMITERS = ";\t,"
OTHER_FILES = (
    (b"%PDF", "pdf"), (b"\xd0\xcf\x11\xe0", "old-office"), (b"{\\rtf", "document"), (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"), (b"\x1f\x8b", "packed"), (b"Rar!", "packed"), (b"7z\xbc\xaf", "packed"),
)  # fmt: skip
_WORDED = (
    r"\d{1,2}\W{0,2}(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2},? \d{4}|(?:19|20)\d{6}\b|\d{1,2}:\d\d"
)
_BEFORE = r"\W*(?:(?:man|tirs?|ons|tors?|fre|lør|søn)(?:dag)?\b\W*)?(?:den |d\. ?|kl\. ?)?"
HOLDS_A_DATE = re.compile(rf"\b(?:\d{{1,4}}\s?[./-]\s?\d{{1,2}}\s?[./ -]\s?\d{{2,4}}|{_WORDED})", re.IGNORECASE)
BEGINS_WITH_A_DATE = re.compile(rf"{_BEFORE}(?:\d{{1,4}}\s?[./-]\s?\d{{1,2}}|{_WORDED})", re.IGNORECASE)
LAST_LETTERS = [letter.encode("windows-1252") for letter in "åæéÅÆÉ"]  # in UTF-8 these begin no letter of Danish
Row = list[Any]  # number, cell too long, cells


class Limits:
    """What a table may be at most, and which headings are known."""

    def __init__(self, words: list[str]):
        self.rows, self.columns, self.characters = (int(word) for word in words[:3])
        self.known = {plain(heading) for heading in json.loads(words[3])}

    def recognised(self, cells: Iterable[str]) -> int:
        """How many of the cells are headings that are known."""
        return len({plain(cell) for cell in cells if cell} & self.known)


def refuse(reason: str) -> NoReturn:
    """End here, saying why in one word."""
    sys.stderr.write(reason)
    sys.exit(REFUSED)


def plain(text: str) -> str:
    """A heading as people vary it."""
    return re.sub(r"[^\w]+", " ", unicodedata.normalize("NFC", text).casefold()).strip()


# ── text ────────────────────────────────────────────────────────────────────────────────────────────


def read_text(given: bytes, limits: Limits, about: dict[str, Any]) -> Iterator[tuple[int, list[str]]]:
    """The records of a text file, with their numbers as a spreadsheet counts them."""
    text, about["encoding"] = decoded(given)
    if text.count("\0") * 100 > len(text):  # UTF-16 without its mark, or no text at all
        refuse("not-text")
    named = re.match(r"sep=(.)\r?\n", text)
    delimiter = named[1] if named else sniffed(text, limits)
    about["delimiter"] = delimiter
    about["odd_quotes"] = text.count('"') % 2 == 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return enumerate(islice(reader, 1 if named else 0, None), 1)  # a spreadsheet does not show that line


def decoded(given: bytes) -> tuple[str, str]:
    """The text and what it was written in: whatever is no strict UTF-8 is Windows-1252, also behind a UTF-8 mark."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if given.startswith(mark):
            try:
                return given.removeprefix(mark).decode(encoding), "utf-16"
            except UnicodeDecodeError:
                refuse("cut-off")
    given = given.removeprefix(codecs.BOM_UTF8)
    for encoding in ("utf-8", "windows-1252"):
        try:
            return given.decode(encoding), encoding
        except UnicodeDecodeError as error:
            if encoding == "utf-8" and is_cut_off(given, error):
                refuse("cut-off")
    refuse("not-text")


def is_cut_off(given: bytes, error: UnicodeDecodeError) -> bool:
    """Whether all but the last letter is UTF-8: half a letter, unless it is the only one and Danish in Windows-1252."""
    whole, half = given[: error.start], given[error.start :]
    return error.reason == "unexpected end of data" and not (whole.isascii() and half in LAST_LETTERS)


def sniffed(text: str, limits: Limits) -> str:
    """The delimiter by which the first rows show most headings that are known, and most evenly the same width."""
    return max(DELIMITERS, key=lambda delimiter: evenness(text[:SNIFFED_CHARACTERS], delimiter, limits))


def evenness(text: str, delimiter: str, limits: Limits) -> tuple[int, float, int]:
    """How likely this delimiter is: headings known, share of rows of the commonest width, that width."""
    rows = [row for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 200) if any(row)]
    widths = [len(row) for row in rows]
    commonest = max(set(widths), key=widths.count, default=1)
    share = widths.count(commonest) / len(widths) if commonest > 1 else 0.0
    return max((limits.recognised(row) for row in rows[:LOOKED_AT]), default=0), share, commonest


# ── the table ───────────────────────────────────────────────────────────────────────────────────────


def read_table(records: Iterable[tuple[int, list[str]]], limits: Limits, about: dict[str, Any]) -> list[Row]:
    """The rows below the heading that hold anything. Refuses more of anything than the limits allow."""
    rows = []
    for number, cells in records:
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > limits.columns:
            refuse("columns")
        if cells:
            rows.append(measured(number, cells, limits))
        if len(rows) > limits.rows + LOOKED_AT:
            refuse("rows")
    heading = heading_at(rows, limits)
    about["headings"] = [] if heading is None else rows[heading][2]
    about["above"] = heading or 0  # a title, and whatever else stands above the heading
    rows = rows if heading is None else rows[heading + 1 :]
    if len(rows) > limits.rows:
        refuse("rows")
    if not rows:
        refuse("empty")
    about["columns"] = max(len(about["headings"]), *(len(row[2]) for row in rows))
    return rows


def measured(number: int, cells: list[str], limits: Limits) -> Row:
    """A row without what is too long to keep, and which cell that was."""
    too_long = next((place for place, cell in enumerate(cells) if len(cell) > limits.characters), None)
    return [number, too_long, [cell if len(cell) <= limits.characters else "" for cell in cells]]


def heading_at(rows: list[Row], limits: Limits) -> int | None:
    """Which row is the heading: of those above the first that is dated, the one with most words that are known; else
    the first. A row that holds a date is none, since it would take itself and all above it out of the log."""
    above = list(takewhile(lambda row: not any(map(BEGINS_WITH_A_DATE.match, row[2])), rows[:LOOKED_AT]))
    known = [0 if any(map(HOLDS_A_DATE.search, row[2])) else limits.recognised(row[2]) for row in above]
    if known and max(known) > 1:
        return known.index(max(known))
    return 0 if above and not any(map(HOLDS_A_DATE.search, above[0][2])) else None


def main() -> None:
    """Read, and answer."""
    csv.field_size_limit(sys.maxsize)  # cells are measured in `measured`, so that one too long is told by its row
    limits, given = Limits(sys.argv[1:]), sys.stdin.buffer.read()
    about: dict[str, Any] = {}
    other = next((reason for begins, reason in OTHER_FILES if given.startswith(begins)), None)
    if other or not given.strip():
        refuse(other or "empty")
    try:
        rows = read_table(read_text(given, limits, about), limits, about)
    except csv.Error:
        refuse("broken")
    lines = [about, *(rows[first : first + ROWS_A_LINE] for first in range(0, len(rows), ROWS_A_LINE))]
    for line in [about | {"rows": len(rows)}, *lines[1:]]:
        sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode(errors="replace") + b"\n")


if __name__ == "__main__":
    main()
