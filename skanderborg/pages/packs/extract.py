"""The extract itself: the very rows, columns and exhibits that are previewed, printed and put into files (SEC-50).

Everything is text as it will stand there, so that what is seen before is what goes, and a hash of it tells whether the
log was changed in between.
"""

import json
from typing import NamedTuple

from ... import clock, content
from ...danish.numbers import ranges
from ...domain import evidence, incidents, protection
from ...domain.evidence import sniffing
from ...domain.packs import choosing
from ...domain.packs.choosing import Choice
from ...kinds import ContactGroup, PackOrder, PackPart, Scan
from ...store import keys
from ...store.cases import Case
from ...store.incidents import Exhibit, Incident
from ...store.people import Person
from .. import log, pattern
from . import rows, surroundings
from .rows import PrintedRow

MOST_EXAMPLES = 5
FEWEST_EXAMPLES = 3


class Attached(NamedTuple):
    """An exhibit in the list; `path` is its name in the ZIP file."""

    number: str
    type: str
    size: str
    incident: str  # the number of its row
    at: str
    description: str
    sha256: str
    path: str
    ref: str


class Extract(NamedTuple):
    """All that goes, and in words what does not. `reports` and `contacts` hold rows of a table."""

    code: str
    name: str
    period: str
    numbers: str
    contact_count: int
    rows: list[PrintedRow]
    examples: list[PrintedRow]
    sentences: list[str]
    exhibits: list[Attached]
    reports: list[tuple[str, str, str]]
    contacts: list[tuple[str, str, str]]
    responsible: list[str]  # the tovholder's name and work contact
    left_out: list[str]
    columns: list[tuple[str, str]]  # name in Row, heading
    headings: list[str]  # of the spreadsheet
    choice: Choice
    is_masked: bool  # someone has address protection

    @property
    def mark(self) -> str:
        """A hash of all that goes and all that was chosen; keyed, since it stands in addresses (SEC-48)."""
        return keys.hidden(json.dumps(self, default=str))


def of(actor: Person, case: Case, choice: Choice) -> Extract:
    """What goes of a case that the actor has loaded. Raises Invalid for a choice that must not be."""
    is_masked = protection.masked(case)
    choosing.refuse_odd(choice, is_masked)
    found = _rows(case)
    attached = evidence.every(actor, case)
    in_it = [row for row in found if rows.goes(row, choice)]
    last_number = max((row.number for row in found), default=0)
    refs = {str(row.ref) for row in in_it if rows.tells_all(row, choice)}
    going = [exhibit for exhibit in attached if _goes(exhibit, refs, choice)]
    numbers: dict[str, list[str]] = {}
    for exhibit in going:
        numbers.setdefault(exhibit.incident_id, []).append(str(exhibit.number))
    made = [rows.made(row, choice, ", ".join(numbers.get(row.ref, []))) for row in _ordered(in_it, choice.order)]
    around, parts = surroundings.of(case), set(choice.parts)
    orders = around.orders if PackPart.REPORTS in parts else None
    return Extract(
        code=case.code,
        name=around.citizen if PackPart.NAME in parts else "",
        period=_period(in_it),
        numbers=ranges(row.number for row in in_it),
        contact_count=sum(incidents.told.contacts_of(row) for row in in_it),
        rows=made,
        examples=[row for row in made if row.is_example][:MOST_EXAMPLES],
        sentences=pattern.sentences(actor, case, in_it, orders) if PackPart.PATTERN in parts else [],
        exhibits=[_attached(exhibit, {row.ref: row.number for row in in_it}, choice) for exhibit in going],
        reports=around.reports if PackPart.REPORTS in parts else [],
        contacts=_contacts(),
        responsible=around.responsible,
        left_out=[
            *rows.left_out(found, choice),
            *(log.taken_back(actor, case) if log.has_gaps(len(found), last_number) else []),
            *_exhibits_left_out(attached, going),
            choosing.NEVER,
        ],
        columns=rows.columns(choice),
        headings=rows.headings(choice),
        choice=choice,
        is_masked=is_masked,
    )


