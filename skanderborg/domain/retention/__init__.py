"""Kept, and deleted (D-26, SEC-60): a closed case goes when its time is over and two people say so.

One of them knows the case, the other is a manager and names the archive's reference; for some days more both can stop
it. Then the worker erases it (domain/erasing.py). terms.py says when, holds.py what keeps it, deciding.py the manager's
part, tick.py the worker's, trial.py what would go.
"""

from typing import NamedTuple

from ... import clock, content, policy
from ...addresses import Place
from ...errors import Invalid, TooLate
from ...kinds import EventKind, LetterKind
from ...mail import outbox
from ...policy import Action
from ...store.cases import Case
from ...store.people import Person
from ...store.retention import Disposal
from .. import people
from ..verbs import reads, verb
from ..written import revise
from . import deciding, holds, proposals, terms

HELD = "Sagen skal bevares. Ophæv først det, der holder den."
NOT_PROPOSED = "Sagen er ikke foreslået slettet længere."


class Kept(NamedTuple):
    """How long a case is kept, what keeps it, and the proposal that is under way."""

    term: terms.Term | None
    holds: list[holds.HoldLine]
    proposal: Disposal | None
    regret_days: int


@reads(Action.CASE_RETAIN)
def of(actor: Person, case: Case) -> Kept:
    """What decides whether and when a case goes."""
    return Kept(terms.of(case), holds.on(case), proposals.of(case), content.retention().regret_days)


@verb(Action.CASE_RETAIN)
def agree(actor: Person, case: Case, seen_version: int) -> Disposal:
    """Say, as one who knows the case, that it may go; the managers are asked. Saying it twice changes nothing.

    Raises TooLate where it is proposed no more, Invalid while something keeps it, Conflict.
    """
    proposal = proposals.of(case)
    if proposal is None:
        raise TooLate(NOT_PROPOSED)
    if proposal.agreed_by_id:
        return proposal
    if holds.on(case):
        raise Invalid(HELD)
    agreed = revise(
        actor, EventKind.RETENTION_AGREED, proposal, seen_version, told=("agreed_by",), agreed_by=actor,
        agreed_at=clock.now(),
    )  # fmt: skip
    for manager in people.active():
        if policy.may(manager, Action.RETENTION_DECIDE) and deciding.undecided(manager).where(
            Disposal.ref == agreed.ref
        ):
            outbox.put(LetterKind.RETENTION_DECIDE, manager, key=f"disposal:{agreed.ref}:decide", about=agreed,
                       opens=Place.DISPOSALS)  # fmt: skip
    return agreed
