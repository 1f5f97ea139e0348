"""Browsers in which a person signed in before: each holds a secret, whose hash lies here (SEC-14, SEC-21).

It opens nothing: it only tells the owner's browser from a guesser's behind the same address.
"""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .. import clock
from ..addresses import Place
from ..kinds import LetterKind
from ..mail import outbox
from ..settings import Defaults
from ..store import keys
from ..store.people import KnownDevice, Person, Session

SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
MOST = 20  # browsers of one person
CARRIED_FOR = timedelta(minutes=1)


def secret_of(kept: str) -> str:
    """The secret that a browser kept, or a new one where it kept none that is ours."""
    return kept if SECRET.fullmatch(kept) else secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """The hash under which a browser is known."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_known(person: Person, secret: str, now: datetime, limits: Defaults) -> bool:
    """Whether that person signed in here, and not too long ago."""
    here = (
        KnownDevice.select()
        .where(KnownDevice.person == person.ref, KnownDevice.token_hash == hashed(secret))
        .where(KnownDevice.used_at > now - timedelta(days=limits.known_device_days))
    )
    return here.exists()


def signed_in(person: Person, secret: str, now: datetime, limits: Defaults) -> None:
    """Someone signs in here with that person's password: where the browser is not known, the person is told by letter,
    once a day, but of the first sign-in of an account (SEC-21). It is known from now on. Inside a transaction, before
    the session is there."""
    is_told = not (secret and is_known(person, secret, now, limits)) and has_signed_in(person)
    if is_told:
        key = f"device:{hashed(secret)[:32]}:{clock.today(now)}"
        outbox.put(LetterKind.NEW_DEVICE, person, key=key, about=person, opens=Place.PROFILE)
    if secret:
        remember(person, secret, now)


def has_signed_in(person: Person) -> bool:
    """Whether the account was ever used, beyond the password."""
    return bool(Session.select().where(Session.person == person.ref, Session.is_half == False).exists())  # noqa: E712


def remember(person: Person, secret: str, now: datetime) -> None:
    """Know this browser as that person's from now on, and of all only the MOST used last. Inside a transaction."""
    KnownDevice.insert(token_hash=hashed(secret), person=person.ref, used_at=now).on_conflict(
        conflict_target=[KnownDevice.token_hash, KnownDevice.person], update={"used_at": now}
    ).execute()
    mine = KnownDevice.person == person.ref
    newest = KnownDevice.select(KnownDevice.token_hash).where(mine).order_by(KnownDevice.used_at.desc()).limit(MOST)
    KnownDevice.delete().where(mine, KnownDevice.token_hash.not_in([row.token_hash for row in newest])).execute()


def know_only(person: Person, secret: str, now: datetime) -> None:
    """Know of that person's browsers this one alone, if it has a secret. Inside a transaction."""
    KnownDevice.delete().where(KnownDevice.person == person.ref).execute()
    if secret:
        remember(person, secret, now)


# ── over a sign-out, which has the browser forget all it kept ───────────────────────────────────────


def carried(secret: str) -> str:
    """The secret, to stand for a moment in the address of the page that follows a sign-out: readable by us alone."""
    nonce, until = secrets.token_bytes(12), int((clock.now() + CARRIED_FOR).timestamp())
    sealed = _seal().encrypt(nonce, f"{until} {secret}".encode(), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode().rstrip("=")


def received(text: str) -> str | None:
    """The secret that such an address carries; None for one that is not ours, or that is too old."""
    try:
        sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        until, _, secret = _seal().decrypt(sealed[:12], sealed[12:], None).decode().partition(" ")
    except (ValueError, InvalidTag):
        return None
    return secret if clock.now() < datetime.fromtimestamp(int(until), UTC) else None


def _seal() -> AESGCM:
    return AESGCM(hmac.new(keys.web_key(), b"known-device", hashlib.sha256).digest())
