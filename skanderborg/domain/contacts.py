"""Contacts: who can be rung, for whom and when; edited by an administrator, with every edition kept (D-18)."""

import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

import msgspec

from .. import clock, content
from ..content import ContactEntry
from ..content.directory import HELPED, digits, faults
from ..danish import hours as opening
from ..danish.words import folded
from ..errors import Invalid, NotFound
from ..kinds import CitizenRole, ContactGroup, ContactScope, EditionKind, EventKind
from ..policy import Action, Actor
from ..store.db import new_ref
from ..store.editions import Edition
from ..store.idempotency import creates
from . import days, editions, rules
from .verbs import reads, verb

KIND = EditionKind.CONTACT
CHECKED_EVERY_MONTHS = 6
ON_CALL = "social-on-call"  # the key of whom one rings while the offices are closed
LISTEN = "Hør efter, om du har ringet rigtigt, før du fortæller noget."
SHORTEST_NUMBER = 3  # digits that a search takes for the beginning of a number
TELEPHONE = re.compile(r"[+\d][\d\s().-]*")


class Group(NamedTuple):
    """A heading of the page of contacts, and who stands below it."""

    group: ContactGroup
    entries: list[ContactEntry]


class Opening(NamedTuple):
    """The opening hours in words, and whether it is open now."""

    words: str
    is_open: bool


class Checked(NamedTuple):
    """When somebody last rang and found it right, and whether that is too long ago."""

    words: str
    is_old: bool


# ── what is shown ───────────────────────────────────────────────────────────────────────────────────


def grouped(entries: Iterable[ContactEntry]) -> list[Group]:
    """The contacts under their headings, in the order of these; headings without anyone too."""
    found = list(entries)
    return [Group(group, [entry for entry in found if entry.group == group]) for group in ContactGroup]


def on_call_now() -> ContactEntry | None:
    """Whom of the municipality one can ring now that its offices are closed; None while they are open."""
    current, now = rules.current(), clock.now()
    is_open = clock.is_working_time(now, current.office_opens, current.office_closes)
    return None if is_open else content.contacts().get(ON_CALL)


def everyone() -> list[ContactEntry]:
    """Every contact in use."""
    return list(content.contacts().values())


def of_sparring() -> list[ContactEntry]:
    """Who gives professionals sparring; a number that is for everybody, 112, gives none."""
    return [one for one in everyone() if ContactScope.PROFESSIONALS in one.scope and not _is_for_everybody(one)]


def scope(entry: ContactEntry) -> str:
    """Whom the contact is for, in words; nothing of colleagues, whose heading says it."""
    if entry.municipality:
        return f"Kun for borgere i {entry.municipality}"
    labels = [one.label for one in ContactScope if one in entry.scope and one != ContactScope.STAFF]
    return "Til alle" if _is_for_everybody(entry) else " · ".join(labels)


def _is_for_everybody(entry: ContactEntry) -> bool:
    return {ContactScope.EXPOSED, ContactScope.PERPETRATOR} <= set(entry.scope)


def hours(entry: ContactEntry) -> Opening | None:
    """The opening hours and whether it is open now; None where no hours are known."""
    if not entry.hours:
        return None
    is_our_own = entry.group in (ContactGroup.STAFF, ContactGroup.DEPARTMENTS)
    return Opening(opening.words(entry.hours), opening.is_open(entry.hours, clock.now(), is_our_own))


def checked(entry: ContactEntry) -> Checked:
    """*Senest kontrolleret*, with a mark when it was never checked or six months ago."""
    if entry.verified_on is None:
        return Checked("Aldrig kontrolleret", True)
    is_old = clock.months_later(entry.verified_on, CHECKED_EVERY_MONTHS) <= clock.today()
    return Checked(f"Senest kontrolleret {clock.short_date_with_year(entry.verified_on)}", is_old)


def last_check(entries: Collection[ContactEntry]) -> str:
    """When somebody last rang the numbers of a sheet and found them right, from the oldest day to the newest."""
    days = sorted(entry.verified_on for entry in entries if entry.verified_on)
    never = len(entries) - len(days)
    if not days:
        return f"Numrene er aldrig kontrolleret. {LISTEN}"
    span = "–".join(dict.fromkeys(clock.numeric_date(day) for day in (days[0], days[-1])))
    return f"Numrene er kontrolleret {span}" + (f", men {never} af {len(entries)} aldrig. {LISTEN}" if never else ".")


def search(typed: str) -> list[ContactEntry]:
    """The contacts in which every typed word is found, or with the typed number, however it is spaced (D-18)."""
    number = digits(typed)
    if TELEPHONE.fullmatch(typed.strip()) and len(number) >= SHORTEST_NUMBER:
        return [entry for entry in everyone() if number in entry.phone]
    words = folded(typed)
    return [entry for entry in everyone() if words and all(_has(entry, word) for word in words)]


def _has(entry: ContactEntry, word: str) -> bool:
    said = (entry.name, entry.short, entry.unit, entry.note, entry.email, entry.web, scope(entry), entry.group.label)
    return any(other.startswith(word) for other in folded(" ".join(said)))


# ── administration ──────────────────────────────────────────────────────────────────────────────────


@reads(Action.CONTENT_MANAGE)
def get(actor: Actor, key: str) -> ContactEntry:
    """A contact in use, to be changed. Raises NotFound."""
    if key not in content.contacts():
        raise NotFound()
    return content.contacts()[key]


