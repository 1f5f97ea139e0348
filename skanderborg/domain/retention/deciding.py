"""The manager's part: decides that a case goes, by the archive's reference, and can stop it. Of the case a manager sees
its code, its rule and its day, and nothing else (SEC-60)."""

import re
from datetime import datetime, time, timedelta

import peewee

from ... import clock, content, policy
from ...addresses import Place
from ...errors import DomainError, Invalid, NotFound, TooLate
from ...kinds import EventKind, HoldKind, LetterKind
from ...mail import outbox
from ...policy import Action
from ...store import events, keys
from ...store.cases import Case
from ...store.db import lock_chain, transaction
from ...store.people import Person
from ...store.retention import Disposal, Hold
from ..reminders import reminded
from ..verbs import reads, verb
from ..written import add, revise
from . import holds, proposals

REFERENCE = re.compile(r"[\w][\w .,:/()-]{2,59}")
DECIDED = "Det er allerede besluttet. Det kan stadig standses."
CPR = re.compile(r"\b\d{6}[- ]?\d{4}\b")


def undecided(actor: Person) -> peewee.ModelSelect:
    """What someone who knows the case said yes to, and the actor may decide: not his or her own, and of no case that is
    closed to the actor."""
    return _under_way(actor).where(Disposal.decided_at.is_null(), Disposal.agreed_by != actor.ref)


def decided(actor: Person) -> peewee.ModelSelect:
    """What is decided and can still be stopped."""
    return _under_way(actor).where(Disposal.decided_at.is_null(False))


def _under_way(actor: Person) -> peewee.ModelSelect:
    by = Person.alias()
    return (
        Disposal.select(Disposal, Case, Person, by)
        .join(Case)
        .join_from(Disposal, Person, on=(Disposal.agreed_by == Person.ref))
        .join_from(Disposal, by, peewee.JOIN.LEFT_OUTER, on=(Disposal.decided_by == by.ref), attr="manager")
        .where(
            Disposal.ended_at.is_null(), Case.closed_at.is_null(False), ~policy.is_excluded(actor.ref, Disposal.case)
        )
        .order_by(Disposal.due_on, Disposal.ref)
    )


@verb(Action.RETENTION_DECIDE)
def waiting(actor: Person) -> tuple[list[Disposal], list[Disposal]]:
    """What the actor has to decide, and what is decided and not done yet; the look is written down."""
    found = list(undecided(actor)), list(decided(actor))
    events.looked_at_list(actor, Action.RETENTION_DECIDE, [one.case_id for some in found for one in some])
    return found


def how_many(actor: Person) -> peewee.ModelSelect:
    """The same as `count`, as a column of another query, for who decides."""
    return undecided(actor).select(peewee.fn.COUNT(Disposal.ref)).order_by()


def count(actor: Person) -> int:
    """How many wait for the actor; none for who decides nothing of the kind."""
    return undecided(actor).count() if policy.may(actor, Action.RETENTION_DECIDE) else 0


@reads(Action.RETENTION_DECIDE)
def to_decide(actor: Person, ref: str) -> Disposal:
    """One that the actor may decide. Raises NotFound for any other, TooLate for one that a manager has decided."""
    proposal = _one(_under_way(actor), ref)
    if proposal.agreed_by_id == actor.ref:
        raise NotFound()
    if proposal.decided_at:
        raise TooLate(DECIDED, proposal)
    return proposal


@reads(Action.RETENTION_DECIDE)
def to_stop(actor: Person, ref: str) -> Disposal:
    """One that the actor may stop. Raises NotFound for any other."""
    return _one(_under_way(actor), ref)


@transaction
def decide(actor: Person, ref: str, archive_reference: str, seen_version: int) -> Disposal:
    """Decide that a case goes, some days from now; who knows it is told. Raises as `to_decide`, Invalid without a
    reference or while something keeps the case, Conflict."""
    proposal = to_decide(actor, ref)
    if not REFERENCE.fullmatch(archive_reference) or not re.search(r"\d", archive_reference):
        raise Invalid("Skriv arkivets eller journalens nummer, højst 60 tegn.", "archive_reference")
    if CPR.search(archive_reference):
        raise Invalid("Det ligner et CPR-nummer. Skriv arkivets eller journalens nummer.", "archive_reference")
    if holds.on(proposal.case):
        raise Invalid("Sagen skal bevares. Den, der kender sagen, må først ophæve det.", "archive_reference")
    now = clock.now()
    erase_at = _erase_at(proposal, now)
    made = revise(
        actor, EventKind.RETENTION_DECIDED, proposal, seen_version, decided_by=actor, decided_at=now,
        told=("decided_by", "archive_reference", "erase_at"), archive_reference=archive_reference, erase_at=erase_at,
    )  # fmt: skip
    day = clock.long_date_with_year(clock.today(erase_at))
    for person in {one.ref: one for one in [proposal.agreed_by, *knowing(proposal.case, now)]}.values():
        outbox.put(LetterKind.RETENTION_DECIDED, person, key=f"disposal:{ref}:decided", about=made,
                   opens=Place.RETENTION, day=day)  # fmt: skip
    return made


def _erase_at(proposal: Disposal, now: datetime) -> datetime:
    regret = now + timedelta(days=content.retention().regret_days)
    return max(regret, clock.next_valid_instant(proposal.due_on, time(0)))


def knowing(case: Case, now: datetime) -> list[Person]:
    """The tovholder of a case, or who is next to care; nobody where all have left."""
    try:
        return reminded.of_case_work(case, now)
    except DomainError:
        return []


@transaction
def stop(actor: Person, ref: str, reason: str) -> None:
    """Stop it, also when it is decided; the case is kept until someone who knows it says otherwise. Raises NotFound as
    `decide`, Invalid without a reason."""
    proposal = to_stop(actor, ref)
    if not reason:
        raise Invalid("Skriv, hvorfor sagen ikke skal slettes.", "stop_reason")
    proposals.end(actor, proposal.case)
    add(actor, EventKind.HOLD_SET, Hold, proposal.case, kind=HoldKind.MANUAL, reason=reason)


def _one(found: peewee.ModelSelect, ref: str) -> Disposal:
    row = found.where(Disposal.ref == ref).first()
    if row is None:
        raise NotFound()
    lock_chain(f"case:{row.case_id}")
    keys.preload({f"case:{row.case_id}"})
    return row
