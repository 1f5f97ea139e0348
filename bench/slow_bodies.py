"""Twelve clients that send half a body and wait: the others are not kept waiting.

Promise: while they wait, a page takes at most twice as long as before, and none fails.
"""

import socket
import statistics
import time

from _house import db, house, make_cases, report, served
from memory import browser

HALF_SENT = b"\r\n".join(
    [
        b"POST /log-ind HTTP/1.1",
        b"Host: 127.0.0.1",
        b"Content-Type: application/x-www-form-urlencoded",
        b"Content-Length: 1000",
        b"",
        b"user",
    ]
)
SLOW_CLIENTS, PAGES = 12, 60


def milliseconds(client: object, address: str) -> float:
    """Median of some pages."""
    taken = []
    for _ in range(PAGES):
        started = time.perf_counter()
        client.open(f"{address}/sager", timeout=10).read()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1e3


def main() -> None:
    """Measure and print."""
    with house() as (_, _, settings):
        with db.connection_context():
            make_cases(10, 3)
        db.obj.close_all()
        with served(settings) as (address, _, _):
            client = browser(address, "rikke")
            before = milliseconds(client, address)
            host, port = address.removeprefix("http://").split(":")
            waiting = [socket.create_connection((host, int(port))) for _ in range(SLOW_CLIENTS)]
            for connection in waiting:
                connection.sendall(HALF_SENT)
            time.sleep(1)
            during = milliseconds(client, address)
            for connection in waiting:
                connection.close()
    report(slow_clients=SLOW_CLIENTS, during_to_before=round(during / before, 2), failed=0)


if __name__ == "__main__":
    main()
