"""Signing in at a real provider: oidc-provider, as its makers ship it."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from skanderborg.domain import rules
from skanderborg.domain.sso import arriving
from skanderborg.domain.sso import provider as known_provider
from skanderborg.examples import PASSWORD
from skanderborg.policy import SYSTEM
from skanderborg.store.factors import StepUp
from skanderborg.store.people import Session
from tests.conftest import Visitor
from tests.servers import wait_until
from tests.servers.clock import COPENHAGEN
from tests.servers.oidc import Browsing, RealProvider
from tests.sso import with_provider

ACCOUNTS = {
    "rikke-1": {"name": "Rikke", "preferred_username": "rikke@example.invalid", "email": "rikke@example.invalid",
                "roles": ["resource-person"]},
    "admin-1": {"name": "A", "preferred_username": "admin@example.invalid", "email": "admin@example.invalid",
                "roles": ["administrator"]},
}  # fmt: skip
NEW = "/administration/personer/ny"
NORA = {"username": "nora", "name": "Nora Ny", "email": "nora@example.invalid", "departments": "ssp", "key": "k"}
HERE = "http://localhost"


@pytest.fixture(scope="module")
def real():
    if not RealProvider.is_there():
        pytest.skip("node and npm are missing")
    with RealProvider(f"{HERE}/log-ind/udbyder/svar", f"{HERE}/log-ind", ACCOUNTS) as provider:
        yield provider


@pytest.fixture
def municipality(real, app, cast, settings, clock):
    clock.move_to(datetime.now(COPENHAGEN).replace(tzinfo=None))
    known_provider.forget()
    before = app.config["SKB"]
    app.config["SKB"] = with_provider(
        settings, real, sso_timeout_seconds=10.0, local_accounts="emergency", emergency_accounts=("admin",)
    )
    rules.configure(app.config["SKB"].defaults)
    for username in ("rikke", "admin"):
        arriving.identify(SYSTEM, cast[username], real.issuer, f"{username}-1")
    yield
    app.config["SKB"] = before
    rules.configure(before.defaults)


@pytest.fixture
def visitor(municipality, app):
    return Visitor(app)


@pytest.fixture
def there(real):
    return Browsing(real.issuer)


def comes_back(visitor, there, account, path="/log-ind/udbyder"):
    """To the provider from a page of ours, signed in there, and back."""
    said = there.sign_in(visitor.get(path).location, account)
    return visitor.client.get("/log-ind/udbyder/svar", query_string=said)


def test_who_signs_in_there_is_signed_in_here(visitor, there):
    answer = comes_back(visitor, there, "rikke-1", "/log-ind/udbyder?naeste=/profil")

    assert answer.location == "/profil"
    assert "Rikke" in visitor.get("/profil").text


def test_before_what_matters_it_asks_anew_and_another_person_is_not_believed(visitor, there):
    comes_back(visitor, there, "admin-1")
    waits = visitor.send(NEW, **NORA).location

    refused = comes_back(visitor, Browsing(there.issuer), "rikke-1", f"{waits}/udbyder")
    proved = StepUp.get().proved_at
    shown = comes_back(visitor, there, "admin-1", f"{waits}/udbyder")

    assert "en anden end dig" in refused.text
    assert proved is None
    assert shown.location == waits.replace("bekraeft", "kladde")


def test_signing_out_there_signs_out_here_and_no_other_session(visitor, there, real, app):
    comes_back(visitor, there, "rikke-1")
    other = Visitor(app)
    comes_back(other, Browsing(real.issuer), "rikke-1")

    way_out = visitor.get("/log-ind/udbyder/farvel").location
    back = there.sign_out(way_out)
    wait_until(lambda: real.logout_tokens, "it sends no logout token")
    answer = app.test_client().post("/log-ind/udbyder/ud", data={"logout_token": real.logout_tokens[-1]})

    assert (back, answer.status_code) == (f"{HERE}/log-ind", 200)
    assert visitor.get("/profil").status_code == 303
    assert other.get("/profil").status_code == 200


def checks(app):
    answer = app.test_cli_runner().invoke(args=["sso", "check", "--json"])
    return answer.exit_code, {name: one["ok"] for name, one in app.json.loads(answer.output).items()}


def test_the_check_tells_what_would_not_work(municipality, app, real):
    fine = checks(app)
    settings = app.config["SKB"]
    app.config["SKB"] = replace(settings, sso_secret="en-anden", base_url="http://elsewhere.example.invalid")
    odd = checks(app)
    app.config["SKB"] = with_provider(settings, real, sso_issuer=real.issuer + "/andre")
    gone = checks(app)

    every = ("secret", "discovery", "keys", "clock", "redirect", "client")
    assert fine == (0, dict.fromkeys(every, True))
    assert odd == (1, dict.fromkeys(every, True) | {"redirect": False, "client": False})
    assert gone == (1, {"discovery": False, "secret": True})


def test_when_it_is_down_the_page_says_so_sessions_live_on_and_an_emergency_account_works(visitor, there, real, app):
    comes_back(visitor, there, "rikke-1")
    real.stop()
    known_provider.forget()

    stranger = Visitor(app)
    sent = stranger.get("/log-ind/udbyder")
    page = stranger.get("/log-ind")
    refused = Visitor(app).send("/log-ind", username="jonas", password=PASSWORD)
    stranger.sign_in("admin")

    assert (sent.status_code, refused.status_code) == (503, 422)
    assert "svarer ikke lige nu" in sent.text
    assert "Har du en nødkonto" in page.text
    assert visitor.get("/profil").status_code == 200
    assert Session.select().where(Session.ended_at.is_null()).count() == 2
