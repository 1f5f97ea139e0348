"""How one likes one's own screen: what was said the first time and is put away, and whether single keys do anything."""

from ..errors import NotFound
from ..kinds import EventKind, FirstTime
from ..policy import Action
from ..store import events
from ..store.db import rewrite
from ..store.people import Person
from .verbs import verb


def says_first(actor: Person, place: FirstTime) -> bool:
    """Whether the actor has not put away yet what is said of a page the first time."""
    return place not in actor.put_away.split()


@verb(Action.PROFILE)
def put_away(actor: Person, place: FirstTime | None) -> None:
    """Say no more what a page is for. Twice changes nothing. Raises NotFound for no page that says anything."""
    if place is None:
        raise NotFound()
    if says_first(actor, place):
        rewrite(Person, Person.ref == actor.ref, put_away=f"{actor.put_away} {place}".strip())
        events.record(actor, EventKind.PERSON_PROFILE_CHANGED, actor)


@verb(Action.PROFILE)
def use_shortcuts(actor: Person, are_on: bool) -> None:
    """Let single keys open pages, or not: off until turned on, since they surprise who does not know them."""
    if are_on != actor.has_shortcuts:
        rewrite(Person, Person.ref == actor.ref, has_shortcuts=are_on)
        events.record(actor, EventKind.PERSON_PROFILE_CHANGED, actor)
