"""Letters that failed: dealt with by a person, or sent again."""

from flask import Blueprint, Response, url_for

from ..domain import cases, letters
from ..policy import Action
from ..store.cases import Case
from . import render
from .guard import actor, asks

bp = Blueprint("letters", __name__)
bp.add_app_template_global(letters.label, "letter_label")


@bp.post("/sager/<ref>/breve/<letter_ref>/klaret")
@asks(Action.CASE_WORK, on=Case)
def dismiss(ref: str, letter_ref: str) -> Response:
    """The person was told in another way."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_WORK)
    letters.dismiss(actor(), case, letter_ref)
    return render.changed(instead=url_for("cases.show", ref=ref), said="Godt. Beskeden er klaret.")


@bp.post("/sager/<ref>/breve/<letter_ref>/igen")
@asks(Action.CASE_WORK, on=Case)
def send_again(ref: str, letter_ref: str) -> Response:
    """Try again."""
    case = cases.opened(actor(), ref, "case:read", Action.CASE_WORK)
    letters.send_again(actor(), case, letter_ref)
    return render.changed(instead=url_for("cases.show", ref=ref), said="Beskeden bliver sendt igen.")
