"""Undo: a new verb that restores what a task was, from the sealed changes of its last event (decision 10)."""

from datetime import date, datetime
from typing import Any

import peewee

from ... import clock, policy
from ...errors import Conflict, Invalid
from ...kinds import EventKind
from ...mail import outbox
from ...policy import Action
from ...store.events import Event
from ...store.fields import UtcField
from ...store.people import Department, Person
from ...store.work import Task
from .. import tasks, verbs
from ..verbs import verb
from ..written import revise
from . import owners, safety

UNDONE = EventKind.TASK_UNDONE
WHAT = {
    EventKind.TASK_ASSIGNED: "Opgaven er tildelt.",
    EventKind.TASK_TAKEN: "Du har taget opgaven.",
    EventKind.TASK_STARTED: "Opgaven er i gang.",
    EventKind.TASK_WAITING: "Opgaven afventer.",
    EventKind.TASK_COMPLETED: "Opgaven er udført.",
    EventKind.TASK_SET_ASIDE: "Opgaven er markeret som ikke relevant.",
    EventKind.TASK_POSTPONED: "Opgaven er udskudt.",
    EventKind.TASK_REOPENED: "Opgaven er genåbnet.",
    EventKind.TASK_ASSESSED: "Sikkerheden er vurderet.",
}
ANOTHER_DAY = "Det kan ikke fortrydes længere. Bed tovholderen om at genåbne opgaven."
TOO_LATE = "Det kan ikke fortrydes: opgaven er ændret siden. Åbn opgaven, se, hvordan den står nu, og ret den der."


def offer(actor: Person, task: Task) -> str | None:
    """What the actor did last to the task and can take back, in words; None where there is nothing to take back."""
    done = getattr(task, "just_done", None) or _own_last(actor, task)
    if done not in WHAT or _is_let_go(actor, task):
        return None
    return WHAT[done] if policy.may(actor, _needed(done), task) else None


def _own_last(actor: Person, task: Task) -> Any:
    """What was done last to the task, where it was the actor who did it."""
    last = _last(task)
    return last.action if last and (last.version, last.actor) == (task.version, actor.ref) else None


@verb(Action.TASK_WORK)
def undo(actor: Person, task: Task, seen_version: int) -> Task:
    """Take back one's own last change of a task: exactly the former state, as a new version.

    Letters about it that are not sent yet are withdrawn. Raises Conflict when someone changed it since, Invalid when
    there is nothing to take back or the case is closed. Doing it twice changes nothing the second time.
    """
    last = _last(task)
    if last and last.action == UNDONE and last.actor == actor.ref and task.version == seen_version + 1:
        return tasks.as_it_was(actor, task)
    if last is None or last.version != seen_version or last.actor != actor.ref or task.version != seen_version:
        raise Conflict(TOO_LATE)
    if _is_let_go(actor, task):
        raise Conflict(ANOTHER_DAY)
    verbs.refuse_closed(task.case)
    if last.action not in WHAT:
        raise Invalid("Der er ikke noget at fortryde. Åbn opgaven, og ret den der.")
    policy.require(actor, _needed(last.action), task)
    before = {name: _value(name, values[0]) for name, values in last.changes.items()}
    _refuse_owners_who_may_not(task, before)
    outbox.void(task)
    undone = revise(actor, EventKind.TASK_UNDONE, task, seen_version, **before)
    with_it = _acute_with(last) if last.action == EventKind.TASK_ASSESSED else None
    if with_it:
        safety.mark(actor, task.case, with_it.changes["is_acute"][0], None)
    return undone


def _is_let_go(actor: Person, task: Task) -> bool:
    """Whether the actor only helped with a task that is done since another day: it is not theirs to open any more."""
    if task.closed_at is None or policy.may(actor, Action.CASE_WORK, task.case):
        return False
    return clock.today(task.closed_at) != clock.today()


def _needed(done: str) -> Action:
    return Action.TASK_ASSIGN if done == EventKind.TASK_ASSIGNED else Action.TASK_WORK


def _refuse_owners_who_may_not(task: Task, before: dict[str, Any]) -> None:
    """Someone may have been excluded from the case since, also while the task was closed."""
    assignee, department = (before.get(name, task.__data__[name]) for name in ("assignee", "department"))
    owners.fit(
        task.case,
        Person.get_by_id(assignee) if assignee else None,
        Department.get_by_id(department) if department else None,
    )


def _acute_with(assessed: Event) -> Event | None:
    """The event by which an assessment let the case stand as acute or no longer: the next one, of the same moment."""
    return Event.get_or_none(
        Event.chain == assessed.chain,
        Event.number == assessed.number + 1,
        Event.actor == assessed.actor,
        Event.action.in_([safety.MADE_ACUTE, safety.NO_LONGER_ACUTE]),
    )


def _last(task: Task) -> Event | None:
    """The last event that changed this task."""
    return (
        Event.select()
        .where(Event.chain == f"case:{task.case_id}", Event.object_ref == task.ref, Event.is_write == True)  # noqa: E712
        .order_by(Event.number.desc())
        .first()
    )


def _value(name: str, kept: Any) -> Any:
    """A column's value from the JSON of an event."""
    field = Task._meta.fields[name]
    if kept is None:
        return None
    if isinstance(field, UtcField):
        return datetime.fromisoformat(kept)
    if isinstance(field, peewee.DateField):
        return date.fromisoformat(kept)
    return kept
