"""Single sign-on by OpenID Connect: authorization code, PKCE, nonce, a state bound to the browser (decision 33).

flows.py goes to the provider and back, provider.py knows its addresses and keys, asking.py is the only place that asks
it anything, tokens.py reads what it signed, arriving.py says who that is here, leaving.py ends sessions with it.
"""

import importlib
from collections.abc import Mapping
from typing import Any

from ... import clock
from ...settings import Settings
from ...store.people import Identity, Session
from .. import sessions
from . import arriving, flows, provider
from .flows import Flow as Flow
from .refusing import ProviderDown as ProviderDown
from .refusing import Refused as Refused


def is_set_up(settings: Settings) -> bool:
    """Whether the municipality has a provider."""
    return bool(settings.defaults.sso_issuer)


def is_down(settings: Settings) -> bool:
    """Whether the provider did not answer just now. Asks nothing."""
    return is_set_up(settings) and provider.is_silent(settings)


def tokens() -> Any:
    """What reads signatures; by name, and only here: other installations must not carry it."""
    return importlib.import_module("skanderborg.domain.sso.tokens")


def vouched(settings: Settings, flow: Flow, said: Mapping[str, str], answer_at: str) -> dict[str, Any]:
    """What the provider claims of who came back, for a flow that was ended. Raises Refused, ProviderDown."""
    token = flows.code_for(settings, flow, said, answer_at)
    claims: dict[str, Any] = tokens().of_sign_in(settings, token, flows.nonce(flow))
    return claims


def sign_in(settings: Settings, claims: Mapping[str, Any], kept: sessions.Kept, browser: str) -> tuple[Session, str]:
    """Start a session of whom the claims are about; returns it with the secret for its cookie. The one that the browser
    had ends. Raises Refused."""
    try:
        identity = arriving.arrived(settings, claims)
        return arriving.begin(settings, identity, claims, kept, browser)
    except Refused:
        arriving.write_refusal(settings, claims)
        raise


def is_fresh(settings: Settings, claims: Mapping[str, Any], flow: Flow) -> bool:
    """Whether someone signed in at the provider since the flow began, as was asked: it may hand over what is older."""
    at = tokens().instant(claims, "auth_time")
    wanted, given = settings.defaults.sso_step_up_class, claims.get("acrs", [])
    is_of_class = not wanted or wanted in ([given] if isinstance(given, str) else given)
    return is_of_class and at is not None and flow.began_at - 1 <= at <= clock.now().timestamp() + 60


def is_of(settings: Settings, claims: Mapping[str, Any], session: Session) -> bool:
    """Whether the claims are about the very one who signed in to that session: a provider hands over another person's
    token without complaint."""
    if session.identity_id is None:
        return False
    identity: Identity = session.identity
    return (identity.issuer, identity.subject) == (settings.defaults.sso_issuer, arriving.subject_of(settings, claims))
