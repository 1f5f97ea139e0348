"""Forms that came after their session had ended: parked sealed, and given back to their own person (decision 12)."""

from typing import Any

from .. import clock
from ..errors import NotFound
from ..store import keys
from ..store.db import insert, lock_chain, transaction
from ..store.people import Draft, Person, Session

NEVER_KEPT = {"csrf_token", "password", "old", "again"}


@transaction
def park(session: Session, path: str, form: dict[str, list[str]]) -> Draft:
    """Keep what was typed, sealed for the session's person."""
    kept = {name: values for name, values in form.items() if name not in NEVER_KEPT}
    scope = f"person:{session.person_id}"
    lock_chain(scope)
    if keys.DataKey.get_or_none(keys.DataKey.scope == scope) is None:
        keys.make(scope)
    return insert(Draft, person=session.person_id, session=session, path=path[:200], form=kept, created_at=clock.now())


def get(actor: Person, ref: str) -> Draft:
    """One's own parked form that was not used yet. Raises NotFound for anyone else's."""
    draft = Draft.get_or_none(Draft.ref == ref, Draft.person == actor.ref, Draft.used_at.is_null())
    if draft is None:
        raise NotFound()
    return draft


@transaction
def use_up(actor: Person, ref: str) -> dict[str, Any]:
    """Throw a parked form away: it was sent, or is not wanted."""
    draft = get(actor, ref)
    Draft.update(used_at=clock.now(), form=None).where(Draft.ref == ref).execute()
    return {"path": draft.path}
