"""Single sign-on by OpenID Connect: authorization code, PKCE, nonce, a state bound to the browser (decision 33).

flows.py goes to the provider and back, provider.py knows its addresses and keys, asking.py is the only place that asks
it anything, tokens.py reads what it signed, arriving.py says who that is here, leaving.py ends sessions with it.
"""

import importlib
from collections.abc import Mapping
from typing import Any

from ... import clock
from ...kinds import Proof
from ...settings import Settings
from ...store import events
from ...store.db import transaction
from ...store.people import Identity, Session
from .. import sessions, step_up
from . import arriving, flows, leaving, provider
from .flows import Flow as Flow
from .refusing import ProviderDown as ProviderDown
from .refusing import Refused as Refused

SKEW_SECONDS = 30  # by which the provider's clock may differ from ours


def is_set_up(settings: Settings) -> bool:
    """Whether the municipality has a provider."""
    return bool(settings.defaults.sso_issuer)


def is_down(settings: Settings) -> bool:
    """Whether the provider did not answer just now. Asks nothing."""
    return is_set_up(settings) and provider.is_silent(settings)


def _reader() -> Any:
    """What reads signatures; by name, and only here: other installations must not carry it."""
    return importlib.import_module("skanderborg.domain.sso.tokens")


def vouched(settings: Settings, flow: Flow, said: Mapping[str, str], answer_at: str) -> dict[str, Any]:
    """What the provider claims of who came back, for a flow that was ended. Raises Refused, ProviderDown."""
    token = flows.code_for(settings, flow, said, answer_at)
    claims: dict[str, Any] = _reader().of_sign_in(settings, token, flows.nonce(flow))
    return claims


def signed_out(settings: Settings, token: str) -> int:
    """End the sessions that a logout token of the provider's means; returns how many. Raises Refused, ProviderDown."""
    return leaving.by_token(settings, _reader().of_logout(settings, token))


def sign_in(settings: Settings, claims: Mapping[str, Any], kept: sessions.Kept, browser: str) -> tuple[Session, str]:
    """Start a session of whom the claims are about; returns it with the secret for its cookie. The one that the browser
    had ends. Raises Refused."""
    try:
        identity = arriving.arrived(settings, claims)
        return arriving.begin(settings, identity, claims, kept, browser)
    except Refused:
        arriving.write_refusal(settings, claims)
        raise


def confirm(settings: Settings, session: Session, flow: Flow, claims: Mapping[str, Any]) -> None:
    """Whoever is signed in to that session has shown anew who it is, for the one form that waits (domain/step_up.py).

    A provider hands over another person's token without complaint, or one of a sign-in from this morning, so that both
    are looked at. Raises Refused, NotFound for a draft that was sent meanwhile.
    """
    person = session.person
    if flow.person != person.ref or not _is_of(settings, claims, session):
        transaction(events.denied)(person, "session:confirm", person.ref)
        raise Refused("another person", arriving.ANOTHER)
    if not _is_fresh(settings, claims, flow):
        raise Refused("not shown anew", arriving.OLD)
    asked = step_up.waiting(person, session, flow.goes_to)
    if asked is None or asked.form_hash != flow.form:
        raise Refused("another form", arriving.ANOTHER_FORM)
    step_up.prove(person, asked, Proof.PROVIDER)


def _is_of(settings: Settings, claims: Mapping[str, Any], session: Session) -> bool:
    if session.identity_id is None:
        return False
    identity: Identity = session.identity
    return (identity.issuer, identity.subject) == (settings.defaults.sso_issuer, arriving.subject_of(settings, claims))


def _is_fresh(settings: Settings, claims: Mapping[str, Any], flow: Flow) -> bool:
    """Whether someone signed in at the provider since the flow began, and in the way that was asked for."""
    at, wanted, given = _reader().instant(claims, "auth_time"), settings.defaults.sso_step_up_class, claims.get("acrs")
    is_so = not wanted or given == wanted or (isinstance(given, list) and wanted in given)
    return is_so and at is not None and flow.began_at - SKEW_SECONDS <= at <= clock.now().timestamp() + SKEW_SECONDS
