"""Notes of a case: append-only, with a theme; what belongs in the journal is copied there (D-23)."""

from datetime import date
from typing import Any

import peewee

from .. import policy
from ..kinds import EventKind, Talk
from ..policy import Action, Actor
from ..store.cases import Case
from ..store.idempotency import creates
from ..store.people import Person
from ..store.record import Journalised, Note
from . import days, paging
from .paging import Page
from .verbs import reads, verb
from .written import add

WHEN_TALKED = "Skriv notatet, når I har talt sammen."


@creates(Note)
@verb(Action.NOTE_WRITE)
def write(
    actor: Person, case: Case, theme: str | None, text: str, talked: Talk | None = None, talked_on: date | None = None
) -> Note:
    """Add a note, and say whether it tells of a talk with the citizen, and when that was. It stays as written; a
    correction is a new note. Also on a closed case: notatpligten does not end with it (offentlighedsloven § 13).

    Raises Invalid for a talk without its day, or with one to come.
    """
    told = _talk(talked, talked_on)
    return add(actor, EventKind.NOTE_WRITTEN, Note, case, told=told.keys(), theme=theme, text=text, **told)


@creates(Note)
@verb(Action.NOTE_WRITE)
def correct(actor: Person, note: Note, text: str, talked: Talk | None = None, talked_on: date | None = None) -> Note:
    """Add what is right to a note that is wrong, also of a talk with the citizen; the note stays as it was written, and
    says that it was corrected. Raises as `write` does."""
    told = _talk(talked, talked_on)
    columns = {"theme": note.theme, "text": text, "corrects": note, **told}
    return add(actor, EventKind.NOTE_CORRECTED, Note, note.case, told=told.keys(), **columns)


def _talk(talked: Talk | None, on: date | None) -> dict[str, Any]:
    return {"talked": talked, "talked_on": days.past_day(on, "talked_on", WHEN_TALKED)} if talked else {}


@reads(Action.NOTE_WRITE)
def get(actor: Person, case: Case, ref: str) -> Note:
    """One note of a case that the actor has loaded. Raises NotFound for one of another case."""
    return policy.part_of(case, Note, ref)


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case, number: int = 1) -> Page:
    """One page of a case's notes, newest first: who wrote each (`writer`), when it was corrected, whether it is in the
    journal."""
    later = Note.alias()
    corrected = later.select(peewee.fn.MAX(later.at)).where(later.corrects == Note.ref)
    journalised = Journalised.select(Journalised.on).where(Journalised.about == peewee.Value("note:").concat(Note.ref))
    query = (
        Note.select(Note, Person, corrected.alias("corrected_at"), journalised.alias("journalised_on"))
        .join(Person, on=(Note.by == Person.ref), attr="writer")
        .where(Note.case == case.ref)
        .order_by(Note.at.desc(), Note.ref)
    )
    found = paging.counted(query, number)
    for note in found.rows:
        note.corrected_at = Note.at.python_value(note.corrected_at)
        note.journalised_on = Journalised.on.python_value(note.journalised_on)
    return found
