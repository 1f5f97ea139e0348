"""The pattern of a case's log: what single acts do not show (S1-10, S1-68..73, D-09).

Read in two queries, from plain columns: no text is opened. counting.py counts, sections.py says, shapes.py
is what the page is given.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

import peewee

from ... import clock, policy
from ...kinds import CitizenRole
from ...policy import Action
from ...store.authorities import Breach, Order
from ...store.cases import Case
from ...store.incidents import Incident
from ...store.people import Person
from ...store.prepared import Parameter, prepared
from .. import incidents
from . import sections
from .counting import Row
from .shapes import Ban, Log, Section


def read(actor: Person, case: Case) -> list[Section]:
    """Every section of the pattern of a case that the actor has loaded."""
    policy.require(actor, Action.CASE_READ, case)
    return sections.of(_log(case, _rows(case)))


def sentences(actor: Person, case: Case, only: Collection[int] | None = None) -> list[str]:
    """The sentences alone, for what is handed over; `only` counts just the rows of these numbers."""
    policy.require(actor, Action.CASE_READ, case)
    rows = [row for row in _rows(case) if only is None or row.number in only]
    return [section.sentence for section in sections.of(_log(case, rows))]


def _log(case: Case, rows: list[Row]) -> Log:
    bans = [_ban(values) for values in _orders.stored(case=case.ref)]
    is_own_account = case.citizen_role == CitizenRole.PERPETRATOR
    return sections.log_of(rows, bans, clock.today(clock.now()), is_own_account)


def _rows(case: Case) -> list[Row]:
    return [_row(values) for values in _counting_rows.stored(case=case.ref)]


@prepared
def _counting_rows(*, case: Parameter) -> peewee.ModelSelect:
    columns = (
        Incident.number, Incident.kind, Incident.from_on, Incident.to_on, Incident.at_time, Incident.is_second_hour,
        Incident.types, Incident.contact_count, Incident.channel, Incident.reaction, Incident.is_danger,
    )  # fmt: skip
    return Incident.select(*columns).where(Incident.case == case, incidents.counts())


def _row(stored: tuple[Any, ...]) -> Row:
    number, kind, from_on, to_on, at, second, types, count, channel, reaction, is_danger = stored
    first = _day(from_on)
    last = _day(to_on) if to_on else first
    is_second = None if second is None else bool(second)
    return Row(
        number, kind, first, last, at, is_second, tuple(types.split()), count, channel, reaction, bool(is_danger)
    )


@prepared
def _orders(*, case: Parameter) -> peewee.ModelSelect:
    columns = (Order.kind, Order.from_on, Order.to_on, Order.ended_on)
    breaches = Breach.select(peewee.fn.COUNT(Breach.ref)).where(Breach.order == Order.ref)
    return Order.select(*columns, breaches).where(Order.case == case).order_by(Order.from_on, Order.ref)


def _ban(stored: tuple[Any, ...]) -> Ban:
    kind, from_on, to_on, ended_on, breaches = stored
    until = min(_day(to_on), _day(ended_on)) if ended_on else _day(to_on)
    return Ban(kind, _day(from_on), until, breaches)


def _day(stored: Any) -> date:
    """A date as either database keeps it."""
    return stored if isinstance(stored, date) else date.fromisoformat(stored)
