"""What the columns of somebody's own log mean: guessed from their headings, and decided by a person.

Skytsengel's and other exports differ and change, so that nothing is promised of any: what is not known goes into the
text, and nothing is lost by itself.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any

from ... import content
from ...kinds.base import Kind
from ...store.incidents import Incident
from .. import incidents


def _of(field: Any) -> tuple[str, str]:
    return field.name, field.verbose_name


class Column(Kind):
    """What a column holds: but for the first three a column of the log, called as there."""

    SKIP = "skip", "Kommer ikke med"
    MOMENT = "moment", "Dato og evt. klokkeslæt"
    MORE = "more", "Læg til «Hvad skete der?»"
    TO_ON = _of(Incident.to_on)
    AT_TIME = _of(Incident.at_time)
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


@cache
def known_headings() -> dict[str, Column]:
    """What a column holds, by its heading."""
    listed = content.own_log().headings.items()
    return {heading: Column(name) for name, headings in listed for heading in headings}


def plain(heading: str) -> str:
    """A heading as people vary it: «Dato:» and «DATO» are alike."""
    return re.sub(r"[^\w]+", " ", unicodedata.normalize("NFC", heading).casefold()).strip()


def guessed(headings: Sequence[str]) -> tuple[Column, ...]:
    """What columns with these headings are likely to hold, each but once; what nobody knows goes into the text."""
    found: list[Column] = []
    for heading in headings:
        column = meaning(heading)
        found.append(Column.MORE if column in ONCE and column in found else column)
    if Column.WHAT not in found and Column.MORE in found:
        found[found.index(Column.MORE)] = Column.WHAT
    return tuple(found)


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
    return [column for column in Column if not (is_udoever and column in incidents.NOT_OF_UDOEVER)]


def is_ours(headings: Sequence[str]) -> bool:
    """Whether this is the blank logskema, filled in: then nobody need say what its columns mean."""
    return [plain(heading) for heading in headings] == [plain(heading) for heading in BLANK_HEADINGS]


def titles(headings: Sequence[str], count: int) -> list[str]:
    """What to call each of `count` columns, where some have no heading."""
    named = [*headings, *[""] * (count - len(headings))]
    return [heading.strip() or f"Kolonne {number}" for number, heading in enumerate(named, 1)]
