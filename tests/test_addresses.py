"""The table of places: every one is served, and what letters keep of one leads there (decision 28)."""

import pytest

from skanderborg.addresses import Place
from skanderborg.kinds import LetterKind
from skanderborg.mail import letters, outbox
from skanderborg.store.db import begin
from skanderborg.store.outbox import OutboxLetter
from tests.made import a_case, a_task

PARTS = {"case": "c" * 26, "ref": "r" * 26, "number": 1, "secret": "s" * 43}


def test_every_place_is_a_page(pages):
    served = pages.url_map.bind("localhost")

    for place in Place:
        served.match(place.format(**PARTS).partition("#")[0], "GET")


@pytest.fixture
def letter(cast, settings):
    """`letter(…)`: a letter about a task, that leads where it is said, and its words."""

    def put(**where) -> tuple[OutboxLetter, str]:
        with begin():
            task = a_task(a_case(cast))
            outbox.put(LetterKind.TASK_ASSIGNED, cast["jonas"], key="k", about=task, **where)
        owed = OutboxLetter.get()
        return owed, letters.text(owed, {"due": "i dag"}, settings)

    return put


def test_a_letter_keeps_what_it_leads_to_and_not_where_that_is(letter):
    owed, words = letter()

    assert owed.opens == owed.about
    assert f"/o/{owed.about.removeprefix('task:')}\n" in words


def test_a_letter_can_lead_elsewhere_than_to_what_it_tells_of(letter):
    owed, words = letter(opens=Place.ACCESS)

    assert f"/sager/{owed.case_id}/adgang\n" in words


def test_a_letter_that_was_owed_with_its_address_still_leads_there(letter, settings):
    owed, _ = letter()

    owed.opens = "/o/" + "r" * 26
    assert f"{settings.base_url}/o/{'r' * 26}\n" in letters.text(owed, {"due": "i dag"}, settings)
