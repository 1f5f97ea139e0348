"""The tovholder (primær kontaktperson) of a case: offered, accepted, declined; exactly one, always (D-11)."""

from datetime import datetime

from ... import clock, policy
from ...addresses import Place
from ...errors import Invalid
from ...kinds import EventKind, HandoverOutcome, LetterKind, RelationKind, Role
from ...mail import outbox
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case, Relation
from ...store.db import change, lock_chain, rewrite, transaction
from ...store.events import Event
from ...store.people import Person
from .. import access, written
from ..verbs import verb, work
from ..written import revise
from . import handover, walls

DECLINED = EventKind.CASE_CONTACT_DECLINED


@work(Action.CASE_HAND_OVER)
def offer(actor: Actor, case: Case, person: Person, note: str, *, is_confirmed: bool = False) -> Case:
    """Ask someone to be tovholder; until he or she accepts, nothing changes but that they see the offer and the note.

    It is the tovholder's to hand over. Raises Invalid without a note for the next one, for someone excluded, no longer
    employed, or tovholder already, here or of the other party's case, and, unless it is confirmed, for someone on that
    one; TooLate where that person is asked already, with another note: it would reach nobody; Conflict when someone was
    faster (D-11, SEC-10, REL-12).
    """
    if not note:
        raise Invalid("Skriv, hvad den næste tovholder skal vide.", "note")
    access.refuse_excluded(case, person, "contact")
    now_contact = access.primary_contact(case.ref)
    if now_contact and now_contact.ref == person.ref:
        raise Invalid("Vælg en anden. Den valgte er allerede tovholder.", "contact")
    asked = handover.under_way(case)
    if asked and case.offered_to_id == person.ref:
        written.already(asked, note=note)
        return case
    walls.refuse_contact(actor, case, person, "contact")
    walls.warn_of_both_sides(actor, case, person, is_confirmed)
    outbox.void(case)
    handover.begin(case, now_contact, person, note)
    told = {"offered_to": [case.offered_to_id, person.ref], "note": [None, note]}
    offered = revise(actor, EventKind.CASE_CONTACT_OFFERED, case, case.version, told=told, offered_to=person)
    ask(offered)
    return offered


def ask(case: Case) -> None:
    """Owe the letter that asks the one who was offered to be tovholder; inside the caller's transaction."""
    key = f"case:{case.ref}:v{case.version}:offered"
    outbox.put(LetterKind.CONTACT_OFFERED, case.offered_to_id, key=key, about=case, opens=Place.OFFER)


@verb(Action.CASE_KNOW)
def accept(actor: Person, case: Case) -> Case:
    """Say yes to being tovholder; the one before stays on as resource person or participant.

    What the one before owed on the case is the new one's; of a resource person who only kept the place warm, what the
    card gave the tovholder. Saying it twice changes nothing. Raises NotAllowed for who was not asked, Invalid for the
    tovholder of the other party's case (SEC-10), Conflict when someone was faster.
    """
    before = access.primary_contact(case.ref)
    if before and before.ref == actor.ref and case.offered_to_id in (None, actor.ref):
        return case
    policy.require(actor, Action.CASE_ACCEPT, case)
    walls.refuse_contact(actor, case, actor)
    hands_over = handover.under_way(case) is not None
    accepted = _answer(case, HandoverOutcome.ACCEPTED)
    _swap(actor, accepted, before, clock.now())
    policy.allow(accepted, actor, policy.BY_RELATION[RelationKind.PRIMARY_CONTACT])
    if before and hands_over:
        handover.carry_over(actor, accepted, before)
        handover.tell_citizen(actor, accepted, actor)
    elif before:
        handover.carry_planned_over(actor, accepted, before)
    changes = {"primary_contact": [before.ref if before else None, actor.ref]}
    events.record(actor, EventKind.CASE_CONTACT_ACCEPTED, accepted, changes=changes)
    return accepted


@transaction
def decline(actor: Person, ref: str) -> None:
    """Say no to being tovholder of the case with this ref; who is tovholder stays so, and may ask someone else.

    Saying it twice changes nothing, though the case may be out of sight by then. Raises as policy.case_for does, and
    Conflict when someone was faster.
    """
    lock_chain(f"case:{ref}")
    if _has_said_no(actor, ref):
        return
    case = policy.case_for(actor, ref, Action.CASE_ACCEPT)
    declined = _answer(case, HandoverOutcome.DECLINED)
    events.record(actor, DECLINED, declined, changes={"offered_to": [actor.ref, None]})


def _has_said_no(actor: Person, ref: str) -> bool:
    """Whether the actor was asked, said no, and has not been asked again."""
    said = Event.select().where(Event.chain == f"case:{ref}", Event.actor == actor.ref, Event.action == DECLINED)
    asked_now = Case.select().where(Case.ref == ref, Case.offered_to == actor.ref)
    return said.exists() and not asked_now.exists()


def _answer(case: Case, outcome: HandoverOutcome) -> Case:
    handover.end(case, outcome)
    outbox.void(case)
    return change(case, case.version, offered_to=None)


def _swap(actor: Person, case: Case, before: Person | None, now: datetime) -> None:
    """One tie ends and another begins in the same transaction; a participant who becomes tovholder is one thing."""
    leaves = Relation.kind == RelationKind.PRIMARY_CONTACT
    leaves |= (Relation.person == actor.ref) & (Relation.kind == RelationKind.PARTICIPANT)
    rewrite(Relation, Relation.case == case.ref, Relation.until_at.is_null(), leaves, until_at=now)
    if before and not access.relations_of(case.ref, before.ref).exists():
        is_resource = Role.RESOURCE_PERSON in policy.roles(before)
        kind = RelationKind.RESOURCE if is_resource else RelationKind.PARTICIPANT
        access.tie(actor, case, before, kind, "Var tovholder")
    access.tie(actor, case, actor, RelationKind.PRIMARY_CONTACT, "Sagde ja til at være tovholder")
