"""Halvårstal as they are shown, and as files to hand on: what is hidden is said to be hidden, in words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from .. import clock
from ..domain import figures, spreadsheets
from ..domain.figures import hiding
from ..errors import Invalid
from ..store.figures import HalfYear
from .packs import paper

HIDDEN = "skjult"
NOTE = (
    f"Tal fra 1 til {hiding.FEWEST - 1} er skjult, så ingen kan kendes, og et skjult tal, der ellers kunne regnes ud, "
    f"tager det næstmindste med sig. Andele og medianer står der fra {hiding.FEWEST_OF_A_SHARE} sager."
)
TOO_FEW = "Der er for få til at vise tabellen."
MEDIANS = "Arbejdsdage fra skridt til skridt (median)"
COUNTED = "Tallene er frosset og tælles ikke om."


class ShownRow(NamedTuple):
    """A row of a table: its label, its numbers as they stand, the share of the first, and its bar as a part of the
    longest."""

    label: str
    cells: list[str]
    share: str
    bar: float


class ShownTable(NamedTuple):
    """One table: the rows that have something in them, the labels of those that have nothing, and the total."""

    key: str
    title: str
    columns: list[str]
    rows: list[ShownRow]
    none_in: list[str]
    total: str
    too_few: str
    has_shares: bool

    @property
    def sentence(self) -> str:
        """What is read instead of the picture."""
        return self.too_few or f"I alt {self.total}."


class HalfYearReport(NamedTuple):
    """A half-year as it is shown."""

    name: str
    title: str
    tables: list[ShownTable]
    medians: list[tuple[str, str]]
    at: datetime


def title(name: str) -> str:
    """«1. halvår 2026»."""
    year, half = name.split("-")
    return f"{half}. halvår {year}"


def index(actor: Any) -> list[HalfYear]:
    """The half-years, the newest first."""
    return figures.all_frozen(actor)


def report(actor: Any, name: str) -> HalfYearReport:
    """One half-year in words. Raises NotFound."""
    frozen = figures.frozen(actor, name)
    medians = [(label, _days(days)) for label, days in frozen.medians]
    return HalfYearReport(name, title(name), [_table(one) for one in frozen.tables], medians, frozen.at)


def _table(told: dict[str, Any]) -> ShownTable:
    rows, total = told["rows"], told["total"]
    cells = [cell for _, row in rows for cell in row]
    too_few = TOO_FEW if cells and all(cell is None for cell in cells) else ""
    longest = max((cell or 0 for cell in cells), default=0) or 1
    has_shares = len(told["columns"]) == 1 and total is not None and total >= hiding.FEWEST_OF_A_SHARE
    shown = [] if too_few else [
        ShownRow(label, list(map(_number, row)), _share(row[0], total) if has_shares else "", (row[0] or 0) / longest)
        for label, row in rows if any(cell != 0 for cell in row)
    ]  # fmt: skip
    none_in = [] if too_few else [label for label, row in rows if not any(cell != 0 for cell in row)]
    said = f"færre end {hiding.FEWEST}" if total is None else str(total)
    return ShownTable(told["key"], told["title"], told["columns"], shown, none_in, said, too_few, has_shares)


def _number(cell: int | None) -> str:
    return HIDDEN if cell is None else str(cell)


def _share(cell: int | None, total: int) -> str:
    return HIDDEN if cell is None else f"{round(100 * cell / total)} %"


def _days(days: float | None) -> str:
    return f"for få til at vise (under {hiding.FEWEST_OF_A_SHARE})" if days is None else f"{days:g}".replace(".", ",")


# ── files ───────────────────────────────────────────────────────────────────────────────────────────


def csv(found: HalfYearReport) -> bytes:
    """All tables below each other, for a spreadsheet."""
    return spreadsheets.csv_of(["Tabel", "Hvad", "Kolonne", "Antal"], _lines(found))


def xlsx(found: HalfYearReport) -> bytes:
    """A sheet a table. Raises Invalid when it cannot be written."""
    about = spreadsheets.Sheet("Om", [f"Halvårstal, {found.title}"], [[NOTE], [COUNTED]], [110])
    sheets = [
        spreadsheets.Sheet(
            one.title.partition(",")[0][:31], ["", *one.columns], _whole(one), [50, *[14] * len(one.columns)]
        )
        for one in found.tables
    ]
    steps = spreadsheets.Sheet("Arbejdsdage", ["Skridt", "Median"], found.medians, [50, 40])
    try:
        return spreadsheets.workbook(f"Halvårstal {found.name}", [*sheets, steps, about])
    except spreadsheets.isolated.Refused:
        raise Invalid(paper.FAILED) from None


def pdf(found: HalfYearReport) -> bytes:
    """The paper for the council. Raises Invalid when it cannot be drawn."""
    day = clock.local(found.at).date()
    tables = [
        {"title": one.title, "columns": one.columns, "rows": _whole(one), "too_few": one.too_few,
         "bars": [row.bar for row in one.rows] if len(one.columns) == 1 else []}
        for one in found.tables
    ]  # fmt: skip
    content = {
        "title": f"Halvårstal, {found.title}", "made_on": {"year": day.year, "month": day.month, "day": day.day},
        "note": NOTE, "counted": COUNTED, "tables": tables, "medians": found.medians, "about_medians": MEDIANS,
    }  # fmt: skip
    return paper.drawn("figures", found.at, content)


def _whole(one: ShownTable) -> list[list[str]]:
    """Every row, those with nothing in them too, and the total of a single column."""
    rows = [[row.label, *row.cells] for row in one.rows]
    noughts = [[label, *["0"] * len(one.columns)] for label in one.none_in]
    return [*rows, *noughts, ["I alt", one.total, *[""] * (len(one.columns) - 1)]]


def _lines(found: HalfYearReport) -> Sequence[list[str]]:
    lines = [[one.title, row[0], column, cell] for one in found.tables for row in _whole(one)
             for column, cell in zip(one.columns, row[1:], strict=True) if cell]  # fmt: skip
    return [*lines, *([MEDIANS, label, "", days] for label, days in found.medians)]
