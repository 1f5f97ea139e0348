"""Whom something that waits reaches: who stands in for who is away, who is next in turn, and never nobody (REL-25).

Only who can open what a letter tells of gets it: letters and sight follow the same people.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from ... import policy
from ...kinds import Role
from ...store.cases import Case
from ...store.people import Department, Membership, Person
from ...store.work import Meeting, Request, Task
from .. import access, people
from ..requests import addressees

Matter = Case | Task | Request | Meeting


class Side(NamedTuple):
    """Some of those who are told of a matter, and which of them may be."""

    persons: list[Person]
    may_hear: Callable[[Person], bool]


def side(persons: list[Person], matter: Matter) -> Side:
    """Those who are told because they can open it."""
    return Side(persons, lambda person: policy.opens(person, matter))


def heads(of: list[Person], matter: Matter, today: date) -> Side:
    """The managers of those, who are told that something of theirs waits, though they see nothing of a case.

    Where only named persons may know of a request, who heads the department may be the very one it must not reach.
    """
    if isinstance(matter, Request) and addressees.is_for_named_only(matter):
        return Side([], lambda _: False)
    excluded, refs = access.excluded_persons(_case_of(matter).ref), [person.ref for person in of]
    found = [manager for ref in refs for manager in managers_over(ref, today)] or managers()
    return Side(once(found), lambda person: person.ref not in excluded and policy.is_over(person, refs))


def reach(told: Side, matter: Matter, today: date) -> list[Person]:
    """Those of one side who are told of a matter, with who stands in for who is away.

    Where all of them are gone it goes to the tovholder, else a resource person, else a manager; where they are there
    but away, and nobody who stands in is present, a present resource person of the case, else the tovholder or a
    manager, is told beside them. Empty only when really nobody is left.
    """
    found = reachable(told, today)
    if people.present(found, today):
        return found
    anyone = found
    for turn in _next_in_turn(told, matter, today, are_gone=not found):
        others = reachable(turn, today)
        if here := people.present(others, today):
            return once(found + here)
        anyone = anyone or others
    return anyone


def reachable(told: Side, today: date) -> list[Person]:
    """Those of one side alone. Who has left or may not know gets nothing, and nor does their substitute."""
    here = [person for person in told.persons if person.disabled_at is None and told.may_hear(person)]
    return [person for person in people.with_substitutes(here, today) if told.may_hear(person)]


def _next_in_turn(told: Side, matter: Matter, today: date, are_gone: bool) -> Iterator[Side]:
    case = _case_of(matter)
    on_case = [side(tovholder(case.ref), matter), side(access.resource_persons_on(case.ref), matter)]
    yield from on_case if are_gone else reversed(on_case)
    yield side(people.resource_persons(), matter)
    yield heads(told.persons or tovholder(case.ref), matter, today)


def tovholder(case_ref: str) -> list[Person]:
    """The tovholder of a case; while it has none, the resource persons on it."""
    found = access.primary_contact(case_ref)
    return [found] if found else access.resource_persons_on(case_ref)


def once(told: list[Person]) -> list[Person]:
    """Each of them once, in their order."""
    return list({person.ref: person for person in told}.values())


def _case_of(matter: Matter) -> Case:
    return matter if isinstance(matter, Case) else matter.case


# ── managers ────────────────────────────────────────────────────────────────────────────────────────


def managers() -> list[Person]:
    """All active managers."""
    return [person for person in people.active() if Role.MANAGER in policy.roles(person)]


def managers_over(person_ref: str, today: date) -> list[Person]:
    """The managers of the departments in which a person works, and who stands in for one who is away; never oneself."""
    departments = Department.select().join(Membership).where(Membership.person == person_ref)
    found = [manager for department in departments for manager in managers_of(department, today)]
    return [manager for manager in found if manager.ref != person_ref]


def managers_of(department: Department, today: date) -> list[Person]:
    """The manager; where there is none, or not today, also the department's substitute."""
    manager = department.manager
    if manager and manager.disabled_at is None and people.present([manager], today):
        return [manager]
    return [one for one in (manager, department.substitute) if one and one.disabled_at is None]
