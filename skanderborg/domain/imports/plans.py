"""How a file is understood, by what is guessed of it and what a person says."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from ...content.incident_types import OTHER
from ...danish.dates import DateOrder, ShortYears
from ...danish.words import plain
from ...kinds import CitizenRole
from ...store.cases import Case
from . import chats
from .columns import Column, of_role, titles


class Plan(NamedTuple):
    """How a table is understood: what each column holds, how its dates are written, and what a row is that names no
    type. `titles` are the headings; a day without its year was the last one `today`, the day when the file came.

    `words` is what a person said that words of the file mean, by `key_of`; `citizen` their name and contact; `letters`
    how its letters are to be read (letters.py); `chat` what was said of one. `turns`: day and month of the
    workbook's own dates change places.
    """

    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    order: DateOrder = DateOrder.DAY_FIRST
    years: ShortYears = ShortYears.THIS_CENTURY
    default_type: str = OTHER
    today: date | None = None
    words: Mapping[str, str] = {}
    citizen: tuple[str, str] = ("", "")
    letters: str = ""
    is_of_udoever: bool = False
    chat: chats.Telling | None = None
    turns: bool = False


def plan_for(case: Case, said: Mapping[str, Any], today: date) -> Plan:
    """The plan of a table in this case, of which this is `said`; in one about an udøver nothing is taken of the exposed
    person."""
    is_of_udoever = case.citizen_role == CitizenRole.PERPETRATOR
    allowed = of_role(is_of_udoever)
    columns = tuple(Column(one) if one in allowed else Column.SKIP for one in said["columns"])
    name, contact = said.get("citizen") or ("", "")
    return Plan(
        columns, tuple(titles(said["headings"], said["columns_count"])), DateOrder(said["order"]),
        ShortYears(said["years"]), said["default_type"], today, said.get("words") or {}, (name, contact),
        said.get("letters") or "", is_of_udoever, chats.telling_of(said), bool(said.get("turns")),
    )  # fmt: skip


def key_of(column: Column, cell: str) -> str:
    """By what a word of a column is known again, wherever it stands in the file: people and signs to the letter."""
    is_person = column in (Column.SENDER, Column.RECIPIENT)
    word = cell.strip().casefold()
    return f"{column.value}:{word if is_person else plain(cell) or word}"
