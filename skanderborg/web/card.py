"""The action card: its parts in their right order, each with its button and numbers; readable without signing in."""

from flask import Blueprint, Response, current_app, url_for
from flask_login import current_user

from .. import content
from ..policy import Action
from . import render
from .guard import asks

bp = Blueprint("card", __name__)


@bp.get("/actioncard")
def show() -> Response:
    """The card. Staff's names and numbers on it are shown on the intranet as the municipality decides (`config`)."""
    if not current_user.is_authenticated and not current_app.config["SKB"].defaults.open_action_card:
        return render.see(url_for("signing.form", naeste="/actioncard"))
    return render.page("card/show.html", "actioncard", guide=content.guide(), contacts=content.contacts())


@bp.get("/hjaelp", endpoint="help")
@asks(Action.PROFILE, personal=False)
def show_help() -> Response:
    """How the tool is used: the course of a case in short, and the questions to ask."""
    return render.page("card/help.html", guide=content.guide(), contacts=content.contacts())
