"""Habilitet: who is a party, or close to one, says so and is off the case at once; the manager decides whether that
stands (D-30; forvaltningsloven §§ 3 and 6).

It is an exclusion that someone set for oneself. The manager reads who it is and the reason, and nothing of the case; so
of one that only a manager may agree to (see exclusions.py).
"""

import peewee

from ... import clock, policy
from ...errors import Invalid, NotFound
from ...kinds import EventKind
from ...policy import Action
from ...store import events, keys
from ...store.cases import Case, Exclusion
from ...store.db import lock_chain, rewrite, transaction
from ...store.people import Person
from ...store.work import Meeting, Request, Task
from ..verbs import reads, verb
from ..written import add
from . import ending, exclusion_rows, exclusions, managing, walls

MOST_STANDING = 50  # decisions that a manager is shown

Part = Case | Task | Request | Meeting


@transaction
def asked_about(actor: Person, ref: str, action: Action, kind: type[Part]) -> Part:
    """What someone wants to be off: a case, or a task, request or meeting of it; nothing of it is shown.

    Raises NotFound for what the actor does not see.
    """
    look_up = {Task: policy.task_for, Request: policy.request_for, Meeting: policy.meeting_for}.get(kind)
    row = look_up(actor, ref, action) if look_up else policy.case_for(actor, ref, action)
    events.looked(actor, "impartiality:form", row)
    return row


@transaction
def declare(actor: Person, row: Part, reason: str | None) -> Exclusion:
    """Take oneself off a case, at once and whole: what one had goes back to others, the manager is told.

    A tovholder's case goes to the resource person on it: there is always one. Raises Invalid without a reason.
    """
    policy.require(actor, policy.READ.get(type(row), Action.CASE_KNOW), row)
    if not reason:
        raise Invalid("Skriv, hvorfor du er inhabil.", "reason")
    case, now = row if isinstance(row, Case) else row.case, clock.now()
    walls.hold_contacts()
    told = {"excluded": [None, actor.ref]}
    made = add(
        actor, EventKind.IMPARTIALITY_DECLARED, Exclusion, case, told=told, person=actor, reason=reason, from_at=now
    )
    ending.take_back(actor, case, {actor.ref})
    managing.ask(made)
    return made


# ── the manager ─────────────────────────────────────────────────────────────────────────────────────


@verb(Action.IMPARTIALITY_DECIDE)
def waiting(actor: Person) -> list[Exclusion]:
    """What the staff of the actor's departments said of themselves and nobody has decided, the oldest first."""
    found = list(managing.undecided(actor).order_by(Exclusion.from_at, Exclusion.ref))
    events.looked_at_list(actor, Action.IMPARTIALITY_DECIDE, [one.case_id for one in found])
    keys.preload({f"case:{one.case_id}" for one in found})
    return found


def how_many(actor: Person) -> peewee.ModelSelect:
    """The same as `count`, as a column of another query, for who decides."""
    return managing.undecided(actor).select(peewee.fn.COUNT(Exclusion.ref))


def count(actor: Person) -> int:
    """How many of them wait; none for who decides nothing of the kind."""
    return managing.undecided(actor).count() if policy.may(actor, Action.IMPARTIALITY_DECIDE) else 0


@reads(Action.IMPARTIALITY_DECIDE)
def standing(actor: Person) -> list[Exclusion]:
    """What a manager decided of the same staff, and still stands, the latest first."""
    found = list(managing.decided(actor).order_by(Exclusion.decided_at.desc(), Exclusion.ref).limit(MOST_STANDING))
    keys.preload({f"case:{one.case_id}" for one in found})
    return found


@verb(Action.IMPARTIALITY_DECIDE)
def uphold(actor: Person, ref: str) -> None:
    """Decide that it stands; one that waited is in force from now on. Raises NotFound for what is not the actor's to
    decide, or was decided already."""
    declared = _one(managing.undecided(actor), ref)
    walls.hold_contacts()  # who is shut out may have become tovholder meanwhile
    decided = {"decided_by": actor, "decided_at": clock.now()}
    rewrite(Exclusion, Exclusion.ref == declared.ref, Exclusion.decided_at.is_null(), waits_since=None, **decided)
    if declared.waits_since:
        hit = exclusion_rows.hit_by(declared.person, declared.department)
        ending.take_back(actor, declared.case, hit, department=declared.department)
    events.record(
        actor, EventKind.IMPARTIALITY_UPHELD, declared, changes={"excluded": [None, exclusions.who(declared)]}
    )


@transaction
def lift(actor: Person, ref: str, reason: str) -> None:
    """Decide that there is nothing in the way, or no longer, and tell who said so; nobody gets access by that alone.

    Raises NotFound as `uphold` does, Invalid without a reason.
    """
    declared = to_lift(actor, ref)
    if not reason:
        raise Invalid("Skriv, hvorfor spærringen kan ophæves.", "lift_reason")
    exclusions.end(actor, declared, EventKind.IMPARTIALITY_LIFTED, reason, decided_by=actor, decided_at=clock.now())


@reads(Action.IMPARTIALITY_DECIDE)
def to_lift(actor: Person, ref: str) -> Exclusion:
    """One that the actor may lift. Raises NotFound for any other."""
    return _one(managing.open_to(actor), ref)


def _one(found: peewee.ModelSelect, ref: str) -> Exclusion:
    row = found.where(Exclusion.ref == ref).first()
    if row is None:
        raise NotFound()
    lock_chain(f"case:{row.case_id}")
    return row


def declared_at(actor: Person | policy.Asker) -> peewee.ModelSelect:
    """Refs of those that wait for the actor, and when each was said, for a query of what waits for people."""
    return managing.undecided(actor).select(Exclusion.ref, Exclusion.from_at)
