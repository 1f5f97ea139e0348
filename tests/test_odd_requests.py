"""Odd headers, cookies, addresses and bytes: whatever a request looks like, the answer is a page or a refusal."""

import itertools
import random
from urllib.parse import quote

import pytest

from tests.servers import Served

ODD = [
    "", "x|y", "a|b", "\x01\x7f", "\xff\xfe", "æøå", "a" * 5_000, "http://[::1", "[::1", "http://[", "//", "/\\x", "-1",
    "9" * 400, "bytes=", "bytes=-1,0-5", "bytes=99999999999999999999-", ",,,", ";;;", "=;=", "q=;q=1", "gzip;q=x",
    "gzip;q=9e999", "text/html;q=nan", 'W/"x', '"', "%", "%00", "%ff", "${jndi}", "Mon, 32 Nov 2026 99:99:99 GMT", "{}",
    "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\xff", "application/json",
    "application/x-www-form-urlencoded; charset=klingon", "text/html; charset=utf-7", "é:99999", "ond.example", "a b",
    "@", "x@y", ":", "::1", "[::1]:8", "..", "\xe2\x80\xa8", "true", "cross-site", "100-continue",
]  # fmt: skip
HEADERS = [
    "Host", "Origin", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "HX-Request", "HX-Current-URL",
    "HX-Boosted", "HX-Target", "HX-Trigger", "HX-Source", "HX-History-Restore-Request", "Accept", "Accept-Encoding",
    "Accept-Language", "Accept-Charset", "Range", "Content-Type", "If-Match", "If-None-Match", "If-Modified-Since",
    "If-Range", "If-Unmodified-Since", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port",
    "X-Forwarded-Prefix", "X-CSRF-Token", "X-Request-Id", "X-HTTP-Method-Override", "Authorization", "User-Agent",
    "Forwarded", "Date", "Cache-Control", "From",
]  # fmt: skip
COOKIES = ["remember_token", "session", "skb", "__Host-skb", "skb-said", "skb-enhed", "_flashes", ""]
LENGTHS = ["", "-1", "x", "0x5", "5, 5", "9" * 30]
SEEN = range(120)  # combinations of several at once, the same ones each time

# What goes wrong here goes wrong before any database is asked.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def headers_one_by_one():
    for header, odd in itertools.product(HEADERS, ODD):
        yield {header: odd}
    for name, odd in itertools.product(COOKIES, ODD):
        yield {"Cookie": f"{name}={odd}"}


def headers_together():
    chosen = random.Random(20261130)
    for _ in SEEN:
        yield {header: chosen.choice(ODD) for header in chosen.sample(HEADERS, 6)} | {"HX-Request": "true"}


def odd_addresses():
    for odd in ODD:
        for shape in ("/log-ind?{}", "/log-ind?naeste={}", "/{}", "//{}", "/sager/{}", "/sager//{}", "/static/{}",
                      "/engangslink/{}", "/o/{}?x", "/./{}/../.."):  # fmt: skip
            yield shape.format(quote(odd, safe="", encoding="latin-1"))
            yield shape.format(quote(odd))


def is_a_failure(status: int, body: bytes) -> bool:
    return status >= 500 or (status >= 400 and not body)


@pytest.fixture
def ask(app, visit):
    """`ask("GET", "/profil", headers)` as Rikke, who is signed in; the answer's status and body."""
    secret = visit("rikke").client.get_cookie("skb").value
    client = app.test_client(use_cookies=False)

    def send(method, path, headers):
        cookie = headers.get("Cookie")
        environ = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        environ |= {"HTTP_COOKIE": f"{cookie}; skb={secret}" if cookie else f"skb={secret}"}
        if "Content-Type" in headers:
            environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE")
        body = {"data": b"x=1"} if method == "POST" else {}
        answer = client.open(path, method=method, environ_overrides=environ, base_url="http://localhost", **body)
        return answer.status_code, answer.data

    return send


def test_no_header_makes_the_program_fail(ask):
    failed = [headers for headers in headers_one_by_one() if is_a_failure(*ask("GET", "/kladde/x", headers))]

    assert failed == []


@pytest.mark.parametrize(("method", "path"), [("GET", "/profil"), ("POST", "/profil/fravaer"), ("GET", "/o/x")])
def test_no_headers_together_make_the_program_fail(ask, method, path):
    failed = [headers for headers in headers_together() if is_a_failure(*ask(method, path, headers))]

    assert failed == []


@pytest.fixture
def served(sqlite_database, visit, settings, tmp_path):
    """The program of this test's database in a process of its own, and the cookie of Rikke, who is signed in."""
    house = Served(
        tmp_path, SKB_DATABASE_URL=settings.database_url, SKB_KEYS_FILE=str(settings.keys_file),
        SKB_TEST_CLOCK_FILE=str(settings.test_clock_file),
    )  # fmt: skip
    house.cookie = f"skb={visit('rikke').client.get_cookie('skb').value}"
    with house:
        yield house


def bytes_of(method: str, target: str, headers: dict[str, str], cookie: str) -> bytes:
    """A request as it goes over the wire, letters as they are."""
    told = {"Host": "127.0.0.1", "Connection": "close"} | headers
    told["Cookie"] = f"{told['Cookie']}; {cookie}" if "Cookie" in told else cookie
    if method == "POST":
        told = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": "3"} | told
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + (b"x=1" if method == "POST" else b"")


def odd_bytes(cookie: str):
    """Some of everything above as bytes, and what only bytes can say."""
    chosen = random.Random(20261130)
    for headers in chosen.sample(list(headers_one_by_one()), 300):
        yield bytes_of("GET", "/log-ind", headers, cookie)
    for headers in itertools.islice(headers_together(), 60):
        yield bytes_of("POST", "/profil/fravaer", headers, cookie)
    for target in chosen.sample(list(odd_addresses()), 200):
        yield bytes_of("GET", target, {}, cookie)
    for name in COOKIES:
        yield bytes_of("GET", "/profil", {"Cookie": f"{name}=a|b"}, cookie)
    for length in LENGTHS:
        yield bytes_of("POST", "/log-ind", {"Content-Length": length}, cookie)
    for target in (
        "/\xff",
        "/log-ind?\xff=\xfe",
        "/%",
        "/%zz",
        "/%ff%fe",
        "*",
        "http://ond.example/",
        "//xn--/",
        "/" + "a/" * 9_000,
    ):
        yield bytes_of("GET", target, {}, cookie)
    for method in ("BREW", "get", "OPTIONS", "TRACE", "PATCH", "DELETE", "HEAD"):
        yield bytes_of(method, "/log-ind", {}, cookie)


def test_no_bytes_make_the_served_program_fail(served):
    failed = []
    for request in odd_bytes(served.cookie):
        status, _, _ = served.raw(request)
        if status >= 500 or not status:
            failed.append((status, request[:200]))

    assert failed == []
