"""The question of the day after: whether the citizen is safe, and whether the udøver did anything."""

from datetime import date, timedelta

from ... import clock, content
from ...content.incident_types import OTHER
from ...errors import Invalid
from ...kinds import Answer, Box, EventKind, IncidentKind, TaskKind, TaskStatus
from ...policy import Action, Actor
from ...store.cases import Case
from ...store.critical_dates import CriticalDate
from ...store.people import Person
from ...store.work import Task
from .. import access, critical_dates, incidents, tasks, written
from ..reminders import deadlines
from ..tasks import safety
from ..verbs import work
from ..written import revise

NOT_SAFE = "Den udsatte er ikke i sikkerhed efter en kritisk dato."
NOT_ASKED = "Datoen er flyttet eller aflyst."
NOT_KNOWN = "Efter en kritisk dato er det ikke sikkert, at den udsatte er i sikkerhed."
FIELDS = {"types": "act", "from_on": "acted_on"}  # what the log calls them, as the question asks for them


def ask(actor: Actor, case: Case, row: CriticalDate) -> Task:
    """The task that asks about a date, for the tovholder, due the day after; made once. Inside the tick's
    transaction."""
    name = critical_dates.task_name(row.ref)
    found: Task | None = Task.get_or_none(Task.case == case.ref, Task.template == name, Task.closed_at.is_null())
    if found:
        return tasks.of(case, found)
    title = critical_dates.question_of(case, row.on)
    return tasks.stand_in(
        actor, case, kind=TaskKind.SAFE_AFTER, box=Box.SAFETY, title=title, must=True, template=name,
        due_on=row.on + timedelta(days=1), assignee=access.primary_contact(case.ref),
    )  # fmt: skip


def unask(actor: Actor, row: CriticalDate) -> None:
    """Take the question away: the day has moved, or was called off. Inside the caller's transaction."""
    _close(actor, row, TaskStatus.NOT_RELEVANT, reason=NOT_ASKED)


@work(Action.CASE_WORK)
def answer(
    actor: Person, row: CriticalDate, seen_version: int, *, is_safe: Answer | None, has_acted: Answer | None,
    answer: str | None, acted_on: date | None, act: str | None, what: str | None,
) -> CriticalDate:  # fmt: skip
    """Say whether the citizen is safe after a critical date, and what the udøver did, if anything: that alone is
    written in the log. Who is not safe makes the case acute, and safety is assessed today where it is not known.

    Raises Invalid, naming the field, before the day has gone by, without either answer, and for an act of which nothing
    is said; Conflict. The same said twice changes nothing.
    """
    if row.answered_at:
        return written.already(row, is_safe=is_safe, has_acted=has_acted, answer=answer)
    _refuse_early(row)
    if is_safe is None or has_acted is None:
        raise Invalid("Svar på begge spørgsmål. «Ved ikke» er også et svar.", "is_safe" if not is_safe else "has_acted")
    said = {"is_safe": is_safe, "has_acted": has_acted, "answer": answer}
    answered = revise(actor, EventKind.CRITICAL_DATE_ANSWERED, row, seen_version, told=said.keys(),
                      answered_at=clock.now(), **said)  # fmt: skip
    if has_acted == Answer.YES:
        _write_down(actor, row, acted_on, act, what)
    _keep_safe(actor, row, is_safe, has_acted)
    deadlines.void(answered)
    _close(actor, row, TaskStatus.DONE)
    return answered


def _refuse_early(row: CriticalDate) -> None:
    if row.cancelled_at:
        raise Invalid("Datoen er aflyst, så der er ikke noget at svare på.")
    if row.on >= clock.today():
        raise Invalid("Dagen er ikke gået endnu. Svar dagen efter.")


def _write_down(actor: Person, row: CriticalDate, on: date | None, act: str | None, what: str | None) -> None:
    if on and on < row.on:
        raise Invalid("Skriv en dag fra datoen og frem. Det, der skete før, skrives i loggen.", "acted_on")
    label = content.date_label(row.kind) if act == OTHER else None
    said = incidents.Account(
        IncidentKind.INCIDENT, on or row.on, types=(act,) if act else (), type_text=label, what=what
    )
    try:
        incidents.record(actor, row.case, said)
    except Invalid as error:
        raise Invalid(str(error), FIELDS.get(error.field or "", error.field)) from None


def _keep_safe(actor: Person, row: CriticalDate, is_safe: Answer, has_acted: Answer) -> None:
    if is_safe == Answer.NO:
        safety.assess_again(actor, row.case_id, NOT_SAFE)
    elif is_safe == Answer.UNKNOWN or has_acted != Answer.NO:
        safety.fall_due_by(actor, row.case, clock.today(), NOT_KNOWN)


def _close(actor: Actor, row: CriticalDate, status: TaskStatus, reason: str | None = None) -> None:
    asked = Task.template == critical_dates.task_name(row.ref)
    for task in list(Task.select().where(Task.case == row.case_id, asked, Task.closed_at.is_null())):
        tasks.follow(actor, task.ref, status, reason=reason)
