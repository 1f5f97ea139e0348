"""Coordination requests as they are read: one of them, those of a case, the two lists, and what waits for whom."""

from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...kinds import OWED_REQUEST, RelationKind, RequestGroup, RequestSide, RequestStatus
from ...policy import Action, Actor
from ...store import events, keys
from ...store.cases import Case, Relation
from ...store.db import transaction
from ...store.outbox import OutboxLetter
from ...store.people import Department, Person
from ...store.prepared import Parameter, prepared
from ...store.work import Request, RequestMessage
from .. import rules
from . import addressees

Asker, Handler, Named, Suggested = Person.alias(), Person.alias(), Person.alias(), Department.alias()
GROUPS = {
    RequestSide.TO_US: {
        RequestGroup.NEW: (RequestStatus.SENT,),
        RequestGroup.TAKEN: (RequestStatus.TAKEN,),
        RequestGroup.QUESTION: (RequestStatus.QUESTION,),
        RequestGroup.FINISHED: (
            RequestStatus.ANSWERED, RequestStatus.READ, RequestStatus.RETURNED, RequestStatus.WITHDRAWN,
        ),
    },
    RequestSide.MINE: {
        RequestGroup.WAITING: (RequestStatus.HELD, *OWED_REQUEST),
        RequestGroup.YOURS: (RequestStatus.QUESTION, RequestStatus.RETURNED, RequestStatus.ANSWERED),
        RequestGroup.FINISHED: (RequestStatus.READ, RequestStatus.WITHDRAWN),
    },
}  # fmt: skip


class Page(NamedTuple):
    """One page of a list of requests, with how many there are in every group of both lists."""

    side: RequestSide
    group: RequestGroup
    rows: list[Request]
    counts: dict[tuple[RequestSide, RequestGroup], int]
    number: int
    has_more: bool


def get(actor: Person, ref: str, action: Action) -> Request:
    """Load a request on which the actor may do `action`. Raises NotFound, NotAllowed."""
    return policy.request_for(actor, ref, action)


@transaction
def opened(actor: Person, ref: str, action: Action = Action.REQUEST_READ) -> Request:
    """A request as its page shows it: names joined, `messages`, `reminded_today`. The look is written down (SEC-30).

    Raises as policy.request_for does.
    """
    request = policy.request_for(actor, ref, action)
    events.looked(actor, Action.REQUEST_READ, request)
    names = _with_names(Request.select(Request.ref, _reminded_today(ref))).where(Request.ref == ref).get()
    for name in ("department", "asker", "handler", "named", "suggested"):
        setattr(request, name, getattr(names, name))
    request.messages = _messages(request)
    if not policy.may(actor, Action.CASE_READ, request.case):
        _conceal(request)
    request.reminded_today = bool(names.reminded_today)
    return request


@transaction
def read(actor: Person, ref: str) -> Request:
    """Open a request. An answer that its asker opens is read from then on: a mark that follows from opening it."""
    request = opened(actor, ref)
    policy.require(actor, Action.REQUEST_READ, request)
    if request.status != RequestStatus.ANSWERED or addressees.asking(request) != actor:
        return request
    seen = {"status": RequestStatus.READ, "read_at": clock.now(), "version": request.version + 1}
    untouched = (Request.ref == ref, Request.version == request.version)
    if Request.update(**seen).where(*untouched).execute():  # else another tab of the asker's was faster
        request.__data__ |= seen
        events.record(actor, "request:seen", request, changes={"status": [RequestStatus.ANSWERED, RequestStatus.READ]})
    return request


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


def _reminded_today(ref: str) -> peewee.Node:
    """A column that says whether the asker has reminded of the request today."""
    today = f"request:{ref}:reminded:{clock.today(clock.now())}:"
    letters = OutboxLetter.select(peewee.SQL("1")).where(OutboxLetter.key.startswith(today))
    return peewee.Case(None, [(peewee.fn.EXISTS(letters), 1)], 0).alias("reminded_today")


def _with_names(query: peewee.ModelSelect) -> peewee.ModelSelect:
    """The query with the department and the people of each request."""
    outer = peewee.JOIN.LEFT_OUTER
    return (
        query.select_extend(
            Department.ref, Department.name, Department.is_115_forum, Asker.ref, Asker.name, Asker.phone,
            Handler.ref, Handler.name, Named.ref, Named.name, Suggested.ref, Suggested.name,
        )
        .join_from(Request, Department, on=(Request.department == Department.ref), attr="department")
        .join_from(Request, Asker, on=(Request.asker == Asker.ref), attr="asker")
        .join_from(Request, Handler, outer, on=(Request.handler == Handler.ref), attr="handler")
        .join_from(Request, Named, outer, on=(Request.named == Named.ref), attr="named")
        .join_from(Request, Suggested, outer, on=(Request.suggested == Suggested.ref), attr="suggested")
    )  # fmt: skip


