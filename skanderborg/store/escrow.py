"""What opens a backup on a machine that has none of the keys: the ring without its masters, the data keys unwrapped."""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec

from . import keys
from .db import db
from .keys import DataKey


def taken() -> dict[str, Any]:
    """All of the ring but its master keys, which open no data key where those are kept unwrapped."""
    return {name: value for name, value in msgspec.to_builtins(keys.ring()).items() if name != "masters"}


def is_of(given: dict[str, Any]) -> bool:
    """Whether the open ring is of the same database as what such an escrow holds, and has every key of it."""
    mine = taken()
    return all(
        value.items() <= mine[name].items() if isinstance(value, dict) else value == mine[name]
        for name, value in given.items()
    )


def use(given: dict[str, Any]) -> keys.Ring:
    """Let a ring of these keys and a fresh master be the open one, in memory alone, and return it. Raises ValueError
    where they are no such keys."""
    return keys.use(msgspec.convert(given | {"masters": {}}, keys.Ring))


def unwrapped() -> dict[str, str]:
    """Every data key of the open database, by scope, as base64: for the key part of a backup alone. Raises Gone."""
    return {row.scope: base64.b64encode(keys.unwrap(row)).decode() for row in DataKey.select()}


def take_in(data_keys: Mapping[str, str]) -> None:
    """Keep data keys of a backup, wrapped by the current master. Must run inside a transaction.

    By hand: the table is as it was in the version that made the backup.
    """
    for row in all_wrapped(data_keys):
        marks = ", ".join([db.obj.param] * len(row))
        sql = f'INSERT INTO "{DataKey._meta.table_name}" ({", ".join(row)}) VALUES ({marks})'  # noqa: S608
        db.execute_sql(sql, tuple(row.values()))


def all_wrapped(data_keys: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows of data keys of a backup, wrapped by the current master."""
    return [keys.wrapped(scope, base64.b64decode(key)) for scope, key in data_keys.items()]
