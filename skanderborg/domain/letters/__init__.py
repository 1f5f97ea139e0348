"""Letters that could not be delivered: who must know, and what they do about it (REL-23)."""

import peewee

from ... import clock, policy
from ...errors import NotFound
from ...kinds import LetterKind, RelationKind
from ...policy import Action
from ...store import events
from ...store.cases import Case, Relation
from ...store.db import transaction
from ...store.outbox import OutboxLetter
from ...store.people import Person

FAILED = (OutboxLetter.failed_at.is_null(False), OutboxLetter.seen_at.is_null(), OutboxLetter.void_at.is_null())


def failed_for(actor: policy.Asker, *columns: peewee.Node) -> peewee.ModelSelect:
    """Letters that failed in the cases the actor coordinates, with whom they were to; a part of *Min dag*'s query."""
    coordinated = Relation.select(Relation.case).where(
        Relation.person == actor.ref,
        Relation.until_at.is_null(),
        Relation.kind.in_([RelationKind.PRIMARY_CONTACT, RelationKind.RESOURCE]),
    )
    unclaimed = Case.select(Case.ref).where(Case.claimed_at.is_null())
    mine = OutboxLetter.case.in_(coordinated) | OutboxLetter.case.in_(unclaimed)
    return (
        OutboxLetter.select(*columns)
        .join(Person, on=(OutboxLetter.person == Person.ref))
        .where(mine, policy.sees_case_in(actor, OutboxLetter.case), *FAILED)
    )


@transaction
def dismiss(actor: Person, case: Case, ref: str) -> OutboxLetter:
    """Say that a failed letter was dealt with: the person was told in another way. Raises NotFound, NotAllowed."""
    policy.require(actor, Action.CASE_WORK, case)
    letter = _failed_letter(case, ref)
    OutboxLetter.update(seen_at=clock.now()).where(OutboxLetter.ref == ref, OutboxLetter.seen_at.is_null()).execute()
    events.record(actor, "letter:dismissed", letter)
    return letter


@transaction
def send_again(actor: Person, case: Case, ref: str) -> OutboxLetter:
    """Owe a failed letter anew, under its old name and date. Raises NotFound, NotAllowed."""
    policy.require(actor, Action.CASE_WORK, case)
    letter = _failed_letter(case, ref)
    OutboxLetter.update(failed_at=None, failure=None, refusals=0, tries=0, next_try_at=clock.now()).where(
        OutboxLetter.ref == ref, OutboxLetter.failed_at.is_null(False)
    ).execute()
    events.record(actor, "letter:sent-again", letter)
    return letter


def _failed_letter(case: Case, ref: str) -> OutboxLetter:
    letter = OutboxLetter.get_or_none(OutboxLetter.ref == ref, OutboxLetter.case == case.ref, *FAILED)
    if letter is None:
        raise NotFound()
    return letter


def label(letter: OutboxLetter) -> str:
    """What kind of letter it was, in Danish."""
    return LetterKind(letter.kind).label
