"""The rows of a log as its lists and sums need them: all of a case at once, since no query can ask for what lies under
a seal, nor sort by it (docs/readable.md)."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import peewee

from ...kinds import IncidentKind, IncidentStatus
from ...store import sealed
from ...store.cases import Case
from ...store.incidents import Exhibit, Incident
from ...store.prepared import Parameter, prepared
from .told import is_told


class Logged(NamedTuple):
    """What is asked of a row of the log, kinds and marks as the database keeps them. What was not to be opened is as it
    is stored."""

    ref: str
    number: int
    status: str
    kind: str
    source: str
    is_example: bool
    is_withheld: bool
    log_import: str | None
    from_on: date
    to_on: date | None
    at_time: str | None
    is_second_hour: bool | None
    types: str
    contact_count: int
    is_danger: bool
    has_exhibit: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is not struck out."""
        return self.status == IncidentStatus.LIVE

    @property
    def contacts(self) -> int:
        """How many contacts it stands for; none where it only tells (see told.py)."""
        return 0 if self.kind == IncidentKind.INCIDENT and is_told(self.types.split()) else self.contact_count

    @property
    def last_on(self) -> date:
        """Its last day."""
        return self.to_on or self.from_on

    @property
    def order(self) -> tuple[date, str, bool, str, int]:
        """By the wall's time, the hour that comes twice in its order; a time that nobody knows first in its day."""
        at = self.at_time or ""
        return self.from_on, at[:2], bool(self.is_second_hour), at, self.number


def of(case: Case, but: Collection[str] = (), with_exhibits: bool = False) -> list[Logged]:
    """Every row that stands in the log of a case that was loaded, struck out or not, with all columns opened `but`
    those of which nothing is asked."""
    stored = _rows.stored(with_exhibits, case=case.ref)
    return [Logged(*row) for row in sealed.unsealed(Incident, case.ref, Logged._fields, stored, but)]


@prepared
def _rows(with_exhibits: bool, *, case: Parameter) -> peewee.ModelSelect:
    theirs = Exhibit.select(peewee.SQL("1")).where(Exhibit.incident == Incident.ref, Exhibit.struck_at.is_null())
    has_exhibit = [peewee.fn.EXISTS(theirs)] if with_exhibits else []
    columns = (Incident._meta.fields[name] for name in Logged._fields[:-1])
    in_log = Incident.status.in_((IncidentStatus.LIVE, IncidentStatus.STRUCK))
    return Incident.select(*columns, *has_exhibit).where(Incident.case == case, in_log)
