"""Signing in and out."""

import re

import pytest

from skanderborg.domain import sessions
from skanderborg.policy import SYSTEM
from skanderborg.store.people import Session


def test_a_page_sends_who_is_not_signed_in_to_the_sign_in_page(visit):
    answer = visit(None).get("/profil")

    assert (answer.status_code, answer.location) == (303, "/log-ind?naeste=/profil")


def test_a_part_of_a_page_is_never_filled_with_the_sign_in_page(visit):
    assert visit(None).get("/profil", htmx=True).status_code == 401


def test_who_signs_in_sees_their_own_page(visit):
    answer = visit("rikke").get("/profil")

    assert answer.status_code == 200
    assert "Rikke Ravn" in answer.text


def test_a_copied_cookie_is_dead_after_sign_out(visit):
    rikke = visit("rikke")
    copied = rikke.client.get_cookie("skb").value

    rikke.post("/log-ud")

    thief = visit(None)
    thief.client.set_cookie("skb", copied)
    assert thief.get("/profil").status_code == 303


def test_an_untouched_screen_is_signed_out(visit, clock):
    rikke = visit("rikke")

    clock.forward(minutes=16)

    assert rikke.get("/profil").status_code == 303


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(visit):
    known = visit(None).post("/log-ind", username="rikke", password="forkert kode 1")
    unknown = visit(None).post("/log-ind", username="xyzzyq", password="forkert kode 1")

    assert known.status_code == unknown.status_code == 422
    assert known.text.replace("rikke", "") == unknown.text.replace("xyzzyq", "")


def test_guesses_are_throttled_even_with_the_right_password_at_last(visit):
    stranger = visit(None)
    for _ in range(7):
        stranger.post("/log-ind", username="rikke", password="forkert kode 1")

    answer = stranger.post("/log-ind", username="rikke", password="hvid-tavle-og-kaffe")

    assert answer.status_code == 422


def test_a_form_without_the_sessions_token_is_refused(visit):
    rikke = visit("rikke")
    rikke.token = "0" * 64

    assert rikke.post("/log-ud").status_code == 403
    assert Session.select().where(Session.ended_at.is_null()).count() == 1


