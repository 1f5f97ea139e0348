"""What was typed and is not sent yet: kept sealed while it is typed, or when its session had ended, and given back to
its own person (REL-13).

A draft is shown by the page whose form it fills, and that page decides whether its reader may see the case (still).
Keeping one leaves no event and does not count as being there: it happens by itself, every few seconds.
"""

from datetime import datetime
from typing import NamedTuple

from .. import clock
from ..errors import Invalid, NotFound, TooLate, Unavailable
from ..policy import Action
from ..store import keys
from ..store.db import append_once, lock_chain, new_ref, transaction
from ..store.people import Draft, Person, Session
from .verbs import reads, verb

FIELD = "kladde"  # the hidden field by which a form names its draft
NEVER_KEPT = {"csrf_token", FIELD, "password", "old", "again", "code"}
LONGEST_PATH, LONGEST_FORM = 200, 400_000  # characters


class Typed(NamedTuple):
    """A form as it was typed: where it goes, on which page it stands, and its fields."""

    path: str
    page: str
    fields: dict[str, list[str]]


# ── keeping ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.PROFILE)
def save(actor: Person, session: Session, ref: str, typed: Typed) -> datetime:
    """Keep what is being typed under `ref`, which the page chose, over what was kept there; returns when.

    Raises TooLate when that draft was sent or discarded meanwhile, or is another's; Invalid for what is longer than any
    of our forms.
    """
    make_key(session.person_id)
    now = clock.now()
    if not _keep(session, ref, typed, now):
        raise TooLate("Kladden er sendt eller kasseret.")
    return now


def park(session: Session, ref: str, typed: Typed) -> str:
    """Keep a form that came after its session had ended, for the session's person; returns the draft's ref.

    That is `ref` if the form was being kept already, and else a new one.
    """
    make_key(session.person_id)
    for name in filter(None, (ref, new_ref())):
        if _keep(session, name, typed, clock.now()):
            return name
    raise Unavailable()


@transaction
def _keep(session: Session, ref: str, typed: Typed, now: datetime) -> bool:
    """Write the draft, over itself or new; False when it was used up, or is another's."""
    fields = {name: values for name, values in typed.fields.items() if name not in NEVER_KEPT}
    length = sum(len(value) for values in fields.values() for value in values)
    if length > LONGEST_FORM or max(len(typed.path), len(typed.page)) > LONGEST_PATH:
        raise Invalid("Teksten er for lang til at blive gemt som kladde. Send den i flere dele.")
    person = session.person_id
    sealed = Draft.form.seal({"ref": ref, "person": person, "form": fields})
    own = (Draft.ref == ref, Draft.person == person, Draft.used_at.is_null())
    if Draft.update(form=sealed, saved_at=now).where(*own).execute():
        return True
    columns = {"path": typed.path, "page": typed.page, "form": sealed, "created_at": now, "saved_at": now}
    return append_once(Draft, ref=ref, person=person, session=session, **columns)


@transaction
def make_key(person: str) -> None:
    """Text of a person is sealed with a key of the person's own, made when it is first needed.

    In a transaction before that of the text: a key that is taken back with the text it sealed would stay in memory.
    """
    scope = f"person:{person}"
    if keys.DataKey.get_or_none(keys.DataKey.scope == scope) is None:
        lock_chain(scope)
        if keys.DataKey.get_or_none(keys.DataKey.scope == scope) is None:
            keys.make(scope)


# ── giving back, and letting go ─────────────────────────────────────────────────────────────────────


@reads(Action.PROFILE)
def get(actor: Person, ref: str) -> Draft:
    """One's own draft that was not used yet. Raises NotFound for anyone else's."""
    draft = Draft.get_or_none(Draft.ref == ref, Draft.person == actor.ref, Draft.used_at.is_null())
    if draft is None:
        raise NotFound()
    return draft


@transaction
def discard(actor: Person, ref: str) -> str:
    """Throw a draft away: nothing of its text stays. Returns the page that it stood on. Raises NotFound."""
    draft = get(actor, ref)
    _use_up(actor, ref)
    return draft.page or draft.path


@verb(Action.PROFILE)
def sent(actor: Person, ref: str) -> None:
    """The form of this draft was sent, so nothing of it is kept; harmless when there is none."""
    _use_up(actor, ref)


def _use_up(actor: Person, ref: str) -> None:
    own = (Draft.ref == ref, Draft.person == actor.ref, Draft.used_at.is_null())
    Draft.update(used_at=clock.now(), form=None).where(*own).execute()
