"""The log of incidents (logskema): one row for each act or series of acts, so that a pattern shows (D-09; S2-25..30).

Append-only. What a row may hold is said here; corrections.py corrects and strikes out, pages/log.py lists.
"""

import json
from datetime import date, time
from functools import cache
from itertools import count, islice
from typing import Any, NamedTuple

import peewee

from ... import clock, content, policy
from ...content.incident_types import OTHER
from ...errors import Invalid
from ...kinds import Answer, CitizenRole, EventKind, IncidentKind, IncidentSource, IncidentStatus, Reaction
from ...policy import Action
from ...store import events, keys
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.incidents import Incident
from ...store.people import Person
from .. import days
from ..tasks import safety
from ..verbs import reads, work
from ..written import insert_by
from . import told
from .logged import Logged

EARLIEST = date(1950, 1, 1)
MOST_CONTACTS = 100_000
ALIKE_AT_ONCE = 20  # rows alike that one query looks for
LONGEST_WHAT = 10_000
MOST_TYPES = 12
NOT_SAID = (None, "", False, Answer.UNKNOWN)
WHY_ANSWERED = "Skriv, hvorfor borgeren svarede. Et enkelt svar ændrer ikke i sig selv vurderingen."
NO_TYPE = "Vælg mindst én type. «Andet» er også et svar."
WHAT_OTHER = "Du har valgt «Andet». Skriv, hvad det var."
ALONE = "Skriv underretningen eller anmeldelsen for sig selv: den er ikke en kontakt."
OWN_ACTS = (IncidentKind.REFUSAL, IncidentKind.ANSWER)
# would tell of the exposed person in a case about an udøver (D-14)
NOT_OF_UDOEVER = frozenset(
    """
    kind place sender witness witness_contact reaction reaction_reason fear children_present
""".split()
)


class Account(NamedTuple):
    """What a row of the log says. `types` and `channel` are ids of config/incidents.toml; times are the wall's;
    `is_second_hour` says which 02.30 is meant as summer time ends, None where it is not known or there is one only."""

    kind: IncidentKind
    from_on: date
    to_on: date | None = None
    at_time: time | None = None
    is_second_hour: bool | None = None
    types: tuple[str, ...] = ()
    type_text: str | None = None
    contact_count: int = 1
    what: str | None = None
    place: str | None = None
    channel: str | None = None
    sender: str | None = None
    witness: str | None = None
    witness_contact: str | None = None
    evidence: str | None = None
    reaction: Reaction = Reaction.UNKNOWN
    reaction_reason: str | None = None
    fear: int | None = None
    children_present: Answer = Answer.UNKNOWN
    reported: Answer = Answer.UNKNOWN
    journal_number: str | None = None
    source: IncidentSource = IncidentSource.CITIZEN
    is_withheld: bool = False
    is_danger: bool = False


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def one(actor: Person, case: Case, ref: str) -> Incident:
    """One row of a case that the actor has loaded. Raises NotFound for one of another case, or not yet imported."""
    return policy.part_of(case, Incident, ref, in_log())


def in_log() -> peewee.Expression:
    """The condition that a row stands in the log, counting or struck out: not one under import or undone."""
    return Incident.status.in_((IncidentStatus.LIVE, IncidentStatus.STRUCK))


def counts() -> peewee.Expression:
    """The condition that a row counts: in patterns, sums and what is handed over."""
    return Incident.status == IncidentStatus.LIVE


def nothing_said(on: date) -> Account:
    """An incident of which only the day is told."""
    return Account(IncidentKind.INCIDENT, on)


def account_of(row: Incident) -> Account:
    """What a stored row says."""
    values = {name: getattr(row, name) for name in Account._fields}
    return Account(**values | {
        "kind": row.kind, "types": tuple(row.types.split()), "reaction": row.reaction,
        "at_time": time.fromisoformat(row.at_time) if row.at_time else None, "source": row.source,
        "children_present": row.children_present, "reported": row.reported,
    })  # fmt: skip


def type_labels(row: Incident) -> list[str]:
    """What the types of a row are called on the screen; «Andet» with what it was, other words of the row's own last."""
    return with_words(listed_types(row), OTHER in row.types.split(), row.type_text)


def listed_types(row: Incident) -> list[str]:
    """The same by the words of our list alone, which accuse nobody (D-15)."""
    labels = labels_of("types")
    return [labels.get(name, name) for name in row.types.split()]


