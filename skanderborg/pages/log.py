"""The log as a list: filtered, in pages, with what it adds up to. Contacts are summed, never rows (D-09)."""

from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..danish.numbers import ranges
from ..domain import paging, protection
from ..domain.incidents import alike, in_log, logged, may_be_danger
from ..domain.incidents.corrections import MARKS, content_of
from ..domain.incidents.logged import Logged
from ..domain.paging import Page
from ..domain.verbs import reads
from ..errors import NotFound
from ..kinds import IncidentStatus
from ..policy import Action
from ..store import columns
from ..store.cases import Case
from ..store.incidents import Exhibit, Incident, IncidentVersion, LogImport
from ..store.people import Person
from .history import wording


class LogFilter(NamedTuple):
    """Which rows are wanted; what is empty or False asks for nothing. `type` is an id of config/incidents.toml;
    `danger` also finds what may be a danger sign; the days are those on which a row began or ended; `log_import` is the
    ref of an import."""

    type: str = ""
    kind: str = ""
    source: str = ""
    with_exhibit: bool = False
    danger: bool = False
    example: bool = False
    withheld: bool = False
    without_struck: bool = False
    from_on: date | None = None
    to_on: date | None = None
    log_import: str = ""
    oldest_first: bool = False

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves rows out that are not struck out."""
        return self._replace(oldest_first=False, without_struck=False) != LogFilter()


class Totals(NamedTuple):
    """What a log adds up to: rows that count, the contacts they stand for, rows that are struck out, typical examples;
    `found_…` of those that a filter finds."""

    rows: int
    contacts: int
    struck: int
    examples: int
    found_rows: int
    found_contacts: int
    found_struck: int
    last_number: int

    def on_pages(self, wanted: LogFilter) -> int:
        """How many rows there are to page through."""
        return self.found_rows + (0 if wanted.without_struck else self.found_struck)

    @property
    def has_gaps(self) -> bool:
        """Whether a number below the last one stands nowhere."""
        return has_gaps(self.rows + self.struck, self.last_number)


class EarlierWords(NamedTuple):
    """What a row said before a correction: only what differs from what replaced it, in words."""

    row: IncidentVersion  # with its `writer`, who replaced it
    lines: list[tuple[str, str]]


def rows(case: Case, wanted: LogFilter) -> list[Logged]:
    """All rows of the log of a case, for `page` and `totals` of one answer."""
    unasked = {"is_danger": wanted.danger, "to_on": wanted.from_on}
    return logged.of(case, [name for name, is_asked in unasked.items() if not is_asked], wanted.with_exhibit)


@reads(Action.CASE_READ)
def page(actor: Person, case: Case, wanted: LogFilter, number: int = 1, found: list[Logged] | None = None) -> Page:
    """One page of the rows that are wanted, of those that were `found`, each with who wrote it (`writer`) and how many
    exhibits it has (`exhibits`), in one query more."""
    there = rows(case, wanted) if found is None else found
    mine = sorted((one for one in there if _is_wanted(one, wanted)), key=attrgetter("order"))
    shown = paging.part_of(mine if wanted.oldest_first else mine[::-1], number)
    refs = [one.ref for one in shown.rows]
    whole = {one.ref: policy.carry(case, one) for one in with_exhibits().where(Incident.ref.in_(refs))} if refs else {}
    return shown._replace(rows=[whole[ref] for ref in refs if ref in whole])


@reads(Action.CASE_READ)
def row(actor: Person, case: Case, ref: str) -> Incident | None:
    """One row as `page` gives it; None where the case has none of that ref."""
    if not ref:
        return None
    found = with_exhibits().where(Incident.ref == ref, Incident.case == case.ref, in_log()).first()
    return policy.carry(case, found) if found else None


def one(actor: Person, case: Case, ref: str) -> Incident:
    """One row as `page` gives it. Raises NotFound where the case has none of that ref."""
    found = row(actor, case, ref)
    if found is None:
        raise NotFound()
    return found


def with_exhibits() -> peewee.ModelSelect:
    """Rows of logs with their writers and how many exhibits count for each."""
    theirs = Exhibit.select(peewee.fn.COUNT(Exhibit.ref))
    theirs = theirs.where(Exhibit.incident == Incident.ref, Exhibit.struck_at.is_null())
    return Incident.select(Incident, Person.ref, Person.name, theirs.alias("exhibits")).join(
        Person, on=(Incident.by == Person.ref), attr="writer"
    )


@reads(Action.CASE_READ)
def totals(
    actor: Person, case: Case, wanted: LogFilter = LogFilter(), found: list[Logged] | None = None  # noqa: B008 a tuple
) -> Totals:  # fmt: skip
    """What the log of a case adds up to, and those of its rows that are wanted, of all that were `found`."""
    there = rows(case, wanted) if found is None else found
    mine = [one for one in there if _is_wanted(one, wanted)] if wanted.is_narrow else there
    return Totals(
        rows=sum(one.counts for one in there),
        contacts=sum(one.contacts for one in there if one.counts),
        struck=sum(not one.counts for one in there),
        examples=sum(bool(one.is_example) and one.counts for one in there),
        found_rows=sum(one.counts for one in mine),
        found_contacts=sum(one.contacts for one in mine if one.counts),
        found_struck=sum(not one.counts for one in mine),
        last_number=max((one.number for one in there), default=0),
    )


def has_gaps(rows: int, last_number: int) -> bool:
    """Whether a log of so many rows, of which the last has that number, leaves one out: else nothing was taken back."""
    return last_number > rows


@reads(Action.CASE_READ)
def taken_back(actor: Person, case: Case) -> list[str]:
    """Which numbers stand nowhere in the log, and why, in words: those of rows that left it with their import."""
    rows = Incident.select(Incident.number, LogImport.ref, LogImport.undone_at)
    rows = rows.join(LogImport, on=(Incident.log_import == LogImport.ref), attr="source").where(
        Incident.case == case.ref, Incident.status == IncidentStatus.UNDONE
    )
    numbers: dict[str, list[int]] = {}
    for row in rows.order_by(LogImport.undone_at, Incident.number):
        undone_at = row.source.undone_at
        why = f"blev fortrudt {clock.long_date_with_year(clock.today(undone_at))}" if undone_at else "ikke blev færdig"
        numbers.setdefault(why, []).append(row.number)
    return [f"Numre uden hændelse: {ranges(those)}. De hørte til en import, der {why}."
            for why, those in numbers.items()]  # fmt: skip


def _is_wanted(row: Logged, wanted: LogFilter) -> bool:
    asked = [
        (wanted.type, lambda: not set(row.types.split()).isdisjoint(alike(wanted.type))),
        (wanted.kind, lambda: row.kind == wanted.kind),
        (wanted.source, lambda: row.source == wanted.source),
        (wanted.with_exhibit, lambda: row.has_exhibit),
        (wanted.danger, lambda: row.is_danger or may_be_danger(row)),
        (wanted.example, lambda: row.is_example),
        (wanted.withheld, lambda: row.is_withheld),
        (wanted.without_struck, lambda: row.counts),
        (wanted.from_on, lambda: wanted.from_on is None or row.last_on >= wanted.from_on),
        (wanted.to_on, lambda: wanted.to_on is None or row.from_on <= wanted.to_on),
        (wanted.log_import, lambda: row.log_import == wanted.log_import),
    ]
    return all(is_so() for is_asked, is_so in asked if is_asked)


# ── what a row said before ──────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def earlier(actor: Person, row: Incident) -> list[EarlierWords]:
    """What a row said before, newest first. Where someone is stays hidden while an address is protected."""
    found = (
        IncidentVersion.select(IncidentVersion, Person.ref, Person.name)
        .join(Person, on=(IncidentVersion.by == Person.ref), attr="writer")
        .where(IncidentVersion.incident == row.ref)
        .order_by(IncidentVersion.version.desc())
    )
    is_masked, later = protection.masked(row.case), content_of(row)
    told = []
    for version in found:
        told.append(EarlierWords(version, _words(version.content, later, is_masked)))
        later = version.content
    return told


def _words(before: dict[str, Any], after: dict[str, Any], is_masked: bool) -> list[tuple[str, str]]:
    changed = {name: value for name, value in before.items() if value != after.get(name) and name not in MARKS}
    hidden = {name for name in changed if is_masked and protection.hides("incident", name)}
    words = {name: wording.value_of("incident", name, value, {}) for name, value in changed.items()}
    return [
        (columns.label_of("incident", name), protection.HIDDEN if name in hidden else said)
        for name, said in words.items()
    ]
