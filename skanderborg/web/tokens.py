"""By what a browser is known, and whether a request comes from our own page: cookies, origin, a form's token."""

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, request
from flask_login import current_user

from ..domain import devices, form_tokens, sessions
from . import answers, form_places

DEVICE = "skb-enhed"  # the cookie by which a browser is known
SAVE_DRAFT = "drafts.save"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


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


def session_before() -> Any:
    """The session that the browser had until lately, live or expired; None when it had none."""
    return sessions.parked(request.cookies.get(cookie_name(), ""), current_app.config["SKB"].defaults)


def same_origin(half_pages: Collection[str]) -> Response | None:
    """Unsafe methods come from our own pages only: the browser's word for it, then the token (SEC-23).

    Of a half session it is asked on its own pages.
    """
    if request.method not in UNSAFE:
        return None
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site and site not in ("same-origin", "none"):
        abort(403)
    if not site and origin and not _is_ours(origin):
        abort(403)
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf_token", "")
    if not current_user.is_authenticated:
        if "half" in g and request.endpoint in half_pages and not form_tokens.is_of(g.half, given):
            abort(403)
        return None  # signing in, or an expired session, answered below
    if not form_tokens.is_of(current_user.session, given):
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
    if before is None or request.endpoint is None or not form_places.is_guarded(request.endpoint):
        abort(403)
    if request.endpoint == SAVE_DRAFT:
        return None
    return answers.go(form_places.park(before))
