"""Closed by default: who is asking, may they, can the request be read, and the headers of every answer.

A route declares what it asks with `@asks`; one that does not, and is not named in OPEN, stops the start (SEC-01).
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes

from flask import Flask, Response, abort, current_app, g, request, url_for
from flask_login import LoginManager, UserMixin, current_user

from .. import policy
from ..domain import audit, editions, form_tokens, sessions
from ..policy import Action
from . import answers, compress, form_places, headers, tokens
from .last_resort import ASKED

View = TypeVar("View", bound=Callable[..., Any])

OPEN = set(
    """
    files.static health.alive health.ready signing.form signing.sign_in signing.sign_in_again signing.set_password
    card.show contacts.index health.accessibility
    sso.begin sso.again sso.answer sso.leave sso.back_channel sso.front_channel
""".split()
)
NO_DATABASE = {"files.static", "health.alive"}
ANY_NAME = {"health.alive", "health.ready"}  # asked by machines, which call us by our number
GO_ON_WITHOUT = {
    "card.show",
    "contacts.index",
    "health.ready",
    "health.accessibility",
}  # of use when it does not
BY_ITSELF = {tokens.SAVE_DRAFT, "imports.progress"}  # asked by a page, not by a person: it prolongs no session (SEC-17)
NO_COOKIE = ";"  # a name that none can have: Flask-Login's remember-me is never read, since it trusts what it finds
TAKES_FILES = {"evidence.receive", "imports.receive", "requests.answer"}
LARGEST_FORM_BYTES = 2 * 1024 * 1024


HALF = set(  # all that a session reaches whose password was right, until what stands beside it is shown (SEC-13)
    """
    second_factor.show second_factor.challenge second_factor.choose second_factor.add_app second_factor.add_passkey
    second_factor.passkey_challenge signing.sign_out
""".split()
)


def asks(action: Action, on: type | None = None, personal: bool = True) -> Callable[[View], View]:
    """Declare what a route asks for: the action, the kind of row its path names, and whether it shows personal data."""

    def declare(view: View) -> View:
        view.asks = (action, on, personal)  # type: ignore[attr-defined]
        return view

    return declare


def asked_by(endpoint: str) -> tuple[Action, type | None, bool]:
    """What the route of an endpoint declared with `@asks`."""
    view: Any = current_app.view_functions[endpoint]
    return view.asks


def refuse_undeclared(app: Flask) -> None:
    """Stop the start when a route neither declares what it asks for nor is named open. Raises RuntimeError."""
    for endpoint, view in app.view_functions.items():
        if not hasattr(view, "asks") and endpoint not in OPEN | HALF:
            raise RuntimeError(f"{endpoint} does not say what it asks for")


class SignedIn(UserMixin):
    """Flask-Login's user: a session row and its person."""

    def __init__(self, session: Any):
        self.session = session
        self.person = session.person

    def get_id(self) -> str:
        """The session row, so that ending it ends every copy of the cookie."""
        return self.session.ref


def half() -> Any:
    """The session whose password was right and that is not whole; None where there is none. It is nobody's who is
    signed in."""
    bool(current_user.is_authenticated)  # which looks for it
    return g.get("half")


def actor() -> Any:
    """The person who asks. Only on routes that are not open."""
    return current_user.person


def prepare(app: Flask) -> None:
    """Set up sign-in and the hooks that run around every request."""
    app.config["REMEMBER_COOKIE_NAME"] = NO_COOKIE
    manager = LoginManager(app, add_context_processor=False)  # a page that tells of an error must not ask who it is for
    manager.session_protection = None
    manager.request_loader(_load)
    app.before_request_funcs[None][:0] = [_name_request, _called_by_our_name]
    app.before_request(_readable_form)
    app.before_request(lambda: tokens.same_origin(HALF))
    app.before_request(_signed_in_and_allowed)
    app.after_request(compress.squeeze)
    app.after_request(_harden)


