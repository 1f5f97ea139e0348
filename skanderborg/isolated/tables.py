"""Read a table that somebody else made: text of a file on standard input, rows of texts on standard output.

CSV and pasted tables in UTF-8, UTF-16, or Windows-1252, split by comma, semicolon or tab; or the records
that workbooks.py made of a workbook, each a line of JSON. Arguments: «file», «pasted» or «records», most rows, most
columns, most characters of a cell, and, as JSON, the headings that are known. The first line of the answer is JSON
about the table, each of the others some rows: [row number in the file, cell too long to keep or null, cells], and,
where there is anything to say, {«unsure»: why the row may be meant otherwise, «dates»: which cells are dates of a
workbook}. Refuses, by one word on standard error, what is something else or too large (SEC-47).
"""

import codecs
import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise, takewhile
from typing import Any, NoReturn

from .utf16 import unmarked

REFUSED = 3
ROWS_A_LINE = 500
LOOKED_AT = 15  # rows in which a heading is looked for
SNIFFED_CHARACTERS = 64 * 1024
DELIMITERS = ";\t,|"
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
BAD = "\ufffd"  # a place that is no letter
PAIR = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
CUT = (b"\xf0\x9f", b"\xe2\x80")  # as UTF-8 begins an emoji or a dash, and no Danish word in Windows-1252 does
OF_UTF8 = re.compile(rb"[\x00-\x7f\xa5\xa6\xb8\xc3]*")  # halves of å, æ and ø
LINE_END = re.compile(r"\r\n|\r|\n")
Cells = tuple[list[str], bool, list[str] | None]
Record = tuple[int, list[str], dict[str, Any]]  # number, cells, what there is to say
Row = list[Any]  # number, cell too long, cells, and what there is to say, if anything


class Limits:
    """What a table may be at most, and which headings are known."""

    def __init__(self, words: list[str]):
        self.came_as = words[0]
        self.rows, self.columns, self.characters = (int(word) for word in words[1:4])
        self.known = {plain(heading) for heading in json.loads(words[4])}

    def recognised(self, cells: Iterable[str]) -> int:
        """How many of the cells are headings that are known."""
        return len({plain(cell) for cell in cells if cell} & self.known)


def refuse(reason: str) -> NoReturn:
    """End here, saying why in one word."""
    sys.stderr.write(reason)
    sys.exit(REFUSED)


def plain(text: str) -> str:
    """A heading as people vary it."""
    return re.sub(r"[\W_]+", " ", unicodedata.normalize("NFC", text).casefold()).strip()


# ── text ────────────────────────────────────────────────────────────────────────────────────────────


def read_text(given: bytes, limits: Limits, about: dict[str, Any]) -> Iterator[Record]:
    """The records of a text file, with their numbers as a spreadsheet counts them."""
    text, about["encoding"] = decoded(given)
    if text.count("\0") * 100 > len(text):  # no text at all
        refuse("not-text")
    named = re.match(r"sep=(.)\r?\n", text)
    text = text[named.end() :] if named else text  # a spreadsheet does not show that line
    delimiter = named[1] if named else sniffed(text, limits)
    about["delimiter"] = delimiter
    return enumerated(records(text, delimiter, limits.came_as == "pasted"))


def enumerated(found: Iterable[Cells]) -> Iterator[Record]:
    """Each record with its number, and what there is to say of it."""
    for number, (cells, swallows, raw) in enumerate(found, 1):
        doubts = ("quote", swallows), ("letters", any(BAD in cell for cell in cells))
        unsure = [word for word, is_so in doubts if is_so]
        yield number, cells, ({"unsure": unsure} if unsure else {}) | ({"raw": raw} if raw else {})


def read_records(given: bytes) -> Iterator[Record]:
    """The records of a workbook, as workbooks.py wrote them."""
    for line in given.splitlines():
        number, cells, dates = json.loads(line)
        yield number, cells, {"dates": dates} if dates else {}


