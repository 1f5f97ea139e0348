"""Whole page or part: decided here and nowhere else. The only reader of `request.htmx`.

htmx-flask knows the headers of htmx 2. What is read here is the same in version 4: that htmx asks, from which page, and
whether for a whole one. `target` and `trigger` are not: they name an element as `tag#id`, or nothing.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import peewee
from flask import Response, current_app, redirect, render_template, request
from flask_login import current_user
from htmx_flask import make_response
from htmx_flask.requests import HtmxHeaders
from markupsafe import Markup

from ..domain import drafts, health
from ..errors import Unavailable
from . import forms
from .frame import case_of, shell

SAID_COOKIE = "skb-said"
NOTICE = "<!--unreadable-->"
GAP = Markup("<!--kept-->")  # no typed text can look so, since it is escaped


def wants_part() -> bool:
    """Whether htmx asks for a part. Boosted and history-restore requests get the whole page."""
    headers: HtmxHeaders = request.htmx  # type: ignore[attr-defined]
    return bool(headers) and not headers.boosted and not headers.history_restore_request


def page(template: str, section: str = "", status: int = 200, **context: Any) -> Response:
    """Answer with a whole page."""
    said = request.cookies.get(SAID_COOKIE) if status == 200 else None
    html = render_template(template, shell=shell(section, status, said, case_of(context)), **context)
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


def part_or_page(named: str, part_of: Callable[[], Response], whole: Callable[[], Response]) -> Response:
    """Answer with the part of a page that its address names, where htmx asks for one; else with the whole page."""
    return part_of() if named and wants_part() else whole()


def page_around(kept: bytes, template: str, section: str = "", **context: Any) -> Response:
    """Answer with a whole page around a long piece that was rendered before: the template says where, `{{ kept }}`."""
    response = page(template, section, kept=GAP, **context)
    response.set_data(response.get_data().replace(GAP.encode(), kept, 1))
    return response


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
    let_go_of_draft()
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


def let_go_of_draft() -> None:
    """What was sent is a draft no more. Where it cannot be written down, the draft is offered once more."""
    ref = forms.draft_ref()
    if ref and request.method == "POST" and current_user.is_authenticated:
        with suppress(Unavailable):
            drafts.sent(current_user.person, ref)


def came_from() -> str:
    """The page of ours, with its filters, from which htmx asks for a part; empty when it does not."""
    try:
        asked = urlsplit((request.htmx.current_url or "") if wants_part() else "")  # type: ignore[attr-defined]
    except ValueError:  # no address at all
        return ""
    return f"/{asked.path.lstrip('/')}?{asked.query}".rstrip("?") if asked.path else ""
