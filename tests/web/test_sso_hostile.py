"""A provider that lies, and browsers that do: none of them is let in, signed out for, or believed anew.

Each attack differs from what an honest provider or browser does in what its name says, and in nothing else.
"""

import json
import time as process
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from msgspec.structs import replace

from skanderborg import clock as time
from skanderborg.domain.sso import arriving, flows, tokens
from skanderborg.domain.sso import provider as known_provider
from skanderborg.examples import PASSWORD
from skanderborg.kinds import Proof
from skanderborg.policy import SYSTEM
from skanderborg.store.factors import StepUp
from skanderborg.store.people import Person, Session, UsedOnce
from tests.conftest import Visitor
from tests.servers.provider import (
    CLIENT,
    KEY,
    OTHER_KEY,
    SECRET,
    by_hand,
    elliptic,
    public,
    signed,
    with_secret,
)
from tests.sso import asked, claims, go

RS256 = {"alg": "RS256", "kid": "one"}
with warnings.catch_warnings():  # that it is short is what it is for
    warnings.simplefilter("ignore")
    SMALL = RSAKey.generate_key(1024, {"kid": "one", "use": "sig"})
MEGABYTES_5 = b" " * 5_000_000
Honest = dict[str, Any]  # the claims of a token that would be believed


def _altered(token: str) -> str:
    """Another's claims under the same signature."""
    header, _, signature = token.split(".")
    payload = by_hand({"sub": "admin"}, {}).split(".")[1]
    return f"{header}.{payload}.{signature}"


def _signed_text(text: bytes) -> str:
    """Rightly signed, and no claims."""
    return tokens.jws.serialize_compact(RS256, text, KEY)


