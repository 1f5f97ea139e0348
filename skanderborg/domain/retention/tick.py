"""The worker's part: proposes what is old enough, ends what no longer holds, and begins to erase what was decided."""

import logging
from datetime import datetime

import peewee

from ... import clock
from ...addresses import Place
from ...kinds import EventKind, LetterKind
from ...mail import outbox
from ...policy import SYSTEM
from ...store import events
from ...store.cases import Case
from ...store.db import insert, lock_chain, transaction
from ...store.erasures import Erasure
from ...store.events import Event
from ...store.outbox import Tick, note_tick
from ...store.retention import Disposal
from .. import erasing
from . import deciding, holds, proposals, terms

LOOKED_OVER = "retention"  # the row of the last day on which all closed cases were
log = logging.getLogger(__name__)


def go_on(now: datetime) -> int:
    """Begin to erase what is due, and once a day look all closed cases over; how many proposals changed. A tick: twice,
    or late, is harmless."""
    begun = sum(_look_again(ref, now, erasing.names(ref)) for ref in _under_way(Disposal.erase_at <= now))
    last = Tick.get_or_none(Tick.name == LOOKED_OVER)
    if last is not None and clock.today(last.at) == clock.today(now):
        return begun
    return begun + look_over(now)


def look_over(now: datetime) -> int:
    """Propose what is old enough, and end the proposals that hold no more; how many were either."""
    changed = sum(_propose(case.ref, now) for case in terms.closed() if _is_new(case, now))
    changed += sum(_look_again(ref, now) for ref in _under_way())
    note_tick(LOOKED_OVER, now, changed)
    return changed


def _under_way(*which: peewee.Expression) -> list[str]:
    begun = Erasure.select(Erasure.case_ref)
    open_ones = Disposal.select(Disposal.case).where(Disposal.ended_at.is_null(), Disposal.case.not_in(begun), *which)
    return [ref for (ref,) in open_ones.tuples()]


def _is_new(case: Case, now: datetime) -> bool:
    """Whether a case is to be proposed: it is nearly old enough, nothing keeps it, and it is not proposed yet."""
    term = terms.of(case)
    is_due = term is not None and terms.warned_from(term.due_on) <= clock.today(now)
    return is_due and proposals.of(case) is None and not holds.on(case)


@transaction
def _propose(ref: str, now: datetime) -> bool:
    """Propose that a case goes, and tell the tovholder."""
    lock_chain(f"case:{ref}")
    case = Case.get_or_none(Case.ref == ref)
    if case is None or not _is_new(case, now):
        return False
    term = terms.of(case)
    made = insert(Disposal, case=ref, rule=term.rule.id, due_on=term.due_on, proposed_at=now)  # type: ignore[union-attr]
    events.record(SYSTEM, EventKind.RETENTION_PROPOSED, made, changes={"due_on": [None, made.due_on]})
    for person in deciding.knowing(case, now):
        outbox.put(LetterKind.RETENTION_AHEAD, person, key=f"disposal:{made.ref}", about=made, opens=Place.RETENTION)
    return True


@transaction
def _look_again(ref: str, now: datetime, named: erasing.Named | None = None) -> bool:
    """Begin to erase a case whose days to regret are over, where it was looked up what is `named` of it, or end a
    proposal that holds no more; whether either was."""
    erasing.hold(ref)
    case = Case.get_or_none(Case.ref == ref)
    proposal = proposals.of(case) if case else None
    if case is None or proposal is None or Erasure.select().where(Erasure.case_ref == ref).exists():
        return False
    if case.closed_at is None or case.closed_at > proposal.proposed_at or holds.on(case):
        proposals.end(SYSTEM, case)
        return True
    if named is None or proposal.erase_at is None or proposal.erase_at > now:
        return False
    if not _was_decided(proposal):
        log.error("a decision to erase has no event of those who made it")
        return False
    erasing.begin(
        ref, now, named, code=case.code, rule=proposal.rule, archive_reference=proposal.archive_reference,
        agreed_by=proposal.agreed_by_id, decided_by=proposal.decided_by_id, decided_at=proposal.decided_at,
    )  # fmt: skip
    return True


def _was_decided(proposal: Disposal) -> bool:
    """Whether the log tells that both said yes: who can only write to the row decides nothing."""
    said = Event.select(Event.action, Event.actor).where(
        Event.chain == f"case:{proposal.case_id}", Event.object_ref == proposal.ref
    )
    both = {
        (EventKind.RETENTION_AGREED, proposal.agreed_by_id), (EventKind.RETENTION_DECIDED, proposal.decided_by_id),
    }  # fmt: skip
    return both <= set(said.tuples())
