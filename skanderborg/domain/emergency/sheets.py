"""Nødark on paper: printed by the tovholder for the night duty, numbered, with an end, and taken back.

The paper is the fact: its task is closed by what became of it, and by nothing else (decision 15).
"""

from datetime import date, timedelta

import peewee

from ... import clock, policy
from ...errors import Invalid, NotFound
from ...kinds import Box, EventKind, SheetOutcome, TaskKind, TaskStatus
from ...policy import Action
from ...store import events
from ...store.cases import Case
from ...store.db import transaction
from ...store.emergency import EmergencyUse, PrintedSheet
from ...store.idempotency import creates
from ...store.people import Person
from ...store.work import Task
from .. import rules, tasks, written
from ..cases import identity
from ..verbs import reads, verb, work
from ..written import add, revise

TITLE = "Tag nødark nr. {} tilbage fra døgnvagten"
BRIEF = "Hent arket, eller lad døgnvagten makulere det, og skriv ned, hvad der blev af det."
Signer = Person.alias()


@creates(PrintedSheet)
@work(Action.EMERGENCY_PRINT)
def print_sheet(actor: Person, case: Case, ends_on: date | None) -> PrintedSheet:
    """Number one more sheet for the night duty, with the task to take it back by its last day.

    Raises Invalid for an end that has passed or lies too far away, and on a closed case.
    """
    today, longest = clock.today(), rules.current().emergency_sheet_days
    if ends_on is None or not today <= ends_on <= today + timedelta(days=longest):
        raise Invalid(f"Skriv, hvornår arket skal være tilbage: senest om {longest} dage.", "ends_on")
    last = PrintedSheet.select(peewee.fn.MAX(PrintedSheet.number)).where(PrintedSheet.case == case.ref).scalar()
    number = (last or 0) + 1
    task = tasks.stand_in(
        actor, case, kind=TaskKind.SHEET_BACK, box=Box.SAFETY, title=TITLE.format(number), brief=BRIEF, must=True,
        due_on=ends_on, assignee=actor,
    )  # fmt: skip
    return add(actor, EventKind.SHEET_PRINTED, PrintedSheet, case, told=("ends_on",), number=number, task=task,
               ends_on=ends_on)  # fmt: skip


def case_to_print(actor: Person, ref: str, action: Action) -> Case:
    """A case whose sheet is printed, with its `bar`. Raises NotFound, NotAllowed."""
    case = policy.case_for(actor, ref, action, identity.with_bar)
    case.bar = identity.bar_of(case)
    return case


@verb(Action.EMERGENCY_PRINT)
def to_print(actor: Person, case: Case, ref: str) -> PrintedSheet:
    """A sheet that is out, to be printed; that it was taken out is written down. Raises NotFound for one of another
    case, and when it is over."""
    sheet = policy.part_of(case, PrintedSheet, ref, PrintedSheet.over_on.is_null())
    if sheet.ends_on < clock.today():
        raise NotFound()
    events.looked(actor, "emergency-sheet:read", sheet)
    return sheet


@transaction
def behind(actor: Person, ref: str, action: Action = Action.TASK_WORK) -> PrintedSheet:
    """The sheet that a task takes back, with its task, for who may do the task; the look is written down. Raises
    NotFound for a task of another kind, NotAllowed."""
    task = policy.task_for(actor, ref, action)
    sheet = PrintedSheet.get_or_none(PrintedSheet.task == task.ref)
    if sheet is None:
        raise NotFound()
    events.looked(actor, "task:read", task)
    sheet.task, sheet.case = task, task.case
    sheet.allowed = task.allowed
    return sheet


@verb(Action.TASK_WORK)
def take_back(actor: Person, sheet: PrintedSheet, outcome: SheetOutcome, seen_version: int) -> PrintedSheet:
    """Write down what became of a sheet, and close its task; also on a closed case, for the paper is out there all the
    same. Raises TooLate where it was written down otherwise, Conflict."""
    if sheet.outcome:
        return written.already(sheet, outcome=outcome)
    over = revise(actor, EventKind.SHEET_TAKEN_BACK, sheet, seen_version, told=("outcome",), outcome=outcome,
                  over_on=clock.today())  # fmt: skip
    tasks.follow(actor, sheet.task_id, TaskStatus.DONE)
    return over


def are_out(found: list[Task]) -> bool:
    """Whether one of these open tasks takes back a sheet."""
    return any(task.kind == TaskKind.SHEET_BACK for task in found)


# ── on the case ─────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Person, case: Case) -> list[PrintedSheet]:
    """Every sheet of a case that the actor has loaded, the newest first, with who printed it (`by`)."""
    rows = PrintedSheet.select(PrintedSheet, Person.ref, Person.name).join(Person, on=(PrintedSheet.by == Person.ref))
    return list(rows.where(PrintedSheet.case == case.ref).order_by(PrintedSheet.number.desc()))


@reads(Action.CASE_READ)
def uses_of(actor: Person, case: Case) -> list[EmergencyUse]:
    """Who used the emergency access to a case that the actor has loaded, the latest first, and who looked at it."""
    rows = (
        EmergencyUse.select(EmergencyUse, Person.ref, Person.name, Person.phone, Signer.ref, Signer.name)
        .join(Person, on=(EmergencyUse.person == Person.ref))
        .join_from(EmergencyUse, Signer, peewee.JOIN.LEFT_OUTER, on=(EmergencyUse.signed_by == Signer.ref),
                   attr="signer")
    )  # fmt: skip
    return list(rows.where(EmergencyUse.case == case.ref).order_by(EmergencyUse.at.desc(), EmergencyUse.ref))
