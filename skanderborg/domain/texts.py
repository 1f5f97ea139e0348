"""The words of the action card and of the guide: changed by an administrator, and given back as the file has them.

Headings, prohibitions, sources and numbers stay as they are: a number stands in the contacts, where it can be rung.
"""

from typing import Any, NamedTuple

from .. import content
from ..content import CardPart, Piece
from ..content.directory import NUMBER_IN_TEXT
from ..errors import Invalid, NotFound
from ..kinds import EditionKind, EventKind, TextPlace
from ..policy import Action, Actor
from ..store.editions import Edition
from . import editions
from .verbs import reads, verb

KIND = EditionKind.TEXT
LONGEST_LINE, MOST_LINES = 600, 20


class Listed(NamedTuple):
    """A text that can be changed, in the list of all of them."""

    place: TextPlace
    key: str
    title: str
    is_changed: bool


class Section(NamedTuple):
    """The card, or a topic of the guide, with its texts."""

    title: str
    texts: list[Listed]


@reads(Action.CONTENT_MANAGE)
def sections(actor: Actor) -> list[Section]:
    """Every text that can be changed, the card first."""
    guide, card, pieces = content.guide(), content.file_guide().part, content.file_pieces()
    parts = [_listed(TextPlace.CARD, part, old) for part, old in zip(guide.part, card, strict=True)]
    topics = sorted(guide.topic, key=lambda topic: topic.order)
    found = content.pieces().values()
    of_guide = [
        Section(
            one.title, [_listed(TextPlace.GUIDE, piece, pieces[piece.id]) for piece in found if piece.topic == one.id]
        )
        for one in topics
    ]
    return [Section("Actioncard", parts), *of_guide]


def _listed(place: TextPlace, entry: CardPart | Piece, in_file: CardPart | Piece) -> Listed:
    return Listed(place, entry.id, entry.title, (entry.text, entry.points) != (in_file.text, in_file.points))


@reads(Action.CONTENT_MANAGE)
def get(actor: Actor, place: TextPlace, key: str) -> CardPart | Piece:
    """A text as it now reads. Raises NotFound."""
    return _find(content.guide().part, content.pieces(), place, key)


def history(actor: Actor, place: TextPlace, key: str) -> list[editions.Version]:
    """Every edition of a text, the newest first."""
    return editions.history(actor, KIND, editions.text_key(place, key), _in_file(place, key))


def shown(place: TextPlace, key: str) -> int:
    """The number of the edition that pages show; ask before reading the text."""
    return editions.shown(KIND, editions.text_key(place, key))


@verb(Action.CONTENT_MANAGE)
def change(actor: Actor, place: TextPlace, key: str, text: str, points: str, seen: int) -> Edition:
    """Change a text, one paragraph or point on each line. Raises Invalid for what cannot stand there, Conflict."""
    body = {"text": _lines(text, "text"), "points": _lines(points, "points")}
    if not body["text"] and not body["points"]:
        raise Invalid("Skriv teksten, eller vælg at gendanne den oprindelige.", "text")
    return editions.write(
        actor, KIND, editions.text_key(place, key), body, seen, EventKind.TEXT_CHANGED, _in_file(place, key)
    )


@verb(Action.CONTENT_MANAGE)
def restore(actor: Actor, place: TextPlace, key: str, number: int, seen: int) -> Edition:
    """Let an earlier edition hold again, as a new one; number 0 is the file's."""
    body = editions.body_of(KIND, editions.text_key(place, key), number, _in_file(place, key))
    return editions.write(
        actor, KIND, editions.text_key(place, key), body, seen, EventKind.TEXT_RESTORED, _in_file(place, key)
    )


def _lines(typed: str, field: str) -> list[str]:
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
        raise Invalid(f"Hold teksten kort: højst {MOST_LINES} linjer og {LONGEST_LINE} tegn på hver.", field)
    if any(NUMBER_IN_TEXT.search(line) for line in lines):
        raise Invalid(
            "Skriv ikke telefonnumre i teksten. De står under Kontakter, så de kan ringes op og rettes.", field
        )
    return lines


def _find(parts: tuple[CardPart, ...], pieces: dict[str, Piece], place: TextPlace, key: str) -> CardPart | Piece:
    found: dict[str, Any] = {part.id: part for part in parts} if place == TextPlace.CARD else pieces
    if key not in found:
        raise NotFound()
    return found[key]


def _in_file(place: TextPlace, key: str) -> dict[str, Any]:
    entry = _find(content.file_guide().part, content.file_pieces(), place, key)
    return {"text": list(entry.text), "points": list(entry.points)}
