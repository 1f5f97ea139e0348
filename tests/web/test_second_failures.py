"""What fails while an error is answered: it gets a page too, and what was typed stays (REL-37, REL-13)."""

import peewee
import pytest

from skanderborg.domain import audit, notes, sessions
from skanderborg.errors import Conflict, NotFound
from skanderborg.pages import history
from skanderborg.store.record import Note
from skanderborg.web import evidence as pages
from tests.made import a_task

TYPED = "Han stod ved skolen, og ingen så ham."
NO_ADDRESSES = ["http://[::1", "http://[", "//[x", "http://]/sager", "http://\uff0f[/", "[" * 200]


def send(visitor, case, text=TYPED, **headers):
    if not visitor.token:
        visitor.get("/profil")
    sent = {"csrf_token": visitor.token, "text": text, "key": "k" * 16, "version": "1"}
    return visitor.client.post(f"/sager/{case.ref}/noter", data=sent, headers=headers)


@pytest.mark.parametrize("odd", NO_ADDRESSES)
def test_an_address_that_is_none_does_not_fail_after_the_write(cast, case, visit, odd):
    solveig = visit("solveig")
    solveig.get("/profil")
    task = a_task(case, assignee=cast["solveig"])
    said = {"csrf_token": solveig.token, "version": "1"}
    odd_page = {"HX-Request": "true", "HX-Current-URL": odd}
    answers = [
        send(solveig, case, **odd_page),
        send(solveig, case, "", **odd_page),
        solveig.client.post(f"/o/{task.ref}/udfoert", data=said, headers=odd_page),
        solveig.client.get(f"/sager/{case.ref}", headers=odd_page),
    ]

    assert [answer.status_code for answer in answers] == [204, 422, 200, 200]
    assert Note.select().count() == 1


def test_what_is_gone_when_its_form_is_shown_again_is_missing_and_the_text_stays(case, visit, monkeypatch):
    def gone(*_):
        raise NotFound()

    solveig = visit("solveig")
    solveig.get("/profil")
    monkeypatch.setattr(pages.evidence, "count", gone)

    answer = solveig.client.post(
        f"/sager/{case.ref}/bilag", data={"csrf_token": solveig.token, "description": TYPED},
        content_type="multipart/form-data",
    )  # fmt: skip

    assert (answer.status_code, TYPED in answer.text) == (404, True)


def test_a_connection_that_is_lost_in_the_first_query_says_so_and_gives_the_text_back(case, visit, monkeypatch):
    solveig = visit("solveig")
    solveig.get("/profil")

    def lost(*_, **__):
        raise peewee.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(sessions, "resume", lost)
    answer = send(solveig, case)

    assert answer.status_code == 503
    assert TYPED in answer.text
    assert "tel:112" in answer.text


@pytest.mark.parametrize("second", [RuntimeError("x"), KeyError("x"), peewee.InterfaceError("x"), OSError(5, "x")])
def test_whatever_fails_while_a_refusal_is_written_down_is_answered_with_a_page(case, visit, monkeypatch, second):
    def fail(*_, **__):
        raise second

    monkeypatch.setattr(audit, "denied", fail)

    answer = send(visit("ulla"), case)

    assert answer.status_code in (500, 503)
    assert TYPED in answer.text
    assert "Fejl-id" in answer.text


def test_whatever_fails_while_both_versions_are_laid_side_by_side_is_answered_with_the_text(case, visit, monkeypatch):
    def conflict(*_, **__):
        raise Conflict("En anden var hurtigere.", theirs=case)

    def fail(*_, **__):
        raise RuntimeError("x")

    monkeypatch.setattr(notes, "write", conflict)
    monkeypatch.setattr(history, "since", fail)

    answer = send(visit("solveig"), case)

    assert (answer.status_code, TYPED in answer.text) == (500, True)


def test_what_is_typed_stays_on_the_page_of_an_unexpected_error(case, visit, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("x")

    monkeypatch.setattr(notes, "write", fail)

    answer = send(visit("solveig"), case)

    assert (answer.status_code, TYPED in answer.text) == (500, True)


def test_no_password_stands_on_the_page_of_an_unexpected_error(visit, monkeypatch):
    def fail(*_, **__):
        raise RuntimeError("x")

    monkeypatch.setattr(sessions, "sign_in", fail)

    answer = visit(None).client.post("/log-ind", data={"username": "solveig", "password": "det-rigtige-kodeord"})

    assert answer.status_code == 500
    assert "det-rigtige" not in answer.text
    assert "solveig" not in answer.text
