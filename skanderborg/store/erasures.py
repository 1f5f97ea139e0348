"""The ledger of erasures: of a case that was erased its row here is all that stays beside the log (decision 8).

No key opens anything of that case any more. A copy of the database from before is erased again by it, when it is
restored.
"""

from datetime import UTC, datetime
from typing import Any

import peewee

from . import keys
from .db import Table, insert
from .fields import RefField, UtcField

SIGNED = ("case_ref", "code", "rule", "archive_reference", "agreed_by", "decided_by", "decided_at")


class Erasure(Table):
    """A case that is being erased or, `done_at`, of which nothing is left. It refers to no row: those go.

    `rule` is the id of a rule in config/retention.toml; `agreed_by` knew the case and `decided_by` manages, both by
    ref. `seal` is a MAC, without which nothing is erased: who can only write to the database erases nothing by it.
    """

    ref = RefField(primary_key=True)
    case_ref = RefField(unique=True)
    code = peewee.CharField(max_length=8)
    rule = peewee.CharField(max_length=60)
    archive_reference = peewee.CharField(max_length=60)
    agreed_by = RefField(null=True)
    decided_by = RefField(null=True)
    decided_at = UtcField(null=True)
    started_at = UtcField()
    seal = peewee.CharField(max_length=64)
    rows = peewee.IntegerField()  # that the case had …
    bytes = peewee.BigIntegerField()  # … and of text and files in them
    done_at = UtcField(null=True)


def put(now: datetime, rows: int, size: int, **said: Any) -> Erasure:
    """Write down that a case of so many rows and bytes is erased, `said` being the columns of SIGNED. Must run inside a
    transaction."""
    return insert(Erasure, started_at=now, rows=rows, bytes=size, seal=keys.audit_mac(*_signed(said)), **said)


def is_genuine(erasure: Erasure) -> bool:
    """Whether the program wrote this row."""
    return keys.is_audit_mac(erasure.seal, *_signed(erasure.__data__))


def forged() -> list[str]:
    """Refs of the rows that the program did not write."""
    return [one.ref for one in Erasure.select().order_by(Erasure.ref) if not is_genuine(one)]


def line_of(erasure: Erasure) -> dict[str, Any]:
    """The row as JSON can hold it, for a ledger outside the database."""
    return {name: _plain(erasure.__data__[name]) for name in SIGNED}


def columns_of(line: dict[str, Any]) -> dict[str, Any]:
    """The columns of SIGNED that such a line says."""
    return {name: Erasure._meta.fields[name].python_value(line.get(name)) for name in SIGNED}


def _signed(said: dict[str, Any]) -> list[str | None]:
    return ["erasure", *(_plain(said.get(name)) for name in SIGNED)]


def _plain(value: Any) -> str | None:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value
