"""Handing over an extract of the log: to the police, Dansk Stalking Center, the journal, another municipality (D-09).

What goes is first shown, row by row; what is made is exactly that, or nothing. It costs the password again, a reason
and a basis; it stands in the ledger, and the very file is kept (SEC-50). choosing.py says what may go to whom.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...errors import Conflict, Invalid, NotFound
from ...kinds import Basis, EventKind
from ...policy import Action, Actor
from ...settings import Defaults
from ...store import events, files
from ...store.cases import Case
from ...store.db import new_ref, transaction
from ...store.files import StoredFile
from ...store.idempotency import creates, is_sent_before
from ...store.incidents import Pack
from ...store.people import Person
from .. import sessions, spreadsheets, written
from ..pattern.wording import rows_said
from ..sharing import consents, ledger
from ..verbs import reads
from ..written import add
from . import choosing, extract, paper, rows
from .choosing import Choice
from .extract import Extract
from .rows import Row

SHORTEST_REASON = 10
CHANGED = "Loggen eller sagen er ændret, siden du så udtrækket igennem. Intet er udleveret. Se det igennem igen."
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {"Hvad skete der?": 60, "Dato": 12, "Til dato": 12, "Type": 26, "Nr.": 6, "Antal": 8}
USUAL_WIDTH, ABOUT_WIDTH = 18, 110


class Handed(NamedTuple):
    """What is handed over, to whom, why, on which basis; `seen` is the mark of the extract that was previewed."""

    choice: Choice
    to_whom: str
    reason: str
    basis: Basis
    consent: consents.Chosen | None
    seen: str


class Proof(NamedTuple):
    """The password again."""

    password: str
    limits: Defaults


@dataclass(frozen=True)
class _Made:
    """The files as they are to be kept: ending, type, content. `ref`: for the key of the form they are known by what
    they show."""

    ref: str
    at: datetime
    files: tuple[tuple[str, str, bytes], ...] = ()


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[Pack]:
    """Everything that was handed over, the latest first, with who did it (`writer`). All on the case may know: the
    ledger says it too."""
    rows = Pack.select(Pack, Person.ref, Person.name).join(Person, on=(Pack.by == Person.ref), attr="writer")
    return list(rows.where(Pack.case == case.ref).order_by(Pack.number.desc()))


@reads(Action.CASE_READ)
def one(actor: Actor, case: Case, ref: str) -> Pack:
    """One of them, with its file. Raises NotFound for one of another case (SEC-04)."""
    rows = Pack.select(Pack, Person.ref, Person.name, StoredFile)
    rows = rows.join(Person, on=(Pack.by == Person.ref), attr="writer")
    rows = rows.join_from(Pack, StoredFile, peewee.JOIN.LEFT_OUTER, on=(Pack.file == StoredFile.ref))
    pack = rows.where(Pack.ref == ref, Pack.case == case.ref).first()
    if pack is None:
        raise NotFound()
    pack.case, pack.allowed = case, case.allowed
    return pack


@reads(Action.CASE_EXPORT)
def preview(actor: Person, case: Case, choice: Choice) -> Extract:
    """Exactly what would go. Raises Invalid, naming the field, for a choice that must not be."""
    return extract.of(actor, case, choice)


def shown(found: Extract, going: list[Row]) -> list[Row]:
    """Rows of an extract as a page may show them: what is protected goes, but is not seen here (SEC-10)."""
    return [rows.shown(row, found.is_masked) for row in going]


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_EXPORT)
def make(actor: Person, case: Case, handed: Handed, proof: Proof, key: str | None = None) -> Pack:
    """Make the files, keep them, and write down who was given them and why. Also of a closed case: the police may ask
    later.

    The files are made before the transaction begins, since it takes seconds, and others write meanwhile. Raises
    Invalid, naming the field, for a wrong password and a basis or consent that does not hold; Conflict when the log is
    not what was previewed.
    """
    _check(handed)
    sessions.confirm(actor, proof.password, proof.limits)
    at = clock.now()
    if is_sent_before(actor, _keep, key):  # what it showed may have changed since, and need not be drawn again
        return _keep(actor, case, handed, _Made(handed.seen, at), key=key)
    found = _as_seen(actor, case, handed)
    cells = [row.cells for row in found.rows]
    made = (
        ("pdf", "application/pdf", paper.draw(found, case, actor.name, handed.to_whom, at)),
        ("csv", "text/csv", spreadsheets.csv_of(found.headings, cells)),
        ("xlsx", XLSX, _workbook(found, cells, [paper.watermark(found, actor.name, at),
                                                *paper.warning(case.citizen_role)])),
    )  # fmt: skip
    return _keep(actor, case, handed, _Made(handed.seen, at, made), key=key)


def _check(handed: Handed) -> None:
    if not handed.to_whom:
        raise Invalid("Skriv, hvem der får det, fx kreds, navn og nummer.", "to_whom")
    if len(handed.reason) < SHORTEST_REASON:
        raise Invalid(f"Skriv, hvorfor det udleveres, mindst {SHORTEST_REASON} tegn.", "reason")
    if handed.basis not in dict(choosing.bases(handed.choice.recipient)):
        raise Invalid("Vælg det grundlag, det må udleveres på.", "basis")


def _as_seen(actor: Person, case: Case, handed: Handed) -> Extract:
    found = extract.of(actor, case, handed.choice)
    if not found.rows:
        raise Invalid("Der er ingen rækker at udlevere. Vælg en anden periode eller type.")
    if found.mark != handed.seen:
        raise Conflict(CHANGED)
    return found


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


@creates(Pack)
def _keep(actor: Person, case: Case, handed: Handed, made: _Made) -> Pack:
    # The case, too, may have changed while the files were made.
    found = _as_seen(actor, policy.case_for(actor, case.ref, Action.CASE_EXPORT), handed)
    choice = handed.choice
    consent = consents.settle(actor, case, handed.basis, handed.consent)
    number = (Pack.select(peewee.fn.MAX(Pack.number)).where(Pack.case == case.ref).scalar() or 0) + 1
    kept = [
        files.keep(case.ref, actor.ref, f"udlevering-{number}.{end}", media_type, [content], made.at).ref
        for end, media_type, content in made.files
    ]
    told = ledger.Told(_in_words(found), f"{choice.recipient.label}, {handed.to_whom}", handed.reason, handed.basis,
                       clock.today(made.at))  # fmt: skip
    ref = new_ref()
    disclosure = ledger.disclose(actor, case, Pack(ref=ref), told, consent)
    words = {"recipient": choice.recipient, "to_whom": handed.to_whom, "reason": handed.reason,
             "basis": handed.basis, "what": told.what, "parts": [part.label for part in choice.parts]}  # fmt: skip
    return add(
        actor, EventKind.PACK_MADE, Pack, case, told=written.news(words), ref=ref, number=number,
        recipient=choice.recipient, to_whom=handed.to_whom, reason=handed.reason, basis=handed.basis, consent=consent,
        choices=_choices(case, found, actor, made.at, kept), row_count=len(found.rows),
        exhibit_count=len(found.exhibits), file=kept[0], disclosure=disclosure, at=made.at,
    )  # fmt: skip


def _choices(case: Case, found: Extract, actor: Person, at: datetime, kept: list[Any]) -> dict[str, object]:
    """What was in it and what was not, as it must still be known when the log has moved on."""
    choice = found.choice._asdict() | {"parts": list(found.choice.parts)}
    return choice | {
        "period": found.period, "numbers": found.numbers, "contact_count": found.contact_count,
        "left_out": found.left_out, "headings": found.headings, "warning": paper.warning(case.citizen_role),
        "watermark": paper.watermark(found, actor.name, at), "mark": found.mark,
        "files": {"log.csv": kept[1], "log.xlsx": kept[2]},
        "exhibits": [{"ref": one.ref, "path": one.path} for one in found.exhibits if one.path],
    }  # fmt: skip


def _in_words(found: Extract) -> str:
    exhibits = sum(bool(one.path) for one in found.exhibits)
    words = f"Udtræk af logskemaet: {rows_said(len(found.rows))} (nr. {found.numbers}), {found.period}"
    return f"{words}, og {exhibits} bilag" if exhibits else words


def paper_bytes(pack: Pack) -> Iterator[bytes]:
    """The PDF of a pack that was fetched. Raises Altered, before the end, when it is not what was made."""
    return files.checked(pack.file)


@transaction
def fetched(actor: Person, case_ref: str, ref: str, what: str) -> Pack:
    """A pack whose file the actor fetches, which is written down each time. Raises as policy.case_for, NotFound."""
    pack = one(actor, policy.case_for(actor, case_ref, Action.CASE_EXPORT), ref)
    events.record(actor, EventKind.PACK_FETCHED, pack, changes={"file": [None, what]})
    return pack
