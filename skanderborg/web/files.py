"""Files in static/: public, marked by content, kept for a year. And how files that are no page are sent."""

import hashlib
from collections.abc import Iterator
from functools import cache
from itertools import chain

from flask import Blueprint, Response, current_app, has_app_context, send_from_directory

from ..content import houses
from ..settings import ROOT
from .headers import SANDBOX

STATIC = ROOT / "static"
LOOK = "css/look.css"  # what every page looks like: its parts in this order, as one file (decision 35)
LOOK_PARTS = ("dkfds", "type", "page", "controls", "lists", "case", "tables", "forms", "said", "media")
YEAR_SECONDS = 365 * 24 * 3600
bp = Blueprint("files", __name__)


@bp.get("/static/<mark>/<path:path>")
def static(mark: str, path: str) -> Response:
    """A file of the page's own look; nothing personal. What another version's page asks for is not kept."""
    response = Response(_look(), mimetype="text/css") if path == LOOK else send_from_directory(STATIC, path)
    if mark == _mark():
        response.headers["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response


@cache
def asset(path: str) -> str:
    """Address of a file in static/, with a mark of all that lies there before it, so that it can be kept for a year.

    Modules and stylesheets name each other by relative addresses, and so by the same mark.
    """
    if path != LOOK and not (STATIC / path).is_file():
        raise FileNotFoundError(path)
    return f"/static/{_mark()}/{path}"


@cache
def _mark() -> str:
    paths = sorted(path for path in STATIC.rglob("*") if path.is_file())
    content = hashlib.sha256()
    for path in paths:
        content.update(hashlib.sha256(path.read_bytes()).digest())
    content.update(_colour().encode())
    return content.hexdigest()[:12]


@cache
def _look() -> str:
    parts = [(STATIC / "css" / f"{part}.css").read_text(encoding="utf-8") for part in LOOK_PARTS]
    return "\n".join([*parts, houses.look(_colour())])


def _colour() -> str:
    return current_app.config["SKB"].defaults.colour if has_app_context() else ""


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
