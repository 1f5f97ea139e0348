"""Min afdeling: what waits too long with the staff of a department, for who heads it (decision 25).

A bare list: what kind, since when, how it stands and whose it is. Never the case, nor anything that names it; which
rows there are, policy/departments.py says. Who heads the department may remind, and give what lies in its queue to one
of its members.
"""

from datetime import date
from typing import NamedTuple

from .. import clock, policy
from ..errors import Conflict, Invalid, NotFound
from ..kinds import EventKind, Kind, LetterKind, Mark, RequestStatus, TaskKind
from ..mail import outbox
from ..policy import Action
from ..store import events
from ..store.db import lock_chain, transaction
from ..store.outbox import OutboxLetter
from ..store.people import Absence, Membership, Person
from ..store.work import Request, Task
from . import access, paging, people, verbs
from .reminders.reach import reach, side, tovholder
from .requests import addressees, answers
from .tasks import owners
from .tasks.marks import mark_of
from .verbs import verb
from .written import revise

UNTOUCHED, UNTAKEN = "Ikke vurderet", "Ikke taget"
TAKEN_ALREADY = "En kollega har taget den, mens du så på den."
CHOOSE_ANOTHER = "Vælg en anden. Den valgte kan ikke få den nu."
OF_TASK = (LetterKind.TASK_REMINDER, EventKind.TASK_REMINDED)
OF_REQUEST = (LetterKind.REQUEST_REMINDER, EventKind.REQUEST_REMINDED)


class Line(NamedTuple):
    """One thing that waits: `part` is «opgave» or «anmodning», `whose` the one who has it, whom one can ring."""

    part: str
    ref: str
    kind: Kind
    due_on: date | None
    state: str
    whose: str
    phone: str | None
    is_reminded: bool
    row: Task | Request


class Gone(NamedTuple):
    """Someone of the staff who is away, and for whom nobody who is there stands in."""

    name: str
    to_on: date


class Overview(NamedTuple):
    """One page of what waits, the oldest first, and who is away without anyone."""

    lines: paging.Page
    gone: list[Gone]


@verb(Action.DEPARTMENT_READ)
def index(actor: Person, number: int) -> Overview:
    """What the actor is told of by role; the look is written down."""
    rows = [*policy.tasks_of_department(actor), *policy.requests_of_department(actor)]
    rows.sort(key=lambda row: (row.due_on or date.max, row.ref))
    page = paging.part_of(rows, number)
    events.looked_at_list(actor, Action.DEPARTMENT_READ)
    return Overview(page._replace(rows=_lines(actor, page.rows)), _gone(actor))


def one(actor: Person, part: str, ref: str, action: Action) -> Line:
    """One of the lines on which the actor may do `action`. Raises NotFound, NotAllowed."""
    return _lines(actor, [_row(actor, part, ref, action)])[0]


def _row(actor: Person, part: str, ref: str, action: Action) -> Task | Request:
    if part == "opgave":
        return policy.department_task_for(actor, ref, action)
    if part == "anmodning":
        return policy.department_request_for(actor, ref, action)
    raise NotFound()


# ── as it is shown ──────────────────────────────────────────────────────────────────────────────────


def _lines(actor: Person, rows: list[Task | Request]) -> list[Line]:
    reminded = _reminded(rows)
    return [_line(policy.allow_in_department(row, actor), row.ref in reminded) for row in rows]


def _line(row: Task | Request, is_reminded: bool) -> Line:
    is_task, owner = isinstance(row, Task), getattr(row, "owner", None)
    whose = (
        owner.name if owner else f"{row.department.name} (hele afdelingen)" if row.department_id else Mark.UNOWNED.label
    )
    if is_task and owner and row.assignee_id is None:
        whose = f"{Mark.UNOWNED.label}. Tovholder: {owner.name}"
    return Line(
        "opgave" if is_task else "anmodning", row.ref, row.kind if is_task else TaskKind.REQUEST, row.due_on,
        _state(row), whose, owner.phone if owner else None, is_reminded, row,
    )  # fmt: skip


def _state(row: Task | Request) -> str:
    if policy.may_be_given(row):
        return UNTAKEN
    if isinstance(row, Request):
        return Mark.OVERDUE.label
    is_untouched = row.kind == TaskKind.SAFETY and (row.danger_at is not None or row.assessed_on is None)
    return UNTOUCHED if is_untouched else mark_of(row).label


