"""Events that are old enough go, once a month: those of a case when it ended long ago, and those of people and of the
house by their age (SEC-33; config/retention.toml). A checkpoint stands for them, so that the log still verifies."""

from datetime import datetime, time

from .. import clock, content
from ..store import pruning
from ..store.cases import Case
from ..store.erasures import Erasure
from ..store.events import Event
from ..store.outbox import Tick, note_tick

PRUNED = "pruned"  # the row of the last time, and how many events went


def prune(now: datetime) -> int:
    """Take away what is old enough, if that was not done this month; how many events. A tick: late, or twice, is
    harmless."""
    month = clock.today(now).replace(day=1)
    last = Tick.get_or_none(Tick.name == PRUNED)
    if last is not None and clock.today(last.at) >= month:
        return 0
    first = clock.months_later(month, -content.retention().log_months)
    before = clock.next_valid_instant(first, time(0))
    count = sum(_prune(chain, before, now) for chain in _old_chains(before))
    note_tick(PRUNED, now, count)
    return count


def _old_chains(before: datetime) -> list[str]:
    """The chains with old events, but for those of cases that have not ended by then."""
    old = Event.select(Event.chain).where(Event.at < before).distinct().order_by(Event.chain).tuples()
    closed = {f"case:{ref}" for (ref,) in Case.select(Case.ref).where(Case.closed_at < before).tuples()}
    erased = {
        f"case:{ref}" for (ref,) in Erasure.select(Erasure.case_ref).where(Erasure.done_at.is_null(False)).tuples()
    }
    return [chain for (chain,) in old if not chain.startswith("case:") or chain in closed | erased]


def _prune(chain: str, before: datetime, now: datetime) -> int:
    count = more = pruning.prune(chain, before, now)
    while more:
        more = pruning.prune(chain, before, now)
        count += more
    return count
