"""Brud på sikkerheden: whoever notices one tells it, and the auditor knows at once and has 72 hours (GDPR art. 33, 34).

The auditor, who sees no case, is shown none by it: who told it can be asked.
"""

from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from .. import clock, content, policy
from ..errors import Invalid
from ..kinds import Answer, BreachDecision, BreachKind, BreachStep, EventKind, LetterKind, Role
from ..mail import outbox
from ..policy import Action, Actor
from ..store import events
from ..store.cases import Case
from ..store.db import append_once, change, insert, transaction
from ..store.idempotency import creates
from ..store.oversight import DataBreach, DataBreachStep
from ..store.people import Person
from . import people
from .verbs import reads, verb

REPORT_WITHIN = timedelta(hours=72)
TOLD_AGAIN_BEFORE = timedelta(hours=24)
LONGEST = 4_000


class FoundAt(NamedTuple):
    """The day and hour on the wall when it was found."""

    on: date
    time: time


class StepLine(NamedTuple):
    """A step, and who did it when, if it is done."""

    step: BreachStep
    by: str | None
    at: datetime | None


@creates(DataBreach)
@verb(Action.BREACH_REPORT)
def report(
    actor: Person, kind: BreachKind, danger: Answer, what: str, found: FoundAt, about: str | None = None
) -> DataBreach:  # fmt: skip
    """Tell of a breach: the auditors get a letter at once and, a day before the 72 hours are over, another. Where
    nobody has that role the administrators do. The text goes with the case that it is `about`, by its ref.

    Raises Invalid for a moment that never came or is still to come, NotFound for a case that the actor does not see.
    """
    case = policy.case_for(actor, about, Action.CASE_READ).ref if about else None
    now, found_at = clock.now(), _instant(found)
    if found_at > now:
        raise Invalid("Tidspunktet ligger i fremtiden. Skriv, hvornår det blev opdaget.", "found_on")
    due_at = found_at + REPORT_WITHIN
    breach = insert(DataBreach, kind=kind, danger=danger, what=what, found_at=found_at, due_at=due_at, by=actor,
                    at=now, about_case=case)  # fmt: skip
    events.record(actor, EventKind.BREACH_REPORTED, breach)
    due = clock.long_moment(due_at)
    for person in overseers():
        outbox.put(LetterKind.BREACH_NEW, person, key=f"breach:{breach.ref}:new", about=breach, due=due)
        if due_at - TOLD_AGAIN_BEFORE > now:
            outbox.put(LetterKind.BREACH_DUE, person, key=f"breach:{breach.ref}:due", about=breach, due=due,
                       due_at=due_at - TOLD_AGAIN_BEFORE)  # fmt: skip
    return breach


@reads(Action.BREACH_REPORT)
def cases_to_name(actor: Person) -> list[tuple[str, str]]:
    """What a breach can be about: no case, or one that the actor sees, by ref and code."""
    seen = list(policy.visible_cases(actor).select(Case.ref, Case.code).order_by(Case.code).limit(500).tuples())
    events.looked_at_list(actor, "breach:case-list", [ref for ref, _ in seen])
    return [("", "Ingen eller ukendt"), *seen]


def forget_old(now: datetime) -> int:
    """Take the text away of what was decided years ago; that it happened stays on record. How many. A tick."""
    day = clock.months_later(clock.today(now), -12 * content.retention().breach_years)
    is_old = DataBreach.decided_at < clock.next_valid_instant(day, time(0))
    return sum(
        _forget(policy.SYSTEM, row) for row in list(DataBreach.select().where(is_old, DataBreach.what.is_null(False)))
    )


@transaction
def _forget(actor: Actor, row: DataBreach) -> int:
    fresh = change(row, row.version, what=None, reason=None)
    events.record(actor, EventKind.BREACH_TEXT_ERASED, fresh)
    return 1


def _instant(found: FoundAt) -> datetime:
    try:
        return clock.instant(found.on, found.time)
    except clock.NoSuchTime as error:
        raise Invalid(str(error), "found_time") from None


def overseers() -> list[Person]:
    """Who is told of what the auditor deals with: the auditors or, where nobody has that role, the administrators."""
    everyone = people.active()
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        if found := [person for person in everyone if role in policy.roles(person)]:
            return found
    return []


@transaction
def opened(actor: Person, ref: str, action: Action = Action.BREACH_READ) -> DataBreach:
    """One of them, for who told it and for the auditors; the look is written down. Raises NotFound, NotAllowed."""
    breach = policy.breach_for(actor, ref, action)
    events.looked(actor, Action.BREACH_READ, breach)
    return breach


@verb(Action.BREACH_LIST)
def index(actor: Person) -> list[DataBreach]:
    """Every breach, those that nobody decided first, by their deadline."""
    found = DataBreach.select(DataBreach, Person).join(Person, on=(DataBreach.by == Person.ref))
    events.looked_at_list(actor, Action.BREACH_LIST, ())  # the list tells of none
    return list(found.order_by(DataBreach.decided_at.is_null(False), DataBreach.due_at.desc()).limit(500))


@reads(Action.BREACH_LIST)
def count_open(actor: Person) -> int:
    """How many nobody has decided."""
    return DataBreach.select().where(DataBreach.decided_at.is_null()).count()


def steps(breach: DataBreach) -> list[StepLine]:
    """What must be done about it, in order, with what is done."""
    rows = DataBreachStep.select(DataBreachStep, Person).join(Person, on=(DataBreachStep.by == Person.ref))
    done = {row.step: row for row in rows.where(DataBreachStep.breach == breach.ref)}
    return [
        StepLine(step, done[step].by.name if step in done else None, done[step].at if step in done else None)
        for step in BreachStep
    ]


@transaction
def do_step(actor: Person, breach: DataBreach, step: BreachStep) -> None:
    """Write down that a step is done; doing it twice changes nothing. Raises NotAllowed."""
    policy.require(actor, Action.BREACH_HANDLE, breach)
    if append_once(DataBreachStep, breach=breach, step=step, by=actor, at=clock.now()):
        events.record(actor, EventKind.BREACH_STEP_DONE, breach, changes={"step": [None, step.value]})


@transaction
def decide(
    actor: Person, breach: DataBreach, decision: BreachDecision, reason: str | None, seen_version: int
) -> DataBreach:
    """Write down whether Datatilsynet was told; letters about it that are not sent are withdrawn.

    Raises Invalid without a reason for not telling it, NotAllowed, Conflict.
    """
    policy.require(actor, Action.BREACH_HANDLE, breach)
    if decision == BreachDecision.NOT_REPORTED and not reason:
        raise Invalid("Skriv, hvorfor det ikke er en risiko for nogen.", "reason")
    fresh = change(breach, seen_version, decision=decision, reason=reason, decided_by=actor, decided_at=clock.now())
    outbox.void(fresh)
    events.record(actor, EventKind.BREACH_DECIDED, fresh, changes={"decision": [None, decision.value]})
    return fresh
