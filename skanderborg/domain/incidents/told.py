"""Rows in which the exposed person tells of what somebody said to an authority: a report of concern, an accusation.

Nobody knows who it came from, and whether it is true is not ours to say (D-15). Such a row stands in the log with its
number and its words; it is no contact, and the pattern does not count it as anything that the udøver did.
"""

from collections.abc import Iterable
from functools import cache

from ... import content
from ...kinds import IncidentKind
from ...store.incidents import Incident


@cache
def types() -> frozenset[str]:
    """Ids of the types that only tell of what was said to an authority."""
    return frozenset(one.id for one in content.incidents().type if one.told)


def is_told(named: Iterable[str]) -> bool:
    """Whether a row of these types tells of nothing else."""
    named = set(named)
    return bool(named) and named <= types()


def is_told_row(row: Incident) -> bool:
    """Whether a row of the log tells of nothing else."""
    return row.kind == IncidentKind.INCIDENT and is_told(row.types.split())


def contacts_of(row: Incident) -> int:
    """How many contacts a row stands for; none where it only tells, whatever it was once written with."""
    count: int = row.contact_count
    return 0 if is_told_row(row) else count