def test_a_form_from_another_site_is_refused(visit):
    rikke = visit("rikke")
    rikke.get("/profil")

    answer = rikke.client.post("/log-ud", data={"csrf_token": rikke.token}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403


def test_a_one_time_link_works_once(house, cast, visit, settings):
    secret = sessions.offer_link(SYSTEM, cast["jonas"], settings.defaults)
    stranger = visit(None)

    first = stranger.post(f"/engangslink/{secret}", password="en helt ny lang kode")
    second = stranger.post(f"/engangslink/{secret}", password="en anden ny lang kode")

    assert (first.status_code, second.status_code) == (303, 404)


def test_a_form_that_came_too_late_is_given_back_after_signing_in(visit, clock):
    rikke = visit("rikke")
    rikke.get("/profil")
    clock.forward(minutes=20)

    sent_away = rikke.post("/profil/fravaer", from_on="24.12.2026", to_on="2.1.2027", key="k")
    there = sent_away.location.partition("naeste=")[2]
    rikke.sign_in("rikke")

    assert there.startswith("/kladde/")
    assert "24.12.2026" in rikke.get(there).text


def test_signing_in_again_over_a_page_gives_its_forms_their_new_token(visit, clock):
    rikke = visit("rikke")
    rikke.get("/profil")
    clock.forward(minutes=20)

    answer = rikke.post("/log-ind/igen", username="rikke", password="hvid-tavle-og-kaffe")

    assert set(answer.json) == {"csrf_token"}


def test_another_person_who_signs_in_over_a_page_does_not_get_it(visit, clock):
    rikke = visit("rikke")
    rikke.get("/profil")
    clock.forward(minutes=20)

    answer = rikke.post("/log-ind/igen", username="jonas", password="hvid-tavle-og-kaffe")

    assert answer.json == {"reload": True}


def test_a_browser_is_known_where_its_person_signed_in_before(visit):
    rikke = visit(None).sign_in("rikke")
    cookie = rikke.client.get_cookie("skb-enhed")
    rikke.post("/log-ud")
    for _ in range(8):
        visit(None).post("/log-ind", username="rikke", password="forkert kode 1")

    assert visit(None).post("/log-ind", username="rikke", password="hvid-tavle-og-kaffe").status_code == 422
    assert rikke.post("/log-ind", username="rikke", password="hvid-tavle-og-kaffe").status_code == 303
    assert cookie.http_only
    assert cookie.same_site == "Strict"
    assert cookie.max_age == 365 * 86_400


SAME, OTHER = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def signed_out(visit):
    """A browser that signed in and out, and forgot all it kept; where it was sent, and by what it was known."""
    browser = visit(None).sign_in("rikke")
    known = browser.client.get_cookie("skb-enhed").value
    there = browser.post("/log-ud").location
    browser.client.delete_cookie("skb-enhed")
    return browser, there, known


def test_a_browser_is_known_after_a_sign_out_that_has_it_forget_all(signed_out):
    browser, there, known = signed_out

    browser.client.get(there, headers=SAME)

    assert known not in there
    assert browser.client.get_cookie("skb-enhed").value == known


@pytest.mark.parametrize(
    ("seconds", "headers", "more"), [(61, SAME, ""), (0, OTHER, ""), (0, {}, ""), (0, SAME, "A"), (0, SAME, "æ%00")]
)
def test_nobody_is_given_anothers_browser(signed_out, clock, seconds, headers, more):
    browser, there, _ = signed_out
    clock.forward(seconds=seconds)

    assert browser.client.get(there + more, headers=headers).status_code in (200, 404)
    assert browser.client.get_cookie("skb-enhed") is None


def test_a_browser_that_says_what_it_likes_is_given_a_secret_of_ours(visit):
    rikke = visit(None)
    rikke.client.set_cookie("skb-enhed", "x")

    assert len(rikke.sign_in("rikke").client.get_cookie("skb-enhed").value) == 43


def test_who_signs_in_over_a_live_session_ends_it(visit):
    browser = visit(None).sign_in("rikke")
    copied = browser.client.get_cookie("skb").value

    browser.sign_in("jonas")

    thief = visit(None)
    thief.client.set_cookie("skb", copied)
    assert thief.get("/profil").status_code == 303
    assert "Jonas" in browser.get("/profil").text


def test_a_one_time_link_lets_its_browser_in_whatever_is_guessed(cast, visit, settings):
    secret = sessions.offer_link(SYSTEM, cast["jonas"], settings.defaults)
    jonas = visit(None)
    jonas.post(f"/engangslink/{secret}", password="en helt ny lang kode")
    for _ in range(8):
        visit(None).post("/log-ind", username="jonas", password="forkert kode 1")

    assert jonas.post("/log-ind", username="jonas", password="en helt ny lang kode").status_code == 303


@pytest.mark.parametrize(
    ("name", "there"),
    [("rikke", "/"), ("solveig", "/"), ("jonas", "/"), ("lars", "/min-afdeling"), ("admin", "/administration"),
     ("dorte", "/adgangslog")],
)  # fmt: skip
def test_everyone_begins_where_there_is_work_for_the_role(visit, name, there):
    for asked in ("", "/"):
        answer = visit(None).post("/log-ind", username=name, password="hvid-tavle-og-kaffe", naeste=asked)

        assert answer.location == there


@pytest.mark.parametrize("name", ["admin", "dorte"])
def test_no_menu_leads_who_sees_no_case_to_a_page_that_is_always_empty(visit, name):
    menu = re.search(r"<nav class=.sk-nav.*?</nav>", visit(name).get("/profil").text, re.DOTALL)[0]

    assert not [path for path in ("/", "/tavle", "/anmodninger", "/sager") if f'href="{path}"' in menu]
