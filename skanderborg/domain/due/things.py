"""The things that wait, each with the day on which it fell due: for one person, or for everyone, by a few queries.

A thing is named by its row, as letters are («task:<ref>»), or by its kind where several things of one case can wait.
"""

import functools
import operator
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...kinds import Basis, EventKind, RelationKind, RequestStatus, TaskKind
from ...policy import Action, Asker
from ...store.cases import Case, Handover, Likeness, Party, Relation
from ...store.db import columns_of
from ...store.events import Event
from ...store.fields import UtcField
from ...store.insight import Insight
from ...store.oversight import AccessReview
from ...store.people import Membership, Person
from ...store.plans import WarningNote
from ...store.prepared import Parameter, prepared
from ...store.work import Meeting, Request, Task
from .. import due, rounds, rules, silence
from .. import requests as asked
from ..access import impartiality
from ..access.moves import Asked
from ..emergency import signing
from ..oversight import reviews

Reader = Person.alias("reader")  # everyone who might be told, in the queries that ask for all at once
CANNOT_WAIT = (TaskKind.SAFETY, TaskKind.CHILD_REPORT, TaskKind.SAFE_AFTER)
OWNER, DEPUTY, RESOURCE, TOVHOLDER = range(4)  # who is told first; the next only where none before is present
Part = Callable[[Asker, Any], peewee.Expression]


class Thing(NamedTuple):
    """Something that waits: its name, the day it fell due, and whether it is of safety, danger or a child."""

    name: str
    due_on: date
    cannot_wait: bool


class Tie(NamedTuple):
    """A way in which a thing comes to someone: the condition for it, and how Reader is joined to the query."""

    rank: int
    to: Callable[[peewee.ModelSelect], peewee.ModelSelect]
    holds: Part


class Source(NamedTuple):
    """One kind of thing: its query, the ties by which it comes to people, a wider condition by which one person's are
    found fast, how a row of it is read, what a role must allow for it to concern anyone in it, and by what its rows are
    grouped, if they are."""

    rows: Callable[[Asker, Any], peewee.ModelSelect]
    near: Callable[[Asker], Any]
    ties: tuple[Tie, ...]
    read: Callable[..., Thing]
    concerns: Action = Action.MY_DAY
    one_by: peewee.Field | None = None  # of what several rows make one thing


# ── for one, for all ────────────────────────────────────────────────────────────────────────────────


def found_by(person: Person, now: datetime) -> dict[str, Thing]:
    """What is due now and waits for one person, by name: what *Min dag* shows them of it."""
    today, shape = clock.today(now), policy.shape_of(person)
    rows = (
        source.read(*row)
        for place, source in _concerning(person)
        for row in _of_one.stored(place, shape, actor=person.ref, now=now, today=today)
    )
    return {thing.name: thing for thing in rows if thing.due_on <= today}


@prepared
def _of_one(place: int, roles: str, *, actor: Parameter, now: Parameter, today: Parameter) -> peewee.ModelSelect:
    asker = Asker(actor, roles, today)
    any_tie = functools.reduce(operator.or_, (tie.holds(asker, now) for tie in SOURCES[place].ties))
    query = SOURCES[place].rows(asker, now).where(SOURCES[place].near(asker), any_tie)
    return query if SOURCES[place].one_by is None else query.group_by(SOURCES[place].one_by)


def waiting(now: datetime) -> dict[str, list[Thing]]:
    """What is due now, for each active person for whom it waits, by ref.

    Who is away is told nothing while someone who is present can be: a substitute, else who coordinates the case.
    """
    today = clock.today(now)
    asker = Asker("", "", today)
    away = {ref for (ref,) in policy.away(asker).tuples()}
    found: dict[Thing, dict[str, int]] = {}
    for thing, person, rank in _all(now, today):
        ranks = found.setdefault(thing, {})
        ranks[person] = min(rank, ranks.get(person, rank))
    told: dict[str, list[Thing]] = {}
    for thing, ranks in found.items():
        for person in _first(ranks, away):
            told.setdefault(person, []).append(thing)
    return told


def _first(ranks: dict[str, int], away: set[str]) -> list[str]:
    here = {person: rank for person, rank in ranks.items() if person not in away} or ranks
    return [person for person, rank in here.items() if rank == min(here.values())]


