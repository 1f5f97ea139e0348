"""Historik: what was changed in a case."""

from flask import Blueprint, Response

from ..domain import cases
from ..pages import history
from ..policy import Action
from ..store.cases import Case
from . import answers, forms
from .guard import actor, asks

bp = Blueprint("history", __name__)


@bp.get("/sager/<ref>/historik")
@asks(Action.CASE_READ, on=Case)
def show(ref: str) -> Response:
    """What was changed, newest first."""
    case = cases.opened(actor(), ref, "history:read")
    page = history.of_case(actor(), case, forms.page_number())
    return answers.page("history/show.html", "sager", case=case, page=page, heading="Historik", tab="historik")
