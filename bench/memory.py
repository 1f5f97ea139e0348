"""Memory and start: PSS of both web workers after 1,000 pages, and seconds from a warm start to the first page.

Promise: web at most 130 MB for both workers together, first page within 2 s.
"""

import http.cookiejar
import urllib.parse
import urllib.request

from _house import (
    db,
    examples,
    house,
    make_cases,
    proportional_kilobytes,
    proportional_kilobytes_of_children,
    report,
    served,
)

PAGES = ["/tavle", "/sager", "/profil", "/anmodninger", "/"]


def browser(address: str, username: str) -> urllib.request.OpenerDirector:
    """A client that keeps its cookie."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    body = urllib.parse.urlencode({"username": username, "password": examples.PASSWORD}).encode()
    opener.open(f"{address}/log-ind", body).read()
    return opener


def main() -> None:
    """Measure and print."""
    with house() as (_, _, settings):
        with db.connection_context():
            refs = make_cases(50, 12)
        db.obj.close_all()
        with served(settings):
            pass  # the second start is the warm one
        with served(settings) as (address, process, seconds):
            client = browser(address, "rikke")
            for number in range(1000):
                paths = [*PAGES, f"/sager/{refs[number % 50]}"]
                client.open(address + paths[number % len(paths)]).read()
            workers = proportional_kilobytes_of_children(process.pid)
            web = proportional_kilobytes(process.pid)
        report(
            workers_pss_megabytes=round(workers / 1024, 1), with_their_parent=round(web / 1024, 1),
            warm_start_seconds=round(seconds, 2),
        )  # fmt: skip


if __name__ == "__main__":
    main()
