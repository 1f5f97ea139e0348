"""The first call: a suspicion is reported, waits for a resource person, and is taken (docs/domain.md «The flow»)."""

import secrets
from datetime import datetime
from typing import NamedTuple

import peewee

from .. import clock, content, policy
from ..errors import Conflict, Invalid, NotFound
from ..kinds import Answer, CaseKind, CitizenRole, EventKind, LetterKind, Phase, RelationKind
from ..mail import outbox
from ..policy import Action
from ..store import events, keys
from ..store.cases import Case, PhaseMove, Relation
from ..store.db import change, insert, lock_chain, new_ref, transaction
from ..store.erasures import Erasure
from ..store.idempotency import creates
from ..store.people import Person
from . import access, cases, people, reminders, rules, tasks
from .access import contact, exclusions, walls
from .verbs import reads, verb
from .written import insert_by

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ2346789"  # without I, L, O, 0, 1, 5: read aloud on a phone
CODE_LENGTH = 5
FIRST_FREE = "first-free"


class Report(NamedTuple):
    """What was said on the phone; everything but what happened may be unknown."""

    what_happened: str
    citizen_role: CitizenRole
    name: str | None
    safe_contact: str | None
    children: Answer
    danger_now: Answer
    not_for: tuple[str, ...] = ()  # refs of resource persons who must not see it: a party, or close to one


class Receipt(NamedTuple):
    """What the reporter needs right after: was it received, whom to ring."""

    case: Case
    addressed_to: Person | None
    taken_by: str | None
    contacts: list[content.ContactEntry]


# ── reporting ───────────────────────────────────────────────────────────────────────────────────────


@creates(Case)
@verb(Action.SUSPICION_REPORT)
def report(actor: Person, said: Report, addressed_to: Person | None) -> Case:
    """Pass a suspicion on: to a resource person, or to the first one who is free.

    The reporter takes part in the case, unless his or her role keeps from all of them: then it is handed on and closed
    to the reporter too (SEC-02); a resource person takes it. Who must not see it is shut out before anyone can take it
    (SEC-05). Raises Invalid when the one who is addressed is no resource person, is the reporter or must not see it,
    and when nobody is left who may (S0-07).
    """
    now = clock.now()
    receivers = _receivers(actor, addressed_to, set(said.not_for), now)
    case = _insert(actor, said, receivers[0] if receivers else None, now)
    for ref in said.not_for:
        exclusions.shut_out(actor, case, people.get(ref), "Nævnt af den, der meldte mistanken")
    if not policy.is_kept_from_cases(actor):
        access.tie(actor, case, actor, RelationKind.PARTICIPANT, "Henvendte sig")
    if said.name:
        cases.name_citizen(case, said.name)
    for receiver in receivers:
        outbox.put(LetterKind.SUSPICION_NEW, receiver, key=f"case:{case.ref}:reported", about=case)
    reminders.plan_for_suspicion(case, rules.current())
    events.record(actor, EventKind.CASE_REPORTED, case)
    return case


def _receivers(actor: Person, named: Person | None, not_for: set[str], now: datetime) -> list[Person]:
    """Whom the letter goes to, the one it is addressed to first. Someone absent is not first free; who was named and
    is away keeps it beside the one who stands in, and beside the first free if that is no resource person."""
    everyone = [person for person in people.resource_persons() if person.ref not in {actor.ref, *not_for}]
    if not_for and not everyone:
        raise Invalid("Så er der ingen til at tage den. Ring til din leder, og skriv ikke mere her.", "not_for")
    if named is None:
        return _first_free(everyone, now)
    known = {person.ref for person in everyone}
    if named.ref not in known:
        raise Invalid("Vælg en anden ressourceperson på listen.", "addressed_to")
    today = clock.today(now)
    receivers = [person for person in people.with_substitutes([named], today) if person.ref in known]
    return receivers if people.present(receivers, today) else receivers + _first_free(everyone, now)


def _first_free(everyone: list[Person], now: datetime) -> list[Person]:
    """The present resource person with the fewest open cases; everyone, if nobody is present."""
    present = people.present(everyone, clock.today(now))
    if not present:
        return everyone
    burden = dict(
        Relation.select(Relation.person, peewee.fn.COUNT(Relation.case.distinct()))
        .join(Case)
        .where(Relation.until_at.is_null(), Relation.kind == RelationKind.RESOURCE, Case.closed_at.is_null())
        .group_by(Relation.person)
        .tuples()
    )
    waiting = dict(
        Case.select(Case.addressed_to, peewee.fn.COUNT(Case.ref))
        .where(Case.claimed_at.is_null(), Case.closed_at.is_null())
        .group_by(Case.addressed_to)
        .tuples()
    )
    return [min(present, key=lambda person: burden.get(person.ref, 0) + waiting.get(person.ref, 0))]


def _insert(actor: Person, said: Report, addressed_to: Person | None, now: datetime) -> Case:
    ref = new_ref()
    lock_chain(f"case:{ref}")
    walls.hold_contacts()
    keys.make(f"case:{ref}")
    return insert(
        Case, ref=ref, code=free_code(), kind=CaseKind.FULL, phase=Phase.SUSPICION, citizen_role=said.citizen_role,
        danger_now=said.danger_now, children=said.children, is_acute=said.danger_now == Answer.YES,
        what_happened=said.what_happened, safe_contact=said.safe_contact, reported_by=actor, reported_at=now,
        addressed_to=addressed_to,
    )  # fmt: skip


