"""The words of the card and the guide, changed and given back."""

import pytest

from skanderborg import content
from skanderborg.domain import editions, texts
from skanderborg.errors import Conflict, Invalid, NotAllowed, NotFound
from skanderborg.kinds import TextPlace
from skanderborg.pages import guide
from skanderborg.store.events import Event

CARD, GUIDE = TextPlace.CARD, TextPlace.GUIDE


@pytest.fixture
def admin(cast):
    return cast["admin"]


def of_card(key: str) -> content.CardPart:
    return next(part for part in content.guide().part if part.id == key)


def test_a_changed_text_stands_on_the_card_and_what_stands_fast_is_kept(admin):
    texts.change(admin, CARD, "suspicion", "Handl på mistanken.\n\nRing gerne.", "Ét punkt", 0)
    editions.refresh()

    part = of_card("suspicion")
    assert (part.text, part.points) == (("Handl på mistanken.", "Ring gerne."), ("Ét punkt",))
    assert (part.title, part.buttons[0].label) == ("Mistanke", "Jeg har en mistanke")


def test_a_changed_piece_is_found_by_its_new_words_and_keeps_its_prohibitions(admin):
    before = content.pieces()["chikane-og-konflikt"].never

    texts.change(admin, GUIDE, "chikane-og-konflikt", "Se efter solsikker.", "", 0)
    editions.refresh()

    assert [found.piece.id for found in guide.search("solsikker")] == ["chikane-og-konflikt"]
    assert content.pieces()["chikane-og-konflikt"].never == before


def test_the_original_is_given_back(admin):
    original = of_card("suspicion").text
    texts.change(admin, CARD, "suspicion", "Noget andet.", "", 0)

    texts.restore(admin, CARD, "suspicion", 0, 1)
    editions.refresh()

    assert of_card("suspicion").text == original
    assert [version.number for version in texts.history(admin, CARD, "suspicion")] == [2, 1, 0]


@pytest.mark.parametrize(
    ("text", "points", "field"),
    [
        ("", "", "text"),
        ("Ring 25 17 73 74", "", "text"),
        ("Godt", "Ring 27604016", "points"),
        ("x" * 601, "", "text"),
        ("\n".join("abcdefghijklmnopqrstu"), "", "text"),
    ],
)
def test_what_cannot_stand_there_is_told_at_its_field(admin, text, points, field):
    with pytest.raises(Invalid) as refused:
        texts.change(admin, CARD, "suspicion", text, points, 0)

    assert refused.value.field == field


def test_who_saw_an_earlier_edition_is_told(admin):
    texts.change(admin, CARD, "suspicion", "Først.", "", 0)

    with pytest.raises(Conflict) as refused:
        texts.change(admin, CARD, "suspicion", "Sidst.", "", 0)

    assert refused.value.theirs.body == {"text": ["Først."], "points": []}


def test_an_unknown_text_is_not_found(admin):
    with pytest.raises(NotFound):
        texts.change(admin, GUIDE, "findes-ikke", "x", "", 0)


def test_only_an_administrator_changes_texts_and_it_is_written_down(cast, admin):
    with pytest.raises(NotAllowed):
        texts.change(cast["rikke"], CARD, "suspicion", "Mit.", "", 0)

    texts.change(admin, CARD, "suspicion", "Vores.", "", 0)

    assert Event.select().where(Event.action == "text:changed", Event.actor == admin.ref).count() == 1
