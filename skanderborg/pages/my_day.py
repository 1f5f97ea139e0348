"""Min dag: what waits for one person, the most urgent first."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..addresses import Place
from ..domain import access, due, letters, meetings, silence, tasks
from ..domain.access import impartiality
from ..domain.requests.marks import is_urgent
from ..domain.verbs import reads
from ..policy import Action
from ..store import events, keys
from ..store.cases import Case, Party
from ..store.outbox import OutboxLetter
from ..store.people import Person
from ..store.plans import WarningNote
from ..store.prepared import Parameter, prepared, read
from ..store.work import Meeting, Request, Task
from . import requests

DAYS_AHEAD = 7
LONGEST_LIST = 200
LONGEST_FAILED = 50


class Silent(NamedTuple):
    """A case in which nobody has talked with the citizen for long, and since when."""

    case: str
    code: str
    since: date


class Review(NamedTuple):
    """Something of a case that is to be looked at again, since when, and where."""

    case: str
    code: str
    label: str
    address: str
    due_on: date


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
    reviews: list[Review]
    silent: list[Silent]
    failed: list[OutboxLetter]
    undecided: int  # who said that they are inhabile, for the actor to decide

    @property
    def is_empty(self) -> bool:
        """Whether nothing is open: then the action card is more use."""
        return not any(self)

    @property
    def is_calm(self) -> bool:
        """Whether nothing must be seen to today."""
        urgent = self.overdue or self.today or self.unclaimed or self.offers or self.urgent_requests
        return not (urgent or self.reviews or self.without_minutes or self.silent)


@reads(Action.MY_DAY)
def of(actor: Person) -> Day:
    """What waits for the actor, of what he or she may see now; the look is written down."""
    now = clock.now()
    today = clock.today(now)
    mine = [policy.allow_part(task, actor) for task in _of(actor, today)]
    asked = requests.waiting_for(actor)
    cases, agreed, reviews, silent, failed = _waiting(actor, now, _end_of(today + timedelta(days=DAYS_AHEAD)))
    day = Day(
        **_by_day(mine, today),
        unclaimed=[case for case in cases if case.offered_to_id != actor.ref],
        offers=[case for case in cases if case.offered_to_id == actor.ref],
        urgent_requests=[request for request in asked if is_urgent(request)],
        requests=[request for request in asked if not is_urgent(request)],
        meetings=[meeting for meeting in agreed if meeting.ends_at > now],
        without_minutes=[meeting for meeting in agreed if meeting.ends_at <= now],
        reviews=reviews,
        silent=silent,
        failed=failed[:LONGEST_FAILED],
        undecided=impartiality.count(actor),
    )
    keys.preload({f"case:{row.case_id}" for row in [*mine, *asked]})
    events.looked_at_list(actor, "my-day:read")
    return day


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
    """Open tasks that wait for the actor, whoever owns them (see due.tasks); requests have a list of their own."""
    asker = policy.Asker(actor, roles, today)
    return (
        tasks.with_owners(policy.parts(asker, Task))
        .where(due.tasks_near(asker), due.tasks(asker))
        .order_by(Task.due_on.asc(nulls="LAST"), Task.created_at, Task.ref)
        .limit(LONGEST_LIST)
    )


def _by_day(mine: list[Task], today: date) -> dict[str, list[Task]]:
    last = today + timedelta(days=DAYS_AHEAD)
    found: dict[str, list[Task]] = {"overdue": [], "today": [], "soon": [], "later": []}
    for task in mine:
        due = task.due_on or date.max
        place = "overdue" if due < today else "today" if due == today else "soon" if due <= last else "later"
        found[place].append(task)
    return found


def _waiting(
    actor: Person, now: datetime, until: datetime
) -> tuple[list[Case], list[Meeting], list[Review], list[Silent], list[OutboxLetter]]:
    """Cases that wait for an answer, danger first, then the oldest; meetings, soonest first; what is to be looked at
    again, and cases gone silent, the oldest first; letters that failed, newest first."""
    found: dict[str, list[Any]] = {kind: [] for kind in MADE_OF}
    takes_cases = policy.may(actor, Action.SUSPICION_LIST)
    shape = (policy.shape_of(actor), takes_cases)
    for kind, *values in _all_kinds.stored(*shape, actor=actor.ref, now=now, until=until, today=clock.today(now)):
        found[kind].append(MADE_OF[kind](*values))
    return (
        sorted(found["case"], key=lambda case: (not case.is_acute, case.reported_at, case.ref)),
        sorted(found["meeting"], key=lambda meeting: meeting.starts_at),
        sorted(found["warning"] + found["address"], key=lambda review: (review.due_on, review.code)),
        sorted((one for one in found["silent"] if one), key=lambda case: (case.since, case.code)),
        sorted(found["letter"], key=lambda letter: letter.failed_at, reverse=True),
    )


@prepared
def _all_kinds(
    roles: str, takes_cases: bool, *, actor: Parameter, now: Parameter, until: Parameter, today: Parameter
) -> peewee.ModelCompoundSelectQuery:
    """One query over all tables but tasks and requests, with what the page shows of each."""
    asker, nothing = policy.Asker(actor, roles, today), peewee.SQL("NULL")
    code = Case.select(Case.code).where(Case.ref == Meeting.case, policy.sees_case(asker))
    of_meeting = (peewee.Value("meeting"), Meeting.ref, Meeting.case, Meeting.kind, Meeting.starts_at, Meeting.ends_at)
    of_letter = (peewee.Value("letter"), OutboxLetter.ref, OutboxLetter.case, OutboxLetter.kind, OutboxLetter.failed_at)
    return (
        _waiting_cases(asker, takes_cases)
        .union_all(meetings.for_my_day(asker, now, until, *of_meeting, nothing, nothing, code, nothing, nothing))
        .union_all(_reviews("warning", WarningNote.review_on, due.warnings(asker), due.related(asker)))
        .union_all(_reviews("address", Party.protection_until, due.protections(asker), due.related(asker)))
        .union_all(_silent_cases(asker, now))
        .union_all(letters.failed_for(asker, *of_letter, nothing, Person.name, *[nothing] * 4))
    )


def _reviews(kind: str, on: peewee.Field, which: peewee.Expression, related: peewee.ModelSelect) -> peewee.ModelSelect:
    table, nothing = on.model, peewee.SQL("NULL")
    columns = (peewee.Value(kind), table.ref, table.case, *[nothing] * 3, on.cast("TEXT"), nothing, Case.code)
    return table.select(*columns, nothing, nothing).join(Case).where(table.case.in_(related), which)


def _waiting_cases(actor: policy.Asker, takes_cases: bool) -> peewee.ModelSelect:
    """Suspicions that nobody has taken, for who may take them, and cases whose tovholder the actor is asked to be."""
    waits = policy.is_asked_to_coordinate(actor)
    if takes_cases:
        waits |= access.is_unclaimed() & policy.sees_case(actor)
    reporter, addressed = Person.alias(), Person.alias()
    return (
        Case.select(
            peewee.Value("case"), Case.ref, Case.ref, Case.citizen_role, Case.reported_at, Case.claimed_at,
            reporter.name, addressed.name, Case.code, Case.is_acute, Case.offered_to,
        )
        .join(reporter, on=(Case.reported_by == reporter.ref))
        .switch(Case)
        .join(addressed, peewee.JOIN.LEFT_OUTER, on=(Case.addressed_to == addressed.ref))
        .where(Case.closed_at.is_null(), waits)
    )  # fmt: skip


def _case(*columns: Any) -> Case:
    ref, _, role, at, _, reporter, addressed, code, is_acute, offered_to = columns
    case = read(Case, ref=ref, citizen_role=role, reported_at=at, code=code, is_acute=is_acute, offered_to=offered_to)
    case.reported_by, case.addressed_to = Person(name=reporter), Person(name=addressed) if addressed else None
    return case


def _meeting(*columns: Any) -> Meeting:
    """A meeting, with the `code` of its case for who sees the case."""
    ref, case, kind, starts_at, ends_at, _, _, code, *_ = columns
    meeting = read(Meeting, ref=ref, case=case, kind=kind, starts_at=starts_at, ends_at=ends_at)
    meeting.code = code
    return meeting


def _silent_cases(asker: policy.Asker, now: Parameter) -> peewee.ModelSelect:
    nothing = peewee.SQL("NULL")
    talked_on, reported_at, reopened_at, next_contact_on = silence.columns(Case.ref)
    return Case.select(
        peewee.Value("silent"), Case.ref, Case.ref, peewee.Value(""), reported_at, reopened_at, talked_on,
        next_contact_on.cast("TEXT"), Case.code, nothing, nothing,
    ).where(Case.ref.in_(due.related(asker)), due.silent(asker, now))  # fmt: skip


def _silent(*columns: Any) -> Silent | None:
    """None for a case that is quiet, and not yet for long."""
    ref, _, _, reported, reopened, talked_on, waits, code, *_ = columns
    heard = silence.Heard(talked_on, reported, reopened, waits)
    return Silent(ref, code, heard.since()) if heard.falls_due() <= clock.today() else None


def _review(label: str, place: Place) -> Callable[..., Review]:
    def made(*columns: Any) -> Review:
        _, case, _, _, _, due_on, _, code, *_ = columns
        return Review(case, code, label, place.format(case=case), date.fromisoformat(due_on))

    return made


def _letter(*columns: Any) -> OutboxLetter:
    ref, case, kind, failed_at, _, name, *_ = columns
    letter = read(OutboxLetter, ref=ref, case=case, kind=kind, failed_at=failed_at)
    letter.person = Person(name=name)
    return letter


MADE_OF: dict[str, Callable[..., Case | Meeting | Review | Silent | OutboxLetter | None]] = {
    "case": _case,
    "meeting": _meeting,
    "silent": _silent,
    "warning": _review("En advarsel skal gennemgås", Place.SAFETY),
    "address": _review("Adressebeskyttelsen er udløbet", Place.PARTIES),
    "letter": _letter,
}


def _end_of(day: date) -> datetime:
    return clock.next_valid_instant(day, time(23, 59))
