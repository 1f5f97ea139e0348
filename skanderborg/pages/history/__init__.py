"""Historik: what was changed in a case, by whom and when. Looks are in the log, not here (decision 10)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from ... import policy
from ...domain import links, paging, protection
from ...domain.paging import Page
from ...domain.verbs import reads
from ...errors import NotAllowed, NotFound
from ...kinds import EventKind, MessageKind
from ...policy import Action
from ...store import columns, events
from ...store.cases import Case, Likeness
from ...store.db import transaction
from ...store.events import Event
from ...store.people import Department, Person
from ...store.work import Meeting, Request, RequestMessage, Task
from . import wording

GIVEN = {"assignee", "department", "handler", "named"}  # columns by which a task or request becomes someone's
MOST_SINCE = 5  # changes that one who was away for a while is told of
MESSAGES = {EventKind.REQUEST_ASKED: MessageKind.QUESTION, EventKind.REQUEST_REPLIED: MessageKind.REPLY}


class HistoryChange(NamedTuple):
    """A column's two values, in words."""

    what: str
    before: str
    after: str


class HistoryEntry(NamedTuple):
    """One thing that was done."""

    at: datetime
    who: str
    sentence: str
    about: str | None  # the task's title, where it is about one
    changes: list[HistoryChange]


class Done(NamedTuple):
    """What was done to a thing meanwhile: what it is, its title if it has one, and each change, the oldest first."""

    thing: str
    title: str | None
    entries: list[HistoryEntry]
    nothing: str = wording.NOTHING


@reads(Action.CASE_READ)
def of_case(actor: Person, case: Case, number: int = 1) -> Page:
    """One page of what was written in a case, newest first, in words."""
    query = (
        Event.select(Event, Person.ref, Person.name, Task.ref, Task.case, Task.title)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Event.actor == Person.ref), attr="person")
        .switch(Event)
        .join(Task, peewee.JOIN.LEFT_OUTER, on=(Event.object_ref == Task.ref), attr="task")
        .where(Event.chain == f"case:{case.ref}", Event.is_write == True, *_not_hidden(actor, case))  # noqa: E712
        .order_by(Event.number.desc())
    )
    page = paging.counted(query, number)
    shown = [(event, _changes_for(actor, case, event)) for event in page.rows]
    names = _names(set().union(*(wording.refs_in(event.object_kind, changes) for event, changes in shown)))
    is_masked = protection.masked(case)
    entries = [_entry(event, changes, names, is_masked) for event, changes in shown]
    return page._replace(rows=[_veiled(actor, *pair) for pair in zip(page.rows, entries, strict=True)])


# ── what was done while a form stood open ───────────────────────────────────────────────────────────


@transaction
def since(actor: Person, row: Any, seen_version: int, beside: Collection[str] = ()) -> Done | None:
    """What was done to a row after the version that was seen, in words; `beside` are columns that are shown elsewhere.

    Who only helps is told what changed of a task and what was said about a request, else who did what and when. None
    for what hangs on no case, and where the actor does not see the row any more.
    """
    try:
        case = _case_behind(actor, row)
    except (NotFound, NotAllowed):
        return None
    found = _done_to(row, case, seen_version) if case else []
    if case and not policy.may(actor, Action.CASE_READ, case):
        found = _since_it_came(actor, found)
    if not case or not found:
        return None
    events.looked(actor, "conflict:read", row)
    is_open = isinstance(row, Task) or policy.may(actor, Action.CASE_READ, case)
    shown = [(event, _but(_changes_for(actor, case, event), beside) if is_open else {}) for event in found]
    names = _names(set().union(*(wording.refs_in(event.object_kind, changes) for event, changes in shown)))
    is_masked = protection.masked(case)
    entries = [_veiled(actor, event, _entry(event, changes, names, is_masked)) for event, changes in shown]
    entries = [_as_me(actor, *pair) for pair in zip(found, entries, strict=True)]
    thing = wording.THINGS.get(row._meta.table_name, wording.SOMETHING)
    title = row.title if isinstance(row, Task) else None
    is_told = is_open or not row.__data__.get("frozen_at")  # what rested on a consent is not shown again without it
    return Done(thing, title, _with_messages(row, found, entries) if is_told else entries)


def _case_behind(actor: Person, row: Any) -> Case | None:
    """The case on which a row hangs, loaded by way of the row where it is one that can be helped with."""
    for model, load in ((Task, policy.task_for), (Request, policy.request_for), (Meeting, policy.meeting_for)):
        if isinstance(row, model):
            return load(actor, row.ref, policy.READ[model]).case
    ref = row.ref if isinstance(row, Case) else getattr(row, "__data__", {}).get("case")
    return policy.case_for(actor, ref, Action.CASE_READ) if ref else None


