"""Counts that cannot point at anyone: small ones are hidden, and with them whatever would give them away.

A table counts each of its things in one row, so that its total is all there is beside it. Who knows the total and these
rules must not be able to work a hidden cell out: tests/domain/test_figures.py tries all small tables there are.
"""

from collections.abc import Sequence

FEWEST = 5  # people at least in what is shown; fewer, but not none, are hidden
FEWEST_OF_A_SHARE = 10  # things from which a share or a median is told

Cells = list[int | None]  # None is hidden


def is_small(count: int) -> bool:
    """Whether a count would tell of someone: few, but not none."""
    return 0 < count < FEWEST


def hidden(counts: Sequence[int]) -> Cells:
    """The rows of one table, with None for each that is not shown; their sum is shown unless it is small itself.

    Small ones are hidden. One that stands alone, or some that can only be what they are (all 1, or all 4), take the
    next smallest along, with all that are as small. Where there is no other, the whole table is hidden, noughts too.
    """
    smallest, total = [count for count in counts if is_small(count)], sum(counts)
    if not smallest:
        return list(counts)
    if max(counts) < FEWEST + _is_full(counts, total):
        return [None] * len(counts)
    limit = FEWEST - 1
    if len(smallest) == 1 or sum(smallest) in (len(smallest), limit * len(smallest)):
        limit = min(count for count in counts if count >= FEWEST)
    return [None if 0 < count <= limit else count for count in counts]


def _is_full(counts: Sequence[int], total: int) -> int:
    """1 where the total is as large as small counts can make it: a table of only small ones would be told by that, so
    that it is hidden together with those that have one more somewhere."""
    return int(total == (FEWEST - 1) * len(counts))
