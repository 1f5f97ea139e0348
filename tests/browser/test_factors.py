"""A passkey in a real browser, whose authenticator is a virtual one; and the same without script, by an app."""

import pytest

from skanderborg.examples import PASSWORD
from tests.browser.conftest import complaints
from tests.browser.test_pages import AXE, RULES, violations
from tests.factors import totp

AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def page(house, browser):
    """Jonas' browser, which can make passkeys, at the address to which they belong."""
    made = browser.page(f"http://localhost:{house.port}")
    made.context.add_init_script(AXE)
    devices = made.context.new_cdp_session(made)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    house.sign_in(made, "jonas")
    return made


def press(page, name):
    page.get_by_role("button", name=name).click()


def prove(page):
    page.fill("main [name=password]", PASSWORD)
    press(page, "Bekræft")


def test_a_passkey_is_made_and_lets_in_and_an_app_does_without_script(house, page, browser):
    page.goto("/profil/bekraeftelse/noegle")
    press(page, "Lav adgangsnøglen")
    page.wait_for_url("**/bekraeft/*")
    prove(page)
    press(page, "Gem adgangsnøglen")
    page.get_by_role("heading", name="Gem dine engangskoder").wait_for()
    found = violations(page, RULES)
    page.context.clear_cookies()
    house.sign_in(page, "jonas")
    found += violations(page, RULES)
    press(page, "Brug adgangsnøgle")
    page.get_by_text("Jonas Jeppe").first.wait_for()
    page.goto("/profil/bekraeftelse/app")
    secret = page.locator("main code").inner_text().replace(" ", "")
    page.fill("[name=code]", totp(secret, house.clock.now))
    press(page, "Tilføj appen")
    page.fill("main [name=password]", PASSWORD)
    press(page, "Brug adgangsnøgle")
    page.wait_for_url("**/kladde/*")
    page.fill("[name=code]", totp(secret, house.clock.now, -1))
    press(page, "Tilføj appen")
    page.get_by_text("Appen er tilføjet.").wait_for()
    plain = browser.page(f"http://localhost:{house.port}", java_script_enabled=False)
    house.sign_in(plain, "jonas")
    between = plain.url
    hidden = plain.get_by_role("button", name="Brug adgangsnøgle").count()
    plain.fill("[name=code]", totp(secret, house.clock.now))
    press(plain, "Fortsæt")

    assert (found, complaints(browser)) == ([], [])
    assert between.endswith("/log-ind/bekraeft")
    assert hidden == 0
    assert plain.get_by_text("Jonas Jeppe").count()