@reads(Action.CONTENT_MANAGE)
def out_of_use(actor: Actor) -> list[tuple[str, str]]:
    """Key and last name of the contacts that were taken out of use."""
    gone = (editions.numbers(KIND).keys() | content.file_contacts().keys()) - content.contacts().keys()
    return sorted(((key, content.contact_name(key)) for key in gone), key=lambda pair: pair[1].casefold())


def refuse_unknown(key: str) -> None:
    """Raise NotFound unless there is, or was, a contact of that key."""
    if not (key in content.contacts() or key in content.file_contacts() or editions.newest(KIND, key)):
        raise NotFound()


def history(actor: Actor, key: str) -> list[editions.Version]:
    """Every edition of a contact, the newest first."""
    return editions.history(actor, KIND, key, _in_file(key))


@creates(Edition)
@verb(Action.CONTENT_MANAGE)
def add(actor: Actor, typed: dict[str, Any]) -> Edition:
    """Add a contact. Raises Invalid, naming the field, for what cannot be right."""
    return _write(actor, _entry(new_ref(), typed), 0, EventKind.CONTACT_ADDED)


@verb(Action.CONTENT_MANAGE)
def change(actor: Actor, key: str, typed: dict[str, Any], seen: int) -> Edition:
    """Change a contact over the edition that was seen.

    Raises Invalid, naming the field, for what cannot be right or would leave a task of the workflow without whom it
    refers to; Conflict when someone was faster.
    """
    return _write(actor, _entry(key, typed), seen, EventKind.CONTACT_CHANGED)


@verb(Action.CONTENT_MANAGE)
def verify(actor: Actor, key: str, seen: int) -> Edition:
    """Say that the contact was rung today and found right."""
    entry = msgspec.structs.replace(get(actor, key), verified_on=clock.today())
    return _write(actor, entry, seen, EventKind.CONTACT_VERIFIED)


@verb(Action.CONTENT_MANAGE)
def retire(actor: Actor, key: str, seen: int) -> Edition:
    """Take a contact out of use; what was written of it stays readable. Raises Invalid while the workflow needs it."""
    for template in content.workflow().values():
        if template.organisation == key:
            raise Invalid(f"Opgaven «{template.title}» henviser til den. Ret nummeret eller navnet i stedet.")
    return editions.write(actor, KIND, key, None, seen, EventKind.CONTACT_RETIRED, _in_file(key))


@verb(Action.CONTENT_MANAGE)
def restore(actor: Actor, key: str, number: int, seen: int) -> Edition:
    """Let an earlier edition hold again, as a new one; also for a contact that is out of use."""
    entry = editions.entry_of(KIND, key, number, _in_file(key), ContactEntry)
    return _write(actor, entry, seen, EventKind.CONTACT_RESTORED)


def _write(actor: Actor, entry: ContactEntry, seen: int, action: EventKind) -> Edition:
    _refuse_odd(entry)
    _refuse_unfit(entry)
    _refuse_number_of_the_other(entry)
    return editions.write(actor, KIND, entry.key, editions.plain(entry), seen, action, _in_file(entry.key))


def _entry(key: str, typed: dict[str, Any]) -> ContactEntry:
    """What was typed as a contact, numbers without spaces; where it comes from is kept."""
    before = content.contacts().get(key)
    plain = {name: value for name, value in typed.items() if value is not None}
    plain["phone"] = digits(plain.get("phone", ""))
    plain["hours"] = tuple(line.strip() for line in plain.get("hours", "").splitlines() if line.strip())
    plain["scope"] = tuple(ContactScope(one) for one in plain.get("scope", ()))
    plain["group"] = ContactGroup(plain["group"])
    return ContactEntry(key=key, source=before.source if before else "", **{"name": "", **plain})


def _refuse_odd(entry: ContactEntry) -> None:
    for field, said in faults(entry):
        raise Invalid(said, field)
    days.refuse_future(entry.verified_on, "verified_on", "Skriv den dag, nummeret blev kontrolleret.")


def _refuse_unfit(entry: ContactEntry) -> None:
    """A task that stands for a referral needs somewhere to refer to, and for the right citizen."""
    for template in content.workflow().values():
        if template.organisation != entry.key:
            continue
        if not entry.refer:
            raise Invalid(f"Opgaven «{template.title}» henviser til den. Lad hakket stå.", "refer")
        needed = {role.value for role in template.roles if role != CitizenRole.UNKNOWN}
        if needed != HELPED & set(entry.scope):
            raise Invalid(f"Opgaven «{template.title}» henviser til den. Den skal være til de samme borgere.", "scope")


def _refuse_number_of_the_other(entry: ContactEntry) -> None:
    """One number is never given as the udsat's and as the udøver's, nor as another municipality's and as ours."""
    for other in everyone():
        if other.key == entry.key or not entry.phone or other.phone != entry.phone:
            continue
        if _sides(entry) and _sides(other) and not _sides(entry) & _sides(other):
            raise Invalid(f"Nummeret står ved «{other.name}» ({scope(other)}). Det kan ikke også stå her.", "phone")


def _sides(entry: ContactEntry) -> set[str]:
    return {one.value for one in entry.scope if one in HELPED or one == ContactScope.OTHER_MUNICIPALITY}


def _in_file(key: str) -> dict[str, Any] | None:
    entry = content.file_contacts().get(key)
    return editions.plain(entry) if entry else None
