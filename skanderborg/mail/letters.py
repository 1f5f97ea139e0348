"""A letter as it is sent: fixed words from templates/mail/, safe headers, and for a meeting the calendar part.

Nothing in it tells of a person or a case (SEC-41): times, numbers, and a link that only ever opens a page.
"""

import base64
import hashlib
import hmac
import json
import string
from email.utils import format_datetime, parseaddr
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from ..addresses import Place, address_of
from ..kinds import LetterKind
from ..settings import ROOT, Settings
from ..store import keys
from ..store.outbox import OutboxLetter
from . import calendar, links, wire

TEXTS = ROOT / "templates" / "mail"
SUBJECT = "Emne: "


class Words(NamedTuple):
    """The text of one kind of letter, as the file has it."""

    subject: string.Template
    lines: tuple[string.Template, ...]


def compose(letter: OutboxLetter, address: str, settings: Settings) -> bytes:
    """The letter to one address as it goes over the wire, the same bytes each time.

    Message-ID and Date depend on the letter alone, so that what is sent twice is known as the same (REL-22). Raises
    UnsafeLetter for a header with a control character or an address outside the municipality's domains (SEC-40, 42).
    """
    refuse_address(address, settings)
    words = json.loads(letter.words)
    headers = _headers(letter, address, words, settings)
    parts = [wire.Part("text/plain; charset=utf-8", text(letter, words, settings))]
    method = letter.kind.traits.method
    if method:
        appointment = calendar.part(letter, method, words, address, sender(settings), uid(letter, settings))
        parts.append(wire.Part(f"text/calendar; charset=utf-8; method={method}", appointment))
    return wire.written(headers, parts, boundary=opaque(f"boundary:{letter.key}"))


def refuse_address(address: str, settings: Settings) -> None:
    """Raise wire.UnsafeLetter unless the address is a plain one in the municipality's own domains (SEC-40)."""
    allowed = {name.casefold() for name in settings.defaults.mail_domains}
    if not wire.ADDRESS.fullmatch(address) or address.rpartition("@")[2].casefold() not in allowed:
        raise wire.UnsafeLetter("To")


def sender(settings: Settings) -> str:
    """The bare address that letters come from."""
    return parseaddr(settings.defaults.mail_from)[1]


def domain(settings: Settings) -> str:
    """The name behind the @ of Message-IDs and calendar UIDs."""
    return urlsplit(settings.base_url).hostname or "localhost"


# ── words ───────────────────────────────────────────────────────────────────────────────────────────


def text(letter: OutboxLetter, words: dict[str, str | int], settings: Settings) -> str:
    """The body. A line that names a word which the letter was not given is left out."""
    known = words | {"link": settings.base_url + _leads_to(letter), "profile": settings.base_url + Place.PROFILE}
    lines = [line for line in (*_words(letter.kind).lines, *_footer()) if set(line.get_identifiers()) <= known.keys()]
    return "\n".join(line.substitute(known) for line in lines) + "\n"


def _leads_to(letter: OutboxLetter) -> str:
    """The address that it leads to; of a one-time link only the letter itself ever holds it."""
    is_secret = letter.kind == LetterKind.ONE_TIME_LINK
    return Place.ONE_TIME_LINK.format(secret=links.secret_of(letter.key)) if is_secret else address_of(letter.opens)


@cache
def _words(kind: str) -> Words:
    first, _, *rest = (TEXTS / f"{kind}.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return Words(string.Template(first.removeprefix(SUBJECT)), tuple(string.Template(line) for line in rest))


@cache
def _footer() -> tuple[string.Template, ...]:
    lines = (TEXTS / "_footer.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    return tuple(string.Template(line) for line in lines)


# ── headers ─────────────────────────────────────────────────────────────────────────────────────────


def _headers(letter: OutboxLetter, address: str, words: dict[str, str | int], settings: Settings) -> dict[str, str]:
    return {
        "From": settings.defaults.mail_from,
        "To": address,
        "Reply-To": settings.defaults.mail_reply_to,
        "Subject": _words(letter.kind).subject.substitute(words),
        "Date": format_datetime(letter.due_at),
        "Message-ID": f"<{opaque(letter.key)}@{domain(settings)}>",
        "X-Skb-Letter": str(letter.kind),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }


def opaque(name: str) -> str:
    """A name that tells nothing: only who holds the keys can make it."""
    mac = hmac.new(keys.web_key(), f"letter|{name}".encode(), hashlib.sha256).digest()
    return base64.b32encode(mac[:20]).decode().lower()


def uid(letter: OutboxLetter, settings: Settings) -> str:
    """The calendar's name for the meeting, the same in every letter about it."""
    return f"{opaque(f'meeting:{letter.meeting_id}')}@{domain(settings)}"
