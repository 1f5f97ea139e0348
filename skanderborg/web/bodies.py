"""What a request brings is held in memory: a form library would lay files down in the temporary folder, in plain text,
while they are received (SEC-47)."""

from io import BytesIO
from typing import IO, Any

from flask import Flask


class InMemory:
    """A request whose files never touch a disk. How large it may be, `largest_body_megabytes` says, and only pages that
    take files let more than a form come so far (guard.py)."""

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        """Where werkzeug puts a file that it reads out of a form."""
        return BytesIO()


def hold_in_memory(app: Flask) -> None:
    """Let it be so for every request of the program, whichever kind of request it has by now."""
    app.request_class = type("Request", (InMemory, app.request_class), {})
