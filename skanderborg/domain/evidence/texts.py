"""Whether a file is plain text, read piece by piece."""

import codecs
import re
from typing import IO

PIECE_BYTES = 1024 * 1024
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # tab, line ends, form feed and escape stand in real text
BY_MARK = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def is_text(stream: IO[bytes]) -> bool:
    """Whether all of it is text: UTF-8, UTF-16 with its mark, or Windows-1252. Leaves the stream at its start."""
    stream.seek(0)
    head = stream.read(4)
    marked = next((encoding for mark, encoding in BY_MARK if head.startswith(mark)), None)
    encodings = [marked] if marked else ["utf-8", "windows-1252"]
    try:
        return any(_is_in(stream, encoding) for encoding in encodings)
    finally:
        stream.seek(0)


def _is_in(stream: IO[bytes], encoding: str) -> bool:
    stream.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := stream.read(PIECE_BYTES):
            if CONTROL.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
