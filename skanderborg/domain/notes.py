"""Notes of a case: append-only, with a theme; what belongs in the journal is copied there (D-23)."""

import peewee

from .. import clock, policy
from ..errors import NotFound
from ..policy import Action, Actor
from ..store import events
from ..store.cases import Case
from ..store.db import insert
from ..store.idempotency import creates
from ..store.people import Person
from ..store.record import Journalised, Note
from . import paging
from .paging import Page


@creates(Note)
def write(actor: Person, case: Case, theme: str | None, text: str) -> Note:
    """Add a note. It stays as written; a correction is a new note. Also on a closed case: notatpligten does not end
    with it (offentlighedsloven § 13)."""
    policy.require(actor, Action.NOTE_WRITE, case)
    written = insert(Note, case=case.ref, theme=theme, text=text, by=actor, at=clock.now())
    events.record(actor, "note:written", written)
    return written


@creates(Note)
def correct(actor: Person, note: Note, text: str) -> Note:
    """Add what is right to a note that is wrong; the note stays as it was written, and says that it was corrected."""
    policy.require(actor, Action.NOTE_WRITE, note.case)
    correction = insert(
        Note, case=note.case_id, theme=note.theme, text=text, corrects=note.ref, by=actor, at=clock.now()
    )  # fmt: skip
    events.record(actor, "note:corrected", correction)
    return correction


def get(actor: Person, case: Case, ref: str) -> Note:
    """One note of a case that the actor has loaded. Raises NotFound for one of another case."""
    policy.require(actor, Action.NOTE_WRITE, case)
    note = Note.get_or_none(Note.ref == ref, Note.case == case.ref)
    if note is None:
        raise NotFound()
    note.case = case
    return note


def of_case(actor: Actor, case: Case, number: int = 1) -> Page:
    """One page of a case's notes, newest first: who wrote each (`writer`), when it was corrected, whether it is in the
    journal."""
    policy.require(actor, Action.CASE_READ, case)
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
