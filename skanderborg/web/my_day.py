"""Min dag: the first page, or the page of the role of who has nothing open, or the action card."""

from flask import Blueprint, Response, request, url_for

from .. import clock
from ..addresses import Place
from ..domain.cases import identity
from ..pages import my_day
from ..pages.my_day import week
from ..policy import Action
from . import answers
from .frame import first_page
from .guard import actor, asks

bp = Blueprint("my_day", __name__)
bp.add_app_template_global(identity.initials_of, "initials_of")
bp.add_app_template_global(week.since, "since_words")


@bp.get("/")
@asks(Action.MY_DAY)
def show() -> Response:
    """What waits for the one who looks; `opgave` names the task whose row stands open."""
    found, today = my_day.of(actor()), clock.today()
    if found.is_empty:
        there = first_page(actor())
        return answers.changed(instead=url_for("card.show") if there == Place.MY_DAY else there)
    ahead, opened = week.ahead(found, today), request.args.get("opgave", "")
    return answers.page("my_day/show.html", "min-dag", day=found, today=today, ahead=ahead, opened=opened)
