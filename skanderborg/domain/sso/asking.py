"""Asking the provider: over verified TLS, so many seconds all in all, no answer longer than one is, no redirect
followed, and only so many at once, since each keeps a thread of the web server."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec

from ...store.db import db
from .refusing import ProviderDown

AT_ONCE = 8
LARGEST_BYTES = 512 * 1024
_turns = threading.BoundedSemaphore(AT_ONCE)


class Answer(NamedTuple):
    """What the provider answered: its status, the object it sent (empty where it sent none), and two headers."""

    status: int
    body: dict[str, Any]
    date: str
    location: str


class _Line(http.client.HTTPSConnection):
    """One whose every step, the handshake too, can be hung up on."""

    def connect(self) -> None:
        context: Any = self._context  # type: ignore[attr-defined]
        http.client.HTTPConnection.connect(self)
        self.sock = context.wrap_socket(
            self.sock, server_hostname=self._tunnel_host or self.host, do_handshake_on_connect=False  # type: ignore[attr-defined]
        )  # fmt: skip
        self.sock.do_handshake()


def ask(url: str, seconds: float, form: dict[str, str] | None = None, authorization: str = "") -> Answer:
    """Ask for the object at `url`, or send it a form. Raises ProviderDown, RuntimeError inside a transaction."""
    if db.in_transaction():
        raise RuntimeError("a transaction waits for nobody's network")
    if not _turns.acquire(timeout=seconds):
        raise ProviderDown("too many ask it at once")
    try:
        return _answer(url, seconds, form, authorization)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ProviderDown(type(error).__name__) from None
    finally:
        _turns.release()


def _answer(url: str, seconds: float, form: dict[str, str] | None, authorization: str) -> Answer:
    headers = {"Accept": "application/json"} | ({"Authorization": authorization} if authorization else {})
    if form is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    with _line(url, seconds) as line:
        line.request("GET" if form is None else "POST", path, urlencode(form) if form else None, headers)
        response = line.getresponse()
        body = response.read(LARGEST_BYTES + 1)
        found = response.status, response.getheader("Date", ""), response.getheader("Location", "")
    if len(body) > LARGEST_BYTES:
        raise ProviderDown("its answer is too long")
    return Answer(found[0], _object(body), found[1], found[2])


@contextlib.contextmanager
def _line(url: str, seconds: float) -> Iterator[http.client.HTTPConnection]:
    """A connection that is hung up when the seconds are over, however slowly anything comes."""
    line = _opened(url, seconds)
    hang_up = threading.Timer(seconds, _hang_up, [line])
    hang_up.daemon = True
    hang_up.start()
    try:
        yield line
    finally:
        hang_up.cancel()
        line.close()


def _opened(url: str, seconds: float) -> http.client.HTTPConnection:
    """To the host itself, or by way of the proxy that the environment names (HTTPS_PROXY)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        return http.client.HTTPConnection(host, parts.port, timeout=seconds)
    proxy = urlsplit("" if proxy_bypass(host) else getproxies().get("https", ""))
    context = ssl.create_default_context()
    if not proxy.hostname:
        return _Line(host, parts.port, timeout=seconds, context=context)
    line = _Line(proxy.hostname, proxy.port, timeout=seconds, context=context)
    line.set_tunnel(host, parts.port)
    return line


def _hang_up(line: http.client.HTTPConnection) -> None:
    with contextlib.suppress(OSError, AttributeError):  # not connected yet, or over already
        line.sock.shutdown(socket.SHUT_RDWR)


def _object(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict)
    except (msgspec.MsgspecError, RecursionError):
        return {}
