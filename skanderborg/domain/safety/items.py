"""The points of the safety plan: agreed on with the citizen, put in place, or dropped."""

from typing import Any

from ... import clock, policy
from ...errors import Invalid, NotFound
from ...kinds import Box, EventKind, SafetyStatus
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case
from ...store.db import transaction
from ...store.idempotency import creates
from ...store.people import Person
from ...store.plans import SafetyItem
from ...store.work import Task
from .. import tasks, written
from ..verbs import reads, verb, work
from ..written import revise_if_new
from . import suggestions

CLOSED = (SafetyStatus.IN_PLACE, SafetyStatus.DROPPED)
LONGEST_TITLE = 120


@reads(Action.CASE_READ)
def get(actor: Actor, case: Case, ref: str) -> SafetyItem:
    """A point of the plan of a case that the actor has loaded. Raises NotFound for one of another case."""
    return policy.part_of(case, SafetyItem, ref)


@creates(SafetyItem)
@work(Action.CASE_WORK)
def add(actor: Person, case: Case, **said: Any) -> SafetyItem:
    """Agree on a point with the citizen, by the columns of a SafetyItem. Raises Invalid on a closed case (D-16)."""
    return written.add(actor, EventKind.SAFETY_ITEM_ADDED, SafetyItem, case, **{"status": SafetyStatus.PLANNED} | said)


@transaction
def add_suggested(actor: Person, case: Case, suggestion_id: str, key: str | None) -> SafetyItem:
    """Take over a suggestion as a point of the plan. Raises NotFound for none that this case has."""
    found = next((one for one in suggestions(case) if one.id == suggestion_id), None)
    if found is None:
        raise NotFound()
    return add(actor, case, area=found.area, text=found.text, key=key)


@work(Action.CASE_WORK)
def describe(actor: Person, case: Case, item: SafetyItem, seen_version: int, **said: Any) -> SafetyItem:
    """Change a point: what, who, when, how far. Raises Conflict when someone was faster, Invalid on a closed case."""
    closed_on = item.closed_on or clock.today() if said["status"] in CLOSED else None
    return revise_if_new(actor, EventKind.SAFETY_ITEM_CHANGED, item, seen_version, closed_on=closed_on, **said)


@creates(Task)
@verb(Action.TASK_CREATE)
def make_task(actor: Person, case: Case, item: SafetyItem) -> Task:
    """Put a point on the board, in *Sikkerhed og børn*. Raises Invalid for one that is in place or dropped."""
    if item.status in CLOSED:
        raise Invalid("Kun det, der er aftalt og ikke på plads endnu, kan blive til en opgave.")
    today = clock.today()
    due_on = item.due_on if item.due_on and item.due_on >= today else None
    brief = f"Hvem: {item.who}" if item.who else None
    task = tasks.create(
        actor, case, title=_title(item.text), box=Box.SAFETY, due_on=due_on, brief=_in_full(item, brief)
    )  # fmt: skip
    events.record(actor, EventKind.SAFETY_ITEM_BECAME_TASK, item, changes={"title": [None, task.title]})
    return task


def _title(text: str) -> str:
    first = text.split("\n")[0]
    return first if len(first) <= LONGEST_TITLE else first[: LONGEST_TITLE - 1].rstrip() + "…"


def _in_full(item: SafetyItem, brief: str | None) -> str | None:
    """What the title leaves out stands with the task."""
    said = [item.text if _title(item.text) != item.text else None, brief]
    return "\n\n".join(part for part in said if part) or None
