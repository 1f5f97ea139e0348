"""Closed by default: who is asking, may they, does the request come from our own page, and the headers of every answer.

A route declares what it asks with `@asks`; one that does not, and is not named in OPEN, stops the start (SEC-01).
"""

import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import unquote_to_bytes, urlsplit

from flask import Flask, Response, abort, current_app, g, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.exceptions import HTTPException

from .. import policy
from ..domain import audit, devices, drafts, editions, sessions
from ..errors import NotFound
from ..policy import Action
from . import compress, forms, headers, render
from .last_resort import ASKED

View = TypeVar("View", bound=Callable[..., Any])

OPEN = {"files.static", "health.alive", "health.ready", "signing.form", "signing.sign_in", "signing.sign_in_again",
        "signing.set_password", "card.show", "contacts.index",
        "health.accessibility"}  # fmt: skip
NO_DATABASE = {"files.static", "health.alive"}
ANY_NAME = {"health.alive", "health.ready"}  # asked by machines, which call us by our number
GO_ON_WITHOUT = {
    "card.show",
    "contacts.index",
    "health.ready",
    "health.accessibility",
}  # of use when it does not
DEVICE = "skb-enhed"  # the cookie by which a browser is known
SAVE_DRAFT = "drafts.save"
BY_ITSELF = {SAVE_DRAFT, "imports.progress"}  # asked by a page, not by a person: it prolongs no session (SEC-17)
NO_COOKIE = ";"  # a name that none can have: Flask-Login's remember-me is never read, since it trusts what it finds
TAKES_FILES = {"evidence.receive", "imports.receive"}
LARGEST_FORM_BYTES = 2 * 1024 * 1024
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


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
        if not hasattr(view, "asks") and endpoint not in OPEN:
            raise RuntimeError(f"{endpoint} does not say what it asks for")


class SignedIn(UserMixin):
    """Flask-Login's user: a session row and its person."""

    def __init__(self, session: Any):
        self.session = session
        self.person = session.person

    def get_id(self) -> str:
        """The session row, so that ending it ends every copy of the cookie."""
        return self.session.ref


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
    app.before_request(_same_origin)
    app.before_request(_signed_in_and_allowed)
    app.after_request(compress.squeeze)
    app.after_request(_harden)


def cookie_name(name: str = "skb") -> str:
    """`__Host-` binds the cookie to this host over TLS; plain on loopback in development and test (decision 12)."""
    return f"__Host-{name}" if current_app.config["SKB"].cookie_is_secure else name


def set_cookie(response: Response, secret: str) -> None:
    """Hand the browser the secret of its session: a session cookie, unreadable for scripts."""
    secure = current_app.config["SKB"].cookie_is_secure
    response.set_cookie(cookie_name(), secret, secure=secure, httponly=True, samesite="Lax", path="/")


def kept() -> sessions.Kept:
    """What the browser has kept: its session's secret, and the one by which it is known, or a new one of those."""
    cookies = request.cookies
    return sessions.Kept(cookies.get(cookie_name(), ""), devices.secret_of(cookies.get(cookie_name(DEVICE), "")))


def keep_device(response: Response, secret: str) -> None:
    """Let the browser be known when its person signs in again (SEC-14)."""
    days = current_app.config["SKB"].defaults.known_device_days
    secure = current_app.config["SKB"].cookie_is_secure
    response.set_cookie(
        cookie_name(DEVICE), secret, max_age=days * 86_400, secure=secure, httponly=True, samesite="Strict", path="/"
    )


def carried_device() -> str | None:
    """For the address of the page after a sign-out: by what the browser is known, if it is."""
    known = request.cookies.get(cookie_name(DEVICE))
    return devices.carried(devices.secret_of(known)) if known else None


def receive_device(response: Response) -> Response:
    """Let the browser keep again, after a sign-out of ours, by what it is known."""
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin" and cookie_name(DEVICE) not in request.cookies
    secret = devices.received(request.args.get("enhed", "")) if is_ours else None
    if secret:
        keep_device(response, secret)
    return response


def has_database() -> bool:
    """Whether the database answered when this request began."""
    return "no_database" not in g


