"""What the auditor judges: what the log showed of someone by itself, and looks that were drawn by lot (SEC-35, SEC-36).

Never what stands in a case: who, when, how much, and of a look what the access log says of it.
"""

from ... import clock
from ...errors import NotFound
from ...kinds import EventKind, OversightVerdict
from ...policy import Action
from ...store import events
from ...store.db import change
from ...store.oversight import Finding
from ...store.people import Person
from ..verbs import reads, verb


@verb(Action.LOG_JUDGE)
def judge(actor: Person, ref: str, verdict: OversightVerdict, seen_version: int) -> Finding:
    """Write down what the auditor found; what was judged before is judged anew. Raises NotFound, Conflict."""
    item = opened(actor, ref)
    fresh = change(item, seen_version, verdict=verdict, judged_by=actor, judged_at=clock.now())
    events.record(actor, EventKind.LOG_JUDGED, fresh, changes={"verdict": [item.verdict, verdict.value]})
    return fresh


@reads(Action.LOG_JUDGE)
def opened(actor: Person, ref: str) -> Finding:
    """One of them. Raises NotFound."""
    item = Finding.get_or_none(Finding.ref == ref)
    if item is None:
        raise NotFound()
    return item


@reads(Action.LOG_READ)
def count_open(actor: Person) -> int:
    """How many nobody has judged."""
    return Finding.select().where(Finding.verdict.is_null()).count()
