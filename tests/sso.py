"""What tests of single sign-on share: settings that name a provider, a browser that goes there and back."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec.structs import replace

from skanderborg import clock
from skanderborg.settings import Settings
from tests.servers.provider import CLIENT, SECRET, Provider, signed

SUBJECT = "4f2a-rikke"


def with_provider(settings: Settings, provider: Any, **said: Any) -> Settings:
    """The settings of a municipality that has this provider."""
    lines = {"sso_issuer": provider.issuer, "sso_client_id": CLIENT, "sso_timeout_seconds": 2.0, **said}
    return replace(settings, sso_secret=SECRET, defaults=replace(settings.defaults, **lines))


def claims(provider: Provider, nonce: str = "", **more: Any) -> dict[str, Any]:
    """What an honest token says of Rikke now; None takes something out."""
    now = int(clock.now().timestamp())
    said = {
        "iss": provider.issuer, "aud": CLIENT, "sub": SUBJECT, "exp": now + 300, "iat": now, "nonce": nonce,
        "sid": "session-1", "name": "Rikke Ressource", "preferred_username": "rikke@example.invalid",
        "email": "rikke@example.invalid", **more,
    }  # fmt: skip
    return {name: value for name, value in said.items() if value is not None}


def asked(answer: Any) -> dict[str, str]:
    """With what the browser was sent to the provider."""
    assert answer.status_code == 303, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def go(visitor: Any, provider: Provider, path: str = "/log-ind/udbyder", token: Callable | None = None, **more: Any):
    """There and back: what Koordinering answers to who comes back with a token of these claims."""
    sent = asked(visitor.client.get(path))
    provider.token = token or (lambda: signed(claims(provider, **{"nonce": sent["nonce"], **more})))
    return visitor.client.get("/log-ind/udbyder/svar", query_string={"state": sent["state"], "code": "c"})


class _Nobody:
    issuer = "https://login.example.invalid/kommune"


NOBODY: Any = _Nobody()  # a provider that is never asked
