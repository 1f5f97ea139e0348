"""Coordination requests as they are read: one of them, those of a case, the two lists, and what waits for someone."""

from datetime import datetime
from typing import NamedTuple

import peewee

from .. import clock, policy
from ..domain import due, evidence, paging, requests
from ..domain.cases import identity
from ..domain.requests.marks import acute_first
from ..domain.safety import rules_read
from ..domain.verbs import reads, verb
from ..kinds import OWED_REQUEST, EventKind, RequestGroup, RequestSide, RequestStatus
from ..policy import Action, Actor
from ..store import events
from ..store.cases import Case
from ..store.db import transaction
from ..store.events import Event
from ..store.incidents import Exhibit
from ..store.outbox import OutboxLetter
from ..store.people import Department, Person
from ..store.prepared import Parameter, prepared
from ..store.work import Request, RequestMessage

Asker, Handler, Named, Suggested = Person.alias(), Person.alias(), Person.alias(), Department.alias()
NAMES = ("department", "asker", "handler", "named", "suggested")
GROUPS = {
    RequestSide.TO_US: {
        RequestGroup.NEW: (RequestStatus.HELD, RequestStatus.SENT),
        RequestGroup.TAKEN: (RequestStatus.TAKEN,),
        RequestGroup.QUESTION: (RequestStatus.QUESTION,),
        RequestGroup.FINISHED: (
            RequestStatus.ANSWERED, RequestStatus.READ, RequestStatus.RETURNED, RequestStatus.WITHDRAWN,
        ),
    },
    RequestSide.MINE: {
        RequestGroup.WAITING: (RequestStatus.HELD, *OWED_REQUEST),
        RequestGroup.YOURS: requests.ASKERS_TURN,
        RequestGroup.FINISHED: (RequestStatus.READ, RequestStatus.WITHDRAWN),
    },
}  # fmt: skip
SideAndGroup = tuple[RequestSide, RequestGroup]


class RequestList(NamedTuple):
    """One page of a list of requests, with how many there are in every group of both lists, and how many of them wait
    for the one who looks."""

    side: RequestSide
    group: RequestGroup
    rows: list[Request]
    counts: dict[SideAndGroup, int]
    waiting: dict[SideAndGroup, int]
    number: int
    has_more: bool
    total: int | None
    pages: int | None

    def waiting_at(self, side: RequestSide) -> int:
        """How many requests of one list wait for the one who looks."""
        return sum(count for place, count in self.waiting.items() if place[0] == side)


class Ending(NamedTuple):
    """When a request was sent back or withdrawn, and by whom."""

    at: datetime
    by: str | None


def get(actor: Person, ref: str, action: Action) -> Request:
    """Load a request on which the actor may do `action`. Raises NotFound, NotAllowed."""
    return policy.request_for(actor, ref, action)


@transaction
def opened(actor: Person, ref: str, action: Action = Action.REQUEST_READ) -> Request:
    """A request as its page shows it: names joined, `messages`, `reminded_today`, how it `ended` (see `_endings`), and
    the `bar` of its case for who sees that. The look is written down (SEC-30).

    Raises as policy.request_for does.
    """
    request = policy.request_for(actor, ref, action, _to_be_shown)
    events.looked(actor, Action.REQUEST_READ, request)
    names = _name(request, _reminded_today(ref))
    request.messages, request.ended = _messages(request), _endings(request)
    if policy.may(actor, Action.CASE_READ, request.case):
        request.case.bar = identity.bar_of(request)
    else:
        _conceal(request)
    request.reminded_today = bool(names.reminded_today)
    return request


@transaction
def read(actor: Person, ref: str, action: Action = Action.REQUEST_READ) -> Request:
    """Open a request. An answer that its asker opens is read from then on: a mark that follows from opening it."""
    request = opened(actor, ref, action)
    requests.see_answer(actor, request)
    return request


def _to_be_shown(query: peewee.ModelSelect) -> peewee.ModelSelect:
    handed_in = evidence.many(Request).where(Exhibit.by == Request.handler)
    return rules_read.beside(identity.with_bar(query)).select_extend(
        evidence.many(Request).alias("exhibit_count"), handed_in.alias("handed_in_count")
    )


def _conceal(request: Request) -> None:
    """Who knows a case from a request only is not shown again what was shared, once its basis is taken back; how to
    contact the citizen stays, for safety's sake."""
    if request.frozen_at:
        for name in ("ask", "who", "answer", "return_reason"):
            setattr(request, name, None)
        request.messages = []


def _messages(request: Request) -> list[RequestMessage]:
    return list(
        RequestMessage.select(RequestMessage, Person.ref, Person.name)
        .join(Person)
        .where(RequestMessage.request == request.ref)
        .order_by(RequestMessage.at)
    )


def _endings(request: Request) -> dict[str, Ending]:
    """When it was last sent back (`returned`), and when withdrawn, and by whom.

    Where it came back by itself, since those who were asked may not answer any more, nobody is named: who that was may
    be nobody's business.
    """
    if not (request.return_reason or request.withdraw_reason):
        return {}
    rows = (
        Event.select(Event, Person.ref, Person.name)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Event.actor == Person.ref), attr="person")
        .where(Event.chain == f"case:{request.case_id}", Event.object_ref == request.ref)
        .where(Event.action.in_([EventKind.REQUEST_RETURNED, EventKind.REQUEST_WITHDRAWN]))
        .order_by(Event.number)
    )
    by_itself = [row for row in rows if row.action == EventKind.REQUEST_RETURNED and "suggested" not in row.changes]
    return {
        row.action.removeprefix("request:"): Ending(row.at, None if row in by_itself else row.person.name)
        for row in rows
    }


