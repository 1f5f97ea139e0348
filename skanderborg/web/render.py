"""Whole page or part: decided here and nowhere else. The only reader of `request.htmx`.

htmx-flask knows the headers of htmx 2. What is read here is the same in version 4: that htmx asks, from which page, and
whether for a whole one. `target` and `trigger` are not: they name an element as `tag#id`, or nothing.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

import peewee
from flask import Flask, Response, current_app, g, redirect, render_template, request
from flask_login import current_user
from htmx_flask import Htmx, make_response
from htmx_flask.requests import HtmxHeaders
from jinja2 import StrictUndefined
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from .. import clock, kinds, policy
from ..danish import numbers, signs
from ..domain import audit, drafts, health, protection, sessions
from ..domain.tasks import safety
from ..errors import NO_ACCESS, Conflict, DomainError, Invalid, TooLate, Unavailable, Walled, places
from ..pages import frame as frames
from ..pages import history
from ..policy import Action
from . import compress, files, forms, typed

SAID_COOKIE = "skb-said"
CHANGED = "En anden har ændret dette, siden du åbnede siden. Sådan står det nu."
NOTICE = "<!--unreadable-->"
GAP = Markup("<!--kept-->")  # no typed text can look so, since it is escaped
log = logging.getLogger(__name__)


def prepare(app: Flask) -> None:
    """Set up templates, htmx and the one place where errors become answers."""
    Htmx(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = _printed
    app.jinja_env.globals.update(csrf_token=_csrf_token, asset=files.asset, kinds=kinds, Action=Action, clock=clock,
                                 may=_may, HIDDEN=protection.HIDDEN, may_alert=safety.may_alert, draft_of=_draft_of,
                                 own_address=own_address)  # fmt: skip
    app.jinja_env.filters.update(
        long_date=clock.long_date, short_date=clock.short_date, long_moment=clock.long_moment,
        short_moment=clock.short_moment, near_moment=clock.near_moment, numeric_date=clock.numeric_date,
        paragraphs=_paragraphs, plural=numbers.counted, number=numbers.number, visible=signs.visible,
    )  # fmt: skip
    for kind, answer in (
        (DomainError, _refused), (HTTPException, _http_error), (peewee.PeeweeException, _unavailable),
        (Exception, _unexpected),
    ):  # fmt: skip
        app.register_error_handler(kind, _held(answer))
    app.log_exception = _note  # type: ignore[method-assign]


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────


def wants_part() -> bool:
    """Whether htmx asks for a part. Boosted and history-restore requests get the whole page."""
    headers: HtmxHeaders = request.htmx  # type: ignore[attr-defined]
    return bool(headers) and not headers.boosted and not headers.history_restore_request


def page(template: str, section: str = "", status: int = 200, **context: Any) -> Response:
    """Answer with a whole page."""
    said = request.cookies.get(SAID_COOKIE) if status == 200 else None
    html = render_template(template, shell=shell(section, status, said), **context)
    response = make_response(_with_notice(html), status)
    if said:
        response.delete_cookie(SAID_COOKIE)
    return response


def _with_notice(html: str) -> str:
    """The page, which says at its top what only showed while it was drawn: a field of it did not open."""
    if not (count := health.missed()):
        return html
    with suppress(Unavailable, peewee.PeeweeException):
        health.note_unreadable(count)
    return html.replace(NOTICE, render_template("layouts/_unreadable.html"), 1)


def page_around(kept: compress.Kept, template: str, section: str = "", **context: Any) -> Response:
    """Answer with a whole page around a long piece that was rendered before: the template says where, `{{ kept }}`."""
    return compress.fill(page(template, section, kept=GAP, **context), GAP.encode(), kept)


def part(template: str, status: int = 200, **context: Any) -> Response:
    """Answer with one part, as htmx asked: a GET, whose page has its own URL, or a form in place that was refused."""
    return make_response(render_template(template, shell=shell("", status, None), oob=False, **context), status)


def fragment(template: str, **context: Any) -> Markup:
    """A piece of a page that is the same for everyone who may see it, and can therefore be kept: links only."""
    return Markup(render_template(template, **context))  # noqa: S704 the template escaped what it was given


def changed(
    *parts: str, instead: str, said: str = "", late: Callable[[], dict[str, Any]] = dict, **context: Any
) -> Response:
    """Answer a write: to htmx the `parts` that changed and what to say of it, to a plain form a redirect.

    `said` is a fixed sentence without personal data: it travels in a cookie to the page that the redirect opens. `late`
    gives what only the parts need, also a `said` that may name someone, since it goes nowhere; with an `undo_text`, a
    bar says already what was done.
    """
    _let_go_of_draft()
    if parts and wants_part():
        context |= {"shell": shell("", 200, None), "said": said, **late()}
        html = [render_template(name, oob=place > 0, **context) for place, name in enumerate(parts)]
        html.append(render_template("layouts/_said.html", said=context["said"], in_bar=bool(context.get("undo_text"))))
        return make_response("\n".join(html))
    response = go(instead)
    if said:
        response.set_cookie(SAID_COOKIE, said, max_age=60, httponly=True, samesite="Lax",
                            secure=current_app.config["SKB"].cookie_is_secure)  # fmt: skip
    return response


def see(instead: str) -> Response:
    """Send the browser to a page of our own, with GET whatever it came with."""
    return make_response(redirect(instead, 303))


def go(instead: str) -> Response:
    """Send the browser, or the page that asked for a part of itself, to a page of our own."""
    return make_response("", 204, redirect=instead) if wants_part() else see(instead)


def _let_go_of_draft() -> None:
    """What was sent is a draft no more. Where it cannot be written down, the draft is offered once more."""
    ref = forms.draft_ref()
    if ref and request.method == "POST" and current_user.is_authenticated:
        with suppress(Unavailable):
            drafts.sent(current_user.person, ref)


# ── the frame of a page ─────────────────────────────────────────────────────────────────────────────


def shell(section: str, status: int, said: str | None) -> dict[str, Any]:
    """What every page's frame shows (see templates/layouts/page.html)."""
    settings = current_app.config["SKB"]
    person = current_user.person if current_user and current_user.is_authenticated else None
    is_empty = request.method == "GET" and status == 200 and "reopened" not in g
    late_after = timedelta(minutes=settings.defaults.late_letter_minutes)
    frame = frames.around(person, request.path if is_empty else "", late_after) if person else None
    now = clock.now()
    g.form_token = sessions.form_token(current_user.session if person else None)
    return {
        "person": person,
        "csrf_token": g.form_token,
        "is_development": settings.is_development,
        "counts": frame or frames.NOBODYS,
        "has_cases": bool(frame and frame.cases),
        "section": section,
        "said": said,
        "worker_alert": _worker_alert(frame, settings, now),
        "worker_line": _worker_line(frame),
        "draft": _draft(frame),
        "idle_seconds": settings.defaults.session_idle_minutes * 60,
        "errors": status == 422,
        "theme": person.theme if person else "auto",
        "printed_line": f"Udskrevet {clock.long_moment(now)} af {person.name}" if person else "",
    }


