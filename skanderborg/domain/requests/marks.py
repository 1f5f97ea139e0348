"""What the screen says of a request: derived from the row and the day, never stored."""

from datetime import date

import peewee

from ... import clock, policy
from ...kinds import OPEN_REQUEST, WITH_DEPARTMENT, Basis
from ...policy import Action
from ...store.people import Person
from ...store.work import Request


def is_paused(request: Request) -> bool:
    """Whether its basis was taken back while it was open: nobody may act on it until its asker finds another."""
    return request.frozen_at is not None and request.status in OPEN_REQUEST


def is_to_answer(request: Request, actor: Person) -> bool:
    """Whether the actor may answer a request, ask about it or send it back now: it lies with the department, is on no
    pause, and is not the actor's own."""
    is_with_others = request.status in WITH_DEPARTMENT and request.asker_id != actor.ref
    return is_with_others and not is_paused(request) and policy.may(actor, Action.REQUEST_HANDLE, request)


def is_acute(request: Request) -> bool:
    """Whether someone is in danger and must be rung at once."""
    return _is_going(request) and request.basis == Basis.ACUTE


def is_overdue(request: Request) -> bool:
    """Whether its deadline has passed without an answer, whoever's turn it is."""
    return _is_going(request) and request.due_on < _today()


def is_urgent(request: Request) -> bool:
    """Whether it must be seen to today: acute, overdue or due today."""
    return is_acute(request) or (_is_going(request) and request.due_on <= _today())


def acute_first() -> peewee.Node:
    """The order of a list of open requests: what is acute stands before all that is merely late."""
    acute = (Request.basis == Basis.ACUTE) & Request.closed_at.is_null() & Request.frozen_at.is_null()
    return peewee.Case(None, [(acute, 0)], 1)


def _is_going(request: Request) -> bool:
    return request.frozen_at is None and request.status in OPEN_REQUEST


def _today() -> date:
    return clock.today()
