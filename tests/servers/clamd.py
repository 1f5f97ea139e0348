"""A virus scanner of the tests' own: Debian's clamd with one signature, or what speaks like it."""

import shutil
import socketserver
import struct
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any, Self

from .running import Running, wait_until

VIRUS = b"KOORDINERING-HARMLESS-TEST-SIGNATURE"
NAME = "Koordinering.Test"
LIMIT_BYTES = 3_000_000


class Clamd(Running):
    """The real one, over a socket in a temporary folder, with a database of that one signature: no freshclam."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="skb-clamd-"))
        self.address = str(self.folder / "clamd.ctl")
        self._process: subprocess.Popen[Any] | None = None

    @staticmethod
    def is_there() -> bool:
        """Whether the machine has it."""
        return shutil.which("clamd") is not None

    def start(self) -> Self:
        """Start it, and wait until its signatures are loaded."""
        (self.folder / "test.ndb").write_text(f"{NAME}:0:*:{VIRUS.hex()}\n")
        config = self.folder / "clamd.conf"
        config.write_text(
            f"LocalSocket {self.address}\nDatabaseDirectory {self.folder}\nForeground yes\nLogFile {self.folder}/log\n"
            f"StreamMaxLength {LIMIT_BYTES}\nAlertEncrypted yes\n"
        )
        self._process = subprocess.Popen(
            ["clamd", "--config-file", str(config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(Path(self.address).exists, "clamd does not start", 30)
        return self

    def stop(self) -> None:
        """Stop it and take its folder away."""
        if self._process:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class StandIn(Running):
    """Speaks as clamd does, and looks into nothing: it finds the signature where it stands as it is."""

    def __init__(self) -> None:
        self.is_silent = False
        stand_in = self

        class Line(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                command = _until_zero(self.rfile)
                if stand_in.is_silent:
                    return
                self.wfile.write(b"PONG\0" if command == b"zPING" else stand_in.verdict_on(self.rfile))

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Line)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def verdict_on(self, given: Any) -> bytes:
        """What clamd says of the bytes that come."""
        body = b""
        while (length := struct.unpack(">I", given.read(4))[0]) > 0:
            body += given.read(length)
            if len(body) > LIMIT_BYTES:
                return b"INSTREAM size limit exceeded. ERROR\0"
        return f"stream: {NAME}.UNOFFICIAL FOUND\0".encode() if VIRUS in body else b"stream: OK\0"

    def start(self) -> Self:
        """Listen."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        """Hang up."""
        self._server.shutdown()
        self._server.server_close()


def _until_zero(given: Any) -> bytes:
    said = b""
    while (byte := given.read(1)) not in (b"", b"\0"):
        said += byte
    return said
