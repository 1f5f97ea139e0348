"""Mønster: what the log shows when its rows are counted together."""

from flask import Blueprint, Response

from ..domain import cases
from ..pages import pattern
from ..policy import Action
from ..store.cases import Case
from . import answers
from .guard import actor, asks

bp = Blueprint("pattern", __name__)


@bp.get("/sager/<ref>/moenster")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """Every count, as a sentence, a table and a picture."""
    case = cases.opened(actor(), ref, "pattern:read")
    found = pattern.read(actor(), case)
    return answers.page("pattern/show.html", "sager", case=case, sections=found, heading="Mønster", tab="moenster")
