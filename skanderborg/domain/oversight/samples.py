"""Samples: once a month looks of the month before are drawn by lot, for the auditor to judge.

Nobody can foresee which: what decides is an HMAC under the audit key, which lies outside the database. Whoever has the
key can draw them again, and see that nobody chose.
"""

import heapq
from datetime import date, datetime, time

import peewee

from ... import clock
from ...addresses import Place
from ...kinds import LetterKind, OversightKind
from ...mail import outbox
from ...store import keys
from ...store.db import transaction
from ...store.events import Event
from ...store.outbox import Tick, note_tick
from .. import breaches, rules
from . import items
from .items import Noticed

DRAWN = "samples"


def draw(now: datetime) -> int:
    """Draw the samples of the month before `now`, once, and owe the auditors a letter; how many. A tick: running it
    twice, or in several workers at once, draws the same ones."""
    month = clock.today(now).replace(day=1)
    last = Tick.select(Tick.at).where(Tick.name == DRAWN).scalar()
    if last is not None and clock.today(last) >= month:
        return 0
    count = _draw(clock.months_later(month, -1), month, now)
    note_tick(DRAWN, now, count)
    return count


def _draw(first: date, after: date, now: datetime) -> int:
    looks = _looks(first, after).select(Event.ref).tuples().iterator()
    refs = heapq.nsmallest(rules.current().samples_a_month, (ref for (ref,) in looks), key=_lot)
    drawn = list(Event.select(Event.ref, Event.actor, Event.at).where(Event.ref.in_(refs))) if refs else []
    return _keep([Noticed(OversightKind.SAMPLE, one.actor, one.at, one.at, 1, one.ref) for one in drawn], first, now)


def _looks(first: date, after: date) -> peewee.ModelSelect:
    begins, ends = (clock.next_valid_instant(day, time(0)) for day in (first, after))
    return Event.select().where(
        Event.at >= begins, Event.at < ends, Event.is_write == False, Event.outcome == "ok",  # noqa: E712
        Event.actor.is_null(False), Event.chain.startswith("case:"),
    )  # fmt: skip


def _lot(ref: str) -> str:
    return keys.audit_mac("sample", ref)


@transaction
def _keep(drawn: list[Noticed], month: date, now: datetime) -> int:
    new = items.keep(drawn, now)
    for person in breaches.overseers() if new else []:
        outbox.put(
            LetterKind.OVERSIGHT_SAMPLES, person, key=f"samples:{month}", about=new[0], opens=Place.OVERSIGHT,
            count=len(new),
        )  # fmt: skip
    return len(new)
