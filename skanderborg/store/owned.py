"""Which rows are a case's, found by what they refer to: all of them go when the case is erased.

A table that refers to cases is found by itself. What else is left after a case stands in NAMES and KEPT, with why.
"""

import functools
import operator
import re
from collections.abc import Iterable
from typing import Any

import peewee

from . import schema
from .cases import Case
from .db import Table, is_postgres
from .files import FileChunk
from .outbox import FirstResult, OutboxLetter, Told
from .oversight import DataBreach
from .people import Draft
from .sealed import SealedField

AT_ONCE = 50  # rows that one condition names
REF = re.compile(r"[a-z2-7]{26}")
NAMES: dict[type[Table], tuple[str, ...]] = {  # columns that name a case or a row of one, and refer to none
    Draft: ("path", "page"), FirstResult: ("result", "key"), Told: ("thing",), OutboxLetter: ("about",),
}  # fmt: skip
KEPT = {  # tables of which no row goes with a case, and why
    "data_key": "the key of the case is destroyed by itself",
    "person": "staff", "department": "no case's", "membership": "where staff work", "absence": "when staff are away",
    "closing_period": "no case's", "session": "how staff sign in", "throttle": "how staff sign in",
    "known_device": "how staff sign in", "one_time_link": "how staff sign in", "step_up": "how staff sign in",
    "factor": "how staff sign in", "recovery_code": "how staff sign in", "challenge": "how staff sign in",
    "factor_reset": "how staff sign in",
    "identity": "how staff sign in", "used_once": "how staff sign in",
    "edition": "the municipality's own texts, none about a citizen",
    "data_breach": "GDPR art. 33(5): that it happened stays on record, see EMPTIED",
    "finding": "what a member of staff did, and no case", "access_review": "as finding",
    "data_breach_step": "as data_breach", "tick": "counts only",
    "half_year": "counts that point at nobody",
    "event": "that something happened stays, what it said is sealed with the key of the case",
    "chain_head": "as event", "log_count": "as event", "anchor": "as event",
    "checkpoint": "as event",
    "erasure": "the ledger itself", "restoration": "that a backup was put back",
}  # fmt: skip

EMPTIED: dict[type[Table], tuple[str, ...]] = {  # of a row that stays: by which column it is a case's, and its text
    DataBreach: ("about_case", "what", "reason"),
}  # fmt: skip


@functools.cache
def tables() -> tuple[type[Table], ...]:
    """The tables whose rows are a case's, in the order in which they can go: none is referred to by what comes after
    it."""
    found: list[type[Table]] = [Case]
    for model in schema.ALL_TABLES:  # which stand in the order in which they can be made
        if model is not Case and model._meta.table_name not in KEPT and _ties(model, found):
            found.append(model)
    return tuple(reversed(found))


def _ties(model: type[Table], owned: Iterable[type[Table]]) -> list[peewee.ForeignKeyField]:
    """The references by which a row of the table is a case's: to cases, and where it need not have one, to what is a
    case's."""
    others = [field for field in model._meta.refs if field.rel_model in owned and field.rel_model is not model]
    cases = [field for field in others if field.rel_model is Case]
    return cases if any(not field.null for field in cases) else others


def of_case(model: type[Table], case: Any) -> peewee.Expression:
    """The condition under which a row of the table is that case's, the case a ref or a column."""
    if model is Case:
        return Case.ref == case
    return functools.reduce(operator.or_, (_leads_to(field, case) for field in _ties(model, tables())))


def _leads_to(field: peewee.ForeignKeyField, case: Any) -> peewee.Expression:
    to = field.rel_model
    return field == case if to is Case else field.in_(to.select(to.ref).where(of_case(to, case)))


def loose_ends(model: type[Table], case: Any) -> peewee.Expression:
    """The condition under which no other row of the same table refers to this one of the case."""
    own = [field for field in model._meta.refs if field.rel_model is model]
    return functools.reduce(
        operator.and_,
        (model.ref.not_in(model.select(field).where(of_case(model, case), field.is_null(False))) for field in own),
        of_case(model, case),
    )


def sizes(*cases: str) -> dict[str, tuple[int, int]]:
    """How many rows each case has, and the bytes of text and files in them; of all, or of those named."""
    found: dict[str, tuple[int, int]] = {}
    for model in tables():
        for owner, rows in _by_case(model):
            which = owner.in_(cases) if cases else owner.is_null(False)
            for case, number, *lengths in rows.where(which).group_by(owner).tuples():
                before = found.get(case, (0, 0))
                found[case] = before[0] + int(number), before[1] + int(sum(lengths))
    return found


def _by_case(model: type[Table]) -> list[tuple[peewee.Field, peewee.ModelSelect]]:
    """What names the case of a row, with a query that counts rows beside it; for each reference to cases."""
    owners = [Case.ref] if model is Case else [field for field in model._meta.refs if field.rel_model is Case]
    if owners:
        return [(owner, model.select(owner, *_counted(model))) for owner in owners]
    to = _ties(model, tables())[0].rel_model
    return [(to.case, model.select(to.case, *_counted(model)).join(to))]


def _counted(model: type[Table]) -> list[peewee.Node]:
    length = peewee.fn.OCTET_LENGTH if is_postgres() else peewee.fn.LENGTH
    sealed = [field for field in model._meta.sorted_fields if isinstance(field, SealedField)]
    return [peewee.fn.COUNT(peewee.SQL("1"))] + [
        peewee.fn.COALESCE(peewee.fn.SUM(length(field)), 0) for field in sealed
    ]


def refs(case: str) -> set[str]:
    """The refs of all rows of a case, but for the pieces of its files, which nothing names."""
    named = (model for model in tables() if "ref" in model._meta.fields and model is not FileChunk)
    return {ref for model in named for (ref,) in model.select(model.ref).where(of_case(model, case)).tuples()}


def naming(gone: set[str]) -> list[tuple[type[Table], peewee.Expression]]:
    """Conditions for the rows that name one of those refs, by table; few at a time, by their keys. It reads whole
    tables: ask before the transaction that takes them away."""
    found = []
    for model, columns in NAMES.items():
        keys = list(model._meta.get_primary_keys())
        rows = model.select(*keys, *(model._meta.fields[name] for name in columns)).tuples().iterator()
        mine = [row[: len(keys)] for row in rows if any(_names(value, gone) for value in row[len(keys) :])]
        for start in range(0, len(mine), AT_ONCE):
            found.append((model, _one_of(keys, mine[start : start + AT_ONCE])))
    return found


def _names(value: str | None, gone: set[str]) -> bool:
    return not gone.isdisjoint(REF.findall(value or ""))


def _one_of(keys: list[peewee.Field], rows: list[tuple[Any, ...]]) -> peewee.Expression:
    """The condition that a row's key is one of those."""
    each = (functools.reduce(operator.and_, map(operator.eq, keys, row)) for row in rows)
    return functools.reduce(operator.or_, each)
