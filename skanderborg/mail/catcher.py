"""A mail server for development: `python -m skanderborg.mail.catcher <folder> <smtp url>` keeps every mail as a file.

It listens on loopback only, and sends nothing anywhere. The page /dev/mail shows what it caught.
"""

import itertools
import signal
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from .. import clock
from ..settings import LOOPBACK

KEPT = 500  # mails; the oldest go


class Folder:
    """What aiosmtpd hands its mails to."""

    def __init__(self, path: Path):
        self.path = path
        self._numbers = itertools.count()
        path.mkdir(parents=True, exist_ok=True, mode=0o700)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one mail; its file's name sorts by the time it came."""
        name = f"{clock.now():%Y%m%dT%H%M%S%f}-{next(self._numbers):06}.eml"
        unfinished = self.path / f"{name}.part"
        unfinished.write_bytes(envelope.original_content or b"")
        unfinished.rename(self.path / name)
        for old in sorted(self.path.glob("*.eml"))[:-KEPT]:
            old.unlink()
        return "250 OK"


def main(folder: str, url: str) -> None:
    """Catch mails until told to stop by SIGTERM or Ctrl-C."""
    address = urlsplit(url)
    if address.hostname not in LOOPBACK:
        sys.exit("Mailfangeren lytter kun på 127.0.0.1.")
    told_to_stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: told_to_stop.set())
    try:
        server = Controller(Folder(Path(folder)), hostname=address.hostname, port=address.port or 25)
        server.start()
    except OSError:
        sys.exit(f"Port {address.port} er optaget. Vælg en anden med SKB_SMTP_URL.")
    told_to_stop.wait()
    server.stop()


if __name__ == "__main__":
    main(*sys.argv[1:3])