# ── lists ───────────────────────────────────────────────────────────────────────────────────────────


def of_case(actor: Actor, case: Case) -> list[Request]:
    """All requests of a case that the actor has loaded, the newest first, names joined."""
    policy.require(actor, Action.CASE_READ, case)
    return list(_with_names(Request.select()).where(Request.case == case.ref).order_by(Request.created_at.desc()))


def waiting_for(actor: Person) -> list[Request]:
    """Open requests that wait for this person to do something, the earliest deadline first: to take or answer, to
    decide the basis of, to reply to, to send elsewhere, or to read the answer of (Min dag)."""
    policy.require(actor, Action.REQUEST_LIST)
    return _waiting.all(policy.shape_of(actor), actor=actor.ref, today=clock.today(clock.now()))


@prepared
def _waiting(roles: str, *, actor: Parameter, today: Parameter) -> peewee.ModelSelect:
    asker = policy.Asker(actor, roles, today)
    my_turn = Request.status.in_(GROUPS[RequestSide.MINE][RequestGroup.YOURS]) | _is_paused()
    waits = _owed_by(asker) | _mine(asker) & my_turn | _held_for(asker)
    return _with_names(Request.select()).where(waits).order_by(Request.due_on, Request.created_at)


def _owed_by(actor: policy.Asker) -> peewee.Expression:
    still_free = Request.status == RequestStatus.SENT
    my_own = (Request.status == RequestStatus.TAKEN) & (Request.handler == actor.ref)
    going = (Request.asker != actor.ref) & Request.frozen_at.is_null()
    return going & (still_free | my_own) & policy.helps(actor, Request)


def _is_paused() -> peewee.Expression:
    return Request.frozen_at.is_null(False) & Request.closed_at.is_null()


def _mine(actor: Person | policy.Asker) -> peewee.Expression:
    """Sent by the actor, from a case that the actor still sees."""
    return (Request.asker == actor.ref) & Request.case.in_(_visible(actor))


def _held_for(actor: policy.Asker) -> peewee.Expression:
    on_as_resource = Relation.select(Relation.case).where(
        Relation.person == actor.ref, Relation.kind == RelationKind.RESOURCE, Relation.until_at.is_null()
    )
    return (Request.status == RequestStatus.HELD) & Request.case.in_(on_as_resource) & Request.case.in_(_visible(actor))


def _visible(actor: Person | policy.Asker) -> peewee.ModelSelect:
    return Case.select(Case.ref).where(policy.sees_case(actor))


@transaction
def index(actor: Person, side: RequestSide, group: RequestGroup | None, number: int) -> Page:
    """One page of one list, open ones by deadline, finished ones newest first. The look is written down."""
    policy.require(actor, Action.REQUEST_LIST)
    if group not in GROUPS[side]:
        group = next(iter(GROUPS[side]))
    rows_a_page = rules.current().rows_a_page
    order = Request.closed_at.desc() if group == RequestGroup.FINISHED else Request.due_on
    found = list(
        _with_names(Request.select())
        .where(_on(side, actor), Request.status.in_(GROUPS[side][group]))
        .order_by(order, Request.created_at, Request.ref)
        .limit(rows_a_page + 1)
        .offset((number - 1) * rows_a_page)
    )
    keys.preload({f"case:{request.case_id}" for request in found})
    if side == RequestSide.TO_US:
        for request in found:
            _conceal(request)
    events.looked_at_list(actor, Action.REQUEST_LIST)
    return Page(side, group, found[:rows_a_page], _counts(actor), number, len(found) > rows_a_page)


def _on(side: RequestSide, actor: Person) -> peewee.Expression:
    return policy.helps(actor, Request) if side == RequestSide.TO_US else _mine(actor)


def _counts(actor: Person) -> dict[tuple[RequestSide, RequestGroup], int]:
    """How many requests stand in every group of both lists, in one query."""
    to_us, mine = (
        peewee.fn.SUM(peewee.Case(None, [(_on(side, actor), 1)], 0))
        for side in (RequestSide.TO_US, RequestSide.MINE)
    )  # fmt: skip
    theirs = _on(RequestSide.TO_US, actor) | _on(RequestSide.MINE, actor)
    rows = Request.select(Request.status, to_us, mine).where(theirs).group_by(Request.status).tuples()
    by_status: dict[str, tuple[Any, Any]] = {status: (int(ours), int(own)) for status, ours, own in rows}
    return {
        (side, group): sum(by_status.get(status, (0, 0))[place] for status in statuses)
        for place, side in enumerate((RequestSide.TO_US, RequestSide.MINE))
        for group, statuses in GROUPS[side].items()
    }
