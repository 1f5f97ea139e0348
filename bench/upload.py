"""A file of 25 MB in and out over HTTP: how much the web processes grow, and how long it takes.

Promise: an upload or download makes the web grow by no more than 60 MB.
"""

import http.client
import io
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlencode, urlsplit

from _house import house, make_cases, proportional_kilobytes_of_children, report, served
from PIL import Image

from skanderborg import isolated
from skanderborg.domain.evidence import previews
from skanderborg.examples import PASSWORD
from skanderborg.store.db import db

MEGABYTE = 1024 * 1024
PROMISED_MEGABYTES = 60
PIECE = 64 * 1024
TIMES, AT_ONCE = 4, 4
BOUNDARY = "bench"


class Visitor:
    """Someone signed in, who sends and fetches files piece by piece."""

    def __init__(self, address: str, case: str):
        self.host = urlsplit(address).netloc
        self.path = f"/sager/{case}/bilag"
        self.cookie = ""
        signed = self._ask("POST", "/log-ind", urlencode({"username": "solveig", "password": PASSWORD}).encode(),
                           {"Content-Type": "application/x-www-form-urlencoded"})  # fmt: skip
        self.cookie = signed[1]["Set-Cookie"].partition(";")[0]
        self.token = re.search(r'name="csrf_token" value="(\w+)"', self._ask("GET", "/profil")[2].decode())[1]

    def send(self, body: bytes) -> None:
        """Send one file."""
        fields = {"csrf_token": self.token, "key": secrets.token_hex(8), "source": "citizen"}
        head = "".join(_part(f'name="{name}"', value) for name, value in fields.items())
        head += _part('name="files"; filename="lyd.mp3"', "")[:-2]
        whole = [head.encode(), *(body[at : at + PIECE] for at in range(0, len(body), PIECE)),
                 f"\r\n--{BOUNDARY}--\r\n".encode()]  # fmt: skip
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
                   "Content-Length": str(sum(map(len, whole)))}  # fmt: skip
        status, _, text, _ = self._ask("POST", self.path, iter(whole), headers)
        if status != 303:
            raise SystemExit(f"not kept: {status} {text[-900:]!r}")

    def fetch(self, size_bytes: int) -> None:
        """Fetch the newest file."""
        page = self._ask("GET", self.path)[2].decode()
        newest = re.findall(self.path + r"/\w{26}", page)[-1]
        got = self._ask("GET", f"{newest}/fil", keep=False)[3]
        if got != size_bytes:
            raise SystemExit(f"{got} bytes came")

    def _ask(
        self, method: str, path: str, body: bytes | Iterator[bytes] | None = None,
        headers: dict[str, str] | None = None, keep: bool = True,
    ) -> tuple[int, http.client.HTTPMessage, bytes, int]:  # fmt: skip
        with closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            connection.request(method, path, body, {"Cookie": self.cookie, **(headers or {})})
            answer = connection.getresponse()
            kept, size_bytes = [], 0
            while piece := answer.read(PIECE):
                size_bytes += len(piece)
                kept += [piece] if keep else []
            return answer.status, answer.headers, b"".join(kept), size_bytes


def _part(what: str, value: str) -> str:
    return f"--{BOUNDARY}\r\nContent-Disposition: form-data; {what}\r\n\r\n{value}\r\n"


def grown(pid: int, *work: Callable[[], None]) -> tuple[float, float]:
    """How many megabytes the web's workers grew, at most, while all of this ran at once; and seconds."""
    before = peak = proportional_kilobytes_of_children(pid)
    threads = [threading.Thread(target=one) for one in work]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, proportional_kilobytes_of_children(pid))
        time.sleep(0.005)
    return round((peak - before) / 1024, 1), round(time.perf_counter() - started, 2)


def a_sound(size_bytes: int) -> bytes:
    """Bytes that begin as an MP3 does."""
    return b"ID3\3\0\0\0\0\1\0" + secrets.token_bytes(size_bytes - 10)


def largest_preview() -> float:
    """Seconds for a preview of 50 million pixels, in the child and within its limits."""
    written = io.BytesIO()
    Image.new("RGBA", (10_000, 5_000), (1, 2, 3, 4)).save(written, "PNG", compress_level=1)
    started = time.perf_counter()
    isolated.run("pictures", written.getvalue(), seconds=previews.SECONDS, megabytes=previews.MEGABYTES)
    return round(time.perf_counter() - started, 2)


def main() -> None:
    """Warm up with small files, then measure the largest that is taken in."""
    size_bytes = 25 * MEGABYTE
    with house() as (_, _, settings):
        with db.connection_context():
            (case,) = make_cases(1, tasks_each=0)
        with served(settings) as (address, process, _):
            solveig = Visitor(address, case)
            for _ in range(8):
                solveig.send(a_sound(MEGABYTE))
                solveig.fetch(MEGABYTE)
            one_by_one = [grown(process.pid, lambda: solveig.send(a_sound(size_bytes))) for _ in range(TIMES)]
            after = proportional_kilobytes_of_children(process.pid)
            at_once = grown(process.pid, *[lambda: solveig.send(a_sound(size_bytes))] * AT_ONCE)
            fetched = [grown(process.pid, lambda: solveig.fetch(size_bytes)) for _ in range(TIMES)]
    worst = max(megabytes for megabytes, _ in one_by_one)
    report(
        upload_25_mb=one_by_one, uploads_at_once=AT_ONCE, at_once=at_once, download=fetched,
        web_megabytes=after // 1024, preview_50_mpx_seconds=largest_preview(), promised_megabytes=PROMISED_MEGABYTES,
    )  # fmt: skip
    if worst > PROMISED_MEGABYTES:
        raise SystemExit("the web grows more than was promised")


if __name__ == "__main__":
    main()
