"""The event chain: one append-only table for all that was read, written, tried and refused (decision 10).

Every case has its own HMAC chain, and so has every person (sign-ins, lists, denied look-ups). The hash of a ciphertext
is chained, not text, so that a destroyed key, or a text that is erased, does not break the chain. The end of each chain
is kept in heads.py.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from datetime import datetime
from typing import Any

import peewee

from .. import clock
from ..kinds import EventKind
from . import binding, db, heads, keys, tags
from .db import Table, lock_chain, new_ref, transaction
from .fields import RefField, UtcField
from .sealed import SealedJsonField

ROWS_WRITTEN = EventKind.ROWS_WRITTEN  # rows of which no other event told
PAGE = 1_000  # events that are in memory at once, of a log that only grows
FORM = 2  # how an event's HMAC is made; those of 0.4.0 have none, and chain the whole ciphertext
request_id: ContextVar[str] = ContextVar("request_id", default="-")
os_user: ContextVar[str | None] = ContextVar("os_user", default=None)  # who runs a command, as the machine calls them


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
    form = peewee.SmallIntegerField(null=True)  # see FORM
    changes_hash = peewee.CharField(max_length=64, null=True)  # SHA-256 of the sealed `changes`
    wrote = peewee.TextField(null=True)  # the rows that the event's transaction wrote, each with its tags
    os_user = peewee.CharField(max_length=64, null=True)  # of a command
    mac = peewee.CharField(max_length=64)
    sealed_by = "chain"

    class Meta:
        indexes = ((("chain", "number"), True),)


# What tells when safety was assessed last: every page of a case asks for it.
Event.add_index(
    Event.index(
        Event.chain,
        Event.action,
        where=(Event.action == EventKind.TASK_ASSESSED) | (Event.action == EventKind.TASK_UNDONE),
        name="event_of_safety",
    )
)
# How the citizen may be contacted, and who has read it since: every page of a helper's asks.
Event.add_index(
    Event.index(
        Event.chain,
        Event.action,
        where=(Event.action == EventKind.CASE_SAFE_CONTACT_AGREED) | (Event.action == EventKind.CONTACT_RULES_READ),
        name="event_of_rules",
    )
)
# What the alarms read of everyone, once a minute, and the samples once a month.
Event.add_index(Event.index(Event.at, name="event_at"))
# What is told of as new on Min dag.
Event.add_index(
    Event.index(
        Event.action,
        Event.at,
        where=(Event.action == EventKind.REQUEST_ANSWERED)
        | (Event.action == EventKind.CASE_TAKEN)
        | (Event.action == EventKind.MEETING_HELD),
        name="event_of_news",
    )
)


class Entry(Event):
    """An event as it is written: by one statement, which moves the head of its chain too, with the `seal` of that, and
    lets the board draw the case anew where it shows a row that the event tells of (decision 23)."""

    seal = peewee.CharField(max_length=64)
    draws_board = peewee.BooleanField()
    is_view = True

    class Meta:
        table_name = "log_entry"


def record(actor: Any, action: EventKind, about: Table, changes: dict[str, Any] | None = None) -> None:
    """Write down that `actor` did `action` to the row `about`, in the transaction in which it was done.

    The event goes to the chain of the row's case, or else to the actor's own. `changes` is {column: [old, new]}.
    """
    kind, version = about._meta.table_name, about.__data__.get("version")
    _write_down(
        actor, action, _chain_of(actor, about), kind, about.ref, is_write=True, version=version, changes=changes
    )


def looked(actor: Any, action: str, about: Table, cases: Iterable[str] = ()) -> None:
    """Write down that `actor` was shown the row `about` (SEC-30), and, sealed, of which other `cases` (refs) the page
    told."""
    kind, shown = about._meta.table_name, _shown(cases=cases)
    _write_down(actor, action, _chain_of(actor, about), kind, about.ref, changes=shown)


@transaction
def looked_at_list(
    actor: Any, action: str, cases: Iterable[str], asked: dict[str, Any] | None = None, parties: Iterable[str] = ()
) -> None:  # fmt: skip
    """Write down that `actor` was shown a list, and, sealed, of which `cases` (refs) it showed anything, what was asked
    for, and the `parties` besides the citizens of whom it told (GDPR art. 15: who is asked about may know who looked).

    What is typed into a search is not kept. A page that reads before it calls this keeps its write short (REL-04).
    """
    changes = _shown(cases=cases, parties=parties, asked=asked or {})
    _write_down(actor, action, f"person:{actor.ref}", "list", action, changes=changes)


def _shown(asked: dict[str, Any] | None = None, **refs: Iterable[str]) -> dict[str, Any] | None:
    told = {name: [None, found] for name, some in refs.items() if (found := sorted(set(some)))}
    return told | (asked or {}) or None


def denied(actor: Any, action: str, asked_for: str, said: dict[str, Any] | None = None) -> None:
    """Write down a refused look-up, the same for hidden and missing: to the person's chain, with the ref as asked, and
    sealed what was `said` of why."""
    _write_down(actor, action, f"person:{actor.ref}", "look-up", asked_for[:60], outcome="denied", changes=said)


def count_denied(actor: Any, action: str, since: datetime) -> int:
    """How many look-ups of that kind were refused to someone since then, among the last of what he or she did."""
    latest = Event.select().where(Event.chain == f"person:{actor.ref}").order_by(Event.number.desc()).limit(PAGE)
    return sum(one.action == action and one.outcome == "denied" and one.at >= since for one in latest)


def _write_down(actor: Any, action: str, chain: str, kind: str, ref: str, **more: Any) -> None:
    append(chain, clock.now(), actor=actor.ref, action=action, object_kind=kind, object_ref=ref, **more)


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
    head = heads.end_of(chain)
    before, notes = head or _last_of(chain), binding.take(chain)
    values: dict[str, Any] = {
        "ref": new_ref(),
        "chain": chain,
        "number": before.number + 1,
        "at": at,
        "outcome": "ok",
        "request": request_id.get()[:26],
        "os_user": (os_user.get() or "")[:64] or None,
        "version": None,
        "is_write": False,
        "changes": None,
        "wrote": tags.text_of(notes),
        "form": FORM,
    } | columns
    values["changes"] = _sealed(values)
    values["changes_hash"] = hash_of(values["changes"])
    values["mac"] = mac_of(before.mac, values)
    if head is None:
        heads.expect_one_more()
    seal = heads.seal_of(chain, heads.End(values["number"], values["mac"]))
    db.append(Entry, **values, seal=seal, draws_board=any(one.model.is_on_board for one in notes))


def _sealed(values: dict[str, Any]) -> bytes | None:
    """What an event tells, sealed. A look at a case whose key is gone is written down without what it showed."""
    try:
        return Event.changes.seal(values)
    except keys.Gone:
        if values["is_write"]:
            raise
        return None


def bind_the_rest() -> None:
    """Tell of the rows that were written and of which no event told: after it, or of another case than its own."""
    while chains := binding.chains():
        bind(chains[0], ROWS_WRITTEN)


def bind(chain: str, action: EventKind, **wrote: str) -> None:
    """Bind the rows that were written, or those that `wrote` names, by an event that tells of nothing else."""
    kind, _, ref = chain.rpartition(":")
    append(chain, clock.now(), actor=None, action=action, object_kind=kind or "log", object_ref=ref, **wrote)


db.before_the_end.append(bind_the_rest)


def _last_of(chain: str) -> heads.End:
    """Where a chain without a head ends: nowhere, unless the head was taken away, which is found, and not here."""
    last = Event.select(Event.number, Event.mac).where(Event.chain == chain).order_by(Event.number.desc()).first()
    return heads.End(last.number, last.mac) if last else heads.End(0, "")


def hash_of(sealed: bytes | None) -> str | None:
    """What of a sealed text the event's HMAC covers."""
    return None if sealed is None else hashlib.sha256(sealed).hexdigest()