def _all(now: datetime, today: date) -> Iterable[tuple[Thing, str, int]]:
    """Each thing that is due beside everyone who would find it, once for each tie that leads there."""
    for someone in list(Person.select(Person.roles).where(Person.disabled_at.is_null()).distinct()):
        for place, number, tie in _ties(someone):
            shape = policy.shape_of(someone)
            for *row, person in _of_all.stored(place, number, shape, now=now, today=today):
                thing = SOURCES[place].read(*row)
                if thing.due_on <= today:
                    yield thing, person, tie.rank


def _ties(someone: Person) -> list[tuple[int, int, Tie]]:
    """The sources that concern those in a person's roles, with their ties, by place."""
    return [(place, number, tie) for place, source in _concerning(someone) for number, tie in enumerate(source.ties)]


def _concerning(person: Person) -> list[tuple[int, Source]]:
    if policy.is_kept_from_cases(person):
        return []
    return [(place, source) for place, source in enumerate(SOURCES) if policy.may(person, source.concerns)]


@prepared
def _of_all(place: int, number: int, roles: str, *, now: Parameter, today: Parameter) -> peewee.ModelSelect:
    asker, tie = Asker(Reader.ref, roles, today), SOURCES[place].ties[number]
    query = tie.to(SOURCES[place].rows(asker, now).select_extend(Reader.ref))
    return query.where(tie.holds(asker, now), Reader.roles == roles, Reader.disabled_at.is_null())


# ── how a thing comes to someone ────────────────────────────────────────────────────────────────────


def _named_in(column: peewee.Field, holds: Part) -> Tie:
    return Tie(OWNER, lambda query: query.join_from(column.model, Reader, on=(column == Reader.ref)), holds)


def _works_in(column: peewee.Field, holds: Part) -> Tie:
    def to(query: peewee.ModelSelect) -> peewee.ModelSelect:
        query = query.join_from(column.model, Membership, on=(Membership.department == column))
        return query.join_from(Membership, Reader, on=(Membership.person == Reader.ref))

    return Tie(OWNER, to, holds)


def _is_on(case: peewee.Field, kind: RelationKind, rank: int, holds: Part, table: Any = None) -> Tie:
    now = (Relation.case == case) & Relation.until_at.is_null() & (Relation.kind == kind)

    def to(query: peewee.ModelSelect) -> peewee.ModelSelect:
        query = query.join_from(table or case.model, Relation, on=now)
        return query.join_from(Relation, Reader, on=(Relation.person == Reader.ref))

    return Tie(rank, to, holds)


def _stands_in(model: Any, where: Callable[[], peewee.Expression], holds: Part) -> Tie:
    """Whoever is named as a substitute at all, for the few things that need one: the condition knows whose."""
    named = Person.select(Person.substitute).where(Person.substitute.is_null(False))
    return Tie(DEPUTY, lambda query: query.join_from(model, Reader, on=(Reader.ref.in_(named) & where())), holds)


def _own(person: peewee.Field, holds: Part) -> Tie:
    """Each one's own, of which several rows make one thing."""

    def to(query: peewee.ModelSelect) -> peewee.ModelSelect:
        return query.join_from(person.model, Reader, on=(person == Reader.ref)).group_by(person, Reader.ref)

    return Tie(OWNER, to, holds)


def _anyone(holds: Part) -> Tie:
    """Everyone whom the kind of thing concerns: for the few that anyone of them may see to."""
    return Tie(OWNER, lambda query: query.join_from(query.model, Reader, on=peewee.SQL("1 = 1")), holds)


def _coordinate(case: peewee.Field, holds: Part, table: Any = None) -> tuple[Tie, ...]:
    """The condition says which of them it is today, so that none goes before the other. `table`: where the case is a
    column of an alias."""
    return tuple(_is_on(case, kind, RESOURCE, holds, table) for kind in due.SEE_TO)


def _left_with(case: peewee.Field, holds: Part) -> tuple[Tie, ...]:
    return (
        _is_on(case, RelationKind.RESOURCE, RESOURCE, holds),
        _is_on(case, RelationKind.PRIMARY_CONTACT, TOVHOLDER, holds),
    )


def _away() -> peewee.ModelSelect:
    return policy.away(Asker("", "", Parameter("today")))


def _deserted(department: peewee.Field, case: peewee.Field) -> peewee.Expression:
    """Whether nobody who works in the department is there today and may have a part in the case."""
    asker = Asker("", "", Parameter("today"))
    here = Membership.select(peewee.SQL("1")).where(Membership.department == department)
    return ~peewee.fn.EXISTS(here.where(~due.is_gone(asker, Membership.person, case)))


