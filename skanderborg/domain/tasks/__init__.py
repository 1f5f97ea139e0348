"""Tasks: planned from the card's workflow, made by hand, standing in for a request; assigned, worked on, closed.

A request, referral or child report is the fact; its task is moved by `follow` only (decision 15).
"""

from datetime import date
from typing import Any

import peewee

from ... import clock, content, policy
from ...content import TaskTemplate
from ...errors import Conflict, Invalid, NotFound
from ...kinds import Answer, Box, EventKind, TaskKind, TaskStatus
from ...mail import outbox
from ...policy import Action, Actor
from ...store import events
from ...store.cases import Case
from ...store.db import lock_chain, transaction
from ...store.idempotency import creates
from ...store.people import Department, Person
from ...store.work import Meeting, Request, Task
from .. import access, days, verbs, written
from ..verbs import reads, verb, work
from ..written import add, insert_by, revise
from . import mediation, owners
from .instructing import INSTRUCTION
from .marks import CLOSED_BY_FACT, NEVER_POSTPONED

Closer = Person.alias()
CLOSED = (TaskStatus.DONE, TaskStatus.NOT_RELEVANT)
BOXES = [box.value for box in Box]
BY_REFERRAL = "Opgaven lukkes af henvisningen selv. Registrér den i stedet."
FOLLOWS = "Opgaven følger henvisningen eller anmodningen og åbnes igen af den."
ASKED = "Opgaven er et spørgsmål. Svar på det, så lukkes den."
ANSWERED = "Der er svaret. Er der noget nyt, så skriv det i loggen, eller vurdér sikkerheden igen."
SHEET = "Opgaven lukkes af det, der blev af arket. Registrér det i stedet."
BY_FACT = {TaskKind.SAFE_AFTER: ASKED, TaskKind.SHEET_BACK: SHEET}
PERSONAL = "Underretningspligten er personlig. Skriv ned, hvad du har gjort, i stedet."


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


def get(actor: Person, ref: str, action: Action) -> Task:
    """Load a task on which the actor may do `action`. Raises NotFound, NotAllowed."""
    return policy.task_for(actor, ref, action)


@reads(Action.CASE_READ)
def of_case(actor: Person, case: Case) -> list[Task]:
    """All tasks of a case the actor has loaded, but the personal duties of others: by box, open before closed, then by
    deadline; owners' names joined."""
    found = with_owners(Task.select()).where(Task.case == case.ref, policy.no_duty_of_others(actor))
    tasks = [of(case, task) for task in found]
    return sorted(tasks, key=_as_shown)


def with_owners(query: peewee.ModelSelect) -> peewee.ModelSelect:
    """The query with the names of assignee, department and who closed it, which a list of tasks shows."""
    return (
        query.select_extend(Person.ref, Person.name, Department.ref, Department.name, Closer.ref, Closer.name)
        .join_from(Task, Person, peewee.JOIN.LEFT_OUTER, on=(Task.assignee == Person.ref))
        .join_from(Task, Closer, peewee.JOIN.LEFT_OUTER, on=(Task.closed_by == Closer.ref), attr="closed_by")
        .join_from(Task, Department, peewee.JOIN.LEFT_OUTER, on=(Task.department == Department.ref))
    )


def referral_task(case_ref: str, organisation_key: str) -> Task | None:
    """The open task that stands for the referral of a case to an organisation, if there is one."""
    return Task.get_or_none(
        Task.case == case_ref,
        Task.kind == TaskKind.REFERRAL,
        Task.organisation == organisation_key,
        Task.closed_at.is_null(),
    )


def request_behind(actor: Person, ref: str) -> str:
    """Ref of the request that a task stands for. Raises NotFound."""
    task = policy.task_for(actor, ref, Action.TASK_READ)
    request = Request.get_or_none(Request.task == task.ref)
    if request is None:
        raise NotFound()
    return request.ref


def _as_shown(task: Task) -> tuple[Any, ...]:
    return (BOXES.index(task.box), task.closed_at is not None, task.due_on or date.max, not task.must, task.created_at)


# ── making ──────────────────────────────────────────────────────────────────────────────────────────


