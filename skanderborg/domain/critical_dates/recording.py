"""Critical dates are written down, moved and called off; those of orders and reports follow them by themselves."""

from datetime import date, datetime, time, timedelta
from typing import Any

from ... import clock, content, policy
from ...danish import dates
from ...errors import Invalid
from ...kinds import DeadlineKind, EventKind
from ...policy import Action
from ...store.cases import Case
from ...store.critical_dates import CriticalDate
from ...store.db import Table
from ...store.idempotency import creates
from ...store.people import Person
from .. import critical_dates, days, rules, written
from ..reminders import deadlines
from ..tasks import safety
from ..verbs import verb, work
from ..written import add, revise, revise_if_new
from . import answering

EARLIEST_YEARS, LATEST_YEARS = 5, 2
FOLLOWS = "Datoen følger det, der står under Politi. Ret den dér."
OFF = "Datoen er aflyst. Skriv en ny, hvis der er kommet en anden dag."
ANSWERED = "Der er svaret på, hvordan dagen gik. Skriv en ny dato, hvis der kommer en til."


@creates(CriticalDate)
@work(Action.CASE_WORK)
def record(actor: Person, case: Case, *, kind: str | None, on: date | None, note: str | None) -> CriticalDate:
    """Write a critical date down. One that has passed is kept as passed: nobody is reminded of it or asked about it.

    Raises Invalid, naming the field, for a kind that is not offered in the case, a day that is missing or years away,
    and one of the kind «other» of which nothing is said.
    """
    if kind not in {one.id for one in critical_dates.offered(case)}:
        raise Invalid("Vælg, hvad der sker den dag.", "kind")
    _check(kind, on, note)
    row = add(actor, EventKind.CRITICAL_DATE_RECORDED, CriticalDate, case, kind=kind, on=on, note=note)
    if row.on >= clock.today():
        _prepare(actor, case, row)
    return row


@work(Action.CASE_WORK)
def change_date(
    actor: Person, row: CriticalDate, seen_version: int, *, on: date | None, note: str | None
) -> CriticalDate:
    """Move a critical date, or say more of it: *Vurdér igen* and the question move with it. One that is moved to a day
    that has passed is asked about at once.

    Raises Invalid as `record`, for one that follows an order or a report, was called off or answered; Conflict.
    """
    _refuse_settled(row)
    _check(row.kind, on, note)
    if on == row.on:
        return revise_if_new(actor, EventKind.CRITICAL_DATE_CHANGED, row, seen_version, note=note)
    return _moved(actor, row, seen_version, on=on, note=note)


@work(Action.CASE_WORK)
def call_off(actor: Person, row: CriticalDate, reason: str | None, seen_version: int) -> CriticalDate:
    """Write down that nothing happens on that day: nobody is reminded of it or asked. Saying it twice changes nothing.

    Raises Invalid without a reason, and for one that follows an order or a report, or was answered; Conflict.
    """
    if row.cancelled_at:
        return written.already(row, cancel_reason=reason)
    _refuse_settled(row)
    if not reason:
        raise Invalid("Skriv, hvorfor datoen er aflyst.", "cancel_reason")
    return _off(actor, row, seen_version, reason)


@verb(Action.CASE_WORK)
def follow(actor: Person, case: Case, about: Table, kind: str, on: date | None) -> None:
    """Let the date of an order or a report be the day that stands there now; without one, or with one that has passed
    and was never ahead, there is none. Part of the verb that writes it there."""
    name = deadlines.name_of(about)
    unanswered = CriticalDate.answered_at.is_null()
    row = CriticalDate.get_or_none(CriticalDate.about == name, critical_dates.stands(), unanswered)
    if row is None:
        if on and on >= clock.today():
            made = add(actor, EventKind.CRITICAL_DATE_RECORDED, CriticalDate, case, kind=kind, on=on, about=name)
            _prepare(actor, case, made)
    elif on is None:
        _off(actor, policy.carry(case, row), row.version, None)
    elif row.on != on:
        _moved(actor, policy.carry(case, row), row.version, on=on)


def _check(kind: str, on: date | None, note: str | None) -> None:
    if on is None:
        raise Invalid(dates.DATE_HINT, "on")
    days.refuse_far(on, "on", LATEST_YEARS)
    if on < clock.months_later(clock.today(), -12 * EARLIEST_YEARS):
        raise Invalid("Datoen ligger mere end fem år tilbage. Ret datoen.", "on")
    if kind == "other" and not note:
        raise Invalid("Skriv kort, hvad der sker den dag.", "note")


def _refuse_settled(row: CriticalDate) -> None:
    for is_so, why in ((row.about, FOLLOWS), (row.cancelled_at, OFF), (row.answered_at, ANSWERED)):
        if is_so:
            raise Invalid(why)


def _moved(actor: Person, row: CriticalDate, seen_version: int, **columns: Any) -> CriticalDate:
    was = critical_dates.assess_on(row.kind, row.on)
    moved = revise(actor, EventKind.CRITICAL_DATE_MOVED, row, seen_version, **columns)
    answering.unask(actor, moved)
    if moved.on >= clock.today() or deadlines.is_planned(row):
        _prepare(actor, row.case, moved)
    safety.let_go(actor, row.case, was)
    return moved


def _off(actor: Person, row: CriticalDate, seen_version: int, reason: str | None) -> CriticalDate:
    now = clock.now()
    off = revise(
        actor, EventKind.CRITICAL_DATE_CANCELLED, row, seen_version, cancelled_at=now, cancel_reason=reason,
        told=() if reason is None else ("cancel_reason",),
    )  # fmt: skip
    deadlines.void(off)
    answering.unask(actor, off)
    safety.let_go(actor, row.case, critical_dates.assess_on(row.kind, row.on))
    return off


def _prepare(actor: Person, case: Case, row: CriticalDate) -> None:
    """Plan its letter and its question, and let safety fall due before it: today where that day has gone by, and with
    what cannot wait the case then stands as acute, as after a new danger sign."""
    today, by = clock.today(), critical_dates.assess_on(row.kind, row.on)
    ahead = {DeadlineKind.DATE_AHEAD: _morning(by)} if row.on >= today else {}
    deadlines.plan_each(row, ahead | {DeadlineKind.DATE_PASSED: _morning(row.on + timedelta(days=1))})
    if row.on < today:
        return
    if by <= today and critical_dates.kind_of(row).acute:
        safety.assess_again(actor, case.ref, f"{content.date_label(row.kind)}: {clock.long_date(row.on)}.")
    else:
        safety.fall_due_by(actor, case, max(by, today))


def _morning(day: date) -> datetime:
    at: time = rules.current().meeting_ahead_at
    return clock.next_valid_instant(day, at)
