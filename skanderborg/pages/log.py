"""The log as a list: filtered, in pages, with what it adds up to. Contacts are summed, never rows (D-09)."""

from datetime import date
from functools import reduce
from operator import and_, or_
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..danish.numbers import ranges
from ..domain import paging, protection
from ..domain.incidents import alike, counts, in_log, may_be_danger_too, told
from ..domain.incidents.corrections import MARKS, content_of
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

YES = peewee.SQL("TRUE")


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


@reads(Action.CASE_READ)
def page(actor: Person, case: Case, wanted: LogFilter, number: int = 1) -> Page:
    """One page of the rows that are wanted, each with who wrote it (`writer`) and how many exhibits it has
    (`exhibits`), in one query."""
    chosen = paging.window(_here(case, wanted).select(Incident.ref).order_by(*_order(wanted)), number)
    found = paging.cut(list(with_exhibits().where(Incident.ref.in_(chosen)).order_by(*_order(wanted))), number)
    return found._replace(rows=[policy.carry(case, one) for one in found.rows])


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
def totals(actor: Person, case: Case, wanted: LogFilter = LogFilter()) -> Totals:  # noqa: B008 it is a tuple
    """What the log of a case adds up to, and those of its rows that are wanted, in one query."""
    found = peewee.Case(None, [(_is_wanted(wanted), 1)], 0) if wanted.is_narrow else peewee.SQL("1")
    live = peewee.Case(None, [(counts(), 1)], 0)
    examples = peewee.Case(None, [((Incident.is_example == YES) & counts(), 1)], 0)
    [row] = (
        Incident.select(
            _sum(live), _sum(live * told.contacts()), _sum(1 - live), _sum(examples),
            _sum(live * found), _sum(live * found * told.contacts()), _sum((1 - live) * found),
            peewee.fn.COALESCE(peewee.fn.MAX(Incident.number), 0),
        )
        .where(Incident.case == case.ref, in_log())
        .tuples()
    )  # fmt: skip
    return Totals(*row)


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


def _sum(what: peewee.Node) -> peewee.Node:
    return peewee.fn.COALESCE(peewee.fn.SUM(what), 0)


def _here(case: Case, wanted: LogFilter) -> peewee.ModelSelect:
    return Incident.select().where(Incident.case == case.ref, in_log(), _is_wanted(wanted))


def _is_wanted(wanted: LogFilter) -> peewee.Node:
    last_day = peewee.fn.COALESCE(Incident.to_on, Incident.from_on)
    has_exhibit = Exhibit.select(peewee.SQL("1")).where(Exhibit.incident == Incident.ref, Exhibit.struck_at.is_null())
    asked = [
        (wanted.type, _has_type(wanted.type)),
        (wanted.kind, Incident.kind == wanted.kind),
        (wanted.source, Incident.source == wanted.source),
        (wanted.with_exhibit, peewee.fn.EXISTS(has_exhibit)),
        (wanted.danger, (Incident.is_danger == YES) | may_be_danger_too()),
        (wanted.example, Incident.is_example == YES),
        (wanted.withheld, Incident.is_withheld == YES),
        (wanted.without_struck, Incident.status == IncidentStatus.LIVE),
        (wanted.from_on, last_day >= wanted.from_on),
        (wanted.to_on, Incident.from_on <= wanted.to_on),
        (wanted.log_import, Incident.log_import == wanted.log_import),
    ]
    return reduce(and_, [condition for is_asked, condition in asked if is_asked], peewee.SQL("1 = 1"))


def _has_type(name: str) -> peewee.Node:
    return reduce(or_, [Incident.types.contains(f" {one} ") for one in alike(name)])


def _order(wanted: LogFilter) -> list[peewee.Node]:
    """By the wall's time, the hour that comes twice in its order; a time that nobody knows first in its day."""
    second = peewee.Case(None, [(Incident.is_second_hour == YES, 1)], 0)
    at_time = peewee.fn.COALESCE(Incident.at_time, "")
    keys = [Incident.from_on, peewee.fn.SUBSTR(at_time, 1, 2), second, at_time, Incident.number]
    return keys if wanted.oldest_first else [peewee.Desc(key) for key in keys]


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