def with_words(labels: list[str], has_other: bool, words: str | None) -> list[str]:
    """The labels of types with the words that were typed beside them: «Andet: …» where that was chosen."""
    if not words:
        return labels
    other = labels_of("types")[OTHER]
    return [f"{label}: {words}" if label == other else label for label in labels] if has_other else [*labels, words]


def channel_label(row: Incident) -> str:
    """What the channel of a row is called on the screen; nothing where it is not known."""
    return labels_of("channel").get(row.channel, row.channel or "")


def labels_of(column: str) -> dict[str, str]:
    """What the ids of types, or of channels, are called on the screen."""
    listed = content.incidents()
    return {one.id: one.label for one in (listed.type if column == "types" else listed.channel)}


def types_to_find() -> dict[str, str]:
    """The types by which rows are looked for, each label once: with a retired one all that are called the same."""
    listed = content.incidents().type
    chosen = {one.label: one.id for one in sorted(listed, key=lambda one: not one.retired)}
    return {chosen[label]: label for label in dict.fromkeys(one.label for one in listed)}


def alike(name: str) -> list[str]:
    """The ids of types that are called the same as one: what rows of former years hold is found with it."""
    labels = labels_of("types")
    return [one for one, label in labels.items() if label == labels.get(name)] or [name]


def may_be_danger(row: Incident | Logged) -> bool:
    """Whether a row tells of what often is a danger sign, and nobody has said that it is: then a person is asked."""
    return not row.is_danger and row.status == IncidentStatus.LIVE and not _dangers().isdisjoint(row.types.split())


def _dangers() -> set[str]:
    return {one.id for one in content.incidents().type if one.danger}


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(Incident)
@work(Action.INCIDENT_RECORD)
def record(actor: Person, case: Case, said: Account) -> Incident:
    """Write a row of the log, with the next number; a danger sign makes the case acute (D-02).

    Raises Invalid, naming the field, as `check` and `refuse_unasked` do, and on a closed case.
    """
    check(said)
    refuse_unasked(case, said, nothing_said(said.from_on))
    row = write(actor, case, said, number=next_number(case), fingerprint=_next_fingerprint(case, said))
    changes = {name: [None, value] for name, value in columns_of(said).items() if value not in NOT_SAID}
    events.record(actor, EventKind.INCIDENT_RECORDED, row, changes=changes)
    if row.is_danger:
        raise_alarm(actor, case, row)
    return row


def raise_alarm(actor: Person, case: Case, row: Incident) -> None:
    """Let a danger sign in the log make the case acute: safety is assessed today, and those who must know are told
    (D-02). It scores nothing. Inside the caller's transaction."""
    about = ", ".join(type_labels(row)) or row.kind.label
    safety.assess_again(actor, case.ref, f"Faresignal i loggen, nr. {row.number}: {about}")
    case.is_acute = True  # the answer shows the case that was loaded before


def write(actor: Person, case: Case, said: Account, number: int, **more: Any) -> Incident:
    """Insert a row that was checked, inside the caller's transaction; `more` are columns beside what it says."""
    values = columns_of(said) | {"status": IncidentStatus.LIVE, "fingerprint": fingerprint(case, said)} | more
    return insert_by(actor, Incident, case, number=number, **values)


def columns_of(said: Account) -> dict[str, Any]:
    """What a row says, as its columns hold it."""
    at_time = said.at_time.strftime("%H:%M") if said.at_time else None
    return said._asdict() | {"types": f" {' '.join(said.types)} ", "at_time": at_time}


def next_number(case: Case) -> int:
    """The number that the next row of the case gets; inside a transaction, which holds the case's chain."""
    highest = Incident.select(peewee.fn.MAX(Incident.number)).where(Incident.case == case.ref).scalar()
    return (highest or 0) + 1


def fingerprint(case: Case, said: Account, repeated: int = 0) -> str:
    """A keyed hash by which the same row is known again in another import: of the case, when, what and from whom.

    `repeated` tells apart rows that are alike within one file: 0 for the first, then 1.
    """
    columns = columns_of(said)
    names = ("kind", "from_on", "to_on", "at_time", "types", "contact_count", "what", "place", "channel", "sender")
    plain = json.dumps([case.ref, *(columns[name] or None for name in names), repeated], default=str)
    return keys.hidden(plain)


def fingerprints(case: Case) -> peewee.ModelSelect:
    """Those of the rows that stand in the log, struck or not, or are on their way; not of an undone import."""
    is_there = in_log() | (Incident.status == IncidentStatus.PENDING)
    return Incident.select(Incident.fingerprint).where(Incident.case == case.ref, is_there)


