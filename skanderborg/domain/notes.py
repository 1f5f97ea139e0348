"""Notes of a case: append-only, with a theme; what belongs in the journal is copied there (D-23)."""

from datetime import date
from typing import Any

import peewee

from .. import clock
from ..errors import NotFound
from ..kinds import EventKind, Talk
from ..policy import Action, Actor
from ..store import events
from ..store.cases import Case
from ..store.db import insert
from ..store.idempotency import creates
from ..store.people import Person
from ..store.record import Journalised, Note
from . import days, paging
from .paging import Page
from .verbs import reads, verb


@creates(Note)
@verb(Action.NOTE_WRITE)
def write(
    actor: Person, case: Case, theme: str | None, text: str, talked: Talk | None = None, talked_on: date | None = None
) -> Note:
    """Add a note, and say whether it tells of a talk with the citizen, and when that was. It stays as written; a
    correction is a new note. Also on a closed case: notatpligten does not end with it (offentlighedsloven § 13).

    Raises Invalid for a talk without its day, or with one to come.
    """
    return _add(actor, EventKind.NOTE_WRITTEN, talked, talked_on, case=case.ref, theme=theme, text=text)


@creates(Note)
@verb(Action.NOTE_WRITE)
def correct(actor: Person, note: Note, text: str, talked: Talk | None = None, talked_on: date | None = None) -> Note:
    """Add what is right to a note that is wrong, also of a talk with the citizen; the note stays as it was written, and
    says that it was corrected. Raises as `write` does."""
    columns = {"case": note.case_id, "theme": note.theme, "text": text, "corrects": note.ref}
    return _add(actor, EventKind.NOTE_CORRECTED, talked, talked_on, **columns)


def _add(actor: Person, action: EventKind, talked: Talk | None, talked_on: date | None, **columns: Any) -> Note:
    on = days.told(talked_on, "talked_on", "Skriv notatet, når I har talt sammen.") if talked else None
    added = insert(Note, **columns, talked=talked, talked_on=on, by=actor, at=clock.now())
    changes = {"talked": [None, talked], "talked_on": [None, on]} if talked else None
    events.record(actor, action, added, changes=changes)
    return added


@reads(Action.NOTE_WRITE)
def get(actor: Person, case: Case, ref: str) -> Note:
    """One note of a case that the actor has loaded. Raises NotFound for one of another case."""
    note = Note.get_or_none(Note.ref == ref, Note.case == case.ref)
    if note is None:
        raise NotFound()
    note.case = case
    return note


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
    found = paging.paged(query, number)
    for note in found.rows:
        note.corrected_at = Note.at.python_value(note.corrected_at)
        note.journalised_on = Journalised.on.python_value(note.journalised_on)
    return found
