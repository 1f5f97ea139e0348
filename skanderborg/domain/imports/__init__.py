"""Importing a citizen's own log: read, understood, tried out, and only then, by a person's word, imported (D-09).

Nothing is in the log before *Importér* and nothing half of it afterwards; the whole of it can be undone. See
reading.py (files), chats.py (who is who in a chat), columns.py, words.py and rows.py (what a row says), trial.py (the
preview), deciding.py (what a person decides), carrying.py (the worker's part) and blank.py (the logskema to hand out).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...content.incident_types import OTHER
from ...danish import moments, signs
from ...danish.dates import DateOrder, ShortYears
from ...danish.words import folded
from ...errors import Conflict, Invalid
from ...kinds import CitizenRole, EventKind, ImportStatus
from ...policy import Action
from ...store.cases import Case, Party
from ...store.db import append
from ...store.idempotency import creates
from ...store.incidents import ImportChunk, LogImport
from ...store.people import Person
from .. import paging, protection, verbs
from ..cases import citizen_of
from ..verbs import reads
from ..written import add
from . import blank, chats, columns, letters, reading, trial
from .columns import Column
from .plans import Plan, plan_for
from .trial import Trial, TrialRow, View

MOST_OPEN = 10  # files that lie read and not imported on one case
LOOKED_AT = 50  # rows by which columns are known
PASTED = "Indsat tabel"
LONGEST_NAME = 200


class Preview(NamedTuple):
    """One page of the rows of an import, as they would stand in the log."""

    rows: list[TrialRow]
    trial: Trial
    left_out: list[str]  # headings whose cells go nowhere
    number: int
    has_more: bool
    total: int | None
    pages: int | None


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Person, case: Case) -> list[LogImport]:
    """Every import of a case, newest first, with who did it; without its rows."""
    light = [field for field in LogImport._meta.sorted_fields if field.name != "choices"]
    undone_by = Person.alias()
    return list(
        LogImport.select(*light, Person.ref, Person.name, undone_by.ref, undone_by.name)
        .join(Person, on=(LogImport.by == Person.ref))
        .switch(LogImport)
        .join(undone_by, peewee.JOIN.LEFT_OUTER, on=(LogImport.undone_by == undone_by.ref), attr="undone_by")
        .where(LogImport.case == case.ref)
        .order_by(LogImport.at.desc(), LogImport.ref)
        .limit(100)
    )


@reads(Action.INCIDENT_RECORD)
def one(actor: Person, case: Case, ref: str) -> LogImport:
    """One import of a case that the actor has loaded. Raises NotFound for one of another case."""
    return policy.part_of(case, LogImport, ref)


def status(actor: Person, case_ref: str, ref: str) -> LogImport:
    """How far an import has come, for the page that asks every second: its counts tell of nobody and leave no event.

    Raises as policy.case_for and `one` do.
    """
    return one(actor, policy.case_for(actor, case_ref, Action.INCIDENT_RECORD), ref)


def is_understood(row: LogImport) -> bool:
    """Whether someone, or the file itself, said what its columns hold."""
    return bool(row.choices and row.choices.get("verdicts"))


def plan_of(row: LogImport) -> Plan:
    """How an import is understood, or, before anyone said so, is likely to be."""
    return plan_by(row, _kept(row))


def plan_by(row: LogImport, said: Mapping[str, Any]) -> Plan:
    """How an import is understood by what is said of it."""
    return plan_for(row.case, said, clock.today(row.at))


def trial_of(row: LogImport) -> Trial:
    """What would become of each row. Raises Conflict before anyone said what the columns hold."""
    if not is_understood(row):
        raise Conflict("Vælg først, hvad kolonnerne er.")
    return trial.of(_kept(row))


def _kept(row: LogImport) -> dict[str, Any]:
    """What was said of the file. Raises Conflict when it was thrown away, or forgotten by now."""
    if "headings" not in (row.choices or {}):
        raise Conflict("Filens rækker er her ikke længere. Importér filen igen, hvis du skal bruge dem.")
    return row.choices


def asked(row: LogImport) -> dict[str, tuple[str, int]]:
    """The words of which only people know what they mean, as Trial.asked; while it is hidden where someone is, but for
    those that tell it (SEC-10)."""
    found = trial_of(row).asked.items()
    if not protection.masked(row.case):
        return dict(found)
    return {key: said for key, said in found if not protection.hides("incident", key.partition(":")[0])}


@reads(Action.INCIDENT_RECORD)
def preview(actor: Person, row: LogImport, view: View, number: int) -> Preview:
    """One page of the rows of a view, as they would stand."""
    plan, found = plan_of(row), trial_of(row)
    places = paging.part_of(found.places(view), number)
    shown = trial.rows(row, plan, found, places.rows)
    hidden = _hidden(row, plan)
    shown = [one._replace(cells=_without(one.cells, hidden, protection.HIDDEN)) for one in shown]
    left_out = [title for title, column in zip(plan.titles, plan.columns, strict=True) if column == Column.SKIP]
    return Preview(shown, found, left_out, number, places.has_more, places.total, places.pages)


@reads(Action.INCIDENT_RECORD)
def sample(actor: Person, row: LogImport, count: int = 3) -> list[list[str]]:
    """The first cells of each column, so that one sees what it holds."""
    first = ImportChunk.get_or_none(ImportChunk.log_import == row.ref, ImportChunk.number == 1)
    plan = plan_of(row)
    lines = [
        [letters.read_as(cell, plan.letters) for cell in one[2]] for one in (first.rows if first and first.rows else [])
    ]
    hidden = _hidden(row, plan)
    lines = [_without(cells, hidden, protection.HIDDEN) for cells in lines]
    wanted: list[list[str]] = []
    for place in range(_kept(row)["columns_count"]):
        filled = [line[place] for line in lines if place < len(line) and line[place].strip()]
        wanted.append(list(dict.fromkeys(filled))[:count])
    return wanted


def _hidden(row: LogImport, plan: Plan) -> set[int]:
    """The columns that tell where someone is, by what they were said to hold or by their heading, while that is hidden
    (SEC-10)."""
    if not protection.masked(row.case):
        return set()
    both = [{column, columns.meaning(title)} for column, title in zip(plan.columns, plan.titles, strict=True)]
    return {place for place, held in enumerate(both) if any(protection.hides("incident", one) for one in held)}


def _without(cells: list[str], hidden: set[int], instead: str) -> list[str]:
    return [instead if cell and place in hidden else cell for place, cell in enumerate(cells)]


@reads(Action.INCIDENT_RECORD)
def faulty(actor: Person, row: LogImport) -> tuple[list[str], list[list[str]]]:
    """Headings and rows of what is left out, each with its number and why, to be put right and imported again; what is
    hidden on the case stays out of it."""
    plan, found = plan_of(row), trial_of(row)
    rows, hidden = trial.rows(row, plan, found, found.places(View.FAULTY)), _hidden(row, plan)
    lines = []
    for one in rows:
        missing = [""] * (len(plan.titles) - len(one.cells))
        why = " ".join(fault.message for fault in one.understood.faults)
        lines.append([str(one.number), *_without(one.cells, hidden, ""), *missing, why])
    return ["Række", *plan.titles, "Fejl"], lines


# ── before anything is in the log ───────────────────────────────────────────────────────────────────


@reads(Action.INCIDENT_RECORD)
def receive(actor: Person, case: Case, name: str, given: bytes, field: str, key: str | None) -> LogImport:
    """Read a file, or, without a name, a pasted table, and keep its rows sealed; nothing is in the log.

    Raises Invalid at `field` for what is no table or too large, and on a closed case. The same file sent with the same
    key is kept once.
    """
    table = reading.read(given, field, is_pasted=not name)  # takes seconds: before the transaction
    return _keep(actor, case, signs.cleaned(name)[:LONGEST_NAME] or PASTED, table, key=key)


@creates(LogImport)
def _keep(actor: Person, case: Case, name: str, table: reading.Table) -> LogImport:
    verbs.refuse_closed(case)
    waiting = LogImport.select().where(LogImport.case == case.ref, LogImport.status == ImportStatus.READ).count()
    if waiting >= MOST_OPEN:
        raise Invalid("Der ligger allerede mange filer, som ikke er importeret. Importér eller kassér en af dem først.")
    columns = {"status": ImportStatus.READ, "choices": _first_choices(case, table), "row_count": table.about["rows"]}
    row = add(actor, EventKind.IMPORT_READ, LogImport, case, told=("row_count",), name=name, **columns)
    for number, chunk in enumerate(table.chunks(), 1):
        append(ImportChunk, case=case.ref, log_import=row.ref, number=number, rows=chunk)
    return row


def _first_choices(case: Case, table: reading.Table) -> dict[str, Any]:
    """What is guessed of a file; our own logskema, filled in, needs nobody to say more and is tried out at once, unless
    its letters must be asked about."""
    about, first = table.about, next(table.chunks())
    if "chat" in about:
        rest = {"file": table.ref, "above": 0, "years": ShortYears.THIS_CENTURY, "default_type": OTHER}
        return rest | chats.first_choices(about, case.citizen_role == CitizenRole.PERPETRATOR, _citizen_of(case))
    headings, count = about["headings"], about["columns"]
    guessed = columns.guessed(columns.titles(headings, count), [one[2] for one in first[:LOOKED_AT]])
    is_ours = columns.is_ours(headings)
    said = {
        "file": table.ref, "headings": headings, "columns_count": count, "columns": list(guessed),
        "order": _likely_order(first, guessed), "years": ShortYears.THIS_CENTURY, "default_type": OTHER,
        "citizen": _citizen_of(case), **_not_read(about, is_ours),
        "readings": letters.readings(cell for rows in table.chunks() for one in rows for cell in (*headings, *one[2])),
    }  # fmt: skip
    if not is_ours or said["readings"]:
        return said
    found = trial.tried(case, table.chunks(), plan_for(case, said, clock.today()))
    return said | found._asdict() | {"tried_at": clock.now().isoformat()}


def _citizen_of(case: Case) -> tuple[str, str]:
    """What the citizen is called, and how they are reached; no name that another on the case begins with too."""
    citizen = citizen_of(case)
    if citizen is None:
        return "", ""
    others = Party.select().where(Party.case == case.ref, Party.ref != citizen.ref)
    first = folded(citizen.name or "")[:1]
    is_shared = any(folded(one.name or "")[:1] == first for one in others)
    return "" if is_shared else citizen.name or "", citizen.contact or ""


def _not_read(about: dict[str, Any], is_ours: bool) -> dict[str, Any]:
    """What of a file was not read, to be told: other sheets by name and number of rows, lines above the heading, merged
    cells and pictures."""
    sheets = {
        name: [
            [title[:LONGEST_NAME], rows]
            for title, rows in about.get(name, ())
            if not (is_ours and title in blank.BESIDE)
        ]
        for name in ("other_sheets", "hidden_sheets")
    }
    return sheets | {"above": about["above"], "sheet": about.get("sheet")} | {
        name: about.get(name, 0) for name in ("merged", "pictures", "comments", "formulas")
    }  # fmt: skip


def _likely_order(chunk: list[Any], guessed: Sequence[Column]) -> DateOrder:
    if Column.MOMENT not in guessed:
        return DateOrder.DAY_FIRST
    place = guessed.index(Column.MOMENT)
    return moments.likely_order(one[2][place] for one in chunk if place < len(one[2]))
