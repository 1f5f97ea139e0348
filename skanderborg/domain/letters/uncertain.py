"""Letters of which nobody knows whether they went out: they were due before a backup was put back, and the database
that was lost may have sent them. None goes out by itself (REL-32).

An administrator decides, who sees to whom, when and what kind of letter, and never a case.
"""

from typing import Any

from ... import clock
from ...kinds import EventKind
from ...mail import outbox
from ...policy import Action
from ...store import events
from ...store.db import lock_chain
from ...store.outbox import OutboxLetter
from ...store.people import Person
from .. import paging
from ..verbs import reads, verb


@reads(Action.PEOPLE_MANAGE)
def index(actor: Person, number: int) -> paging.Page:
    """One page of them, the oldest first, with whom each is to."""
    with_person = OutboxLetter.select(
        OutboxLetter.ref, OutboxLetter.kind, OutboxLetter.due_at, OutboxLetter.person, Person.ref, Person.name
    ).join(Person, on=(OutboxLetter.person == Person.ref))
    which = with_person.where(*outbox.UNCERTAIN).order_by(OutboxLetter.due_at, OutboxLetter.ref)
    return paging.counted(which, number)


@reads(Action.PEOPLE_MANAGE)
def count(actor: Person) -> int:
    """How many there are."""
    return OutboxLetter.select().where(*outbox.UNCERTAIN).count()


@verb(Action.PEOPLE_MANAGE)
def send(actor: Person, ref: str | None = None) -> int:
    """Let one of them go out, or all; returns how many. What is not wanted any more is left out on its way."""
    now = clock.now()
    return _decide(actor, EventKind.LETTER_RELEASED, ref, released_at=now, next_try_at=outbox.AT_ONCE)


@verb(Action.PEOPLE_MANAGE)
def drop(actor: Person, ref: str | None = None) -> int:
    """Let one of them, or all, never go out; returns how many."""
    return _decide(actor, EventKind.LETTER_DROPPED, ref, void_at=clock.now())


def _decide(actor: Person, what: EventKind, ref: str | None, **columns: Any) -> int:
    one = [OutboxLetter.ref == ref] if ref else []
    found = list(OutboxLetter.select().where(*outbox.UNCERTAIN, *one))
    for case in sorted({letter.case_id for letter in found if letter.case_id}):
        lock_chain(f"case:{case}")
    for letter in found:
        OutboxLetter.update(**columns).where(OutboxLetter.ref == letter.ref, *outbox.UNCERTAIN).execute()
        events.record(actor, what, letter)
    return len(found)
