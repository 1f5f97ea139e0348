"""One row of the log as it stands in an extract: in which columns, in which words, and which rows stay behind."""

from collections.abc import Iterator
from datetime import date, time
from typing import Any, NamedTuple

from ... import clock
from ...domain import incidents, protection
from ...domain.packs.choosing import Choice
from ...kinds import Answer, IncidentSource, IncidentStatus, Kind, PackPart, Reaction
from ...store.incidents import Incident
from ..pattern.wording import incidents_said

WITHHELD = "Må ikke udleveres til den anden part"
CONTACT = "Vidnet kan kontaktes"
HOLDS = {  # of a column of the spreadsheet that the printed table and the preview do not show
    "kind": "hændelse, afvisning eller svar", "source": "borgeren eller en fagperson",
    "is_example": "om hændelsen er mærket som typisk", "at": "den dag, hændelsen kom i loggen",
}  # fmt: skip
PRINTED = {  # each in its own way
    "number", "from_on", "to_on", "at_time", "types", "contact_count", "what", "place", "channel", "sender", "witness",
    "witness_contact", "evidence", "exhibits", "reaction", "reaction_reason", "fear", "children_present", "reported",
    "journal_number", "is_withheld",
}  # fmt: skip
OWN_ACT = "Borgerens egen handling"
OWN_WORDS = {
    IncidentSource.CITIZEN: "Borgerens ord for typen",
    IncidentSource.PROFESSIONAL: "Fagpersonens ord for typen",
}
UNKNOWN_SENDER = "Afsenderen er ukendt"


class PrintedRow(NamedTuple):
    """A row as it is printed; `more` follows what happened, `cells` is the row of the spreadsheet."""

    number: str
    when: str
    type: str
    contacts: str
    what: str
    more: list[str]
    place: str
    source: str
    witness: str
    reaction: str
    exhibits: str
    is_example: bool
    cells: list[str]


# ── which rows ──────────────────────────────────────────────────────────────────────────────────────


def goes(row: Incident, choice: Choice) -> bool:
    """Whether a row of the log goes with the choice."""
    return row.status == IncidentStatus.LIVE and _may_go(row, choice) and _is_chosen(row, choice)


def _may_go(row: Incident, choice: Choice) -> bool:
    return not row.is_withheld or PackPart.WITHHELD in choice.parts


def _is_chosen(row: Incident, choice: Choice) -> bool:
    last = row.to_on or row.from_on
    too_early, too_late = choice.from_on and last < choice.from_on, choice.to_on and row.from_on > choice.to_on
    return not too_early and not too_late and (choice.type is None or _is_of_type(row, choice.type))


def _is_of_type(row: Incident, wanted: str) -> bool:
    return not set(incidents.alike(wanted)).isdisjoint(row.types.split())


def tells_all(row: Incident, choice: Choice) -> bool:
    """Whether a row goes with who it came from and what proves it. Of a report of concern or an accusation that the
    citizen tells of, that protects somebody else, and goes only where a person has chosen it."""
    return PackPart.TOLD_BY in choice.parts or not incidents.told.is_told_row(row)


def left_out(found: list[Incident], choice: Choice) -> list[str]:
    """In words, with counts, what of the log stays behind; struck rows by their numbers."""
    struck = [row.number for row in found if row.status != IncidentStatus.LIVE]
    live = [row for row in found if row.status == IncidentStatus.LIVE]
    withheld = sum(not _may_go(row, choice) for row in live)
    elsewhere = sum(_may_go(row, choice) and not _is_chosen(row, choice) for row in live)
    told = []
    if struck:
        told.append(f"Overstregede hændelser: {len(struck)} (nr. {', '.join(map(str, struck))}).")
    if withheld:
        told.append(f"Hændelser, der er mærket «må ikke udleveres»: {withheld}.")
    if elsewhere:
        told.append(f"Hændelser uden for den valgte periode eller type: {elsewhere}.")
    return [*told, *_parts_left_out([row for row in live if goes(row, choice)], choice)]


