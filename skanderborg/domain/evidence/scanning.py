"""Exhibits are looked through for viruses by the worker, each once: what was not is never shown as clean (SEC-46).

A scanner that does not answer makes them wait, and is told of; nothing is refused because of it.
"""

import logging
from datetime import datetime
from typing import Any

from ... import clock
from ...errors import Unreadable
from ...kinds import EventKind, Scan
from ...policy import SYSTEM
from ...store import events, files
from ...store.db import lock_chain, rewrite, transaction
from ...store.files import StoredFile
from ...store.incidents import Exhibit
from .. import rules
from . import scanner

A_TURN = 10  # so many by one tick, each after the other
ANSWER_SECONDS = 3  # to a question whether it is there
LONGEST_NAME = 80
log = logging.getLogger(__name__)


def scan_due(now: datetime) -> int:
    """Have the exhibits looked through that were not yet, oldest first; how many were; 0 where there is no scanner.

    A tick: run twice, late, or by two at once, it writes the same.
    """
    if not rules.current().clamd_socket:
        return 0
    due = _waiting().order_by(Exhibit.at).limit(A_TURN)
    try:
        return sum(_scan(row, now) for row in list(due))
    except scanner.Down as error:
        log.warning("the virus scanner does not answer: %s", error)
        return 0


def state() -> dict[str, Any]:
    """Whether the scanner answers, and how many exhibits wait for it; `ok` where there is none."""
    limits = rules.current()
    if not limits.clamd_socket:
        return {"ok": True, "waiting": None}
    is_there, waiting = scanner.is_there(limits.clamd_socket, ANSWER_SECONDS), _waiting().count()
    return {"ok": is_there, "waiting": waiting}


def in_words(exhibit: Exhibit) -> str:
    """What is known of viruses in the file, as the page says it."""
    if exhibit.scan is None:
        return "Venter på at blive undersøgt for virus" if rules.current().clamd_socket else "Ikke undersøgt for virus"
    named = f": {exhibit.scan_found}" if exhibit.scan_found else ""
    return f"{exhibit.scan.label}{named} ({clock.short_date_with_year(clock.today(exhibit.scanned_at))})"


def _waiting() -> Any:
    due = Exhibit.select(Exhibit, StoredFile).join(StoredFile, on=(Exhibit.file == StoredFile.ref))
    return due.where(Exhibit.scan.is_null())


def _scan(exhibit: Exhibit, now: datetime) -> bool:
    limits = rules.current()
    try:
        verdict = scanner.scan(limits.clamd_socket, files.checked(exhibit.file), limits.clamd_seconds)
    except Unreadable:
        verdict = scanner.Verdict(was_looked_at=False)
    return _noted(exhibit, verdict, now)


@transaction
def _noted(exhibit: Exhibit, verdict: scanner.Verdict, now: datetime) -> bool:
    """It follows from the file and is nothing that anyone says: no new version, over which someone's words would be
    refused. That a virus was found, the case's history tells."""
    lock_chain(f"case:{exhibit.case_id}")
    scan = Scan.FOUND if verdict.found else Scan.CLEAN if verdict.was_looked_at else Scan.NOT_SCANNED
    found = verdict.found[:LONGEST_NAME] if verdict.found else None
    mine = Exhibit.ref == exhibit.ref, Exhibit.scan.is_null()
    rows = rewrite(Exhibit, *mine, scan=scan, scan_found=found, scanned_at=now)
    if rows and scan == Scan.FOUND:
        events.record(SYSTEM, EventKind.EXHIBIT_VIRUS_FOUND, rows[0])
    return bool(rows)
