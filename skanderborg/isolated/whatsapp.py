"""A chat as WhatsApp gives it out: a line for each message that says when and who, and lines that belong to it.

iPhones write «[03.04.2026 21.14.05] Kim: …», Androids «03.04.2026 21.14 - Kim: …»; how day and time are written is
the phone's. Days stay as they were written, since only a person knows their order.
"""

import re
from collections.abc import Iterator

from .messages import CALL, LOOSE, MESSAGE, NOTICES, Message, clock

_SPACE = "[ \u00a0\u202f]"
_DAY = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\.?"
_CLOCK = rf"(\d{{1,2}})[:.](\d\d)(?:[:.]\d\d)?(?:{_SPACE}*([apAP]){_SPACE}?\.?{_SPACE}?[mM]\.?)?"
_HEADER = rf"({_DAY}),?{_SPACE}(?:[^\W\d]+\.?{_SPACE})?{_CLOCK}"
HEADER = re.compile(rf"[\ufeff\u200e\u200f\u202a]*(?:\[{_HEADER}\]{_SPACE}|{_HEADER}{_SPACE}[-–]{_SPACE})")
ATTACHED = re.compile(r"\u200e?<[^<>:]{3,30}: ([^<>/\\\n]{1,200}\.\w{2,5})>")
FILE_FIRST = re.compile(
    r"\u200e?([^\n/\\]{1,200}\.\w{2,5}) \([^()\n]{0,40}(?:vedhæft|attach|bifog|adjunt|joint|angeh)[^()\n]{0,40}\)"
)
# What the app itself says in somebody's name begins with a mark that nobody types, and so does what a person did
# otherwise than by writing.
LOOKED_AT = 20_000  # characters
MARK = "\u200e"
NOTICE = re.compile(r"(?:beskeder|meddelelser|messages)\b[^\n]{0,60}(?:end-to-end|ende-til-ende)", re.IGNORECASE)
CALLED = re.compile(
    r"(?:(?:mistet|ubesvaret|afvist|missed|silenced|declined)\b[^\n]{0,20})?"
    r"\b(?:gruppe|group )?(?:tale|video|voice|audio)[ -]?(?:opkald|call)",
    re.IGNORECASE,
)
DONE = re.compile(
    r"<|(?:\S+ ){1,2}(?:udeladt|omitted|utelämnad|utelatt|weggelassen|weggelaten|omise?|omess[oa]|omitid[oa])"
    r"|denne besked|this message|du slettede|you deleted|(?:live-?)?(?:placering|location)|poll\b|afstemning",
    re.IGNORECASE,
)


def is_whatsapp(text: str) -> bool:
    """Whether the first lines are those of a chat: a day, a time and somebody who writes, and some who write again;
    the lines of somebody's diary begin so too, and then with other words each time."""
    lines = [line for line in text[:LOOKED_AT].split("\n") if line.strip()]
    found = [(match, line[match.end() :]) for line in lines if (match := HEADER.match(line))]
    senders = [rest.partition(": ")[0] for _, rest in found if ": " in rest]
    if not senders or not any(map(HEADER.match, lines[:20] if len(found) > 1 else lines[:1])):
        return False
    is_in_brackets = bool(found[0][0][1])  # as nobody writes a diary
    return is_in_brackets or len(set(senders)) <= max(2, len(senders) // 2)


def of_whatsapp(text: str) -> Iterator[Message]:
    """The messages, each with the lines that belong to it; and those lines of which nobody knows whose they are."""
    begun: tuple[int, re.Match[str]] | None = None
    body: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if match := HEADER.match(line):
            yield from ended(begun, body)
            begun, body = (number, match), [line[match.end() :]]
        else:
            body.append(line)
    yield from ended(begun, body)


def ended(begun: tuple[int, re.Match[str]] | None, body: list[str]) -> Iterator[Message]:
    """The message to which these lines belong."""
    if begun:
        yield whatsapp_message(*begun, body)
    elif loose := "\n".join(body).strip():
        yield Message(1, "", "", "", LOOSE, MESSAGE, loose)


def whatsapp_message(number: int, header: re.Match[str], lines: list[str]) -> Message:
    """One message. What the app says of itself is told by nobody."""
    day, hour, minute, half = header.groups()[:4] if header[1] else header.groups()[4:]
    body = "\n".join(line.rstrip("\r") for line in lines).rstrip()
    sender, colon, text = body.partition(": ")
    if not colon and body.endswith(":"):
        sender, colon, text = body[:-1], ":", ""
    is_marked, text = text.startswith(MARK), text.removeprefix(MARK)
    is_call = is_marked and bool(CALLED.match(text))
    is_done = not is_marked or is_call or bool(DONE.match(text))
    if not colon or "\n" in sender or NOTICE.match(text) or not is_done:
        return Message(number, day, clock(hour, minute, half), "", NOTICES, MESSAGE, body.replace(MARK, ""))
    kind = CALL if is_call else MESSAGE
    files, first = ATTACHED.findall(text), FILE_FIRST.match(text)
    if first:
        files, text = [first[1]], text[first.end() :]
    text = ATTACHED.sub("", text).replace(MARK, "").strip()
    sender = sender.strip("\u200e\u200f\u202a\u202c\u2068\u2069~ \u00a0\u202f")
    return Message(number, day, clock(hour, minute, half), "", sender, kind, text, tuple(files))
