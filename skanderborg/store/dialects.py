"""What SQLite and PostgreSQL call by different names."""

import peewee

from .connection import is_postgres


def joined(text: peewee.Node, between: str) -> peewee.Node:
    """All of a group's texts as one, in SQL."""
    join = peewee.fn.STRING_AGG if is_postgres() else peewee.fn.GROUP_CONCAT
    return join(text, peewee.SQL(f"'{between}'"))


def greatest(*nodes: peewee.Node) -> peewee.Node:
    """The greatest of some values of a row, none of which may be NULL."""
    return peewee.fn.GREATEST(*nodes) if is_postgres() else peewee.fn.MAX(*nodes)


def hexadecimal(column: peewee.Node) -> peewee.Node:
    """What is stored under a seal as digits, empty for nothing, in SQL: so it can stand in a text of several values."""
    digits = peewee.fn.ENCODE(column, peewee.SQL("'hex'")) if is_postgres() else peewee.fn.HEX(column)
    return peewee.fn.COALESCE(digits, "")
