"""What a risk instrument said: only recorded. The tool holds no instrument and reckons nothing (D-27)."""

from typing import Any

from ... import clock
from ...errors import Invalid
from ...kinds import EventKind, RiskLevel
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.people import Person
from ...store.record import RiskRecord
from .. import days
from ..paging import newest_first
from ..verbs import reads, work
from ..written import add


@creates(RiskRecord)
@work(Action.CASE_ASSESS)
def record(actor: Person, case: Case, **said: Any) -> RiskRecord:
    """Write down what an instrument said, by the columns of a RiskRecord.

    Raises Invalid for odd days, a level without words, and on a closed case.
    """
    made_on, until = said["made_on"], said.get("valid_until")
    days.refuse_future(made_on, "made_on", "Skriv, hvornår vurderingen blev lavet.")
    if until and until < made_on:
        raise Invalid("Den kan ikke udløbe, før den er lavet.", "valid_until")
    if said["level"] == RiskLevel.OTHER and not said.get("level_text"):
        raise Invalid("Skriv, hvad vurderingen kom frem til.", "level_text")
    return add(actor, EventKind.RISK_RECORDED, RiskRecord, case, **said)


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[RiskRecord]:
    """What was recorded in a case, newest first, with who wrote it down (`writer`)."""
    rows = RiskRecord.select(RiskRecord, Person.ref, Person.name).join(
        Person, on=(RiskRecord.by == Person.ref), attr="writer"
    )
    return newest_first(rows.where(RiskRecord.case == case.ref), "made_on", "at")


def has_expired(row: RiskRecord) -> bool:
    """Whether the day has passed up to which it was valid."""
    return row.valid_until is not None and row.valid_until < clock.today()