# ── rows ────────────────────────────────────────────────────────────────────────────────────────────


def _rows(case: Case) -> list[Incident]:
    """The whole log, struck rows too, in order of number."""
    return list(Incident.select().where(Incident.case == case.ref, incidents.in_log()).order_by(Incident.number))


def _ordered(found: list[Incident], order: PackOrder) -> list[Incident]:
    """By day and time; a row of a day whose time is not known stands after those that have one."""
    by_time = sorted(found, key=lambda row: (row.from_on, row.at_time or "24:00", row.number))
    return by_time if order == PackOrder.OLDEST else by_time[::-1]


def _period(found: list[Incident]) -> str:
    if not found:
        return "Ingen hændelser"
    first, last = min(row.from_on for row in found), max(row.to_on or row.from_on for row in found)
    return f"{clock.short_date_with_year(first)} – {clock.short_date_with_year(last)}"


# ── exhibits ────────────────────────────────────────────────────────────────────────────────────────


def _goes(exhibit: Exhibit, rows_in_it: set[str], choice: Choice) -> bool:
    """An exhibit goes with its row; one that belongs to nothing goes with the whole log. What belongs to a note, a
    meeting or a request is no part of the log."""
    if exhibit.struck_at or (exhibit.is_withheld and PackPart.WITHHELD not in choice.parts):
        return False
    return exhibit.incident_id in rows_in_it if exhibit.incident_id else choice.is_whole_log and not exhibit.about


def _attached(exhibit: Exhibit, numbers: dict[str, int], choice: Choice) -> Attached:
    kind, at = sniffing.TYPES[exhibit.file.media_type], clock.local(exhibit.at)
    withheld = "Må ikke udleveres til den anden part. " if exhibit.is_withheld else ""
    virus = f"{Scan.FOUND.label} i filen. " if exhibit.scan == Scan.FOUND else ""
    is_along = PackPart.FILES in choice.parts and (not virus or PackPart.INFECTED in choice.parts)
    return Attached(
        number=str(exhibit.number), type=kind.label, size=size_in_words(exhibit.file.size_bytes),
        incident=str(numbers.get(exhibit.incident_id, "")),
        at=f"{clock.short_date_with_year(at.date())} kl. {clock.hhmm(at.time())}",
        description=f"{virus}{withheld}{exhibit.description or ''}".strip(), sha256=exhibit.file.sha256,
        ref=exhibit.ref, path=f"bilag/bilag-{exhibit.number:03}.{kind.extension}" if is_along else "",
    )  # fmt: skip


def _exhibits_left_out(attached: list[Exhibit], going: list[Exhibit]) -> list[str]:
    out = [exhibit for exhibit in attached if exhibit not in going]
    struck = [exhibit for exhibit in out if exhibit.struck_at]
    told = []
    if struck:
        told.append(f"Overstregede bilag: {len(struck)} (nr. {ranges(exhibit.number for exhibit in struck)}).")
    if len(out) > len(struck):
        told.append(f"Bilag, der er mærket «må ikke udleveres» eller hører til noget, som ikke er med: "
                    f"{len(out) - len(struck)}.")  # fmt: skip
    return told


def _contacts() -> list[tuple[str, str, str]]:
    """Where the police are reached: public numbers."""
    danger = (entry for entry in content.contacts().values() if entry.group == ContactGroup.DANGER)
    return [(entry.name, _spaced(entry.phone) or entry.email or entry.web, entry.note) for entry in danger]


def _spaced(phone: str) -> str:
    """«76 28 14 48»; short numbers as they are."""
    return " ".join(phone[place : place + 2] for place in range(0, 8, 2)) if len(phone) == 8 else phone


def size_in_words(size_bytes: int) -> str:
    """«812 byte», «34 KB», «1,2 MB»."""
    if size_bytes < 1_000:
        return f"{size_bytes} byte"
    if size_bytes < 1_000_000:
        return f"{round(size_bytes / 1_000)} KB"
    return f"{size_bytes / 1_000_000:.1f} MB".replace(".", ",")
