"""Whom a coordination request reaches: who can be asked, who owes its answer, and who asked (D-07).

Letters and sight follow the same people; whoever is excluded from the case is never one of them (SEC-05).
"""

from typing import NamedTuple

import peewee

from ... import policy
from ...kinds import WITH_DEPARTMENT
from ...store.cases import Relation
from ...store.people import Department, Membership, Person
from ...store.prepared import Parameter, prepared
from ...store.work import Request
from .. import access, people


class Offer(NamedTuple):
    """A department that can be asked, and those in it who can be named."""

    department: Department
    members: list[Person]


def offered(case_ref: str) -> list[Offer]:
    """Every department in use with its active members who are not excluded from the case, in one query."""
    rows = (
        Department.select(Department, Person.ref.alias("person_ref"), Person.name.alias("person_name"))
        .join(Membership, peewee.JOIN.LEFT_OUTER)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Membership.person == Person.ref) & policy.may_have_part(case_ref))
        .where(Department.retired_at.is_null())
    )
    offers: dict[str, Offer] = {}
    for row in rows.objects():
        offer = offers.setdefault(row.ref, Offer(row, []))
        if row.person_ref:
            offer.members.append(Person(ref=row.person_ref, name=row.person_name))
    for offer in offers.values():
        offer.members.sort(key=lambda person: people.danish_order(person.name))
    return sorted(offers.values(), key=lambda offer: people.danish_order(offer.department.name))


def in_department(case_ref: str, department_ref: str) -> list[Person]:
    """The active members of a department who are not excluded from the case."""
    return list(
        Person.select().join(Membership).where(Membership.department == department_ref, policy.may_have_part(case_ref))
    )


def owing(request: Request) -> list[Person]:
    """Who owes the answer now: the handler, else the named person, else everyone in the department; never the asker.

    No queue owes what it may not see: then it is nobody, until the asker chooses someone.
    """
    if request.status not in WITH_DEPARTMENT:
        return []
    one = request.handler_id or request.named_id
    if one:
        found = list(Person.select().where(Person.ref == one, policy.may_have_part(request.case_id)))
        if found or request.named_id:
            return found
    if is_for_named_only(request):
        return []
    return [
        person for person in in_department(request.case_id, request.department_id) if person.ref != request.asker_id
    ]


def is_for_named_only(request: Request) -> bool:
    """Whether no queue may know of a request: a party may work there, or the case is for named persons only."""
    return bool(policy.is_for_named_only(request.party_works_there, request.case.restricted))


def asking(request: Request) -> Person | None:
    """Who hears of a request's course: the asker, or the tovholder once the asker has left the case."""
    still_there = _on_case_still.first(person=request.asker_id, case=request.case_id)
    return still_there or access.primary_contact(request.case_id)


@prepared
def _on_case_still(*, person: Parameter, case: Parameter) -> peewee.ModelSelect:
    return (
        Person.select()
        .join(Relation, on=(Relation.person == Person.ref))
        .where(Person.ref == person, Relation.case == case, Relation.until_at.is_null(), policy.may_have_part(case))
        .limit(1)
    )
