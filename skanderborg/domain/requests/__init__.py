"""Coordination requests: whom one waits for, and that an answer was seen. sending, answers and freezing do the rest."""

import peewee

from ... import clock, policy
from ...kinds import EventKind, RelationKind, RequestStatus
from ...policy import Action
from ...store import events
from ...store.cases import Relation
from ...store.db import rewrite
from ...store.people import Person
from ...store.work import Request
from ..verbs import verb
from . import addressees

ASKERS_TURN = (RequestStatus.QUESTION, RequestStatus.RETURNED, RequestStatus.ANSWERED)


@verb(Action.REQUEST_READ)
def see_answer(actor: Person, request: Request) -> None:
    """Say of an answer that its asker has opened it; of anything else, and by anybody else, nothing."""
    if request.status != RequestStatus.ANSWERED or addressees.asking(request) != actor:
        return
    seen = {"status": RequestStatus.READ, "read_at": clock.now(), "version": request.version + 1}
    untouched = (Request.ref == request.ref, Request.version == request.version)
    if rewrite(Request, *untouched, **seen):  # else another tab of the asker's was faster
        request.__data__ |= seen
        events.record(
            actor, EventKind.REQUEST_SEEN, request, changes={"status": [RequestStatus.ANSWERED, RequestStatus.READ]}
        )


def waiting(actor: Person | policy.Asker) -> tuple[peewee.Expression, peewee.Expression, peewee.Expression]:
    """The conditions under which a request waits for the actor: owed by the actor or a department of the actor's, sent
    by the actor whose turn it is again, or held back for the actor to decide. At most one of them holds."""
    my_turn = Request.status.in_(ASKERS_TURN) | _is_paused()
    return _owed_by(actor), sent_by(actor) & my_turn, held_for(actor)


def _owed_by(actor: Person | policy.Asker) -> peewee.Expression:
    still_free = Request.status == RequestStatus.SENT
    is_mine = (Request.handler == actor.ref) | policy.stands_in_for(actor, Request.handler)
    my_own = (Request.status == RequestStatus.TAKEN) & is_mine
    going = Request.closed_at.is_null() & (Request.asker != actor.ref) & Request.frozen_at.is_null()
    return going & (still_free | my_own) & policy.helps(actor, Request)


def _is_paused() -> peewee.Expression:
    return Request.frozen_at.is_null(False) & Request.closed_at.is_null()


def sent_by(actor: Person | policy.Asker) -> peewee.Expression:
    """Sent by the actor, from a case that the actor still sees."""
    return (Request.asker == actor.ref) & _sees_its_case(actor)


def held_for(actor: Person | policy.Asker) -> peewee.Expression:
    is_held = (Request.status == RequestStatus.HELD) & Request.closed_at.is_null()
    as_resource = (
        Relation.select(peewee.SQL("1"))
        .where(Relation.case == Request.case, Relation.person == actor.ref, Relation.kind == RelationKind.RESOURCE)
        .where(Relation.until_at.is_null())
    )
    return is_held & peewee.fn.EXISTS(as_resource) & _sees_its_case(actor)


def _sees_its_case(actor: Person | policy.Asker) -> peewee.Expression:
    return policy.sees_case_in(actor, Request.case)
