"""An exercise is its own person's, and nobody else's: no role and no tie opens it."""

from ..errors import NotFound
from ..kinds import Action
from ..store.people import Person
from ..store.practice import Practice
from .grants import allow

OWN = frozenset({Action.PRACTISE})


def practice_for(actor: Person, ref: str) -> Practice:
    """One's own exercise. Raises NotFound for anyone else's, alike for missing."""
    row = Practice.get_or_none(Practice.ref == ref, Practice.person == actor.ref)
    if row is None:
        raise NotFound()
    allow(row, actor, OWN)
    return row
