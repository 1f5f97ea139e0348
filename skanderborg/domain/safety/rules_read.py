"""That everyone who may come to contact the citizen knows the rules as they are now, and not as they were.

The rules stand on the page of every open task, request and meeting of the case. When they change, who was asked to help
is told at once, and confirms with a press on that page to have read them. All of it is derived from the log.
"""

from datetime import datetime
from typing import Any, NamedTuple

import peewee

from ... import clock, policy
from ...kinds import WITH_DEPARTMENT, EventKind, LetterKind, MeetingStatus
from ...mail import outbox
from ...policy import Action
from ...store import events
from ...store.cases import Case, Relation
from ...store.db import chain_of_case, joined, transaction
from ...store.events import Event
from ...store.people import Person
from ...store.work import Meeting, Request, Task
from ..reminders import reach, reminded
from ..requests import addressees

AGREED = EventKind.CASE_SAFE_CONTACT_AGREED
Changed = Event.alias()
Part = Task | Request | Meeting
READ = {Task: Action.TASK_READ, Request: Action.REQUEST_READ, Meeting: Action.MEETING_READ}


class Rules(NamedTuple):
    """When the rules changed since a part of the case was made, if they did, and whether the actor, who did not change
    them, has yet to confirm that."""

    changed_at: datetime | None
    is_unread: bool


UNCHANGED = Rules(None, is_unread=False)


def beside(query: peewee.ModelSelect) -> peewee.ModelSelect:
    """A query for parts of cases beside their case, with what `since` reads: when the rules changed last, by whom, and
    who has confirmed that since. Literals, as the index `event_of_rules` has them."""
    of_case = Event.select().where(Event.chain == chain_of_case(Case.ref))
    changed = of_case.where(Event.action == peewee.SQL(f"'{AGREED}'"))
    read = of_case.where(Event.action == peewee.SQL(f"'{EventKind.CONTACT_RULES_READ}'"))
    changed_at = changed.select(peewee.fn.MAX(Event.at))
    return query.select_extend(
        changed_at.alias("rules_changed_at"),
        changed.select(Event.actor).order_by(Event.number.desc()).limit(1).alias("rules_changed_by"),
        read.select(joined(Event.actor, ",")).where(Event.at >= changed_at).alias("rules_read_by"),
    )


def is_unread(asker: policy.Asker, table: Any) -> peewee.Expression:
    """Whether the rules changed, by another, since an open task, request or planned meeting was made, and the asker,
    whom that concerns as `since` says, has not confirmed it. Literals, as in `beside`."""
    agreed, confirmed = (peewee.SQL(f"'{kind}'") for kind in (AGREED, EventKind.CONTACT_RULES_READ))
    chain = chain_of_case(table.case)
    knows = Event.select(peewee.SQL("1")).where(
        Event.chain == chain, Event.action.in_([agreed, confirmed]), Event.actor == asker.ref, Event.at >= Changed.at
    )
    changed = Changed.select(peewee.SQL("1")).where(
        Changed.chain == chain, Changed.action == agreed, Changed.actor != asker.ref, Changed.at > table.created_at,
        ~peewee.fn.EXISTS(knows),
    )  # fmt: skip
    helps = policy.helps(asker, table) & peewee.fn.EXISTS(changed)
    if table is Meeting:
        return helps & (Meeting.status == MeetingStatus.PLANNED)
    return helps & table.closed_at.is_null() & ~policy.sees_case_in(asker, table.case)


def since(actor: Person, part: Part) -> Rules:
    """How the rules stand on an open task, request or planned meeting that the actor has loaded with `beside`; of one
    that is over nothing changes any more. Who has the case before them at every page has nothing to confirm but at a
    meeting."""
    changed_at = Event.at.python_value(part.rules_changed_at)
    if changed_at is None or changed_at <= part.created_at or not _is_open(part):
        return UNCHANGED
    knows = actor.ref in (part.rules_changed_by, *(part.rules_read_by or "").split(","))
    is_helper = isinstance(part, Meeting) or not policy.may(actor, Action.CASE_READ, part.case)
    return Rules(changed_at, is_helper and not knows)


def _is_open(part: Part) -> bool:
    if isinstance(part, Meeting):
        return part.status == MeetingStatus.PLANNED
    return part.closed_at is None and part.case.closed_at is None


@transaction
def confirm(actor: Person, part: Part) -> None:
    """Write down that the actor has read the rules as they are, on the page of the part. Twice changes nothing."""
    policy.require(actor, READ[type(part)], part)
    if since(actor, part).is_unread:
        events.record(actor, EventKind.CONTACT_RULES_READ, part)


# ── who is told ─────────────────────────────────────────────────────────────────────────────────────


def tell(actor: Any, case: Case) -> None:
    """Owe everyone who was asked to help, or meets the citizen, a letter about the rules, one a person; inside the
    caller's transaction."""
    told, today = {actor.ref}, clock.today()
    for part, owners in _open_parts(case):
        for person in reach.reach(reach.side(owners, part), part, today):
            if person.ref not in told:
                outbox.put(LetterKind.CONTACT_RULES, person, key=f"rules:{case.ref}:v{case.version}", about=part)
            told.add(person.ref)


def _open_parts(case: Case) -> list[tuple[Part, list[Person]]]:
    """Planned meetings, requests that lie with a department, and tasks of helpers, each with whose they are now."""
    planned = Meeting.select().where(
        Meeting.case == case.ref, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > clock.now()
    )
    asked = Request.select().where(
        Request.case == case.ref, Request.closed_at.is_null(), Request.status.in_(WITH_DEPARTMENT)
    )
    found: list[tuple[Part, list[Person]]] = [(one, reminded.participants(one.ref)) for one in _of(case, planned)]
    found += [(one, addressees.owing(one)) for one in _of(case, asked)]
    return found + [(task, _helpers(task)) for task in _of(case, Task.select().where(*_helped(case)))]


def _of(case: Case, query: peewee.ModelSelect) -> list[Any]:
    rows = list(query)
    for row in rows:
        row.case = case
    return rows


def _helped(case: Case) -> tuple[peewee.Expression, ...]:
    """Open tasks that lie with someone who is not on the case, or with a queue."""
    on_case = Relation.select(Relation.person).where(Relation.case == case.ref, Relation.until_at.is_null())
    theirs = Task.assignee.is_null(False) & Task.assignee.not_in(on_case)
    queued = Task.assignee.is_null() & Task.department.is_null(False)
    return (Task.case == case.ref, Task.closed_at.is_null(), theirs | queued)


def _helpers(task: Task) -> list[Person]:
    if task.assignee_id:
        return list(Person.select().where(Person.ref == task.assignee_id, policy.may_have_part(task.case_id)))
    return addressees.in_department(task.case_id, task.department_id)
