"""How Danes write numbers, and what is counted."""

from collections.abc import Iterable


def number(count: int) -> str:
    """«2.312»."""
    return f"{count:,}".replace(",", ".")


def counted(count: int, one: str, many: str) -> str:
    """«1 opgave», «2.312 opgaver»."""
    return f"{number(count)} {one if count == 1 else many}"


def ranges(numbers: Iterable[int]) -> str:
    """Numbers as people list them: «1–12, 14, 20–31»."""
    runs: list[list[int]] = []
    for one in sorted(numbers):
        if runs and runs[-1][1] == one - 1:
            runs[-1][1] = one
        else:
            runs.append([one, one])
    return ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in runs)
