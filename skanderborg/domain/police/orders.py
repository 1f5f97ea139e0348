"""Tilhold, strakstilhold and opholdsforbud: decided by the police, written down here, and broken (lov om tilhold)."""

from datetime import date
from typing import Any

import peewee

from ... import clock, policy
from ...content.date_kinds import ORDER_ENDS
from ...danish import dates
from ...errors import Invalid
from ...kinds import Answer, CitizenRole, EventKind, OrderKind, Validity
from ...policy import Action, Actor
from ...store.authorities import Breach, Order
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.people import Person
from .. import days, written
from ..critical_dates import recording
from ..paging import newest_first
from ..tasks import safety
from ..verbs import reads, work
from ..written import add, revise, revise_if_new

LONGEST_YEARS = 5  # tilholdsloven
BROKEN = "Et tilhold eller forbud er overtrådt."


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[Order]:
    """All orders of a case that the actor has loaded, the latest first, each with its `breaches`, in one query."""
    rows = (
        Order.select(Order, Breach)
        .join(Breach, peewee.JOIN.LEFT_OUTER, on=(Breach.order == Order.ref), attr="breach")
        .where(Order.case == case.ref)
    )
    orders: dict[str, Order] = {}
    for row in rows:
        order = orders.setdefault(row.ref, row)
        order.breaches = [*getattr(order, "breaches", []), *([row.breach] if row.breach and row.breach.ref else [])]
    for order in orders.values():
        order.breaches = newest_first(order.breaches, "on", "at")
    return newest_first(orders.values(), "from_on", "at")


@reads(Action.CASE_READ)
def one(actor: Actor, case: Case, ref: str) -> Order:
    """One order of a case that the actor has loaded. Raises NotFound for one of another case (SEC-04)."""
    return policy.part_of(case, Order, ref)


def validity(order: Order, today: date) -> Validity:
    """Whether an order is in force on the day `today`."""
    if order.ended_on:
        return Validity.ENDED
    if order.to_on < today:
        return Validity.EXPIRED
    return Validity.TO_COME if order.from_on > today else Validity.VALID


def has_area(case: Case) -> bool:
    """Whether the area of an opholdsforbud may be written down: not in the case of an udøver, where it would tell
    where the udsat is (SEC-10)."""
    return case.citizen_role != CitizenRole.PERPETRATOR


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(Order)
@work(Action.CASE_WORK)
def record(actor: Person, case: Case, **said: Any) -> Order:
    """Write down what the police decided, by the columns of an Order; the day on which it expires is a critical date.

    Raises Invalid, naming the field, for a period that ends before it begins or lasts longer than five years, and for
    an area where there can be none.
    """
    _check(case, **said)
    order = add(actor, EventKind.ORDER_RECORDED, Order, case, **said)
    recording.follow(actor, case, order, ORDER_ENDS, order.to_on)
    return order


@work(Action.CASE_WORK)
def change_order(actor: Person, order: Order, seen_version: int, **said: Any) -> Order:
    """Put right what was written down, or write down a new period. Raises Invalid as `record`, Conflict."""
    _refuse_ended(order)
    _check(order.case, **said)
    changed = revise_if_new(actor, EventKind.ORDER_CHANGED, order, seen_version, **said)
    if changed is not order:
        recording.follow(actor, order.case, changed, ORDER_ENDS, changed.to_on)
    return changed


def _check(
    case: Case, *, kind: OrderKind, from_on: date | None, to_on: date | None, area: str | None = None, **_: Any
) -> None:
    if from_on is None:
        raise Invalid(dates.DATE_HINT, "from_on")
    if to_on is None:
        raise Invalid(dates.DATE_HINT, "to_on")
    if to_on < from_on:
        raise Invalid("Sidste dag skal være samme dag som første dag eller senere.", "to_on")
    if to_on > _years_after(from_on, LONGEST_YEARS):
        raise Invalid("Det kan højst gælde i fem år. Kontrollér datoerne.", "to_on")
    if area and not has_area(case):
        raise Invalid("Skriv ikke, hvor den udsatte bor eller færdes.", "area")
    if area and kind != OrderKind.OPHOLDSFORBUD:
        raise Invalid("Kun et opholdsforbud har et område. Vælg opholdsforbud, eller slet området.", "area")


def _years_after(day: date, years: int) -> date:
    """The same day some years later; a 29 February has its anniversary on 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@work(Action.CASE_WORK)
def end(actor: Person, order: Order, ended_on: date | None, reason: str | None, seen_version: int) -> Order:
    """Write down that it was lifted before its time: nobody is reminded of it now. Saying it twice changes nothing.

    Raises Invalid, naming the field, without a reason and for a day to come or outside its period; Conflict.
    """
    if order.ended_on:
        return written.already(order, ended_on=ended_on, end_reason=reason)
    if ended_on is None:
        raise Invalid(dates.DATE_HINT, "ended_on")
    if not order.from_on <= ended_on <= order.to_on or ended_on > clock.today():
        raise Invalid("Vælg en dag i perioden, og ikke en, der kommer.", "ended_on")
    if not reason:
        raise Invalid("Skriv, hvorfor det er ophævet.", "end_reason")
    ended = revise(actor, EventKind.ORDER_ENDED, order, seen_version, ended_on=ended_on, end_reason=reason)
    recording.follow(actor, order.case, ended, ORDER_ENDS, None)
    return ended


def _refuse_ended(order: Order) -> None:
    if order.ended_on:
        raise Invalid("Det er ophævet og kan ikke rettes. Skriv et nyt, hvis der er truffet en ny afgørelse.")


@creates(Breach)
@work(Action.CASE_WORK)
def record_breach(actor: Person, order: Order, *, on: date | None, what: str, reported: Answer) -> Breach:
    """Write down that it was broken: a danger sign, so the case is acute and safety is assessed again today.

    Raises Invalid, naming the field, for a day to come and for one on which the order was not in force.
    """
    on = days.past_day(on, "on", "Skriv den dag, det skete.")
    if not order.from_on <= on <= (order.ended_on or order.to_on):
        raise Invalid("Den dag gjaldt det ikke. Kontrollér datoen.", "on")
    said: dict[str, Any] = {"on": on, "what": what, "reported": reported}
    breach = add(actor, EventKind.BREACH_RECORDED, Breach, order.case, told=said.keys(), order=order, **said)
    safety.assess_again(actor, order.case_id, BROKEN)
    return breach
