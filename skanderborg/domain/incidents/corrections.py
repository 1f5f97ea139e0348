"""What is wrong in the log is put right beside it: the words before stay, the number too, nothing is deleted (D-09).

Every verb takes the row as `incidents.one` loads it and the version that was seen.
"""

from typing import Any

from ... import clock
from ...errors import Invalid
from ...kinds import EventKind, IncidentStatus
from ...policy import Action
from ...store.incidents import Incident, IncidentVersion
from ...store.people import Person
from .. import incidents, written
from ..verbs import work
from ..written import insert_by, revise, revise_if_new

ADVISED_EXAMPLES = 5  # the police want 3 to 5 typical ones (S1-71)
MARKS = {"is_withheld", "is_danger"}  # are set and taken away without a correction; the history tells of them
STRUCK = "Hændelsen er overstreget. Fortryd overstregningen først, hvis den alligevel gælder."


@work(Action.INCIDENT_RECORD)
def correct(actor: Person, row: Incident, said: incidents.Account, reason: str | None, seen_version: int) -> Incident:
    """Let a row say something else; what it said is kept with who, when and why. Number and fingerprint stay.

    A danger sign that it did not have makes the case acute. Saying the same changes nothing. Raises Invalid as `record`
    does, without a reason, and for a row that is struck out; Conflict when someone was faster.
    """
    incidents.check(said)
    incidents.refuse_unasked(row.case, said, incidents.account_of(row))
    if row.status != IncidentStatus.LIVE:
        raise Invalid(STRUCK)
    if not reason:
        raise Invalid("Skriv, hvorfor hændelsen bliver rettet.", "reason")
    now = incidents.columns_of(said)
    corrected = revise_if_new(actor, EventKind.INCIDENT_CORRECTED, row, seen_version, because=reason, **now)
    if corrected is row:
        return row
    columns = {"incident": row.ref, "version": seen_version, "content": content_of(row), "reason": reason}
    insert_by(actor, IncidentVersion, row.case, **columns)
    if corrected.is_danger and not row.is_danger:
        incidents.raise_alarm(actor, row.case, corrected)
    return corrected


@work(Action.INCIDENT_RECORD)
def strike(actor: Person, row: Incident, reason: str | None, seen_version: int) -> Incident:
    """Strike a row out: it stays to be read and counts no more. Twice is once.

    Raises Invalid without a reason and on a closed case, Conflict when someone was faster.
    """
    if not reason:
        raise Invalid("Skriv, hvorfor hændelsen ikke gælder.", "reason")
    if row.status == IncidentStatus.STRUCK:
        return written.already(row, struck_reason=reason)
    return revise(
        actor, EventKind.INCIDENT_STRUCK, row, seen_version, told=(), because=reason, status=IncidentStatus.STRUCK,
        struck_at=clock.now(), struck_by=actor.ref, struck_reason=reason,
    )  # fmt: skip


@work(Action.INCIDENT_RECORD)
def restore(actor: Person, row: Incident, reason: str | None, seen_version: int) -> Incident:
    """Let a row that was struck out count again; why it was is in the history. Raises as `strike` does."""
    if not reason:
        raise Invalid("Skriv, hvorfor hændelsen gælder alligevel.", "reason")
    if row.status == IncidentStatus.LIVE:
        return written.already_told(actor, EventKind.INCIDENT_RESTORED, row, reason)
    return revise(
        actor, EventKind.INCIDENT_RESTORED, row, seen_version, told={"reason": [row.struck_reason, reason]},
        status=IncidentStatus.LIVE, struck_at=None, struck_by=None, struck_reason=None,
    )  # fmt: skip


@work(Action.INCIDENT_RECORD)
def mark_example(actor: Person, row: Incident, is_so: bool, seen_version: int) -> Incident:
    """Say whether a row is one of the typical ones, which come first in what the police get (S1-71)."""
    return _marked(actor, row, EventKind.INCIDENT_EXAMPLE_MARKED, seen_version, is_example=is_so)


@work(Action.INCIDENT_RECORD)
def mark_withheld(actor: Person, row: Incident, is_so: bool, seen_version: int) -> Incident:
    """Say whether a row must not reach the other party: it is left out of what is handed over."""
    return _marked(actor, row, EventKind.INCIDENT_WITHHELD_MARKED, seen_version, is_withheld=is_so)


@work(Action.INCIDENT_RECORD)
def mark_danger(actor: Person, row: Incident, seen_version: int) -> Incident:
    """Say that a row tells of a danger sign: the case becomes acute, as if it had been recorded so."""
    if row.is_danger:
        return row
    marked = _marked(actor, row, EventKind.INCIDENT_DANGER_MARKED, seen_version, is_danger=True)
    incidents.raise_alarm(actor, row.case, marked)
    return marked


def _marked(actor: Person, row: Incident, action: EventKind, seen_version: int, **mark: Any) -> Incident:
    """The row with the mark; one that has it already stays as it is."""
    [(name, is_so)] = mark.items()
    if getattr(row, name) == is_so:
        return row
    if row.status != IncidentStatus.LIVE:
        raise Invalid(STRUCK)
    return revise(actor, action, row, seen_version, **mark)


def content_of(row: Incident) -> dict[str, Any]:
    """What a row says, as a version of it keeps it."""
    plain = incidents.columns_of(incidents.account_of(row))
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in plain.items()}
