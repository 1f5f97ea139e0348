"""Whether the log is what was written: every event, in its place, of every chain, up to the head of each (SEC-32).

One walk through all events in the order in which they were written compares them with the heads, the counts and the
anchors. What is found is named: the chain, the number, and what is wrong with it.
"""

import heapq
import hmac
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import peewee

from ..kinds import EventKind
from . import anchors, checkpoints, events, heads, keys
from .anchors import Anchor
from .checkpoints import Checkpoint, KeptEnd
from .db import begin
from .earlier import as_there
from .events import Event
from .heads import ChainHead, End, LogCount
from .keys import DataKey

ERASED = EventKind.LOG_ERASED  # by an event of this name, about the event whose text was erased
RESTORED = EventKind.LOG_RESTORED  # by one of this, about the anchors whose log was lost, as «5-9»
BACK = timedelta(minutes=5)  # a clock that was put back by more than this is told of


class Fault(NamedTuple):
    """Something that nobody wrote, or that is gone: in which chain, at which event."""

    what: str
    chain: str = ""
    number: int | None = None
    event: str | None = None
    row: str | None = None  # as «relation:<ref>»


class Cut(NamedTuple):
    """The log at one moment: the last event, the heads, the counts and the anchors."""

    last_event: int
    heads: dict[str, ChainHead]
    counts: dict[str, LogCount | None]
    anchors: list[Anchor]


@dataclass
class Walk:
    """What a walk through the events has found so far. `ends` is where each chain ended when the walk was there."""

    ends: dict[str, End] = field(default_factory=dict)
    at: dict[str, datetime] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    without_text: dict[str, Event] = field(default_factory=dict)  # by ref: events whose text is gone
    erased: set[str] = field(default_factory=set)  # refs of those of which an event says so
    unanchored: list[Anchor] = field(default_factory=list)
    lost: set[int] = field(default_factory=set)  # numbers of anchors of which an event says that their log is lost


def cut() -> Cut:
    """The log as it is now, between two writes."""
    with begin():
        heads.hold()
        return as_read()


def as_read() -> Cut:
    """The log as it is read, where no write comes in between."""
    counts = {name: heads.count_of(name) for name in (heads.CHAINS, heads.ANCHORS)}
    return Cut(last_event(), heads.every(), counts, anchors.every())


def last_event() -> int:
    """The highest id of an event; 0 of an empty log."""
    return Event.select(peewee.fn.MAX(Event.id)).scalar() or 0


def had_heads() -> bool:
    """Whether the log was written to since chains have heads: none of its events is without its form then."""
    return bool(Event.select().where(Event.form.is_null(False)).exists())


def walk(here: Cut) -> Walk:
    """Go through all events up to there, compare them with heads, counts and anchors, and write down what is wrong: of
    each chain the first event that is not what it was. For those that were pruned their checkpoints stand; where more
    were pruned meanwhile, it begins again."""
    while True:
        before = checkpoints.every()
        found = _walk(here, before)
        if checkpoints.numbers() == {chain: one.number for chain, one in before.items()}:
            return found


def _walk(here: Cut, pruned: dict[str, Checkpoint]) -> Walk:
    found = Walk()
    due = deque(sorted(here.anchors, key=lambda anchor: (anchor.last_event, anchor.number)))
    kept = checkpoints.in_order(end for one in pruned.values() for end in checkpoints.ends_of(one))
    there = events.in_pages(as_there(Event).where(Event.id <= here.last_event), Event.id)
    for event in heapq.merge(kept, there, key=lambda one: one.id):
        while due and due[0].last_event < event.id:
            _compare_anchor(due.popleft(), found)
        if isinstance(event, KeptEnd):
            found.ends[event.chain] = event.end
        else:
            _pass(event, found)
    for anchor in due:
        _compare_anchor(anchor, found)
    found.faults += [
        Fault("Ændringernes tekst er slettet, og ingen hændelse fortæller hvorfor.", event.chain, event.number, ref)
        for ref, event in found.without_text.items()
        if ref not in found.erased
    ]
    found.faults += [Fault("Kontrolpunktet er ændret.", chain) for chain, one in pruned.items()
                     if not checkpoints.is_genuine(one)]  # fmt: skip
    found.faults += [*_unlike_heads(found.ends, here.heads), *_unlike_counts(here), *_unlike_anchors(found)]
    return found


# ── an event ────────────────────────────────────────────────────────────────────────────────────────


