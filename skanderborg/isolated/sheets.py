"""Write a workbook: JSON on standard input, XLSX on standard output (see domain/spreadsheets.py for what it is given).

Every cell is text and no cell is a formula, whatever it begins with (SEC-51). openpyxl costs some 60 MB and a quarter
of a second, which no web process should pay.
"""

import io
import json
import re
import sys
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

LIKE_A_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\0]")
NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")  # has a picture, such as ␀
LISTS = "Lister"
USUAL_WIDTH = 18


def written(asked: dict[str, Any]) -> bytes:
    """The workbook as a file."""
    book = Workbook(write_only=True)
    book.properties.title, book.properties.creator = asked["title"], "Koordinering"
    choices: list[list[str]] = []
    for number, sheet in enumerate(asked["sheets"]):
        found = list(sheet["lists"].values())
        _write(book, sheet, first_list=len(choices) + 1, is_first=number == 0)
        choices += found
    if choices:
        _write_choices(book, choices)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _write(book: Workbook, asked: dict[str, Any], first_list: int, is_first: bool) -> None:
    sheet = book.create_sheet(asked["title"])
    headings = asked["headings"]
    for place in range(max(len(headings), len(asked["widths"]))):
        widths = asked["widths"]
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = widths[place] if place < len(widths) else USUAL_WIDTH
    if headings:
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        sheet.append([_text(sheet, heading, is_bold=True) for heading in headings])
    cells: list[tuple[Any, Any, Any]] = []
    for row in asked["rows"]:
        while len(cells) < len(row):
            cells.append((plain := _text(sheet, "x"), plain._style, _text(sheet, "=x")._style))
        sheet.append([_fill(cell, value) for cell, value in zip(cells, row)])  # noqa: B905 a row may be short
    for _ in range(asked["blank_rows"]):
        sheet.append([_text(sheet, None) for _ in headings])
    last = 1 + len(asked["rows"]) + asked["blank_rows"]
    for place, (column, values) in enumerate(asked["lists"].items(), first_list):
        _offer(sheet, int(column), last, place, len(values))
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", False
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.sheet_view.tabSelected = is_first


def _text(sheet: Any, value: str | None, is_bold: bool = False) -> Any:
    """A cell of its own, of text whatever stands in it."""
    cell = WriteOnlyCell(sheet)
    cell.number_format = "@"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if is_bold:
        cell.font = Font(bold=True)
    if value is not None and LIKE_A_FORMULA.match(value):
        cell._style.quotePrefix = 1
    return _filled(cell, value)


def _fill(column: tuple[Any, Any, Any], value: str | None) -> Any:
    """The cell of a column, used again for each row, since a style of its own for each costs more than all else."""
    cell, plain, quoted = column
    cell._style = quoted if value is not None and LIKE_A_FORMULA.match(value) else plain
    return _filled(cell, value)


def _filled(cell: Any, value: str | None) -> Any:
    cell._value = NO_XML.sub(_picture, value) if value else None
    cell.data_type = "s" if value else "n"
    return cell


def _picture(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code > 0x7F:
        return "\ufffd"
    return chr(0x2421 if code == 0x7F else 0x2400 + code)


def _offer(sheet: Any, column: int, last_row: int, list_number: int, length: int) -> None:
    """Let a column's cells be chosen from a list; anything else may be written too."""
    letter, there = get_column_letter(column + 1), get_column_letter(list_number)
    rule = DataValidation("list", formula1=f"'{LISTS}'!${there}$1:${there}${length}", allow_blank=True)
    rule.showErrorMessage = False
    rule.add(f"{letter}2:{letter}{last_row}")
    sheet.data_validations.append(rule)


def _write_choices(book: Workbook, choices: list[list[str]]) -> None:
    sheet = book.create_sheet(LISTS)
    sheet.sheet_state = "hidden"
    for place in range(max(map(len, choices))):
        sheet.append([_text(sheet, values[place] if place < len(values) else None) for values in choices])


if __name__ == "__main__":
    sys.stdout.buffer.write(written(json.load(sys.stdin.buffer)))
