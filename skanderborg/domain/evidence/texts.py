"""Whether a file is plain text, read piece by piece."""

import codecs
import re
from typing import IO

from ...isolated.utf16 import LOOKED_AT, unmarked

PIECE_BYTES = 1024 * 1024
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # tab, line ends, form feed and escape stand in real text
BY_MARK = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def is_text(stream: IO[bytes]) -> bool:
    """Whether all of it is text: UTF-16, or bytes of which none is a control. Which letters they stand
    for is nobody's matter here: also a text with a broken letter is kept. Leaves the stream at its start."""
    stream.seek(0)
    head = stream.read(LOOKED_AT)
    marked = next((encoding for mark, encoding in BY_MARK if head.startswith(mark)), None)
    try:
        return _is_in(stream, marked or unmarked(head) or "latin-1")
    finally:
        stream.seek(0)


def plain(head: bytes) -> bytes:
    """The beginning of a text as if it were not UTF-16, and without its mark."""
    return head.replace(b"\x00", b"").removeprefix(codecs.BOM_UTF8).lstrip(b"\xff\xfe")


def _is_in(stream: IO[bytes], encoding: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    return not any(CONTROL.search(decoder.decode(piece)) for piece in iter(lambda: stream.read(PIECE_BYTES), b""))
