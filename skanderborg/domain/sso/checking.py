"""Whether single sign-on would work, tried out before anybody needs it (`flask sso check`)."""

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Any

from ... import clock
from ...settings import Settings
from . import SKEW_SECONDS, expiring, flows, provider
from .asking import ask
from .refusing import ProviderDown

Checks = dict[str, dict[str, Any]]


def checked(settings: Settings, answer_at: str) -> Checks:
    """Each check by name, with `ok`: what the provider says of itself, its keys, its clock beside ours, whether it
    knows the address that people come back to, whether it takes our secret, and until when. Signs nobody in."""
    provider.forget()
    found: Checks = {"secret": expiring.state(settings, clock.today())}
    try:
        known = provider.known(settings)
    except ProviderDown as error:
        return {"discovery": {"ok": False, "failure": error.reason}} | found
    found |= {"discovery": {"ok": True}, "keys": {"ok": True, "keys": len(known.keys)}}
    for name, look in (("clock", _clock), ("redirect", _redirect), ("client", _client)):
        try:
            found[name] = look(settings, answer_at)
        except ProviderDown as error:
            found[name] = {"ok": False, "failure": error.reason}
    return found


def _clock(settings: Settings, _: str) -> dict[str, Any]:
    addresses = provider.known(settings).addresses
    said = ask(addresses.jwks_uri, settings.defaults.sso_timeout_seconds).date
    try:
        skew = abs((parsedate_to_datetime(said).astimezone(UTC) - clock.now()).total_seconds())
    except ValueError:
        return {"ok": False, "failure": "it does not say what time it is"}
    return {"ok": skew <= SKEW_SECONDS, "seconds": int(skew)}


def _redirect(settings: Settings, answer_at: str) -> dict[str, Any]:
    """It sends back at once who asks without being signed in there, and nobody to an address that it does not know."""
    asked = f"{flows.address(settings, flows.begin('sign-in'), answer_at)}&prompt=none"
    answer = ask(asked, settings.defaults.sso_timeout_seconds)
    if answer.location.startswith(answer_at):
        return {"ok": True}
    said = "kender ikke adressen" if answer.status >= 400 else "svarer med en side: åbn log ind-siden, og prøv selv"
    return {"ok": answer.status < 400, "udbyderen": [said], "adresse": [answer_at]}


def _client(settings: Settings, answer_at: str) -> dict[str, Any]:
    """A code that is none is refused as that, unless it is us who are refused."""
    form = {"grant_type": "authorization_code", "code": "check", "redirect_uri": answer_at,
            "client_id": settings.defaults.sso_client_id, "code_verifier": "x" * 43}  # fmt: skip
    answer = provider.redeem(settings, form)
    refused = str(answer.body.get("error", ""))
    return {
        "ok": refused == "invalid_grant",
        "udbyderen": [] if refused == "invalid_grant" else ["afviser sso_client_id"],
    }
