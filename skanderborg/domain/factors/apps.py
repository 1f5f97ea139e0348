"""Apps that count codes (TOTP, RFC 6238): six digits, a new one every thirty seconds, each taken once."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from ... import clock
from ...errors import Invalid
from ...kinds import FactorKind
from ...store import keys
from ...store.db import transaction
from ...store.factors import Factor
from ...store.people import Person
from .. import factors

STEP_SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
SHAPE = re.compile(r"[0-9]{6}")
OFFERED_SECONDS = 1_800
WRONG = "Koden passer ikke. Vent på den næste kode i appen, og se, om telefonens ur går rigtigt."


def offer(person: Person) -> str:
    """A new secret, sealed, for the form in which its person tries it out: nothing is kept before."""
    until = int(clock.now().timestamp()) + OFFERED_SECONDS
    nonce, secret = secrets.token_bytes(12), base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    return base64.urlsafe_b64encode(nonce + _seal(person).encrypt(nonce, f"{until} {secret}".encode(), None)).decode()


def offered(person: Person, sealed: str) -> str | None:
    """The secret that was offered to that person; None for what is not ours, or too old."""
    try:
        plain = base64.urlsafe_b64decode(sealed)
        until, _, secret = _seal(person).decrypt(plain[:12], plain[12:], None).decode().partition(" ")
    except (ValueError, InvalidTag):
        return None
    return secret if clock.now() < datetime.fromtimestamp(int(until), UTC) else None


def _seal(person: Person) -> AESGCM:
    return AESGCM(hmac.new(keys.web_key(), f"app:{person.ref}".encode(), hashlib.sha256).digest())


def address(secret: str, username: str) -> str:
    """What the square says that an app reads: the secret, and what to call it."""
    named = quote(f"Koordinering:{username}")
    return f"otpauth://totp/{named}?secret={secret}&issuer=Koordinering&digits={DIGITS}&period={STEP_SECONDS}"


def add(actor: Person, name: str, secret: str | None, code: str) -> list[str]:
    """Keep an app whose code was typed; the codes that come with the first factor.

    Raises Invalid as `factors.keep`, and for a code that is not the app's.
    """
    step = _step_of(secret, code) if secret else None
    if secret is None or step is None:
        raise Invalid(WRONG, "code")
    return factors.keep(actor, FactorKind.APP, name, secret, step)


@transaction
def is_shown(person: Person, code: str) -> bool:
    """Whether it is a code that an app of the person's shows about now, and that was not taken before."""
    return any(_take(factor, code) for factor in factors.of_person(person) if factor.kind == FactorKind.APP)


def _take(factor: Factor, code: str) -> bool:
    step = _step_of(factor.secret, code)
    if step is None:
        return False
    later = (Factor.ref == factor.ref, Factor.step < step)  # none twice, none before the last, and of two at once one
    return Factor.update(step=step, used_at=clock.now()).where(*later).execute() == 1


def _step_of(secret: str, code: str) -> int | None:
    """At which step, about now, the code is right. One before and one after count too, since telephones' clocks
    differ."""
    if not SHAPE.fullmatch(code):
        return None
    now = int(clock.now().timestamp()) // STEP_SECONDS
    app = TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 what every app knows
    shown = {step: app.generate(step * STEP_SECONDS) for step in (now - 1, now, now + 1)}
    return next((step for step, right in shown.items() if hmac.compare_digest(right, code.encode())), None)
