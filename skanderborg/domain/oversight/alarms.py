"""Alarms: a tick reads what was looked at and refused since it last did, once for everyone, and owes the auditors a
letter of what is out of the ordinary. Each is told once a window; running it twice, or late, tells nothing twice.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

import peewee

from ... import clock, policy
from ...kinds import OversightKind
from ...store.events import Event
from ...store.outbox import Tick, note_tick
from ...store.work import Meeting, Request, Task
from .. import rules
from . import items
from .items import Noticed, Told

WATCH = "oversight"
LONGEST_BEHIND = timedelta(days=7)  # a worker that stood still for longer reads no further back
A_DAY, A_NIGHT = timedelta(days=1), timedelta(hours=12)


class Look(NamedTuple):
    """Something of the log: its ref, by whom, when, the case that was opened, whether it was refused, and whether that
    was because of a spærring."""

    ref: str
    person: str
    at: datetime
    case: str | None
    is_denied: bool
    is_walled: bool


class Threshold(NamedTuple):
    """So many different ones of what counts, by one person, within a window, are an alarm."""

    kind: OversightKind
    counts: Callable[[Look], bool]
    what: Callable[[Look], str | None]
    limit: int
    window: timedelta


def find(now: datetime) -> int:
    """Find what is an alarm by `now` and owe its letters; how many were new. A fixed few queries, however many people
    and events there are."""
    last = Tick.select(Tick.at).where(Tick.name == WATCH).scalar() or now - A_DAY
    begins = min(max(last, now - LONGEST_BEHIND), now)
    since = begins - timedelta(minutes=rules.current().alarm_window_minutes)
    if _is_night(begins):
        since = min(since, _fell(begins))
    found = list(_alarms(_looks(since, now), _rules(), items.told_until(since - A_DAY)))
    count = items.tell(found, now) if found else 0
    note_tick(WATCH, now, count)
    return count


def _rules() -> tuple[Threshold, ...]:
    limits = rules.current()
    window = timedelta(minutes=limits.alarm_window_minutes)
    return (
        Threshold(OversightKind.DENIALS, lambda look: look.is_denied, _each, limits.alarm_denials, window),
        Threshold(OversightKind.CASES, _is_of_case, lambda look: look.case, limits.alarm_cases, window),
        Threshold(OversightKind.NIGHT, lambda look: _is_of_case(look) and _is_night(look.at), _each,
             limits.alarm_night_looks, A_NIGHT),
        Threshold(OversightKind.WALL, lambda look: look.is_walled, _each, limits.alarm_wall_hits, A_DAY),
    )  # fmt: skip


def _each(look: Look) -> str:
    return look.ref


def _is_of_case(look: Look) -> bool:
    return look.case is not None


def _is_night(at: datetime) -> bool:
    wall, limits = clock.local(at).time(), rules.current()
    begins, ends = limits.alarm_night_from, limits.alarm_night_to
    return begins <= wall or wall < ends if begins > ends else begins <= wall < ends


def _fell(at: datetime) -> datetime:
    """When the night began that it is."""
    wall, begins = clock.local(at), rules.current().alarm_night_from
    day = wall.date() if wall.time() >= begins else wall.date() - A_DAY
    return clock.next_valid_instant(day, begins)


# ── the log, once for everyone ──────────────────────────────────────────────────────────────────────


def _looks(since: datetime, now: datetime) -> Iterator[Look]:
    """What people were shown and refused, in order: by the index `event_at`, whatever the log holds."""
    rows = (
        Event.select(Event.ref, Event.actor, Event.at, Event.chain, Event.object_kind, Event.object_ref, Event.outcome,
                     _walled())
        .where(Event.at > since, Event.at <= now, Event.is_write == False, Event.actor.is_null(False))  # noqa: E712
        .order_by(Event.at, Event.id)
    )  # fmt: skip
    for ref, person, at, chain, kind, about, outcome, is_walled in rows.tuples().iterator():
        is_denied = outcome == "denied"
        case = chain[5:] if chain.startswith("case:") else about if kind == "case" else None
        yield Look(ref, person, at, None if is_denied else case, is_denied, bool(is_walled))


def _walled() -> peewee.Node:
    """Whether what was refused is of a case that is closed to who asked: the case itself, or a part of it."""
    parts = [part.select(part.case).where(part.ref == Event.object_ref) for part in (Task, Request, Meeting)]
    case = peewee.fn.COALESCE(*parts, Event.object_ref)
    return peewee.Case(None, [((Event.outcome == "denied") & policy.is_excluded(Event.actor, case), 1)], 0)


# ── what is out of the ordinary ─────────────────────────────────────────────────────────────────────


def _alarms(looks: Iterable[Look], every: tuple[Threshold, ...], told: Told) -> Iterator[Noticed]:
    recent: dict[tuple[OversightKind, str], deque[Look]] = {}
    for look in looks:
        for rule in every:
            name = (rule.kind, look.person)
            if not rule.counts(look) or (name in told and look.at <= told[name] + rule.window):
                continue
            held = recent.setdefault(name, deque())
            held.append(look)
            while held[0].at < look.at - rule.window:
                held.popleft()
            count = len({rule.what(one) for one in held})
            if count >= rule.limit:
                yield Noticed(rule.kind, look.person, held[0].at, look.at, count)
                told[name] = look.at
                held.clear()
