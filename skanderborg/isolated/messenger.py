"""Messages as Messenger and Instagram give them out, in JSON: the newest first, most letters coded twice."""

import json
import re
from collections.abc import Iterator
from typing import Any

from .messages import CALL, MESSAGE, Found, Message, Refused, instant, lasting


def of_json(text: str) -> Found | None:
    """The messages of Messenger or Instagram. Raises Refused for other JSON."""
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("broken") from None
    messages = read.get("messages") if isinstance(read, dict) else None
    if not isinstance(messages, list) or not any(map(is_of_messenger, messages)):
        raise Refused("unknown-json")
    known = [one for one in messages if isinstance(one, dict)]
    return "Messenger eller Instagram", of_messenger(known, is_twice_coded(text))


def is_of_messenger(one: Any) -> bool:
    """Whether it says who wrote it and when."""
    return isinstance(one, dict) and {"sender_name", "timestamp_ms"} <= one.keys() | (
        {"sender_name", "timestamp_ms"} if {"senderName", "timestamp"} <= one.keys() else set()
    )


def of_messenger(messages: list[dict[str, Any]], is_twice: bool) -> Iterator[Message]:
    """The messages, the oldest first."""

    def plain(value: Any) -> str:
        return once_coded(value) if is_twice and isinstance(value, str) else str(value or "")

    def moment(one: dict[str, Any]) -> float:
        found = one.get("timestamp_ms", one.get("timestamp"))
        return found if isinstance(found, (int, float)) else 0

    for number, one in enumerate(sorted(messages, key=moment), 1):
        sender = plain(one.get("sender_name", one.get("senderName"))) or "Uden navn"
        text = plain(one.get("content", one.get("text")))
        share = one.get("share")
        link = plain(share.get("link")) if isinstance(share, dict) else ""
        is_call = "call_duration" in one or one.get("type") == "Call"
        if one.get("is_unsent") or one.get("isUnsent"):
            text = "(Beskeden er trukket tilbage)"
        if is_call:
            text += lasting(str(one.get("call_duration", "")))
        told = "\n".join(filter(None, (text, link if link not in text else "")))
        yield Message(number, instant(moment(one)), "", "", sender, CALL if is_call else MESSAGE, told, sent_with(one))


def sent_with(one: dict[str, Any]) -> tuple[str, ...]:
    """The names of what was sent with a message."""
    lists = (one.get(name) for name in ("photos", "videos", "audio_files", "files", "gifs", "media"))
    found = [file for files in lists if isinstance(files, list) for file in files] + [one.get("sticker")]
    uris = [file.get("uri") for file in found if isinstance(file, dict)]
    return tuple(uri.rpartition("/")[2] for uri in uris if isinstance(uri, str) and uri)


def is_twice_coded(text: str) -> bool:
    """Whether letters stand as the two bytes of UTF-8 each, as the two apps write them."""
    return bool(re.search(r"\\u00[cC][2-9a-fA-F]\\u00[89abAB]|\\u00[eEfF][0-9a-fA-F]\\u00[89abAB]", text))


def once_coded(text: str) -> str:
    """A text as it was written; half a letter is marked."""
    try:
        return text.encode("latin-1").decode("utf-8", "replace")
    except UnicodeEncodeError:
        return text
