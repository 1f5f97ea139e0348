"""From the cells of a row to what the log says of it, or to why it cannot be (S2-30, D-09)."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from ... import clock, content
from ...content.incident_types import OTHER
from ...danish import dates, moments, signs
from ...danish.dates import Clock, DateOrder, Looks, Near, ShortYears
from ...errors import Invalid
from ...kinds import Answer, CitizenRole, IncidentKind, IncidentSource, Reaction
from ...store.cases import Case
from .. import incidents, protection, spreadsheets
from . import chats, words
from .columns import Column, of_role

TOO_LONG = f"Teksten er for lang: højst {incidents.LONGEST_WHAT} tegn. Del den i flere rækker."
SHORT = 200
TEXTS = {Column.EVIDENCE: 2_000, Column.REACTION_REASON: 2_000}
LINES = {  # what the form of a row lets one type in a line
    Column.PLACE: 500, Column.SENDER: 500, Column.WITNESS: 500, Column.WITNESS_CONTACT: 500, Column.TYPE_TEXT: SHORT,
    Column.JOURNAL_NUMBER: SHORT,
}  # fmt: skip
ABOUT_A_REPORT = (
    Column.SENDER, Column.WITNESS, Column.WITNESS_CONTACT, Column.EVIDENCE, Column.JOURNAL_NUMBER,
)  # fmt: skip
NO_TEXT = "Skriv kort, hvad der skete."
REASON_NOT_TOLD = "Ikke oplyst i borgerens log"

Word = TypeVar("Word", bound=str)


class Plan(NamedTuple):
    """How a table is understood: what each column holds, how its dates are written, and what a row is that names no
    type. `titles` are the headings; a day without its year was the last one `today`, the day when the file came; `chat`
    is what was said of one."""

    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    order: DateOrder = DateOrder.DAY_FIRST
    years: ShortYears = ShortYears.THIS_CENTURY
    default_type: str = OTHER
    today: date | None = None
    is_of_udoever: bool = False
    chat: chats.Telling | None = None


def plan_for(case: Case, chosen: Sequence[Column], titles: Sequence[str], *rest: Any) -> Plan:
    """The plan of a table in this case; in one about an udøver nothing is taken of the exposed person."""
    is_of_udoever = case.citizen_role == CitizenRole.PERPETRATOR
    allowed = of_role(is_of_udoever)
    columns = tuple(column if column in allowed else Column.SKIP for column in chosen)
    return Plan(columns, tuple(titles), *rest)._replace(is_of_udoever=is_of_udoever)


class Fault(NamedTuple):
    """Why a row cannot stand in the log: in which column, and what to do."""

    column: str
    message: str


class Understood(NamedTuple):
    """What a row says, or its faults. `unsure` as in moments.When; `is_double`: at a time that came twice."""

    said: incidents.Account | None
    faults: tuple[Fault, ...] = ()
    unsure: frozenset[str] = frozenset()
    proves: bool = False
    is_double: bool = False


def understood(row: Sequence[Any], plan: Plan) -> Understood:
    """Read one row as the child process wrote it: its number in the file, which cell was too long, its cells."""
    _, too_long, cells = row
    if too_long is not None:
        return Understood(None, (Fault(plan.titles[too_long], TOO_LONG),))
    reading = _Reading(plan, cells)
    said = reading.said(reading.when) if reading.when else None
    when = reading.when
    if said is None or when is None or reading.faults:
        return Understood(None, tuple(reading.faults))
    try:
        incidents.check(said)
    except Invalid as error:
        return Understood(None, (Fault(_called(error.field), error.message),))
    second = said.is_second_hour
    is_double = bool(said.at_time and second is None and clock.comes_twice(said.from_on, said.at_time))
    return Understood(said, (), when.unsure, when.proves, is_double)


def _called(field: str | None) -> str:
    """What the column of a field of Said is called."""
    return Column(field).label if field in set(Column) else Column.MOMENT.label


class _Reading:
    """One row while it is read: the cells by what they hold, what is wrong, and what goes into the text."""

    def __init__(self, plan: Plan, cells: Sequence[str]):
        self.plan = plan
        self.cells: dict[Column, str] = {}
        self.faults: list[Fault] = []
        self.spilled: list[tuple[str, str]] = []
        self.is_told = False
        for column, title, cell in zip(plan.columns, plan.titles, cells, strict=False):
            text = signs.cleaned(cell if plan.chat else spreadsheets.original(cell))
            if text and column == Column.MORE:
                self.spilled.append((title, text))
            elif text:
                self.cells[column] = text
        self.when = self._when()

    def _when(self) -> moments.When | None:
        if Column.MOMENT not in self.cells:
            self._fault(Column.MOMENT, f"Datoen mangler. {dates.DATE_HINT}")
            return None
        when = self._dated(Column.MOMENT, Near(self.plan.today or clock.today(), Looks.BACK))
        if (
            when
            and Column.TO_ON in self.cells
            and (until := self._dated(Column.TO_ON, Near(when.from_on, Looks.AHEAD)))
        ):
            when = when._replace(to_on=until.from_on, unsure=when.unsure | until.unsure)
        if when and when.to_on == when.from_on:
            when = when._replace(to_on=None)
        said, day = self._time()
        if not (when and said):
            return when
        is_other = when.at_time not in (None, said.at) or day not in (None, when.from_on)
        when = when.at(said)
        return when._replace(unsure=when.unsure | {"hour"}) if is_other else when

    def _dated(self, column: Column, near: Near) -> moments.When | None:
        try:
            return moments.read(self.cells[column], self.plan.order, self.plan.years, near)
        except ValueError as error:
            self._fault(column, str(error))
            return None

    def _time(self) -> tuple[Clock | None, date | None]:
        written = self.cells.get(Column.AT_TIME)
        if not written:
            return None, None
        try:
            said, day = moments.read_time(written, self.plan.order, self.plan.years)
        except ValueError as error:
            self._fault(Column.AT_TIME, str(error))
            return None, None
        if said is None or written.lower().startswith("ca"):
            self._spill(Column.AT_TIME)
        return said, day

    def said(self, when: moments.When) -> incidents.Account:
        """What the row says; whatever no field takes stands in its text. A number that is none becomes a fault."""
        kind, types, type_text = self._types()
        self.is_told = incidents.told.is_told(types)
        values: dict[str, Any] = {column.value: self._line(column) for column in (*LINES, *TEXTS)}
        if kind == IncidentKind.ANSWER:
            values["reaction_reason"] = values["reaction_reason"] or REASON_NOT_TOLD
        if type_text and values["type_text"]:
            self._spill(Column.TYPE_TEXT)
        withheld = self._word(Column.IS_WITHHELD, words.answer)
        said_of_other = REASON_NOT_TOLD if OTHER in types else None
        values |= {
            "type_text": type_text or values["type_text"] or said_of_other,
            "channel": self._channel(),
            "reaction": self._word(Column.REACTION, words.reaction) or Reaction.UNKNOWN,
            "children_present": self._word(Column.CHILDREN_PRESENT, words.answer) or Answer.UNKNOWN,
            "reported": self._word(Column.REPORTED, words.answer) or Answer.UNKNOWN,
            "is_withheld": Column.IS_WITHHELD in self.cells and withheld != Answer.NO,  # any word but no: be careful
            "fear": self._number(Column.FEAR, words.fear, None),
            "contact_count": self._number(Column.CONTACT_COUNT, words.count, 1) if types and not self.is_told else 0,
        }
        return incidents.Account(
            kind, when.from_on, when.to_on, when.at_time, when.is_second_hour, types=types, what=self._what(types),
            source=IncidentSource.IMPORT, **values,
        )  # fmt: skip

    def _types(self) -> tuple[IncidentKind, tuple[str, ...], str | None]:
        cell = self.cells.get(Column.TYPES)
        if cell is None:
            told = words.types(self.cells.get(Column.CHANNEL, ""))  # «sms» says both how and what
            is_told = told.is_exact and told.kind == IncidentKind.INCIDENT
            return IncidentKind.INCIDENT, told.ids if is_told else (self.plan.default_type,), None
        found = words.types(cell)
        if self.plan.is_of_udoever and found.kind in incidents.OWN_ACTS:
            found = words.Types((self.plan.default_type,), IncidentKind.INCIDENT, False)
        if not found.is_exact and len(cell) > SHORT:
            self._spill(Column.TYPES)
        types = found.ids[: incidents.MOST_TYPES]
        return found.kind, types, cell if not found.is_exact and len(cell) <= SHORT else None

    def _line(self, column: Column) -> str | None:
        """What stands in a field of the form. What is too long goes into the text, but for where someone is, and who
        stands behind a report of concern: that is left out of what is handed over, and the text is not (SEC-10)."""
        text = self.cells.get(column)
        if text is not None and column in LINES:
            text = ", ".join(filter(None, (line.strip(" ,") for line in text.split("\n"))))
        longest = (LINES | TEXTS)[column]
        if text is None or len(text) <= longest:
            return text
        if protection.hides("incident", column) or (self.is_told and column in ABOUT_A_REPORT):
            self._fault(column, f"Teksten er for lang: højst {longest} tegn. Gør den kortere.")
        else:
            self._spill(column)
        return None

    def _channel(self) -> str | None:
        """The channel; a cell that says more than that goes into the text too."""
        text = self.cells.get(Column.CHANNEL)
        found, is_all = words.channel(text) if text else (None, True)
        if not is_all:
            self._spill(Column.CHANNEL)
        return found

    def _word(self, column: Column, meaning: Callable[[str], Word | None]) -> Word | None:
        """What a cell means, of a closed list; words that mean none of it go into the text."""
        text = self.cells.get(column)
        found = meaning(text) if text else None
        if text and found is None:
            self._spill(column)
        return found

    def _number(self, column: Column, meaning: Callable[[str], int], otherwise: int | None) -> int | None:
        text = self.cells.get(column)
        try:
            return meaning(text) if text else otherwise
        except ValueError as error:
            self._fault(column, str(error))
            return None

    def _what(self, types: Sequence[str]) -> str | None:
        """The text of the row, and under it what no field took. A list of calls says no more than its type."""
        labels = {one.id: one.label for one in content.incidents().type}
        named = self.cells.get(Column.TYPES) or ", ".join(labels[name] for name in types if name != OTHER)
        spilled = [f"{title}: {text}" for title, text in self.spilled]
        told = self.cells.get(Column.WHAT, "" if spilled else named)
        if not told and not spilled:
            self._fault(Column.WHAT, NO_TEXT)
        return "\n".join([*filter(None, [told]), *spilled]) or None

    def _spill(self, column: Column) -> None:
        self.spilled.append((column.label, self.cells[column]))

    def _fault(self, column: Column, message: str) -> None:
        self.faults.append(Fault(column.label, message))
