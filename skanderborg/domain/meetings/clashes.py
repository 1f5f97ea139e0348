"""Who is already somewhere else when a meeting shall be."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...errors import Invalid
from ...kinds import MeetingStatus
from ...store.people import Person
from ...store.work import Meeting, Participant
from .. import people

BUSY = "{} er til et andet møde på det tidspunkt. Vælg et andet, eller sæt kryds, hvis mødet skal være der alligevel."


def refuse_busy(
    persons: list[Person], times: Mapping[str, datetime | Any], but: str = "", *, despite: bool = False
) -> None:
    """Raise Invalid for who takes part in a meeting, other than the one that is `but`, at the same time: of whichever
    case, and nothing of it is told. Not where it shall be so `despite`."""
    if despite:
        return
    same_time = (Meeting.starts_at < times["ends_at"]) & (Meeting.ends_at > times["starts_at"])
    found = (
        Person.select(Person.name)
        .join(Participant, on=(Participant.person == Person.ref) & Participant.removed_at.is_null())
        .join(Meeting)
        .where(Person.ref.in_([person.ref for person in persons]), same_time, Meeting.ref != but)
        .where(Meeting.status == MeetingStatus.PLANNED)
        .distinct()
    )
    busy = sorted((person.name for person in found), key=people.danish_order)
    if busy:
        names = " og ".join(filter(None, [", ".join(busy[:-1]), busy[-1]]))
        raise Invalid(BUSY.format(names), "despite_busy")
