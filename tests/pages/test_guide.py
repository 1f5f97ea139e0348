"""Searching the guide as people type, and what stands beside a place."""

import pytest
from msgspec.structs import replace

from skanderborg import content
from skanderborg.content import guide_pieces
from skanderborg.errors import NotFound
from skanderborg.pages import guide


def found(typed):
    return [one.piece.id for one in guide.search(typed)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("tovholder", "primaer-kontaktperson"),
        ("logbog", "logskema"),
        ("screenshot", "skaermbillede"),
        ("primær kontaktperson", "primaer-kontaktperson"),
        ("LOGSKEMA", "logskema"),
        ("skærmbillede", "skaermbillede"),
        ("skaermbilleder", "skaermbillede"),
        ("underret", "anonymitet"),
        ("hvad gør jeg med screenshots?", "skaermbillede"),
        ("ex", "faresignaler"),  # by its alias only: a break-up
        ("§ 242", "paragraf-242"),
        ("børn udleveres", "skole-og-institution"),
    ],
)
def test_people_find_it_by_the_word_they_know(typed, first):
    assert found(typed)[0] == first


def test_a_word_under_which_nothing_stands_finds_nothing():
    assert found("rabarbergrød") == []


@pytest.mark.parametrize("typed", ["", "   ", "%_*", "' OR 1=1; --", "æ" * 20_000, "\u202e\u200b", "og om det"])
def test_odd_input_is_no_failure(typed):
    assert isinstance(found(typed), list)


def test_the_more_of_the_words_a_piece_has_the_better():
    assert found("skole samvær rabarbergrød") == found("skole samvær")
    assert "skole-og-institution" in found("skole samvær")


def test_the_title_counts_more_than_the_text():
    pieces = content.pieces()

    assert "tilhold" in pieces["tilhold"].title.lower()
    assert found("tilhold")[0] == "tilhold"
    assert "svar-ikke" in found("tilhold")


@pytest.mark.parametrize("place", sorted(guide_pieces.PLACES))
def test_every_place_has_something_to_say_and_never_the_other_sides_advice(place):
    for role, other in (("exposed", "perpetrator"), ("perpetrator", "exposed"), ("", None)):
        assert other not in {piece.role for piece in guide.for_place(place, role)}
    assert guide.for_place(place, "exposed") or guide.for_place(place, "perpetrator")


def test_the_one_who_stalks_gets_no_number_of_the_exposed_beside_a_referral():
    numbers = {
        key
        for piece in guide.for_place("referral", "perpetrator")
        for key in guide_pieces.keys_of(piece, content.contacts())
    }

    assert numbers == {"dsc-perpetrator"}


def test_beside_the_call_stands_anonymity_with_its_duty_and_what_to_say():
    assert {"anonymitet", "det-kan-du-sige", "mistanke-er-nok"} <= {piece.id for piece in guide.for_place("call")}


def test_an_address_that_is_no_topic_is_not_found():
    with pytest.raises(NotFound):
        guide.topic("findes-ikke")


def test_sources_are_told_in_words():
    said = guide.sources(content.pieces()["har-svaret"])

    assert said == [
        "Dansk Stalking Center: folder til fagpersoner", "straffeloven § 242",
        "Anklagemyndigheden: til dig, der er udsat for stalking",
    ]  # fmt: skip


def test_what_an_administrator_took_out_of_use_or_gave_to_others_stands_beside_nothing():
    piece = content.pieces()["soeg-hjaelp"]
    police = content.contacts()["police"]

    content.apply(content.Edits({"dsc": None, "police": replace(police, scope=("staff",))}, {}, {}, {}, {}))
    left = [entry.key for entry in guide.contacts(piece)]
    content.as_in_files()

    assert left == ["lev-uden-vold"]
    assert [entry.key for entry in guide.contacts(piece)] == ["dsc", "police", "lev-uden-vold"]
