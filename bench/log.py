"""The log of a long case: 5,000 rows that stand for 70,000 contacts, with 1,000 exhibits.

Promise: its list, any page or filter of it, takes at most 8 queries and at most 3 × the processor time of the list of a
case with 50 rows.
"""

from _house import begin, clock, cpu_per_page, db, house, make_cases, people, queries_of, report, sign_in
from pattern import fill_log

from skanderborg.store import files
from skanderborg.store.db import insert
from skanderborg.store.incidents import Exhibit, Incident

ASKED = ("", "?side=50", "?type=message&orden=aeldste", "?fare=ja", "?bilag=ja&fra=1.1.2025")


def fill_exhibits(case: str, count: int) -> None:
    """Small files, each of a row of the log."""
    writer, now = people.by_username("solveig").ref, clock.now()
    rows = [row.ref for row in Incident.select(Incident.ref).where(Incident.case == case)]
    with begin():
        for number in range(1, count + 1):
            kept = files.keep(case, writer, "besked.txt", "text/plain", [b"skrev igen"], now)
            insert(Exhibit, case=case, number=number, incident=rows[number % len(rows)], file=kept, source="citizen",
                   by=writer, at=now)  # fmt: skip


def main() -> None:
    """Measure and print."""
    with house() as (app, _, _), db.connection_context():
        long, short = make_cases(2, 12)
        contacts = fill_log(long, 5_000)
        fill_log(short, 50)
        fill_exhibits(long, 1_000)
        fill_exhibits(short, 10)
        client = sign_in(app, "solveig")
        of_short = cpu_per_page(client, f"/sager/{short}/haendelser", 40)
        for asked in ASKED:
            there = f"/sager/{long}/haendelser{asked}"
            of_long = cpu_per_page(client, there, 40)
            report(
                page=asked or "the newest", contacts=contacts, queries=queries_of(client, there),
                milliseconds=round(of_long * 1e3, 1), to_50_rows=round(of_long / of_short, 2),
            )  # fmt: skip


if __name__ == "__main__":
    main()
