"""What is known of the provider: its addresses and keys, asked for now and then, and kept for a day when it is silent.

Each process learns it for itself. A provider that is down lets nobody in; what is kept is for the tokens that it sends
of itself, and so that one bad minute of the page with its keys ends nothing.
"""

import base64
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import msgspec

from ... import clock
from ...refusals import is_here
from ...settings import Settings
from .asking import Answer, ask
from .refusing import ProviderDown, Refused

FRESH, KEPT = timedelta(hours=1), timedelta(hours=24)
JUST_NOW = timedelta(minutes=1)  # after this long it is asked again whether it has another key
RESTS = timedelta(seconds=10)  # so long it counts as there once it answered, and as silent once it did not
LEAST_RSA_BITS = 2048


class Addresses(msgspec.Struct, frozen=True):
    """Of its discovery document, what we use."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str = ""
    authorization_response_iss_parameter_supported: bool = False


class Known(NamedTuple):
    """What it said of itself, and when it was asked."""

    addresses: Addresses
    keys: list[dict[str, Any]]
    at: datetime


_known: dict[str, Known] = {}  # by issuer
_silent: dict[str, datetime] = {}  # since when it has not answered


def known(settings: Settings, not_before: timedelta = FRESH, kept: timedelta = KEPT) -> Known:
    """What is known of it, asked for anew when that was longer ago than `not_before`; where it is silent, what it said
    last, unless that was longer ago than `kept`. Raises ProviderDown."""
    issuer, now = settings.defaults.sso_issuer, clock.now()
    found = _known.get(issuer)
    if found and abs(now - found.at) < not_before:
        return found
    if not _was_silent(issuer, now, RESTS):
        with suppress(ProviderDown):
            return _learnt(settings, now)
    if found and abs(now - found.at) < kept:
        return found
    raise ProviderDown("it does not answer")


def is_silent(settings: Settings) -> bool:
    """Whether it did not answer when it was asked last, which was just now."""
    return _was_silent(settings.defaults.sso_issuer, clock.now(), JUST_NOW)


def _was_silent(issuer: str, now: datetime, within: timedelta) -> bool:
    since = _silent.get(issuer)
    return since is not None and abs(now - since) < within


def _learnt(settings: Settings, now: datetime) -> Known:
    """What it says now, and what is known of it from then on. Raises ProviderDown, and remembers when that was."""
    issuer = settings.defaults.sso_issuer
    try:
        fresh = _asked(settings, now)
    except ProviderDown:
        _silent[issuer] = now
        raise
    _known[issuer] = fresh
    _silent.pop(issuer, None)
    return fresh


def forget() -> None:
    """Know nothing of any provider: for whoever looks whether everything can be had (`flask sso check`)."""
    _known.clear()
    _silent.clear()


def key_for(settings: Settings, kid: str | None, kind: str) -> dict[str, Any]:
    """The provider's key of that id and kind (RSA or EC); one that is not known is asked for, at most once a minute.
    Raises Refused."""
    for not_before in (FRESH, JUST_NOW):
        keys = known(settings, not_before).keys
        fitting = [key for key in keys if key["kty"] == kind and (kid is None or key.get("kid") == kid)]
        if len(fitting) == 1:
            return fitting[0]
    raise Refused("unknown key")


def redeem(settings: Settings, form: Mapping[str, str]) -> Answer:
    """What its token endpoint answers to a form that comes from this program. Raises ProviderDown."""
    said = settings.defaults
    pair = f"{quote(said.sso_client_id, safe='')}:{quote(settings.sso_secret, safe='')}"
    basic = f"Basic {base64.b64encode(pair.encode()).decode()}"
    if _was_silent(said.sso_issuer, clock.now(), RESTS):
        raise ProviderDown("it did not answer just now")
    try:
        return ask(known(settings).addresses.token_endpoint, said.sso_timeout_seconds, dict(form), basic)
    except ProviderDown:
        _silent[said.sso_issuer] = clock.now()
        raise


def _asked(settings: Settings, now: datetime) -> Known:
    issuer, seconds = settings.defaults.sso_issuer, settings.defaults.sso_timeout_seconds
    document = ask(f"{issuer.rstrip('/')}/.well-known/openid-configuration", seconds)
    try:
        addresses = msgspec.convert(document.body, Addresses)
    except msgspec.ValidationError:
        raise ProviderDown("its discovery document is none") from None
    if document.status != 200 or addresses.issuer != issuer:
        raise ProviderDown("its discovery document is of another")
    places = (addresses.authorization_endpoint, addresses.token_endpoint, addresses.jwks_uri)
    if not all(_is_safe(place, issuer) for place in (*places, addresses.end_session_endpoint or issuer)):
        raise ProviderDown("it names an address that is not encrypted")
    keys = ask(addresses.jwks_uri, seconds).body.get("keys")
    usable = [key for key in keys if _is_usable(key)] if isinstance(keys, list) else []
    if not usable:
        raise ProviderDown("it has no key that can be used")
    return Known(addresses, usable, now)


def _is_safe(address: str, issuer: str) -> bool:
    """Encrypted, or on this machine where the provider itself is."""
    try:
        parts, own = urlsplit(address), urlsplit(issuer)
        is_local = own.scheme == "http" and parts.scheme == "http" and is_here(parts.hostname or "")
        return bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc and not parts.fragment and (
            parts.scheme == "https" or is_local
        )  # fmt: skip
    except ValueError:  # no address at all
        return False


def _is_usable(key: Any) -> bool:
    """A public key for signatures. A shared secret is none, whatever the provider says."""
    if not isinstance(key, dict) or key.get("use", "sig") != "sig":
        return False
    if key.get("kty") == "RSA" and isinstance(key.get("n"), str):
        return len(key["n"].rstrip("=")) * 6 >= LEAST_RSA_BITS and isinstance(key.get("e"), str)
    return key.get("kty") == "EC" and key.get("crv") == "P-256"
