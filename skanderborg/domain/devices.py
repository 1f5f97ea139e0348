"""Browsers in which a person signed in before: each holds a secret, whose hash lies here (SEC-14, SEC-21).

It opens nothing: it only tells the owner's browser from a guesser's behind the same address.
"""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from ..settings import Defaults
from ..store.people import KnownDevice, Person

SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
MOST = 20  # browsers of one person


def secret_of(kept: str) -> str:
    """The secret that a browser kept, or a new one where it kept none that is ours."""
    return kept if SECRET.fullmatch(kept) else secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """The hash under which a browser is known."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_known(person: Person, secret: str, now: datetime, limits: Defaults) -> bool:
    """Whether that person signed in here, and not too long ago."""
    here = KnownDevice.select().where(
        KnownDevice.person == person.ref, KnownDevice.token_hash == hashed(secret),
        KnownDevice.used_at > now - timedelta(days=limits.known_device_days),
    )  # fmt: skip
    return here.exists()


def remember(person: Person, secret: str, now: datetime) -> None:
    """Know this browser as that person's from now on, and of all only the MOST used last. Inside a transaction."""
    KnownDevice.insert(token_hash=hashed(secret), person=person.ref, used_at=now).on_conflict(
        conflict_target=[KnownDevice.token_hash, KnownDevice.person], update={"used_at": now}
    ).execute()
    mine = KnownDevice.person == person.ref
    newest = KnownDevice.select(KnownDevice.token_hash).where(mine).order_by(KnownDevice.used_at.desc()).limit(MOST)
    KnownDevice.delete().where(mine, KnownDevice.token_hash.not_in([row.token_hash for row in newest])).execute()


def forget(person: Person) -> None:
    """Know none of that person's browsers any more. Inside a transaction."""
    KnownDevice.delete().where(KnownDevice.person == person.ref).execute()
