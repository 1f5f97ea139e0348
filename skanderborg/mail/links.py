"""The secret of a one-time link that is sent by mail: worked out from the letter's key, by a key that lies outside the
database, both when the link is offered and when the letter is written. It is stored nowhere; only its hash is."""

import base64
import hmac

from .. import clock
from ..store import keys
from ..store.outbox import OutboxLetter
from ..store.people import OneTimeLink


def secret_of(letter_key: str) -> str:
    """The secret in the link of the letter with this key: 256 bits, as an address holds them."""
    mac = hmac.digest(keys.web_key(), f"one-time-link|{letter_key}".encode(), "sha256")
    return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def still_works(letter: OutboxLetter) -> bool:
    """Whether the link of a letter that is late may still be used: else it is not sent."""
    live = OneTimeLink.person == letter.person_id, OneTimeLink.used_at.is_null(), OneTimeLink.ends_at > clock.now()
    return bool(OneTimeLink.select().where(*live).exists())
