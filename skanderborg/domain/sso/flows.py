"""One way to the provider and back: begun by one browser, which alone can end it, once, within ten minutes.

Nothing is stored for one that is begun, since anybody can: the browser keeps it, signed. What it is compared by (nonce,
PKCE) is worked out from its `state` by a key that nobody else has. That it was ended is a row.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

import msgspec

from ... import clock
from ...settings import Settings
from ...store import keys
from ...store.db import append_once, transaction
from ...store.people import UsedOnce
from . import provider
from .refusing import Refused

LASTS_SECONDS = 600
LONGEST = 2_000  # characters of what a browser keeps
STALE = "Login blev startet i et andet vindue, eller for længe siden. Begynd forfra."
Purpose = Literal["sign-in", "again", "step-up"]


class Flow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why someone is sent to the provider, and where to go on. `person` is who must come back, where that is known."""

    state: str
    purpose: Purpose
    began_at: int  # seconds since 1970
    goes_to: str = ""
    device: str = ""
    person: str = ""
    form: str = ""  # a blind hash of the one that waits


def begin(purpose: Purpose, goes_to: str = "", device: str = "", person: str = "", form: str = "") -> Flow:
    """A new one, which begins now."""
    state = secrets.token_urlsafe(32)
    return Flow(state, purpose, int(clock.now().timestamp()), goes_to[:500], device, person, form)


def address(settings: Settings, flow: Flow, answer_at: str) -> str:
    """Where at the provider it goes on; the answer comes back to `answer_at`. Raises ProviderDown."""
    said = settings.defaults
    there = provider.known(settings, provider.RESTS, provider.RESTS).addresses.authorization_endpoint
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier(flow).encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code", "response_mode": "query", "client_id": said.sso_client_id, "redirect_uri": answer_at,
        "scope": "openid profile email", "state": flow.state, "nonce": nonce(flow), "code_challenge": challenge,
        "code_challenge_method": "S256",
    }  # fmt: skip
    if flow.purpose == "step-up":
        asked |= {"prompt": "login", "max_age": "0"}
        if said.sso_step_up_class:
            asked["claims"] = _claims_request(said.sso_step_up_class)
    return f"{there}{'&' if '?' in there else '?'}{urlencode(asked)}"


def _claims_request(step_up_class: str) -> str:
    return msgspec.json.encode({"id_token": {"acrs": {"essential": True, "value": step_up_class}}}).decode()


def kept(flow: Flow) -> str:
    """The text that the browser keeps meanwhile."""
    body = base64.urlsafe_b64encode(msgspec.json.encode(flow)).decode().rstrip("=")
    return f"{body}.{_derived('kept', body)}"


def ended(settings: Settings, text: str, said: Mapping[str, str]) -> Flow:
    """The flow that the browser kept, ended by what came back to it, once. Raises Refused."""
    flow = _opened(text)
    if not hmac.compare_digest(flow.state.encode(), said.get("state", "").encode()):
        raise Refused("state", STALE)
    if not 0 <= clock.now().timestamp() - flow.began_at + 1 <= LASTS_SECONDS:
        raise Refused("too late", STALE)
    _check_sender(settings, said)
    if not _use_up(hashlib.sha256(flow.state.encode()).hexdigest()):
        raise Refused("state was used", STALE)
    return flow


def code_for(settings: Settings, flow: Flow, said: Mapping[str, str], answer_at: str) -> Any:
    """The ID token for the code that came back. Raises Refused, ProviderDown."""
    if "error" in said:
        raise Refused("the provider refused", "Du blev ikke logget ind hos kommunens login. Prøv igen.")
    code = said.get("code", "")
    if not 0 < len(code) <= LONGEST * 4:
        raise Refused("no code")
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": answer_at,
        "client_id": settings.defaults.sso_client_id, "code_verifier": verifier(flow),
    }  # fmt: skip
    answer = provider.redeem(settings, form)
    if answer.status >= 500:
        raise provider.ProviderDown("its token endpoint fails")
    if answer.status != 200:
        raise Refused("the code is none")
    return answer.body.get("id_token")


def use_up(token: str) -> bool:
    """Note that something that may be used once was; whether it had not been."""
    return _use_up(hashlib.sha256(token.encode()).hexdigest())


def nonce(flow: Flow) -> str:
    """What the ID token must say again."""
    return _derived("nonce", flow.state)


def verifier(flow: Flow) -> str:
    """What proves that who redeems the code is who asked for it (PKCE)."""
    return _derived("verifier", flow.state)


@transaction
def _use_up(token_hash: str) -> bool:
    return append_once(UsedOnce, token_hash=token_hash, at=clock.now())


def _check_sender(settings: Settings, said: Mapping[str, str]) -> None:
    """That the answer is of this provider, where it says so, or should (RFC 9207)."""
    must = provider.known(settings).addresses.authorization_response_iss_parameter_supported
    if said.get("iss", "" if must else settings.defaults.sso_issuer) != settings.defaults.sso_issuer:
        raise Refused("issuer of the answer")


def _opened(text: str) -> Flow:
    body, _, signature = text[:LONGEST].partition(".")
    if not body or not hmac.compare_digest(signature.encode(), _derived("kept", body).encode()):
        raise Refused("another browser", STALE)
    return msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), type=Flow)


def _derived(what: str, text: str) -> str:
    made = hmac.digest(keys.web_key(), f"sso:{what}:{text}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode().rstrip("=")
