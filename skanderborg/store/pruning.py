"""Old events of a chain are taken away under a checkpoint, which keeps what is still asked of them (SEC-33)."""

import json
from collections.abc import Iterable
from datetime import datetime

from ..kinds import EventKind
from . import anchors, checkpoints, events, schema
from .checkpoints import Checkpoint, KeptEnd, KeptRows
from .db import lock_chain, transaction
from .events import Event
from .heads import End

MOST = 2_000  # events of a chain that go in one transaction
PRUNED = EventKind.LOG_PRUNED


@transaction
def prune(chain: str, before: datetime, now: datetime) -> int:
    """Take away the oldest events of a chain, none of `before` or later nor behind one; how many went. The chain tells
    of it. Where nothing is old but what tells of that, it stays."""
    lock_chain(chain)
    mine = Event.select().where(Event.chain == chain)
    young = mine.where(Event.at >= before).order_by(Event.number).first()
    old = mine if young is None else mine.where(Event.number < young.number)
    gone = list(old.order_by(Event.number).limit(MOST))
    if all(event.action == PRUNED for event in gone):
        return 0
    earlier = Checkpoint.get_or_none(Checkpoint.chain == chain)
    last = End(gone[-1].number, gone[-1].mac)
    checkpoints.put(chain, last, now, _ends(chain, earlier, gone), _wrote(chain, earlier, gone))
    Event.delete().where(Event.chain == chain, Event.number <= last.number).execute()
    events.append(
        chain, now, actor=None, action=PRUNED, object_kind="log", object_ref=str(last.number), is_write=True
    )  # fmt: skip
    return len(gone)


def _ends(chain: str, earlier: Checkpoint | None, gone: list[Event]) -> list[KeptEnd]:
    """Where the chain ended at each anchor, and at the last event that goes."""
    kept = checkpoints.ends_of(earlier) if earlier else []
    ended = [*kept, *(KeptEnd(event.id, chain, End(event.number, event.mac)) for event in gone)]
    marks, found = [anchor.last_event for anchor in anchors.every()], []
    for one, following in zip(ended, [*ended[1:], None], strict=True):
        if following is None or any(one.id <= mark < following.id for mark in marks):
            found.append(one)
    return found


def _wrote(chain: str, earlier: Checkpoint | None, gone: list[Event]) -> list[KeptRows]:
    """What the events say of rows. Of a row that this chain alone tells of, the last word stands for all before it;
    who staff are is told in many chains, so each word stays in its place."""
    said = checkpoints.wrote_of(earlier) if earlier else []
    said += [KeptRows(event.id, chain, json.loads(event.wrote)) for event in gone if event.wrote]
    staff = {model._meta.table_name for model in schema.ALL_TABLES if model.gives_rights}
    kept = _of_staff(said, staff)
    last: dict[str, tuple[int, dict[str, str | None]]] = {}
    for one in said:
        for name, tags in one.wrote.items():
            if name.partition(":")[0] in staff:
                continue
            before = last.pop(name, None)
            if tags is not None:
                last[name] = (one.id, (before[1] if before else {}) | tags)
    kept += [KeptRows(event, chain, {name: tags}) for name, (event, tags) in last.items()]
    return checkpoints.in_order(kept)


def _of_staff(said: Iterable[KeptRows], staff: set[str]) -> list[KeptRows]:
    found = []
    for one in said:
        wrote = {name: tags for name, tags in one.wrote.items() if name.partition(":")[0] in staff}
        if wrote:
            found.append(one._replace(wrote=wrote))
    return found