def has_database() -> bool:
    """Whether the database answered when this request began."""
    return "no_database" not in g


def go_on_without() -> None:
    """Ask nothing more of the database in this request: nobody is signed in."""
    g.no_database = True
    g.pop("_login_user", None)  # where Flask-Login keeps who it found


def _load(_: Any) -> SignedIn | None:
    if request.endpoint in NO_DATABASE or not has_database():
        return None
    session = sessions.resume(request.cookies.get(tokens.cookie_name(), ""), current_app.config["SKB"].defaults)
    if session is None:
        return None
    editions.refresh(session.editions)
    if session.is_half:
        g.half = session  # nobody is signed in
        return None
    return SignedIn(session)


def _name_request() -> None:
    request.environ[ASKED] = request._get_current_object()  # type: ignore[attr-defined]
    g.request_id = secrets.token_hex(8)
    audit.name_request(g.request_id)


def _called_by_our_name() -> None:
    """A request for a host that is not ours, in whose name no link or redirect of ours may ever stand (SEC-56)."""
    called = request.environ.get("HTTP_HOST", "")
    if request.endpoint not in ANY_NAME and not current_app.config["SKB"].is_called(called):
        abort(421)


def _readable_form() -> None:
    """Plain forms are small, of few fields and UTF-8, and so is an address; the parser would let none of these limits
    show (SEC-53, SEC-55).

    An address holds no NUL, which PostgreSQL knows no text with.
    """
    _refuse_unreadable(request.query_string)
    if "\0" in request.path or any("\0" in value for values in request.args.listvalues() for value in values):
        abort(404)
    if (request.content_length or 0) > LARGEST_FORM_BYTES and request.endpoint not in TAKES_FILES:
        abort(413)  # before any of it is held in memory
    if request.method not in tokens.UNSAFE or request.mimetype != "application/x-www-form-urlencoded":
        return
    if (request.content_length or 0) > LARGEST_FORM_BYTES:
        abort(413)
    body = request.get_data(cache=True, parse_form_data=False)
    if len(body) > LARGEST_FORM_BYTES or body.count(b"&") >= current_app.config["MAX_FORM_PARTS"]:
        abort(413)
    _refuse_unreadable(body)


def _refuse_unreadable(encoded: bytes) -> None:
    try:
        unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        abort(400)


def _signed_in_and_allowed() -> Any:
    if request.endpoint is None or request.endpoint in OPEN:
        return None
    if half():
        return None if request.endpoint in HALF else _factor_first()
    if not current_user.is_authenticated:
        return _sign_in_first()
    if request.endpoint not in BY_ITSELF:
        sessions.seen(current_user.session)
    if not hasattr(current_app.view_functions[request.endpoint], "asks"):
        return answers.see(url_for("factors.index"))  # of half sessions alone
    action, on, _ = asked_by(request.endpoint)
    if on is None:
        policy.require(current_user.person, action)
    return None


def _factor_first() -> Any:
    """Where a half session becomes whole, and then to the page that was asked for."""
    if answers.wants_part():
        return Response(status=401)
    there = request.full_path.rstrip("?") if request.method == "GET" else None
    return answers.see(url_for("second_factor.show", naeste=there))


def _sign_in_first() -> Any:
    """A page sends to the sign-in page; a part of a page must not be filled with one (decision 3)."""
    if answers.wants_part():
        return Response(status=401)
    there = request.full_path.rstrip("?") if request.method == "GET" else None
    session = tokens.session_before() if request.method == "POST" else None
    if session and form_tokens.is_of(session, request.form.get("csrf_token", "")):
        there = form_places.park(session)
    return answers.see(url_for("signing.form", naeste=there))


def _harden(response: Response) -> Response:
    may_be_kept = request.endpoint == "files.static" and "Cache-Control" in response.headers
    over_tls = current_app.config["SKB"].cookie_is_secure
    headers.harden(response.headers, g.get("request_id", "-"), over_tls, may_be_kept)
    return response