@verb(Action.CASE_READ)
def plan(actor: Actor, case: Case) -> list[Task]:
    """Add the tasks that the case's role and children call for and that it does not have yet (config/workflow.toml).

    What the card demands goes to the tovholder; the rest waits *Uden ansvarlig* for whoever coordinates. The duty to
    report concern for a child is everyone's own and comes by itself (access/duties.py).
    """
    have = {name for (name,) in Task.select(Task.template).where(Task.case == case.ref).tuples()}
    missing = [one for one in content.workflow().values() if one.id not in have and _fits(one, case)]
    if not missing:
        return []
    tovholder, today = access.primary_contact(case.ref), clock.today()
    made = [_planned(actor, case, template, tovholder if template.must else None, today) for template in missing]
    events.record(
        actor, EventKind.CASE_TASKS_PLANNED, case, changes={"tasks": [None, [template.id for template in missing]]}
    )
    return made


def _fits(template: TaskTemplate, case: Case) -> bool:
    return (
        template.kind != TaskKind.CHILD_REPORT
        and case.citizen_role in template.roles
        and (case.children == Answer.YES or not template.if_children)
    )


def _planned(actor: Actor, case: Case, template: TaskTemplate, assignee: Person | None, today: date) -> Task:
    return insert_by(
        actor, Task, case, kind=template.kind, box=template.box, template=template.id, title=template.title,
        must=template.must, status=TaskStatus.NOT_STARTED, due_on=clock.add_working_days(today, template.within),
        assignee=assignee, organisation=template.organisation or None,
        brief=INSTRUCTION if template.instructs else None,
    )  # fmt: skip


@creates(Task)
@work(Action.TASK_CREATE)
def create(
    actor: Actor, case: Case, *, title: str, box: Box, due_on: date | None, brief: str | None,
    assignee: Person | None = None, department: Department | None = None, kind: TaskKind = TaskKind.PLAIN,
) -> Task:  # fmt: skip
    """Add a free task. Raises Invalid for a deadline that cannot be, for an owner who may not be, as `assign`, and for
    mediation in anything but a conflict."""
    mediation.refuse_unless_conflict(case, kind)
    refuse_deadline(due_on, "due_on")
    if (assignee, department) != (None, None) and assignee != actor:
        policy.require(actor, Action.TASK_ASSIGN, case)
    told = owners.fit(case, assignee, department)
    task = _add(actor, case, kind=kind, box=box, title=title, due_on=due_on, brief=brief,
                assignee=assignee, department=department)  # fmt: skip
    owners.tell(actor, task, told)
    return task


@verb(Action.CASE_READ)
def stand_in(actor: Actor, case: Case, **columns: Any) -> Task:
    """Add the task that stands for a request, referral or mediation: the fact tells its people itself, so no letter."""
    return _add(actor, case, **columns)


@verb(Action.MEETING_HOLD)
def from_decision(
    actor: Actor, meeting: Meeting, title: str, *, due_on: date | None, assignee: Person | None,
    department: Department | None, field: str,
) -> Task:  # fmt: skip
    """Add the task that a decision of a meeting became. Raises Invalid at `field` as `owners.fit` does."""
    told = owners.fit(meeting.case, assignee, department, field)
    task = _add(actor, meeting.case, kind=TaskKind.PLAIN, box=Box.CLARIFICATION, title=title, due_on=due_on,
                assignee=assignee, department=department, meeting=meeting)  # fmt: skip
    owners.tell(actor, task, told)
    return task


def add_must(actor: Actor, case: Case, **columns: Any) -> Task:
    """Add a must that follows from what happened to a case; the verb by which it did asked. No letter: it is told of as
    it falls due."""
    return _add(actor, case, kind=TaskKind.PLAIN, must=True, **columns)


def _add(actor: Actor, case: Case, status: TaskStatus = TaskStatus.NOT_STARTED, **columns: Any) -> Task:
    return add(actor, EventKind.TASK_CREATED, Task, case, told=columns.keys(), status=status, **columns)


def of(case: Case, task: Task) -> Task:
    """The task as one of this case that the actor has loaded: what is allowed there is allowed with it."""
    asker, allowed = getattr(case, "allowed", (None, policy.NOTHING))
    task.case, task.allowed = case, (asker, policy.personal(task, asker, allowed))
    return task


# ── the fact moves its task ─────────────────────────────────────────────────────────────────────────


