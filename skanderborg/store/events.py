"""The event chain: one append-only table for all that was read, written, tried and refused (decision 10).

Every case has its own HMAC chain, and so has every person (sign-ins, lists, denied look-ups). Ciphertext, not text, is
chained, so that a destroyed key does not break the chain.
"""

import hashlib
import hmac
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import peewee

from .. import clock
from . import db, keys
from .db import RefField, Table, UtcField, lock_chain, new_ref
from .prepared import Parameter, prepared
from .sealed import SealedJsonField

PAGE = 1_000  # events that are in memory at once, of a log that only grows
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class Event(Table):
    """One thing that happened. No column but the sealed `changes` may hold text about a person."""

    id = peewee.BigAutoField()
    ref = RefField(unique=True)
    chain = peewee.CharField(max_length=40)  # case:<ref>, person:<ref> or system
    number = peewee.IntegerField()  # within the chain, from 1
    at = UtcField()
    actor = peewee.CharField(max_length=26, null=True)  # a person's ref; empty: the system
    action = peewee.CharField(max_length=60)
    object_kind = peewee.CharField(max_length=30)
    object_ref = peewee.CharField(max_length=60)
    outcome = peewee.CharField(max_length=12, default="ok")
    is_write = peewee.BooleanField()
    request = peewee.CharField(max_length=26)
    version = peewee.IntegerField(null=True)  # of the object, after the write
    changes = SealedJsonField()
    mac = peewee.CharField(max_length=64)
    sealed_by = "chain"

    class Meta:
        indexes = ((("chain", "number"), True),)


def record(actor: Any, action: str, about: Table, changes: dict[str, Any] | None = None) -> None:
    """Write down that `actor` did `action` to the row `about`, in the transaction in which it was done.

    The event goes to the chain of the row's case, or else to the actor's own. `changes` is {column: [old, new]}.
    """
    append(
        _chain_of(actor, about), clock.now(), actor=actor.ref, action=action,
        object_kind=about._meta.table_name, object_ref=about.ref, is_write=True,
        version=about.__data__.get("version"), changes=changes,
    )  # fmt: skip


def looked(actor: Any, action: str, about: Table) -> None:
    """Write down that `actor` was shown the row `about` (SEC-30)."""
    append(
        _chain_of(actor, about), clock.now(), actor=actor.ref, action=action,
        object_kind=about._meta.table_name, object_ref=about.ref, is_write=False, changes=None,
    )  # fmt: skip


def looked_at_list(actor: Any, action: str) -> None:
    """Write down that `actor` was shown a list; which rows follows from what the actor could see then."""
    append(
        f"person:{actor.ref}", clock.now(), actor=actor.ref, action=action,
        object_kind="list", object_ref=action, is_write=False, changes=None,
    )  # fmt: skip


def denied(actor: Any, action: str, asked_for: str) -> None:
    """Write down a refused look-up, the same for hidden and missing: to the person's chain, with the ref as asked."""
    append(
        f"person:{actor.ref}", clock.now(), actor=actor.ref, action=action,
        object_kind="look-up", object_ref=asked_for[:60], outcome="denied", is_write=False, changes=None,
    )  # fmt: skip


def _chain_of(actor: Any, about: Table) -> str:
    if about._meta.table_name == "case":
        return f"case:{about.ref}"
    case = about.__data__.get("case")
    if case:
        return f"case:{case}"
    return f"person:{actor.ref}" if actor.ref else keys.SYSTEM


def append(chain: str, at: datetime, **columns: Any) -> None:
    """Add an event to the end of its chain. Must run inside the transaction of what it tells of."""
    lock_chain(chain)
    [(number, before)] = _end_of.stored(chain=chain) or [(0, "")]
    values = {
        "ref": new_ref(),
        "chain": chain,
        "number": number + 1,
        "at": at,
        "request": request_id.get()[:26],
    } | columns
    values["changes"] = Event.changes.seal(values)
    values["mac"] = _mac(before, values)
    db.append(Event, **values)


@prepared
def _end_of(*, chain: Parameter) -> Any:
    ends = Event.select(Event.number, Event.mac).where(Event.chain == chain)
    return ends.order_by(Event.number.desc()).limit(1)


def _mac(before: str, values: dict[str, Any]) -> str:
    parts = [
        before, values["ref"], values["chain"], str(values["number"]), values["at"].isoformat(), values["actor"] or "",
        values["action"], values["object_kind"], values["object_ref"], values.get("outcome", "ok"),
        str(bool(values["is_write"])), values["request"], str(values.get("version")),
        bytes(values["changes"] or b"").hex(),
    ]  # fmt: skip
    return hmac.new(keys.audit_key(), "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def broken(chain: str) -> Event | None:
    """The first event of the chain whose number or HMAC is not what it must be, or None."""
    before = ""
    for number, event in enumerate(_in_order(chain), 1):
        if event.number != number or not hmac.compare_digest(event.mac, _mac(before, event.__data__)):
            return event
        before = event.mac
    return None


def _in_order(chain: str) -> Iterator[Event]:
    return in_pages(Event.select().where(Event.chain == chain), Event.number)


def in_pages(events: peewee.ModelSelect, by: peewee.Field) -> Iterator[Event]:
    """The events of a query in the order of a column that is unique among them, a page in memory at a time."""
    page = list(events.order_by(by).limit(PAGE))
    while page:
        yield from page
        page = list(events.where(by > getattr(page[-1], by.name)).order_by(by).limit(PAGE))


def chains() -> list[str]:
    """Names of all chains."""
    return [name for (name,) in Event.select(Event.chain).distinct().order_by(Event.chain).tuples()]
