"""Min dag: what waits for one person, the most urgent first (PRODUCT 3)."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import peewee

from .. import clock, policy
from ..kinds import Phase, TaskKind
from ..policy import Action
from ..store import events, keys
from ..store.cases import Case
from ..store.db import transaction
from ..store.outbox import OutboxLetter
from ..store.people import Person
from ..store.work import Meeting, Request, Task
from . import letters, meetings, requests, tasks

DAYS_AHEAD = 7
LONGEST_LIST = 200


class Day(NamedTuple):
    """Everything that is open for one person."""

    overdue: list[Task]
    today: list[Task]
    soon: list[Task]
    later: list[Task]
    unclaimed: list[Case]
    offers: list[Case]
    requests: list[Request]
    meetings: list[Meeting]
    without_minutes: list[Meeting]
    failed: list[OutboxLetter]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open: then the action card is more use."""
        return not any(self)


def of(actor: Person) -> Day:
    """What waits for the actor, of what he or she may see now; the look is written down."""
    policy.require(actor, Action.MY_DAY)
    now = clock.now()
    today = clock.today(now)
    mine = _tasks(actor)
    asked = requests.waiting_for(actor)
    waiting = _waiting_cases(actor)
    coming, without_minutes = meetings.for_my_day(actor, _end_of(today + timedelta(days=DAYS_AHEAD)))
    day = Day(
        **_by_day(mine, today),
        unclaimed=[case for case in waiting if case.offered_to_id != actor.ref],
        offers=[case for case in waiting if case.offered_to_id == actor.ref],
        requests=asked, meetings=coming, without_minutes=without_minutes, failed=letters.failed_for(actor),
    )  # fmt: skip
    keys.preload({f"case:{row.case_id}" for row in [*mine, *asked]})
    _looked(actor)
    return day


def _tasks(actor: Person) -> list[Task]:
    """Open tasks of the actor's, and those that wait untaken in a queue of his or her departments; requests have a
    list of their own."""
    mine = Task.assignee == actor.ref
    queued = Task.assignee.is_null() & Task.department.in_(policy.my_departments(actor))
    query = (
        tasks.with_owners(policy.parts(actor, Task))
        .where(mine | queued, Task.closed_at.is_null(), Case.closed_at.is_null(), Task.kind != TaskKind.REQUEST)
        .order_by(Task.due_on.asc(nulls="LAST"), Task.created_at, Task.ref)
        .limit(LONGEST_LIST)
    )
    return [policy.allow_part(task, actor) for task in query]


def _by_day(mine: list[Task], today: date) -> dict[str, list[Task]]:
    last = today + timedelta(days=DAYS_AHEAD)
    found: dict[str, list[Task]] = {"overdue": [], "today": [], "soon": [], "later": []}
    for task in mine:
        due = task.due_on or date.max
        place = "overdue" if due < today else "today" if due == today else "soon" if due <= last else "later"
        found[place].append(task)
    return found


def _waiting_cases(actor: Person) -> list[Case]:
    """Suspicions that nobody has taken, for who may take them, and cases whose tovholder the actor is asked to be."""
    waits = Case.offered_to == actor.ref
    if policy.may(actor, Action.SUSPICION_LIST):
        waits |= (Case.phase == Phase.SUSPICION) & Case.claimed_at.is_null()
    addressed = Person.alias()
    return list(
        Case.select(Case, Person, addressed)
        .join(Person, on=(Case.reported_by == Person.ref))
        .switch(Case)
        .join(addressed, peewee.JOIN.LEFT_OUTER, on=(Case.addressed_to == addressed.ref))
        .where(policy.sees_case(actor), Case.closed_at.is_null(), waits)
        .order_by(Case.reported_at, Case.ref)
    )


def _end_of(day: date) -> datetime:
    return clock.next_valid_instant(day, time(23, 59))


@transaction
def _looked(actor: Person) -> None:
    """Nothing is shown unless the look is written down; reading before it keeps the write short (REL-04)."""
    events.looked_at_list(actor, "my-day:read")