def mac_of(before: str, values: dict[str, Any], key: bytes | None = None) -> str:
    """The HMAC that an event of these values has behind the one with the HMAC `before`, under the audit key of now or
    that `key`."""
    if values.get("form") is None:
        return _mac_of_0_4(before, values, key or keys.first_audit_key())
    return keys.audit_mac(
        "event", values["form"], before, values["ref"], values["chain"], values["number"], values["at"].isoformat(),
        values["actor"], values["action"], values["object_kind"], values["object_ref"], values["outcome"],
        bool(values["is_write"]), values["request"], values["version"], values["changes_hash"], values["wrote"],
        values["os_user"], key=key,
    )  # fmt: skip


def _mac_of_0_4(before: str, values: dict[str, Any], key: bytes) -> str:
    parts = [
        before, values["ref"], values["chain"], str(values["number"]), values["at"].isoformat(), values["actor"] or "",
        values["action"], values["object_kind"], values["object_ref"], values.get("outcome", "ok"),
        str(bool(values["is_write"])), values["request"], str(values.get("version")),
        bytes(values["changes"] or b"").hex(),
    ]  # fmt: skip
    return hmac.new(key, "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def in_pages(events: peewee.ModelSelect, by: peewee.Field) -> Iterator[Event]:
    """The events of a query in the order of a column that is unique among them, a page in memory at a time."""
    page = list(events.order_by(by).limit(PAGE))
    while page:
        yield from page
        page = list(events.where(by > getattr(page[-1], by.name)).order_by(by).limit(PAGE))
