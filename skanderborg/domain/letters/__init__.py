"""Letters that could not be delivered: who must know, and what they do about it (REL-23).

Who coordinates the case sees them, and tells the person in another way or sends them again. Those of no case, and whose
mailbox it is of all, are for the administrator, who sees persons and numbers, never a case. Each is told of his or her
own mailbox.
"""

from datetime import datetime
from typing import NamedTuple

import peewee

from ... import clock, policy
from ...kinds import EventKind, RelationKind
from ...policy import Action
from ...store import events
from ...store.cases import Case, Relation
from ...store.db import lock_chain
from ...store.outbox import OutboxLetter
from ...store.people import Person
from ..verbs import reads, verb
from . import misses
from . import uncertain as uncertain

FAILED = (OutboxLetter.failed_at.is_null(False), OutboxLetter.seen_at.is_null(), OutboxLetter.void_at.is_null())
LONGEST_LIST = 200


# ── of the cases that one coordinates ───────────────────────────────────────────────────────────────


def failed_for(actor: policy.Asker, *columns: peewee.Node) -> peewee.ModelSelect:
    """Letters that failed in the cases the actor coordinates, with whom they were to; a part of *Min dag*'s query."""
    return (
        OutboxLetter.select(*columns)
        .join(Person, on=(OutboxLetter.person == Person.ref))
        .where(_is_for(actor), *FAILED)
    )


def _is_for(actor: policy.Asker | Person) -> peewee.Expression:
    """Whether a letter is of a case that the actor coordinates, or may take; asked of each that failed."""
    coordinated = (
        Relation.select(peewee.SQL("1"))
        .where(Relation.case == OutboxLetter.case, Relation.person == actor.ref, Relation.until_at.is_null())
        .where(Relation.kind.in_([RelationKind.PRIMARY_CONTACT, RelationKind.RESOURCE]))
    )
    unclaimed = Case.select(peewee.SQL("1")).where(Case.ref == OutboxLetter.case, Case.claimed_at.is_null())
    mine = peewee.fn.EXISTS(coordinated) | peewee.fn.EXISTS(unclaimed)
    return mine & policy.sees_case_in(actor, OutboxLetter.case)


def count_for(actor: policy.Asker, looks_after_people: bool) -> peewee.ModelSelect:
    """How many failed letters the actor can do something about: those of `failed_for`, or for an administrator all."""
    which = FAILED if looks_after_people else (*FAILED, _is_for(actor))
    return OutboxLetter.select(peewee.fn.COUNT(OutboxLetter.ref)).where(*which)


def count_to(actor: policy.Asker) -> peewee.ModelSelect:
    """How many letters to the actor's own mailbox failed."""
    return OutboxLetter.select(peewee.fn.COUNT(OutboxLetter.ref)).where(OutboxLetter.person == actor.ref, *FAILED)


@verb(Action.CASE_WORK)
def dismiss(actor: Person, case: Case, ref: str) -> OutboxLetter:
    """Say that a failed letter was dealt with: the person was told in another way. Raises NotFound, NotAllowed."""
    letter = _failed_letter(case, ref)
    OutboxLetter.update(seen_at=clock.now()).where(OutboxLetter.ref == ref, OutboxLetter.seen_at.is_null()).execute()
    events.record(actor, EventKind.LETTER_DISMISSED, letter)
    return letter


@verb(Action.CASE_WORK)
def send_again(actor: Person, case: Case, ref: str) -> OutboxLetter:
    """Owe a failed letter anew, under its old name and date. Raises NotFound, NotAllowed."""
    letter = _failed_letter(case, ref)
    _send(actor, [letter])
    return letter


def _failed_letter(case: Case, ref: str) -> OutboxLetter:
    return policy.part_of(case, OutboxLetter, ref, *FAILED)


@verb(Action.MY_DAY)
def send_mine_again(actor: Person) -> int:
    """Owe every failed letter of the cases the actor coordinates, or may take, anew; returns how many there were."""
    return _send(actor, list(OutboxLetter.select().where(_is_for(actor), *FAILED)))


# ── of every mailbox ────────────────────────────────────────────────────────────────────────────────


class Mailbox(NamedTuple):
    """A person whose letters were refused: how many, when last, and what the server answered."""

    person: Person
    letters: int
    at: datetime | None
    answer: str


@reads(Action.PEOPLE_MANAGE)
def mailboxes(actor: Person) -> list[Mailbox]:
    """Everyone to whom letters failed, most letters first; nothing of what the letters were about (SEC-02)."""
    count, latest = peewee.fn.COUNT(OutboxLetter.ref), peewee.fn.MAX(OutboxLetter.failed_at)
    rows = (
        OutboxLetter.select(OutboxLetter.person, Person.name, count, latest, peewee.fn.MAX(OutboxLetter.failure))
        .join(Person, on=(OutboxLetter.person == Person.ref))
        .where(*FAILED)
        .group_by(OutboxLetter.person, Person.name)
        .order_by(count.desc(), Person.name)
        .limit(LONGEST_LIST)
    )
    read = OutboxLetter.failed_at.python_value
    return [
        Mailbox(Person(ref=ref, name=name), many, read(at), why or "") for ref, name, many, at, why in rows.tuples()
    ]


@verb(Action.PEOPLE_MANAGE)
def send_all_again(actor: Person, person_ref: str | None = None) -> int:
    """Owe every letter that failed anew, or every one to one person; returns how many there were."""
    to_one = [OutboxLetter.person == person_ref] if person_ref else []
    return _send(actor, list(OutboxLetter.select().where(*FAILED, *to_one)))


def _send(actor: Person, failed: list[OutboxLetter]) -> int:
    for case in sorted({letter.case_id for letter in failed if letter.case_id}):
        lock_chain(f"case:{case}")
    misses.owe_again(failed)
    for letter in failed:
        events.record(actor, EventKind.LETTER_SENT_AGAIN, letter)
    return len(failed)


def label(letter: OutboxLetter) -> str:
    """What kind of letter it was, in Danish."""
    return letter.kind.label