def _done_to(row: Any, case: Case, seen_version: int) -> list[Event]:
    """The latest events of a row after the version that was seen, in order."""
    rows = (
        Event.select(Event, Person.ref, Person.name)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Event.actor == Person.ref), attr="person")
        .where(Event.chain == f"case:{case.ref}", Event.object_ref == row.ref, Event.is_write == True)  # noqa: E712
        .order_by(Event.number.desc())
        .limit(MOST_SINCE)
    )
    if "version" in row._meta.fields:  # a row without one is never changed: its one event tells of it
        rows = rows.where(Event.version > seen_version)
    return list(reversed(rows))


def _since_it_came(actor: Person, found: list[Event]) -> list[Event]:
    """To who merely helps: only what was done since the thing became theirs, and not what was written before it was."""
    mine = {actor.ref, *(ref for (ref,) in policy.my_departments(actor).tuples())}
    came = [
        place for place, event in enumerate(found)
        for column, (_, value) in (event.changes or {}).items() if column in GIVEN and value in mine
    ]  # fmt: skip
    return found[came[-1] + 1 :] if came else found


def _but(changes: dict[str, Any], beside: Collection[str]) -> dict[str, Any]:
    return {column: pair for column, pair in changes.items() if column not in beside}


def _as_me(actor: Person, event: Event, entry: HistoryEntry) -> HistoryEntry:
    return entry._replace(who="Du") if event.actor == actor.ref else entry


def _with_messages(row: Any, found: list[Event], entries: list[HistoryEntry]) -> list[HistoryEntry]:
    """Each question and reply with its words: such an event has one message, the latest the latest."""
    if not any(event.action in MESSAGES for event in found):
        return entries
    messages = RequestMessage.select().where(RequestMessage.request == row.ref).order_by(RequestMessage.at.desc())
    left = list(messages.limit(MOST_SINCE))
    for place, event in reversed(list(enumerate(found))):
        message = next((one for one in left if one.kind == MESSAGES.get(event.action)), None)
        if message:
            left.remove(message)
            said = HistoryChange(message.kind.label, wording.NOTHING, message.text)
            entries[place] = entries[place]._replace(changes=[*entries[place].changes, said])
    return entries


# ── what of it is shown ─────────────────────────────────────────────────────────────────────────────


def _not_hidden(actor: Person, case: Case) -> list[peewee.Expression]:
    """No duty of others, no link to a case that the actor does not see, and not whether someone named is the actor."""
    no_link = (Event.object_kind != "case_link") | Event.object_ref.in_(links.seen(actor, case.ref))
    about_me = Likeness.select(Likeness.ref).where(Likeness.person == actor.ref)
    return [_no_duty_of_others(actor), no_link, Event.object_ref.not_in(about_me)]


def _no_duty_of_others(actor: Person) -> peewee.Expression:
    """What happened to someone's personal duty is shown to that person only."""
    return Task.ref.is_null() | policy.no_duty_of_others(actor) | (Task.duty_of == actor.ref)


def _is_anothers_report(actor: Person, event: Event) -> bool:
    return event.object_kind in ("child_report", "child_step") and event.actor != actor.ref


def _changes_for(actor: Person, case: Case, event: Event) -> dict[str, Any]:
    """What others did with their duty to report concern for a child is never opened (D-15), and why someone is excluded
    only to who sets exclusions."""
    if _is_anothers_report(actor, event):
        return {}
    is_hidden = event.object_kind == "exclusion" and not policy.may(actor, Action.CASE_EXCLUDE, case)
    return _but(event.changes or {}, ["reason"] if is_hidden else [])


def _veiled(actor: Person, event: Event, entry: HistoryEntry) -> HistoryEntry:
    """That someone assessed the duty is no secret; who did, and so who did not, is."""
    return entry._replace(who="En på sagen") if _is_anothers_report(actor, event) else entry


def _names(refs: set[str]) -> dict[str, str]:
    """Names of the persons and departments behind refs, in one query."""
    if not refs:
        return {}
    persons = Person.select(Person.ref, Person.name).where(Person.ref.in_(list(refs)))
    departments = Department.select(Department.ref, Department.name).where(Department.ref.in_(list(refs)))
    return dict((persons | departments).tuples())


def _entry(event: Event, changes: dict[str, Any], names: dict[str, str], is_masked: bool) -> HistoryEntry:
    worded = [
        _change(event, column, pair, names, is_masked)
        for column, pair in changes.items()
        if columns.label_of(event.object_kind, column)
    ]
    person, task = getattr(event, "person", None), getattr(event, "task", None)
    return HistoryEntry(
        event.at, person.name if person else "Systemet", wording.SENTENCES.get(event.action, "ændrede sagen"),
        task.title if task else None, [one for one in worded if one],
    )  # fmt: skip


def _change(event: Event, column: str, pair: list[Any], names: dict[str, str], is_masked: bool) -> HistoryChange | None:
    """A column that changed, in words; None where both read the same. What tells where someone is stays hidden."""
    before, after = (wording.value_of(event.object_kind, column, value, names) for value in pair)
    if before == after:
        return None
    if is_masked and protection.hides(event.object_kind, column):
        before, after = (wording.NOTHING if value is None else protection.HIDDEN for value in pair)
    return HistoryChange(columns.label_of(event.object_kind, column), before, after)
