"""A message as bytes: written by hand, since ours is always the same few lines, and read back before it may be sent.

The email library takes five times as long for each letter, and its safety differs with Python's version (SEC-42).
"""

import binascii
import re
import unicodedata
from email.header import Header, decode_header, make_header
from email.parser import BytesHeaderParser
from typing import NamedTuple

LONGEST_ENCODED = 75
MAILBOXES = {"From", "Reply-To", "To"}
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")


class UnsafeLetter(Exception):
    """The letter would carry what it must not: it is never sent. The message names the header, not its value."""


class Part(NamedTuple):
    """One form in which the letter can be read."""

    content_type: str
    text: str


def written(headers: dict[str, str], parts: list[Part], boundary: str) -> bytes:
    """The whole message: one part as it is, several as alternatives. Raises UnsafeLetter for an unsafe header."""
    several = f'multipart/alternative; boundary="{boundary}"'
    head = headers | {"MIME-Version": "1.0", "Content-Type": several if len(parts) > 1 else parts[0].content_type}
    if len(parts) == 1:
        head["Content-Transfer-Encoding"] = "quoted-printable"
    top = b"".join(_line(name, value) for name, value in head.items()) + b"\r\n"
    _refuse_other_headers(top, head)
    if len(parts) == 1:
        return top + _body(parts[0].text)
    return top + b"".join(_enclosed(part, boundary) for part in parts) + f"--{boundary}--\r\n".encode()


def _enclosed(part: Part, boundary: str) -> bytes:
    head = f"--{boundary}\r\nContent-Type: {part.content_type}\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + _body(part.text)


def _body(text: str) -> bytes:
    """Quoted-printable with the line ends of mail."""
    plain = text.replace("\r\n", "\n").encode()
    return binascii.b2a_qp(plain, istext=True).replace(b"\n", b"\r\n")


def _line(name: str, value: str) -> bytes:
    """One header line; refuse control characters as they stand and as a reader would decode them."""
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") for letter in value + _decoded(value)):
        raise UnsafeLetter(name)
    return f"{name}: {value if value.isascii() else _encoded(name, value)}\r\n".encode("ascii")


def _encoded(name: str, value: str) -> str:
    """A value with æ, ø or å as other programs read it: of a mailbox only its name is encoded, never its address."""
    display, at, address = value.partition(" <") if name in MAILBOXES else (value, "", "")
    return Header(display, "utf-8", LONGEST_ENCODED, name).encode(linesep="\r\n") + at + address


def _decoded(value: str) -> str:
    return str(make_header(decode_header(value))) if "=?" in value else value


def _refuse_other_headers(top: bytes, meant: dict[str, str]) -> None:
    """Read the headers back as a stranger would: exactly those that were meant, or the letter is not sent."""
    read = BytesHeaderParser().parsebytes(top)
    found = [(name, str(make_header(decode_header(value)))) for name, value in read.items()]
    if found != list(meant.items()):
        raise UnsafeLetter("headers")
