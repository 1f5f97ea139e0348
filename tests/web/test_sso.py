"""Signing in at the municipality's provider, over the pages."""

import contextlib
import re
import socket
import ssl
from threading import BoundedSemaphore, Thread

import pytest

from skanderborg.domain import form_tokens, staff
from skanderborg.domain.sso import arriving, asking
from skanderborg.domain.sso import provider as known_provider
from skanderborg.domain.sso.asking import ask
from skanderborg.domain.sso.refusing import ProviderDown, Refused
from skanderborg.domain.sso.tokens import LOGOUT
from skanderborg.examples import PASSWORD
from skanderborg.policy import SYSTEM
from skanderborg.store.db import begin
from skanderborg.store.events import Event
from skanderborg.store.people import Session
from tests.conftest import Visitor
from tests.servers import make_certificate
from tests.servers.provider import signed
from tests.sso import asked, claims, go


@pytest.fixture
def visitor(municipality, app):
    return Visitor(app)


def test_who_is_known_there_is_signed_in_here_and_goes_where_he_was(visitor, provider):
    answer = go(visitor, provider, "/log-ind/udbyder?naeste=/kontakter", roles=["resource-person"])

    assert (answer.status_code, answer.headers["Location"]) == (303, "/kontakter")
    assert "Rikke" in visitor.get("/profil").text
    assert "skb-udbyder=;" in str(answer.headers.getlist("Set-Cookie"))


def test_what_is_asked_of_the_provider_is_a_code_with_proof_and_nonce(visitor, provider):
    sent = asked(visitor.client.get("/log-ind/udbyder"))

    assert sent["response_type"] == "code"
    assert sent["code_challenge_method"] == "S256"
    assert len(sent["code_challenge"]) == 43
    assert sent["redirect_uri"] == "http://localhost/log-ind/udbyder/svar"
    assert sent["nonce"] != sent["state"]
    assert "prompt" not in sent


def test_without_a_provider_there_is_no_way_to_one(visit):
    assert visit(None).get("/log-ind/udbyder").status_code == 404
    assert "kommunens login" not in visit(None).get("/log-ind").text


def test_the_way_there_is_a_link_and_knows_where_one_was(visitor):
    page = visitor.get("/log-ind?naeste=/kontakter").text

    assert 'href="/log-ind/udbyder?naeste=/kontakter">Log ind med kommunens login</a>' in page
    assert "Log ind med adgangskode" in page


def test_who_may_use_a_password_is_said_on_the_page_and_held_behind_it(visitor, municipality):
    pages, got = {}, {}
    for who in ("all", "emergency", "none"):
        municipality(local_accounts=who, emergency_accounts=("admin",))
        page = visitor.get("/log-ind").text
        pages[who] = ["nødkonto" in page, "med adgangskode" in page, 'name="password"' in page]
        got[who] = [Visitor(visitor.client.application).send("/log-ind", username=name, password=PASSWORD).status_code
                    for name in ("jonas", "admin")]  # fmt: skip

    assert pages == {"all": [False, True, True], "emergency": [True, False, True], "none": [False, False, False]}
    assert got == {"all": [303, 303], "emergency": [422, 303], "none": [422, 422]}


def test_an_error_of_the_provider_says_why_and_leads_back(visitor, provider):
    answer = go(visitor, provider, sub="en-anden")

    assert answer.status_code == 400
    assert "Du er ikke oprettet i Koordinering." in answer.text
    assert 'href="/log-ind"' in answer.text


def test_who_is_refused_is_written_down_by_a_hash_alone(visitor, provider, cast):
    staff.close(SYSTEM, cast["rikke"])
    go(visitor, provider)
    go(visitor, provider, sub="en-anden")

    known, unknown = (
        Event.select().where(Event.action == "session:sign-in", Event.outcome == "denied").order_by(Event.id)
    )
    assert known.object_ref == cast["rikke"].ref
    assert (unknown.chain, "en-anden" in unknown.object_ref) == ("system", False)


def test_signing_out_offers_to_sign_out_there_too(visitor, provider):
    go(visitor, provider, roles=["resource-person"])
    visitor.get("/profil")

    out = visitor.post("/log-ud")
    page = visitor.get(out.location)
    there = visitor.get("/log-ind/udbyder/farvel")

    assert 'href="/log-ind/udbyder/farvel">Log også ud dér</a>' in page.text
    assert there.location.startswith(f"{provider.issuer}/end?client_id=koordinering&post_logout_redirect_uri=http")
    assert visitor.get("/profil").status_code == 303


def test_who_signed_in_here_is_not_offered_to_sign_out_there(municipality, visit):
    local = visit("jonas")
    local.get("/profil")

    assert "udbyder=" not in local.post("/log-ud").location


def test_a_provider_without_such_a_page_has_nobody_sign_out_there(visitor, provider):
    provider.document.pop("end_session_endpoint")

    assert "Her er du logget ud" in visitor.get("/log-ind/udbyder/farvel").text


def test_a_page_whose_session_ended_waits_until_the_same_person_is_back(visitor, provider, clock):
    go(visitor, provider, roles=["resource-person"])
    page = visitor.get("/profil").text
    clock.forward(minutes=20)

    back = go(visitor, provider, "/log-ind/udbyder/igen", roles=["resource-person"])

    assert 'href="/log-ind/udbyder/igen" target="_blank"' in page
    assert 'id="sk-password"' not in page
    assert form_tokens.is_of(Session.select().order_by(Session.created_at.desc()).first(), told(back))