def _parts_left_out(going: list[Incident], choice: Choice) -> list[str]:
    counted = {
        PackPart.PLACES: sum(bool(row.place) for row in going),
        PackPart.WITNESSES: sum(bool(row.witness) for row in going),
        PackPart.WITNESS_CONTACTS: sum(bool(row.witness_contact) for row in going),
        PackPart.TOLD_BY: sum(incidents.told.is_told_row(row) and any(_source_of(row)) for row in going),
        PackPart.FEAR: sum(row.fear is not None or bool(row.reaction_reason) for row in going),
    }
    told = [f"{part.label}: står ved {incidents_said(count)}." for part, count in counted.items()
            if count and part not in choice.parts]  # fmt: skip
    whole = (PackPart.NAME, PackPart.PATTERN, PackPart.REPORTS, PackPart.FILES)
    return [*told, *(f"{part.label}." for part in whole if part not in choice.parts)]


# ── columns ─────────────────────────────────────────────────────────────────────────────────────────


def columns(choice: Choice) -> list[tuple[str, str]]:
    """Columns of the printed table: name in Row, heading."""
    wanted = {"place": PackPart.PLACES, "witness": PackPart.WITNESSES}
    every = (("number", "Nr."), ("when", "Dato og tid"), ("type", "Type"), ("contacts", "Antal"),
             ("what", "Hvad skete der"), ("place", "Hvor"), ("source", "Kanal og afsender"), ("witness", "Vidne"),
             ("reaction", "Reaktion"), ("exhibits", "Bilag"))  # fmt: skip
    return [column for column in every if column[0] not in wanted or wanted[column[0]] in choice.parts]


class SheetColumn(NamedTuple):
    """A column of the spreadsheet, as its field says it (store/incidents.py)."""

    name: str
    heading: str
    part: PackPart | None = None


def headings(choice: Choice) -> list[str]:
    """Columns of the spreadsheet."""
    return [column.heading for column in _CELLS if _is_in(column, choice)]


def only_in_spreadsheets() -> list[str]:
    """What the spreadsheet says of every row beside what is printed of it."""
    return [f"{column.heading}: {HOLDS[column.name]}" for column in _CELLS if column.name in HOLDS]


def _is_in(column: SheetColumn, choice: Choice) -> bool:
    return column.part is None or column.part in choice.parts


def _columns() -> Iterator[SheetColumn]:
    for field in Incident._meta.sorted_fields:
        if hasattr(field, "goes_with"):
            yield SheetColumn(field.name, field.verbose_name, field.goes_with)
        if field is Incident.evidence:
            yield SheetColumn("exhibits", "Bilag")


_CELLS = tuple(_columns())
_REST = [column for column in _CELLS if column.name not in PRINTED | HOLDS.keys()]  # are printed by their headings


# ── one row ─────────────────────────────────────────────────────────────────────────────────────────


class RowSource(NamedTuple):
    """Who a row came from and what proves it, as far as it goes."""

    sender: str | None = None
    witness: str | None = None
    witness_contact: str | None = None
    evidence: str | None = None
    journal_number: str | None = None


def _source_of(row: Incident) -> RowSource:
    return RowSource(*(getattr(row, name) for name in RowSource._fields))


def made(row: Incident, choice: Choice, exhibits: str) -> PrintedRow:
    """A row of the log with what was chosen of it; `exhibits` are numbers."""
    has: dict[PackPart | None, bool] = {part: part in choice.parts for part in PackPart}
    source = _source_of(row) if tells_all(row, choice) else RowSource(sender=UNKNOWN_SENDER)
    return PrintedRow(
        number=str(row.number), when=_when(row), type=_type(row), contacts=str(incidents.told.contacts_of(row) or ""),
        what=row.what or "", more=_more(row, source, has), place=(row.place or "") if has[PackPart.PLACES] else "",
        source=": ".join(told for told in (incidents.channel_label(row), source.sender or "") if told),
        witness=(source.witness or "") if has[PackPart.WITNESSES] else "", reaction=_cell(row.reaction),
        exhibits=exhibits, is_example=row.is_example, cells=_cells(row, source, choice, exhibits),
    )  # fmt: skip


