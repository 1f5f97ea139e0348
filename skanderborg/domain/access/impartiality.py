"""Habilitet: who is a party, or close to one, says so and is off the case at once; the manager decides whether that
stands (D-30; forvaltningsloven §§ 3 and 6).

It is an exclusion that someone set for oneself. The manager reads who it is and the reason, and nothing of the case.
"""

import peewee

from ... import clock, policy
from ...errors import Invalid, NotFound
from ...kinds import LetterKind
from ...mail import outbox
from ...policy import Action
from ...store import events, keys
from ...store.cases import Case, Exclusion
from ...store.db import insert, lock_chain, rewrite, transaction
from ...store.people import Department, Membership, Person
from ...store.work import Meeting, Request, Task
from .. import people
from ..reminders import reach
from . import ending

Part = Case | Task | Request | Meeting


@transaction
def asked_about(actor: Person, kind: type[Part], ref: str) -> Part:
    """What someone wants to be off: a case, or a task, request or meeting of it; nothing of it is shown.

    Raises NotFound for what the actor does not see.
    """
    look_up = {Task: policy.task_for, Request: policy.request_for, Meeting: policy.meeting_for}.get(kind)
    row = look_up(actor, ref, policy.READ[kind]) if look_up else policy.case_for(actor, ref, Action.CASE_KNOW)
    events.looked(actor, "impartiality:form", row)
    return row


@transaction
def declare(actor: Person, row: Part, reason: str | None) -> Exclusion:
    """Take oneself off a case, at once and whole: what one had goes back to others, the manager is told.

    A tovholder's case goes to the resource person on it: there is always one. Raises Invalid without a reason.
    """
    policy.require(actor, policy.READ.get(type(row), Action.CASE_KNOW), row)
    if not reason:
        raise Invalid("Skriv hvorfor du er inhabil.", "reason")
    case, now = row if isinstance(row, Case) else row.case, clock.now()
    lock_chain(f"case:{case.ref}")
    made = insert(Exclusion, case=case.ref, person=actor, reason=reason, by=actor, from_at=now)
    ending.take_back(actor, case, {actor.ref})
    events.record(actor, "impartiality:declared", made, changes={"excluded": [None, actor.ref]})
    for manager in people.managers_of(actor.ref) or [one for one in reach.managers() if one.ref != actor.ref]:
        outbox.put(LetterKind.IMPARTIALITY, manager, key=f"exclusion:{made.ref}", about=made, path="/habilitet")
    return made


# ── the manager ─────────────────────────────────────────────────────────────────────────────────────


@transaction
def waiting(actor: Person) -> list[Exclusion]:
    """What the staff of the actor's departments said of themselves and nobody has decided, the oldest first."""
    policy.require(actor, Action.IMPARTIALITY_DECIDE)
    events.looked_at_list(actor, Action.IMPARTIALITY_DECIDE)
    found = list(undecided(actor).order_by(Exclusion.from_at, Exclusion.ref))
    keys.preload({f"case:{one.case_id}" for one in found})
    return found


def count(actor: Person) -> int:
    """How many of them wait; none for who decides nothing of the kind."""
    return undecided(actor).count() if policy.may(actor, Action.IMPARTIALITY_DECIDE) else 0


@transaction
def uphold(actor: Person, ref: str) -> None:
    """Decide that it stands. Raises NotFound for what is not the actor's to decide, or was decided already."""
    policy.require(actor, Action.IMPARTIALITY_DECIDE)
    declared = _one(actor, ref)
    _decide(actor, declared)
    events.record(actor, "impartiality:upheld", declared, changes={"excluded": [None, declared.person_id]})


@transaction
def lift(actor: Person, ref: str) -> None:
    """Decide that there is nothing in the way; nobody gets access by that alone. Raises NotFound as `uphold` does."""
    policy.require(actor, Action.IMPARTIALITY_DECIDE)
    declared = _one(actor, ref)
    _decide(actor, declared, until_at=clock.now())
    events.record(actor, "impartiality:lifted", declared, changes={"excluded": [declared.person_id, None]})


def _decide(actor: Person, declared: Exclusion, **columns: object) -> None:
    decided = {"decided_by": actor, "decided_at": clock.now(), **columns}
    rewrite(Exclusion, Exclusion.ref == declared.ref, Exclusion.decided_at.is_null(), **decided)


def _one(actor: Person, ref: str) -> Exclusion:
    found = undecided(actor).where(Exclusion.ref == ref).first()
    if found is None:
        raise NotFound()
    lock_chain(f"case:{found.case_id}")
    return found


def declared_at(actor: Person | policy.Asker) -> peewee.ModelSelect:
    """Refs of those that wait for the actor, and when each was said, for a query of what waits for people."""
    return undecided(actor).select(Exclusion.ref, Exclusion.from_at)


def undecided(actor: Person | policy.Asker) -> peewee.ModelSelect:
    """Of the staff in departments that the actor heads, and of those whom nobody else heads; never of a case that is
    closed to the actor, and so never of the actor's own."""
    headed = (
        Membership.select(Membership.person)
        .join(Department)
        .join(Person, on=(Department.manager == Person.ref))
        .where(Person.disabled_at.is_null(), policy.may_work_on_cases(), Department.manager != Membership.person)
    )
    staff = Membership.select(Membership.person).join(Department).where(Department.manager == actor.ref)
    return (
        Exclusion.select(Exclusion, Person)
        .join(Person, on=(Exclusion.person == Person.ref))
        .where(
            Exclusion.by == Exclusion.person, Exclusion.decided_at.is_null(), Exclusion.until_at.is_null(),
            Exclusion.person.in_(staff) | Exclusion.person.not_in(headed),
            ~policy.is_excluded(actor.ref, Exclusion.case),
        )
    )  # fmt: skip
