"""The police pack: an extract of 2,000 rows as PDF, spreadsheets and ZIP, beside one of 50.

Promise: 2,000 rows in at most 5 s from the password to the files, on a machine with a core to spare; the web process
grows by no more than the ZIP's pieces while 100 MB of exhibits are fetched.
"""

import os
import resource
import sys
import time
from datetime import date, timedelta

from _house import db, house, make_cases, report

from skanderborg import examples, policy
from skanderborg.clock import now
from skanderborg.domain import incidents, packs, people
from skanderborg.domain.incidents import Account
from skanderborg.domain.packs import choosing
from skanderborg.domain.packs.choosing import Choice
from skanderborg.kinds import Basis, IncidentKind, PackRecipient
from skanderborg.pages import packs as extracts
from skanderborg.pages.packs import archive
from skanderborg.policy import Action
from skanderborg.store import files
from skanderborg.store.db import begin, insert
from skanderborg.store.incidents import Exhibit

WHAT = "Han skrev igen og igen og ville vide, hvor jeg var, og hvem jeg var sammen med. Så ringede han. "
EXHIBITS, EXHIBIT_BYTES = 20, 5 * 1024 * 1024


def main() -> None:
    """Measure and print."""
    with house() as (app, _, _), db.connection_context():
        small, large = make_cases(2, 0)
        fill(small, 50), fill(large, 2_000)
        few, many = (measured(app, ref) for ref in (small, large))
        report(
            seconds_2000=many, seconds_50=few, make_2000_to_50=round(many["make_processor"] / few["make_processor"], 1),
            is_within_5_s=many["make"] <= 5,
            zip_of_100_mb=fetched(large),
        )  # fmt: skip


def fill(ref: str, count: int) -> None:
    """Rows over a year, each of them for several contacts."""
    solveig = people.by_username("solveig")
    case = policy.case_for(solveig, ref, Action.INCIDENT_RECORD)
    with begin():
        for number in range(1, count + 1):
            on = date(2025, 11, 1) + timedelta(days=number % 365)
            said = Account(
                IncidentKind.INCIDENT, on, types=("message", "call"), contact_count=1 + number % 40, what=WHAT * 2,
                place="Hjemme", sender="+45 12 34 56 78", channel="sms", witness="Naboen",
            )  # fmt: skip
            incidents.write(solveig, case, said, number=number)


def measured(app: object, ref: str) -> dict[str, float]:
    """Seconds that the preview takes, and then the files."""
    solveig = people.by_username("solveig")
    case = policy.case_for(solveig, ref, Action.CASE_EXPORT)
    choice = Choice(PackRecipient.POLICE, parts=choosing.usual(PackRecipient.POLICE, is_masked=False))
    began, busy = time.perf_counter(), processor_seconds()
    found = extracts.preview(solveig, case, choice)
    seen, busy_seen = time.perf_counter(), processor_seconds()
    handed = packs.Handed(choice, "Bo Betjent", "Til anmeldelsen i sagen", Basis.NECESSARY, None, found.mark)
    extracts.hand_over(solveig, case, handed, examples.PASSWORD)
    return {
        "preview": round(seen - began, 2), "make": round(time.perf_counter() - seen, 2),
        "preview_processor": round(busy_seen - busy, 2), "make_processor": round(processor_seconds() - busy_seen, 2),
    }  # fmt: skip


def processor_seconds() -> float:
    """Of this process and the children that ended: what a busy machine does not stretch."""
    return sum(os.times()[:4])


def fetched(ref: str) -> dict[str, object]:
    """The ZIP of a pack with 100 MB of exhibits: how long, and by how much the process grew."""
    solveig = people.by_username("solveig")
    case = policy.case_for(solveig, ref, Action.CASE_EXPORT)
    pack = packs.one(solveig, case, packs.of_case(solveig, case)[0].ref)
    found = archive.members(pack)
    for number in range(1, EXHIBITS + 1):
        with begin():
            piece = os.urandom(1024 * 1024)
            pieces = (piece for _ in range(EXHIBIT_BYTES // len(piece)))
            file = files.keep(ref, solveig.ref, "x", "image/jpeg", pieces, now())
            insert(Exhibit, case=ref, number=number, file=file.ref, source="citizen", by=solveig.ref, at=now())
            found.append(archive.Member(f"bilag/bilag-{number:03}.jpg", file))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    size = sum(map(len, archive.stream(pack, found, "Solveig Sand", now())))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {
        "megabytes": size // 2**20,
        "seconds": round(time.perf_counter() - began, 2),
        "grown_megabytes": round(grown, 1),
    }


if __name__ == "__main__":
    sys.exit(main())
