"""Tables as files that open in a spreadsheet, without a cell that could act as a formula there (SEC-51)."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from .. import isolated

LIKE_A_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\0]")
NEUTRALISED = re.compile(rf"'(?={LIKE_A_FORMULA.pattern})")
MAX_SECONDS, MAX_MEGABYTES = 30, 700


class Sheet(NamedTuple):
    """One sheet of a workbook. `lists` are words to choose from, by the column's number from 0; `blank_rows` follow
    the rows, as text cells to be filled in."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str | None]]
    widths: Sequence[int] = ()  # in letters
    lists: Mapping[int, Sequence[str]] = {}
    blank_rows: int = 0


def csv_of(headings: Sequence[str], rows: Iterable[Sequence[str | None]]) -> bytes:
    """A table as CSV that a Danish Excel opens by itself: UTF-8 with BOM, semicolons, RFC 4180 line ends."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in (headings, *rows):
        writer.writerow([neutral(cell or "") for cell in row])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe before what could begin one."""
    return f"'{cell}" if LIKE_A_FORMULA.match(cell) else cell


def original(cell: str) -> str:
    """What stood in a cell before `neutral`: a table that we wrote is read back as it was."""
    return cell[1:] if NEUTRALISED.match(cell) else cell


def workbook(title: str, sheets: Sequence[Sheet]) -> bytes:
    """A workbook as XLSX, written in a process of its own. Raises isolated.Refused when that fails."""
    asked = {"title": title, "sheets": [sheet._asdict() | {"lists": dict(sheet.lists)} for sheet in sheets]}
    return isolated.run("sheets", json.dumps(asked).encode(), seconds=MAX_SECONDS, megabytes=MAX_MEGABYTES)
