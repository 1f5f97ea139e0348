"""What keeps a case though its time is over: someone said so, or there is a police or child matter in it, or somebody
waits for insight (D-26)."""

from datetime import datetime
from typing import NamedTuple

import peewee

from ... import clock
from ...errors import Invalid
from ...kinds import Answer, EventKind, HoldKind
from ...policy import Action
from ...store import events
from ...store.authorities import Order, PoliceReport
from ...store.cases import Case
from ...store.db import insert, rewrite, sealed
from ...store.idempotency import creates
from ...store.insight import Insight
from ...store.people import Person
from ...store.plans import ChildReport
from ...store.retention import Hold
from ..verbs import verb
from ..written import add
from . import proposals

SAID = (HoldKind.MANUAL,)  # the others hold by themselves …
UNTIL_ANSWERED = HoldKind.INSIGHT  # … and this one until the request is answered, whatever anyone says


class HoldLine(NamedTuple):
    """Something that keeps a case; without who and when where it does so by itself."""

    kind: HoldKind
    reason: str | None = None
    by: str | None = None
    at: datetime | None = None


def on(case: Case) -> list[HoldLine]:
    """Everything that keeps a case now."""
    rows = list(Hold.select(Hold, Person).join(Person, on=(Hold.by == Person.ref)).where(Hold.case == case.ref))
    said = [HoldLine(row.kind, row.reason, row.by.name, row.at) for row in rows if row.ended_at is None]
    released = {row.kind for row in rows if row.ended_at}
    found = [kind for kind in _by_themselves(case) if kind not in released or kind == UNTIL_ANSWERED]
    return said + [HoldLine(kind) for kind in found]


def _by_themselves(case: Case) -> list[HoldKind]:
    """What would keep the case if nobody said otherwise."""
    tables = (PoliceReport, Order, ChildReport, Insight)
    rows = [model.select(peewee.SQL("1")).where(model.case == case.ref) for model in tables]
    rows[-1] = rows[-1].where(Insight.ended_at.is_null())
    flags = [peewee.Case(None, [(peewee.fn.EXISTS(one), 1)], 0) for one in rows]
    reported, ordered, child_reported, is_asked = Case.select(*flags).where(Case.ref == case.ref).tuples().get()
    has_child = case.children == Answer.YES or child_reported
    held = {HoldKind.POLICE: reported or ordered, HoldKind.CHILD: has_child, HoldKind.INSIGHT: is_asked}
    return [kind for kind, is_there in held.items() if is_there]


@creates(Hold)
@verb(Action.CASE_RETAIN)
def keep(actor: Person, case: Case, kind: HoldKind, reason: str) -> Hold:
    """Keep a case until someone says otherwise; a proposal to erase it is over. Raises Invalid for a kind that nobody
    says, or without a reason."""
    if kind not in SAID:
        raise Invalid("Vælg, hvorfor sagen skal bevares.", "kind")
    if not reason:
        raise Invalid("Skriv, hvorfor sagen skal bevares.", "reason")
    proposals.end(actor, case)
    return add(actor, EventKind.HOLD_SET, Hold, case, kind=kind, reason=reason)


@verb(Action.CASE_RETAIN)
def release(actor: Person, case: Case, kind: HoldKind, reason: str) -> None:
    """Say that something keeps a case no more; what keeps it by itself does not do so again. Doing it twice changes
    nothing. Raises Invalid without a reason, and while somebody waits for insight."""
    if not reason:
        raise Invalid("Skriv, hvorfor sagen ikke længere skal bevares.", "end_reason")
    if kind == UNTIL_ANSWERED and kind in _by_themselves(case):
        raise Invalid("Besvar eller afslut først anmodningen om indsigt. Så holder den ikke sagen længere.", "held")
    if not any(line.kind == kind for line in on(case)):
        return
    ended = {"ended_at": clock.now(), "ended_by": actor.ref}
    for row in list(Hold.select().where(Hold.case == case.ref, Hold.kind == kind, Hold.ended_at.is_null())):
        text = sealed(Hold, {"ref": row.ref, "case": case.ref, "end_reason": reason})["end_reason"]
        rewrite(Hold, Hold.ref == row.ref, end_reason=text, **ended)
        events.record(actor, EventKind.HOLD_ENDED, row, changes=_told(kind, reason))
    if kind not in SAID:
        row = insert(Hold, case=case.ref, kind=kind, by=actor.ref, at=ended["ended_at"], end_reason=reason, **ended)
        events.record(actor, EventKind.HOLD_ENDED, row, changes=_told(kind, reason))


def _told(kind: HoldKind, reason: str) -> dict[str, list[str | None]]:
    return {"kind": [None, kind.value], "end_reason": [None, reason]}
