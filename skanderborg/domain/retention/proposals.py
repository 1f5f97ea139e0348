"""A case is proposed for erasure: by the worker, until someone stops it, or the case is kept or reopened."""

from ... import clock, policy
from ...kinds import EventKind
from ...mail import outbox
from ...policy import Actor
from ...store.cases import Case
from ...store.retention import Disposal
from ..written import revise


def of(case: Case) -> Disposal | None:
    """The proposal under way for a case."""
    found = Disposal.get_or_none(Disposal.case == case.ref, Disposal.ended_at.is_null())
    return policy.carry(case, found) if found else None


def end(actor: Actor, case: Case) -> None:
    """End the proposal under way for a case, if there is one, and withdraw its letters; inside the caller's
    transaction."""
    disposal = of(case)
    if disposal is not None:
        outbox.void(disposal)
        revise(actor, EventKind.RETENTION_ENDED, disposal, disposal.version, told=(), ended_at=clock.now())
