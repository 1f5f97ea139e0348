"""Min dag: what waits for one person, the most urgent first."""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import peewee

from ... import clock, policy
from ...domain import due, tasks
from ...domain.access import impartiality
from ...domain.cases import identity
from ...domain.emergency import signing
from ...domain.oversight import reviews
from ...domain.requests.marks import is_urgent
from ...domain.retention import deciding
from ...domain.tasks import several
from ...domain.verbs import reads
from ...policy import Action
from ...store import events, keys
from ...store.cases import Case, Party
from ...store.outbox import OutboxLetter
from ...store.people import Person
from ...store.prepared import Parameter, prepared
from ...store.work import Meeting, Request, Task
from .. import requests
from . import waiting
from .waiting import Expected, Happened, Review, Silent

DAYS_AHEAD = 7
NEWS_DAYS = 14  # how far back what is new reaches, for who was away
LONGEST_LIST = 200
LONGEST_FAILED = 50


class Day(NamedTuple):
    """Everything that is open for one person."""

    overdue: list[Task]
    today: list[Task]
    soon: list[Task]
    later: list[Task]
    unclaimed: list[Case]
    offers: list[Case]
    urgent_requests: list[Request]
    requests: list[Request]
    meetings: list[Meeting]
    without_minutes: list[Meeting]
    unread: list[str]  # addresses of what has other contact rules than were read
    reviews: list[Review]
    silent: list[Silent]
    failed: list[OutboxLetter]
    undecided: int  # who said that they are inhabile, for the actor to decide
    to_sign: int  # uses of the emergency access, for the actor to look at
    to_erase: int  # cases that somebody said yes to, for the actor to decide
    to_review: int  # people of whom the actor confirms what they have
    expected: list[Expected]
    news: list[Happened]
    round_since: date | None = None  # since when the actor's round waits
    news_since: date | None = None  # the last day on which the actor opened the page; None for what is empty

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open or new: then the action card is more use."""
        return not any(self[:-1])

    @property
    def is_calm(self) -> bool:
        """Whether nothing must be seen to today."""
        urgent = self.unread or self.overdue or self.today or self.unclaimed or self.offers or self.urgent_requests
        return not (urgent or self.reviews or self.without_minutes or self.silent)

    @property
    def has_several(self) -> bool:
        """Whether there are tasks that may be dealt with at once."""
        mine = (*self.overdue, *self.today, *self.soon, *self.later)
        return sum(several.may_be_chosen(task) for task in mine) > 1

    @property
    def has_tasks(self) -> bool:
        """Whether any task waits; to somebody who has none, requests are the day's work."""
        return bool(self.overdue or self.today or self.soon or self.later)


@reads(Action.MY_DAY)
def of(actor: Person) -> Day:
    """What waits for the actor, of what he or she may see now; the look is written down."""
    now = clock.now()
    today = clock.today(now)
    mine = [policy.allow_part(task, actor) for task in _of(actor, today)]
    asked = requests.waiting_for(actor)
    found = waiting.of(actor, now, _end_of(today + timedelta(days=DAYS_AHEAD)), now - timedelta(days=NEWS_DAYS))
    news = found.news[:LONGEST_LIST]
    new = {one.request for one in news}  # an answer that is told of as new is not told of twice
    asked = [request for request in asked if request.ref not in new]
    day = Day(
        **_by_day(mine, today),
        unclaimed=[case for case in found.cases if case.offered_to_id != actor.ref],
        offers=[case for case in found.cases if case.offered_to_id == actor.ref],
        urgent_requests=[request for request in asked if is_urgent(request)],
        requests=[request for request in asked if not is_urgent(request)],
        meetings=[meeting for meeting in found.meetings if meeting.ends_at > now],
        without_minutes=[meeting for meeting in found.meetings if meeting.ends_at <= now],
        unread=found.unread,
        reviews=found.reviews,
        silent=found.silent,
        failed=found.failed[:LONGEST_FAILED],
        undecided=impartiality.count(actor),
        to_sign=signing.count(actor),
        to_erase=deciding.count(actor),
        to_review=reviews.count(actor),
        expected=found.expected,
        news=news,
        round_since=found.round_since,
        news_since=clock.today(found.seen_at),
    )
    tasks_and_requests = {row.case_id for row in [*mine, *asked]}
    keys.preload({f"case:{ref}" for ref in tasks_and_requests})
    events.looked_at_list(actor, "my-day:read", tasks_and_requests | found.of_cases)
    return day


@reads(Action.MY_DAY)
def to_choose(actor: Person) -> list[Task]:
    """The tasks of the actor's day that may be dealt with several at once; the look is written down."""
    mine = [policy.allow_part(task, actor) for task in _of(actor, clock.today())]
    found = [task for task in mine if several.may_be_chosen(task) and policy.may(actor, Action.TASK_WORK, task)]
    events.looked_at_list(actor, "my-day:several", [task.case_id for task in found])
    return found


@reads(Action.MY_DAY)
def counts(actor: Person) -> dict[str, int]:
    """How many tasks stand in each group of the actor's day now, by the group's name in `Day`."""
    today = clock.today()
    found = _by_day(_of(actor, today), today)
    return {place: len(tasks) for place, tasks in found.items()}


def _of(actor: Person, today: date) -> list[Task]:
    return _tasks.all(policy.shape_of(actor), actor=actor.ref, today=today)


@prepared
def _tasks(roles: str, *, actor: Parameter, today: Parameter) -> peewee.ModelSelect:
    """Open tasks that wait for the actor, whoever owns them (see due.tasks), with the citizen of each one's case;
    requests have a list of their own."""
    asker = policy.Asker(actor, roles, today)
    return (
        tasks.with_owners(policy.parts(asker, Task))
        .select_extend(Party.ref, Party.case, Party.name)
        .join_from(Case, Party, peewee.JOIN.LEFT_OUTER, on=identity.is_citizen(), attr="citizen")
        .where(due.tasks_near(asker), due.tasks(asker))
        .order_by(Task.due_on.asc(nulls="LAST"), Task.created_at, Task.ref)
        .limit(LONGEST_LIST)
    )


def _by_day(mine: list[Task], today: date) -> dict[str, list[Task]]:
    last = today + timedelta(days=DAYS_AHEAD)
    found: dict[str, list[Task]] = {"overdue": [], "today": [], "soon": [], "later": []}
    for task in mine:
        due_on = task.due_on or date.max
        place = "overdue" if due_on < today else "today" if due_on == today else "soon" if due_on <= last else "later"
        found[place].append(task)
    return found


def _end_of(day: date) -> datetime:
    return clock.next_valid_instant(day, time(23, 59))
