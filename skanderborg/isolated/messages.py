"""What the readers of chats and of lists of calls (chats.py) have in common: a message, and how its parts are said."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

IN, OUT = "Indgående", "Udgående"
MESSAGE, CALL = "besked", "opkald"
NOTICES = "Meddelelser fra appen selv"
UNSENT = "Kladder og beskeder, der ikke blev sendt"
LOOSE = "Linjer uden dato før den første besked"
BY_NOBODY = (NOTICES, UNSENT, LOOSE)
NO_TEXT = "(Ingen tekst i filen)"


class Refused(Exception):
    """Why nobody can read it, in one word."""


class Message(NamedTuple):
    """One message or call. `at` is a day as it was written, or an instant in UTC; `party` is who sent it, or whom the
    phone's owner wrote to where `way` says that it went out."""

    number: int
    at: str
    time: str
    way: str
    party: str
    kind: str
    text: str
    files: tuple[str, ...] = ()


Found = tuple[str, Iterable[Message]]  # what the file is called, and its messages


def clock(hour: str, minute: str, half: str | None) -> str:
    """A time of day as a clock with 24 hours shows it."""
    if half and int(hour) <= 12:
        hour = str(int(hour) % 12 + (12 if half in "pP" else 0))
    return f"{int(hour):02}:{minute}"


def who(name: str, address: str) -> str:
    """What to call somebody of whom a name, a number or both are known."""
    return f"{name} ({address})" if name and address and name != address else name or address or "Ukendt nummer"


def lasting(seconds: str | None) -> str:
    """How long a call was, where it was answered."""
    if not (seconds or "").isdecimal() or not int(seconds or 0):
        return ""
    minutes, rest = divmod(int(seconds or 0), 60)
    return f", {minutes} min. {rest} sek." if minutes else f", {rest} sek."


def instant(milliseconds: Any) -> str:
    """The instant of a number of milliseconds since 1970; what is none stays, to be told at its row."""
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, TypeError, OverflowError, OSError):
        return str(milliseconds or "")


def plain(text: str) -> str:
    """A heading or word as people vary it."""
    return re.sub(r"[^\w]+", " ", text.casefold()).strip()
