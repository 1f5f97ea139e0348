"""What was said of safety: the latest assessment, and why it must be made again.

It is read from the events: the task itself holds only what was written last, be it the one or the other.
"""

from datetime import datetime
from typing import NamedTuple

import peewee

from ... import policy
from ...kinds import EventKind, TaskKind
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.events import Event
from ...store.people import Person
from ...store.work import Task
from ..verbs import reads
from .safety import DANGER_AGAIN, MADE_ACUTE
from .undo import UNDONE

ASSESSED, TO_ASSESS_AGAIN = EventKind.TASK_ASSESSED, EventKind.TASK_TO_ASSESS_AGAIN


class Remark(NamedTuple):
    """Words about safety, by whom and when."""

    text: str
    who: str
    at: datetime


class Remarks(NamedTuple):
    """The latest assessment that nobody took back, and every reason since then to make it anew, the oldest first."""

    latest: Remark | None
    whys: list[Remark]


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> tuple[Task | None, Remarks | None]:
    """The safety task of a case that the actor has loaded, and what was said of it, in one query."""
    rows = _rows(case.ref, on_case=True)
    return (rows[0], _told(rows)) if rows else (None, None)


@reads(Action.TASK_READ)
def remarks(actor: Actor, task: Task) -> Remarks | None:
    """What was said of safety, in one query; None for a task that is no assessment of it.

    A helper, who sees the task and not the case, is told what was written on the task. Raises NotAllowed.
    """
    if task.kind != TaskKind.SAFETY:
        return None
    return _told(_rows(task.case_id, on_case=policy.may(actor, Action.CASE_READ, task.case)))


def _rows(case_ref: str, on_case: bool) -> list[Task]:
    """The safety task beside each of its events (`event`) with who it was (`event.person`), the oldest first."""
    of_task = (Event.object_ref == Task.ref) & Event.action.in_([ASSESSED, TO_ASSESS_AGAIN, UNDONE])
    of_case = (Event.object_ref == case_ref) & Event.action.in_([MADE_ACUTE, DANGER_AGAIN])
    about = (Event.chain == f"case:{case_ref}") & ((of_task | of_case) if on_case else of_task)
    return list(
        Task.select(Task, Event, Person.ref, Person.name)
        .join(Event, peewee.JOIN.LEFT_OUTER, on=about, attr="event")
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Event.actor == Person.ref), attr="person")
        .where(Task.case == case_ref, Task.kind == TaskKind.SAFETY)
        .order_by(Event.number)
    )


def _told(rows: list[Task]) -> Remarks:
    found = [row.event for row in rows if getattr(row, "event", None)]
    taken_back = {event.version - 1 for event in found if event.action == UNDONE}
    assessed = [event for event in found if event.action == ASSESSED and event.version not in taken_back]
    latest = _said(assessed[-1]) if assessed else None
    calls = [event for event in found if event.action in (TO_ASSESS_AGAIN, MADE_ACUTE, DANGER_AGAIN)]
    whys: dict[str, Remark] = {}  # a case that becomes acute and its task say the same thing
    for event in calls:
        why = _said(event)
        if why.text and (latest is None or event.number > assessed[-1].number):
            whys.setdefault(why.text, why)
    if latest:
        whys.pop(latest.text, None)  # an assessment by which danger remains
    return Remarks(latest, list(whys.values()))


def _said(event: Event) -> Remark:
    person = getattr(event, "person", None)
    _, text = event.changes.get("reason", (None, None))  # the police's warning only moves the day
    return Remark(text or "", person.name if person else "Systemet", event.at)
