"""Who gets a reminder as it falls due: who takes part or owes now, substitutes of the absent, and never nobody."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from ... import clock, policy
from ...errors import DomainError
from ...kinds import RelationKind, ReminderKind, RequestStatus, Role
from ...store.cases import Case, Relation
from ...store.people import Department, Membership, Person
from ...store.work import Meeting, Participant, Reminder, Request, Task
from .. import access, people
from ..requests import addressees

Matter = Case | Task | Request | Meeting


class Side(NamedTuple):
    """Some of those who are told of a matter. Managers are told by their role, though they see nothing of a case."""

    persons: list[Person]
    by_role: bool = False


def of(row: Reminder, now: datetime) -> list[Person]:
    """Everyone the reminder goes to: each active, nobody twice, and only who can open it; see `reach`.

    Empty only for a participant who no longer takes part in a meeting whose others have reminders of their own. Raises
    DomainError when really nobody is left.
    """
    today = clock.today(now)
    if row.meeting_id and row.person_id:
        first = _of_participant(row, access.excluded_persons(row.case_id))
        sides = [] if first is None else [Side(first)]
    else:
        sides = _of_case(row, today)
    matter = row.meeting if row.meeting_id else row.request if row.request_id else row.case
    return _once([person for side in sides for person in _never_nobody(reach(side, matter, today))])


def of_case_work(case: Case, now: datetime) -> list[Person]:
    """The tovholder, or who is next to care, told of something that runs out on a case. Raises DomainError as `of`."""
    return _never_nobody(reach(Side(_tovholder(case.ref)), case, clock.today(now)))


def _never_nobody(told: list[Person]) -> list[Person]:
    if not told:
        raise DomainError("nobody is left to remind")
    return told


def reach(side: Side, matter: Matter, today: date) -> list[Person]:
    """Those of one side who are told of a matter, with who stands in for who is away (PRODUCT 2, «never nobody»).

    Who cannot open it is not told. Where all of them are gone it goes to the tovholder, else a resource person, else a
    manager; where they are there but away, and nobody who stands in is present, a present resource person of the case,
    else the tovholder or a manager, is told beside them. Empty only when really nobody is left.
    """
    found = _reachable(side, matter, today)
    if people.present(found, today):
        return found
    anyone = found
    for turn in _next_in_turn(side, matter, today, are_gone=not found):
        others = _reachable(turn, matter, today)
        if here := people.present(others, today):
            return _once(found + here)
        anyone = anyone or others
    return anyone


def _reachable(side: Side, matter: Matter, today: date) -> list[Person]:
    """Who has left or may not know gets nothing, and nor does their substitute in their place."""
    may_hear = _heads_those(matter) if side.by_role else _opens(matter)
    here = [person for person in side.persons if person.disabled_at is None and may_hear(person)]
    return [person for person in people.with_substitutes(here, today) if may_hear(person)]


def _next_in_turn(side: Side, matter: Matter, today: date, are_gone: bool) -> Iterator[Side]:
    case_ref = _case_of(matter).ref
    on_case = [Side(_tovholder(case_ref)), Side(access.resource_persons_on(case_ref))]
    yield from on_case if are_gone else reversed(on_case)
    yield Side(people.resource_persons())
    heads = [manager for person in side.persons for manager in managers_over(person.ref, today)]
    yield Side(heads or managers(), by_role=True)


def _opens(matter: Matter) -> Callable[[Person], bool]:
    return lambda person: policy.opens(person, matter)


def _heads_those(matter: Matter) -> Callable[[Person], bool]:
    """A manager hears that something waits, unless excluded from it; where only named persons may know of a request,
    who heads the department may be the very one it must not reach (PRODUCT 2)."""
    if isinstance(matter, Request) and addressees.is_for_named_only(matter):
        return _opens(matter)
    excluded = access.excluded_persons(_case_of(matter).ref)
    return lambda person: person.ref not in excluded


def _case_of(matter: Matter) -> Case:
    return matter if isinstance(matter, Case) else matter.case


def _once(told: list[Person]) -> list[Person]:
    return list({person.ref: person for person in told}.values())


def _of_case(row: Reminder, today: date) -> list[Side]:
    if row.request_id:
        return _of_request(row, today)
    if row.kind == ReminderKind.SUSPICION_MANAGER:
        return [Side(managers_over(row.case.reported_by_id, today) or managers(), by_role=True)]
    if row.kind == ReminderKind.SUSPICION_UNCLAIMED:
        others = [person for person in people.resource_persons() if person.ref != row.case.reported_by_id]
        return [Side(people.present(others, today))]
    return [Side(_tovholder(row.case_id))]


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


def _of_request(row: Reminder, today: date) -> list[Side]:
    """Before the deadline those it waits for, after it both sides, at last resource person and manager (PRODUCT 2)."""
    if row.kind == ReminderKind.REQUEST_ESCALATED:
        heads = _manager_of(row.request.department, today)
        return [Side(access.resource_persons_on(row.case_id)), Side(heads, by_role=True)]
    waits_for, asker = Side(_waits_for(row.request)), Side(_asker(row.request))
    return [waits_for] if row.kind == ReminderKind.REQUEST_SOON else [waits_for, asker]


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