def records(text: str, delimiter: str, is_pasted: bool) -> Iterator[Cells]:
    """The cells of each line; whether one of them swallows a line that begins with a date; and, of a line with
    quotation marks, what stands between the delimiters as it is written.

    A cell between quotation marks may hold several lines, as long as the last mark ends the cell; else the marks are
    text that somebody wrote. What was copied from a spreadsheet has marks of its own around several lines only, and no
    other cell between them.
    """
    place, end = 0, len(text)
    while place < end:
        stop = line_end(text, place)
        if '"' not in text[place:stop]:
            yield text[place:stop].split(delimiter), False, None
        else:
            first_end, begins = stop, place
            cells, stop, swallows = quoted_line(text, place, delimiter, is_pasted)
            yield cells, swallows, text[begins:stop].split(delimiter) if stop == first_end else None
            if stop >= end:
                return
        place = stop + (2 if text.startswith("\r\n", stop) else 1)


def line_end(text: str, place: int) -> int:
    """Where the line ends that goes on here."""
    found = LINE_END.search(text, place)
    return found.start() if found else len(text)


def quoted_line(text: str, place: int, delimiter: str, is_pasted: bool) -> tuple[list[str], int, bool]:
    """The cells of a line with quotation marks, where it ends, and whether a cell swallows a dated line."""
    cells, swallows, stop = [], False, -1
    quoted = re.compile(rf'"((?:[^"]++|"")*+)"(?={re.escape(delimiter)}|[\r\n]|\Z)')
    while True:
        match = quoted.match(text, place)
        lines = LINE_END.split(match[1]) if match else []
        dated = any(BEGINS_WITH_A_DATE.match(cell) for line in lines[1:] for cell in line.split(delimiter))
        is_text = is_pasted and (delimiter == "\t" if len(lines) == 1 else match and delimiter in match[1])
        if match and not is_text:
            cells.append(match[1].replace('""', '"'))
            swallows, place = swallows or dated, match.end()
        else:
            stop = stop if place <= stop else line_end(text, place)
            found = text.find(delimiter, place, stop)
            ends = stop if found < 0 else found
            cells.append(text[place:ends])
            place = ends
        if not text.startswith(delimiter, place):
            return cells, place, swallows
        place += len(delimiter)


def decoded(given: bytes) -> tuple[str, str]:
    """The text and what it was written in. A file of which most letters are UTF-8 is UTF-8, and what is none is marked;
    any other is read as Windows-1252, also behind a UTF-8 mark, with the five signs that it does not have."""
    marked = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(given[:2])
    if encoding := marked or unmarked(given):
        try:
            return given[2 if marked else 0 :].decode(encoding), "utf-16"
        except UnicodeDecodeError:
            refuse("cut-off")
    given = PAIR.sub(joined, given.removeprefix(codecs.BOM_UTF8))
    try:
        return given.decode(), "utf-8"
    except UnicodeDecodeError as error:
        if is_cut_off(given, error):
            refuse("cut-off")
    whole, marked = given.decode(errors="ignore"), given.decode(errors="replace")
    good, bad = sum(map(len, re.findall(r"[^\x00-\x7f]+", whole))), len(marked) - len(whole)
    if good >= bad or any(sign in given for sign in CUT) or (not good and OF_UTF8.fullmatch(given)):
        return marked, "utf-8"
    return "".join(map(line_of_two, given.splitlines(keepends=True))), "windows-1252"


def line_of_two(line: bytes) -> str:
    """A line of a file that is mostly Windows-1252; one that is UTF-8 was put there from elsewhere."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("windows-1252", errors="as-they-are")


def joined(pair: re.Match[bytes]) -> bytes:
    """Two halves of one sign, each written as if it were a letter, as the sign."""
    halves = pair[0].decode("utf-8", "surrogatepass")
    return halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le").encode()


def as_they_are(error: UnicodeError) -> tuple[str, int]:
    """Bytes that Windows-1252 does not have, as they are."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("latin-1"), error.end


codecs.register_error("as-they-are", as_they_are)


def is_cut_off(given: bytes, error: UnicodeDecodeError) -> bool:
    """Whether all but the last letter is UTF-8: half a letter, unless it is the only one and Danish in Windows-1252."""
    whole, half = given[: error.start], given[error.start :]
    return error.reason == "unexpected end of data" and not (whole.isascii() and half in LAST_LETTERS)


def sniffed(text: str, limits: Limits) -> str:
    """The delimiter by which the first rows show most headings that are known, and most evenly the same width."""
    return max(DELIMITERS, key=lambda delimiter: evenness(text[:SNIFFED_CHARACTERS], delimiter, limits))