def _worker_alert(frame: frames.Frame | None, settings: Any, now: Any) -> str | None:
    if frame is None:
        return None
    silent_after = timedelta(minutes=settings.defaults.silent_worker_minutes)
    if frame.last_tick and abs(now - frame.last_tick) < silent_after and not frame.is_mail_stuck:
        return None
    return "Påmindelser bliver ikke sendt lige nu. Ring, hvis noget haster, og sig det til it-afdelingen."


def _worker_line(frame: frames.Frame | None) -> str:
    if frame is None or frame.last_tick is None:
        return "Påmindelser har ikke kørt endnu"
    return f"Påmindelser sendt senest {clock.short_moment(frame.last_tick)}"


def _draft(frame: Any) -> dict[str, Any] | None:
    """The draft that the page offers, or that its form was filled from, and when it was typed."""
    opened = g.get("reopened")
    if not opened and not (frame and frame.draft):
        return None
    ref, at = (opened.ref, opened.saved_at) if opened else (frame.draft, frame.draft_at)
    return {"ref": ref, "when": clock.near_moment(at), "is_open": bool(opened)}


def _draft_of(action: str) -> str | None:
    """For forms: the ref of the draft that a form with this address was typed into, when it is shown filled in."""
    if own_address() != action:
        return None
    g.form_placed = True
    return (g.reopened.ref if "reopened" in g else forms.draft_ref()) or None