def free_code() -> str:
    """A code that no case has or had. Of 24 million; of two made alike at once, the unique index refuses one."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if not any(table.select().where(table.code == code).exists() for table in (Case, Erasure)):
            return code


@transaction
def receipt(actor: Person, ref: str) -> Receipt:
    """What happens now with a suspicion that the actor reported, and whom to ring meanwhile."""
    case = policy.case_for(actor, ref, Action.CASE_READ)
    events.looked(actor, "suspicion:receipt", case)
    taken_by = access.primary_contact(case.ref)
    return Receipt(case, case.addressed_to, taken_by.name if taken_by else None, staff_to_ring())


def staff_to_ring() -> list[content.ContactEntry]:
    """Whom in the municipality to ring about a suspicion that is urgent."""
    return [entry for entry in content.contacts().values() if "staff" in entry.scope]


@reads(Action.SUSPICION_REPORT)
def addressees(actor: Person) -> list[tuple[str, str]]:
    """Whom a suspicion can be sent to, for a select: the first free, or a resource person by name."""
    everyone = [person for person in people.resource_persons() if person.ref != actor.ref]
    here = {person.ref for person in people.present(everyone, clock.today())}
    named = [
        (person.ref, person.name if person.ref in here else f"{person.name} (fraværende i dag)") for person in everyone
    ]
    return [(FIRST_FREE, "Første ledige ressourceperson"), *named]


def addressee(choice: str | None) -> Person | None:
    """The person behind a choice of `addressees`; None for the first free."""
    return None if choice in (None, "", FIRST_FREE) else people.get(choice)


# ── receiving ───────────────────────────────────────────────────────────────────────────────────────


def unclaimed(actor: Person) -> list[Case]:
    """The suspicions that nobody has taken, danger first, then the oldest, with `reported_by`; for resource persons
    only."""
    if not policy.may(actor, Action.SUSPICION_LIST):
        return []
    addressed = Person.alias()
    return list(
        Case.select(Case, Person, addressed)
        .join(Person, on=(Case.reported_by == Person.ref))
        .switch(Case)
        .join(addressed, peewee.JOIN.LEFT_OUTER, on=(Case.addressed_to == addressed.ref))
        .where(policy.sees_case(actor), access.is_unclaimed())
        .order_by(Case.is_acute.desc(), Case.reported_at, Case.ref)
    )


@verb(Action.SUSPICION_LIST)
def index(actor: Person) -> list[Case]:
    """The page of unclaimed suspicions. Raises NotAllowed for who is no resource person."""
    found = unclaimed(actor)
    events.looked_at_list(actor, Action.SUSPICION_LIST, [case.ref for case in found])
    return found


@transaction
def take(actor: Person, ref: str) -> Case:
    """Take a suspicion: the actor is resource person and tovholder until the reporter, who is asked, accepts.

    Of two who take at once the second gets Conflict, if he or she was shown it; taking it twice changes nothing. Raises
    NotFound for who was not, Invalid for the tovholder of the other party's case.
    """
    try:
        lock_chain(f"case:{ref}")
        if mine := _taken_by(actor, ref):
            return mine
        case = policy.case_for(actor, ref, Action.SUSPICION_TAKE)
        walls.refuse_contact(actor, case, actor)
        taken = _claim(actor, case)
    except (NotFound, Conflict):
        _refuse_taken(actor, ref)
        raise
    _tie(actor, taken)
    insert_by(actor, PhaseMove, taken, from_phase=case.phase, to_phase=taken.phase)
    reminders.void_for(taken)
    outbox.void(taken)
    events.record(actor, EventKind.CASE_TAKEN, taken, changes={"phase": [case.phase, taken.phase]})
    if taken.offered_to_id:
        contact.ask(taken)
    tasks.plan(actor, taken)
    return taken


def _taken_by(actor: Person, ref: str) -> Case | None:
    """The case, if it is the actor who took the suspicion and may still read it."""
    took = PhaseMove.select(PhaseMove.case).where(
        PhaseMove.case == ref, PhaseMove.from_phase == Phase.SUSPICION, PhaseMove.by == actor.ref
    )
    return policy.visible_cases(actor).where(Case.ref.in_(took)).first()


def _claim(actor: Person, case: Case) -> Case:
    reporter = Person.get(Person.ref == case.reported_by_id)
    is_elsewhere = reporter.disabled_at or policy.is_kept_from_cases(reporter)
    cannot = reporter.ref == actor.ref or is_elsewhere or walls.is_contact_of_opposing(case, reporter)
    asked = None if cannot else reporter
    columns = {"phase": Phase.SPARRING, "claimed_at": clock.now(), "offered_to": asked}
    taken = change(case, case.version, **columns)
    policy.allow(taken, actor, policy.BY_RELATION[RelationKind.PRIMARY_CONTACT])
    return taken


def _refuse_taken(actor: Person, ref: str) -> None:
    if policy.was_slower(actor, ref):
        raise Conflict("En anden har taget den. Du behøver ikke at gøre mere.")


def _tie(actor: Person, case: Case) -> None:
    for kind in (RelationKind.RESOURCE, RelationKind.PRIMARY_CONTACT):
        access.tie(actor, case, actor, kind, "Tog mistanken")
