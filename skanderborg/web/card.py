"""The action card: its parts in their right order, each with its buttons and numbers; readable without signing in."""

from typing import Any

from flask import Blueprint, Response, current_app, url_for
from flask_login import current_user

from .. import content
from ..domain import contacts, editions, practice
from . import answers, guard

bp = Blueprint("card", __name__)


@bp.get("/actioncard")
def show() -> Response:
    """The card. Staff's names and numbers on it are shown on the intranet as the municipality decides (`config`)."""
    return sign_in_first("/actioncard") or answers.page("card/show.html", "actioncard", **_card())


def _card() -> dict[str, Any]:
    """Its parts, those it can be rung to from each, and when these were last found right."""
    parts, in_use = content.guide().part, content.contacts()
    numbers = {part.id: [in_use[key] for key in part.contacts if key in in_use] for part in parts}
    every = {entry.key: entry for entries in numbers.values() for entry in entries}
    offers = current_user.is_authenticated and practice.is_offered(current_user.person)
    checked = contacts.last_check(every.values())
    return {"parts": parts, "numbers": numbers, "checked": checked, "offers_practice": offers}


def sign_in_first(path: str) -> Response | None:
    """Where someone who is not signed in must go before reading; None for who may read, with what holds now."""
    if current_user.is_authenticated:
        return None
    if not current_app.config["SKB"].defaults.open_action_card:
        return answers.see(url_for("signing.form", naeste=path))
    if guard.has_database():
        editions.refresh()
    return None
