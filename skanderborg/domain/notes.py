"""Notes of a case: append-only, with a theme; what belongs in the journal is copied there (D-23)."""

from .. import clock, policy
from ..policy import Action, Actor
from ..store import events
from ..store.cases import Case
from ..store.db import insert
from ..store.idempotency import creates
from ..store.people import Person
from ..store.record import Note
from . import rules
from .cases import Page


@creates(Note)
def write(actor: Person, case: Case, theme: str | None, text: str) -> Note:
    """Add a note. It stays as written; a correction is a new note."""
    policy.require(actor, Action.NOTE_WRITE, case)
    written = insert(Note, case=case.ref, theme=theme, text=text, by=actor, at=clock.now())
    events.record(actor, "note:written", written)
    return written


def of_case(actor: Actor, case: Case, number: int = 1) -> Page:
    """One page of a case's notes, newest first, with who wrote each (`writer`)."""
    policy.require(actor, Action.CASE_READ, case)
    rows_a_page = rules.current().rows_a_page
    found = list(
        Note.select(Note, Person)
        .join(Person, on=(Note.by == Person.ref), attr="writer")
        .where(Note.case == case.ref)
        .order_by(Note.at.desc(), Note.ref)
        .limit(rows_a_page + 1)
        .offset((number - 1) * rows_a_page)
    )
    return Page(found[:rows_a_page], number, len(found) > rows_a_page)
