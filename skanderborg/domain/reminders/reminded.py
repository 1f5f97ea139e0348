"""Who gets a reminder as it falls due: who takes part or owes now, substitutes of the absent, and never nobody."""

from collections.abc import Callable
from datetime import date, datetime

from ... import clock, policy
from ...errors import DomainError
from ...kinds import RelationKind, ReminderKind, RequestStatus, Role
from ...store.cases import Relation
from ...store.people import Department, Membership, Person
from ...store.work import Participant, Reminder, Request
from .. import access, people
from ..requests import addressees

MayHear = Callable[[Person], bool]


def of(row: Reminder, now: datetime) -> list[Person]:
    """Everyone the reminder goes to: each active and not excluded, nobody twice.

    Who is away still gets it, and so does the substitute. When all who should get it are gone it goes to the tovholder,
    else a resource person, else a manager (PRODUCT 2, «never nobody»). Empty only for a participant who no longer takes
    part in a meeting whose others have reminders of their own. Raises DomainError when really nobody is left.
    """
    today = clock.today(now)
    if row.meeting_id and row.person_id:
        first = _of_participant(row, access.excluded_persons(row.case_id))
        if first is None:
            return []
    else:
        first = _of_case(row, today)
    may_hear = _of_this_request(row.request) if row.request_id else _not_excluded(row.case_id)
    return _first_reachable([first, *_fallbacks(row.case_id)], today, may_hear)


def of_case_work(case_ref: str, now: datetime) -> list[Person]:
    """The tovholder, or who is next to care, told of something that runs out on a case. Raises DomainError as `of`."""
    return _first_reachable(_fallbacks(case_ref), clock.today(now), _not_excluded(case_ref))


def _not_excluded(case_ref: str) -> MayHear:
    excluded = access.excluded_persons(case_ref)
    return lambda person: person.ref not in excluded


def _of_this_request(request: Request) -> MayHear:
    """Where only named persons may know of a request, nobody hears of it who may not open it: whoever stands in, or
    heads the department, may be the very one it must not reach (PRODUCT 2)."""
    if addressees.is_for_named_only(request):
        return lambda person: policy.opens(person, request)
    return _not_excluded(request.case_id)


def _first_reachable(groups: list[list[Person]], today: date, may_hear: MayHear) -> list[Person]:
    for group in groups:
        found = _reachable(group, today, may_hear)
        if found:
            return found
    raise DomainError("nobody is left to remind")


def _reachable(group: list[Person], today: date, may_hear: MayHear) -> list[Person]:
    """Who has left or is excluded gets nothing, and nor does their substitute in their place."""
    here = [person for person in group if person.disabled_at is None and may_hear(person)]
    return [person for person in people.with_substitutes(here, today) if may_hear(person)]


def _fallbacks(case_ref: str) -> list[list[Person]]:
    return [_tovholder(case_ref), people.resource_persons(), managers()]


def _of_case(row: Reminder, today: date) -> list[Person]:
    if row.request_id:
        return _of_request(row, today)
    if row.kind == ReminderKind.SUSPICION_MANAGER:
        return managers_over(row.case.reported_by_id, today) or managers()
    if row.kind == ReminderKind.SUSPICION_UNCLAIMED:
        others = [person for person in people.resource_persons() if person.ref != row.case.reported_by_id]
        return people.present(others, today)
    return _tovholder(row.case_id)


def _tovholder(case_ref: str) -> list[Person]:
    found = access.primary_contact(case_ref)
    return [found] if found else access.resource_persons_on(case_ref)


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


def _of_request(row: Reminder, today: date) -> list[Person]:
    """Before the deadline those it waits for, after it both sides, at last resource person and manager (PRODUCT 2)."""
    if row.kind == ReminderKind.REQUEST_ESCALATED:
        return access.resource_persons_on(row.case_id) + _manager_of(row.request.department, today)
    waits_for, asker = _waits_for(row.request), _asker(row.request)
    return waits_for if row.kind == ReminderKind.REQUEST_SOON else waits_for + asker


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


# ── managers ────────────────────────────────────────────────────────────────────────────────────────


def managers() -> list[Person]:
    """All active managers."""
    return [person for person in people.active() if Role.MANAGER in policy.roles(person)]


def managers_over(person_ref: str, today: date) -> list[Person]:
    """The managers of the departments in which a person works, and who stands in for one who is away."""
    departments = Department.select().join(Membership).where(Membership.person == person_ref)
    return [manager for department in departments for manager in _manager_of(department, today)]


def _manager_of(department: Department, today: date) -> list[Person]:
    """The manager; where there is none, or not today, also the department's substitute."""
    manager = department.manager
    if manager and manager.disabled_at is None and people.present([manager], today):
        return [manager]
    return [person for person in (manager, department.substitute) if person]
