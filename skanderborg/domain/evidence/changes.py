"""What is said of an exhibit later: description, row, withheld, and that it is struck out. Its bytes never change."""

from ... import clock
from ...errors import Invalid, TooLate
from ...kinds import EventKind
from ...policy import Action
from ...store.incidents import Exhibit
from ...store.people import Person
from ..verbs import work
from ..written import revise
from . import FileDetails, row_numbered


@work(Action.INCIDENT_RECORD)
def describe(actor: Person, exhibit: Exhibit, said: FileDetails, seen_version: int) -> Exhibit:
    """Say something else of an exhibit, over the version that was seen. Raises Invalid for an unknown row and on a
    closed case, Conflict."""
    row = row_numbered(exhibit.case, said.row)
    old = FileDetails(exhibit.description, exhibit.incident.number if exhibit.incident_id else None, exhibit.source,
               exhibit.is_withheld, said.about)  # fmt: skip
    changes = {
        name: [getattr(old, name), value] for name, value in said._asdict().items() if getattr(old, name) != value
    }
    if not changes:
        return exhibit
    return revise(
        actor, EventKind.EXHIBIT_DESCRIBED, exhibit, seen_version, told=changes, description=said.description,
        incident=row, source=said.source, is_withheld=said.is_withheld,
    )  # fmt: skip


@work(Action.INCIDENT_RECORD)
def strike(actor: Person, exhibit: Exhibit, reason: str, seen_version: int) -> Exhibit:
    """Strike an exhibit out, with a reason. Its bytes and its number stay. Raises TooLate when it was struck already,
    Conflict, and Invalid on a closed case."""
    if not reason:
        raise Invalid("Skriv, hvorfor bilaget ikke gælder.", "reason")
    if exhibit.struck_at:
        raise TooLate("Bilaget er allerede overstreget.")
    return revise(
        actor, EventKind.EXHIBIT_STRUCK, exhibit, seen_version, told=(), because=reason, struck_at=clock.now(),
        struck_by=actor.ref, struck_reason=reason,
    )  # fmt: skip
