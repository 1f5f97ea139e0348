"""Beside the archive of twenty years: `archive.py [cases] [events]`, of which 40 cases are open.

Promise, for SKB_DATABASE_URL=postgresql://…: with 20,000 cases and 10 million events the board, a case, finding, the
digest and the reminders take at most 1.2 times what they take with 2,000 cases. The events of the archive are rows of
the usual size that nobody signed: the log of this house does not verify. Ten million take about half an hour to make.
"""

import re
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from _house import begin, clock, db, events, fill_case, house, make_cases, new_ref, report, sign_in

from skanderborg.domain import ticks

FEW, OPEN = 2_000, 40
CASES, EVENTS = 20_000, 10_000_000
ROUNDS, A_STATEMENT = 15, 500
PROMISED = 1.2


def put_away(count: int, of: list[str]) -> None:
    """So many events, the same number in the chain of each of these cases, behind those that are there."""
    now, each = clock.now(), count // len(of)
    for ref in of:
        for first in range(0, each, A_STATEMENT):
            rows = [_event(ref, 1_000 + number, now) for number in range(first, min(each, first + A_STATEMENT))]
            with begin():
                events.Event.insert_many(rows).execute()


def _event(case: str, number: int, now: object) -> dict[str, object]:
    return {
        "ref": new_ref(), "chain": f"case:{case}", "number": number, "at": now - timedelta(days=3650 - number % 3650),
        "actor": None, "action": "case:read", "object_kind": "case", "object_ref": case, "outcome": "ok",
        "is_write": False, "request": new_ref(), "version": 1, "form": 1, "mac": secrets.token_hex(32),
    }  # fmt: skip


def median_ms(do: Callable[[], object]) -> float:
    """How long it takes, in the middle of some times, after a few to warm up."""
    took = []
    for _ in range(ROUNDS + 3):
        began = time.perf_counter()
        do()
        took.append(time.perf_counter() - began)
    return round(statistics.median(took[3:]) * 1e3, 2)


def measured(client: object, case: str, word: str) -> dict[str, float]:
    """What the pages and the ticks take now, in milliseconds."""

    token = re.search(r'name="csrf_token" value="(\w+)"', client.get("/find").text)[1]
    asked = {"q": word, "csrf_token": token}
    if client.post("/find", data=asked).status_code not in (200, 303):
        raise SystemExit("nothing is found")

    def page(path: str) -> Callable[[], object]:
        return lambda: client.get(path)

    return {
        "board": median_ms(page("/tavle")), "case": median_ms(page(f"/sager/{case}")),
        "find": median_ms(lambda: client.post("/find", data=asked)), "reminders": median_ms(ticks.owe),
        "digest": median_ms(ticks.tell),
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    cases, many = [int(word) for word in sys.argv[1:]] + [CASES, EVENTS][len(sys.argv) - 1 :]
    with house() as (app, _, _), db.connection_context():
        refs = make_cases(OPEN, 12)
        fill_case(refs[0], 30, 60, 200)
        archive = make_cases(FEW - OPEN, 0, closed=True)
        put_away(many // 10, archive)
        client = sign_in(app, "rikke")
        few = measured(client, refs[0], refs[0][:5])
        archive = make_cases(cases - FEW, 0, closed=True)
        put_away(many - many // 10, archive)
        if db.obj.__class__.__name__ != "Sqlite":
            db.execute_sql("ANALYZE")  # as autovacuum does it meanwhile
        all_of_it = measured(client, refs[0], refs[0][:5])
    ratios = {name: round(all_of_it[name] / few[name], 2) for name in few}
    report(
        cases=cases, events=many, with_few_ms=few, with_all_ms=all_of_it, ratios=ratios,
        missed=[name for name, ratio in ratios.items() if ratio > PROMISED],
    )  # fmt: skip


if __name__ == "__main__":
    main()
