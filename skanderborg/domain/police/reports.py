"""Reports to the police, and what they mean for safety: the moment before the police contact the udøver is dangerous.

An agreement to be told first, or a day that is known, raises one task to assess safety; the day moves it.
"""

from datetime import date
from typing import Any

from ... import clock, policy
from ...errors import Invalid
from ...kinds import Answer, Box, CitizenRole, EventKind, TaskKind, TaskStatus
from ...policy import Action, Actor
from ...store.authorities import PoliceReport
from ...store.cases import Case
from ...store.idempotency import creates
from ...store.people import Person
from ...store.work import Task
from .. import access, days, tasks
from ..tasks import owners, safety
from ..verbs import reads, work
from ..written import add, revise, revise_if_new

ASSESS_FIRST = "Vurdér sikkerheden, før politiet kontakter udøveren"
CONTACT_SOON = "Politiet kontakter snart udøveren."
NOT_TOLD_FIRST = "Der er hverken en aftale eller en dag at vurdere sikkerheden før."


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[PoliceReport]:
    """All reports of a case that the actor has loaded, the latest first, with `writer`."""
    rows = PoliceReport.select(PoliceReport, Person.ref, Person.name).join(Person, attr="writer")
    newest_first = (PoliceReport.reported_on.desc(), PoliceReport.at.desc())
    return list(rows.where(PoliceReport.case == case.ref).order_by(*newest_first))


@reads(Action.CASE_READ)
def one(actor: Actor, case: Case, ref: str) -> PoliceReport:
    """One report of a case that the actor has loaded. Raises NotFound for one of another case (SEC-04)."""
    return policy.part_of(case, PoliceReport, ref)


def is_for(case: Case) -> bool:
    """Whether reports are written down in a case: the udsat reports, so never in the case of an udøver."""
    return case.citizen_role != CitizenRole.PERPETRATOR


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@creates(PoliceReport)
@work(Action.CASE_WORK)
def record(actor: Person, case: Case, **said: Any) -> PoliceReport:
    """Write down that the citizen reported it to the police, by the columns of a PoliceReport.

    Raises Invalid, naming the field, for days that cannot be right, and in the case of an udøver.
    """
    _check(case, **said)
    report = add(actor, EventKind.POLICE_REPORT_RECORDED, PoliceReport, case, **said)
    _keep_safe(actor, case, report)
    return report


@work(Action.CASE_WORK)
def change_report(actor: Person, report: PoliceReport, seen_version: int, **said: Any) -> PoliceReport:
    """Write down what is known now; the day on which the police contact the udøver moves the task before it.

    Raises Invalid as `record`, Conflict when someone was faster.
    """
    _check(report.case, **said)
    changed = revise_if_new(actor, EventKind.POLICE_REPORT_CHANGED, report, seen_version, **said)
    if (changed.tell_us_first, changed.contact_on) != (report.tell_us_first, report.contact_on):
        _keep_safe(actor, report.case, changed)
    return changed


def _check(
    case: Case, *, reported_on: date | None, tell_us_first: Answer, agreed_on: date | None = None,
    contact_on: date | None = None, **_: Any,
) -> None:  # fmt: skip
    if not is_for(case):
        raise Invalid("En anmeldelse hører til i den udsattes sag. Skriv den ikke her.")
    reported_on = days.past_day(reported_on, "reported_on", "Skriv anmeldelsen ned, når den er sket.")
    _check_agreement(tell_us_first, agreed_on)
    if contact_on and contact_on < reported_on:
        raise Invalid("Politiet kan ikke kontakte udøveren før anmeldelsen. Ret en af datoerne.", "contact_on")
    days.refuse_far(contact_on, "contact_on", 1)


def _check_agreement(tell_us_first: Answer, agreed_on: date | None) -> None:
    if tell_us_first == Answer.YES and agreed_on is None:
        raise Invalid("Skriv, hvilken dag I aftalte det med politiet.", "agreed_on")
    if tell_us_first != Answer.YES and agreed_on:
        raise Invalid("Svar ja til aftalen, eller lad datoen stå tom.", "agreed_on")
    days.refuse_future(agreed_on, "agreed_on", "Skriv den dag, I aftalte det.")


# ── safety comes first ──────────────────────────────────────────────────────────────────────────────


def _keep_safe(actor: Person, case: Case, report: PoliceReport) -> None:
    """Raise, move or set aside the report's safety task, and let the assessment of safety fall due with it.

    Both are due on the working day before the police contact the udøver; when that is today or no day is known yet,
    today. With the contact so near the case stands as acute, as after a new danger sign.
    """
    today = clock.today()
    if report.contact_on and report.contact_on < today:
        return
    task = Task.get_or_none(Task.case == case.ref, Task.template == f"police-report:{report.ref}")
    if report.tell_us_first != Answer.YES and report.contact_on is None:
        _set_aside(actor, case, task)
        return
    due_on = today if report.contact_on is None else max(today, clock.add_working_days(report.contact_on, -1))
    _assess_before(actor, case, report, task, due_on)
    if report.contact_on and due_on == today:
        safety.assess_again(actor, case.ref, CONTACT_SOON)
    elif report.contact_on:
        _bring_forward(actor, case, due_on)


def _assess_before(actor: Person, case: Case, report: PoliceReport, task: Task | None, due_on: date) -> None:
    if task is None:
        fresh = tasks.stand_in(
            actor, case, kind=TaskKind.PLAIN, box=Box.SAFETY, title=ASSESS_FIRST, due_on=due_on, must=True,
            assignee=access.primary_contact(case.ref), template=f"police-report:{report.ref}",
        )  # fmt: skip
    elif task.closed_at:
        fresh = _apply(actor, case, task, EventKind.TASK_REOPENED, status=TaskStatus.NOT_STARTED, closed_at=None,
                       closed_by=None, due_on=due_on)  # fmt: skip
    elif task.due_on != due_on:
        fresh = _apply(actor, case, task, EventKind.TASK_FOLLOWED, due_on=due_on)
    else:
        return
    owners.tell(actor, fresh, [fresh.assignee] if fresh.assignee else [])


def _set_aside(actor: Person, case: Case, task: Task | None) -> None:
    if task and task.closed_at is None:
        _apply(actor, case, task, EventKind.TASK_SET_ASIDE, status=TaskStatus.NOT_RELEVANT, closed_at=clock.now(),
               closed_by=actor, reason=NOT_TOLD_FIRST)  # fmt: skip


def _bring_forward(actor: Person, case: Case, due_on: date) -> None:
    task = Task.get_or_none(Task.case == case.ref, Task.kind == TaskKind.SAFETY, Task.closed_at.is_null())
    if task and (task.due_on is None or task.due_on > due_on):
        _apply(actor, case, task, EventKind.TASK_TO_ASSESS_AGAIN, due_on=due_on)


def _apply(actor: Person, case: Case, task: Task, done: EventKind, **columns: Any) -> Task:
    return revise(actor, done, tasks.of(case, task), task.version, **columns)
