"""Critical dates: days that are known beforehand to raise danger (docs/domain.md «Critical dates»).

Each lets *Vurdér igen* fall due the working days before that config/critical_dates.toml says, is told of by a letter,
and asks the day after whether the citizen is safe. What the police contact and the end of an order mean for safety is
said here alone. recording.py writes them down, falling_due.py is their part of the tick, answering.py takes the answer.
"""

from datetime import date

import peewee

from ... import clock, content, policy
from ...content.date_kinds import DateKind
from ...kinds import CitizenRole, TaskKind
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.critical_dates import CriticalDate
from ...store.people import Person
from ...store.work import Task
from ..verbs import reads

UNKNOWN = DateKind("", "", "", 1, ())  # what a kind that the file no longer has asks for


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[CriticalDate]:
    """All critical dates of a case that the actor has loaded, the latest first, with `writer`."""
    rows = CriticalDate.select(CriticalDate, Person.ref, Person.name).join(Person, attr="writer")
    latest_first = (CriticalDate.on.desc(), CriticalDate.at.desc(), CriticalDate.ref)
    return list(rows.where(CriticalDate.case == case.ref).order_by(*latest_first))


@reads(Action.CASE_READ)
def one(actor: Actor, case: Case, ref: str) -> CriticalDate:
    """One critical date of a case that the actor has loaded. Raises NotFound for one of another case (SEC-04)."""
    return policy.part_of(case, CriticalDate, ref)


def offered(case: Case) -> list[DateKind]:
    """The kinds that can be chosen in a case: in that of an udøver none that would tell of the udsat (SEC-10)."""
    is_theirs = case.citizen_role == CitizenRole.PERPETRATOR
    return [
        one for one in content.critical_dates().values() if not one.retired and not (is_theirs and one.exposed_only)
    ]


def kind_of(row: CriticalDate) -> DateKind:
    """What is said of a kind of date."""
    return content.critical_dates().get(row.kind, UNKNOWN)


def assess_on(kind: str, on: date) -> date:
    """The working day by which safety is assessed again before a day of that kind."""
    return clock.add_working_days(on, -content.critical_dates().get(kind, UNKNOWN).working_days_before)


def stands() -> peewee.Expression:
    """The condition that a date was not called off."""
    return CriticalDate.cancelled_at.is_null()


def next_assessment(case_ref: str, after: date) -> date | None:
    """The first day after one on which safety is to be assessed for the sake of a date; None where there is none."""
    rows = CriticalDate.select(CriticalDate.kind, CriticalDate.on).where(CriticalDate.case == case_ref, stands())
    found = [assess_on(kind, on) for kind, on in rows.where(CriticalDate.on > after).tuples()]
    return min((day for day in found if day > after), default=None)


@reads(Action.CASE_READ)
def asked(actor: Actor, case: Case) -> set[str]:
    """Refs of the dates of a case of which it is to be answered how they went."""
    rows = Task.select(Task.template).where(Task.case == case.ref, Task.kind == TaskKind.SAFE_AFTER)
    return {of_task(name) for (name,) in rows.where(Task.closed_at.is_null()).tuples()}


def question_of(case: Case, on: date | None = None) -> str:
    """What is asked the day after a day; in the case of an udøver it is about another than the citizen."""
    who = "den udsatte" if case.citizen_role == CitizenRole.PERPETRATOR else "borgeren"
    return f"Er {who} i sikkerhed{f' efter {clock.day_and_month(on)}' if on else ''}?"


def task_name(ref: str) -> str:
    """The template by which the task that asks of a date is found."""
    return f"critical-date:{ref}"


def of_task(template: str | None) -> str:
    """The ref of the date that a task asks of."""
    return (template or "").removeprefix("critical-date:")
