"""What was typed, field by field, to be sent again or copied; and the answer when nothing can be written.

Asks the database nothing, since it may be what fails (REL-05).
"""

import logging
import re
from typing import Any

import wtforms
from flask import Request, Response, g, make_response, render_template, request
from jinja2 import Environment
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from ..domain import drafts, form_tokens
from ..errors import Damaged, ReadOnly, StorageFull, Unavailable

AGAIN_SECONDS = 60
OUR_OWN = {"csrf_token", drafts.FIELD}
HIDDEN = {drafts.FIELD, "key", "version", "cpr_seen"}
OUR_WORDS = re.compile(r"[a-z0-9:._-]*")  # what a choice or a ref looks like
UNNAMED = "Din tekst"
FALLEN = "Det lykkedes ikke. Kontrollér, om det er gemt, og prøv igen om lidt."
log = logging.getLogger(__name__)


def fallen(templates: Environment, asked: Request | None, reference: str) -> str:
    """A page for what nobody foresaw, with what was typed. It stands outside of Flask's contexts too."""
    read = _readable(asked) if asked else MultiDict[str, str]()
    shown = [] if "username" in read else fields(read)
    page = templates.get_template("errors/error.html")
    return page.render(message=FALLEN, reference=reference, fields=shown)


def own_path(path: str) -> str:
    """A path to which a form may go: `//x` and `/\\x` would name another host."""
    return "/" + path.lstrip("/\\")


def unwritten(error: Unavailable) -> Response:
    """Answer a request whose write, or whose entry in the log of who saw what, found no room."""
    log.error("%s, request %s", type(error).__name__, g.get("request_id"))
    page = render_template(
        "errors/unwritten.html", message=error.message, reference=g.get("request_id", "-"), path=own_path(request.path),
        is_write=request.method != "GET", can_read=isinstance(error, (StorageFull, ReadOnly)),
        is_damaged=isinstance(error, Damaged), fields=sent(),
        token=_token(), lost_file=_had_file(),
    )  # fmt: skip
    response = make_response(page, error.status)
    response.headers["Retry-After"] = str(AGAIN_SECONDS)
    return response


def sent() -> list[tuple[str, str, str | None]]:
    """The `fields` of the form under way; none of one that cannot be read, nor of who is signing in."""
    typed = _readable(request)
    is_signing_in = not _token() and bool(set(typed) & (drafts.NEVER_KEPT - OUR_OWN))
    return [] if is_signing_in else fields(typed, _form())


def _readable(asked: Request) -> MultiDict[str, str]:
    if asked.method != "POST":
        return MultiDict()
    try:
        return asked.form
    except (HTTPException, ValueError, OSError):  # too large, broken off, no room: it was refused for that before
        return MultiDict()


def _had_file() -> bool:
    return bool(_readable(request) and request.files)


def fields(typed: MultiDict[str, str], form: Any = None) -> list[tuple[str, str, str | None]]:
    """Each field that was sent: name, value, and the label by which a person knows it; none where nobody typed it.

    Without the form that read it, what cannot be one of our own short words counts as typed.
    """
    return [
        (name, value.replace("\r\n", "\n"), _label(form, name, value))
        for name, value in typed.items(multi=True)
        if name not in drafts.NEVER_KEPT or name == drafts.FIELD
    ]


def _label(form: Any, name: str, value: str) -> str | None:
    if form is None or name not in form:
        return None if name in HIDDEN or OUR_WORDS.fullmatch(value) else UNNAMED
    hidden = isinstance(form[name], wtforms.HiddenField) or not isinstance(form[name], wtforms.StringField)
    return None if hidden or not value else form[name].label.text


def _form() -> Any:
    shown = g.get("form_shown")
    return shown.form if shown else None


def _token() -> str:
    """The form's token, if it is known who asks; nobody is asked for now."""
    user = g.get("_login_user")
    return form_tokens.of_session(user.session) if user is not None and user.is_authenticated else ""
