"""Where each chain of the log ends, and how many chains and anchors there are, each under a MAC of its own.

A chain that is checked only from inside does not see its own end cut off (decision 27). A head says how long its chain
is, so a tail that is gone is missed; the count says how many heads there are, so a whole chain that is gone is missed.
Who puts back old rows of all of them is found by the anchors, which lie outside the database.
"""

from collections.abc import Iterable
from typing import NamedTuple

import peewee

from ..settings import SettingError
from . import keys
from .db import Table, append, append_once, at_end, db, is_postgres
from .earlier import as_there
from .prepared import Parameter, prepared

CHAINS, ANCHORS = "chains", "anchors"
NOT_TAKEN_OVER = -1  # the count of a database from before there were heads, until `flask init` has made them


class ChainHead(Table):
    """The last event of a chain."""

    chain = peewee.CharField(max_length=40, primary_key=True)
    number = peewee.IntegerField()
    mac = peewee.CharField(max_length=64)
    seal = peewee.CharField(max_length=64)


class LogCount(Table):
    """How many there are of something: chains, anchors."""

    name = peewee.CharField(max_length=20, primary_key=True)
    number = peewee.IntegerField()
    seal = peewee.CharField(max_length=64)


class End(NamedTuple):
    """The end of a chain: number and HMAC of its last event."""

    number: int
    mac: str


def end_of(chain: str) -> End | None:
    """Where the chain ends, by its head; None where it has none."""
    for number, mac in _end_of.stored(chain=chain):
        return End(number, mac)
    return None


@prepared
def _end_of(*, chain: Parameter) -> peewee.ModelSelect:
    return ChainHead.select(ChainHead.number, ChainHead.mac).where(ChainHead.chain == chain)


def seal_of(chain: str, end: End) -> str:
    """The MAC of a head that says so."""
    return keys.audit_mac("head", chain, end.number, end.mac)


def expect_one_more() -> None:
    """A chain is about to begin. It is counted as the last of the transaction: all who begin one write the same row.

    Raises SettingError where the chains from before there were heads have none yet.
    """
    refuse_not_taken_over()
    is_first = not ChainHead.select().exists()
    at_end(lambda: count_one_more(CHAINS, is_first=is_first))


def count_one_more(name: str, *, is_first: bool) -> None:
    """Add one to a count, or begin it. A count that is gone from a log that is not empty stays gone, to be found."""
    if is_first and count_of(name) is None:
        append_once(LogCount, name=name, number=0, seal=_seal_of_count(name, 0))
    counted = LogCount.update(number=LogCount.number + 1).where(LogCount.name == name)
    for row in list(counted.returning(LogCount.number).execute()):
        LogCount.update(seal=_seal_of_count(name, row.number)).where(LogCount.name == name).execute()


def is_taken_over() -> bool:
    """Whether the chains of the open database have their heads."""
    return not LogCount.select().where(LogCount.name == CHAINS, LogCount.number == NOT_TAKEN_OVER).exists()


def refuse_not_taken_over() -> None:
    """Refuse a database whose chains from before there were heads have none yet. Raises SettingError."""
    if not is_taken_over():
        raise SettingError("SKB_DATABASE_URL: hændelsesloggen er ikke gjort klar. Kør `flask init`.")


def take_over(ends: Iterable[tuple[str, End]]) -> int:
    """Give the chains of a database from before there were heads theirs, once; how many. Inside a transaction."""
    count = 0
    for count, (chain, end) in enumerate(ends, 1):  # noqa: B007 counted as they are made
        append(ChainHead, chain=chain, number=end.number, mac=end.mac, seal=seal_of(chain, end))
    mine = (LogCount.name == CHAINS) & (LogCount.number == NOT_TAKEN_OVER)
    LogCount.update(number=count, seal=_seal_of_count(CHAINS, count)).where(mine).execute()
    return count


def hold() -> None:
    """Let no chain grow until the end of the transaction; on SQLite a transaction is alone anyway."""
    if is_postgres():
        db.execute_sql("LOCK TABLE chain_head IN SHARE MODE")


def every() -> dict[str, ChainHead]:
    """All heads by chain, in the order of the names."""
    return {head.chain: head for head in as_there(ChainHead).order_by(ChainHead.chain)}


def count_of(name: str) -> LogCount | None:
    """The count of that name."""
    return as_there(LogCount).where(LogCount.name == name).first()


def is_genuine(row: ChainHead | LogCount) -> bool:
    """Whether the program wrote this head, or this count."""
    of_chain = isinstance(row, ChainHead)
    said = ("head", row.chain, row.number, row.mac) if of_chain else ("count", row.name, row.number)
    return keys.is_audit_mac(row.seal, *said)


def _seal_of_count(name: str, number: int) -> str:
    return keys.audit_mac("count", name, number)
