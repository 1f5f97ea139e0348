"""What someone shows beside the password (SEC-13): kept, named, and let go of; checking.py checks it.

Each is added by who has just used it, told of by letter, and where one is required the last is not taken away. With
the first come codes for who loses it, shown once.
"""

from typing import NamedTuple

from ... import clock
from ...addresses import Place
from ...errors import Invalid, NotFound
from ...kinds import EventKind, FactorKind, LetterKind
from ...mail import outbox
from ...policy import Action
from ...store import events
from ...store.db import insert, lock_chain, new_ref, remove, transaction
from ...store.factors import Factor, RecoveryCode
from ...store.people import Person
from .. import drafts, rules
from ..verbs import reads, verb
from . import codes

MOST = 10  # of one person
LAST = "Det er din sidste, og en er påkrævet. Tilføj en anden, før du fjerner den."


class Held(NamedTuple):
    """What someone has to show, and how many codes are left for who loses it."""

    factors: list[Factor]
    codes_left: int

    @property
    def kinds(self) -> set[FactorKind]:
        """Which kinds there are among them."""
        return {factor.kind for factor in self.factors}


def is_required() -> bool:
    """Whether everyone with a local account must have one (`second_factor_required`)."""
    return rules.current().second_factor_required == "yes"


def is_awaited(person: Person) -> bool:
    """Whether who signs in with the password must show something more, or get something to show."""
    return is_required() or has_any(person)


def has_any(person: Person) -> bool:
    """Whether someone has anything to show."""
    return Factor.select(Factor.ref).where(Factor.person == person.ref).exists()


def of_person(person: Person) -> list[Factor]:
    """What someone has to show, the first added first."""
    return list(Factor.select().where(Factor.person == person.ref).order_by(Factor.created_at))


@reads(Action.PROFILE)
def mine(actor: Person) -> Held:
    """What the actor has to show."""
    left = RecoveryCode.select().where(RecoveryCode.person == actor.ref, RecoveryCode.used_at.is_null())
    return Held(of_person(actor), left.count())


def keep(actor: Person, kind: FactorKind, name: str, secret: str, step: int) -> list[str]:
    """Keep what the actor has just shown, which was checked; the codes that come with the first, to be shown once.

    Raises Invalid for too many, and for a name that stands there already.
    """
    drafts.make_key(actor.ref)
    return _keep(actor, kind, " ".join(name.split()), secret, step)


@verb(Action.PROFILE)
def _keep(actor: Person, kind: FactorKind, name: str, secret: str, step: int) -> list[str]:
    lock_chain(f"person:{actor.ref}")
    there = of_person(actor)
    if len(there) >= MOST:
        raise Invalid("Du har så mange, som man kan have. Fjern en først.", "name")
    if name.casefold() in {factor.name.casefold() for factor in there}:
        raise Invalid("Du har allerede en med det navn.", "name")
    now, columns = clock.now(), {"kind": kind, "name": name, "secret": secret, "step": step}
    factor = insert(Factor, person=actor, created_at=now, used_at=now, **columns)
    events.record(actor, EventKind.PERSON_FACTOR_ADDED, factor)
    tell(actor)
    return [] if there else codes.make(actor)


@reads(Action.PROFILE)
def mine_only(actor: Person, ref: str) -> Factor:
    """One of the actor's own. Raises NotFound for anyone else's."""
    factor = Factor.get_or_none(Factor.ref == ref, Factor.person == actor.ref)
    if factor is None:
        raise NotFound()
    return factor


@verb(Action.PROFILE)
def forget(actor: Person, ref: str) -> None:
    """Take one of the actor's own away, and with the last the codes too.

    Raises NotFound for anyone else's; Invalid for the last where one is required.
    """
    lock_chain(f"person:{actor.ref}")
    factor = mine_only(actor, ref)
    is_last = len(of_person(actor)) == 1
    if is_last and is_required():
        raise Invalid(LAST)
    remove(Factor, Factor.ref == ref)
    if is_last:
        remove(RecoveryCode, RecoveryCode.person == actor.ref)
    events.record(actor, EventKind.PERSON_FACTOR_REMOVED, factor)
    tell(actor)


@verb(Action.PROFILE)
def new_codes(actor: Person) -> list[str]:
    """New codes for who loses the rest, to be shown once; the old ones count no more. Raises Invalid without a rest."""
    lock_chain(f"person:{actor.ref}")
    if not has_any(actor):
        raise Invalid("Tilføj først en adgangsnøgle eller en app.")
    tell(actor)
    return codes.make(actor)


def tell(person: Person) -> None:
    """One letter of fixed words to who it is about, inside a transaction."""
    outbox.put(LetterKind.FACTOR_CHANGED, person, key=f"factor:{new_ref()}", about=person, opens=Place.FACTORS)


@transaction
def forget_all(person: Person) -> None:
    """Take everything away that someone has to show; the verb that calls it asks and tells."""
    remove(Factor, Factor.person == person.ref)
    remove(RecoveryCode, RecoveryCode.person == person.ref)
