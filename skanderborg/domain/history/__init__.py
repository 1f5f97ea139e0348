"""Historik: what was changed in a case, by whom and when. Looks are in the log, not here (decision 10)."""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from ... import policy
from ...policy import Action
from ...store.cases import Case
from ...store.events import Event
from ...store.people import Department, Person
from ...store.work import Task
from .. import rules
from ..cases import Page
from . import wording


class Change(NamedTuple):
    """A column's two values, in words."""

    what: str
    before: str
    after: str


class Entry(NamedTuple):
    """One thing that was done."""

    at: datetime
    who: str
    sentence: str
    about: str | None  # the task's title, where it is about one
    changes: list[Change]


def of_case(actor: Person, case: Case, number: int = 1) -> Page:
    """One page of what was written in a case, newest first, in words."""
    policy.require(actor, Action.CASE_READ, case)
    rows_a_page = rules.current().rows_a_page
    found = list(
        Event.select(Event, Person.ref, Person.name, Task.ref, Task.case, Task.title)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Event.actor == Person.ref), attr="person")
        .switch(Event)
        .join(Task, peewee.JOIN.LEFT_OUTER, on=(Event.object_ref == Task.ref), attr="task")
        .where(Event.chain == f"case:{case.ref}", Event.is_write == True)  # noqa: E712
        .order_by(Event.number.desc())
        .limit(rows_a_page + 1)
        .offset((number - 1) * rows_a_page)
    )
    shown = [(event, event.changes or {}) for event in found[:rows_a_page]]
    names = _names(set().union(*(wording.refs_in(changes) for _, changes in shown)))
    return Page([_entry(event, changes, names) for event, changes in shown], number, len(found) > rows_a_page)


def _names(refs: set[str]) -> dict[str, str]:
    """Names of the persons and departments behind refs, in one query."""
    if not refs:
        return {}
    persons = Person.select(Person.ref, Person.name).where(Person.ref.in_(list(refs)))
    departments = Department.select(Department.ref, Department.name).where(Department.ref.in_(list(refs)))
    return dict((persons | departments).tuples())


def _entry(event: Event, changes: dict[str, Any], names: dict[str, str]) -> Entry:
    worded = [
        Change(
            wording.COLUMNS[column],
            wording.value_of(event.object_kind, column, before, names),
            wording.value_of(event.object_kind, column, after, names),
        )
        for column, (before, after) in changes.items()
        if column in wording.COLUMNS
    ]
    person, task = getattr(event, "person", None), getattr(event, "task", None)
    return Entry(
        event.at, person.name if person else "Systemet", wording.SENTENCES.get(event.action, "ændrede sagen"),
        task.title if task else None, [one for one in worded if one.before != one.after],
    )  # fmt: skip
