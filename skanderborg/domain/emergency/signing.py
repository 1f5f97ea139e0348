"""A manager looks at every use of the emergency access, and says whether there was need of it.

The manager reads who, when, what happened and why, and nothing of the case.
"""

import peewee

from ... import clock, policy
from ...errors import Invalid, NotFound
from ...kinds import EmergencyVerdict, EventKind
from ...mail import outbox
from ...policy import Action
from ...store import events, keys
from ...store.db import lock_chain
from ...store.emergency import EmergencyUse
from ...store.people import Person
from ..verbs import reads, verb
from ..written import revise
from . import telling


@verb(Action.EMERGENCY_SIGN)
def waiting(actor: Person) -> list[EmergencyUse]:
    """What nobody has looked at, each with who used it, the oldest first; the look is written down."""
    found = list(_with_person(actor).order_by(EmergencyUse.at, EmergencyUse.ref))
    events.looked_at_list(actor, Action.EMERGENCY_SIGN, [one.case_id for one in found])
    keys.preload({f"case:{one.case_id}" for one in found})
    return found


def _with_person(actor: Person) -> peewee.ModelSelect:
    return policy.emergencies_to_sign(actor).select_extend(Person.ref, Person.name).join(
        Person, on=(EmergencyUse.person == Person.ref)
    )  # fmt: skip


def how_many(actor: Person) -> peewee.ModelSelect:
    """The same as `count`, as a column of another query, for who looks at them."""
    return policy.emergencies_to_sign(actor).select(peewee.fn.COUNT(EmergencyUse.ref))


def count(actor: Person) -> int:
    """How many wait for the actor; none for who looks at none."""
    return policy.emergencies_to_sign(actor).count() if policy.may(actor, Action.EMERGENCY_SIGN) else 0


def used_at(actor: Person | policy.Asker) -> peewee.ModelSelect:
    """Refs of those that wait, and when each was used, for a query of what waits for people."""
    return policy.emergencies_to_sign(actor).select(EmergencyUse.ref, EmergencyUse.at)


@reads(Action.EMERGENCY_SIGN)
def to_sign(actor: Person, ref: str) -> EmergencyUse:
    """One that the actor may look at, held until the end of the transaction. Raises NotFound for any other."""
    use = policy.emergencies_to_sign(actor).where(EmergencyUse.ref == ref).first()
    if use is None:
        raise NotFound()
    lock_chain(f"case:{use.case_id}")
    return use


@verb(Action.EMERGENCY_SIGN)
def sign(actor: Person, ref: str, verdict: EmergencyVerdict, note: str | None, seen_version: int) -> EmergencyUse:
    """Say what one came to; where there was no need of it, why, and the auditors are told.

    Raises NotFound for what is not the actor's to look at, Invalid without a note, Conflict when someone was faster.
    """
    use = to_sign(actor, ref)
    if verdict == EmergencyVerdict.NOT_JUSTIFIED and not note:
        raise Invalid("Skriv, hvorfor der ikke var brug for den, og hvad du gør ved det.", "note")
    signed = revise(
        actor, EventKind.EMERGENCY_SIGNED, use, seen_version, told=("verdict",), verdict=verdict, note=note,
        signed_by=actor, signed_at=clock.now(),
    )  # fmt: skip
    outbox.void(signed)
    if verdict == EmergencyVerdict.NOT_JUSTIFIED:
        telling.alarm_auditors()
    return signed
