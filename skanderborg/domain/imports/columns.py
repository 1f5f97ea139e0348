"""What the columns of somebody's own log mean: guessed from their headings, and decided by a person.

Skytsengel's and other exports differ and change, so that nothing is promised of any: what is not known goes into the
text, and nothing is lost by itself.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

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

HEADINGS = {  # as people and apps head them; small letters, without signs
    Column.SKIP: ("nr", "nummer", "id", "lbnr", "løbenr", "løbenummer", "række", "fejl", "no", "index"),
    Column.MOMENT: ("dato", "tidspunkt", "dato og tid", "dato og klokkeslæt", "dato tid", "datotid", "hvornår", "fra",
                    "fra dato", "startdato", "start", "date", "date time", "datetime", "timestamp", "sendt", "modtaget",
                    "oprettet", "hvornår skete det", "dag", "når"),
    Column.TO_ON: ("til dato", "til", "slutdato", "slut", "til og med", "end date"),
    Column.AT_TIME: ("klokkeslæt", "klokken", "kl", "tid", "time", "klokkeslet"),
    Column.TYPES: ("type", "hændelsestype", "form", "hændelse", "art", "kategori", "hvilken form", "category",
                   "type hændelse", "type af hændelse", "kontaktform"),
    Column.TYPE_TEXT: ("anden type", "andet"),
    Column.CONTACT_COUNT: ("antal", "hvor mange", "hvor mange gange", "gange", "count", "antal gange"),
    Column.WHAT: ("hvad skete der", "beskrivelse", "hændelsesbeskrivelse", "tekst", "besked", "indhold", "notat",
                  "note", "hvad", "message", "text", "body", "description", "beskriv hændelsen",
                  "hændelsesforløb", "forløb"),
    Column.MORE: ("bemærkning", "bemærkninger", "kommentar", "titel", "emne", "overskrift"),
    Column.PLACE: ("hvor", "sted", "hvor skete det", "lokation", "adresse", "position", "location", "gps"),
    Column.CHANNEL: ("kanal", "medie", "app", "platform", "channel", "hvordan"),
    Column.SENDER: ("afsender", "afsender nummer adresse profil", "fra hvem", "telefonnummer", "number", "sender",
                    "profil", "from", "address", "kontakt", "navn"),
    Column.WITNESS: ("vidner", "vidne", "evt vidner", "witness"),
    Column.WITNESS_CONTACT: ("vidners kontaktoplysninger", "vidnets kontaktoplysninger", "vidne kontakt"),
    Column.EVIDENCE: ("bevis", "beviser", "dokumentation", "bilag", "vedhæftet", "evidence", "attachment", "fil"),
    Column.REACTION: ("reaktion", "din reaktion", "min reaktion", "borgerens reaktion", "handling"),
    Column.REACTION_REASON: ("hvorfor", "hvorfor svarede du", "årsag", "begrundelse"),
    Column.FEAR: ("frygt", "frygt 0 10", "oplevet frygt", "oplevet frygt 0 10", "utryghed"),
    Column.CHILDREN_PRESENT: ("børn til stede", "børn", "var børn til stede"),
    Column.REPORTED: ("anmeldt", "anmeldt til politiet", "politianmeldt", "politi"),
    Column.JOURNAL_NUMBER: ("journalnummer", "journalnr", "j nr", "jnr", "sagsnummer"),
    Column.IS_WITHHELD: ("må ikke udleveres", "må ikke videregives", "hemmelig"),
}  # fmt: skip
MEANING = {heading: column for column, headings in HEADINGS.items() for heading in headings}
ONCE = frozenset(Column) - {Column.SKIP, Column.MORE}


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
    if heading in MEANING:
        return MEANING[heading]
    padded = f" {heading} "
    inside = [known for known in MEANING if len(known) > 2 and f" {known} " in padded]
    return MEANING[max(inside, key=len)] if inside else Column.MORE


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
