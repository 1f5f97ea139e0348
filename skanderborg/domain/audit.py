"""The access log: refused look-ups, and whether the event chains still hold."""

import re
from collections.abc import Iterator
from typing import Any

from ..store import events, sealed
from ..store.db import transaction
from ..store.people import Person

REF = re.compile(r"[a-z2-7]{26}")


def name_request(request_id: str) -> None:
    """Give the request under way its name, which every event of it carries; nothing of it was unreadable so far."""
    events.request_id.set(request_id)
    sealed.missed.set(sealed.NOTHING_MISSED)


@transaction
def denied(person: Person, asked: str, ref: str) -> None:
    """Write a refused look-up down, in a transaction of its own: the one that was refused is gone (decision 10).

    Only what looks like a ref is kept as it was asked: a typed address may hold a name, and the log is for ever.
    """
    events.denied(person, asked, ref if REF.fullmatch(ref) else "odd")


def verify() -> list[dict[str, Any]]:
    """The first broken event of every chain that does not hold; empty when all do (SEC-32)."""
    found = []
    for chain in events.chains():
        event = events.broken(chain)
        if event:
            found.append({"chain": chain, "number": event.number, "event": event.ref})
    return found


def export() -> Iterator[dict[str, Any]]:
    """Every event without its sealed content, oldest first, for the auditor; read as it is asked for."""
    columns = ("ref", "chain", "number", "at", "actor", "action", "object_kind", "object_ref", "outcome", "is_write",
               "request", "version", "mac")  # fmt: skip
    rows = events.Event.select(events.Event.id, *(getattr(events.Event, name) for name in columns))
    for event in events.in_pages(rows, events.Event.id):
        yield {name: str(getattr(event, name)) for name in columns}