def _reminded(rows: list[Task | Request]) -> set[str]:
    """Refs of the rows of which someone was reminded by hand today."""
    keys = {row.ref: _key(row) for row in rows}
    about = [f"{row._meta.table_name}:{row.ref}" for row in rows]
    sent = [key for (key,) in OutboxLetter.select(OutboxLetter.key).where(OutboxLetter.about.in_(about)).tuples()]
    return {ref for ref, key in keys.items() if any(one.startswith(key) for one in sent)}


def _key(row: Task | Request) -> str:
    return f"{row._meta.table_name}:{row.ref}:reminded:{clock.today()}"


def _gone(actor: Person) -> list[Gone]:
    today = clock.today()
    away = (
        Person.select(Person, Absence.to_on)
        .join(Absence, on=(Absence.person == Person.ref), attr="absence")
        .where(
            Absence.from_on <= today, Absence.to_on >= today, Person.disabled_at.is_null(),
            policy.heads(actor, Person.ref),
        )
    )  # fmt: skip
    found = sorted(away, key=lambda person: people.danish_order(person.name))
    return [Gone(one.name, one.absence.to_on) for one in found if len(people.with_substitutes([one], today)) == 1]


# ── what one can do about it ────────────────────────────────────────────────────────────────────────


@transaction
def remind(actor: Person, part: str, ref: str) -> bool:
    """Remind who has it, in fixed words, at most once a day; whether it was not done today already.

    Raises NotFound, NotAllowed.
    """
    row = _row(actor, part, ref, Action.DEPARTMENT_REMIND)
    policy.require(actor, Action.DEPARTMENT_REMIND, row)
    lock_chain(f"case:{row.case_id}")
    if _reminded([row]):
        return False
    due = clock.long_date(row.due_on) if row.due_on else "som aftalt"
    kind, done = OF_TASK if isinstance(row, Task) else OF_REQUEST
    put = [outbox.put(kind, person, key=_key(row), about=row, due=due) for person in _owing(row)]
    if any(put):
        events.record(actor, done, row)
    return any(put)


def _owing(row: Task | Request) -> list[Person]:
    """Who has it, or may take it, and who stands in; only who can open it."""
    if isinstance(row, Request):
        first = addressees.owing(row)
    elif row.assignee_id:
        first = [row.assignee]
    else:
        first = people.members(row.department_id) if row.department_id else tovholder(row.case_id)
    found = reach(side(first, row), row, clock.today())
    return [person for person in found if policy.opens(person, row)]


def candidates(department_ref: str) -> list[Person]:
    """The members of a department who are there today, in Danish order. Not who may have a certain thing: that someone
    may not is nobody's business here."""
    today = clock.today()
    here = Person.select().join(Membership).where(
        Membership.department == department_ref, Person.disabled_at.is_null(), policy.may_work_on_cases()
    )  # fmt: skip
    return sorted(people.present(list(here), today), key=lambda person: people.danish_order(person.name))


@transaction
def give(actor: Person, part: str, ref: str, person_ref: str, seen_version: int) -> Person:
    """Give what lies in the queue of a department to one of its members who is there, with a letter; returns who.

    Raises Invalid for anyone else, and in the same words for who may have nothing of it; Conflict when a colleague was
    faster; NotFound, NotAllowed.
    """
    row = _row(actor, part, ref, Action.DEPARTMENT_REMIND)
    if not policy.may_be_given(row):
        raise Conflict(TAKEN_ALREADY)
    policy.require(actor, Action.DEPARTMENT_GIVE, row)
    verbs.refuse_closed(row.case)
    person = next((one for one in candidates(row.department_id) if one.ref == person_ref), None)
    if person is None or person.ref in access.excluded_persons(row.case_id):
        raise Invalid(CHOOSE_ANOTHER, "person")
    outbox.void(row)
    if isinstance(row, Task):
        _give_task(actor, row, person, seen_version)
    else:
        _give_request(actor, row, person, seen_version)
    return person


def _give_task(actor: Person, task: Task, person: Person, seen_version: int) -> None:
    given = revise(actor, EventKind.TASK_GIVEN, task, seen_version, assignee=person)
    owners.tell(actor, given, [person])


def _give_request(actor: Person, request: Request, person: Person, seen_version: int) -> None:
    """As when that one had taken it; the reminders of it stay."""
    if person.ref == request.asker_id:
        raise Invalid(CHOOSE_ANOTHER, "person")
    given = revise(
        actor,
        EventKind.REQUEST_GIVEN,
        request,
        seen_version,
        status=RequestStatus.TAKEN,
        handler=person,
        taken_at=clock.now(),
    )
    answers.tell(LetterKind.REQUEST_NEW, person, given, due=clock.long_date(given.due_on))
    answers.tell_asker(LetterKind.REQUEST_TAKEN, given)
