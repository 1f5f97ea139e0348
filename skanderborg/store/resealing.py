"""Columns that were plain become sealed ones: what the migrations that do so share, on both databases.

A migration knows no table of the program, so it names them. Nothing but the keys and the format of a ciphertext is
taken from the program, and those do not change under data that is there.
"""

import secrets
from datetime import date
from typing import Any

import peewee

from . import keys

FORMAT = b"\x01"
AT_ONCE = 500  # rows in one statement


def seal_columns(db: peewee.Database, table: str, scope: str, columns: str) -> None:
    """Seal what stands in some columns of a table, under the key of the case that the column `scope` names. A case
    whose key was destroyed keeps nothing of them. What checked or indexed them goes, since it can read them no more."""
    names = columns.split()
    _loosen_sqlite(db, table, names) if isinstance(db, peewee.SqliteDatabase) else _double(db, table, names)
    _carry_over(db, table, scope, names)
    if not isinstance(db, peewee.SqliteDatabase):
        _replace(db, table, names)


def _carry_over(db: peewee.Database, table: str, scope: str, names: list[str]) -> None:
    is_sqlite = isinstance(db, peewee.SqliteDatabase)
    mark, new = ("?", "") if is_sqlite else ("%s", "sealed_")
    named, set_to = ", ".join(f'"{one}"' for one in names), ", ".join(f'"{new}{one}" = {mark}' for one in names)
    after, page = "", [("", "")]
    while page:
        rows = f'SELECT ref, "{scope}", {named} FROM "{table}" WHERE ref > {mark} ORDER BY ref LIMIT {AT_ONCE}'  # noqa: S608 names of our own
        page = db.execute_sql(rows, (after,)).fetchall()
        for ref, case, *values in page:
            sealed = [_sealed(f"case:{case}", table, ref, name, one) for name, one in zip(names, values, strict=True)]
            db.execute_sql(f'UPDATE "{table}" SET {set_to} WHERE ref = {mark}', (*sealed, ref))  # noqa: S608 the same
        after = page[-1][0] if page else after


def _sealed(scope: str, table: str, ref: str, name: str, value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    text = value.isoformat() if isinstance(value, date) else str(int(value) if isinstance(value, bool) else value)
    nonce = secrets.token_bytes(keys.NONCE_BYTES)
    try:
        return (
            FORMAT
            + nonce
            + keys.data_key(scope).encrypt(nonce, text.encode(), f"{scope}|{table}|{ref}|{name}".encode())
        )
    except keys.Gone:
        return None


# ── SQLite: the text of the table ───────────────────────────────────────────────────────────────────


def _loosen_sqlite(db: peewee.Database, table: str, names: list[str]) -> None:
    """As SQLite's own manual takes a CHECK away (lang_altertable, 7): no row is touched, and no trigger of the table.

    A column holds bytes whatever it was declared for, so that its declaration is all that changes.
    """
    indexes = "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    for (index,) in db.execute_sql(indexes, (table,)).fetchall():
        of = {column for *_, column in db.execute_sql(f'PRAGMA index_info("{index}")').fetchall()}
        if of & set(names):
            db.execute_sql(f'DROP INDEX "{index}"')
    [(sql,)] = db.execute_sql("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", (table,)).fetchall()
    [(version,)] = db.execute_sql("PRAGMA schema_version").fetchall()
    db.execute_sql("PRAGMA writable_schema = ON")
    db.execute_sql("UPDATE sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?", (loosened(sql, names), table))
    db.execute_sql(f"PRAGMA schema_version = {version + 1}")
    db.execute_sql("PRAGMA writable_schema = RESET")


def loosened(sql: str, names: list[str]) -> str:
    """A CREATE TABLE in which those columns hold bytes or nothing, and no check names one of them."""
    head, _, rest = sql.partition("(")
    parts = [part.strip() for part in _parts(rest.rpartition(")")[0])]
    quoted = {f'"{name}"' for name in names}
    kept = []
    for part in parts:
        first = part.split(None, 1)[0]
        if first in quoted:
            kept.append(f"{first} BLOB")
        elif not (first.upper().startswith("CHECK") and _words(part) & set(names)):
            kept.append(part)
    return f"{head}({', '.join(kept)})"


def _parts(text: str) -> list[str]:
    """What stands between the commas that no bracket and no quotation mark encloses."""
    found, depth, is_quoted, start = [], 0, False, 0
    for place, letter in enumerate(text):
        is_quoted ^= letter == "'"
        if not is_quoted:
            depth += {"(": 1, ")": -1}.get(letter, 0)
            if letter == "," and depth == 0:
                found.append(text[start:place])
                start = place + 1
    return [*found, text[start:]]


def _words(check: str) -> set[str]:
    """The names in a check, without what it quotes."""
    bare = "".join(check.split("'")[::2])
    return set("".join(letter if letter.isalnum() or letter == "_" else " " for letter in bare).split())


# ── PostgreSQL: a column beside ─────────────────────────────────────────────────────────────────────


def _double(db: peewee.Database, table: str, names: list[str]) -> None:
    for name in names:
        db.execute_sql(f'ALTER TABLE "{table}" ADD COLUMN "sealed_{name}" BYTEA')


def _replace(db: peewee.Database, table: str, names: list[str]) -> None:
    """With the plain column go its checks and indexes."""
    for name in names:
        db.execute_sql(f'ALTER TABLE "{table}" DROP COLUMN "{name}"')
        db.execute_sql(f'ALTER TABLE "{table}" RENAME COLUMN "sealed_{name}" TO "{name}"')
