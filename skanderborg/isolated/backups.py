"""Messages and calls as SMS Backup & Restore writes them, in XML (synctech.com.au, «Fields in XML backup files»)."""

import io
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from .messages import CALL, IN, MESSAGE, NO_TEXT, OUT, UNSENT, Found, Message, Refused, instant, lasting, who

CALLS = {"1": "Opkald", "2": "Opkald", "3": "Ubesvaret opkald", "4": "Telefonsvarer", "5": "Afvist opkald",
         "6": "Blokeret opkald"}  # fmt: skip
REFERENCE = re.compile(r"&#(x[0-9a-fA-F]+|\d+);(?:&#(x[0-9a-fA-F]+|\d+);)?")


def of_xml(text: str) -> Found:
    """The messages or calls of a backup. Raises Refused for other XML."""
    root = re.match(r"(?:\s|<\?.*?\?>|<!--.*?-->)*+<(smses|calls|allsms)\b", text, re.DOTALL)
    if not root:
        raise Refused("unknown-xml")
    return ("Opkald (SMS Backup)" if root[1] == "calls" else "Sms (SMS Backup)"), backed_up(text)


def backed_up(text: str) -> Iterator[Message]:
    """Every message and call, one at a time in memory."""
    source = io.BytesIO(re.sub(r"^\s*<\?xml[^>]*\?>", "", REFERENCE.sub(joined, text)).encode())
    number = 0
    parents: list[Any] = []
    try:
        for event, found in iterparse(source, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                parents.append(found)
                continue
            parents.pop()
            if found.tag in ("sms", "mms", "call"):
                number += 1
                yield BACKED_UP[found.tag](number, found)
                parents[-1].clear()
    except (ParseError, DefusedXmlException, ValueError, IndexError):
        raise Refused("broken") from None


def joined(found: re.Match[str]) -> str:
    """A reference that XML allows: the app writes an emoji as its two halves, which it does not."""
    codes = [int(code[1:], 16) if code[0] == "x" else int(code) for code in found.groups() if code]
    if len(codes) == 2 and 0xD800 <= codes[0] < 0xDC00 <= codes[1] < 0xE000:
        return chr(0x10000 + (codes[0] - 0xD800 << 10) + codes[1] - 0xDC00)
    return "".join(f"&#{code};" if is_allowed(code) else "\ufffd" for code in codes)


def is_allowed(code: int) -> bool:
    """Whether XML may refer to a character."""
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code < 0x110000


def of_sms(number: int, found: Any) -> Message:
    """A message of text alone."""
    way = {"1": IN, "2": OUT}.get(found.get("type"))
    return Message(number, instant(found.get("date")), "", way or "", party_of(found) if way else UNSENT, MESSAGE,
                   found.get("body") or NO_TEXT)  # fmt: skip


def of_mms(number: int, found: Any) -> Message:
    """A message with something attached."""
    way = {"1": IN, "2": OUT}.get(found.get("msg_box"))
    parts = [part for part in found.iter("part") if part.get("ct") != "application/smil"]
    text = "\n".join(part.get("text") or "" for part in parts if part.get("ct") == "text/plain")
    files = [
        named(part, "cl", "name", "fn") or part.get("ct") or "fil" for part in parts if part.get("ct") != "text/plain"
    ]
    return Message(number, instant(found.get("date")), "", way or "", party_of(found) if way else UNSENT, MESSAGE, text,
                   tuple(files))  # fmt: skip


def of_call(number: int, found: Any) -> Message:
    """A call, answered or not."""
    way = OUT if found.get("type") == "2" else IN
    text = CALLS.get(found.get("type"), "Opkald") + lasting(found.get("duration"))
    return Message(number, instant(found.get("date")), "", way, party_of(found), CALL, text)


BACKED_UP = {"sms": of_sms, "mms": of_mms, "call": of_call}


def named(found: Any, *names: str) -> str:
    """The first of these attributes that says anything; the app writes «null» for nothing."""
    return next((value for name in names if (value := found.get(name)) and value not in ("null", "(Unknown)")), "")


def party_of(found: Any) -> str:
    """Name and number of the other one."""
    return who(named(found, "contact_name"), named(found, "address", "number"))
