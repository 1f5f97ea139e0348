"""A Chromium that has saved a sign-in: what it writes into the forms that ask for a password by itself."""

import hashlib
import sqlite3
from contextlib import closing

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from skanderborg.examples import PASSWORD
from tests.servers import whole_chromium

pytestmark = pytest.mark.proof  # the form's own words, which this is about, are held in tests/test_autofill.py

# How Chromium keeps a password on a Linux without a key ring (components/os_crypt, «v10»).
CHROMIUM_KEY = hashlib.pbkdf2_hmac("sha1", b"peanuts", b"saltysalt", 1, 16)
FILLED = (
    "() => [...document.querySelectorAll('main input, main textarea')]"
    ".filter(field => field.matches(':autofill')).map(field => field.name)"
)


def sealed(password: str) -> bytes:
    """A password as Chromium keeps it."""
    text = password.encode()
    padding = 16 - len(text) % 16
    writer = Cipher(algorithms.AES(CHROMIUM_KEY), modes.CBC(b" " * 16)).encryptor()
    return b"v10" + writer.update(text + bytes([padding]) * padding) + writer.finalize()


def save_sign_in(folder, base: str, username: str) -> None:
    """Let the Chromium of that folder, which has run before, have saved how someone signs in."""
    said = {
        "origin_url": f"{base}/log-ind", "action_url": f"{base}/log-ind", "signon_realm": f"{base}/",
        "username_element": "username", "username_value": username, "password_element": "password",
        "password_value": sealed(PASSWORD), "times_used": 3,
    }  # fmt: skip
    with closing(sqlite3.connect(folder / "Default" / "Login Data")) as logins:
        for _, name, kind, needed, default, is_key in logins.execute("PRAGMA table_info(logins)").fetchall():
            if needed and default is None and not is_key and name not in said:
                said[name] = 0 if kind == "INTEGER" else b"" if kind == "BLOB" else ""
        marks = ", ".join("?" * len(said))
        logins.execute(f"INSERT INTO logins ({', '.join(said)}) VALUES ({marks})", list(said.values()))
        logins.commit()


@pytest.fixture
def remembering(house, chromium_browser, tmp_path):
    """A page of Solveig's, signed in, in a browser that has saved how she signs in."""
    if whole_chromium() is None:
        pytest.skip("the Chromium that people use is missing")
    with chromium_browser.of_its_own(tmp_path / "profile") as context:
        context.new_page().goto(f"{house.base}/healthz")
    save_sign_in(tmp_path / "profile", house.base, "solveig")
    with chromium_browser.of_its_own(tmp_path / "profile", base_url=house.base) as context:
        page = context.new_page()
        house.sign_in(page, "solveig")
        yield page


def filled(page, path: str) -> list[str]:
    """Names of the fields that the browser has filled in by itself."""
    page.goto(path)
    page.mouse.click(5, 5)
    page.wait_for_timeout(1_000)  # it says nowhere that it has nothing to fill in
    return page.evaluate(FILLED)


def test_a_saved_sign_in_fills_in_what_signs_in_and_nothing_else(remembering, cases):
    page = remembering
    case = cases["partner"]
    handing = f"/sager/{case}/udlevering/ny/udlever?recipient=police&seen=x"

    assert filled(page, "/profil") == []
    assert filled(page, handing) == []
    page.fill("[name=to_whom]", "Østjyllands Politi")
    page.fill("[name=reason]", "Politiet beder om loggen")
    page.check("[name=basis][value=necessary]")
    page.get_by_role("button", name="Lav udtrækket").click()
    assert "/bekraeft/" in page.url
    assert filled(page, page.url) == []
    assert page.input_value("main [name=password]") == ""
    page.context.clear_cookies()
    assert filled(page, "/log-ind") == ["username", "password"]
