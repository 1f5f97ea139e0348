"""Signing out that begins at the provider: of its session by `sid`, or of everyone who is that subject.

Back-channel, by a token that it signs and sends; front-channel, by a page of its own that asks for one of ours, with a
`sid` that only it and we were told.
"""

from typing import Any
from urllib.parse import urlencode

from ... import clock
from ...settings import Settings
from ...store.db import lock_chain, transaction
from ...store.people import Identity, Session
from .. import sessions
from . import arriving, flows, provider
from .refusing import Refused


def by_token(settings: Settings, claims: dict[str, Any]) -> int:
    """End the sessions that the claims of a logout token mean, once; returns how many. Raises Refused."""
    if not flows.use_up(f"logout {claims['jti']}"):
        raise Refused("logout token was used")
    subject = claims.get(settings.defaults.sso_subject_claim)
    return _end(settings.defaults.sso_issuer, claims.get("sid"), subject)


def by_sid(settings: Settings, issuer: str, sid: str) -> int:
    """End the session here that began in that session of the provider's. Raises Refused."""
    if issuer != settings.defaults.sso_issuer or not sid:
        raise Refused("front-channel sign-out")
    return _end(issuer, sid, None)


def address(settings: Settings, back_to: str) -> str:
    """Where someone signs out of the provider too. Raises ProviderDown, Refused where it has no such page."""
    there = provider.known(settings).addresses.end_session_endpoint
    if not there:
        raise Refused("no sign-out there", "Log ud på kommunens egen side for login. Her er du logget ud.")
    said = urlencode({"client_id": settings.defaults.sso_client_id, "post_logout_redirect_uri": back_to})
    return f"{there}{'&' if '?' in there else '?'}{said}"


@transaction
def _end(issuer: str, sid: Any, subject: Any) -> int:
    meant = Session.sid_hash == arriving.sid_hash(issuer, sid) if sid else (Identity.subject == str(subject))
    live = list(
        Session.select(Session, Identity)
        .join(Identity)
        .where(Identity.issuer == issuer, meant, Session.ended_at.is_null())
        .order_by(Session.person)
    )
    for ref in sorted({session.person_id for session in live}):
        lock_chain(f"person:{ref}")
    for session in live:
        sessions.end_one(session, clock.now())
    return len(live)
