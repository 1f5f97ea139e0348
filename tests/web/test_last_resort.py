"""Whatever a library does before our code, or an error page of ours does wrong, what leaves is a page of ours."""

import pytest
from werkzeug.exceptions import HTTPException
from werkzeug.test import create_environ

from skanderborg.web import files, last_resort, typed


@pytest.mark.parametrize("path", ["/log-ind", "/profil", "/findes-ikke", files.asset("css/look.css")])
@pytest.mark.parametrize("name", ["remember_token", "session", "skb", "__Host-skb", "skb-said"])
def test_no_cookie_makes_a_page_fail(visit, path, name):
    answer = raw(visit(None).client.application, path, HTTP_COOKIE=f"{name}=a|b")

    assert answer.status_code in (200, 303, 404)


def raw(app, path, method="GET", **environ):
    """An answer to a browser whose cookies are what it says itself."""
    return app.test_client(use_cookies=False).open(path, method=method, environ_overrides=environ)


@pytest.fixture
def broken(app, monkeypatch):
    """The program with an error page that breaks, and a page that makes it be shown."""
    for handled in (Exception, HTTPException):
        monkeypatch.setitem(app.error_handler_spec[None][None], handled, lambda _: [][0])
    monkeypatch.setitem(app.view_functions, "signing.form", lambda: 1 / 0)
    monkeypatch.setitem(app.view_functions, "signing.sign_in", lambda: 1 / 0)
    monkeypatch.setitem(app.view_functions, "profile.add_absence", view_like(app, "profile.add_absence"))
    return app


def view_like(app, endpoint):
    """A view that fails, and declares what the one of that name asks."""
    view = lambda: 1 / 0  # noqa: E731
    view.asks = app.view_functions[endpoint].asks
    return view


def test_an_error_page_that_breaks_is_a_page_all_the_same(broken, caplog):
    answer = raw(broken, "/log-ind")

    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "IndexError" in caplog.text
    assert "list index" not in caplog.text


def test_what_was_typed_is_given_back(broken, visit):
    rikke = visit("rikke")

    answer = rikke.post("/profil/fravaer", from_on="24.12.2026", to_on="Juleferie <hos> mor", key="k")

    assert answer.status_code == 500
    assert "Juleferie &lt;hos&gt; mor" in answer.text


def test_no_password_and_no_name_of_who_signs_in_is_given_back(broken):
    answer = broken.test_client().post(
        "/log-ind", data={"username": "rikke", "password": "hemmelig", "csrf_token": "x"}
    )

    assert answer.status_code == 500
    assert "rikke" not in answer.text
    assert "hemmelig" not in answer.text


def test_a_form_of_another_host_is_never_offered():
    assert typed.own_path("//ond.example/x") == typed.own_path("/\\ond.example/x") == "/ond.example/x"


def test_even_without_templates_there_is_a_page(broken, monkeypatch):
    monkeypatch.setattr(typed, "fallen", lambda *_: 1 / 0)

    answer = raw(broken, "/log-ind")

    assert answer.status_code == 500
    assert "Det lykkedes ikke" in answer.text
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_what_breaks_before_a_request_is_understood_is_a_page(app, monkeypatch):
    monkeypatch.setattr(app, "create_url_adapter", lambda _: 1 / 0)

    answer = raw(app, "/sager/x/noter", "POST", CONTENT_TYPE="application/x-www-form-urlencoded")

    assert answer.status_code == 500
    assert "Det lykkedes ikke" in answer.text


def test_an_answer_whose_first_bytes_fail_is_a_page(app):
    def inside(_, start_response):
        start_response("200 OK", [("Content-Type", "application/pdf")])
        yield 1 / 0

    told = []
    body = last_resort.LastResort(app, inside)(create_environ(), lambda *said: told.append(said))

    assert told[0][0] == "500 INTERNAL SERVER ERROR"
    assert "Det lykkedes ikke" in b"".join(body).decode()


def test_where_only_the_first_error_page_breaks_the_next_says_the_same_and_logs_no_values(app, monkeypatch, caplog):
    monkeypatch.setitem(app.error_handler_spec[None][None], Exception, lambda _: {}["Borgerens navn"])
    monkeypatch.setitem(app.view_functions, "signing.form", lambda: 1 / 0)

    answer = raw(app, "/log-ind")

    assert answer.status_code == 500
    assert "Det lykkedes ikke" in answer.text
    assert "KeyError" in caplog.text
    assert "Borgerens navn" not in caplog.text


def test_it_is_the_outermost(app):
    assert isinstance(app.wsgi_app, last_resort.LastResort)
