"""Spærring: a person, or everyone in a department, never sees a case (SEC-05). In force at the next request."""

from typing import Any

from ... import clock, policy
from ...addresses import Place
from ...errors import Invalid
from ...kinds import EventKind, LetterKind, Role
from ...mail import outbox
from ...policy import SYSTEM, Action, Actor
from ...store import events
from ...store.cases import Case, Exclusion
from ...store.db import insert, rewrite
from ...store.people import Department, Person
from .. import access, written
from ..verbs import verb
from ..written import add
from . import ending, exclusion_rows, managing, walls

LIFTED = EventKind.ACCESS_EXCLUSION_LIFTED


@verb(Action.CASE_EXCLUDE)
def exclude_person(actor: Actor, case: Case, person: Person, reason: str) -> Exclusion:
    """Close a case to a person. See `_exclude`."""
    return _exclude(actor, case, reason, person=person)


@verb(Action.CASE_EXCLUDE)
def exclude_department(actor: Actor, case: Case, department: Department, reason: str) -> Exclusion:
    """Close a case to everyone who works, or comes to work, in a department. See `_exclude`."""
    return _exclude(actor, case, reason, department=department)


def _exclude(
    actor: Actor, case: Case, reason: str, person: Person | None = None, department: Department | None = None
) -> Exclusion:
    """Doing it twice changes nothing. What they had of the case goes back to where someone else sees it. One that would
    leave the case without a resource person, or shuts out one more department, waits until a manager agrees.

    Raises Invalid while one of them is tovholder: another is chosen first, so that nobody's case never is.
    """
    hit, contact = exclusion_rows.hit_by(person, department), access.primary_contact(case.ref)
    if contact is None or contact.ref in hit:
        raise Invalid(
            "Vælg en anden tovholder først. En sag har altid en tovholder.", "excluded" if person else "department"
        )
    same = (Exclusion.person == person.ref) if person else (Exclusion.department == department.ref)  # type: ignore[union-attr]
    already = Exclusion.select().where(Exclusion.case == case.ref, same, Exclusion.until_at.is_null()).first()
    if already:
        return written.already(already, reason=reason)
    now = clock.now()
    waits = _needs_a_manager(actor, case, hit, department)
    columns = {"reason": reason, "by": actor.ref, "from_at": now, "waits_since": now if waits else None}
    made = insert(Exclusion, case=case.ref, person=person, department=department, **columns)
    changes = {"excluded": [None, who(made)], "reason": [None, reason]}
    if waits:
        events.record(actor, EventKind.ACCESS_EXCLUSION_ASKED, made, changes=changes)
        managing.ask(made)
        return made
    ending.take_back(actor, case, hit, department=department)
    events.record(actor, EventKind.ACCESS_EXCLUDED, made, changes=changes)
    return made


def shut_out(actor: Actor, case: Case, person: Person, reason: str) -> Exclusion:
    """Close a case that is just being made to a person, inside the caller's transaction: nobody had anything of it."""
    told = {"excluded": [None, person.ref], "reason": [None, reason]}
    return add(
        actor, EventKind.ACCESS_EXCLUDED, Exclusion, case, told=told, person=person, reason=reason, from_at=clock.now()
    )


def shut_out_colleague(actor: Actor, case: Case, person: Person, reason: str) -> Exclusion:
    """Close a case to a colleague who is named in it, inside the caller's transaction; it waits for no manager. What he
    or she had goes to who still sees it, a tovholder's case to a resource person."""
    walls.hold_contacts()
    columns = {"person": person, "reason": reason, "by": actor.ref, "from_at": clock.now()}
    made = insert(Exclusion, case=case.ref, **columns)
    ending.take_back(SYSTEM, case, {person.ref})
    changes = {"excluded": [None, person.ref], "reason": [None, reason]}
    events.record(actor, EventKind.ACCESS_EXCLUDED, made, changes=changes)
    return made


def is_settled(case: Case, person: Person) -> bool:
    """Whether a case is closed to a person alone, or was by the system until somebody lifted it."""
    mine = (Exclusion.case == case.ref) & (Exclusion.person == person.ref)
    return bool(Exclusion.select().where(mine, Exclusion.until_at.is_null() | Exclusion.by.is_null()).exists())


def _needs_a_manager(actor: Actor, case: Case, hit: set[str], department: Department | None) -> bool:
    if isinstance(actor, Person) and Role.MANAGER in policy.roles(actor):
        return False
    looking = {person.ref for person in access.resource_persons_on(case.ref)} - access.excluded_persons(case.ref)
    others = Exclusion.department.is_null(False) & Exclusion.until_at.is_null()
    one_more = department is not None and Exclusion.select().where(Exclusion.case == case.ref, others).exists()
    return one_more or bool(looking and looking <= hit)


def who(exclusion: Exclusion) -> str:
    """Whom it shuts out, as an event keeps it."""
    return exclusion.person_id or f"department:{exclusion.department_id}"


@verb(Action.CASE_EXCLUDE)
def lift(actor: Actor, case: Case, exclusion_ref: str, reason: str) -> None:
    """End an exclusion, with a reason, and tell who set it; nobody gets access by that alone.

    Raises NotFound for one of another case, Invalid for what a manager decided or has yet to decide, and without a
    reason.
    """
    exclusion = policy.part_of(case, Exclusion, exclusion_ref)
    if not reason:
        raise Invalid("Skriv, hvorfor spærringen kan ophæves.", "lift_reason")
    if exclusion.until_at:
        written.already_told(actor, LIFTED, exclusion, reason)
        return
    if exclusion_rows.is_for_a_manager(exclusion):
        raise Invalid("En leder afgør den spærring, og kun en leder kan ophæve den.", "lift_reason")
    end(actor, exclusion, LIFTED, reason)


def end(actor: Actor, exclusion: Exclusion, action: EventKind, reason: str, **decided: Any) -> None:
    """Let an exclusion be over, and tell who set it, inside the caller's transaction."""
    rewrite(
        Exclusion, Exclusion.ref == exclusion.ref, Exclusion.until_at.is_null(), until_at=clock.now(), **decided
    )  # fmt: skip
    events.record(actor, action, exclusion, changes={"excluded": [who(exclusion), None], "reason": [None, reason]})
    if exclusion.by_id not in (None, actor.ref):
        key, lifted = f"exclusion:{exclusion.ref}:lifted", LetterKind.EXCLUSION_LIFTED
        outbox.put(lifted, exclusion.by_id, key=key, about=exclusion, opens=Place.MY_DAY)