def evenness(text: str, delimiter: str, limits: Limits) -> tuple[int, float, int]:
    """How likely this delimiter is: headings known, share of rows of the commonest width, that width."""
    found = records(text, delimiter, limits.came_as == "pasted")
    rows = [cells for cells, _, _ in islice(found, 200) if any(cells)]
    widths = [len(row) for row in rows]
    commonest = max(set(widths), key=widths.count, default=1)
    share = widths.count(commonest) / len(widths) if commonest > 1 else 0.0
    return max((limits.recognised(row) for row in rows[:LOOKED_AT]), default=0), share, commonest


# ── the table ───────────────────────────────────────────────────────────────────────────────────────


def read_table(found: Iterable[Record], limits: Limits, about: dict[str, Any]) -> list[Row]:
    """The rows below the heading that hold anything. Refuses more than the limits allow, with the number."""
    rows, raws = list[Row](), dict[int, list[str]]()
    count = widest = 0
    for number, cells, noted in found:
        while cells and not cells[-1].strip():
            cells.pop()
        count, widest = count + bool(cells), max(widest, len(cells))
        raw = noted.pop("raw", None)
        if cells and count <= limits.rows + LOOKED_AT:
            raws |= {number: raw} if raw else {}
            rows.append(measured(number, cells, noted, limits))
    if widest > limits.columns:
        refuse(f"columns {widest}")
    heading = heading_at(rows, limits)
    about["headings"] = [] if heading is None else rows[heading][2]
    about["above"] = heading or 0  # a title, and whatever else stands above the heading
    below = 0 if heading is None else heading + 1
    if count - below > limits.rows:
        refuse(f"rows {count - below}")
    rows = rows[below:]
    if not rows:
        refuse("empty")
    if limits.came_as != "records":
        width, headed = usual_width(about["headings"], rows), len(about["headings"])
        rows = [wide_told(row, raws, width, headed) for row in rows]
    about["columns"] = max(len(about["headings"]), *(len(row[2]) for row in rows))
    return rows


def usual_width(headings: list[str], rows: list[Row]) -> int:
    """How many cells a row has, by the heading, or, where most have more, at most."""
    widths = [len(row[2]) for row in rows]
    width = len(headings) or max(set(widths), key=widths.count)
    return width if sum(one > width for one in widths) * 2 < len(widths) else max(widths)


def wide_told(row: Row, raws: dict[int, list[str]], width: int, headed: int) -> Row:
    """A row; one that has more cells than the others, or, where somebody wrote on after a quotation mark, than the
    heading, was cut by a delimiter in a text, and is in doubt: it stands as it is written."""
    number, too_long, cells, *noted = row
    raw: list[str] = raws.get(number) or cells
    is_prose = any(one.endswith('"') and after.startswith(" ") for one, after in pairwise(raw))
    if len(cells) <= (headed if is_prose and headed else width):
        return row
    unsure = [*(noted[0].get("unsure", ()) if noted else ()), "wide"]
    return [number, too_long, cells if too_long is not None else raw, {"unsure": unsure}]


def measured(number: int, cells: list[str], noted: dict[str, Any], limits: Limits) -> Row:
    """A row without what is too long to keep, and which cell that was."""
    too_long = next((place for place, cell in enumerate(cells) if len(cell) > limits.characters), None)
    kept = [cell if len(cell) <= limits.characters else "" for cell in cells]
    return [number, too_long, kept, noted] if noted else [number, too_long, kept]


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
    limits, given = Limits(sys.argv[1:]), sys.stdin.buffer.read()
    about: dict[str, Any] = {}
    other = next((reason for begins, reason in OTHER_FILES if given.startswith(begins)), None)
    if other or not given.strip():
        refuse(other or "empty")
    found = read_records(given) if limits.came_as == "records" else read_text(given, limits, about)
    rows = read_table(found, limits, about)
    lines = [about, *(rows[first : first + ROWS_A_LINE] for first in range(0, len(rows), ROWS_A_LINE))]
    for line in [about | {"rows": len(rows)}, *lines[1:]]:
        sys.stdout.buffer.write(json.dumps(line, ensure_ascii=False).encode(errors="replace") + b"\n")


if __name__ == "__main__":
    main()
