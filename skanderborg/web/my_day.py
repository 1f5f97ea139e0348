"""Min dag: the first page, or the action card for who has nothing open."""

from flask import Blueprint, Response, url_for

from .. import clock
from ..pages import my_day
from ..policy import Action
from . import answers
from .guard import actor, asks

bp = Blueprint("my_day", __name__)


@bp.get("/")
@asks(Action.MY_DAY)
def show() -> Response:
    """What waits for the one who looks."""
    found = my_day.of(actor())
    if found.is_empty:
        return answers.changed(instead=url_for("card.show"))
    return answers.page("my_day/show.html", "min-dag", day=found, today=clock.today())
