"""What would go, without writing anything: for whoever looks the rules over before they are used."""

from typing import Any

from ...store import owned
from ...store.cases import Case
from ...store.db import snapshot
from . import holds, proposals, terms


def lines() -> list[dict[str, Any]]:
    """Of each closed case its rule, its day, how much it is, and what keeps it, as JSON can hold it, by the day."""
    with snapshot():
        sizes = owned.sizes()
        found = [_line(case, *sizes[case.ref]) for case in terms.closed()]
    return sorted(found, key=lambda line: (line["due_on"], line["case"]))


def _line(case: Case, rows: int, size: int) -> dict[str, Any]:
    term, proposal = terms.of(case), proposals.of(case)
    assert term is not None  # noqa: S101 it is closed
    erase_at = proposal.erase_at if proposal else None
    return {
        "case": case.ref, "code": case.code, "rule": term.rule.id, "due_on": term.due_on.isoformat(), "rows": rows,
        "bytes": size, "holds": [line.kind.value for line in holds.on(case)],
        "proposed": proposal is not None, "erase_at": erase_at.isoformat() if erase_at else None,
    }  # fmt: skip