@transaction
def follow(actor: Actor, task_ref: str, status: TaskStatus, *, reason: str | None = None, **columns: Any) -> Task:
    """Move the task that stands for a fact (a request, referral or child report) as it moved; only so it is closed.
    `columns` are its new owners and deadline, where these moved too.

    Asks nothing: the verb on the fact asked the policy, and its actor may be a department that never sees the task.
    """
    task = Task.select(Task, Case).join(Case).where(Task.ref == task_ref).get()
    lock_chain(f"case:{task.case_id}")
    wanted = {"status": status, "reason": reason or task.reason, **_closing(actor, status, task), **columns}
    moved = {name: value for name, value in wanted.items() if written.plain(value) != written.standing(task, name)}
    if not moved:
        return task
    if status in CLOSED:
        outbox.void(task)
    return revise(actor, EventKind.TASK_FOLLOWED, task, task.version, **moved)


def _closing(actor: Actor, status: TaskStatus, task: Task) -> dict[str, Any]:
    if status not in CLOSED:
        return {"closed_at": None, "closed_by": None}
    return {} if task.closed_at else {"closed_at": clock.now(), "closed_by": actor.ref}


# ── owners ──────────────────────────────────────────────────────────────────────────────────────────


@verb(Action.TASK_ASSIGN)
def assign(actor: Actor, task: Task, assignee: Person | None, department: Department | None, seen_version: int) -> Task:
    """Give the task to one person or to a department's queue, and tell them.

    Raises Invalid for nobody or both, for a person or department that is excluded from the case, and for a queue where
    the case is restricted to named persons; Conflict for the second of two who assign at once.
    """
    refuse_closed(task)
    _refuse_fact(task)
    if (assignee is None) == (department is None):
        raise Invalid("Vælg, hvem der skal udføre opgaven.", "owner")
    owners.refuse_who_cannot_answer(task, assignee)
    told = owners.fit(task.case, assignee, department)
    if task.assignee_id == written.plain(assignee) and task.department_id == written.plain(department):
        return as_it_was(actor, task)
    outbox.void(task)
    fresh = revise(actor, EventKind.TASK_ASSIGNED, task, seen_version, assignee=assignee, department=department)
    owners.tell(actor, fresh, told)
    return fresh


@verb(Action.TASK_WORK)
def take(actor: Person, task: Task, seen_version: int) -> Task:
    """Take a task from a department's queue, or one that nobody owns. Raises Conflict when another took it."""
    refuse_closed(task)
    _refuse_fact(task)
    if task.assignee_id == actor.ref:
        return as_it_was(actor, task)
    if task.assignee_id:
        raise Conflict("En anden har allerede taget opgaven.")
    outbox.void(task)
    return revise(actor, EventKind.TASK_TAKEN, task, seen_version, assignee=actor, status=TaskStatus.ACTIVE)


# ── work ────────────────────────────────────────────────────────────────────────────────────────────


@verb(Action.TASK_WORK)
def start(actor: Person, task: Task, seen_version: int) -> Task:
    """Say that one has begun. Starting it twice changes nothing."""
    refuse_closed(task)
    _refuse_fact(task)
    if task.status == TaskStatus.ACTIVE:
        return as_it_was(actor, task)
    return revise(actor, EventKind.TASK_STARTED, task, seen_version, status=TaskStatus.ACTIVE)


@verb(Action.TASK_WORK)
def wait(actor: Person, task: Task, reason: str | None, seen_version: int) -> Task:
    """Say that it waits for someone or something. Raises Invalid without saying for what."""
    refuse_closed(task)
    _refuse_fact(task)
    if not reason:
        raise Invalid("Skriv, hvad eller hvem opgaven venter på.", "reason")
    if task.status == TaskStatus.WAITING and task.reason == reason:
        return as_it_was(actor, task)
    return revise(actor, EventKind.TASK_WAITING, task, seen_version, status=TaskStatus.WAITING, reason=reason)


@verb(Action.TASK_WORK)
def complete(actor: Person, task: Task, seen_version: int) -> Task:
    """Mark a task done. Doing it twice changes nothing. Raises Invalid for *Sikkerhed*, which is assessed and never
    done, and for a task that stands for a referral, a request or a personal duty."""
    return _close(actor, task, seen_version, EventKind.TASK_COMPLETED, TaskStatus.DONE)


