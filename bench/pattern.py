"""The pattern and the timeline of a long log: 5,000 rows that stand for 70,000 contacts over two years.

Promise: at most 8 queries; the pattern takes at most 150 ms of processor time, whole page, and opens no words;
the timeline's page costs at most 3 × that of a case with 50 rows.
"""

import random
from datetime import date, timedelta

from _house import begin, clock, cpu_per_page, db, house, make_cases, new_ref, people, queries_of, report, sign_in

from skanderborg.store.db import append_many, whole
from skanderborg.store.incidents import Incident

TYPES = ["call", "message", "email", "social-media", "approach", "follow", "watch", "through-child", "through-others"]
CHANNELS = ["phone", "sms", "app", "social", "email", None]
DAYS = 730


def fill_log(case: str, rows: int) -> int:
    """Rows of a log, some of them periods, a refusal every tenth month; returns how many contacts they stand for."""
    chance, writer, now, contacts = random.Random(1), people.by_username("solveig"), clock.now(), 0
    first = clock.today(now) - timedelta(days=DAYS)
    with begin():
        for start in range(0, rows, 500):
            made = [_row(case, number, chance, first) for number in range(start + 1, min(start + 500, rows) + 1)]
            contacts += sum(row["contact_count"] for row in made)
            append_many(Incident, [whole(Incident, row | {"by": writer.ref, "at": now}) for row in made])
    return contacts


def _row(case: str, number: int, chance: random.Random, first: date) -> dict[str, object]:
    ref, day = new_ref(), first + timedelta(days=chance.randrange(DAYS - 20))
    kind = "refusal" if number % 500 == 0 else "incident"
    return {
        "ref": ref, "case": case, "number": number, "kind": kind, "status": "live", "from_on": day,
        "to_on": day + timedelta(days=chance.randrange(1, 20)) if number % 20 == 0 else None,
        "at_time": f"{chance.randrange(24):02}:{chance.randrange(60):02}" if number % 3 else None,
        "types": f" {' '.join(chance.sample(TYPES, chance.choice([1, 1, 2])))} ",
        "contact_count": chance.randrange(1, 28) if kind == "incident" else 0,
        "channel": chance.choice(CHANNELS), "what": f"Hændelse {number} " + "ord " * 20, "reaction": "none",
        "children_present": "no", "reported": "no", "source": "citizen", "is_danger": number % 400 == 0,
        "fingerprint": ref[:16],
    }  # fmt: skip


def main() -> None:
    """Measure and print."""
    with house() as (app, _, _), db.connection_context():
        long, short = make_cases(2, 12)
        contacts = fill_log(long, 5_000)
        fill_log(short, 50)
        client = sign_in(app, "solveig")
        for page in ("moenster", "tidslinje"):
            of_long, of_short = (cpu_per_page(client, f"/sager/{case}/{page}", 30) for case in (long, short))
            report(
                page=page, contacts=contacts, queries=queries_of(client, f"/sager/{long}/{page}"),
                milliseconds=round(of_long * 1e3, 1), to_50_rows=round(of_long / of_short, 2),
            )  # fmt: skip


if __name__ == "__main__":
    main()
