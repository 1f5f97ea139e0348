"""Around everything: whatever a library does before our code, or an error page of ours does wrong, a page leaves.

Flask's own error handlers run inside a request that was understood so far; what breaks outside of one, or in a handler,
would leave the house as an empty 500 (REL-37). Nothing here asks the database, the session or who is signed in.
"""

import logging
import secrets
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from flask import Flask, Request
from werkzeug.wrappers import Response
from werkzeug.wsgi import ClosingIterator

from ..errors import places
from . import headers, typed

Application = Callable[..., Iterable[bytes]]
ASKED = "skb.request"  # in the environment: the request, with the form that was read; Flask's own is gone too early
BARE = (
    '<!doctype html><html lang="da"><meta charset="utf-8"><title>Fejl – Koordinering</title>'
    "<h1>Det lykkedes ikke.</h1><p>Gå tilbage, og prøv igen om lidt. Haster det, så ring. Fare nu: ring 112.</p>"
    "<p>Fejl-id {}. Sig det til it-afdelingen, hvis det sker igen.</p></html>"
)
log = logging.getLogger(__name__)


class LastResort:
    """The outermost door: passes requests in and answers out, and has a page for whatever fell on the way."""

    def __init__(self, app: Flask, inside: Application):
        self._app, self._inside = app, inside

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request; the first bytes of an answer are made before its status is told, so that they may fail."""
        said: list[tuple[Any, ...]] = []
        try:
            body = self._inside(environ, lambda *told: said.append(told))
            pieces = iter(body)
            first = next(pieces, b"")
        except Exception as error:  # noqa: BLE001 the last one that can say anything
            return self._page(environ, error)(environ, start_response)
        finally:
            environ.pop(ASKED, None)
        start_response(*said[-1])
        return ClosingIterator(chain([first], pieces), getattr(body, "close", None))

    def _page(self, environ: dict[str, Any], error: Exception) -> Response:
        reference = secrets.token_hex(8)
        _note(error, reference)
        response = Response(
            self._html(environ.get(ASKED) or self._app.request_class(environ), reference), 500, mimetype="text/html"
        )
        headers.harden(response.headers, reference, self._app.config["SKB"].cookie_is_secure)
        return response

    def _html(self, asked: Request | None, reference: str) -> str:
        """With what was typed, without it where it cannot be read, and at last without any template."""
        for known in (asked, None):
            try:
                return typed.fallen(self._app.jinja_env, known, reference)
            except Exception as error:  # noqa: BLE001 as above
                _note(error, reference)
        return BARE.format(reference)


def _note(error: Exception, reference: str) -> None:
    """Name the place in the log, and no values (SEC-39)."""
    log.error("%s at %s, request %s", type(error).__name__, places(error), reference)
