"""Who has lost everything that he or she shows gets it taken away by two administrators: one asks, another does it."""

from datetime import timedelta

from ... import clock
from ...addresses import Place
from ...errors import Invalid, NotAllowed
from ...kinds import EventKind, LetterKind, Role
from ...mail import outbox
from ...policy import Action, roles
from ...store import events
from ...store.db import insert, lock_chain, rewrite
from ...store.factors import FactorReset
from ...store.people import Person
from .. import people, sessions
from ..verbs import reads, verb
from . import forget_all, has_any, tell

LASTS = timedelta(days=1)
OWN = "Ingen kan nulstille for sig selv. Bed to andre administratorer om det."
ASKED = "En anden administrator skal bekræfte det inden et døgn, fx her på siden."
DONE = "Det er nulstillet, og brugeren er logget af overalt. Ved næste login skal brugeren tilføje noget nyt."
TWO = "Du har selv bedt om det. En anden administrator skal bekræfte det."


@reads(Action.PEOPLE_MANAGE)
def asked(actor: Person, person: Person) -> FactorReset | None:
    """What was asked for that person and is not done yet, with who asked; None where nothing was, lately."""
    lately = FactorReset.asked_at.between(clock.now() - LASTS, clock.now())
    rows = FactorReset.select(FactorReset, Person).join(Person, on=FactorReset.asked_by)
    return rows.where(FactorReset.person == person.ref, FactorReset.done_at.is_null(), lately).first()


@verb(Action.PEOPLE_MANAGE)
def reset(actor: Person, person: Person) -> bool:
    """Ask for it, or where another administrator has asked lately do it: everything goes, every session ends, and the
    person is told. Returns whether it is done. Raises NotAllowed for one's own, Invalid for who asked alone, and where
    there is nothing to take away."""
    if actor.ref == person.ref:
        raise NotAllowed(OWN)
    lock_chain(f"person:{person.ref}")
    if not has_any(person):
        raise Invalid("Brugeren har ikke tilføjet noget, der kan nulstilles.")
    waiting = asked(actor, person)
    if waiting is None:
        _ask(actor, person)
        return False
    if waiting.asked_by_id == actor.ref:
        raise Invalid(TWO)
    rewrite(FactorReset, FactorReset.ref == waiting.ref, done_by=actor.ref, done_at=clock.now())
    forget_all(person)
    sessions.end_all(person, clock.now())
    events.record(actor, EventKind.PERSON_FACTOR_RESET, person)
    tell(person)
    return True


def _ask(actor: Person, person: Person) -> None:
    """The person is told too, since whoever took an administrator's account over would ask for this."""
    made = insert(FactorReset, person=person, asked_by=actor, asked_at=clock.now())
    events.record(actor, EventKind.PERSON_FACTOR_RESET_ASKED, person)
    tell(person)
    for one in people.active():
        if Role.ADMINISTRATOR in roles(one) and one.ref not in (actor.ref, person.ref):
            outbox.put(
                LetterKind.FACTOR_RESET, one, key=f"factor-reset:{made.ref}", about=one, opens=Place.ADMINISTRATION
            )
