"""What no text of the guide may say: no numbers but from the contacts, no figure without its year, nobody's line on the
other's page; and, after D-27, no instrument, no types of people, no mediation. A rule that fails names every piece."""

import re

import pytest

from skanderborg import content
from skanderborg.content import guide_pieces
from skanderborg.domain.tasks.instructing import INSTRUCTION
from skanderborg.settings import SettingError

PIECES = content.pieces()
PHONE = re.compile(r"(?<![\w.])(?:112|114|1888)\b|(?:\d[\s.]?){8}")
FIGURE = re.compile(r"\d\s?%|procent|\d\.\d{3}|fjerdedel|femtedel|tredjedel|hver (?:anden|tredje|fjerde|femte|tiende)")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
SECRET_OF_SOMEONE = {"exposed": {"perpetrator"}, "perpetrator": {"exposed"}}
TOPICS_OF_D17 = {
    "definition", "former", "genkend", "spoerg", "konsekvenser", "raad", "sikkerhed", "logskema", "sparring", "udoever",
    "retligt", "kontakter", "om",
}  # fmt: skip
INSTRUMENTS = r"\b(SASH|S-DASH|DASH|SRP|SAM|SARA|PATRIARK|SHARP|Danger Assessment)\b|stalkertype|forsmået|rovdyr"


def lines(piece):
    return [piece.title, *piece.text, *piece.points, *piece.never]


def pieces_where(holds):
    """Ids of the pieces of which this is so."""
    return [piece.id for piece in PIECES.values() if holds(piece)]


def lines_where(holds):
    """Every line of any piece of which this is so, with the piece's id."""
    return [f"{piece.id}: {line}" for piece in PIECES.values() for line in lines(piece) if holds(line)]


def odd(piece, **fields):
    return content.Piece(**{name: getattr(piece, name) for name in piece.__struct_fields__} | fields)


def refuse(*pieces):
    guide_pieces.refuse_odd(pieces, {"definition"}, {"S0"}, content.contacts())


@pytest.fixture
def plain():
    return content.Piece(id="en", topic="definition", title="En", sources=("S0-01",), text=("Kort.",))


def test_the_pages_of_d17_are_there():
    topics = {topic.id for topic in content.guide().topic}

    assert topics >= TOPICS_OF_D17
    assert topics == {piece.topic for piece in PIECES.values()}


def test_a_piece_has_something_to_say_and_is_short():
    empty = pieces_where(lambda piece: not (piece.text or piece.points))

    assert (empty, lines_where(lambda line: len(line) >= 400)) == ([], [])


def test_numbers_to_ring_stand_in_the_contacts_only():
    assert lines_where(lambda line: PHONE.search(line.replace(INSTRUCTION, ""))) == []


def test_a_figure_stands_with_its_year():
    undated = pieces_where(lambda piece: not piece.year and any(FIGURE.search(line) for line in lines(piece)))

    assert lines_where(lambda line: FIGURE.search(line) and not YEAR.search(line)) == []
    assert undated == []


def test_what_must_never_be_done_says_so():
    soft = [(piece.id, line) for piece in PIECES.values() for line in piece.never if "aldrig" not in line.lower()]

    assert soft == []


def given_the_line_of_the_other(piece):
    others = SECRET_OF_SOMEONE.get(piece.role, set())
    named = [content.contacts()[key] for key in guide_pieces.keys_of(piece, content.contacts())]
    return any(
        (piece.role and piece.role not in entry.scope) or (others & set(entry.scope) and entry.key != "alarm")
        for entry in named
    )


def test_nobody_is_given_the_line_of_the_other():
    assert pieces_where(given_the_line_of_the_other) == []


def test_vejles_line_is_for_vejle_only():
    vejle = content.contacts()["vejle"]

    assert vejle.scope == ("other-municipality",)
    assert vejle.municipality == "Vejle Kommune"
    assert vejle.key not in {entry.key for entry in content.organisations()}
    assert [piece.id for piece in PIECES.values() if "vejle" in guide_pieces.keys_of(piece, content.contacts())] == [
        "andre-kommuner"
    ]


def test_no_instrument_and_no_types_of_people():
    """D-27."""
    assert pieces_where(lambda piece: re.search(INSTRUMENTS, " ".join(lines(piece)))) == []


def test_mediation_is_named_only_to_keep_it_away_from_stalking():
    """D-27."""
    naming = [piece.id for piece in PIECES.values() if re.search("mægl", " ".join(lines(piece)))]

    assert naming == ["chikane-og-konflikt"]
    assert any("mægling" in line and "aldrig" in line for line in PIECES[naming[0]].never)


def test_no_place_is_told_to_refuse_a_parent_on_its_own():
    """Who has custody can seldom be refused, and a parent without it has a right to information (S1-85, the law)."""
    telling = [piece.id for piece in PIECES.values() if INSTRUCTION in " ".join(piece.text)]

    assert lines_where(re.compile(r"aldrig (må )?udlevere").search) == []
    assert telling == ["skole-og-institution"]


def test_who_is_told_of_anonymity_is_told_of_the_duty_too():
    telling = [piece for piece in PIECES.values() if "hvem du er" in " ".join(lines(piece))]

    assert [piece.id for piece in telling] == ["anonymitet"]
    assert "skærpet underretningspligt" in " ".join(telling[0].text)
    assert {"call", "sparring", "children"} <= set(telling[0].beside)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"topic": "findes-ikke"}, "topic"),
        ({"sources": ()}, "sources"),
        ({"sources": ("S9-01",)}, "sources"),
        ({"sources": ("S0-1",)}, "sources"),
        ({"beside": ("køkken",)}, "beside"),
        ({"role": "offentlig"}, "role"),
        ({"contacts": ("findes-ikke",)}, "contacts"),
        ({"contacts": ("dsc-perpetrator",), "role": "exposed"}, "contacts"),
        ({"contacts": ("dsc",), "role": "perpetrator"}, "contacts"),
        ({"contacts": ("dsc-perpetrator",)}, "contacts"),
    ],
)
def test_an_odd_piece_stops_the_start_and_is_named(plain, fields, fault):
    with pytest.raises(SettingError, match=rf"config/guide: en: {fault}"):
        refuse(odd(plain, **fields))


def test_an_id_that_is_used_twice_stops_the_start(plain):
    with pytest.raises(SettingError, match="en: id"):
        refuse(plain, odd(plain, title="To"))


def test_a_good_piece_is_taken(plain):
    refuse(plain, odd(plain, id="to", contacts=("dsc", "alarm"), sources=("straffeloven § 242",)))
