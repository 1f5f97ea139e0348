"""The program in a process of its own, as `flask serve` runs it."""

import http.client
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self
from urllib.request import urlopen

from skanderborg.settings import ROOT

from .running import Running, free_port, wait_until


class Served(Running):
    """A house in a folder of its own: `init` once, then serve. `environment` is what its settings say otherwise."""

    def __init__(self, folder: Path, **environment: str):
        self.folder = folder
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._otherwise = environment
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *words: str) -> str:
        """What a command of the program says."""
        return subprocess.run(
            [sys.executable, "-m", "flask", *words], cwd=ROOT, env=self.environment(), check=True, capture_output=True,
            text=True,
        ).stdout  # fmt: skip

    def start(self) -> Self:
        """Serve, and wait until it answers."""
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "flask", "serve"], cwd=ROOT, env=self.environment(), stdout=log, stderr=log
            )
        wait_until(self._answers, f"nothing is served: {(self.folder / 'log').read_text()}", seconds=30)
        return self

    def stop(self) -> None:
        """Stop serving."""
        if self._process:
            self._process.terminate()
            self._process.wait(20)

    @property
    def pid(self) -> int:
        """The process that was started; those that it started are below it."""
        assert self._process
        return self._process.pid

    def raw(self, request: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send these very bytes; status, headers and body of the answer. Status 0 where the server hangs up."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            answer = http.client.HTTPResponse(connection, method=request.partition(b" ")[0].decode("latin-1"))
            try:
                answer.begin()
                return answer.status, dict(answer.getheaders()), answer.read()
            except (http.client.HTTPException, ConnectionError):
                return 0, {}, b""

    def environment(self) -> dict[str, str]:
        """What the process is told from outside."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith("SKB_")}
        return ours | {
            "SKB_ENV": "test", "SKB_DATA_DIR": str(self.folder), "SKB_PORT": str(self.port),
            "SKB_DATABASE_URL": f"sqlite:///{self.folder / 'koordinering.db'}", "SKB_BASE_URL": f"http://localhost:{self.port}",
            "SKB_KEYS_FILE": str(self.folder / "keys" / "keys.json"), "SKB_SMTP_URL": "smtp://127.0.0.1:9",
        } | self._otherwise  # fmt: skip

    def _answers(self) -> bool:
        try:
            return urlopen(f"{self.base}/healthz", timeout=2).status == 200
        except OSError:
            return False
