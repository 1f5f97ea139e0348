"""Files in static/: public, marked by content, kept for a year."""

from flask import Blueprint, Response, send_from_directory

from ..settings import ROOT

bp = Blueprint("files", __name__)


@bp.get("/static/<path:path>")
def static(path: str) -> Response:
    """A file of the page's own look; nothing personal."""
    response = send_from_directory(ROOT / "static", path, max_age=31536000)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