def _next_fingerprint(case: Case, said: Account) -> str:
    """The first of a row's fingerprints that no row has which stands in the log or is on its way: two alike that were
    written by hand are then known as two in a file."""
    alike = (fingerprint(case, said, repeated) for repeated in count())
    while True:
        some = list(islice(alike, ALIKE_AT_ONCE))
        taken = {one for (one,) in fingerprints(case).where(Incident.fingerprint.in_(some)).tuples()}
        if free := [one for one in some if one not in taken]:
            return free[0]


def check(said: Account) -> None:
    """Raise Invalid, naming the field, for what cannot have been so: a day to come, an end before the beginning, a time
    that no clock showed, contacts on a row that is none, and a row that says nothing."""
    _check_when(said)
    _check_count(said)
    _check_types(said)
    _check_words(said)


def _check_when(said: Account) -> None:
    for field, day in (("from_on", said.from_on), ("to_on", said.to_on)):
        days.refuse_future(day, field, "Skriv den dag, det skete.")
        if day and day < EARLIEST:
            raise Invalid("Datoen ligger meget langt tilbage. Kontrollér årstallet.", field)
    if said.to_on and said.to_on < said.from_on:
        raise Invalid("Perioden slutter, før den begynder. Ret en af datoerne.", "to_on")
    if said.at_time is None:
        return
    try:
        began = clock.instant(said.from_on, said.at_time)
    except clock.NoSuchTime as error:
        raise Invalid(str(error), "at_time") from None
    if began > clock.now():
        raise Invalid("Klokkeslættet ligger i fremtiden. Skriv, hvornår det skete.", "at_time")


def _check_count(said: Account) -> None:
    if said.kind in OWN_ACTS and said.contact_count:
        raise Invalid("En afvisning eller et svar er borgerens egen handling og er ingen kontakt.", "contact_count")
    if told.is_told(said.types):
        if said.contact_count:
            raise Invalid("Det, borgeren fortæller om, er ikke en kontakt. Skriv 0.", "contact_count")
    elif said.kind == IncidentKind.INCIDENT and not 1 <= said.contact_count <= MOST_CONTACTS:
        raise Invalid(f"Skriv, hvor mange gange: et helt tal fra 1 til {MOST_CONTACTS}.", "contact_count")
    if said.fear is not None and not 0 <= said.fear <= 10:
        raise Invalid("Skriv et tal fra 0 til 10.", "fear")


def _check_types(said: Account) -> None:
    if said.kind == IncidentKind.INCIDENT and not said.types:
        raise Invalid(NO_TYPE, "types")
    if not _known_types().issuperset(said.types) or len(said.types) > MOST_TYPES:
        raise Invalid(f"Vælg typer på listen, højst {MOST_TYPES}.", "types")
    if not told.types().isdisjoint(said.types) and not told.is_told(said.types):
        raise Invalid(ALONE, "types")
    if said.channel and said.channel not in _known_channels():
        raise Invalid("Vælg en kanal på listen.", "channel")


@cache
def _known_types() -> frozenset[str]:
    return frozenset(one.id for one in content.incidents().type)


@cache
def _known_channels() -> frozenset[str]:
    return frozenset(one.id for one in content.incidents().channel)


def _check_words(said: Account) -> None:
    if OTHER in said.types and not said.type_text:
        raise Invalid(WHAT_OTHER, "type_text")
    if not said.what:
        raise Invalid("Skriv kort, hvad der skete.", "what")
    if len(said.what) > LONGEST_WHAT:
        raise Invalid(f"Teksten er for lang: højst {LONGEST_WHAT} tegn.", "what")
    if said.kind == IncidentKind.ANSWER and not said.reaction_reason:
        raise Invalid(WHY_ANSWERED, "reaction_reason")


def refuse_unasked(case: Case, said: Account, before: Account) -> None:
    """Raise Invalid, naming the field, for what is never asked nor kept in a case about an udøver; what the row said
    `before`, when the case was about someone else, stays (D-14)."""
    if case.citizen_role != CitizenRole.PERPETRATOR:
        return
    unasked = [
        name for name in Account._fields if name in NOT_OF_UDOEVER and getattr(said, name) != getattr(before, name)
    ]
    if unasked:
        raise Invalid(
            "Sagen handler om den, der udøver stalking. Skriv ikke her, hvad der er den udsattes.", unasked[0]
        )
