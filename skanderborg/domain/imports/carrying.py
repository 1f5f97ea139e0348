"""The worker's part: some hundred rows at a time into the log, seen by nobody until all of them are there.

Each batch is a short transaction of its own, so that others are not held up. It first claims where the import has come
to: of two workers at one import only one goes on, and one that is killed is carried on where it stopped.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from ... import policy
from ...errors import NotAllowed, NotFound, Unreadable
from ...kinds import EventKind, ImportStatus, IncidentStatus
from ...policy import SYSTEM, Action
from ...store.cases import Case
from ...store.db import append_many, new_ref, rewrite, transaction, whole
from ...store.incidents import Incident, LogImport
from ...store.people import Person
from .. import incidents
from ..written import revise
from . import deciding, is_understood, plan_of, trial
from .plans import Plan
from .rows import understood

ROWS_A_BATCH = 250  # divides trial.ROWS_A_CHUNK
CLOSED, NO_ACCESS, UNREADABLE = "closed", "access", "unreadable"


class Stopped(Exception):
    """The import must not go on; `why` is one of the words above."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class Batch(NamedTuple):
    """Rows of the file up to `until` (from 0, exclusive), those of them that are to be written ready to be."""

    until: int
    rows: list[dict[str, Any]]


def carry_on(now: datetime) -> int:
    """Import what was set going. Returns how many rows went through.

    A tick: running it twice, at once or late, is harmless. One import that fails does not keep the others.
    """
    count, failures = 0, []
    queued = LogImport.select(LogImport.ref).where(LogImport.status == ImportStatus.QUEUED).order_by(LogImport.at)
    for ref in [row.ref for row in queued]:
        try:
            count += _carry(ref, now)
        except Exception as error:  # noqa: BLE001 raised below, after the others had their turn
            failures.append(error)
    if failures:
        raise failures[0]
    return count


def _carry(ref: str, now: datetime) -> int:
    """One import to its end, or until another worker is found at it. Returns how many rows went through."""
    row = _under_way(ref)
    if row is None:
        return 0
    if not is_understood(row):
        _fail(row, now)
        return 0
    before = row.done_count
    try:
        for batch in _batches(row, now):
            if batch.until > row.done_count and not _write(row, batch):
                return row.done_count - before
        _finish(row, now)
    except Stopped as stopped:
        _stop(row, stopped.why)
    except Unreadable:
        _fail(row, now)
    return row.done_count - before


def _under_way(ref: str) -> LogImport | None:
    """The import as it stands, unless it came to an end meanwhile."""
    return LogImport.get_or_none(LogImport.ref == ref, LogImport.status == ImportStatus.QUEUED)


def _batches(row: LogImport, now: datetime) -> Iterator[Batch]:
    """The file from its beginning, since what is alike is counted from there; what went through is not sealed again."""
    case, plan, verdicts = deciding.case_of(row), plan_of(row), row.choices["verdicts"]
    seen, place = Counter[str](), 0
    for chunk in trial.chunks_of(row, plan):
        for first in range(0, len(chunk), ROWS_A_BATCH):
            part = chunk[first : first + ROWS_A_BATCH]
            wanted = [
                one for one, verdict in zip(part, verdicts[place:], strict=False) if verdict != trial.Verdict.FAULTY
            ]
            place += len(part)
            yield Batch(place, list(_ready(row, case, plan, wanted, seen, place > row.done_count, now)))


def _ready(
    row: LogImport, case: Case, plan: Plan, cells: list[Any], seen: Counter[str], is_due: bool, now: datetime
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for one in cells:
        said = understood(one, plan).said
        if said is None:
            continue  # it was fine when a person saw it: a type was retired meanwhile
        fingerprint, is_repeated = trial.told_apart(case, said, seen)
        if is_due and not (is_repeated and row.choices["without_alike"]):
            values = incidents.columns_of(said) | {
                "ref": new_ref(), "case": case.ref, "status": IncidentStatus.PENDING, "fingerprint": fingerprint,
                "log_import": row.ref, "by": row.by_id, "at": now,
            }  # fmt: skip
            yield whole(Incident, values)


@transaction
def _write(row: LogImport, batch: Batch) -> bool:
    """Write a batch, unless another worker did. Raises Stopped when the import must not go on."""
    case = _may_go_on(row)
    claimed = LogImport.update(done_count=batch.until).where(
        LogImport.ref == row.ref, LogImport.status == ImportStatus.QUEUED, LogImport.done_count == row.done_count
    )
    if not claimed.execute():
        return False
    there = incidents.fingerprints(case).where(Incident.fingerprint.in_([one["fingerprint"] for one in batch.rows]))
    known = {fingerprint for (fingerprint,) in there.tuples()}
    fresh = [one for one in batch.rows if one["fingerprint"] not in known]
    number = incidents.next_number(case)
    append_many(Incident, [one | {"number": number + place} for place, one in enumerate(fresh)])
    LogImport.update(added_count=LogImport.added_count + len(fresh)).where(LogImport.ref == row.ref).execute()
    row.done_count = batch.until
    return True


def _may_go_on(row: LogImport) -> Case:
    """The case, unless it was closed meanwhile or the one who set the import going may no longer write in it."""
    person = Person.get_by_id(row.by_id)
    try:
        case = policy.case_for(person, row.case_id, Action.INCIDENT_RECORD)
    except (NotFound, NotAllowed):
        raise Stopped(NO_ACCESS) from None
    if case.closed_at:
        raise Stopped(CLOSED)
    if person.disabled_at:
        raise Stopped(NO_ACCESS)
    return case


@transaction
def _finish(row: LogImport, now: datetime) -> None:
    """Let all rows count at once."""
    _may_go_on(row)
    fresh = _under_way(row.ref)
    if fresh is None:
        return
    its_own = Incident.log_import == row.ref, Incident.status == IncidentStatus.PENDING
    rewrite(Incident, *its_own, status=IncidentStatus.LIVE)
    counts = {"row_count": [None, fresh.row_count], "added_count": [None, fresh.added_count]}
    revise(
        Person.get_by_id(row.by_id), EventKind.IMPORT_FINISHED, fresh, fresh.version, told=counts,
        status=ImportStatus.DONE, finished_at=now,
    )  # fmt: skip


@transaction
def _stop(row: LogImport, why: str) -> None:
    """Put an import back to where it was before it was set going: nothing of it is seen, and nothing is lost."""
    fresh = _under_way(row.ref)
    if fresh is None:
        return
    deciding.take_out(row, IncidentStatus.PENDING)
    choices = fresh.choices | {"stopped": why}
    revise(SYSTEM, EventKind.IMPORT_STOPPED, fresh, fresh.version, told=(), status=ImportStatus.READ, choices=choices,
           done_count=0, added_count=0)  # fmt: skip


@transaction
def _fail(row: LogImport, now: datetime) -> None:
    """What was kept of the file cannot be read any more, and never will be."""
    fresh = _under_way(row.ref)
    if fresh is None:
        return
    deciding.take_out(row, IncidentStatus.PENDING)
    revise(SYSTEM, EventKind.IMPORT_FAILED, fresh, fresh.version, told=(), status=ImportStatus.FAILED, finished_at=now)
