"""Who gets a reminder as it falls due: who takes part or owes now, substitutes of the absent, and never nobody."""

from datetime import date, datetime

from ... import clock, policy
from ...errors import DomainError
from ...kinds import RelationKind, ReminderKind, RequestStatus
from ...store.cases import Case, Relation
from ...store.people import Person
from ...store.work import Participant, Reminder, Request
from .. import access, people
from ..requests import addressees
from .reach import Matter, Side, heads, managers_of, once, reach, reachable, side, tovholder


def of(row: Reminder, now: datetime) -> list[Person]:
    """Everyone the reminder goes to: each active, nobody twice, and only who can open it; see `reach`.

    Empty only for a participant who no longer takes part in a meeting whose others have reminders of their own. Raises
    DomainError when really nobody is left.
    """
    today, matter = clock.today(now), matter_of(row)
    if row.meeting_id and row.person_id:
        first = _of_participant(row, access.excluded_persons(row.case_id))
        sides = [] if first is None else [side(first, matter)]
    elif row.kind == ReminderKind.REQUEST_ESCALATED:
        return _of_silence(row.request, today)
    else:
        sides = _sides(row, today)
    return once([person for one in sides for person in _never_nobody(reach(one, matter, today))])


def matter_of(row: Reminder) -> Matter:
    """What a reminder is about: a meeting, a request, or the case of a suspicion."""
    return row.meeting if row.meeting_id else row.request if row.request_id else row.case


def of_case_work(case: Case, now: datetime) -> list[Person]:
    """The tovholder, or who is next to care, told of something that runs out on a case. Raises DomainError as `of`."""
    return _never_nobody(reach(side(tovholder(case.ref), case), case, clock.today(now)))


def _never_nobody(told: list[Person]) -> list[Person]:
    if not told:
        raise DomainError("nobody is left to remind")
    return told


def _sides(row: Reminder, today: date) -> list[Side]:
    """Of a request: before the deadline those it waits for, after it both sides (docs/domain.md «What falls due»)."""
    if row.request_id:
        waits_for, asker = _waits_for(row.request), _asker(row.request)
        both = [waits_for] if row.kind == ReminderKind.REQUEST_SOON else [waits_for, asker]
        return [side(persons, row.request) for persons in both]
    if row.kind == ReminderKind.SUSPICION_MANAGER:
        return [heads([row.case.reported_by], row.case, today)]
    if row.kind == ReminderKind.SUSPICION_UNCLAIMED:
        others = [person for person in people.resource_persons() if person.ref != row.case.reported_by_id]
        return [side(people.present(others, today), row.case)]
    return [side(tovholder(row.case_id), matter_of(row))]


# ── a meeting ───────────────────────────────────────────────────────────────────────────────────────


def participants(meeting_ref: str) -> list[Person]:
    """The active staff who take part in a meeting now, in Danish order."""
    rows = (
        Person.select()
        .join(Participant, on=(Participant.person == Person.ref))
        .where(Participant.meeting == meeting_ref, Participant.removed_at.is_null(), Person.disabled_at.is_null())
    )
    return sorted(rows, key=lambda person: people.danish_order(person.name))


def _of_participant(row: Reminder, excluded: set[str]) -> list[Person] | None:
    """The participant, or who took the case over from them; None where the others' own reminders are enough."""
    taking_part = {person.ref for person in participants(row.meeting_id)} - excluded
    handed_over = _handed_over(row)
    if row.person_id in taking_part and not handed_over:
        return [row.person]
    new_owner = access.primary_contact(row.case_id)
    if handed_over and new_owner and new_owner.ref not in taking_part:
        return [new_owner]
    return None if taking_part - {row.person_id} else []


def _handed_over(row: Reminder) -> bool:
    """Whether the participant was tovholder when this was planned and has nothing to do with the case any more."""
    ties = list(Relation.select().where(Relation.case == row.case_id, Relation.person == row.person_id))
    return all(tie.until_at for tie in ties) and any(
        tie.kind == RelationKind.PRIMARY_CONTACT and tie.until_at >= row.created_at for tie in ties
    )


# ── a request ───────────────────────────────────────────────────────────────────────────────────────


def _of_silence(request: Request, today: date) -> list[Person]:
    """At last the resource persons of the case, and who heads the department that owes the answer (REL-25)."""
    on_case = reach(side(access.resource_persons_on(request.case_id), request), request, today)
    over = Side(managers_of(request.department, today), lambda person: policy.is_told_by_role(person, request))
    return once(_never_nobody(on_case) + reachable(over, today))


def _waits_for(request: Request) -> list[Person]:
    """Whoever must do the next thing: decide what is held back or came back, answer a question, answer the request."""
    if request.status == RequestStatus.HELD:
        return access.resource_persons_on(request.case_id)
    if request.status == RequestStatus.RETURNED:
        return _asker(request)
    owing = addressees.owing(request)
    return owing + _asker(request) if request.status == RequestStatus.QUESTION else owing


def _asker(request: Request) -> list[Person]:
    found = addressees.asking(request)
    return [found] if found else []
