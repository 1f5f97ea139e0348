"""The pattern of a case's log: what single acts do not show (S1-10, S1-68..73, D-09).

Its page reads it in three queries, and opens no words. What is handed over counts rows and orders that were read
already. counting.py counts, sections.py says, shapes.py is what the page is given.
"""

from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import Any

import peewee

from ... import clock, content
from ...domain import incidents
from ...domain.verbs import reads
from ...kinds import CitizenRole
from ...policy import Action
from ...store import sealed
from ...store.authorities import Breach, Order
from ...store.cases import Case
from ...store.critical_dates import CriticalDate
from ...store.incidents import Incident
from ...store.people import Person
from ...store.prepared import Parameter, prepared
from . import sections
from .counting import CountedRow
from .shapes import Ban, Log, PatternSection

# What is counted: columns where it is asked of a table, values where it is asked of a row.
COUNTED = (
    "number", "kind", "from_on", "to_on", "at_time", "is_second_hour", "types", "contact_count", "channel", "reaction",
    "is_danger",
)  # fmt: skip
DECIDED = ("kind", "from_on", "to_on", "ended_on")
_counted, _decided = attrgetter(*COUNTED), attrgetter(*DECIDED)


@reads(Action.CASE_READ)
def read(actor: Person, case: Case) -> list[PatternSection]:
    """Every section of the pattern of a case that the actor has loaded."""
    counted = sealed.unsealed(Incident, case.ref, ("ref", *COUNTED), _counted_rows.stored(case=case.ref))
    decided = sealed.unsealed(Order, case.ref, ("ref", *DECIDED, "breaches"), _orders.stored(case=case.ref))
    in_order = sorted(decided, key=lambda values: (values[2], values[0]))
    log = _log(case, (values[1:] for values in counted), (values[1:] for values in in_order))
    dates = [(_day(on), content.date_label(kind)) for on, kind in _dates.stored(case=case.ref)]
    return sections.of(log._replace(dates=dates))


@reads(Action.CASE_READ)
def sentences(actor: Person, case: Case, rows: list[Incident], orders: list[Order] | None) -> list[str]:
    """The sentences alone, of some rows of the log and never of one that is left out, for what is handed over: no day
    to come is told.

    Each of `orders` has its `breach_count`. Without them nothing is said of what the police decided, not even that
    there is nothing.
    """
    if not rows:
        return []
    begun = [order for order in orders or [] if order.from_on <= clock.today()]
    decided = [(*_decided(order), order.breach_count) for order in begun]
    found = sections.of(_log(case, map(_counted, rows), decided)._replace(leaves=True))
    return [section.sentence for section in found if orders is not None or section.id != sections.BANS]


def breach_count() -> peewee.ModelSelect:
    """How many breaches of an order were written down, for a query of orders."""
    return Breach.select(peewee.fn.COUNT(Breach.ref)).where(Breach.order == Order.ref)


@prepared
def _counted_rows(*, case: Parameter) -> peewee.ModelSelect:
    return Incident.select(Incident.ref, *_counted(Incident)).where(Incident.case == case, incidents.counts())


@prepared
def _orders(*, case: Parameter) -> peewee.ModelSelect:
    return Order.select(Order.ref, *_decided(Order), breach_count()).where(Order.case == case)


@prepared
def _dates(*, case: Parameter) -> peewee.ModelSelect:
    found = CriticalDate.select(CriticalDate.on, CriticalDate.kind).where(CriticalDate.case == case)
    return found.where(CriticalDate.cancelled_at.is_null()).order_by(CriticalDate.on, CriticalDate.ref)


def _log(case: Case, counted: Iterable[tuple[Any, ...]], decided: Iterable[tuple[Any, ...]]) -> Log:
    rows, bans = _rows(counted), [_ban(values) for values in decided]
    return sections.log_of(rows, bans, clock.today(), case.citizen_role == CitizenRole.PERPETRATOR)


def _rows(counted: Iterable[tuple[Any, ...]]) -> list[CountedRow]:
    """What counts: not what the exposed person only tells of, and nobody's way of stalking either (D-15)."""
    told = incidents.told.types()
    found = ((row, tuple(name for name in row.types if name not in told)) for row in map(_row, counted))
    return [row._replace(types=types) for row, types in found if types or not row.types]


def _row(values: tuple[Any, ...]) -> CountedRow:
    number, kind, from_on, to_on, at, second, types, count, channel, reaction, is_danger = values
    last = to_on or from_on
    is_second = None if second is None else bool(second)
    return CountedRow(
        number, kind, from_on, last, at, is_second, tuple(types.split()), count, channel, reaction, bool(is_danger)
    )


def _ban(values: tuple[Any, ...]) -> Ban:
    kind, from_on, to_on, ended_on, breaches = values
    return Ban(kind, from_on, min(to_on, ended_on) if ended_on else to_on, breaches)


def _day(stored: Any) -> date:
    """A date as either database keeps it."""
    return stored if isinstance(stored, date) else date.fromisoformat(stored)
