"""Sparring: advice that was sought, from whom, what it was (S0-08, S0-15), and whether it becomes a case."""

from typing import Any

import peewee

from .. import clock, content
from ..errors import Invalid
from ..kinds import CaseKind, EventKind, Phase, SparringWay, TaskKind, TaskStatus
from ..policy import Action, Actor
from ..store.cases import Case
from ..store.idempotency import creates
from ..store.people import Person
from ..store.record import Sparring
from ..store.work import Task
from . import days, tasks, verbs
from .verbs import reads, verb, work
from .written import add, revise, revise_if_new

ONLY_SPARRING = "Kun sparring"
NEVER_SET_ASIDE = (
    TaskKind.SAFETY,
    TaskKind.CHILD_REPORT,
    TaskKind.SAFE_AFTER,
)  # danger and the duty towards a child do not wait for a case


@creates(Sparring)
@work(Action.SPARRING_RECORD)
def record(actor: Person, case: Case, *, person: Person | None = None, **said: Any) -> Sparring:
    """Write down advice, by the columns of a Sparring. It stays as written; a correction is a new one.

    Raises Invalid for a day that has not come, or internal sparring without its person.
    """
    days.refuse_future(said["held_on"], "held_on", "Ret den, eller aftal et møde i stedet.")
    is_internal = said["way"] == SparringWay.INTERNAL
    if is_internal and person is None:
        raise Invalid("Vælg, hvem der gav sparring.", "person")
    told = {name: [None, said.get(name, False)] for name in ("way", "with_citizen")}
    whose = {"person": person, "external_name": None} if is_internal else {"person": None}
    return add(actor, EventKind.SPARRING_RECORDED, Sparring, case, told=told, **said | whose)


@reads(Action.CASE_READ)
def of_case(actor: Actor, case: Case) -> list[Sparring]:
    """All advice of a case, newest first, with `person` and who wrote it down (`writer`)."""
    writer = Person.alias()
    return list(
        Sparring.select(Sparring, Person, writer)
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Sparring.person == Person.ref))
        .switch(Sparring)
        .join(writer, on=(Sparring.by == writer.ref), attr="writer")
        .where(Sparring.case == case.ref)
        .order_by(Sparring.held_on.desc(), Sparring.at.desc())
    )


@work(Action.CASE_DESCRIBE)
def waive(actor: Actor, case: Case, reason: str, seen_version: int) -> Case:
    """Say why no sparring is recorded; the case can then move on (D-04).

    Raises Invalid on a closed case, Conflict.
    """
    return revise_if_new(actor, EventKind.CASE_SPARRING_WAIVED, case, seen_version, sparring_waived=reason)


@verb(Action.CASE_DESCRIBE)
def keep(actor: Actor, case: Case, seen_version: int) -> Case:
    """Keep it at sparring: what a case would call for is set aside, but never danger or the duty towards a child.

    Doing it twice changes nothing. Raises Invalid after the phase Sparring, Conflict when someone was faster.
    """
    if case.kind == CaseKind.SPARRING_ONLY:
        return case
    verbs.refuse_closed(case)
    if case.phase != Phase.SPARRING:
        raise Invalid("Sagen er kommet videre end sparring. Afslut den i stedet.")
    kept = revise(actor, EventKind.CASE_SPARRING_ONLY, case, seen_version, kind=CaseKind.SPARRING_ONLY)
    for task in _planned(case, Task.status == TaskStatus.NOT_STARTED):
        revise(
            actor, EventKind.TASK_SHELVED, tasks.of(kept, task), task.version, status=TaskStatus.NOT_RELEVANT,
            reason=ONLY_SPARRING, closed_at=clock.now(), closed_by=actor,
        )  # fmt: skip
    return kept


@verb(Action.CASE_DESCRIBE)
def make_case(actor: Actor, case: Case, seen_version: int) -> Case:
    """Make a full case of what was sparring only: the tasks that were set aside come back with fresh deadlines.

    Doing it twice changes nothing. Raises Invalid on a closed case, Conflict when someone was faster.
    """
    if case.kind == CaseKind.FULL:
        return case
    verbs.refuse_closed(case)
    made = revise(actor, EventKind.CASE_MADE_FULL, case, seen_version, kind=CaseKind.FULL)
    today, templates = clock.today(), content.workflow()
    for task in _planned(case, Task.status == TaskStatus.NOT_RELEVANT):
        if task.reason == ONLY_SPARRING and task.template in templates:
            revise(
                actor, EventKind.TASK_BROUGHT_BACK, tasks.of(made, task), task.version, status=TaskStatus.NOT_STARTED,
                reason=None, closed_at=None, closed_by=None,
                due_on=clock.add_working_days(today, templates[task.template].within),
            )  # fmt: skip
    tasks.plan(actor, made)
    return made


def _planned(case: Case, status: peewee.Expression) -> list[Task]:
    return list(
        Task.select().where(
            Task.case == case.ref, status, Task.template.is_null(False), Task.kind.not_in(NEVER_SET_ASIDE)
        )
    )