def _for(condition: Callable[[Asker], peewee.Expression]) -> Part:
    return lambda actor, _: condition(actor)


# ── the kinds of things ─────────────────────────────────────────────────────────────────────────────

_instant = UtcField().python_value
_day = Task.due_on.python_value


def _day_of(stored: Any) -> date:
    at: Any = _instant(stored)
    return clock.today(at)


def _tasks(actor: Asker, _: Any) -> peewee.ModelSelect:
    columns = (Task.ref, Task.kind, Task.due_on)
    return Task.select(*columns).join(Case).where(due.is_open_task(), Task.due_on <= actor.today)


def _task(ref: str, kind: str, due_on: Any) -> Thing:
    return Thing(f"task:{ref}", _day(due_on), kind in CANNOT_WAIT)


def _requests(_: Asker, __: Any) -> peewee.ModelSelect:
    came_back = (
        Event.select(peewee.fn.MAX(Event.at))
        .where(Event.chain == peewee.Value("case:").concat(Request.case), Event.object_ref == Request.ref)
        .where(Event.action.in_([EventKind.REQUEST_ASKED, EventKind.REQUEST_RETURNED]))
    )
    return (
        Request.select(*columns_of(Request, "ref status basis due_on created_at answered_at frozen_at"), came_back)
        .join(Case)
        .where(Case.closed_at.is_null())
    )


def _request(
    ref: str, status: str, basis: str, due_on: Any, created: Any, answered: Any, frozen: Any, came_back: Any
) -> Thing:
    """What lies with the department is due as agreed; what someone else must do next since it came to them."""
    if status in (RequestStatus.SENT, RequestStatus.TAKEN) and not frozen:
        return Thing(f"request:{ref}", _day(due_on), basis == Basis.ACUTE)
    return Thing(f"request:{ref}", _day_of(frozen or answered or came_back or created), basis == Basis.ACUTE)


def _waits(place: int) -> Part:
    """One of the ways in which requests wait for someone."""
    return lambda actor, _: asked.waiting(actor)[place]


OWED, MY_TURN, HELD = (_waits(place) for place in range(3))


def _minutes(_: Asker, __: Any) -> peewee.ModelSelect:
    return Meeting.select(Meeting.ref, Meeting.starts_at).join(Case)


def _without_minutes(ref: str, starts_at: Any) -> Thing:
    days = rules.current().minutes_missing_working_days
    return Thing(f"meeting:{ref}", clock.add_working_days(_day_of(starts_at), days), False)


def _offers(_: Asker, __: Any) -> peewee.ModelSelect:
    offered = Handover.select(peewee.fn.MAX(Handover.offered_at)).where(
        Handover.case == Case.ref, Handover.to_person == Case.offered_to, Handover.answered_at.is_null()
    )
    return Case.select(Case.ref, offered, Case.claimed_at, Case.reported_at)


def _offer(ref: str, offered: Any, claimed: Any, reported: Any) -> Thing:
    return Thing(f"offer:{ref}", _day_of(offered or claimed or reported), False)


def _suspicions(_: Asker, __: Any) -> peewee.ModelSelect:
    return Case.select(Case.ref, Case.reported_at, Case.is_acute)


def _suspicion(ref: str, reported: Any, is_acute: Any) -> Thing:
    return Thing(f"suspicion:{ref}", _day_of(reported), bool(is_acute))


def _warnings(_: Asker, __: Any) -> peewee.ModelSelect:
    return WarningNote.select(WarningNote.ref, WarningNote.review_on).join(Case)


def _protections(_: Asker, __: Any) -> peewee.ModelSelect:
    return Party.select(Party.ref, Party.protection_until).join(Case)


def _insights(_: Asker, __: Any) -> peewee.ModelSelect:
    return Insight.select(Insight.ref, Insight.due_on).join(Case)


def _silent(_: Asker, __: Any) -> peewee.ModelSelect:
    return Case.select(Case.ref, *silence.columns(Case.ref))


def _unheard_of(ref: str, *heard: Any) -> Thing:
    return Thing(f"silent:{ref}", silence.Heard(*heard).falls_due(), False)


def _moved(_: Asker, __: Any) -> peewee.ModelSelect:
    return Asked.select(Asked.ref, Asked.asked_at).join(Case, on=(Asked.case == Case.ref))


def _alike(_: Asker, __: Any) -> peewee.ModelSelect:
    return Likeness.select(Likeness.ref, Likeness.asked_at).join(Case, on=(Likeness.case == Case.ref))


