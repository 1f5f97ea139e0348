"""An extract of the log as it is seen and drawn; domain/packs/ keeps what was handed over.

extract.py says what goes, rows.py its rows; paper.py draws the PDF, archive.py the ZIP, blank.py the empty sheet.
"""

from dataclasses import replace
from datetime import datetime

from ... import clock
from ...domain import packs, spreadsheets
from ...domain.packs import Contents, Drawn, Handed
from ...domain.packs.choosing import Choice
from ...domain.verbs import reads
from ...errors import Invalid
from ...policy import Action
from ...store.cases import Case
from ...store.idempotency import is_sent_before
from ...store.incidents import Pack
from ...store.people import Person
from ..pattern.wording import incidents_said
from . import extract, paper, rows
from .extract import Extract
from .rows import PrintedRow

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {"Hvad skete der?": 60, "Dato": 12, "Til dato": 12, "Type": 26, "Nr.": 6, "Antal": 8}
USUAL_WIDTH, ABOUT_WIDTH = 18, 110


@reads(Action.CASE_EXPORT)
def preview(actor: Person, case: Case, choice: Choice) -> Extract:
    """Exactly what would go. Raises Invalid, naming the field, for a choice that must not be."""
    return extract.of(actor, case, choice)


def shown(found: Extract, going: list[PrintedRow]) -> list[PrintedRow]:
    """Rows of an extract as a page may show them: what is protected goes, but is not seen here (SEC-10)."""
    return [rows.shown(row, found.is_masked) for row in going]


@reads(Action.CASE_EXPORT)
def hand_over(actor: Person, case: Case, handed: Handed, key: str | None = None) -> Pack:
    """Draw the files and have them kept, with who was given them and why. Also of a closed case: the police may ask
    later.

    They are drawn before the transaction begins, since it takes seconds, and others write meanwhile. Raises Invalid,
    naming the field, as `packs.keep` does; Conflict.
    """
    packs.check(handed)
    at = clock.now()
    drawn = Drawn(handed.seen, at, lambda fresh: _contents(extract.of(actor, fresh, handed.choice), fresh, actor, at))
    if not is_sent_before(actor, packs.keep, key):  # else what it showed may have changed, and need not be drawn again
        drawn = replace(drawn, files=_files(extract.of(actor, case, handed.choice), case, actor, handed, at))
    return packs.keep(actor, case, handed, drawn, key=key)


def _files(
    found: Extract, case: Case, actor: Person, handed: Handed, at: datetime
) -> tuple[tuple[str, str, bytes], ...]:
    packs.refuse_changed(len(found.rows), found.mark, handed)
    cells = [row.cells for row in found.rows]
    about = [paper.watermark(found, actor.name, at), *paper.warning(case.citizen_role)]
    return (
        ("pdf", "application/pdf", paper.draw(found, case, actor.name, handed.to_whom, at)),
        ("csv", "text/csv", spreadsheets.csv_of(found.headings, cells)),
        ("xlsx", XLSX, _workbook(found, cells, about)),
    )


def _workbook(found: Extract, cells: list[list[str]], about: list[str]) -> bytes:
    """The log on one sheet, and on another what stands on every page of the paper (SEC-50)."""
    widths = [WIDTHS.get(heading, USUAL_WIDTH) for heading in found.headings]
    told = [[words] for words in (*about, "Det er ikke med:", *found.left_out)]
    sheets = [spreadsheets.Sheet("Log", found.headings, cells, widths),
              spreadsheets.Sheet("Om", ["Om udtrækket"], told, [ABOUT_WIDTH])]  # fmt: skip
    try:
        return spreadsheets.workbook("Logskema", sheets)
    except spreadsheets.isolated.Refused:
        raise Invalid(paper.FAILED) from None


def _contents(found: Extract, case: Case, actor: Person, at: datetime) -> Contents:
    choices = found.choice._asdict() | {
        "parts": list(found.choice.parts), "period": found.period, "numbers": found.numbers,
        "contact_count": found.contact_count, "left_out": found.left_out, "headings": found.headings,
        "warning": paper.warning(case.citizen_role), "watermark": paper.watermark(found, actor.name, at),
        "mark": found.mark, "exhibits": [{"ref": one.ref, "path": one.path} for one in found.exhibits if one.path],
    }  # fmt: skip
    return Contents(found.mark, _in_words(found), len(found.rows), len(found.exhibits), choices)


def _in_words(found: Extract) -> str:
    exhibits = sum(bool(one.path) for one in found.exhibits)
    words = f"Udtræk af logskemaet: {incidents_said(len(found.rows))} (nr. {found.numbers}), {found.period}"
    return f"{words}, og {exhibits} bilag" if exhibits else words
