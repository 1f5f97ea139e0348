"""From the password to the first page, and the page below the profile: what is shown beside the password (SEC-13)."""

import html
import re

import pytest

from skanderborg import examples
from skanderborg.domain import factors
from skanderborg.domain.factors import codes, resetting
from skanderborg.store.db import begin
from skanderborg.store.factors import Factor, RecoveryCode
from skanderborg.store.people import Draft, Person, Session
from tests.factors import HERE, Key, an_app, code_of

FIRST, MINE = "/log-ind/tilfoej", "/profil/bekraeftelse"


@pytest.fixture
def required(bounds):
    bounds(second_factor_required="yes")


def secret_on(page):
    """What the page says that is typed into an app."""
    return re.search(r"<p>Nøgle: <code>([A-Z2-7 ]+)</code>", page.text)[1].replace(" ", "")


def hidden(page, name):
    return html.unescape(re.search(rf'name="{name}"[^>]* value="([^"]*)"', page.text)[1])


def signs_in(visitor, name="rikke", there=""):
    """The password is right; where that leads."""
    return visitor.post("/log-ind", username=name, password=examples.PASSWORD, naeste=there).location


def codes_on(page):
    return re.findall(r"<li><code>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</code>", page.text)


def test_the_first_time_an_app_is_added_and_its_codes_are_shown_once(required, visit, cast):
    rikke = visit(None)
    there = signs_in(rikke, there="/tavle")
    choice = rikke.get(rikke.get(there).location)
    page = rikke.get(f"{FIRST}/app?naeste=/tavle")
    seed, secret = hidden(page, "seed"), secret_on(page)

    wrong = rikke.send(f"{FIRST}/app", name="Telefon", seed=seed, code="000000", naeste="/tavle")
    added = rikke.send(f"{FIRST}/app", name="Telefon", seed=seed, code=code_of(secret), naeste="/tavle")

    assert there == "/log-ind/bekraeft?naeste=/tavle"
    assert f"{FIRST}/noegle?naeste=/tavle" in choice.text
    assert (wrong.status_code, secret_on(wrong)) == (422, secret)
    assert len(codes_on(added)) == codes.HOW_MANY
    assert 'href="/tavle"' in added.text
    assert rikke.get("/tavle").status_code == 200
    assert codes_on(rikke.get(MINE)) == []
    assert not Session.get().is_half


def test_who_has_an_app_types_its_code_and_comes_to_where_he_or_she_was(visit, cast):
    secret, _ = an_app(cast["rikke"])
    rikke = visit(None)
    before = rikke.get(signs_in(rikke, there="/tavle"))
    cookie = rikke.client.get_cookie("skb").value

    wrong = rikke.send("/log-ind/bekraeft", code="12345", naeste="/tavle")
    right = rikke.send("/log-ind/bekraeft", code=code_of(secret), naeste="/tavle")

    assert "Et skridt mere" in before.text
    assert 'type="password"' not in before.text
    assert (wrong.status_code, right.location) == (422, "/tavle")
    assert "12345" not in wrong.text.replace('value="12345"', "")
    assert rikke.client.get_cookie("skb").value != cookie
    assert rikke.get("/tavle").status_code == 200


@pytest.mark.parametrize("there", ["//evil.example", "https://evil.example/x", "/\\evil"])
def test_nobody_is_led_to_another_host_afterwards(visit, cast, there):
    secret, _ = an_app(cast["rikke"])
    rikke = visit(None)
    signs_in(rikke)
    rikke.get("/log-ind/bekraeft")

    assert rikke.send("/log-ind/bekraeft", code=code_of(secret), naeste=there).location in ("/", "/tavle", "/min-dag")


def test_a_code_from_paper_lets_in_once(visit, cast):
    _, paper = an_app(cast["rikke"])

    got = []
    for _ in range(2):
        rikke = visit(None)
        rikke.get(signs_in(rikke))
        got.append(rikke.send("/log-ind/bekraeft", code=paper[0]).status_code)

    assert got == [303, 422]


def test_a_passkey_is_added_and_shown(required, visit, settings, monkeypatch):
    rikke, key = visit(None), Key(origin=settings.base_url)
    signs_in(rikke)
    rikke.get(f"{FIRST}/noegle")
    session = Session.get()
    options = rikke.send(f"{FIRST}/noegle/udfordring").json["publicKey"]
    added = rikke.send(f"{FIRST}/noegle", name="Nøgle", answer=key.made(session))
    again = visit(None)
    page = again.get(signs_in(again))
    asked = again.send("/log-ind/bekraeft/udfordring").json["publicKey"]
    shown = again.send("/log-ind/bekraeft", answer=key.signed(Session.get(Session.is_half == True)))  # noqa: E712

    assert options["rp"] == {"id": "localhost", "name": "Koordinering"}
    assert options["user"]["name"] == "rikke"
    assert len(codes_on(added)) == codes.HOW_MANY
    assert 'data-passkey="get"' in page.text
    assert len(asked["allowCredentials"]) == 1
    assert shown.status_code == 303
    assert not Session.select().where(Session.is_half == True).exists()  # noqa: E712


