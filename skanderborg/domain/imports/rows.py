"""From the cells of a row to what the log says of it, or to why it cannot be (S2-30, D-09)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple, TypeVar

from ... import clock, content
from ...content.incident_types import OTHER
from ...danish import dates, moments, signs
from ...danish.dates import Clock, DateOrder, Looks, Near
from ...danish.words import plain
from ...errors import Invalid
from ...kinds import Answer, IncidentKind, IncidentSource, Reaction
from .. import incidents, protection, spreadsheets
from . import letters, sides, words
from .columns import DAYS, Column
from .plans import Plan, key_of
from .sides import Side

TOO_LONG = f"Teksten er for lang: højst {incidents.LONGEST_WHAT} tegn. Del den i flere rækker."
SHORT = 200
TEXTS = {Column.EVIDENCE: 2_000, Column.REACTION_REASON: 2_000}
LINES = {  # what the form of a row lets one type in a line
    Column.PLACE: 500, Column.SENDER: 500, Column.WITNESS: 500, Column.WITNESS_CONTACT: 500, Column.TYPE_TEXT: SHORT,
    Column.JOURNAL_NUMBER: SHORT,
}  # fmt: skip
LONGEST = LINES | TEXTS
NOTHING: dict[str, Any] = dict.fromkeys(column.value for column in LONGEST)
SAYS_WHO = {Column.DIRECTION, Column.SENDER, Column.RECIPIENT, Column.CHANNEL}  # then the text is what was sent
ABOUT_A_REPORT = (
    Column.SENDER, Column.WITNESS, Column.WITNESS_CONTACT, Column.EVIDENCE, Column.JOURNAL_NUMBER,
)  # fmt: skip
WORKBOOK_DATE = re.compile(r"^(\d{4})(-\d\d)(-\d\d)")  # as isolated/workbooks.py writes it
NO_TEXT = "Skriv kort, hvad der skete."
SENDERS = frozenset({"afsender", "sender", "fra", "from", "af", "author", "hvem"})  # in a heading: who sent it
REASON_NOT_TOLD = "Ikke oplyst i borgerens log"

Word = TypeVar("Word", bound=str)
Number = TypeVar("Number")


class Fault(NamedTuple):
    """Why a row cannot stand in the log: in which column, and what to do."""

    column: str
    message: str


class Understood(NamedTuple):
    """What a row says, or its faults. `unsure`: why it may be meant otherwise, as in moments.When and in trial.DOUBTS;
    `is_double`: at a time that came twice; `contradicts`: its day exists in another order of dates only; `is_cell`: its
    day is no text but a date of the workbook. `asks`: words, by column, of which only people know what they mean.
    """

    said: incidents.Account | None
    faults: tuple[Fault, ...] = ()
    unsure: frozenset[str] = frozenset()
    proves: bool = False
    is_double: bool = False
    contradicts: bool = False
    is_cell: bool = False
    asks: tuple[tuple[Column, str], ...] = ()


def understood(row: Sequence[Any], plan: Plan) -> Understood:
    """Read one row as the child process wrote it (tables.py): its number in the file, which cell was too long, its
    cells, and, where there is anything to say of them, what."""
    _, too_long, cells, *noted = row
    if too_long is not None:
        return Understood(None, (Fault(plan.titles[too_long], TOO_LONG),))
    reading = _Reading(plan, cells, noted[0] if noted else {})
    said = reading.said(reading.when) if reading.when else None
    found = Understood(said, (), frozenset(), contradicts=reading.contradicts, is_cell=reading.is_cell,
                       asks=tuple(reading.asks))  # fmt: skip
    when = reading.when
    if said is None or when is None or reading.faults:
        return found._replace(said=None, faults=tuple(reading.faults))
    try:
        incidents.check(said)
    except Invalid as error:
        return found._replace(said=None, faults=(Fault(_called(error.field), error.message),))
    is_double = said.at_time and said.is_second_hour is None and clock.comes_twice(said.from_on, said.at_time)
    return found._replace(unsure=when.unsure | reading.unsure, proves=when.proves, is_double=bool(is_double))


def _called(field: str | None) -> str:
    """What the column of a field of Said is called."""
    return Column(field).label if field in set(Column) else Column.MOMENT.label


class _Reading:
    """One row while it is read: the cells by what they hold, what is wrong, and what goes into the text."""

    def __init__(self, plan: Plan, cells: Sequence[str], noted: Mapping[str, Any]):
        self.plan = plan
        self.cells: dict[Column, str] = {}
        self.faults: list[Fault] = []
        self.spilled: list[tuple[str, str]] = []
        self.asks: list[tuple[Column, str]] = []
        self.unsure = frozenset(noted.get("unsure", ()))
        self.is_told, self.contradicts, self.is_cell = False, False, False
        for place, (column, title, cell) in enumerate(zip(plan.columns, plan.titles, cells, strict=False)):
            text = signs.cleaned(cell if plan.chat else letters.read_as(spreadsheets.original(cell), plan.letters))
            if text and column == Column.MORE:
                self.spilled.append((title, text))
            elif text:
                self.cells[column] = text
            if column in DAYS and place in noted.get("dates", ()):
                self.is_cell |= not (plan.turns and self._turn(column, title))
        self.when = self._when()

    def _turn(self, column: Column, title: str) -> bool:
        """Let day and month of a date of the workbook change places, which the text of the row tells; whether that
        gives a date."""
        written = self.cells[column]
        turned = WORKBOOK_DATE.sub(r"\1\3\2", written)
        if turned == written or not moments.is_date(turned, self.plan.order):
            return written[5:7] == written[8:10]
        self.cells[column] = turned
        self.spilled.append((f"{title} i filen", f"{written[:10]} (dag og måned er byttet om)"))
        return True

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
            proves = when.proves or until.proves
            when = when._replace(to_on=until.from_on, unsure=when.unsure | until.unsure, proves=proves)
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
            others = (order for order in DateOrder if order != self.plan.order)
            self.contradicts |= any(moments.is_date(self.cells[column], order) for order in others)
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
        side = None if self.plan.chat else self._side()  # of a chat that was said before
        if self.plan.is_of_udoever and side == Side.OTHER:
            self._fault(Column.DIRECTION, "Rækken er ikke fra borgeren og er derfor ingen kontakt fra udøveren.")
        elif kind == IncidentKind.INCIDENT and side == Side.CITIZEN and not self.plan.is_of_udoever:
            kind, types, type_text = IncidentKind.ANSWER, (), self._short(Column.TYPES)
        self.is_told = incidents.told.is_told(types)
        lines = {column.value: self._line(column) for column in LONGEST if column in self.cells}
        values: dict[str, Any] = NOTHING | lines
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
            "contact_count": self._count() if types and not self.is_told else 0,
        }
        return incidents.Account(
            kind, when.from_on, when.to_on, when.at_time, when.is_second_hour, types=types, what=self._what(types),
            source=IncidentSource.IMPORT, **values,
        )  # fmt: skip

    def _types(self) -> tuple[IncidentKind, tuple[str, ...], str | None]:
        cell = self.cells.get(Column.TYPES)
        if cell is None:
            told = words.types(sides.taken(self.cells.get(Column.CHANNEL, ""))[1])  # «sms» says both how and what
            is_told = told.is_exact and told.kind == IncidentKind.INCIDENT
            return IncidentKind.INCIDENT, told.ids if is_told else (self.plan.default_type,), None
        found = self._named(cell)
        if self.plan.is_of_udoever and found.kind in incidents.OWN_ACTS:
            found = words.Types((self.plan.default_type,), IncidentKind.INCIDENT, False)
        if not found.is_exact and len(cell) > SHORT:
            self._spill(Column.TYPES)
        types = found.ids[: incidents.MOST_TYPES]
        return found.kind, types, None if found.is_exact else self._short(Column.TYPES)

    def _named(self, cell: str) -> words.Types:
        """What a cell says of the type, but for the direction: as a person said of it, else as words are known."""
        found = words.types(cell)
        if found.is_exact:
            return found
        side, rest = sides.taken(cell)
        found = words.types(rest) if side and rest else found
        if side and (not rest or found.is_exact):
            return found if rest else words.Types((self.plan.default_type,), IncidentKind.INCIDENT, False)
        if said := self._said(Column.TYPES, cell):
            is_act = said in set(incidents.OWN_ACTS)
            return words.Types(
                () if is_act else (said,), IncidentKind(said) if is_act else IncidentKind.INCIDENT, False
            )
        return found

    def _short(self, column: Column) -> str | None:
        text = self.cells.get(column)
        return text if text and len(text) <= SHORT else None

    def _said(self, column: Column, cell: str) -> str | None:
        """What a person said that a word means, once for the whole file; it is asked about here."""
        if len(cell) <= SHORT and not self.plan.chat:
            self.asks.append((column, cell))
        return self.plan.words.get(key_of(column, cell))

    def _side(self) -> Side | None:
        """Whose act a row is told to be: by its direction, its sender, or the word for what it is. Where these speak
        against each other, or name a direction that nobody knows, it is in doubt."""
        direction, sender = self._direction(), self._sender()
        worded = [sides.taken(self.cells.get(column, "")) for column in (Column.TYPES, Column.CHANNEL, Column.WHAT)]
        told = next((found for found, rest in worded if found and words.is_accounted(rest)), None)
        is_loose = Side.CITIZEN in [found for found, _ in worded[:2]] and not told
        is_unknown = told is not None and direction is None and self.plan.is_of_udoever
        side = direction or sender or (None if self.plan.is_of_udoever else told)
        if is_loose or is_unknown or (sender and direction and sender != direction):
            self.unsure |= {"direction"}
        if side == Side.CITIZEN and sender is None and Column.SENDER in self.cells:
            self._give_to_the_other()
        return side or self._prose_side()

    def _prose_side(self) -> Side | None:
        """Whose act the free text tells of, where nothing else in the row does; in doubt where it tells of more."""
        if self.plan.is_of_udoever or SAYS_WHO & self.cells.keys():
            return None
        is_own = sides.own_act(self.cells.get(Column.WHAT, ""), self.plan.citizen[0])
        named = self.cells.get(Column.TYPES)
        if is_own is None or (named and words.types(named).is_exact):
            return None
        if is_own and not named and Column.CONTACT_COUNT not in self.cells:
            return Side.CITIZEN
        self.unsure |= {"own"}
        return None

    def _give_to_the_other(self) -> None:
        """Whom the citizen wrote to stands in the text and is no sender; where it is headed as one, it is in doubt."""
        title = self.plan.titles[self.plan.columns.index(Column.SENDER)]
        if not SENDERS.isdisjoint(plain(title).split()):
            self.unsure |= {"direction"}
        else:
            self.spilled.append((title, self.cells.pop(Column.SENDER)))

    def _direction(self) -> Side | None:
        """What the columns of direction and receiver say; in a case about an udøver a person says whose they are."""
        for column in (Column.DIRECTION, Column.RECIPIENT):
            cell = self.cells.get(column)
            if cell is None:
                continue
            if column == Column.RECIPIENT:
                found = Side.OTHER if sides.is_citizen(cell, *self.plan.citizen) else None
            else:
                found = sides.taken(cell)[0]
            if found and not self.plan.is_of_udoever:
                return found
            if said := self._said(column, cell):
                return Side(said)
            if column == Column.DIRECTION or Column.SENDER not in self.cells:
                self.unsure |= {"direction"}
            self._spill(column)
        return None

    def _sender(self) -> Side | None:
        cell = self.cells.get(Column.SENDER)
        if cell is None:
            return None
        if sides.is_citizen(cell, *self.plan.citizen):
            return Side.CITIZEN
        said = self._said(Column.SENDER, cell)
        return Side(said) if said else None

    def _count(self) -> int | None:
        """How many contacts; «20+» is at least twenty, in doubt and in the citizen's own words."""
        text = self.cells.get(Column.CONTACT_COUNT)
        if not text:
            return 1
        found = self._number(Column.CONTACT_COUNT, words.count, (1, True))
        if found and not found[1]:
            self.unsure |= {"count"}
            self._spill(Column.CONTACT_COUNT)
        return found[0] if found else None

    def _line(self, column: Column) -> str | None:
        """What stands in a field of the form. What is too long goes into the text, but for where someone is, and who
        stands behind a report of concern: that is left out of what is handed over, and the text is not (SEC-10)."""
        text, longest = self.cells[column], LONGEST[column]
        if column in LINES:
            text = ", ".join(filter(None, (line.strip(" ,") for line in text.split("\n"))))
        if len(text) <= longest:
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

    def _number(self, column: Column, meaning: Callable[[str], Number], otherwise: Number | None) -> Number | None:
        text = self.cells.get(column)
        try:
            return meaning(text) if text else otherwise
        except ValueError as error:
            self._fault(column, str(error))
            return None

    def _what(self, types: Sequence[str]) -> str | None:
        """The text of the row, and under it what no field took. A list of calls says no more than its type."""
        named = self.cells.get(Column.TYPES) or ", ".join(_labels()[name] for name in types if name != OTHER)
        spilled = [f"{title}: {text}" for title, text in self.spilled]
        told = self.cells.get(Column.WHAT, "" if spilled else named)
        if not told and not spilled:
            self._fault(Column.WHAT, NO_TEXT)
        return "\n".join([*filter(None, [told]), *spilled]) or None

    def _spill(self, column: Column) -> None:
        self.spilled.append((column.label, self.cells[column]))

    def _fault(self, column: Column, message: str) -> None:
        self.faults.append(Fault(column.label, message))


@cache
def _labels() -> dict[str, str]:
    return {one.id: one.label for one in content.incidents().type}
