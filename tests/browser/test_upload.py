"""Files into a real server: with progress shown, without JavaScript, and cut off half-way."""

import io
import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

from skanderborg.examples import PASSWORD
from tests.browser.conftest import button
from tests.servers import wait_until

MEGABYTE = 1024 * 1024
SLOW_BYTES_A_SECOND = 2 * MEGABYTE
SOUND = b"ID3\3\0\0\0\0\1\0"


@pytest.fixture
def a_file(tmp_path) -> Callable[[str, bytes, int], Path]:
    """`a_file("lyd.mp3", SOUND, 9 * MEGABYTE)` is a file on the disk, filled up with nothing to that size."""

    def make(name: str, body: bytes, size_bytes: int = 0) -> Path:
        path = tmp_path / name
        path.write_bytes(body)
        os.truncate(path, max(size_bytes, len(body)))
        return path

    return make


def a_photo() -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(written, "JPEG")
    return written.getvalue()


@pytest.fixture
def page(visit, cases):
    page = visit("solveig", f"/sager/{cases['neighbour']}/bilag#ny")
    page.locator("details:has([type=file])").evaluate("one => one.open = true")
    return page


def count(house) -> int:
    return house.ask("SELECT COUNT(*) FROM exhibit")[0][0]


def test_progress_is_shown_while_files_are_sent_and_the_picture_when_it_is_made(house, page, a_file):
    """D-09."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 0, "downloadThroughput": -1,
                                                   "uploadThroughput": SLOW_BYTES_A_SECOND})  # fmt: skip
    page.set_input_files("[type=file]", [a_file("foto.jpg", a_photo()), a_file("lyd.mp3", SOUND, 3 * MEGABYTE)])
    page.fill("[name=description]", "Fra torsdag 19. november")

    button(page, "Gem filer").click()

    page.wait_for_function(
        "bar => bar.offsetWidth && bar.value > 5 && bar.value < 100", arg=page.query_selector("progress")
    )
    assert "% er sendt" in page.inner_text(".sk-upload")
    page.get_by_text("2 filer er gemt").wait_for()
    house.run("worker", "--once")
    page.reload()
    picture = page.locator("img.sk-thumb").last
    picture.scroll_into_view_if_needed()
    wait_until(lambda: picture.evaluate("one => one.naturalWidth") == 600, "no picture is shown")


def test_a_refused_file_is_told_with_focus_and_what_was_typed_stays(house, page, a_file, browser):
    page.set_input_files("[type=file]", [a_file("ark.xlsx", b"PK\3\4" + bytes(99))])
    page.fill("[name=description]", "Regnskab over opkald")

    button(page, "Gem filer").click()

    page.locator(".sk-error-summary:focus").wait_for()
    assert page.title().startswith("Fejl: ")
    assert page.input_value("[name=description]") == "Regnskab over opkald"
    browser.complaints[:] = [line for line in browser.complaints if "422" not in line]


def test_files_that_are_too_large_are_refused_before_they_are_sent(house, page, a_file):
    before = count(house)
    page.set_input_files("[type=file]", [a_file(f"{n}.mp3", SOUND, 16 * MEGABYTE) for n in range(2)])

    button(page, "Gem filer").click()

    page.locator("#alert", has_text="Send dem i flere omgange").wait_for()
    assert count(house) == before


def test_who_was_signed_out_signs_in_over_the_page_and_the_chosen_files_are_sent(house, page, a_file, browser):
    page.set_input_files("[type=file]", [a_file("sms.txt", b"Sendt inden pausen")])
    house.rest()

    button(page, "Gem filer").click()
    page.locator("#sk-sign-in[open]").wait_for()
    browser.complaints.clear()
    page.fill("#sk-username", "solveig")
    page.fill("#sk-password", PASSWORD)
    page.click("#sk-sign-in button")

    page.get_by_text("er gemt.").wait_for()


def test_without_javascript_files_are_kept_and_too_large_ones_get_a_page(house, visit, cases, a_file, browser):
    page = visit("solveig", f"/sager/{cases['perpetrator']}/bilag#ny", java_script_enabled=False)
    before = count(house)

    page.set_input_files("[type=file]", [a_file("brev.txt", b"Jeg vil gerne stoppe")])
    button(page, "Gem filer").click()
    page.get_by_text("Bilag 1 er gemt.").wait_for()
    page.locator("summary", has_text="Læg filer op").click()
    page.set_input_files("[type=file]", [a_file(f"{n}.mp3", SOUND, 16 * MEGABYTE) for n in range(2)])
    button(page, "Gem filer").click()

    page.get_by_text("Det, du sendte, er for stort.").wait_for()
    assert count(house) == before + 1
    browser.complaints[:] = [line for line in browser.complaints if "413" not in line]


def test_the_original_is_fetched_as_a_file(house, visit, cases, browser):
    page = visit("solveig", f"/sager/{cases['partner']}/bilag#ny")
    page.get_by_role("link", name="Bilag 2").click()

    with page.expect_download() as fetched:
        page.get_by_role("link", name="Hent filen").click()

    assert fetched.value.suggested_filename == "bilag-2.txt"
    assert "Du svarer ikke" in Path(fetched.value.path()).read_text()


def spoken(house, page, path: str, length: int, method: str = "POST") -> socket.socket:
    """A connection on which a request of Solveig's has begun."""
    place = urlsplit(house.base)
    cookie = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
    line = socket.create_connection((place.hostname, place.port), timeout=10)
    line.sendall(
        f"{method} {path} HTTP/1.1\r\nHost: {place.netloc}\r\nCookie: {cookie}\r\nContent-Length: {length}\r\n"
        "Content-Type: multipart/form-data; boundary=x\r\n\r\n".encode()
    )  # fmt: skip
    return line


def test_an_upload_that_is_cut_off_keeps_nothing_and_harms_nobody(house, page, a_file):
    before = count(house)
    token = page.locator("main [name=csrf_token]").first.input_value()
    line = spoken(house, page, urlsplit(page.url).path, 9 * MEGABYTE)
    line.sendall(
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="source"\r\n\r\ncitizen\r\n'
        '--x\r\nContent-Disposition: form-data; name="files"; filename="a.mp3"\r\n\r\n'.encode()
        + SOUND
        + bytes(MEGABYTE)
    )

    line.close()
    page.set_input_files("[type=file]", [a_file("brev.txt", b"Hele brevet")])
    button(page, "Gem filer").click()

    page.get_by_text("er gemt.").wait_for()
    time.sleep(0.2)
    assert count(house) == before + 1


def test_who_leaves_while_a_file_comes_takes_no_connection_along(house, page, a_file):
    page.set_input_files("[type=file]", [a_file("lyd.mp3", SOUND, 12 * MEGABYTE)])
    button(page, "Gem filer").click()
    page.get_by_text("er gemt.").wait_for()
    page.get_by_role("link", name="Bilag").last.click()
    address = page.get_by_role("link", name="Hent filen").get_attribute("href")

    for _ in range(60):  # more than there are connections
        line = spoken(house, page, address, 0, "GET")
        line.recv(1000)
        line.close()

    page.goto(urlsplit(page.url).path)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Hent filen").click()
    assert Path(fetched.value.path()).stat().st_size == 12 * MEGABYTE