def test_in_the_dialog_over_a_page_the_rest_is_shown_in_a_tab_of_its_own(visit, cast, clock):
    secret, _ = an_app(cast["rikke"])
    rikke = visit(None)
    rikke.get(signs_in(rikke))
    rikke.send("/log-ind/bekraeft", code=code_of(secret))
    clock.forward(minutes=31)

    answer = rikke.post("/log-ind/igen", username="rikke", password=examples.PASSWORD).json
    rikke.token = ""
    page = rikke.get(answer["factor"])
    back = rikke.send("/log-ind/bekraeft", code=code_of(secret), igen=hidden(page, "igen"))

    assert answer == {"factor": "/log-ind/bekraeft?igen=1"}
    assert re.search(r'data-signed-in="[0-9a-f]{128}"', back.text)
    assert rikke.get("/tavle").status_code == 200


# ── the page below the profile ──────────────────────────────────────────────────────────────────────


def test_an_app_is_added_named_and_taken_away_by_who_shows_anew_who_it_is(visit):
    rikke = visit("rikke")
    page = rikke.get(f"{MINE}/app")
    form = {"name": "Min telefon", "seed": hidden(page, "seed")}

    proving = rikke.send(f"{MINE}/app", **form, code=code_of(secret_on(page), -1)).location
    rikke.send(proving, password=examples.PASSWORD)
    back = rikke.get(f"/kladde/{Draft.get().ref}")
    added = rikke.send(f"{MINE}/app", **form, code=code_of(secret_on(back)), kladde=Draft.get().ref)
    listed = rikke.get(MINE).text

    assert secret_on(back) == secret_on(page)
    assert len(codes_on(added)) == codes.HOW_MANY
    assert "Min telefon" in listed
    assert "10 engangskoder tilbage" in listed
    assert secret_on(page) not in str(Draft.get().form)


def test_who_shows_anew_who_it_is_shows_what_he_or_she_has_too(visit, cast):
    secret, paper = an_app(cast["rikke"])
    rikke = visit(None)
    rikke.get(signs_in(rikke))
    rikke.send("/log-ind/bekraeft", code=paper[0])
    rikke.get(MINE)
    proving = rikke.send(f"{MINE}/koder").location

    page = rikke.get(proving)
    alone = rikke.send(proving, password=examples.PASSWORD)
    both = rikke.send(proving, password=examples.PASSWORD, code=code_of(secret))
    new = rikke.send(f"{MINE}/koder", kladde=proving.rpartition("/")[2])

    assert 'autocomplete="one-time-code"' in page.text
    assert (alone.status_code, both.status_code) == (422, 303)
    assert len(codes_on(new)) == codes.HOW_MANY
    assert not set(codes_on(new)) & set(paper)


def test_the_last_stays_where_one_is_required_and_the_page_offers_no_button(visit, cast, bounds):
    rikke = visit("rikke")
    an_app(cast["rikke"])
    secret = Factor.get().secret
    bounds(second_factor_required="yes")
    there = f"{MINE}/{Factor.get().ref}/fjern"

    page = rikke.get(MINE).text
    proving = rikke.send(there).location
    rikke.send(proving, password=examples.PASSWORD, code=code_of(secret))
    answer = rikke.send(there, kladde=proving.rpartition("/")[2])

    assert there not in page
    assert answer.status_code == 422
    assert html.escape(factors.LAST) in answer.text or factors.LAST in answer.text
    assert Factor.select().count() == 1


# ── two administrators ──────────────────────────────────────────────────────────────────────────────


def test_on_the_page_of_a_person_one_asks_and_another_confirms(visit, cast):
    with begin():
        Person.update(roles="administrator").where(Person.username == "ulla").execute()
    an_app(cast["jonas"])
    there = f"/administration/personer/{cast['jonas'].ref}"
    admin, ulla = visit("admin"), visit("ulla")

    before = admin.get(there).text
    admin.post(f"{there}/bekraeftelse")
    own, others = admin.get(there).text, ulla.get(there).text
    ulla.post(f"{there}/bekraeftelse")

    assert "Bed om nulstilling" in before
    assert "En anden administrator skal bekræfte det." in own
    assert f"{there}/bekraeftelse" not in own
    assert "Bekræft nulstillingen" in others
    assert RecoveryCode.select().count() == Factor.select().count() == 0


def test_the_command_needs_two_administrators_and_their_passwords(app, cast):
    with begin():
        Person.update(roles="administrator").where(Person.username == "ulla").execute()
    an_app(cast["jonas"])

    def said(by, password=examples.PASSWORD):
        done = app.test_cli_runner().invoke(args=["user", "reset-factor", "jonas", "--by", by, "--password", password])
        return done.exit_code, done.output

    got = [said("admin", "forkert adgangskode"), said("admin"), said("admin"), said("rikke"), said("ulla")]

    assert [code for code, _ in got] == [1, 0, 1, 1, 0]
    assert resetting.ASKED in got[1][1]
    assert resetting.DONE in got[4][1]
    assert not factors.has_any(cast["jonas"])
    assert HERE
