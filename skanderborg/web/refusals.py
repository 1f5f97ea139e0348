"""What is answered when something goes wrong: a rule said no, a page is missing, the database does not answer."""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

import peewee
from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from htmx_flask import Htmx, make_response
from werkzeug.exceptions import HTTPException

from ..domain import audit, health
from ..errors import NO_ACCESS, Conflict, DomainError, Invalid, TooLate, Unavailable, Walled, places
from ..pages import history
from . import answers, guard, typed

CHANGED = "En anden har ændret dette, siden du åbnede siden. Sådan står det nu."
log = logging.getLogger(__name__)


def prepare(app: Flask) -> None:
    """Set up htmx, and the one place where errors become answers."""
    Htmx(app)
    for kind, answer in (
        (DomainError, _refused), (HTTPException, _http_error), (peewee.PeeweeException, _unavailable),
        (Exception, _unexpected),
    ):  # fmt: skip
        app.register_error_handler(kind, _held(answer))
    app.log_exception = _note  # type: ignore[method-assign]


def _held(answer: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """An answer to an error that may fail itself: the row it tells of is gone by now, the database too. What happened
    second is then answered, by a page that asks nothing of anyone, with what was typed."""

    @wraps(answer)
    def within(error: Any) -> Any:
        try:
            return answer(error)
        except DomainError as second:
            return _error_page(second.status, second.message)
        except peewee.PeeweeException as second:
            return _unavailable(second)
        except Exception as second:  # noqa: BLE001 there is nobody left to answer
            return _unexpected(second)

    return within


def _refused(error: DomainError) -> ResponseReturnValue:
    """A rule said no: at the form that was sent if there is one, with what was typed, else on a page of its own."""
    endpoint, args = g.get("asked_at") or (request.endpoint or "", request.view_args or {})
    if isinstance(error, Unavailable):
        return current_app.dispatch_request() if _goes_on_without() else typed.unwritten(error)
    if (error.status in (403, 404) or isinstance(error, Walled)) and (
        failed := _denied(endpoint, args.get("ref", endpoint))
    ):
        return failed
    shown = g.get("form_shown")
    if isinstance(error, Invalid) and shown and shown.page.template:
        if not shown.form.errors:
            shown.form.add_error(error.field, error.message)
        return shown.again(422)
    if isinstance(error, Conflict) and shown:
        return _conflict(error, shown)
    return _error_page(error.status, error.message)


def _conflict(error: Conflict, shown: Any) -> Response:
    """Someone was faster: both versions to go on from, or, where that leads nowhere, what was typed, to be kept."""
    if shown.part and answers.wants_part():
        return _conflict_in_place(error, shown)
    theirs, form = error.theirs, shown.form
    differences = [] if theirs is None else form.differences(theirs)
    done = _done_since(theirs, form, differences) if theirs is not None else None
    came_from = answers.came_from() or _page_above(request.path)
    words = {"message": error.message, "back": came_from, "done": done}
    if theirs is not None and not isinstance(error, TooLate):
        return answers.page(
            "errors/conflict.html", shown.section, 409, form=form, theirs=theirs, differences=differences, **words
        )
    filled = form.typed()
    if filled:
        return answers.page("errors/kept.html", shown.section, 409, typed=filled, now=dict(differences), **words)
    return _error_page(error.status, error.message)


def _done_since(theirs: Any, form: Any, differences: list[tuple[Any, str | None]]) -> history.Done | None:
    """Who did what to the row meanwhile, but for what the page shows at the form's own fields."""
    beside = {field.name for field, now in differences if now is not None}
    with suppress(Unavailable, Invalid):
        return history.since(current_user.person, theirs, form.seen_version, beside)
    return None


def _conflict_in_place(error: Conflict, shown: Any) -> Response:
    """The part with what stands there now; what was typed stands beside it, and goes on top when it is sent again."""
    form: Any = shown.form
    theirs: Any = error.theirs
    differing = form.differences(theirs) if theirs is not None else []
    done = _done_since(theirs, form, differing) if theirs is not None else None
    form.add_error(None, error.message if differing or theirs is None else CHANGED)
    if theirs is not None:
        form.version.data = str(theirs.version)
    standing = {field.name: now for field, now in differing if now is not None}
    return answers.part(shown.part, 409, standing=standing, done=done, **shown.words(form))


def _denied(asked: str, ref: str) -> Response | None:
    """Write a refused look-up down; what to answer instead of the refusal where that fails."""
    if not current_user or not current_user.is_authenticated:
        return None
    try:
        audit.denied(current_user.person, asked, ref)
    except Unavailable as error:
        return typed.unwritten(error)
    return None


def _page_above(path: str) -> str:
    """The page of the thing whose form was sent: /o/<ref> of /o/<ref>/vent, /profil of /profil/fravaer."""
    parts = path.split("/")
    return "/".join(parts[:3] if len(parts) > 3 else parts[:2])


def _http_error(error: HTTPException) -> Response:
    messages = {
        403: "Forespørgslen blev afvist. Genindlæs siden, og prøv igen.",
        404: NO_ACCESS,
        405: NO_ACCESS,
        413: "Det, du sendte, er for stort.",
        421: "Brug adressen på intranettet til Koordinering.",
    }
    code = error.code or 500
    if code >= 500:
        return _unexpected(error)
    if code == 404 and (failed := _denied("unknown", "")):
        return failed
    return _error_page(code, messages.get(code, "Forespørgslen kunne ikke forstås."))


def _unavailable(error: Exception) -> ResponseReturnValue:
    """The database does not answer, or not with what was asked. What is of use all the same is made without it."""
    log.error("database %s, request %s", type(error).__name__, g.get("request_id"))
    if _goes_on_without():
        return current_app.dispatch_request()
    return typed.unwritten(health.refusal(error) or Unavailable())


def _goes_on_without() -> bool:
    """Whether the page is made once more, without the database that broke under it."""
    if request.endpoint not in guard.GO_ON_WITHOUT or not guard.has_database():
        return False
    guard.go_on_without()
    return True


def _unexpected(error: Exception) -> Response:
    """A page with a reference, and what was typed."""
    _note((type(error), error, error.__traceback__))
    if refused := health.refusal(error):
        return typed.unwritten(refused)
    return _error_page(500, typed.FALLEN)


def _note(exc_info: Any) -> None:
    """A log line that names the place but no values (SEC-39): Flask's own, when an error page breaks, prints them."""
    log.error("%s at %s, request %s", exc_info[0].__name__, places(exc_info[1]), g.get("request_id"))


def _error_page(status: int, message: str) -> Response:
    """A page that asks the database nothing. What was typed stands on it, to be copied (REL-13)."""
    reference = g.get("request_id", "-") if status >= 500 else None
    page = render_template("errors/error.html", message=message, reference=reference, fields=typed.sent())
    return make_response(page, status)
