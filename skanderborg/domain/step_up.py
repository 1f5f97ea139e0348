"""Showing anew who one is, before what matters most: an extract that leaves the house, a role, an erasure (SEC-63).

A form that is sent without it waits as a draft. Its person shows who he or she is, gets the form back as it was typed,
and sends it. What was shown counts in that session, for that form alone, once, and for some minutes. A change of what
it holds, or of where it goes, makes it another form.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from .. import clock
from ..errors import Invalid
from ..kinds import EventKind, Proof
from ..policy import Action
from ..settings import Defaults
from ..store import events
from ..store.db import transaction
from ..store.factors import StepUp
from ..store.idempotency import hash_of
from ..store.people import Person, Session
from . import drafts, factors, sessions
from .factors import checking
from .verbs import reads, verb

NOTHING = checking.Shown("", "", "")


@transaction
def ask(session: Session, draft_ref: str, path: str, form: Mapping[str, Any]) -> None:
    """Remember for which form its person must show who he or she is: where it goes, and what it holds.

    What was shown for an earlier version of the draft counts no more.
    """
    columns = {
        "session": session.ref, "person": session.person_id, "form_hash": hash_of((path, form)),
        "asked_at": clock.now(), "proof": None, "proved_at": None, "used_at": None,
    }  # fmt: skip
    StepUp.insert(draft=draft_ref, **columns).on_conflict(conflict_target=[StepUp.draft], update=columns).execute()


@transaction
def use(session: Session, draft_ref: str, path: str, form: Mapping[str, Any], limits: Defaults) -> bool:
    """Whether its person has shown who he or she is for this very form; from now on that counts no more."""
    now = clock.now()
    lately = StepUp.proved_at.between(now - timedelta(minutes=limits.step_up_minutes), now)
    this = (StepUp.draft == draft_ref, StepUp.session == session.ref, StepUp.form_hash == hash_of((path, form)))
    return StepUp.update(used_at=now).where(*this, lately, StepUp.used_at.is_null()).execute() == 1


@reads(Action.PROFILE)
def waiting(actor: Person, session: Session, draft_ref: str) -> StepUp | None:
    """The form of one's own draft that waits for it in this session; None where it waits for nothing.

    Raises NotFound for a draft that was sent or discarded, and for anyone else's.
    """
    drafts.get(actor, draft_ref)
    own = (StepUp.draft == draft_ref, StepUp.session == session.ref, StepUp.proved_at.is_null())
    return StepUp.get_or_none(*own)


def prove_by_password(
    actor: Person, asked: StepUp, password: str, limits: Defaults, shown: checking.Shown = NOTHING, base_url: str = ""
) -> None:
    """Show it with the password, typed again, and by who has it with what stands beside that.

    What is wrong counts as a guess does. Raises Invalid, also for one whom the municipality's provider vouched for, and
    must vouch for again (domain/sso/).
    """
    if asked.session.identity_id:
        raise Invalid("Bekræft det hos kommunens login.", "password")
    sessions.confirm(actor, password, limits)
    has_factor = factors.has_any(actor)
    if has_factor:
        checking.check(actor, asked.session, shown, limits, base_url)
    prove(actor, asked, Proof.SECOND_FACTOR if has_factor else Proof.PASSWORD)


@verb(Action.PROFILE)
def prove(actor: Person, asked: StepUp, proof: Proof) -> None:
    """The actor has shown who he or she is in the session that was asked, in a way that the caller has checked."""
    same = (StepUp.draft == asked.draft, StepUp.person == actor.ref, StepUp.form_hash == asked.form_hash)
    if StepUp.update(proof=proof, proved_at=clock.now()).where(*same, StepUp.proved_at.is_null()).execute():
        events.record(actor, EventKind.SESSION_CONFIRMED, asked.session, {"proof": [None, proof]})
