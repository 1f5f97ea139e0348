"""Where the events of a chain begin, once old ones are pruned: a checkpoint, under a MAC, stands for those before it.

It keeps what is still asked of them: the end of the chain at each anchor, and the tags of the rows they wrote.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import peewee

from . import keys
from .db import Table
from .earlier import as_there
from .fields import UtcField
from .heads import End


class Checkpoint(Table):
    """The events of a chain up to `number` are pruned; the last of them had the HMAC `mac`.

    `ends`: JSON of [id of an event, its number, its HMAC], one for each anchor that ended there. `wrote`: JSON of
    [id of an event, what is kept of the rows it wrote], as far as no later event of the chain says otherwise.
    """

    chain = peewee.CharField(max_length=40, primary_key=True)
    number = peewee.IntegerField()
    mac = peewee.CharField(max_length=64)
    at = UtcField()
    ends = peewee.TextField()
    wrote = peewee.TextField()
    seal = peewee.CharField(max_length=64)


class KeptEnd(NamedTuple):
    """Where a chain ended at an event that is pruned, by the id of that event."""

    id: int
    chain: str
    end: End


class KeptRows(NamedTuple):
    """What an event said of the rows that it wrote, by its id; of one that is pruned, or of one that is there."""

    id: int
    chain: str
    wrote: dict[str, dict[str, str | None] | None]


def every() -> dict[str, Checkpoint]:
    """All checkpoints by chain."""
    return {one.chain: one for one in as_there(Checkpoint).order_by(Checkpoint.chain)}


def numbers() -> dict[str, int]:
    """How far each chain is pruned."""
    return dict(as_there(Checkpoint).select(Checkpoint.chain, Checkpoint.number).tuples())


def put(chain: str, end: End, at: datetime, ends: list[KeptEnd], wrote: list[KeptRows]) -> None:
    """Let a checkpoint stand for the events of a chain up to that end, in place of an earlier one. Inside a
    transaction that holds the chain, before the events are taken away."""
    values = {
        "chain": chain, "number": end.number, "mac": end.mac, "at": at,
        "ends": json.dumps([[one.id, *one.end] for one in ends], separators=(",", ":")),
        "wrote": json.dumps([[one.id, one.wrote] for one in wrote], separators=(",", ":")),
    }  # fmt: skip
    values["seal"] = keys.audit_mac(*_signed(values))
    if not Checkpoint.update(values).where(Checkpoint.chain == chain).execute():
        Checkpoint.insert(values).execute()


def is_genuine(checkpoint: Checkpoint) -> bool:
    """Whether the program wrote this checkpoint, and its last end is where it says that the pruned events end."""
    last = ends_of(checkpoint)[-1:]
    ends_there = bool(last) and last[0].end == End(checkpoint.number, checkpoint.mac)
    return ends_there and keys.is_audit_mac(checkpoint.seal, *_signed(checkpoint.__data__))


def ends_of(checkpoint: Checkpoint) -> list[KeptEnd]:
    """The ends that a checkpoint keeps, in the order of their events."""
    return [KeptEnd(event, checkpoint.chain, End(number, mac)) for event, number, mac in json.loads(checkpoint.ends)]


def wrote_of(checkpoint: Checkpoint) -> list[KeptRows]:
    """The tags of rows that a checkpoint keeps, in the order of their events."""
    return [KeptRows(event, checkpoint.chain, wrote) for event, wrote in json.loads(checkpoint.wrote)]


def _signed(values: dict[str, Any]) -> tuple[str | int, ...]:
    said = (values[name] for name in ("chain", "number", "mac", "ends", "wrote"))
    return "checkpoint", values["at"].isoformat(), *said


def in_order(kept: Iterable[Any]) -> list[Any]:
    """What checkpoints keep, of all of them together, in the order of the events."""
    return sorted(kept, key=lambda one: one.id)
