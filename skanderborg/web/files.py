"""Files in static/: public, marked by content, kept for a year. And how files that are no page are sent."""

import hashlib
from collections.abc import Iterator
from functools import cache
from itertools import chain

from flask import Blueprint, Response, send_from_directory

from ..settings import ROOT
from .headers import SANDBOX

bp = Blueprint("files", __name__)
STATIC = ROOT / "static"


@bp.get("/static/<path:path>")
def static(path: str) -> Response:
    """A file of the page's own look; nothing personal."""
    response = send_from_directory(STATIC, path, max_age=31536000)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@cache
def asset(path: str) -> str:
    """Address of a file in static/, with a mark of its content, so that it can be kept for a year."""
    mark = hashlib.sha256((STATIC / path).read_bytes()).hexdigest()[:12]
    return f"/static/{path}?v={mark}"


def to_save(body: bytes | Iterator[bytes], media_type: str, name: str) -> Response:
    """A file of ours to save; `name` is of our making too."""
    return sandboxed(body, media_type, f'attachment; filename="{name}"')


def sandboxed(body: bytes | Iterator[bytes], media_type: str, disposition: str) -> Response:
    """An answer that is never a page of ours, whatever its bytes are, nor kept on the way (SEC-48; see guard.py)."""
    response = Response(body if isinstance(body, bytes) else _begun(body), content_type=media_type)
    response.headers["Content-Disposition"] = disposition
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def _begun(body: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes, the first of them read already: a file that cannot be read is then refused in words."""
    return chain([next(body, b"")], body)
