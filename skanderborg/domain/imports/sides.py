"""Who a row of somebody's own log is from: what the citizen sent is no contact of the udøver (D-09).

A phone says «Udgående», an app «Sendt», a person «mig». What only people know is asked about, once for each word.
"""

import re
import unicodedata
from functools import cache
from itertools import pairwise

from ... import content
from ...danish import words
from ...danish.words import plain
from ...kinds.base import Kind

_BETWEEN = re.compile(r"[,;/+&\n()–-]| og ")
_GOES_ON = re.compile(r"[.!?;,:\n]\s*\w[^\d]")  # another clause; no hour, no number
BEGINNING = 6  # words
SHORTEST_INSIDE = 4  # «ud» and «sent» mean something else among other words
NUMBER_LENGTH = 8  # of a Danish telephone number, without its country


class Side(Kind):
    """Whose act a row is."""

    CITIZEN = "citizen", "Borgeren selv"
    OTHER = "other", "En anden end borgeren"


def taken(cell: str) -> tuple[Side | None, str]:
    """What a cell says of the direction, and what it says besides; None where it says nothing, or both."""
    if not _any().search(unicodedata.normalize("NFC", cell)):
        return None, cell
    found: set[str] = set()
    rest = []
    for part in _BETWEEN.split(cell):
        left = f" {plain(part)} "
        for phrase, said in _phrases():
            if f" {phrase} " in left and (len(phrase) > SHORTEST_INSIDE or phrase == left.strip()):
                found.add(said)
                left = left.replace(f" {phrase} ", "  ")
        rest.append(left.strip())
    sides = found - {"missed"}
    side = Side(sides.pop()) if len(sides) == 1 else Side.OTHER if found == {"missed"} else None
    return side, ", ".join(filter(None, rest))


def is_citizen(cell: str, name: str, contact: str) -> bool:
    """Whether a sender or receiver is the citizen: «mig», their name or the first of it, a number or address."""
    said = words.folded(cell)
    if not said:
        return False
    if "@" in cell:
        return cell.strip().casefold() in re.split(r"[\s,;]+", contact.casefold())
    digits = re.sub(r"\D", "", cell)
    if len(digits) >= NUMBER_LENGTH:
        return digits[-NUMBER_LENGTH:] in re.sub(r"[^\d\n,;]", "", contact)
    if plain(cell) in content.own_log().sides["myself"]:
        return True
    names = words.folded(name)
    own = [word for word in said if plain(word) not in content.own_log().sides["myself"]]
    return bool(names and own) and own[0] == names[0] and set(own) <= set(names)


def own_act(text: str, name: str) -> bool | None:
    """Whether free words tell of what the citizen did, and of nothing else, as «Jeg ringede til politiet»: True. False
    where they begin so and go on; None where they do not, or quote somebody."""
    said, listed = plain(text).split(), content.own_log().own_words
    subjects, verbs = {*listed["subjects"], *words.folded(name)[:1]}, {plain(verb) for verb in listed["verbs"]}
    pairs = list(pairwise(said[:BEGINNING]))
    begins = bool(pairs) and pairs[0][0] in subjects and pairs[0][1] in verbs
    turned = any(  # «så ringede jeg», and not «skrev: jeg»
        verb in verbs and subject in subjects and f"{verb} {subject}" in text.casefold() for verb, subject in pairs
    )
    if text.lstrip()[:1] in "«\"”“»'" or not (begins or turned):
        return None
    return not _GOES_ON.search(text) and set(listed["others"]).isdisjoint(said)


@cache
def _any() -> re.Pattern[str]:
    listed = "|".join(re.escape(phrase).replace(r"\ ", r"\W+") for phrase, _ in _phrases())
    return re.compile(rf"\b(?:{listed})\b", re.IGNORECASE)


@cache
def _phrases() -> list[tuple[str, str]]:
    """Each phrase with the side that it names, the longest first."""
    listed = content.own_log().sides
    found = [(plain(phrase), side) for side in (*Side, "missed") for phrase in listed[side]]
    return sorted(found, key=lambda one: -len(one[0]))
