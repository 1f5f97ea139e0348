"""Spærring: a person, or everyone in a department, never sees a case (SEC-05). In force at the next request."""

from ... import clock, policy
from ...errors import Invalid, NotFound
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case, Exclusion
from ...store.db import insert, lock_chain, rewrite, transaction
from ...store.people import Department, Membership, Person
from .. import access, written
from . import ending


@transaction
def exclude_person(actor: Actor, case: Case, person: Person, reason: str) -> Exclusion:
    """Close a case to a person. See `_exclude`."""
    return _exclude(actor, case, {person.ref}, reason, person=person)


@transaction
def exclude_department(actor: Actor, case: Case, department: Department, reason: str) -> Exclusion:
    """Close a case to everyone who works, or comes to work, in a department. See `_exclude`."""
    members = Membership.select(Membership.person).where(Membership.department == department.ref)
    return _exclude(actor, case, {ref for (ref,) in members.tuples()}, reason, department=department)


def _exclude(
    actor: Actor, case: Case, people: set[str], reason: str, person: Person | None = None,
    department: Department | None = None,
) -> Exclusion:  # fmt: skip
    """Doing it twice changes nothing. What they had of the case goes back to where someone else sees it.

    Raises Invalid while one of them is tovholder: another is chosen first, so that nobody's case never is.
    """
    policy.require(actor, Action.CASE_EXCLUDE, case)
    lock_chain(f"case:{case.ref}")
    contact = access.primary_contact(case.ref)
    if contact is None or contact.ref in people:
        raise Invalid(
            "Vælg en anden tovholder først. En sag har altid en tovholder.", "excluded" if person else "department"
        )
    same = (Exclusion.person == person.ref) if person else (Exclusion.department == department.ref)  # type: ignore[union-attr]
    already = Exclusion.select().where(Exclusion.case == case.ref, same, Exclusion.until_at.is_null()).first()
    if already:
        return written.already(already, reason=reason)
    now = clock.now()
    made = insert(
        Exclusion, case=case.ref, person=person, department=department, reason=reason, by=actor.ref, from_at=now
    )
    ending.take_back(actor, case, people, department=department)
    who = person.ref if person else f"department:{department.ref}"  # type: ignore[union-attr]
    events.record(actor, "access:excluded", made, changes={"excluded": [None, who], "reason": [None, reason]})
    return made


@transaction
def lift(actor: Actor, case: Case, exclusion_ref: str) -> None:
    """End an exclusion; nobody gets access by that alone. Raises NotFound for one of another case."""
    policy.require(actor, Action.CASE_EXCLUDE, case)
    exclusion = Exclusion.get_or_none(Exclusion.ref == exclusion_ref, Exclusion.case == case.ref)
    if exclusion is None:
        raise NotFound()
    if exclusion.until_at:
        return
    rewrite(Exclusion, Exclusion.ref == exclusion.ref, until_at=clock.now())
    who = exclusion.person_id or f"department:{exclusion.department_id}"
    events.record(actor, "access:exclusion-lifted", exclusion, changes={"excluded": [who, None]})
