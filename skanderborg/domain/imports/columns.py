"""What the columns of somebody's own log mean: guessed from their headings, and decided by a person.

Skytsengel's and other exports differ and change, so that nothing is promised of any: what is not known goes into the
text, and nothing is lost by itself.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from ... import content
from ...danish import moments
from ...danish.words import plain
from ...kinds.base import Kind
from ...store.incidents import Incident
from .. import incidents
from . import sides


def _of(field: Any) -> tuple[str, str]:
    return field.name, field.verbose_name


class Column(Kind):
    """What a column holds: but for a few a column of the log, called as there."""

    SKIP = "skip", "Kommer ikke med"
    MOMENT = "moment", "Dato og evt. klokkeslæt"
    MORE = "more", "Læg til «Hvad skete der?»"
    TO_ON = _of(Incident.to_on)
    AT_TIME = _of(Incident.at_time)
    DIRECTION = "direction", "Retning"
    RECIPIENT = "recipient", "Modtager"
    TYPES = _of(Incident.types)
    TYPE_TEXT = _of(Incident.type_text)
    CONTACT_COUNT = _of(Incident.contact_count)
    WHAT = _of(Incident.what)
    PLACE = _of(Incident.place)
    CHANNEL = _of(Incident.channel)
    SENDER = _of(Incident.sender)
    WITNESS = _of(Incident.witness)
    WITNESS_CONTACT = _of(Incident.witness_contact)
    EVIDENCE = _of(Incident.evidence)
    REACTION = _of(Incident.reaction)
    REACTION_REASON = _of(Incident.reaction_reason)
    FEAR = _of(Incident.fear)
    CHILDREN_PRESENT = _of(Incident.children_present)
    REPORTED = _of(Incident.reported)
    JOURNAL_NUMBER = _of(Incident.journal_number)
    IS_WITHHELD = _of(Incident.is_withheld)


BLANK = {  # the columns of the blank logskema, and how wide they are (letters); «Nr.» is for the one who writes
    Column.SKIP: 5, Column.MOMENT: 13, Column.TO_ON: 13, Column.AT_TIME: 11, Column.TYPES: 26, Column.CONTACT_COUNT: 8,
    Column.WHAT: 55, Column.PLACE: 20, Column.CHANNEL: 16, Column.SENDER: 24, Column.WITNESS: 18,
    Column.WITNESS_CONTACT: 24, Column.EVIDENCE: 24, Column.REACTION: 18, Column.REACTION_REASON: 24, Column.FEAR: 10,
    Column.CHILDREN_PRESENT: 11, Column.REPORTED: 13, Column.JOURNAL_NUMBER: 18, Column.IS_WITHHELD: 12,
}  # fmt: skip
HEADED = {  # where it is not headed as in the log
    Column.SKIP: "Nr.", Column.MOMENT: "Dato", Column.SENDER: "Afsender (nummer, adresse, profil)",
    Column.REACTION: "Din reaktion", Column.REACTION_REASON: "Hvorfor?",
}  # fmt: skip
BLANK_HEADINGS = [HEADED.get(column, column.label) for column in BLANK]

ONCE = frozenset(Column) - {Column.SKIP, Column.MORE}
AGREED = 0.5  # more than this share of the cells
CLOCK_LIKE = re.compile(r"(?:kl\.? ?)?[0-9]{1,2}[.:][0-9]{2}(?:[.:][0-9]{2})?(?: ?[ap]m)?", re.IGNORECASE)
DAYS = (Column.MOMENT, Column.TO_ON)
NAMES = {"fra": Column.SENDER, "til": Column.RECIPIENT}  # they may be days or people
TEXTS = (Column.AT_TIME, Column.WHAT, Column.TYPES, Column.PLACE, Column.SENDER, Column.CHANNEL)


@cache
def known_headings() -> dict[str, Column]:
    """What a column holds, by its heading."""
    listed = content.own_log().headings.items()
    return {heading: Column(name) for name, headings in listed for heading in headings}


class Held(NamedTuple):
    """Which share of the filled cells of a column are days, times and directions, and how long they are."""

    days: float
    times: float
    sides: float
    length: float


def guessed(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """What columns are likely to hold, each but once: by what their cells are, and by their headings where these agree.

    A day is no text and a text no day, whatever stands above it; what nobody knows goes into the text.
    """
    held = [_held([line[place] for line in lines if place < len(line)]) for place in range(len(headings))]
    found = [_agreed(heading, one) for heading, one in zip(headings, held, strict=True)]
    moments_said = [place for place, column in enumerate(found) if column == Column.MOMENT]
    best = min(moments_said, key=lambda place: (held[place].days <= AGREED, _rank(headings[place])), default=None)
    found = [Column.MORE if column == Column.MOMENT and place != best else column for place, column in enumerate(found)]
    if Column.MOMENT not in found:
        _take(found, Column.MOMENT, [one.days for one in held], AGREED)
    if Column.AT_TIME not in found:
        _take(found, Column.AT_TIME, [0 if plain(heading) in known_headings() else one.times
                                      for heading, one in zip(headings, held, strict=True)], AGREED)  # fmt: skip
    once: list[Column] = []
    for column in found:
        once.append(Column.MORE if column in ONCE and column in once else column)
    if Column.WHAT not in once:
        _take(once, Column.WHAT, [0 if max(one.days, one.times) > AGREED else one.length for one in held], -1)
    return tuple(once)


def _rank(heading: str) -> int:
    """How surely a heading names the day: «Dato» before «Oprettet»."""
    listed = content.own_log().headings[Column.MOMENT]
    return listed.index(plain(heading)) if plain(heading) in listed else len(listed)


def _held(cells: Sequence[str]) -> Held:
    cells = [cell.strip() for cell in cells if cell.strip()]
    if not cells:
        return Held(0, 0, 0, 0)
    told = [side is not None and not rest for side, rest in map(sides.taken, cells)]
    dated = [not cell.isdecimal() and moments.looks_like_one(cell) for cell in cells]  # 20111213 is a telephone too
    tests = dated, [CLOCK_LIKE.fullmatch(cell) for cell in cells], told
    days, times, of_sides = (sum(map(bool, each)) / len(cells) for each in tests)
    return Held(days, times, of_sides, sum(map(len, cells)) / len(cells))


def _agreed(heading: str, held: Held) -> Column:
    """What a heading says, unless the cells say otherwise."""
    said = meaning(heading)
    if held.sides > AGREED and said not in (Column.SKIP, Column.SENDER):
        return Column.DIRECTION
    if said in DAYS and held.length and held.days <= AGREED:
        return Column.AT_TIME if held.times > AGREED else NAMES.get(plain(heading), said)
    if said in TEXTS and max(held.days, held.times) > AGREED:
        return Column.AT_TIME if held.times > held.days else Column.MOMENT
    return said


def _take(found: list[Column], column: Column, scores: Sequence[float], least: float) -> None:
    """Let the column of which nobody said what it holds be this one, if its cells speak for it most."""
    free = [(score, -place) for place, score in enumerate(scores) if found[place] == Column.MORE and score > least]
    if free:
        found[-max(free)[1]] = column


def meaning(heading: str) -> Column:
    """The meaning of a heading: as a whole, or by the longest words in it that are known."""
    heading = plain(heading)
    known = known_headings()
    if heading in known:
        return known[heading]
    padded = f" {heading} "
    inside = [one for one in known if len(one) > 2 and f" {one} " in padded]
    return known[max(inside, key=len)] if inside else Column.MORE


def of_role(is_udoever: bool) -> list[Column]:
    """What a column can hold, in a case about an exposed person or about an udøver."""
    hidden = {*incidents.NOT_OF_UDOEVER, Column.RECIPIENT} if is_udoever else set()
    return [column for column in Column if column not in hidden]


def is_ours(headings: Sequence[str]) -> bool:
    """Whether this is the blank logskema, filled in: then nobody need say what its columns mean."""
    return [plain(heading) for heading in headings] == [plain(heading) for heading in BLANK_HEADINGS]


def titles(headings: Sequence[str], count: int) -> list[str]:
    """What to call each of `count` columns, where some have no heading."""
    named = [*headings, *[""] * (count - len(headings))]
    return [heading.strip() or f"Kolonne {number}" for number, heading in enumerate(named, 1)]