def _pass(event: Event, found: Walk) -> None:
    before = found.ends.get(event.chain, End(0, ""))
    what = _wrong_with(event, before)
    if what and not any(fault.chain == event.chain for fault in found.faults):
        found.faults.append(Fault(what, event.chain, event.number, event.ref))
    if event.form is not None and event.changes_hash is not None and event.__data__["changes"] is None:
        found.without_text[event.ref] = event
    if event.action == ERASED:
        found.erased.add(event.object_ref)
    if event.action == RESTORED:
        first, _, last = event.object_ref.partition("-")
        found.lost |= set(range(int(first), int(last) + 1)) if last else set()
    last = found.at.get(event.chain)
    if last and event.at < last - BACK:
        found.gaps.append(f"{event.chain}: uret gik tilbage fra {last:%Y-%m-%d %H:%M} til {event.at:%Y-%m-%d %H:%M}")
    found.ends[event.chain], found.at[event.chain] = End(event.number, event.mac), event.at


def _wrong_with(event: Event, before: End) -> str | None:
    if event.number > before.number + 1:
        first, last = before.number + 1, event.number - 1
        return f"Hændelse {first} mangler." if first == last else f"Hændelse {first} til {last} mangler."
    if event.number != before.number + 1:
        return "Hændelsen står ikke på sin plads."
    sealed = event.__data__["changes"]
    if event.form is None and (event.changes_hash, event.wrote, event.os_user) != (None, None, None):
        return "Hændelsen er ændret."
    if event.form is not None and sealed is not None and events.hash_of(bytes(sealed)) != event.changes_hash:
        return "Hændelsens tekst er skiftet ud."
    if _is_signed(event, before, keys.audit_keys(event.at)):
        return None
    if _is_signed(event, before, keys.audit_keys()):
        return "Hændelsen er skrevet med en nøgle fra en anden tid: uret stod forkert, eller nøglen er i andres hænder."
    return "Hændelsen er ændret."


def _is_signed(event: Event, before: End, with_one_of: Iterable[bytes]) -> bool:
    return any(hmac.compare_digest(event.mac, events.mac_of(before.mac, event.__data__, key)) for key in with_one_of)


# ── heads, counts, anchors ──────────────────────────────────────────────────────────────────────────


def _unlike_heads(ends: dict[str, End], known: dict[str, ChainHead]) -> Iterator[Fault]:
    for chain in sorted(ends.keys() | known.keys()):
        head, end = known.get(chain), ends.get(chain, End(0, ""))
        if head is None:
            yield Fault("Kædens hoved mangler.", chain)
        elif not heads.is_genuine(head):
            yield Fault("Kædens hoved er ændret.", chain, head.number)
        elif end.number < head.number:
            first = end.number + 1
            which = f"hændelse {first}" if first == head.number else f"hændelse {first} til {head.number}"
            yield Fault(f"Kæden er skåret af: {which} mangler.", chain, head.number)
        elif end != End(head.number, head.mac):
            yield Fault("Kæden ender ikke, hvor dens hoved siger.", chain, head.number)


def _unlike_counts(here: Cut) -> Iterator[Fault]:
    for name, danish, there in (
        (heads.CHAINS, "kæder", len(here.heads)),
        (heads.ANCHORS, "ankre", len(here.anchors)),
    ):
        row = here.counts[name]
        if row is None:
            if there:
                yield Fault(f"Tallet på {danish} mangler.")
        elif row.number == heads.NOT_TAKEN_OVER:
            yield Fault("Loggen er ikke gjort klar efter opgraderingen. Kør `flask init`.")
        elif not heads.is_genuine(row):
            yield Fault(f"Tallet på {danish} er ændret.")
        elif row.number != there:
            yield Fault(f"Der skal være {row.number} {danish}, og der er {there}.")
            if name == heads.CHAINS:
                yield from _cases_without_chain(here)


def _cases_without_chain(here: Cut) -> Iterator[Fault]:
    """A case has a chain from its first moment, as it has a key."""
    scopes = DataKey.select(DataKey.scope).where(DataKey.scope.startswith("case:")).order_by(DataKey.scope)
    for (scope,) in scopes.tuples():
        if scope not in here.heads:
            yield Fault("Sagens kæde mangler.", scope)


def _compare_anchor(anchor: Anchor, found: Walk) -> None:
    if not anchors.holds(anchor, found.ends):
        found.unanchored.append(anchor)


def _unlike_anchors(found: Walk) -> Iterator[Fault]:
    """An event that is gone from the past is missing at every anchor since: only the first is named. What was lost when
    a backup was put back is told of as a gap."""
    if found.lost:
        first, last = min(found.lost), max(found.lost)
        found.gaps.append(f"Det, anker {first} til {last} dækkede, gik tabt, da en sikkerhedskopi blev lagt tilbage.")
    for anchor in [anchor for anchor in found.unanchored if anchor.number not in found.lost][:1]:
        yield Fault(f"Fra anker {anchor.number} ({anchor.at:%Y-%m-%d}) er loggen ikke den, der blev forankret.")


def numbers_missing(known: Iterable[Anchor]) -> Iterator[Fault]:
    """Anchors that must have been there."""
    for place, anchor in enumerate(sorted(known, key=lambda anchor: anchor.number), 1):
        if anchor.number != place:
            yield Fault(f"Anker {place} mangler.")
            return
