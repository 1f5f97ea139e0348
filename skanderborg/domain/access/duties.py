"""The duty to report concern for a child: everyone on a case where there are children has an own one (D-15).

It is a task that nobody but its owner reads, and only what its owner did with the duty closes it (see children.py).
Who leaves the case with it open leaves it to the manager, who writes down what was done. All of this happens inside
the transaction in which someone joins or leaves, or in which it is said that there are children.
"""

from collections.abc import Collection
from typing import NamedTuple

import peewee

from ... import clock, content
from ...kinds import Answer, EventKind, LetterKind, TaskKind, TaskStatus
from ...mail import outbox
from ...policy import Actor
from ...store.cases import Case, Relation
from ...store.people import Person
from ...store.work import Task
from .. import people
from ..written import add, revise

LEFT_BEHIND = "Underretningspligt for en, der har forladt sagen"


class Progress(NamedTuple):
    """How many have the duty on a case, how many of them still have it open, and how many of these have said that a
    report is necessary and cannot be sent yet; never who."""

    total: int
    missing: int
    waiting: int = 0

    @property
    def words(self) -> str:
        """«1 af 3 har vurderet sin underretningspligt», and «1 venter på at kunne sende» where one does."""
        done = self.total - self.missing
        said = f"{done} af {self.total} har vurderet {'sin' if done == 1 else 'deres'} underretningspligt"
        return f"{said}, og {self.waiting} venter på at kunne sende underretningen" if self.waiting else said


def progress(case_ref: str) -> Progress:
    """How far those on a case are with their duty."""
    [numbers] = Task.select(*counted(case_ref)).from_(peewee.SQL("(SELECT 1) AS one")).tuples()
    return Progress(*numbers)


def counted(case_ref: str) -> list[peewee.Node]:
    """The numbers of a Progress, as columns of another query."""
    duties = Task.select().where(Task.case == case_ref, Task.kind == TaskKind.CHILD_REPORT)
    having = duties.select(peewee.fn.COUNT(Task.duty_of.distinct()))
    missing = duties.select(peewee.fn.COUNT(Task.ref)).where(Task.closed_at.is_null())
    waiting = missing.where(Task.status == TaskStatus.WAITING)
    return [having.alias("duties"), missing.alias("open_duties"), waiting.alias("waiting_duties")]


# ── those who are on the case ───────────────────────────────────────────────────────────────────────


def arise(actor: Actor, case: Case, person: Person) -> None:
    """Give the duty to someone who comes onto a case where there are children; who has had it has it once.

    Who comes back takes over again what was left to the manager.
    """
    calls_for_it = Case.select().where(Case.ref == case.ref, Case.children == Answer.YES, Case.closed_at.is_null())
    if calls_for_it.exists():
        _arise_once(actor, case, person)


def arise_for_all(actor: Actor, case: Case) -> None:
    """Give the duty to everyone on the case who does not have it yet, once it is known that there are children."""
    on_case = Relation.select(Relation.person).where(Relation.case == case.ref, Relation.until_at.is_null())
    for person in list(Person.select().where(Person.ref.in_(on_case)).order_by(Person.ref)):
        arise(actor, case, person)


def arise_anew(actor: Person, case: Case) -> Task:
    """Give the actor the duty once more: there is a new concern. Whoever has it open has it already."""
    mine = _duties(case).where(Task.duty_of == actor.ref, Task.closed_at.is_null()).first()
    return mine or _make(actor, case, actor)


def _arise_once(actor: Actor, case: Case, person: Person) -> None:
    latest = _duties(case).where(Task.duty_of == person.ref).order_by(Task.created_at.desc()).first()
    if latest is None:
        _make(actor, case, person)
    elif latest.closed_at is None and latest.assignee_id != person.ref:
        _give(actor, latest, person, title=_template().title, brief=None)


def _duties(case: Case) -> peewee.ModelSelect:
    return Task.select().where(Task.case == case.ref, Task.kind == TaskKind.CHILD_REPORT)


def _template() -> content.TaskTemplate:
    return next(one for one in content.workflow().values() if one.kind == TaskKind.CHILD_REPORT)


def _make(actor: Actor, case: Case, person: Person) -> Task:
    template = _template()
    due_on = clock.add_working_days(clock.today(), template.within)
    made = add(
        actor, EventKind.CHILD_REPORT_DUE, Task, case, told=("assignee",), kind=TaskKind.CHILD_REPORT, box=template.box,
        template=template.id, title=template.title, must=template.must, status=TaskStatus.NOT_STARTED, due_on=due_on,
        assignee=person, duty_of=person,
    )  # fmt: skip
    _tell(actor, made)
    return made


# ── those who leave it ──────────────────────────────────────────────────────────────────────────────


def pass_on(
    actor: Actor, case: Case, left: Collection[str], tovholder: Person | None, excluded: Collection[str]
) -> None:
    """Leave the open duties of those who left to the manager of their department, else to the tovholder.

    What one of them kept for another goes on the same way; nobody who is excluded from the case keeps any.
    """
    stay = Relation.select(Relation.person).where(Relation.case == case.ref, Relation.until_at.is_null())
    theirs = (Task.duty_of != Task.assignee) | Task.assignee.not_in(stay)
    held = _duties(case).where(Task.closed_at.is_null(), Task.assignee.in_(list(left)), theirs)
    for task in list(held):
        managers = [one for one in people.managers_of(task.duty_of_id) if one.ref not in {*left, *excluded}]
        keeper = managers[0] if managers else tovholder
        brief = f"Det gælder {task.duty_of.name}. Spørg, og skriv ned, hvad der blev gjort."
        _give(actor, task, keeper, title=LEFT_BEHIND, brief=brief)


def adopt(actor: Actor, case: Case, tovholder: Person) -> None:
    """Let the first tovholder of a case keep what was left when nobody else could."""
    for task in list(_duties(case).where(Task.closed_at.is_null(), Task.assignee.is_null())):
        _give(actor, task, tovholder)


def _give(actor: Actor, task: Task, to: Person | None, **words: str | None) -> None:
    words["assignee"] = to.ref if to else None
    given = revise(actor, EventKind.CHILD_REPORT_PASSED_ON, task, task.version, told=("assignee",), **words)
    outbox.void(task)
    _tell(actor, given)


def _tell(actor: Actor, task: Task) -> None:
    """A letter to who has it now; nobody needs one about what they did themselves."""
    if task.assignee_id not in (None, actor.ref) and task.due_on:
        key, due = f"task:{task.ref}:v{task.version}:assigned", clock.long_date(task.due_on)
        outbox.put(LetterKind.TASK_ASSIGNED, task.assignee_id, key=key, about=task, due=due)
