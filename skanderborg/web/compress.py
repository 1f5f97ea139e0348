"""Answers are sent compressed to who takes them so: a board of 50 cases is 200 KB of text and 8 KB on the wire.

The token in a page is masked anew each time (domain/sessions.py), so that sizes tell nothing of it.
"""

import gzip
import struct
import zlib
from functools import lru_cache
from typing import NamedTuple

from flask import Response, request
from werkzeug.datastructures import Accept

SMALLEST_BYTES = 1_000
KINDS = {"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json"}
FAST, SMALL = 3, 9
GZIP_HEAD = b"\x1f\x8b\x08" + bytes(6) + b"\xff"  # deflated; no name, no time, any system (RFC 1952)


class Kept(NamedTuple):
    """A long piece of many pages, encoded and compressed once: `squeezed` can stand anywhere in a gzip stream."""

    plain: bytes
    squeezed: bytes


def keep(plain: bytes) -> Kept:
    """The piece, ready to be put into pages with `fill`."""
    stream = _stream()
    return Kept(plain, stream.compress(plain) + stream.flush(zlib.Z_FULL_FLUSH))


def fill(response: Response, gap: bytes, kept: Kept) -> Response:
    """Put what is kept into the gap of a page, so that only what stands around it is compressed anew."""
    head, _, tail = response.get_data().partition(gap)
    if not _takes_gzip():
        response.set_data(head + kept.plain + tail)
        return response
    stream = _stream()
    # After a full flush nothing refers to what came before, so that the kept piece can come next, and the tail after.
    deflated = (stream.compress(head), stream.flush(zlib.Z_FULL_FLUSH), kept.squeezed, stream.compress(tail))
    check = zlib.crc32(tail, zlib.crc32(kept.plain, zlib.crc32(head)))
    length = len(head) + len(kept.plain) + len(tail)
    response.set_data(b"".join((GZIP_HEAD, *deflated, stream.flush(), struct.pack("<LL", check, length))))
    response.headers["Content-Encoding"] = "gzip"
    return response


def _stream() -> "zlib._Compress":
    return zlib.compressobj(FAST, wbits=-zlib.MAX_WBITS)


def _takes_gzip() -> bool:
    """Whether the one who asks takes gzip, and would not rather have the answer as it is (RFC 9110, 12.5.3)."""
    takes = request.accept_encodings
    return takes.quality("gzip") > 0 and takes.quality("gzip") >= _said(takes, "identity")


def _said(takes: Accept, coding: str) -> float:
    """How much a coding is wanted by its own name; `*` does not speak of it."""
    return max((quality for name, quality in takes if name == coding), default=0.0)


def squeeze(response: Response) -> Response:
    """Compress an answer of text. Files are compressed once, pages fast."""
    if not _takes_gzip() or response.mimetype not in KINDS:
        return response
    if response.status_code in (204, 304) or "Content-Encoding" in response.headers:
        return response
    response.direct_passthrough = False
    plain = response.get_data()
    if len(plain) < SMALLEST_BYTES:
        return response
    is_file = request.endpoint == "files.static"
    response.set_data(_once(plain) if is_file else gzip.compress(plain, FAST, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    return response


@lru_cache(maxsize=64)
def _once(plain: bytes) -> bytes:
    return gzip.compress(plain, SMALL, mtime=0)