def own_address() -> str:
    """For templates: where the form goes that is shown, be it a draft of it."""
    return g.reopened.path if "reopened" in g else request.path


def _csrf_token() -> str:
    """The token that a form carries, for macros, which do not see the page's own words."""
    return g.form_token


def _may(action: Action, row: Any = None) -> bool:
    """For templates: whether the one who looks may do this. Asked many times on a page."""
    if "asker" not in g:
        g.asker = current_user.person if current_user.is_authenticated else None
    return g.asker is not None and policy.may(g.asker, action, row)


def _printed(value: Any) -> Any:
    """What a template prints: typed text, a name too, never turns the reading direction of what is around it (SEC-54).

    What is markup already was made by us; fields of a form hold what was typed as it is.
    """
    if type(value) is not str or (value.isascii() and value.isprintable()):
        return value
    return signs.visible(value)


def _paragraphs(text: str | None) -> Markup:
    """Typed text with its line breaks, everything in it escaped and nothing unseen."""
    lines = [Markup.escape(line) for line in signs.visible(text or "").split("\n")]
    return Markup("<br>").join(lines)


# ── errors ──────────────────────────────────────────────────────────────────────────────────────────


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


def _refused(error: DomainError) -> Response:
    """A rule said no: at the form that was sent if there is one, with what was typed, else on a page of its own."""
    endpoint, args = g.get("asked_at") or (request.endpoint or "", request.view_args or {})
    if isinstance(error, Unavailable):
        return typed.unwritten(error)
    if (error.status in (403, 404) or isinstance(error, Walled)) and (
        failed := _denied(endpoint, args.get("ref", endpoint))
    ):
        return failed
    shown = g.get("form_shown")
    if isinstance(error, Invalid) and shown:
        if not shown.form.errors:
            shown.form.add_error(error.field, error.message)
        return shown.again(422)
    if isinstance(error, Conflict) and shown:
        return _conflict(error, shown)
    return _error_page(error.status, error.message)


def _conflict(error: Conflict, shown: Any) -> Response:
    """Someone was faster: both versions to go on from, or, where that leads nowhere, what was typed, to be kept."""
    if shown.part and wants_part():
        return _conflict_in_place(error, shown)
    theirs, form = error.theirs, shown.form
    differences = [] if theirs is None else form.differences(theirs)
    done = _done_since(theirs, form, differences) if theirs is not None else None
    words = {"message": error.message, "back": _came_from() or _page_above(request.path), "done": done}
    if theirs is not None and not isinstance(error, TooLate):
        return page("errors/conflict.html", shown.section, 409, form=form, theirs=theirs, differences=differences,
                    **words)  # fmt: skip
    filled = form.typed()
    if filled:
        return page("errors/kept.html", shown.section, 409, typed=filled, now=dict(differences), **words)
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
    return part(shown.part, 409, standing=standing, done=done, **shown.words(form))


def _came_from() -> str:
    """The page of ours, with its filters, from which htmx asks for a part; empty when it does not."""
    try:
        asked = urlsplit((request.htmx.current_url or "") if wants_part() else "")  # type: ignore[attr-defined]
    except ValueError:  # no address at all
        return ""
    return f"/{asked.path.lstrip('/')}?{asked.query}".rstrip("?") if asked.path else ""


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


def _unavailable(error: Exception) -> Response:
    """The database does not answer, or not with what was asked."""
    log.error("database %s, request %s", type(error).__name__, g.get("request_id"))
    return typed.unwritten(health.refusal(error) or Unavailable())


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
    page = render_template(
        "errors/error.html", message=message, reference=reference, status=status, fields=typed.sent()
    )
    return make_response(page, status)
