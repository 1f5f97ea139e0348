"""At the municipality's provider and back, in a real browser: over a page that waits, and over the policy for forms."""

import sqlite3
import time
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers import Browser, Served
from tests.servers.provider import CLIENT, Provider, signed

pytestmark = pytest.mark.proof  # a house and a provider of its own; tests/web/test_sso.py holds each step every time


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sso")
    with Provider() as provider:
        provider.token = lambda: signed(said(provider))
        (folder / "own.toml").write_text(f'sso_issuer = "{provider.issuer}"\nsso_client_id = "{CLIENT}"\n')
        house = Served(folder, SKB_CONFIG_FILE=str(folder / "own.toml"))
        house.run("init")
        house.run("seed-test")
        house.run("sso", "link", "solveig", "s-1")
        house.run("sso", "link", "admin", "a-1")
        house.provider = provider
        house.base = house.environment()["SKB_BASE_URL"]  # where people come back to
        with house:
            yield house


def said(provider):
    now = int(time.time())
    roles = ["administrator"] if provider.who == "a-1" else []
    return {"iss": provider.issuer, "aud": CLIENT, "sub": provider.who, "exp": now + 300, "iat": now, "sid": "x",
            "auth_time": now, "nonce": provider.nonce, "roles": roles}  # fmt: skip


@pytest.fixture
def page(house, browser: Browser):
    """Solveig has come from the provider, by the link of the sign-in page."""
    house.provider.who = "s-1"
    page = browser.page(house.base)
    page.goto("/log-ind?naeste=/mistanke/ny")
    page.get_by_role("link", name="Log ind med kommunens login").click()
    page.wait_for_url("**/mistanke/ny")
    return page


def rest(house):
    """Let an hour pass for every session."""
    hour_ago = (datetime.now(UTC) - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with sqlite3.connect(house.folder / "koordinering.db", timeout=5) as connection:
        connection.execute("UPDATE session SET last_seen_at = ?", (hour_ago,))


def asks_again(page, house):
    """Her session ends under a page that she has typed into; the dialog leads to a new tab."""
    page.goto("/profil")
    page.get_by_text("Skriv fravær").click()
    page.fill("[name=from_on]", "24.12.2027")
    rest(house)
    page.evaluate("() => document.querySelector('[data-stay]').click()")
    page.locator("#sk-sign-in[open]").wait_for()
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Log ind med kommunens login").click()
    return opened.value


def test_who_is_back_from_the_provider_goes_on_over_the_untouched_page(page, house, browser):
    tab = asks_again(page, house)
    browser.complaints.clear()
    tab.get_by_role("heading", name="Du er logget ind igen").wait_for()
    page.locator("#sk-sign-in:not([open])").wait_for(state="attached")

    typed = page.input_value("[name=from_on]")
    page.fill("[name=to_on]", "27.12.2027")
    page.get_by_role("button", name="Gem fravær").click()
    page.get_by_text("24. december 2027").first.wait_for()

    assert typed == "24.12.2027"


def test_another_person_gets_the_page_read_anew(page, house, browser):
    house.provider.who = "a-1"
    tab = asks_again(page, house)
    browser.complaints.clear()
    tab.get_by_role("heading", name="Du er logget ind som en anden").wait_for()
    page.locator(".sk-user", has_text="Administrator").wait_for()

    assert page.input_value("[name=from_on]") == ""


def test_a_form_that_matters_comes_back_from_the_provider_as_it_was_typed(page, house):
    house.provider.who = "a-1"
    page.goto("/log-ind/udbyder?naeste=/administration/personer/ny")
    page.fill("[name=username]", "nora")
    page.fill("[name=name]", "Nora Ny")
    page.fill("[name=email]", "nora@example.invalid")
    page.get_by_role("button", name="Tilføj").click()
    page.get_by_role("link", name="Bekræft hos kommunens login").click()
    page.wait_for_url("**/kladde/**")
    typed = page.input_value("[name=name]")
    page.get_by_role("button", name="Tilføj").click()
    page.wait_for_url("**/administration/personer/*")

    assert typed == "Nora Ny"
    assert "Nora Ny" in page.inner_text("h1")