def _load(_: Any) -> SignedIn | None:
    if request.endpoint in NO_DATABASE or not has_database():
        return None
    session = sessions.resume(request.cookies.get(cookie_name(), ""), current_app.config["SKB"].defaults)
    if session is None:
        return None
    editions.refresh(session.editions)
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
    if request.method not in UNSAFE or request.mimetype != "application/x-www-form-urlencoded":
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


def _same_origin() -> Response | None:
    """Unsafe methods come from our own pages only: the browser's word for it, then the token (SEC-23)."""
    if request.method not in UNSAFE:
        return None
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site and site not in ("same-origin", "none"):
        abort(403)
    if not site and origin and not _is_ours(origin):
        abort(403)
    if not current_user.is_authenticated:
        return None  # signing in, or an expired session, answered below
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not sessions.is_token_of(current_user.session, given):
        return _from_an_older_page(given)
    return None


def _is_ours(origin: str) -> bool:
    try:
        return urlsplit(origin).netloc in (request.host, urlsplit(current_app.config["SKB"].base_url).netloc)
    except ValueError:  # no address at all
        return False


def _from_an_older_page(token: str) -> Response | None:
    """A form whose page was opened before its person signed in anew in another tab: kept and shown, never obeyed."""
    before = sessions.of_form(current_user.person, token, current_app.config["SKB"].defaults)
    if before is None or request.endpoint is None or request.endpoint in OPEN:
        abort(403)
    if request.endpoint == SAVE_DRAFT:
        return None
    return render.go(_park(before))


def _signed_in_and_allowed() -> Any:
    if request.endpoint is None or request.endpoint in OPEN:
        return None
    if not current_user.is_authenticated:
        return _sign_in_first()
    if request.endpoint not in BY_ITSELF:
        sessions.seen(current_user.session)
    action, on, _ = asked_by(request.endpoint)
    if on is None:
        policy.require(current_user.person, action)
    return None


def _sign_in_first() -> Any:
    """A page sends to the sign-in page; a part of a page must not be filled with one (decision 3)."""
    if render.wants_part():
        return Response(status=401)
    there = request.full_path.rstrip("?") if request.method == "GET" else None
    session = session_before() if request.method == "POST" else None
    if session and sessions.is_token_of(session, request.form.get("csrf_token", "")):
        there = _park(session)
    return render.see(url_for("signing.form", naeste=there))


def session_before() -> Any:
    """The session that the browser had until lately, live or expired; None when it had none."""
    return sessions.parked(request.cookies.get(cookie_name(), ""), current_app.config["SKB"].defaults)


def _park(session: Any) -> str:
    """Keep a form that came too late for its session; where its own person gets it back after signing in again."""
    fields = request.form.to_dict(flat=False)
    typed = drafts.Typed(request.path, page_of(request.path, request.path), fields)
    return url_for("drafts.show", draft_ref=drafts.park(session, forms.draft_ref(), typed))


# ── drafts: forms that are opened again ─────────────────────────────────────────────────────────────


def takes_forms(path: str) -> bool:
    """Whether a form of our own pages goes to this path."""
    rule, _ = _rule_of(path, "POST")
    return rule is not None and rule.endpoint not in OPEN


def page_of(page: str, path: str) -> str:
    """The page on which a form stands that goes to `path`: the nearest that can be opened, from what the browser says.

    A form that was refused, and one that was opened from its draft, stand where nothing else is to be seen.
    """
    if page.startswith("/kladde/") or not page.startswith("/"):
        page = path
    while page.count("/") > 1 and not _rule_of(page, "GET")[0]:
        page = page.rpartition("/")[0]
    return page


def form_at(path: str) -> tuple[str, dict[str, Any]]:
    """The endpoint that takes the forms that go to `path`, and what it is given. Raises NotFound where none goes."""
    rule, args = _rule_of(path, "POST")
    if rule is None or rule.endpoint in OPEN:
        raise NotFound()
    return rule.endpoint, args


def _rule_of(path: str, method: str) -> Any:
    try:
        return current_app.create_url_adapter(request).match(path, method=method, return_rule=True)  # type: ignore[union-attr]
    except HTTPException:
        return None, {}


def _harden(response: Response) -> Response:
    may_be_kept = request.endpoint == "files.static" and "Cache-Control" in response.headers
    over_tls = current_app.config["SKB"].cookie_is_secure
    headers.harden(response.headers, g.get("request_id", "-"), over_tls, may_be_kept)
    return response
