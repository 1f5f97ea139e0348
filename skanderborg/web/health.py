"""Is it alive, is it ready, and the accessibility statement."""

from flask import Blueprint, Response, current_app, jsonify

from ..domain import health
from . import answers

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def alive() -> Response:
    """The process answers. No input or output (REL-36)."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
def ready() -> tuple[Response, int]:
    """Every check of the house as JSON; 503 when one fails that keeps requests from being served."""
    checks = health.checks(current_app.config["SKB"])
    return jsonify(checks), 200 if health.is_ready(checks) else 503


@bp.get("/tilgaengelighed")
def accessibility() -> Response:
    """How accessible the tool is, and whom to tell when it is not."""
    return answers.page("health/accessibility.html")
