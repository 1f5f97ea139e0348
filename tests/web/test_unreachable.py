"""A database that does not answer: what is open to everyone goes on, and everything else says so (REL-36, REL-37)."""

import pytest

from skanderborg.store.db import connect, dispose


@pytest.fixture
def unreachable(app, settings):
    """A browser of someone who was signed in, when nothing listens where the database should be."""
    dispose()
    connect("postgresql://nobody@127.0.0.1:9/nothing")
    client = app.test_client()
    client.set_cookie("skb", "a-secret-of-before")
    yield client
    connect(settings.database_url)


def test_the_action_card_has_its_numbers(unreachable):
    card = unreachable.get("/actioncard")

    assert card.status_code == 200
    assert 'href="tel:112"' in card.text


@pytest.mark.parametrize("path", ["/", "/log-ind", "/sager", "/findes-ikke"])
def test_a_page_says_so_and_whom_to_ring(unreachable, path):
    page = unreachable.get(path)

    assert page.status_code == 503
    assert page.headers["Content-Security-Policy"]
    assert "Systemet kan ikke hente oplysninger lige nu." in page.text
    assert 'href="/actioncard"' in page.text
    assert 'href="tel:112"' in page.text


def test_what_was_typed_is_given_back(unreachable):
    page = unreachable.post(
        "/sager/x/noter", data={"text": "Han stod ved skolen"}, headers={"Sec-Fetch-Site": "same-origin"}
    )

    assert page.status_code == 503
    assert "Han stod ved skolen" in page.text


def test_who_watches_the_house_is_told(unreachable, app):
    ready = unreachable.get("/readyz")
    doctor = app.test_cli_runner().invoke(args=["doctor"])

    assert (ready.status_code, ready.json["database"]["ok"]) == (503, False)
    assert any(line.startswith("FEJL database") for line in doctor.output.splitlines())
    assert doctor.exit_code == 1


def test_a_command_that_needs_it_says_so_in_one_line(unreachable, app):
    told = app.test_cli_runner().invoke(args=["audit", "verify"])

    assert told.output == "Error: SKB_DATABASE_URL: databasen svarer ikke.\n"
    assert told.exit_code == 1