def _reviews(_: Asker, __: Any) -> peewee.ModelSelect:
    return AccessReview.select(AccessReview.ref, AccessReview.asked_at).join(Person)


def _rounds(_: Asker, __: Any) -> peewee.ModelSelect:
    return rounds.waiting()


def _round(person: str, *since: Any) -> Thing:
    return Thing(f"round:{person}", rounds.Waits(person, *since).falls_due(), False)


def _insights_due(actor: Asker, _: Any) -> peewee.Expression:
    return due.insights(actor, actor.today)


def _on_day(kind: str) -> Callable[[str, Any], Thing]:
    """How a row of a ref and a day is read."""
    return lambda ref, on: Thing(f"{kind}:{ref}", _day(on), False)


def _since(kind: str, *, cannot_wait: bool = False) -> Callable[[str, Any], Thing]:
    """How a row of a ref and an instant is read."""
    return lambda ref, at: Thing(f"{kind}:{ref}", _day_of(at), cannot_wait)


def _near(column: peewee.Field) -> Callable[[Asker], Any]:
    return lambda actor: column.in_(due.related(actor))


def _everywhere(*_: Any) -> Any:
    return peewee.SQL("1 = 1")


def _request_near(_: Asker) -> Any:
    return Request.closed_at.is_null() | (Request.status == RequestStatus.ANSWERED)


def _asked(kind: str) -> Callable[[str, Any], Thing]:
    return lambda ref, asked: Thing(f"{kind}:{ref}", _day_of(asked), False)


SOURCES = (
    Source(_tasks, due.tasks_near, (
        _named_in(Task.assignee, _for(due.owned)),
        _works_in(Task.department, _for(due.queued)),
        _stands_in(Task, lambda: Task.assignee.in_(_away()), _for(due.stood_in_for)),
        _stands_in(Task, lambda: Task.assignee.is_null() & _deserted(Task.department, Task.case), _for(due.queued)),
        *_coordinate(Task.case, _for(due.unowned)),
        *_left_with(Task.case, _for(due.left_behind)),
    ), _task),
    Source(_requests, _request_near, (
        _named_in(Request.handler, OWED), _named_in(Request.named, OWED), _works_in(Request.department, OWED),
        _stands_in(Request, lambda: Request.handler.in_(_away()) | Request.named.in_(_away()), OWED),
        _stands_in(Request, lambda: _deserted(Request.department, Request.case), OWED),
        _named_in(Request.asker, MY_TURN),
        _is_on(Request.case, RelationKind.RESOURCE, OWNER, HELD),
        *_left_with(Request.case, _for(due.requests)),
    ), _request),
    Source(_minutes, _near(Meeting.case), _coordinate(Meeting.case, due.minutes), _without_minutes),
    Source(_offers, _everywhere, (_named_in(Case.offered_to, _for(due.offers)),), _offer),
    Source(_suspicions, _everywhere, (_anyone(_for(due.suspicions)),), _suspicion, Action.SUSPICION_LIST),
    Source(
        _warnings, _near(WarningNote.case), _coordinate(WarningNote.case, _for(due.warnings)), _on_day("warning_note"),
    ),
    Source(_protections, _near(Party.case), _coordinate(Party.case, _for(due.protections)), _on_day("party")),
    Source(_insights, _everywhere, _coordinate(Insight.case, _insights_due), _on_day("insight")),
    Source(_silent, _near(Case.ref), _coordinate(Case.ref, due.silent), _unheard_of),
    Source(_moved, _near(Asked.case), _coordinate(Asked.case, _for(due.moved), Asked), _asked("relation")),
    Source(_alike, _near(Likeness.case), _coordinate(Likeness.case, _for(due.likenesses)), _asked("likeness")),
    Source(_reviews, _everywhere, (_anyone(_for(reviews.open_for)),), _asked("review"), Action.ACCESS_REVIEW),
    Source(_rounds, lambda actor: Relation.person == actor.ref, (_own(Relation.person, _for(rounds.on_round)),), _round,
           Action.SUSPICION_LIST, one_by=Relation.person),
    Source(lambda actor, _: impartiality.declared_at(actor), _everywhere, (_anyone(_everywhere),),
           _since("exclusion"), Action.IMPARTIALITY_DECIDE),
    Source(lambda actor, _: signing.used_at(actor), _everywhere, (_anyone(_everywhere),),
           _since("emergency_use", cannot_wait=True), Action.EMERGENCY_SIGN),
)  # fmt: skip
