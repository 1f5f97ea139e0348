"""A provider of OpenID Connect that lies as it is told to: in the process of the tests, over plain http."""

import base64
import hmac
import http.server
import json
import threading
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import parse_qs, urlencode

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from .running import Running

CLIENT = "koordinering"
SECRET = "hos-udbyderen"
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})  # of the same name, and somebody else's
SHORT_LIVED = 300

Claims = dict[str, Any]


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Who was hung up on says nothing of it."""


class Provider(Running):
    """Answers what it is told: `documents` by path, and the ID token that `token` makes of the form it was sent."""

    def __init__(self) -> None:
        provider = self
        self.asked: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.said: dict[str, Callable[[_Handler], None]] = {}
        self.token: Callable[[], Any] = lambda: ""
        self.nonce = ""
        self.signing_keys: list[Any] = [KEY]

        class Handler(_Handler):
            of = provider

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.reset()

    def reset(self) -> None:
        """Be honest again."""
        self.asked.clear()
        self.forms.clear()
        self.signing_keys = [KEY]
        self.document: Claims = {
            "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/end",
        }  # fmt: skip
        self.said = {}

    def answer(self, handler: "_Handler", path: str) -> None:
        """What stands at a path."""
        if path in self.said:
            self.said[path](handler)
        elif path == "/.well-known/openid-configuration":
            handler.send(self.document)
        elif path == "/keys":
            handler.send({"keys": [key if isinstance(key, dict) else public(key) for key in self.signing_keys]})
        elif path == "/auth":
            asked = {name: values[0] for name, values in parse_qs(handler.path.partition("?")[2]).items()}
            self.nonce = asked["nonce"]
            back = urlencode({"state": asked["state"], "code": "c"})
            handler.send({}, 302, {"Location": f"{asked['redirect_uri']}?{back}"})
        elif path == "/token":
            handler.send({"id_token": self.token(), "access_token": "x", "token_type": "Bearer"})
        else:
            handler.send({"error": "none"}, 404)

    def start(self) -> Self:
        """Listen."""
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def stop(self) -> None:
        """Hang up."""
        self._server.shutdown()
        self._server.server_close()


class _Handler(http.server.BaseHTTPRequestHandler):
    of: Provider

    def do_GET(self) -> None:
        self.of.asked.append(self.path)
        self.of.answer(self, self.path.partition("?")[0])

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        self.of.forms.append({name: values[0] for name, values in parse_qs(body).items()})
        self.do_GET()

    def send(self, said: Any, status: int = 200, headers: dict[str, str] | None = None) -> None:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        self.send_response(status)
        for name, value in (
            {"Content-Type": "application/json", "Content-Length": str(len(body))} | (headers or {})
        ).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing on the screen."""


def public(key: Any) -> Claims:
    """What of a key stands on the page of keys."""
    return dict(key.as_dict(private=False))


def signed(claims: Claims, key: Any = KEY, **header: Any) -> str:
    """A token, signed as it should be, or with another header."""
    said = {"alg": "RS256", "kid": "one", **header}
    return jwt.encode({name: value for name, value in said.items() if value is not None}, claims, key, [said["alg"]])


def by_hand(claims: Claims, header: Claims, signature: bytes = b"") -> str:
    """A token of whatever header and signature."""
    return ".".join(map(_plain, (json.dumps(header).encode(), json.dumps(claims).encode(), signature)))


def _plain(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def with_secret(claims: Claims, secret: bytes, algorithm: str = "HS256") -> str:
    """The old trick: something that others know, the public key or our secret, as that of an HMAC."""
    header = {"alg": algorithm, "kid": "one"}
    text = by_hand(claims, header).rpartition(".")[0]
    return f"{text}.{_plain(hmac.digest(secret, text.encode(), algorithm.replace('HS', 'sha')))}"


def elliptic(curve: str = "P-256", kid: str = "ec") -> Any:
    """A key on a curve."""
    return ECKey.generate_key(curve, {"kid": kid, "use": "sig"})
