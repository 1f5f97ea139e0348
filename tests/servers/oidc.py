"""A real provider of OpenID Connect: oidc-provider in a process of its own, and a browser that goes there.

What it needs is installed once, into a folder of the cache that is named after its lock file.
"""

import fcntl
import hashlib
import http.client
import http.cookies
import http.server
import json
import os
import re
import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from .provider import CLIENT, SECRET
from .running import Running, free_port, wait_until

SOURCE = Path(__file__).parent / "oidc"
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "koordinering"


class RealProvider(Running):
    """Accounts by subject; `logout_tokens` are what it sent to the back channel."""

    def __init__(self, answer_at: str, back_at: str, accounts: dict[str, dict[str, Any]]):
        self.answer_at, self.back_at, self.accounts = answer_at, back_at, accounts
        self.logout_tokens: list[str] = []
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._back_channel = _back_channel(self.logout_tokens)
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_there() -> bool:
        """Whether the machine has what runs it."""
        return bool(shutil.which("node") and shutil.which("npm"))

    def start(self) -> Self:
        """Start it, and wait until it listens."""
        threading.Thread(target=self._back_channel.serve_forever, args=[0.05], daemon=True).start()
        client = {
            "client_id": CLIENT, "client_secret": SECRET, "redirect_uris": [self.answer_at],
            "post_logout_redirect_uris": [self.back_at], "backchannel_logout_session_required": True,
            "backchannel_logout_uri": f"http://127.0.0.1:{self._back_channel.server_address[1]}/",
        }  # fmt: skip
        said = json.dumps({"port": self.port, "client": client, "accounts": self.accounts})
        self._process = subprocess.Popen(
            ["node", "provider.mjs", said], cwd=_installed(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self._listens, "the provider does not start", 20)
        return self

    def stop(self) -> None:
        """End it."""
        if self._process:
            self._process.kill()
            self._process.wait()
        self._back_channel.shutdown()
        self._back_channel.server_close()

    def _listens(self) -> bool:
        try:
            return Browsing(self.issuer).get("/.well-known/openid-configuration")[0] == 200
        except OSError:
            return False


class Browsing:
    """What a browser does at the provider: keeps its cookies, follows it, and comes back with an address."""

    def __init__(self, issuer: str):
        self.issuer = issuer
        self.cookies: dict[str, str] = {}

    def sign_in(self, address: str, account: str) -> dict[str, str]:
        """Go where Koordinering sent us, sign in where that is asked, and return what comes back with us."""
        there = address
        for _ in range(8):
            status, there, _ = self.get(f"{there}?as={account}" if "/interaction/" in there else there)
            assert status in (302, 303), status
            if not there.startswith(("/", self.issuer)):
                return {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
        raise AssertionError("it goes in circles")

    def sign_out(self, address: str) -> str:
        """Go to its page for signing out, say yes, and return where that leads."""
        _, _, page = self.get(address)
        action = re.search(r'action="([^"]+)"', page)
        secret = re.search(r'name="xsrf" value="([^"]+)"', page)
        assert action is not None, page
        assert secret is not None, page
        return self.get(action[1], {"xsrf": secret[1], "logout": "yes"})[1]

    def get(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """One request: status, where it leads, and what stands there."""
        line = http.client.HTTPConnection(urlsplit(self.issuer).netloc, timeout=10)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        path = address.removeprefix(self.issuer)
        line.request("GET" if form is None else "POST", path, urlencode(form) if form else None, headers)
        response = line.getresponse()
        for kept in response.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in http.cookies.SimpleCookie(kept).items()}
        text = response.read().decode()
        line.close()
        return response.status, response.headers.get("Location", ""), text


def _installed() -> Path:
    """The folder in which it is installed, as the lock file says; once on a machine."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    folder = CACHE / f"oidc-{hashlib.sha256(lock).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        for name in ("package.json", "package-lock.json", "provider.mjs"):
            shutil.copy(SOURCE / name, folder)
        if not (folder / ".done").exists():
            command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
            subprocess.run(command, cwd=folder, check=True, timeout=180)
            (folder / ".done").touch()
    return folder


def _back_channel(tokens: list[str]) -> http.server.HTTPServer:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            tokens.append(parse_qs(body)["logout_token"][0])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on the screen."""

    return http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
