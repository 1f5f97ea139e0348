"""Min dag: the first page, or where the work is of who has nothing open."""

from flask import Blueprint, Response, request, url_for

from .. import clock
from ..domain.cases import identity
from ..pages import my_day
from ..pages.my_day import week
from ..policy import Action, may
from . import answers
from .guard import actor, asks

bp = Blueprint("my_day", __name__)
bp.add_app_template_global(identity.initials_of, "initials_of")
bp.add_app_template_global(week.since, "since_words")

# Where the work of a role is that has none here, by what it may do; the action card for everyone else.
ELSEWHERE = (
    (Action.LOG_READ, "access_log.index"), (Action.CONTENT_MANAGE, "admin.index"),
    (Action.IMPARTIALITY_DECIDE, "my_department.index"),
)  # fmt: skip


@bp.get("/")
@asks(Action.MY_DAY)
def show() -> Response:
    """What waits for the one who looks; `opgave` names the task whose row stands open."""
    found, today = my_day.of(actor()), clock.today()
    if found.is_empty:
        return answers.changed(instead=url_for(_elsewhere()))
    ahead, opened = week.ahead(found, today), request.args.get("opgave", "")
    return answers.page("my_day/show.html", "min-dag", day=found, today=today, ahead=ahead, opened=opened)


def _elsewhere() -> str:
    return next((endpoint for action, endpoint in ELSEWHERE if may(actor(), action)), "card.show")