TOKENS: dict[str, Callable[[Honest], Any]] = {
    "alg none": lambda said: by_hand(said, {"alg": "none", "kid": "one"}),
    "alg NoNe": lambda said: by_hand(said, {"alg": "NoNe", "kid": "one"}),
    "no alg": lambda said: by_hand(said, {"kid": "one"}),
    "alg is a list": lambda said: by_hand(said, {"alg": ["RS256"], "kid": "one"}),
    "HS256 with the public key": lambda said: with_secret(said, KEY.as_pem(private=False)),
    "HS512 with the public key": lambda said: with_secret(said, KEY.as_pem(private=False), "HS512"),
    "HS256 with the key as it stands on its page": lambda said: with_secret(said, json.dumps(public(KEY)).encode()),
    "HS256 with our own secret": lambda said: with_secret(said, SECRET.encode()),
    "no signature": lambda said: by_hand(said, RS256),
    "a signature of nothing": lambda said: by_hand(said, RS256, b"\0" * 256),
    "a signature by another key of that name": lambda said: signed(said, OTHER_KEY),
    "other claims under the signature": lambda said: _altered(signed(said)),
    "RSA said to be ES256": lambda said: by_hand(said, {"alg": "ES256", "kid": "one"}, b"\0" * 64),
    "an algorithm that we did not choose": lambda said: signed(said, alg="RS512"),
    "an unknown key": lambda said: signed(said, kid="two"),
    "a key that is a number": lambda said: by_hand(said, {"alg": "RS256", "kid": 1}, b"\0" * 256),
    "its own key beside it": lambda said: signed(said, OTHER_KEY, kid="two", jwk=public(OTHER_KEY)),
    "the address of a key beside it": lambda said: signed(said, OTHER_KEY, jku="https://ondt.example.invalid/keys"),
    "a rule that we do not know": lambda said: by_hand(said, {**RS256, "crit": ["exp"], "exp": 1}, b"\0" * 256),
    "a payload that is not encoded": lambda said: by_hand(said, {**RS256, "b64": False, "crit": ["b64"]}),
    "an encrypted one": lambda said: f"{signed(said)}.x.y",
    "half of one": lambda said: signed(said).rpartition(".")[0],
    "none": lambda said: None,
    "a number": lambda said: 7,
    "a list": lambda said: [signed(said)],
    "nothing": lambda said: "",
    "not in our letters": lambda said: "æ.ø.å",
    "a very long one": lambda said: signed({**said, "x": "x" * 70_000}),
    "no JSON in it": lambda said: _signed_text(b"{'sub': 1}"),
    "a list in it": lambda said: _signed_text(b"[1]"),
    "a deep hole in it": lambda said: _signed_text(b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
}
CLAIMS: dict[str, Honest] = {
    "meant for another": {"aud": "journal"},
    "meant for us and another": {"aud": [CLIENT, "journal"]},
    "meant for one whose name begins as ours": {"aud": CLIENT + "-test"},
    "meant for nobody": {"aud": None},
    "meant for an object": {"aud": {CLIENT: 1}},
    "asked for by another": {"azp": "journal"},
    "of another provider": {"iss": "https://login.example.invalid"},
    "of one that is called nearly so": {"iss": "SLASH"},
    "of nobody": {"iss": None},
    "expired": {"exp": -61},
    "without an end": {"exp": None},
    "with an end that is a text": {"exp": "9999999999"},
    "with an end that is yes": {"exp": True},
    "made tomorrow": {"iat": 86_400},
    "made this morning": {"iat": -4 * 3_600},
    "made nobody knows when": {"iat": None},
    "valid from tomorrow": {"nbf": 86_400},
    "valid from a text": {"nbf": "nu"},
    "of another nonce": {"nonce": "x" * 43},
    "of no nonce": {"nonce": None},
    "of many nonces": {"nonce": ["x"]},
    "about nobody": {"sub": None},
    "about an empty name": {"sub": ""},
    "about a number": {"sub": 7},
    "about a name with a line break": {"sub": "4f2a-rikke\n"},
    "about someone unknown": {"sub": "en-anden"},
    "about a guest": {"acct": 1},
    "about one of too many groups": {"_claim_names": {"groups": "x"}, "roles": None},
    "about one with roles that are no list": {"roles": {"administrator": True}},
    "a logout token": {"events": {tokens.LOGOUT: {}}},
}


def _drip(handler: Any) -> None:
    """One letter at a time, for longer than anybody waits."""
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        process.sleep(0.1)


def _drip_headers(handler: Any) -> None:
    for _ in range(40):
        handler.wfile.write(b"H")
        handler.wfile.flush()
        process.sleep(0.1)


def _to(path: str) -> Callable[[Any], None]:
    return lambda handler: handler.send({}, 302, {"Location": f"{handler.of.issuer}{path}"})


def _among_5_megabytes(path: str) -> Callable[[Any], None]:
    """What would be believed, and then nothing for long."""

    def long(handler: Any) -> None:
        provider = handler.of
        said = {"/token": lambda: {"id_token": provider.token()}, "/keys": lambda: {"keys": [public(KEY)]}}
        honest = said.get(path, lambda: provider.document)()
        handler.send(json.dumps(honest).encode() + MEGABYTES_5)

    return long


def _says(said: Any, status: int = 200) -> Callable[[Any], None]:
    return lambda handler: handler.send(said, status)


DISCOVERY = "/.well-known/openid-configuration"
ANSWERS: dict[str, tuple[str, Callable[[Any], None]]] = {
    "a token among 5 MB": ("/token", _among_5_megabytes("/token")),
    "a token after a redirect": ("/token", _to("/other")),
    "a token with an error": ("/token", lambda handler: handler.send({"id_token": handler.of.token()}, 400)),
    "a token that is text": ("/token", lambda handler: handler.send(handler.of.token().encode())),
    "a failure instead": ("/token", _says({}, 500)),
    "a hang instead": ("/token", lambda handler: process.sleep(1)),
    "a token letter by letter": ("/token", _drip),
    "headers letter by letter": ("/token", _drip_headers),
    "a token after a hundred kilobytes of header": (
        "/token", lambda handler: handler.send({"id_token": handler.of.token()}, headers={"X": "x" * 100_000}),
    ),
    "addresses of 5 MB": (DISCOVERY, _among_5_megabytes(DISCOVERY)),
    "addresses after a redirect": (DISCOVERY, _to("/elsewhere")),
    "addresses that are a list": (DISCOVERY, _says([])),
    "addresses in a deep hole": (DISCOVERY, _says(b'{"a":' * 50_000)),
    "keys of 5 MB": ("/keys", _among_5_megabytes("/keys")),
    "keys after a redirect": ("/keys", _to("/elsewhere")),
    "keys that are no list": ("/keys", _says({"keys": {"one": public(KEY)}})),
    "no keys": ("/keys", _says({"keys": []})),
    "a shared secret among the keys": ("/keys", _says({"keys": [{"kty": "oct", "kid": "one", "k": "eHh4"}]})),
    "a short key": ("/keys", lambda handler: handler.send({"keys": [public(SMALL)]})),
    "a key for another use": ("/keys", lambda handler: handler.send({"keys": [public(KEY) | {"use": "enc"}]})),
    "a key of another algorithm": ("/keys", lambda handler: handler.send({"keys": [public(KEY) | {"alg": "PS256"}]})),
    "two keys of one name": ("/keys", lambda handler: handler.send({"keys": [public(KEY), public(OTHER_KEY)]})),
    "an elliptic key of that name": ("/keys", lambda handler: handler.send({"keys": [public(elliptic(kid="one"))]})),
    "a key that is a text": ("/keys", _says({"keys": ["one"]})),
}  # fmt: skip
SIGNED_BY = {"a short key": SMALL}
SLOW = {"a hang instead", "a token letter by letter", "headers letter by letter"}
DOCUMENTS: dict[str, dict[str, Any]] = {
    "addresses of another provider": {"issuer": "https://login.example.invalid"},
    "a token endpoint on an open line": {"token_endpoint": "http://127.1:PORT/token"},
    "keys on an open line": {"jwks_uri": "http://127.1:PORT/keys"},
    "a way there on an open line": {"authorization_endpoint": "http://127.1:PORT/auth"},
    "keys in a file": {"jwks_uri": "file:///etc/passwd"},
    "keys that are a number": {"jwks_uri": 7},
    "an address with a name and password": {"token_endpoint": "https://a:b@ondt.example.invalid/token"},
    "an answer that must name its provider, and does not": {"authorization_response_iss_parameter_supported": True},
}


class Attack:
    """What a browser does on its way: there, with a token that would be believed, and back."""

    def __init__(self, app: Any, provider: Any, cast: Any):
        self.app, self.provider, self.cast = app, provider, cast
        self.browser = Visitor(app)

    def honest(self, nonce: str) -> Honest:
        return claims(self.provider, nonce, roles=["resource-person"])

    def there(self, token: Callable[[Honest], Any] = signed) -> dict[str, str]:
        answer = self.browser.client.get("/log-ind/udbyder")
        if answer.status_code == 503:
            self.provider.token = lambda: ""
            return {"state": "x"}
        sent = asked(answer)
        self.provider.token = lambda: token(self.honest(sent["nonce"]))
        return sent

    def back(self, browser: Visitor | None = None, **said: str) -> Any:
        answer = (browser or self.browser).client.get("/log-ind/udbyder/svar", query_string={"code": "c", **said})
        assert answer.status_code in (303, 400, 503), (answer.status_code, answer.text)
        return answer


def _got_in(attack: Attack) -> bool:
    """Whether there is a session, in any browser."""
    return Session.select().where(Session.ended_at.is_null()).exists()


def _of_claims(more: Honest, attack: Attack) -> None:
    now = int(time.now().timestamp())

    def lied(said: Honest) -> str:
        lies = {name: now + value if name in ("exp", "iat", "nbf") and type(value) is int else value
                for name, value in more.items()}  # fmt: skip
        lies = {name: said["iss"] + "/" if value == "SLASH" else value for name, value in lies.items()}
        return signed({name: value for name, value in (said | lies).items() if value is not None})

    attack.back(state=attack.there(lied)["state"])


def _cookie(attack: Attack, change: Callable[[str], str]) -> dict[str, str]:
    sent = attack.there()
    before = attack.browser.client.get_cookie("skb-udbyder").value
    attack.browser.client.set_cookie("skb-udbyder", change(before))
    return sent


def _other_purpose(text: str) -> str:
    body, _, signature = text.partition(".")
    flow = replace(flows._opened(text), purpose="step-up")
    return flows.kept(flow).partition(".")[0] + "." + signature if body else ""


def _late(attack: Attack, clock: Any) -> None:
    state = attack.there()["state"]
    clock.forward(minutes=11)
    attack.back(state=state)


BROWSERS: dict[str, Callable[[Attack], Any]] = {
    "the answer in another browser": lambda it: it.back(Visitor(it.app), state=it.there()["state"]),
    "the answer in a browser on its own way": lambda it: _crossed(it),
    "no state": lambda it: (it.there(), it.back()),
    "another state": lambda it: (it.there(), it.back(state="x" * 43)),
    "the state in other letters": lambda it: it.back(state=it.there()["state"].swapcase()),
    "the first of two ways": lambda it: it.back(state=(it.there()["state"], it.there())[0]),
    "what the browser keeps, unsigned": lambda it: it.back(state=_cookie(it, lambda text: text[:-44])["state"]),
    "what the browser keeps, signed by another": lambda it: it.back(
        state=_cookie(it, lambda text: text[:-43] + "A" * 43)["state"]
    ),
    "what the browser keeps, for another purpose": lambda it: it.back(state=_cookie(it, _other_purpose)["state"]),
    "what the browser keeps, of rubbish": lambda it: it.back(state=_cookie(it, lambda text: "%%%.%%%")["state"]),
    "a refusal": lambda it: it.back(state=it.there()["state"], error="access_denied"),
    "no code": lambda it: it.back(state=it.there()["state"], code=""),
    "a code without end": lambda it: it.back(state=it.there()["state"], code="x" * 20_000),
    "an answer of another provider": lambda it: it.back(state=it.there()["state"], iss="https://login.example.invalid"),
}  # fmt: skip


def _crossed(attack: Attack) -> None:
    """The victim is on the way; the thief's answer is put under it."""
    thief = Attack(attack.app, attack.provider, attack.cast)
    mine = attack.there()
    attack.back(state=thief.there()["state"], code="thief")
    assert mine


def _signs_in(attack: Attack) -> bool:
    attack.back(state=attack.there()["state"])
    return _got_in(attack)


@pytest.fixture
def attacked(app, municipality, provider, cast):
    """`attacked(table, do)`: the names of those that were let in. An honest one is, before and after."""

    def run(names: Any, do: Callable[[str, Attack], Any]) -> list[str]:
        let_in = []
        for name in ["honest", *names, "honest"]:
            provider.reset()
            known_provider.forget()
            Session.update(ended_at=time.now()).execute()
            UsedOnce.delete().execute()
            attack = Attack(app, provider, cast)
            if name == "honest":
                assert _signs_in(attack)
            else:
                do(name, attack)
                let_in += [name] if _got_in(attack) else []
        return let_in

    return run


def test_no_lie_in_a_token_lets_anyone_in(attacked):
    assert attacked(TOKENS, lambda name, it: it.back(state=it.there(TOKENS[name])["state"])) == []


def test_no_claim_that_is_not_ours_lets_anyone_in(attacked):
    assert attacked(CLAIMS, lambda name, it: _of_claims(CLAIMS[name], it)) == []


def test_a_token_about_nobody_makes_no_user(provider, municipality, app, cast):
    municipality(sso_unknown="professional")
    before = Person.select().count()

    attack = Attack(app, provider, cast)
    for nobody in (None, "", 7, "x\n", "x" * 256, ["x"], {"x": 1}, True):
        _of_claims({"sub": nobody, "preferred_username": "nina"}, attack)

    assert (Person.select().count(), Session.select().count()) == (before, 0)


def test_a_token_of_another_tenant_lets_nobody_in(attacked, municipality):
    tenants = {"another tenant": {"tid": "b"}, "no tenant": {"tid": None}, "many tenants": {"tid": ["a"]}}

    def of_tenant(name, attack):
        municipality(sso_tenant="a")
        _of_claims(tenants[name], attack)
        municipality()

    assert attacked(tenants, of_tenant) == []


def test_no_answer_that_is_odd_lets_anyone_in_or_keeps_a_thread_for_long(attacked, municipality):
    seconds: dict[str, float] = {}

    def odd(name, attack):
        path, said = ANSWERS[name]
        if name in SLOW:
            municipality(sso_timeout_seconds=0.2)
        attack.provider.said[path] = said
        attack.provider.said["/other"] = lambda handler: handler.send({"id_token": attack.provider.token()})
        began = process.monotonic()
        sent = attack.there(lambda honest: signed(honest, SIGNED_BY.get(name, KEY)))
        attack.back(state=sent["state"])
        seconds[name] = process.monotonic() - began
        municipality()

    assert attacked(ANSWERS, odd) == []
    assert {name: took for name, took in seconds.items() if took > 2} == {}


def test_no_odd_address_of_the_provider_is_asked(attacked):
    def odd(name, attack):
        port = attack.provider.issuer.rpartition(":")[2]
        lies = {name: said.replace("PORT", port) if isinstance(said, str) else said
                for name, said in DOCUMENTS[name].items()}  # fmt: skip
        attack.provider.document |= lies
        attack.back(state=attack.there()["state"])

    assert attacked(DOCUMENTS, odd) == []


def test_no_browser_gets_in_on_anothers_way(attacked):
    assert attacked(BROWSERS, lambda name, it: BROWSERS[name](it)) == []


def test_a_way_is_ended_once_and_within_ten_minutes(attacked, clock):
    def again(name, attack):
        if name == "late":
            return _late(attack, clock)
        state = attack.there()["state"]
        kept = attack.browser.client.get_cookie("skb-udbyder").value
        assert attack.back(state=state).status_code == 303
        Session.update(ended_at=time.now()).execute()
        attack.browser.client.set_cookie("skb-udbyder", kept)
        return attack.back(state=state)

    assert attacked(["the same answer again", "late"], again) == []


@pytest.mark.parametrize(
    "there",
    ["//ondt.example.invalid", "https://ondt.example.invalid", "/\\ondt.example.invalid", "\\\\ondt.example.invalid",
     "/%09/ondt.example.invalid\t", "javascript:alert(1)", "///ondt.example.invalid"],
)  # fmt: skip
def test_nobody_is_led_to_another_host(provider, municipality, app, there):
    browser = Visitor(app)

    sent = asked(browser.client.get("/log-ind/udbyder", query_string={"naeste": there}))
    provider.token = lambda: signed(claims(provider, sent["nonce"]))
    said = {"state": sent["state"], "code": "c", "naeste": there, "next": there}
    answer = browser.client.get("/log-ind/udbyder/svar", query_string=said)

    assert answer.headers["Location"] == "/"


LOGOUT: dict[str, Callable[[Honest], Any]] = {
    "no signature": lambda said: by_hand(said, {"alg": "none", "kid": "one"}),
    "HS256 with the public key": lambda said: with_secret(said, KEY.as_pem(private=False)),
    "another key": lambda said: signed(said, OTHER_KEY),
    "an ID token": lambda said: signed({name: value for name, value in said.items() if name != "events"}),
    "an event of another kind": lambda said: signed(said | {"events": {"http://ondt.example.invalid": {}}}),
    "an event that is a list": lambda said: signed(said | {"events": [tokens.LOGOUT]}),
    "a nonce in it": lambda said: signed(said | {"nonce": "x"}),
    "no name of its own": lambda said: signed({name: value for name, value in said.items() if name != "jti"}),
    "for another": lambda said: signed(said | {"aud": "journal"}),
    "of another": lambda said: signed(said | {"iss": "https://login.example.invalid"}),
    "expired": lambda said: signed(said | {"exp": said["iat"] - 100}),
    "of this morning": lambda said: signed(said | {"iat": said["iat"] - 4 * 3_600}),
    "of nobody": lambda said: signed({name: value for name, value in said.items() if name not in ("sid", "sub")}),
    "of a session that is a list": lambda said: signed(said | {"sid": ["session-1"], "sub": None}),
    "none": lambda said: "",
}


def of_logout(provider, **more):
    said = claims(provider, events={tokens.LOGOUT: {}}, jti="one", **more)
    return {name: value for name, value in said.items() if name not in ("nonce", "name", "email", "preferred_username")}


def test_no_forged_logout_token_signs_anyone_out(provider, municipality, app):
    attack = Attack(app, provider, {})
    assert _signs_in(attack)

    done = {name: app.test_client().post("/log-ind/udbyder/ud", data={"logout_token": make(of_logout(provider))})
            for name, make in LOGOUT.items()}  # fmt: skip
    elsewhere = [("x", "session-1"), (provider.issuer, ""), (provider.issuer, "session-2")]
    asked_for = [app.test_client().get("/log-ind/udbyder/ud", query_string={"iss": iss, "sid": sid}).status_code
                 for iss, sid in elsewhere]  # fmt: skip

    assert {name: answer.status_code for name, answer in done.items() if answer.status_code not in (400, 422)} == {}
    assert asked_for == [400, 400, 200]
    assert _got_in(attack)


def test_a_logout_token_signs_out_once(provider, municipality, app):
    attack, token = Attack(app, provider, {}), signed(of_logout(provider))

    codes = []
    for _ in range(2):
        known = _signs_in(attack)
        codes.append((known, app.test_client().post("/log-ind/udbyder/ud", data={"logout_token": token}).status_code))

    assert codes == [(True, 200), (True, 400)]
    assert Session.select().where(Session.ended_at.is_null()).count() == 1


NEW = "/administration/personer/ny"
NORA = {"username": "nora", "name": "Nora Ny", "email": "nora@example.invalid", "departments": "ssp", "key": "k"}
PROOFS: dict[str, Honest] = {  # of one who was asked to sign in anew
    "another person": {"sub": "4f2a-rikke", "roles": ["resource-person"]},
    "nobody we know": {"sub": "en-anden"},
    "a sign-in of this morning": {"auth_time": -4 * 3_600},
    "a sign-in just before": {"auth_time": -31},
    "a sign-in to come": {"auth_time": 3_600},
    "no time of sign-in": {"auth_time": None},
    "a time that is a text": {"auth_time": "nu"},
    "a time that is yes": {"auth_time": True},
    "of another nonce": {"nonce": "x"},
    "for another": {"aud": "journal"},
}


@pytest.fixture
def waiting(provider, municipality, app, cast):
    """`waiting()`: the administrator, signed in at the provider, with a form that waits for it to be shown anew."""
    arriving.identify(SYSTEM, cast["admin"], provider.issuer, "admin-1")

    def wait() -> tuple[Visitor, str]:
        StepUp.delete().execute()
        browser = Visitor(app)
        go(browser, provider, sub="admin-1", roles=["administrator"])
        return browser, browser.send(NEW, **NORA).location

    return wait


def _shows(browser: Visitor, provider: Any, there: str, **more: Any) -> Any:
    now = int(time.now().timestamp())
    said = {"sub": "admin-1", "roles": ["administrator"], "auth_time": 0, **more}
    at = said["auth_time"]
    return go(browser, provider, f"{there}/udbyder", **said | {"auth_time": now + at if type(at) is int else at})


def test_no_lie_of_a_provider_counts_as_shown_anew(waiting, provider):
    believed = []
    for name, more in PROOFS.items():
        browser, there = waiting()
        answer = _shows(browser, provider, there, **more)
        assert answer.status_code == 400, name
        believed += [name] if StepUp.select().where(StepUp.proved_at.is_null(False)).exists() else []

    assert believed == []


def test_who_shows_it_anew_at_the_provider_gets_the_form_back_and_sends_it(waiting, provider):
    browser, there = waiting()
    page = browser.get(there)

    answer = _shows(browser, provider, there)
    browser.get(answer.location)
    sent = browser.send(NEW, **NORA, kladde=there.rpartition("/")[2])

    assert 'type="password"' not in page.text.partition("<main")[2]
    assert answer.location == there.replace("/bekraeft/", "/kladde/")
    assert sent.location.startswith("/administration/personer")
    assert StepUp.get().proof == Proof.PROVIDER


def test_what_is_asked_before_what_matters_is_a_sign_in_made_anew(waiting, provider, municipality):
    browser, there = waiting()

    plain = asked(browser.get(f"{there}/udbyder"))
    municipality(sso_step_up_class="c1")
    classed = asked(browser.get(f"{there}/udbyder"))

    assert (plain["prompt"], plain["max_age"], plain.get("claims")) == ("login", "0", None)
    assert json.loads(classed["claims"]) == {"id_token": {"acrs": {"essential": True, "value": "c1"}}}


def test_where_a_class_of_sign_in_is_asked_for_no_other_does(waiting, provider, municipality):
    got = {}
    for acrs in (None, "c2", ["c2"], {"c1": 1}, "c1", ["c1", "c2"]):
        browser, there = waiting()
        municipality(sso_step_up_class="c1")
        got[str(acrs)] = _shows(browser, provider, there, acrs=acrs).status_code
        municipality()

    assert got == {"None": 400, "c2": 400, "['c2']": 400, "{'c1': 1}": 400, "c1": 303, "['c1', 'c2']": 303}


def test_what_was_shown_counts_for_no_form_that_was_changed_meanwhile(waiting, provider):
    browser, there = waiting()
    sent = asked(browser.get(f"{there}/udbyder"))
    browser.send(NEW, **NORA | {"roles": "administrator"}, kladde=there.rpartition("/")[2])

    now = int(time.now().timestamp())
    said = claims(provider, sent["nonce"], sub="admin-1", roles=["administrator"], auth_time=now)
    provider.token = lambda: signed(said)
    answer = browser.client.get("/log-ind/udbyder/svar", query_string={"state": sent["state"], "code": "c"})

    assert answer.status_code == 400
    assert StepUp.get().proved_at is None


def test_who_came_from_the_provider_cannot_show_it_with_a_password(waiting):
    browser, there = waiting()

    answer = browser.send(there, password=PASSWORD)

    assert answer.status_code == 422
    assert StepUp.get().proved_at is None
