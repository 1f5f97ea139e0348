"""A message as bytes, read back before it may be sent: the email library's safety differs with Python's version
(SEC-42)."""

import re
import unicodedata
from email.charset import QP, Charset
from email.header import Header, decode_header, make_header
from email.message import Message
from email.mime.multipart import MIMEMultipart
from email.parser import BytesHeaderParser
from email.policy import compat32
from typing import NamedTuple

LONGEST_ENCODED = 75
MAILBOXES = {"From", "Reply-To", "To"}
OF_THE_FORM = {"MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
AS_IT_IS = compat32.clone(linesep="\r\n", max_line_length=None)  # our lines are short, and must be read as written
QUOTED = Charset("utf-8")
QUOTED.body_encoding = QP
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")


class UnsafeLetter(Exception):
    """The letter would carry what it must not: it is never sent. The message names the header, not its value."""


class Part(NamedTuple):
    """One form in which the letter can be read."""

    content_type: str
    text: str


def written(headers: dict[str, str], parts: list[Part], boundary: str) -> bytes:
    """The whole message: one part as it is, several as alternatives. Raises UnsafeLetter for an unsafe header."""
    made = [_enclosed(part) for part in parts]
    message = made[0] if len(made) == 1 else MIMEMultipart("alternative", boundary, made)
    for name, value in headers.items():
        _refuse_unseen(name, value)
        message[name] = value if value.isascii() else _encoded(name, value)
    raw = message.as_bytes(policy=AS_IT_IS)
    _refuse_other_headers(raw, headers)
    return raw


def _enclosed(part: Part) -> Message:
    message = Message()
    message["Content-Type"] = part.content_type
    message.set_payload(part.text.replace("\r\n", "\n"), QUOTED)
    return message


def _refuse_unseen(name: str, value: str) -> None:
    """Refuse control characters as they stand and as a reader would decode them."""
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") for letter in value + _decoded(value)):
        raise UnsafeLetter(name)


def _encoded(name: str, value: str) -> str:
    """A value with æ, ø or å as other programs read it: of a mailbox only its name is encoded, never its address."""
    display, at, address = value.partition(" <") if name in MAILBOXES else (value, "", "")
    return Header(display, "utf-8", LONGEST_ENCODED, name).encode(linesep="\r\n") + at + address


def _decoded(value: str) -> str:
    return str(make_header(decode_header(value))) if "=?" in value else value


def _refuse_other_headers(raw: bytes, meant: dict[str, str]) -> None:
    """Read the headers back as a stranger would: exactly those that were meant, or the letter is not sent."""
    read = BytesHeaderParser().parsebytes(raw)
    found = [(name, str(make_header(decode_header(value)))) for name, value in read.items()]
    of_the_form = [name for name, _ in found if name in OF_THE_FORM]
    ours = [one for one in found if one[0] not in OF_THE_FORM]
    if ours != list(meant.items()) or len(of_the_form) != len(set(of_the_form)):
        raise UnsafeLetter("headers")
