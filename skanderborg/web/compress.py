"""Answers are sent compressed to who takes them so: a board of 50 cases is 170 KB of text and 8 KB on the wire.

The token in a page is masked anew each time (domain/sessions.py), so that sizes tell nothing of it.
"""

import gzip
from functools import lru_cache

from flask import Response, request
from werkzeug.datastructures import Accept

SMALLEST_BYTES = 1_000
KINDS = {"text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json"}
FAST, SMALL = 3, 9


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


def _takes_gzip() -> bool:
    """Whether the one who asks takes gzip, and would not rather have the answer as it is (RFC 9110, 12.5.3)."""
    takes = request.accept_encodings
    return takes.quality("gzip") > 0 and takes.quality("gzip") >= _said(takes, "identity")


def _said(takes: Accept, coding: str) -> float:
    """How much a coding is wanted by its own name; `*` does not speak of it."""
    return max((quality for name, quality in takes if name == coding), default=0.0)


@lru_cache(maxsize=64)
def _once(plain: bytes) -> bytes:
    return gzip.compress(plain, SMALL, mtime=0)
