"""Handing over an extract of the log: to the police, Dansk Stalking Center, the journal, another municipality (D-09).

What goes is first shown, row by row; what is kept is exactly that, or nothing. It costs a reason and a basis; it stands
in the ledger, and the very file is kept (SEC-50). choosing.py says what may go to whom, pages/packs/ draws it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import peewee

from ... import clock, policy
from ...errors import Conflict, Invalid, NotFound
from ...kinds import Basis, EventKind
from ...policy import Action, Actor
from ...store import events, files
from ...store.cases import Case
from ...store.db import new_ref, transaction
from ...store.files import StoredFile
from ...store.idempotency import creates
from ...store.incidents import Pack
from ...store.people import Person
from .. import written
from ..sharing import consents, ledger
from ..verbs import reads
from ..written import add
from . import choosing
from .choosing import Choice

SHORTEST_REASON = 10
CHANGED = "Loggen eller sagen er ændret, siden du så udtrækket igennem. Intet er udleveret. Se det igennem igen."


class Handed(NamedTuple):
    """What is handed over, to whom, why, on which basis; `seen` is the mark of the extract that was previewed."""

    choice: Choice
    to_whom: str
    reason: str
    basis: Basis
    consent: consents.Chosen | None
    seen: str


class Contents(NamedTuple):
    """What an extract holds: its mark, in words, and as `choices` what is still to be known when the log moved on."""

    mark: str
    what: str
    row_count: int
    exhibit_count: int
    choices: dict[str, object]


@dataclass(frozen=True)
class Drawn:
    """The files as they are to be kept (ending, type, content), and how what they hold is read anew from the case.
    `ref`: for the key of the form they are known by what they show."""

    ref: str
    at: datetime
    read: Callable[[Case], Contents]
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
    return policy.carry(case, pack)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


def check(handed: Handed) -> None:
    """Raise Invalid, naming the field, for what nothing can be handed over with."""
    if not handed.to_whom:
        raise Invalid("Skriv, hvem der får det, fx kreds, navn og nummer.", "to_whom")
    if len(handed.reason) < SHORTEST_REASON:
        raise Invalid(f"Skriv, hvorfor det udleveres, mindst {SHORTEST_REASON} tegn.", "reason")
    if handed.basis not in dict(choosing.bases(handed.choice.recipient)):
        raise Invalid("Vælg det grundlag, det må udleveres på.", "basis")


def refuse_changed(row_count: int, mark: str, handed: Handed) -> None:
    """Raise Conflict where an extract is not what was seen, Invalid where there is nothing in it."""
    if not row_count:
        raise Invalid("Der er ingen hændelser at udlevere. Vælg en anden periode eller type.")
    if mark != handed.seen:
        raise Conflict(CHANGED)


@creates(Pack)
def keep(actor: Person, case: Case, handed: Handed, drawn: Drawn) -> Pack:
    """Keep what was drawn, and write down who was given it and why. Raises Conflict when the log is not what was seen,
    Invalid for a basis or consent that does not hold."""
    found = drawn.read(policy.case_for(actor, case.ref, Action.CASE_EXPORT))  # it may have changed meanwhile
    refuse_changed(found.row_count, found.mark, handed)
    choice = handed.choice
    consent = consents.settle(actor, case, handed.basis, handed.consent)
    number = (Pack.select(peewee.fn.MAX(Pack.number)).where(Pack.case == case.ref).scalar() or 0) + 1
    kept = [
        files.keep(case.ref, actor.ref, f"udlevering-{number}.{end}", media_type, [content], drawn.at).ref
        for end, media_type, content in drawn.files
    ]
    files_by_name = {f"log.{end}": ref for (end, *_), ref in zip(drawn.files[1:], kept[1:], strict=True)}
    told = ledger.Disclosed(found.what, f"{choice.recipient.label}, {handed.to_whom}", handed.reason, handed.basis,
                       clock.today(drawn.at))  # fmt: skip
    ref = new_ref()
    disclosure = ledger.disclose(actor, case, Pack(ref=ref), told, consent)
    words = {"recipient": choice.recipient, "to_whom": handed.to_whom, "reason": handed.reason,
             "basis": handed.basis, "what": told.what, "parts": [part.label for part in choice.parts]}  # fmt: skip
    return add(
        actor, EventKind.PACK_MADE, Pack, case, told=written.news(words), ref=ref, number=number,
        recipient=choice.recipient, to_whom=handed.to_whom, reason=handed.reason, basis=handed.basis, consent=consent,
        choices=found.choices | {"files": files_by_name}, row_count=found.row_count,
        exhibit_count=found.exhibit_count, file=kept[0], disclosure=disclosure, at=drawn.at,
    )  # fmt: skip


def paper_bytes(pack: Pack) -> Iterator[bytes]:
    """The PDF of a pack that was fetched. Raises Altered, before the end, when it is not what was made."""
    return files.checked(pack.file)


@transaction
def fetched(actor: Person, case_ref: str, ref: str, what: str) -> Pack:
    """A pack whose file the actor fetches, which is written down each time. Raises as policy.case_for, NotFound."""
    pack = one(actor, policy.case_for(actor, case_ref, Action.CASE_EXPORT), ref)
    events.record(actor, EventKind.PACK_FETCHED, pack, changes={"file": [None, what]})
    return pack
