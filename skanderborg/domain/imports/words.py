"""The words of somebody's own log as the log has them: types, channels, answers, counts.

Each of these reads one cell and answers None where it cannot: the cell then goes into the text, so that nothing is
lost. Only a count that is none is refused, since a wrong one would make the pattern wrong.
"""

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from typing import NamedTuple, TypeVar

from ... import content
from ...content.incident_types import OTHER
from ...danish.words import plain
from ...kinds import Answer, IncidentKind, Reaction
from ..incidents import told

NO_COUNT = "Antallet kan ikke læses. Skriv et helt tal, fx 31."
NO_FEAR = "Frygten kan ikke læses. Skriv et tal fra 0 til 10."
SAID_NO, ANSWERED = "Jeg sagde tydeligt nej", "Jeg svarede"
_BETWEEN = re.compile(r"[,;/+&\n]| og ")
_UNIT = (  # of contacts: «2 timer» are not two, and «12 gange om dagen» nobody knows how many
    r"x|gange?|stk|styk(?:ker)?|sms(?:'?er)?|mms(?:'?er)?|beskeder|besked|opkald|opringning(?:er)?|e?-?mails?|breve?"
    r"|forsøg|henvendelse(?:r)?|kontakt(?:er)?|hændelse(?:r)?"
)
_COUNT = re.compile(rf"(?:ca\.? ?|x ?)?(\d{{1,3}}(?:[.]\d{{3}})+|\d{{1,9}})(?:[.,]0{{1,2}})?(?: ?(?:{_UNIT}))?\.?")
_LEAST = re.compile(
    r"(?:[>≥]=? ?|mindst |over |mere end |flere end |min\.? )(.+)|(.+?)(?: ?\+| ?eller flere| og derover)"
)
_SHORTEST_INSIDE = 3
_DENIED = frozenset({"ikke", "ingen", "intet", "nej", "aldrig", "uden", "måske", "vist", "not", "no", "never"})
_BESIDE = frozenset({"på", "via", "per", "over", "med", "en", "et", "den", "flere", "mange", "ny", "nye", "igen"})
_PLACES = frozenset({"under", "i", "på", "ved", "foran", "bag", "udenfor", "hjemme"})
_OF_OTHERS = frozenset({"fra", "til", "om", "for", "af", "mod", "med"})  # it may be about somebody else
_LONGEST_PLACE = 4  # words

Known = TypeVar("Known")


class Types(NamedTuple):
    """What a cell says of the type. `is_exact`: nothing is lost when the cell itself is not kept."""

    ids: tuple[str, ...]
    kind: IncidentKind
    is_exact: bool


@lru_cache(maxsize=256)  # a long log names few types and channels
def types(cell: str) -> Types:
    """The types that a cell names, by label or word; «andet» where any of it may mean something else, or is denied."""
    if act := _own_acts().get(plain(cell)):
        return Types((), act, True)
    known = _known_types()
    if "?" not in cell and (whole := known.get(plain(cell))):
        return Types((whole,), IncidentKind.INCIDENT, True)
    if not _DENIED.isdisjoint(plain(cell).split()) or "?" in cell:
        return Types((OTHER,), IncidentKind.INCIDENT, False)
    parts = [plain(part) for part in _BETWEEN.split(cell) if plain(part)]
    read = [_whole(part, known) for part in parts]
    found = _unique(name for names in read for name in names)
    contacts = tuple(name for name in found if name not in told.types())
    is_exact = bool(parts) and all(part in known for part in parts) and contacts in ((), found)
    return Types(contacts or found or (OTHER,), IncidentKind.INCIDENT, is_exact)


def is_accounted(cell: str) -> bool:
    """Whether a cell says nothing but what types are called."""
    known = _known_types()
    return all(_whole(plain(part), known) for part in _BETWEEN.split(cell) if plain(part))


@lru_cache(maxsize=256)
def channel(cell: str) -> tuple[str | None, bool]:
    """The channel that a cell names, as types are found; and whether it says no more than that."""
    known = _known_channels()
    whole = known.get(plain(cell))
    return whole or next(iter(_inside(plain(cell), known)), None), whole is not None


def reaction(cell: str) -> Reaction | None:
    """What the exposed person did."""
    labels = {plain(one.label): one for one in Reaction}
    return (_by_word(content.own_log().reactions) | labels).get(plain(cell))


def answer(cell: str) -> Answer | None:
    """Yes, no or not known."""
    return _by_word(content.own_log().answers).get(plain(cell))


def count(cell: str) -> tuple[int, bool]:
    """How many contacts: «31», «2.312», «31 gange», «ca. 30»; and whether that is all: «20+» and «>20» are at least so
    many. «1,000» is a thousand to some and one to others, and half a contact is none. Raises ValueError."""
    written = " ".join(cell.lower().split())
    least = _LEAST.fullmatch(written)
    match = _COUNT.fullmatch((least[1] or least[2]) if least else written)
    if not match:
        raise ValueError(NO_COUNT)
    return int(match[1].replace(".", "")), least is None


def fear(cell: str) -> int:
    """A number from 0 to 10, also as «7/10»; whether it is in bounds is checked with the row. Raises ValueError."""
    match = re.fullmatch(r"(\d{1,2})(?: ?/ ?10)?", cell.strip())
    if not match:
        raise ValueError(NO_FEAR)
    return int(match[1])


@cache
def _own_acts() -> dict[str, IncidentKind]:
    chosen = {plain(SAID_NO): IncidentKind.REFUSAL, plain(ANSWERED): IncidentKind.ANSWER}
    return _by_word(content.own_log().own_acts) | chosen


def _by_word(listed: dict[Known, tuple[str, ...]]) -> dict[str, Known]:
    return {word: one for one, words in listed.items() for word in words}


@cache
def _known_types() -> dict[str, str]:
    """Ids by label, id and word, the longest first; what comes first in the list wins."""
    return _by_words((one.id, one.label, one.words) for one in content.incidents().type if not one.retired)


@cache
def _known_channels() -> dict[str, str]:
    return _by_words((one.id, one.label, one.words) for one in content.incidents().channel if not one.retired)


def _by_words(listed: Iterable[tuple[str, str, tuple[str, ...]]]) -> dict[str, str]:
    listed = list(listed)
    found: dict[str, str] = {}
    for name, label, _ in listed:
        found |= {plain(label): name, plain(name): name}
    for name, _, words in listed:
        for word in words:
            found.setdefault(plain(word), name)
    return {word: found[word] for word in sorted(found, key=len, reverse=True)}


def _inside(part: str, known: dict[str, str]) -> list[str]:
    """What the words of a text name, the longest first; a word counts for one thing only."""
    left, found = f" {part} ", []
    for word in known:
        if len(word) >= _SHORTEST_INSIDE and f" {word} " in left:
            left = left.replace(f" {word} ", "  ")
            found.append(known[word])
    return [name for name in found if name != OTHER]


def _whole(part: str, known: dict[str, str]) -> list[str]:
    """What the words of a part name, if each of them names something, or only joins what does, or tells where."""
    left, found = f" {part} ", []
    for word in known:
        if f" {word} " in left:
            left = left.replace(f" {word} ", "  ")
            found.append(known[word])
    if _BESIDE.issuperset(left.split()):
        return found
    word = next((word for word in known if part.startswith(f"{word} ")), "")
    place = part[len(word) :].split() if word else []
    is_place = bool(place) and place[0] in _PLACES and len(place) <= _LONGEST_PLACE and _OF_OTHERS.isdisjoint(place)
    return [known[word]] if word and is_place else []


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
