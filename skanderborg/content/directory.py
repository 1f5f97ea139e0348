"""What a contact is, and what one must look like: the same for config/contacts.toml and for what is typed on a page."""

import re
from collections.abc import Iterator
from datetime import date

from ..danish import hours
from ..kinds import ContactGroup, ContactScope
from .strict import Strict

# Danish numbers: eight digits, or a short number such as 112, 1888 or 116 006.
PHONE = re.compile(r"11\d|1[2-9]\d\d|118\d\d|116\d{3}|[2-9]\d{7}")
PHONE_HINT = "Skriv et dansk nummer på otte cifre, fx 25 17 73 74, eller et kort nummer som 112 eller 1888."
NUMBER_IN_TEXT = re.compile(r"(?:\d[\s.-]?){7}\d")
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+")
WEB = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:/\S*)?")
SHAPES = (
    ("phone", PHONE, PHONE_HINT),
    ("email", EMAIL, "Skriv en mailadresse, fx navn@kommune.dk."),
    ("web", WEB, "Skriv adressen uden https://, fx danskstalkingcenter.dk."),
)
HELPED = {ContactScope.EXPOSED, ContactScope.PERPETRATOR}


class ContactEntry(Strict, frozen=True):
    """An organisation, resource person or department. `hours`: as `hours.parse` reads them; `refer`: a citizen can
    be referred there; `municipality`: whose citizens alone it is for."""

    key: str
    name: str
    scope: tuple[ContactScope, ...]
    group: ContactGroup
    phone: str = ""
    email: str = ""
    web: str = ""
    short: str = ""
    unit: str = ""
    hours: tuple[str, ...] = ()
    note: str = ""
    municipality: str = ""
    verified_on: date | None = None
    refer: bool = False
    source: str = ""


def digits(typed: str) -> str:
    """A number as it is kept and compared: «+45 25 17 73 74» and «2517 7374» are both 25177374."""
    only = re.sub(r"[\s.()/-]", "", typed)
    for code in ("+45", "0045"):
        only = only.removeprefix(code)
    return only[2:] if re.fullmatch(r"45\d{8}", only) else only


def faults(entry: ContactEntry) -> Iterator[tuple[str, str]]:
    """What is wrong with a contact: the field, and what to do about it."""
    yield from _odd_fields(entry)
    yield from _odd_scope(entry)


def _odd_fields(entry: ContactEntry) -> Iterator[tuple[str, str]]:
    if not entry.name:
        yield "name", "Skriv navnet."
    for field, shape, said in SHAPES:
        if getattr(entry, field) and not shape.fullmatch(getattr(entry, field)):
            yield field, said
    for field in ("name", "unit", "note"):
        if NUMBER_IN_TEXT.search(getattr(entry, field)):
            yield field, "Skriv telefonnummeret i feltet Telefon, så det kan ringes op."
    if not (entry.phone or entry.email or entry.web or entry.note):
        yield (
            "phone",
            "Skriv et nummer, en mail eller en hjemmeside, eller skriv i bemærkningen, hvordan man får fat i dem.",
        )
    yield from _odd_hours(entry)


def _odd_hours(entry: ContactEntry) -> Iterator[tuple[str, str]]:
    for line in entry.hours:
        try:
            hours.parse(line)
        except ValueError as error:
            yield "hours", f"«{line}»: {error}"


def _odd_scope(entry: ContactEntry) -> Iterator[tuple[str, str]]:
    scope = set(entry.scope)
    if not scope:
        yield "scope", "Vælg, hvem kontakten er til."
    if ContactScope.OTHER_MUNICIPALITY in scope:
        if len(scope) > 1 or entry.refer:
            yield "scope", "En kontakt for en anden kommunes borgere kan ikke også være for vores egne."
        if not entry.municipality:
            yield "municipality", "Skriv, hvilken kommunes borgere kontakten er til."
    elif entry.municipality:
        yield "municipality", "Vælg «Kun for borgere i en anden kommune», eller slet kommunen."
    if (ContactScope.OTHER_MUNICIPALITY in scope) != (entry.group == ContactGroup.MUNICIPALITIES):
        yield "group", "«Andre kommuner» er til kontakter for en anden kommunes borgere, og kun til dem."
    if entry.refer and not scope & HELPED:
        yield "refer", "Man kan kun henvise til en kontakt, der er til udsatte eller udøvere."