def shown(row: PrintedRow, is_masked: bool) -> PrintedRow:
    """A row as a page may show it before anyone gave a reason to see what is protected (SEC-10)."""
    if not is_masked:
        return row
    hidden = (CONTACT, *(column.heading for column in _REST if protection.hides("incident", column.name)))
    more = [f"{told.partition(': ')[0]}: {protection.HIDDEN}" if told.startswith(hidden) else told for told in row.more]
    return row._replace(place=row.place and protection.HIDDEN, more=more, cells=[])


def _when(row: Incident) -> str:
    day = clock.short_date_with_year(row.from_on)
    if row.to_on and row.to_on != row.from_on:
        return f"{day} – {clock.short_date_with_year(row.to_on)}"
    return f"{day} {_at(row)}"


def _at(row: Incident) -> str:
    if not row.at_time:
        return "(tid ukendt)"
    which = {None: "", False: " (sommertid)", True: " (vintertid)"}[row.is_second_hour]
    return f"kl. {clock.hhmm(time.fromisoformat(row.at_time))}{which}"


def _type(row: Incident) -> str:
    """By the words of our list alone, and whose act it was; what somebody called it themselves stands with the rest."""
    own = [f"{OWN_ACT}: {row.kind.label.lower()}"] if row.kind in incidents.OWN_ACTS else []
    return ", ".join([*own, *incidents.listed_types(row)])


def _more(row: Incident, source: RowSource, has: dict[PackPart | None, bool]) -> list[str]:
    """What else the row says, each in a few words."""
    told = [
        (OWN_WORDS[_writer(row)], row.type_text),
        ("Bevis", source.evidence),
        (CONTACT, source.witness_contact if has[PackPart.WITNESS_CONTACTS] else None),
        ("Hvorfor borgeren reagerede sådan", row.reaction_reason if has[PackPart.FEAR] else None),
        ("Oplevet frygt", f"{row.fear} af 10" if has[PackPart.FEAR] and row.fear is not None else None),
        ("Børn til stede", _cell(row.children_present)),
        ("Meldt til politiet", _reported(row, source) if has[PackPart.REPORTS] else None),
    ]
    told += [(column.heading, _cell(getattr(row, column.name))) for column in _REST if has.get(column.part, True)]
    return [f"{label}: {text}" for label, text in told if text] + ([WITHHELD] if row.is_withheld else [])


def _reported(row: Incident, source: RowSource) -> str:
    answer = _cell(row.reported)
    return f"{answer}, journalnummer {source.journal_number}" if answer and source.journal_number else answer


def _cells(row: Incident, source: RowSource, choice: Choice, exhibits: str) -> list[str]:
    own = source._asdict() | {
        "types": ", ".join(incidents.type_labels(row)), "contact_count": incidents.told.contacts_of(row),
        "channel": incidents.channel_label(row), "exhibits": exhibits, "source": _writer(row).label,
        "at": clock.local(row.at).date(),
    }  # fmt: skip
    names = [column.name for column in _CELLS if _is_in(column, choice)]
    return [_cell(own[name] if name in own else getattr(row, name)) for name in names]


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "ja" if value else ""
    if isinstance(value, Kind):
        label = value.label.lower() if isinstance(value, Answer) else value.label
        return "" if value in (Answer.UNKNOWN, Reaction.UNKNOWN) else label
    if isinstance(value, date):
        return clock.numeric_date(value)
    return "" if value is None else str(value)


def _writer(row: Incident) -> IncidentSource:
    """Who wrote it, but never that the citizen has a network that did."""
    is_professional = row.source == IncidentSource.PROFESSIONAL
    return IncidentSource.PROFESSIONAL if is_professional else IncidentSource.CITIZEN
