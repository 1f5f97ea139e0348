"""The guide (*Hjælp*): topics, what stands beside a place, and a search that understands how people type.

Public knowledge, the same for everyone: nothing is asked of the policy, nothing typed is kept.
"""

from functools import cache, lru_cache
from typing import NamedTuple

from .. import content
from ..content import ContactEntry, Piece, Topic, guide_pieces
from ..danish.words import folded
from ..errors import NotFound

WHOLE, BEGINNING, FORM = 4, 2, 1  # how well a typed word fits a word of the piece
TITLE, ALIAS, TEXT = 4, 3, 1  # what the place of the word is worth
SHORTEST_STEM = 6
SMALL = set(
    """
    og om hvad hvem hvor hvordan hvornaar hvorfor jeg du en et er der det den de at i paa med til for af kan skal
    maa man hvis vi han hun naar ikke som goer vil har saa min mit mine sig siger
""".split()
)


class PieceWords(NamedTuple):
    """The folded words of a piece, by the place where they stand."""

    title: frozenset[str]
    words: frozenset[str]
    text: frozenset[str]


class FoundPiece(NamedTuple):
    """A piece that was found, and the topic on whose page it stands."""

    piece: Piece
    topic: Topic


def topics() -> list[Topic]:
    """Every topic, in its order."""
    return sorted(content.guide().topic, key=lambda topic: topic.order)


def topic(slug: str) -> Topic:
    """The topic of an address. Raises NotFound."""
    for one in content.guide().topic:
        if one.id == slug:
            return one
    raise NotFound()


def of_topic(one: Topic) -> list[Piece]:
    """The pieces of a topic."""
    return [piece for piece in content.pieces().values() if piece.topic == one.id]


def for_place(place: str, role: str = "") -> list[Piece]:
    """The pieces that stand beside a place: those for everyone, and those for a citizen of that role.

    An udsat's advice never stands on an udøver's case, nor the other way round (D-14).
    """
    return [piece for piece in content.pieces().values() if place in piece.beside and piece.role in ("", role)]


def contacts(piece: Piece) -> list[ContactEntry]:
    """Whom to ring or write to: the contacts that are in use, and still for whom the piece is for."""
    in_use = content.contacts()
    keys = guide_pieces.keys_of(piece, in_use)
    return [in_use[key] for key in keys if key in in_use and guide_pieces.is_for(in_use[key], piece.role)]


def sources(piece: Piece) -> list[str]:
    """Where a piece comes from, in words: each document once, laws and publications as they stand."""
    names = {document.id: document.name for document in content.guide().document}
    said = [names[one[:2]] if guide_pieces.STATEMENT.fullmatch(one) else one for one in piece.sources]
    return list(dict.fromkeys(said))


def search(typed: str) -> list[FoundPiece]:
    """The pieces in which most of the typed words are found, the best first.

    Small words count for nothing; å is aa, æ is ae, ø is oe; the beginning of a word is enough, and a word that has
    an alias (`[aliases]` in config/guide.toml) is looked for under both names.
    """
    wanted = [word for word in folded(typed) if word not in SMALL] or folded(typed)
    fits = [(_fits(wanted, _words(piece)), piece) for piece in content.pieces().values()]
    most = max((sum(score > 0 for score in scores) for scores, _ in fits), default=0)
    good = [(sum(scores), piece) for scores, piece in fits if most and sum(score > 0 for score in scores) == most]
    return [FoundPiece(piece, topic(piece.topic)) for _, piece in sorted(good, key=lambda one: -one[0])]


@lru_cache(maxsize=500)
def _words(piece: Piece) -> PieceWords:
    text = " ".join([*piece.text, *piece.points, *piece.never, *piece.sources])
    return PieceWords(*(frozenset(folded(part)) for part in (piece.title, " ".join(piece.words), text)))


@cache
def _aliases() -> dict[str, list[str]]:
    return {word: folded(means) for typed, means in content.guide().aliases.items() for word in folded(typed)}


def _fits(wanted: list[str], words: PieceWords) -> list[int]:
    """How well each wanted word, or what it is an alias of, fits the piece; 0 where it does not."""
    scores = []
    for word in wanted:
        meant = next((means for typed, means in _aliases().items() if _fit(word, typed) in (WHOLE, FORM)), [])
        as_alias = min((_score(part, words) for part in meant), default=0)
        scores.append(max(_score(word, words), as_alias))
    return scores


def _score(word: str, words: PieceWords) -> int:
    return max(
        place * max((_fit(word, other) for other in there), default=0)
        for place, there in zip((TITLE, ALIAS, TEXT), words, strict=True)
    )


def _fit(word: str, other: str) -> int:
    if word == other:
        return WHOLE
    if len(word) > 2 and other.startswith(word):
        return BEGINNING
    return FORM if len(other) >= SHORTEST_STEM and word.startswith(other) else 0