def test_another_persons_page_gets_no_token(visitor, provider, cast):
    arriving.identify(SYSTEM, cast["ulla"], provider.issuer, "ulla-1")
    go(visitor, provider, roles=["resource-person"])

    back = go(visitor, provider, "/log-ind/udbyder/igen", sub="ulla-1")

    assert told(back) == ""
    assert "Du er logget ind som en anden" in back.text


def told(answer):
    return re.search(r'data-signed-in="([^"]*)"', answer.text)[1]


def test_the_providers_page_signs_out_by_its_own_session_and_no_other(visitor, provider, app):
    go(visitor, provider, sid="one")
    other = Visitor(app)
    go(other, provider, sid="two")

    answer = app.test_client().get("/log-ind/udbyder/ud", query_string={"iss": provider.issuer, "sid": "one"})

    assert answer.status_code == 200
    assert (visitor.get("/profil").status_code, other.get("/profil").status_code) == (303, 200)


def test_a_logout_token_of_a_person_ends_all_that_began_there_and_nothing_else(visitor, provider, app, visit):
    go(visitor, provider)
    local, known = visit("rikke"), Visitor(app)
    go(known, provider, sid="two")
    said = {"events": {LOGOUT: {}}, "jti": "x", "sid": None}
    token = signed({name: value for name, value in claims(provider, **said).items() if name != "nonce"})

    app.test_client().post("/log-ind/udbyder/ud", data={"logout_token": token})

    assert [one.get("/profil").status_code for one in (visitor, known, local)] == [303, 303, 200]


def test_when_it_is_silent_the_page_says_so_and_whoever_is_signed_in_works_on(visitor, provider, municipality, app):
    municipality(local_accounts="emergency", emergency_accounts=("admin",))
    go(visitor, provider, roles=["resource-person"])
    provider.said["/.well-known/openid-configuration"] = lambda handler: handler.send({}, 503)
    known_provider.forget()

    stranger = Visitor(app)
    sent = stranger.get("/log-ind/udbyder")

    assert (sent.status_code, "svarer ikke lige nu" in sent.text) == (503, True)
    assert "Har du en nødkonto, så log ind med den." in stranger.get("/log-ind").text
    assert visitor.get("/profil").status_code == 200


def test_while_it_is_silent_nobody_waits_for_it_again_and_it_is_asked_anew_soon(visitor, provider, clock):
    provider.said["/.well-known/openid-configuration"] = lambda handler: handler.send({}, 503)
    known_provider.forget()

    asked_for = []
    for seconds in (0, 5, 5):
        clock.forward(seconds=seconds)
        provider.asked.clear()
        visitor.get("/log-ind/udbyder")
        asked_for.append(len(provider.asked))

    assert asked_for == [1, 0, 1]


def test_keys_that_were_good_hold_for_a_day_while_the_page_with_them_is_silent(visitor, provider, clock):
    go(visitor, provider)
    provider.said["/keys"] = lambda handler: handler.send({}, 500)
    settings, found = visitor.client.application.config["SKB"], []
    for hours in (2, 21, 2):
        clock.forward(hours=hours)
        try:
            found.append(known_provider.key_for(settings, "one", "RSA")["kid"])
        except ProviderDown:
            found.append("down")

    assert found == ["one", "one", "down"]


def test_a_new_key_is_asked_for_once_a_minute_at_most(visitor, provider, clock):
    go(visitor, provider)
    settings = visitor.client.application.config["SKB"]

    def asks():
        provider.asked.clear()
        with pytest.raises(Refused):
            known_provider.key_for(settings, "new", "RSA")
        return provider.asked.count("/keys")

    found = [asks(), asks()]
    clock.forward(minutes=2)

    assert (found, asks()) == ([0, 0], 1)


def test_nobody_waits_for_the_network_in_a_transaction(visitor, provider):
    with pytest.raises(RuntimeError), begin():
        ask(f"{provider.issuer}/keys", 1)


def test_only_so_many_ask_at_once(visitor, provider, monkeypatch):
    monkeypatch.setattr(asking, "_turns", BoundedSemaphore(1))
    with asking._turns, pytest.raises(ProviderDown):
        ask(f"{provider.issuer}/keys", 0.05)

    assert ask(f"{provider.issuer}/keys", 1).status == 200


def test_the_commands_give_no_link_to_who_needs_no_password(municipality, app):
    municipality(local_accounts="emergency", emergency_accounts=("admin",))
    run = app.test_cli_runner().invoke

    added = run(args=["user", "add", "nina", "Nina Ny", "nina@example.invalid"]).output
    reset = run(args=["user", "reset", "admin"]).output

    assert added == "nina logger ind med kommunens login.\n"
    assert "/engangslink/" in reset


def test_a_provider_whose_certificate_nobody_vouches_for_is_not_asked(app, tmp_path):
    make_certificate(tmp_path, "localhost")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server.key")
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=tries_to_read, args=[context, listening], daemon=True).start()

        with pytest.raises(ProviderDown, match="svarer ikke") as refused:
            ask(f"https://127.0.0.1:{listening.getsockname()[1]}/", 5)

    assert refused.value.reason == "SSLCertVerificationError"


def tries_to_read(context, listening):
    with contextlib.suppress(OSError), context.wrap_socket(listening.accept()[0], server_side=True) as line:
        line.recv(100)
