"""The provider's tokens: signed by one of its keys, meant for us, of now, and of what we asked.

Imported by name where single sign-on is set up (see `__init__.py`): what reads signatures is memory that no other
installation carries.
"""

import hmac
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry

from ... import clock
from ...settings import Settings
from . import provider
from .refusing import Refused

ALGORITHMS = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
LONGEST = 64 * 1024
LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600  # a token that was made longer ago is not the answer to what we asked
LOGOUT = "http://schemas.openid.net/event/backchannel-logout"
STRANGE = {"crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "enc"}  # nothing that we go by; who sends it is not ours


def of_sign_in(settings: Settings, token: Any, nonce: str) -> dict[str, Any]:
    """What an ID token claims, once it is the one we asked for by this nonce. Raises Refused, ProviderDown."""
    claims = _claims(settings, token)
    if not hmac.compare_digest(_text(claims, "nonce").encode(), nonce.encode()):
        raise Refused("nonce")
    if "events" in claims:
        raise Refused("not an ID token")
    return claims


def of_logout(settings: Settings, token: Any) -> dict[str, Any]:
    """What a logout token claims (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises Refused, ProviderDown."""
    claims = _claims(settings, token)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT), dict) or "nonce" in claims:
        raise Refused("not a logout token")
    if not _text(claims, "jti") or not (_text(claims, "sid") or _text(claims, "sub")):
        raise Refused("a logout token of nobody")
    return claims


def _claims(settings: Settings, token: Any) -> dict[str, Any]:
    claims = _signed(settings, token)
    _check_whose(settings, claims)
    _check_when(claims)
    return claims


def _signed(settings: Settings, token: Any) -> dict[str, Any]:
    """The claims of a compact signature that one of the provider's keys made, of the kind that its header says."""
    if not isinstance(token, str) or len(token) > LONGEST or token.count(".") != 2:
        raise Refused("no token")
    try:
        header = jws.extract_compact(token.encode()).headers()
        kid = header.get("kid")
        if header.get("alg") not in ALGORITHMS or STRANGE & header.keys() or not isinstance(kid, str | None):
            raise Refused("algorithm")
        key = provider.key_for(settings, kid, ALGORITHMS[header["alg"]])
        signed = jws.deserialize_compact(token, JWKRegistry.import_key(key), algorithms=[header["alg"]])
        return msgspec.json.decode(signed.payload, type=dict)
    except (JoseError, ValueError, TypeError, msgspec.MsgspecError, RecursionError) as error:
        raise Refused(f"signature: {type(error).__name__}") from None


def _check_whose(settings: Settings, claims: dict[str, Any]) -> None:
    said = settings.defaults
    audience = claims.get("aud")
    if claims.get("iss") != said.sso_issuer:
        raise Refused("issuer")
    if audience != said.sso_client_id and audience != [said.sso_client_id]:
        raise Refused("audience")
    if claims.get("azp", said.sso_client_id) != said.sso_client_id:
        raise Refused("authorized party")
    if said.sso_tenant and claims.get("tid") != said.sso_tenant:
        raise Refused("tenant")


def _check_when(claims: dict[str, Any]) -> None:
    now = clock.now().timestamp()
    until, made, begins = (instant(claims, name) for name in ("exp", "iat", "nbf"))
    if until is None or until <= now - LEEWAY_SECONDS:
        raise Refused("expired")
    if made is None or not now - OLDEST_SECONDS < made < now + LEEWAY_SECONDS:
        raise Refused("not made now")
    if "nbf" in claims and (begins is None or begins > now + LEEWAY_SECONDS):
        raise Refused("not valid yet")


def instant(claims: dict[str, Any], name: str) -> float | None:
    """A claim in seconds since 1970; None where it is missing, or no number."""
    value = claims.get(name)
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""