def _name(request: Request, *also: peewee.Node) -> Request:
    """Join the names that a page shows to the request; returns the row they came in, with what else was asked for."""
    row = _with_names(Request.select(Request.ref, *also)).where(Request.ref == request.ref).get()
    for name in NAMES:
        setattr(request, name, getattr(row, name))
    return row


def _reminded_today(ref: str) -> peewee.Node:
    """A column that says whether the asker has reminded of the request today."""
    today = f"request:{ref}:reminded:{clock.today()}:"
    letters = OutboxLetter.select(peewee.SQL("1")).where(OutboxLetter.key.startswith(today))
    return peewee.Case(None, [(peewee.fn.EXISTS(letters), 1)], 0).alias("reminded_today")


def _with_names(query: peewee.ModelSelect) -> peewee.ModelSelect:
    """The query with the department and the people of each request."""
    outer = peewee.JOIN.LEFT_OUTER
    return (
        query.select_extend(
            Department.ref, Department.key, Department.name, Department.is_115_forum,
            Asker.ref, Asker.name, Asker.phone, Handler.ref, Handler.name, Named.ref, Named.name,
            Suggested.ref, Suggested.name,
        )
        .join_from(Request, Department, on=(Request.department == Department.ref), attr="department")
        .join_from(Request, Asker, on=(Request.asker == Asker.ref), attr="asker")
        .join_from(Request, Handler, outer, on=(Request.handler == Handler.ref), attr="handler")
        .join_from(Request, Named, outer, on=(Request.named == Named.ref), attr="named")
        .join_from(Request, Suggested, outer, on=(Request.suggested == Suggested.ref), attr="suggested")
    )  # fmt: skip


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[Request]:
    """All requests of a case that the actor has loaded, the newest first, names joined."""
    return list(_with_names(Request.select()).where(Request.case == case.ref).order_by(Request.created_at.desc()))


@reads(Action.REQUEST_LIST)
def waiting_for(actor: Person) -> list[Request]:
    """Open requests that wait for this person to do something, acute ones first, then the earliest deadline: to take or
    answer, to decide the basis of, to reply to, to send elsewhere, or to read the answer of (Min dag); also those that
    lie with someone who is away, for who coordinates the case."""
    found = _waiting.all(policy.shape_of(actor), actor=actor.ref, today=clock.today())
    return [policy.allow_part(request, actor) for request in found]


@prepared
def _waiting(roles: str, *, actor: Parameter, today: Parameter) -> peewee.ModelSelect:
    asker = policy.Asker(actor, roles, today)
    owed, my_turn, held = requests.waiting(asker)
    return (
        _with_names(policy.parts(asker, Request))
        .where(owed | my_turn | held | due.requests(asker))
        .order_by(acute_first(), Request.due_on, Request.created_at)
    )


def line(actor: Person, ref: str) -> Request:
    """A request as a list shows it. Raises NotFound, NotAllowed."""
    request = policy.request_for(actor, ref, Action.REQUEST_READ)
    _name(request)
    _conceal(request)
    return request


@verb(Action.REQUEST_LIST)
def index(actor: Person, side: RequestSide | None, group: RequestGroup | None, number: int) -> RequestList:
    """One page of one list: acute ones first, then by deadline; finished ones newest first. The look is written down.

    What is not chosen is the first list, and the first group of it, in which something waits for the actor.
    """
    places, waits = counts(actor)
    side, group = _opened_at(side, group, waits)
    order = [Request.closed_at.desc()] if group == RequestGroup.FINISHED else [acute_first(), Request.due_on]
    query = (
        _with_names(policy.parts(actor, Request))
        .where(_on(side, actor), Request.status.in_(GROUPS[side][group]))
        .order_by(*order, Request.created_at, Request.ref)
    )
    found = paging.counted(query, number)
    rows = [policy.allow_part(request, actor) for request in found.rows]
    if side == RequestSide.TO_US:
        for request in rows:
            _conceal(request)
    events.looked_at_list(actor, Action.REQUEST_LIST, [request.case_id for request in rows])
    return RequestList(side, group, rows, places, waits, number, found.has_more, found.total, found.pages)


def _opened_at(side: RequestSide | None, group: RequestGroup | None, waits: dict[SideAndGroup, int]) -> SideAndGroup:
    on_side = [place for place in waits if side in (None, place[0])]
    places = [place for place in on_side if group in (None, place[1])] or on_side
    return next((place for place in places if waits[place]), places[0])


def _on(side: RequestSide, actor: Person) -> peewee.Expression:
    """What stands in one list: what was held back stands with those who decide it."""
    if side == RequestSide.MINE:
        return requests.sent_by(actor)
    return policy.helps(actor, Request) | requests.held_for(actor)


def counts(actor: Person) -> tuple[dict[SideAndGroup, int], dict[SideAndGroup, int]]:
    """How many requests stand in every group of both lists, and how many of them wait for the actor, in one query."""
    to_us, mine = (_on(side, actor) for side in GROUPS)
    owed, my_turn, held = requests.waiting(actor)
    sums = [peewee.fn.SUM(peewee.Case(None, [(condition, 1)], 0)) for condition in (to_us, mine, owed | held, my_turn)]
    rows = Request.select(Request.status, *sums).where(to_us | mine).group_by(Request.status).tuples()
    by_status = {status: [int(found) for found in sums] for status, *sums in rows}

    def per_group(first: int) -> dict[SideAndGroup, int]:
        return {
            (side, group): sum(by_status.get(status, [0] * len(sums))[first + place] for status in statuses)
            for place, side in enumerate(GROUPS)
            for group, statuses in GROUPS[side].items()
        }

    return per_group(0), per_group(2)
