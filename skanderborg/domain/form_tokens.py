"""The token that forms carry, by which one of ours is told from one that another site sends (decision 12, SEC-23)."""

import hashlib
import hmac
import secrets

from ..store import keys
from ..store.people import Session

TOKEN_BYTES = 32


def of_session(session: Session | None) -> str:
    """The token that forms carry: bound to the session, without a clock of its own (SEC-23).

    Masked anew each time, so that a compressed page tells nothing of it; signed out it is no secret, and always the
    same, so that two refusals to sign in are alike to the byte.
    """
    mask = secrets.token_bytes(TOKEN_BYTES) if session else bytes(TOKEN_BYTES)
    return (mask + _xor(mask, _token_of(session))).hex()


def is_of(session: Session | None, given: str) -> bool:
    """Whether a form carries the session's token."""
    try:
        told = bytes.fromhex(given)
    except ValueError:
        return False
    mask, masked = told[:TOKEN_BYTES], told[TOKEN_BYTES:]
    return len(masked) == TOKEN_BYTES and hmac.compare_digest(_xor(mask, masked), _token_of(session))


def _token_of(session: Session | None) -> bytes:
    bound_to = session.id_hash if session else "signed-out"
    return hmac.new(keys.web_key(), f"form:{bound_to}".encode(), hashlib.sha256).digest()


def _xor(one: bytes, other: bytes) -> bytes:
    return bytes(left ^ right for left, right in zip(one, other, strict=True))
