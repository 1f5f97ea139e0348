"""The press that says: I have read how the citizen may be contacted."""

from functools import partial
from typing import Any

from flask import Blueprint

from .. import policy
from ..domain.safety import rules_read
from ..policy import Action
from ..store.work import Meeting, Request, Task
from .form_pages import Pages
from .guard import actor

bp = Blueprint("contact_rules", __name__)


def _confirm(part: Any) -> str:
    rules_read.confirm(actor(), part)
    return "Det er skrevet ned, at du har læst kontaktreglerne."


for _kind, _path, _action, _find, _back in (
    (Task, "o", Action.TASK_READ, policy.task_for, "tasks.show"),
    (Request, "a", Action.REQUEST_READ, policy.request_for, "requests.show"),
    (Meeting, "m", Action.MEETING_READ, policy.meeting_for, "meetings.show"),
):
    _pages = Pages(bp, _kind, partial(_find, also=rules_read.beside), back=_back)
    _pages.post(f"/{_path}/<ref>/kontaktregler", _action, named=f"confirm_{_kind.__name__.lower()}")(_confirm)
