"""The headers that every answer carries, errors and files included."""

import pytest

from skanderborg.web import files

PLACES = ["/log-ind", "/actioncard", "/profil", "/findes-ikke", files.asset("css/look.css"), "/healthz", "/readyz"]


HARDENED = [
    ("Content-Security-Policy", "default-src 'none'"),
    ("Content-Security-Policy", "frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
]


@pytest.mark.parametrize("path", PLACES)
def test_every_answer_is_hardened(visit, path):
    headers = visit("rikke").get(path).headers

    assert [(header, words) for header, words in HARDENED if words not in headers.get(header, "")] == []


@pytest.mark.parametrize("path", ["/log-ind", "/profil", "/findes-ikke", "/readyz"])
def test_pages_are_never_kept_by_a_browser(visit, path):
    answer = visit("rikke").get(path)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_files_are_kept_for_a_year(visit):
    assert "max-age=31536000" in visit(None).get(files.asset("css/look.css")).headers["Cache-Control"]


def test_the_content_policy_allows_nothing_inline(visit):
    policy = visit(None).get("/log-ind").headers["Content-Security-Policy"]

    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy


def test_an_answer_depends_on_who_asks_and_how(visit):
    assert "HX-Request" in visit("rikke").get("/profil").headers["Vary"]


def test_signing_out_has_the_browser_forget(visit):
    answer = visit("rikke").post("/log-ud")

    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_an_unexpected_error_is_a_page_with_a_reference_and_no_data(visit, monkeypatch, caplog):
    monkeypatch.setattr("skanderborg.domain.people.absences", lambda _: 1 / 0)
    rikke = visit("rikke")

    answer = rikke.get("/profil")

    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert "division by zero" not in caplog.text


@pytest.mark.parametrize(
    "host", ["ond.example", "ond.example:80", "localhost.ond.example", "", "[::1", "localhost@ond.example"]
)
def test_who_calls_us_by_another_name_is_refused(visit, host):
    answer = visit(None).client.get("/log-ind", environ_overrides={"HTTP_HOST": host})

    assert answer.status_code == 421
    assert "ond.example" not in answer.text
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:9", "[::1]:9"])
def test_a_test_may_call_us_by_any_name_of_this_machine(visit, host):
    assert visit(None).client.get("/log-ind", environ_overrides={"HTTP_HOST": host}).status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_who_watches_the_house_may_call_it_by_its_number(visit, path):
    assert visit(None).client.get(path, environ_overrides={"HTTP_HOST": "10.0.0.7"}).status_code != 421


@pytest.mark.parametrize("path", ["/sager//x", "//sager/x", "//ond.example/x", "/sager/", "/log-ind/", "/sager//x//y/"])
def test_no_address_is_redirected_to_the_host_that_was_asked_for(visit, path):
    answer = visit("rikke").client.get("/", environ_overrides={"PATH_INFO": path})

    assert answer.status_code == 404
    assert "Location" not in answer.headers


def test_no_route_is_one_that_the_router_would_redirect(app):
    assert not app.url_map.merge_slashes
    assert not [rule for rule in app.url_map.iter_rules() if not rule.is_leaf and rule.rule != "/"]
    assert not [rule for rule in app.url_map.iter_rules() if rule.alias or rule.redirect_to or rule.defaults]
