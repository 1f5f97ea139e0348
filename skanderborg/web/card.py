"""The action card: its parts in their right order, each with its button and numbers; readable without signing in."""

from flask import Blueprint, Response, current_app, url_for
from flask_login import current_user

from .. import content
from ..domain import editions
from . import answers, guard

bp = Blueprint("card", __name__)


@bp.get("/actioncard")
def show() -> Response:
    """The card. Staff's names and numbers on it are shown on the intranet as the municipality decides (`config`)."""
    return sign_in_first("/actioncard") or answers.page(
        "card/show.html", "actioncard", guide=content.guide(), contacts=content.contacts()
    )


def sign_in_first(path: str) -> Response | None:
    """Where someone who is not signed in must go before reading; None for who may read, with what holds now."""
    if current_user.is_authenticated:
        return None
    if not current_app.config["SKB"].defaults.open_action_card:
        return answers.see(url_for("signing.form", naeste=path))
    if guard.has_database():
        editions.refresh()
    return None
