"""A request is put on pause when the consent that it rests on is taken back; sending.resume lets it go on."""

from ... import clock
from ...kinds import EventKind, LetterKind, TaskStatus
from ...policy import Actor
from ...store.record import Consent
from ...store.work import Request
from .. import reminders, tasks
from ..written import revise
from . import addressees, answers


def freeze(actor: Actor, consent: Consent) -> list[Request]:
    """Put every open request that rests on the consent on pause, inside the transaction that takes it back.

    Nobody is reminded of it any more, and who owes the answer is told to stop.
    """
    open_ones = (Request.consent == consent.ref, Request.closed_at.is_null(), Request.frozen_at.is_null())
    return [_freeze(actor, request) for request in list(Request.select().where(*open_ones))]


def _freeze(actor: Actor, request: Request) -> Request:
    owing = addressees.owing(request)
    frozen = revise(actor, EventKind.REQUEST_FROZEN, request, request.version, frozen_at=clock.now())
    reminders.void_for(frozen)
    answers.void_calls(frozen)
    tasks.follow(actor, frozen.task_id, TaskStatus.ACTIVE)  # its asker has to do something now
    for person in owing:
        answers.tell(LetterKind.REQUEST_FROZEN, person, frozen)
    return frozen
