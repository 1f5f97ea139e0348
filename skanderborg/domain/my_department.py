"""Min afdeling: who heads a department may remind of what waits with its staff, and give what lies in its queue to one
of its members (decision 25). pages/my_department.py lists it.
"""

from .. import clock, policy
from ..errors import Conflict, Invalid, NotFound
from ..kinds import EventKind, LetterKind, RequestStatus
from ..mail import outbox
from ..policy import Action
from ..store import events
from ..store.db import lock_chain, transaction
from ..store.outbox import OutboxLetter
from ..store.people import Membership, Person
from ..store.work import Request, Task
from . import access, people, verbs
from .reminders.reach import reach, side, tovholder
from .requests import addressees, answers
from .tasks import owners
from .written import revise

TAKEN_ALREADY = "En kollega har taget den, mens du så på den."
CHOOSE_ANOTHER = "Vælg en anden. Den valgte kan ikke få den nu."
OF_TASK = (LetterKind.TASK_REMINDER, EventKind.TASK_REMINDED)
OF_REQUEST = (LetterKind.REQUEST_REMINDER, EventKind.REQUEST_REMINDED)


def row_for(actor: Person, part: str, ref: str, action: Action) -> Task | Request:
    """What waits, by its part («opgave», «anmodning») and ref. Raises NotFound, NotAllowed."""
    if part == "opgave":
        return policy.department_task_for(actor, ref, action)
    if part == "anmodning":
        return policy.department_request_for(actor, ref, action)
    raise NotFound()


def reminded_today(rows: list[Task | Request]) -> set[str]:
    """Refs of the rows of which someone was reminded by hand today."""
    keys = {row.ref: _key(row) for row in rows}
    about = [f"{row._meta.table_name}:{row.ref}" for row in rows]
    sent = [key for (key,) in OutboxLetter.select(OutboxLetter.key).where(OutboxLetter.about.in_(about)).tuples()]
    return {ref for ref, key in keys.items() if any(one.startswith(key) for one in sent)}


def _key(row: Task | Request) -> str:
    return f"{row._meta.table_name}:{row.ref}:reminded:{clock.today()}"


@transaction
def remind(actor: Person, part: str, ref: str) -> bool:
    """Remind who has it, in fixed words, at most once a day; whether it was not done today already.

    Raises NotFound, NotAllowed.
    """
    row = row_for(actor, part, ref, Action.DEPARTMENT_REMIND)
    lock_chain(f"case:{row.case_id}")
    if reminded_today([row]):
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
    row = row_for(actor, part, ref, Action.DEPARTMENT_REMIND)
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
        actor, EventKind.REQUEST_GIVEN, request, seen_version, status=RequestStatus.TAKEN, handler=person,
        taken_at=clock.now(),
    )  # fmt: skip
    answers.tell(LetterKind.REQUEST_NEW, person, given, due=clock.long_date(given.due_on))
    answers.tell_asker(LetterKind.REQUEST_TAKEN, given)