@verb(Action.TASK_WORK)
def not_relevant(actor: Person, task: Task, reason: str | None, seen_version: int) -> Task:
    """Close a task that need not be done. Raises Invalid without a reason; otherwise as `complete`."""
    if not reason:
        raise Invalid("Skriv, hvorfor opgaven ikke er relevant.", "reason")
    return _close(actor, task, seen_version, EventKind.TASK_SET_ASIDE, TaskStatus.NOT_RELEVANT, reason=reason)


def _close(actor: Person, task: Task, seen_version: int, done: EventKind, status: TaskStatus, **columns: Any) -> Task:
    if task.status == status:
        return as_it_was(actor, written.already(task, **columns))
    refuse_closed(task)
    _refuse_fact(task)
    if task.assignee_id is None and task.department_id:
        columns["assignee"] = actor  # who does what lies in a queue has taken it
    if task.kind in CLOSED_BY_FACT:
        raise Invalid(BY_FACT.get(task.kind, BY_REFERRAL))
    if task.kind == TaskKind.SAFETY:
        raise Invalid("Sikkerhed bliver aldrig færdig. Skriv din vurdering i stedet.")
    outbox.void(task)
    return revise(actor, done, task, seen_version, status=status, closed_at=clock.now(), closed_by=actor, **columns)


@verb(Action.TASK_WORK)
def postpone(actor: Person, task: Task, due_on: date, reason: str | None, seen_version: int) -> Task:
    """Move the deadline. Raises Invalid for a day that cannot be one, for a must without a reason, and for the safety
    assessment and the duty to report concern for a child, which are never postponed (D-02, D-15)."""
    refuse_closed(task)
    if task.kind in NEVER_POSTPONED:
        otherwise = PERSONAL if task.kind == TaskKind.CHILD_REPORT else "Giv den til en anden, hvis du ikke kan nå den."
        raise Invalid(f"Opgaven kan ikke udskydes. {otherwise}", "due_on")
    _refuse_fact(task)
    refuse_deadline(due_on, "due_on")
    if task.must and not reason:
        raise Invalid("Actioncardet kræver opgaven. Skriv, hvorfor den udskydes.", "reason")
    if task.due_on == due_on and reason in (None, task.postpone_reason):
        return as_it_was(actor, task)
    return revise(actor, EventKind.TASK_POSTPONED, task, seen_version, due_on=due_on, postpone_reason=reason)


@verb(Action.TASK_WORK)
def reopen(actor: Person, task: Task, seen_version: int) -> Task:
    """Open a closed task again. Only those on the case do: to who merely helped with it, it is over (SEC-09).

    Raises Invalid for one that follows a referral or request. An owner who has been excluded since, or left, and a
    queue that may see nothing of the case any more, are no longer its owner.
    """
    policy.require(actor, Action.CASE_WORK, task.case)
    verbs.refuse_closed(task.case)
    if task.closed_at is None:
        return as_it_was(actor, task)
    if task.kind == TaskKind.CHILD_REPORT:
        raise Invalid("Er der en ny bekymring, så vurdér igen fra siden Børn.")
    if task.kind in CLOSED_BY_FACT:
        raise Invalid(ANSWERED if task.kind == TaskKind.SAFE_AFTER else FOLLOWS)
    afresh = {"status": TaskStatus.NOT_STARTED, "closed_at": None, "closed_by": None, "postpone_reason": None}
    return revise(actor, EventKind.TASK_REOPENED, task, seen_version, **afresh, **owners.no_longer(task))


# ── what every change does ──────────────────────────────────────────────────────────────────────────


def as_it_was(actor: Actor, task: Task) -> Task:
    """The task on which nothing was to be done: what is shown of it is a look, and written down (SEC-30)."""
    events.looked(actor, "task:read", task)
    return task


def refuse_deadline(due_on: date | None, field: str) -> None:
    """Raise Invalid, naming the field, for a new deadline that has passed already or lies years ahead."""
    days.refuse_unless_ahead(due_on, field, 2, "Fristen")


def refuse_closed(task: Task) -> None:
    """Raise Invalid when the task or its case is closed: a stale tab changes nothing (REL-14)."""
    verbs.refuse_closed(task.case)
    if task.closed_at:
        raise Invalid("Opgaven er lukket. Genåbn den først.")


def _refuse_fact(task: Task) -> None:
    if task.kind == TaskKind.REQUEST:
        raise Invalid("Opgaven følger en anmodning. Gør det på anmodningen i stedet.")
    if task.kind == TaskKind.CHILD_REPORT:
        raise Invalid(PERSONAL)
