"""Asking the provider: over verified TLS, so many seconds all in all, no answer longer than one is, no redirect
followed, and only so many at once, since each keeps a thread of the web server."""

import contextlib
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit
from urllib.request import getproxies, proxy_bypass

import msgspec

from ...store.db import db
from .refusing import ProviderDown

AT_ONCE, WAIT_SECONDS = 8, 1.0  # who comes too many waits so long for a turn
LARGEST_BYTES = 512 * 1024
_turns = threading.BoundedSemaphore(AT_ONCE)


class Answer(NamedTuple):
    """What the provider answered: its status, the object it sent (empty where it sent none), and two headers."""

    status: int
    body: dict[str, Any]
    date: str
    location: str


class _Line(http.client.HTTPConnection):
    """One that can be hung up on at every step, also once its answer has taken the socket over."""

    held: socket.socket | None = None

    def connect(self) -> None:
        super().connect()
        self.held = self.sock

    def hang_up(self) -> None:
        """End it, for whoever waits in it too."""
        with contextlib.suppress(OSError):  # it is over already
            if self.held:
                self.held.shutdown(socket.SHUT_RDWR)


class _Encrypted(_Line):
    """The same over TLS, its certificate verified; the handshake is a step as every other."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        name = self._tunnel_host or self.host  # type: ignore[attr-defined]
        self.sock = self.held = _trusted().wrap_socket(self.sock, server_hostname=name, do_handshake_on_connect=False)
        self.sock.do_handshake()


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that the machine trusts; reading them takes longer than the answer."""
    return ssl.create_default_context()


def ask(url: str, seconds: float, form: dict[str, str] | None = None, authorization: str = "") -> Answer:
    """Ask for the object at `url`, or send it a form. Raises ProviderDown, RuntimeError inside a transaction."""
    if db.in_transaction():
        raise RuntimeError("a transaction waits for nobody's network")
    if not _turns.acquire(timeout=min(seconds, WAIT_SECONDS)):
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
def _line(url: str, seconds: float) -> Iterator[_Line]:
    """A connection that is hung up when the seconds are over, however slowly anything comes."""
    line = _opened(url, seconds)
    watch = threading.Timer(seconds, line.hang_up)
    watch.daemon = True
    watch.start()
    try:
        yield line
    finally:
        watch.cancel()
        line.close()


def _opened(url: str, seconds: float) -> _Line:
    """To the host itself, or by way of the proxy that the environment names (HTTPS_PROXY)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "https":
        return _Line(host, parts.port, timeout=seconds)
    proxy = urlsplit("" if proxy_bypass(host) else getproxies().get("https", ""))
    if not proxy.hostname:
        return _Encrypted(host, parts.port, timeout=seconds)
    line = _Encrypted(proxy.hostname, proxy.port, timeout=seconds)
    line.set_tunnel(host, parts.port)
    return line


def _object(body: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(body, type=dict)
    except (msgspec.MsgspecError, RecursionError):
        return {}
