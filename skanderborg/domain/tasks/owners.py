"""Who can owe a task: a person or a department's queue, never anyone who is excluded from the case (SEC-05)."""

from ... import clock, policy
from ...errors import Invalid
from ...kinds import LetterKind, TaskKind
from ...mail import outbox
from ...policy import Actor
from ...store.cases import Case
from ...store.people import Department, Person
from ...store.work import Task
from .. import access, people

NOBODY = ("", "Vælg …")
NOBODY_YET = ("", "Ingen endnu")


def choices(case: Case, nobody: tuple[str, str] = NOBODY) -> list[tuple[str, ...]]:
    """Everyone who can be given a task of the case, for a select: people, and queues unless the case is restricted."""
    listed = people.every_choice(policy.may_have_part(case.ref))
    return [nobody, *(_owner(one) for one in listed if one.is_person or not case.restricted)]


def of_any_case() -> list[tuple[str, ...]]:
    """Everyone who can be given tasks of several cases; whoever may have no part in one of these is refused there."""
    return [NOBODY, *map(_owner, people.every_choice())]


def _owner(one: people.Choosable) -> tuple[str, ...]:
    if one.is_person:
        return f"person:{one.ref}", one.name, one.department
    return f"department:{one.ref}", f"{one.name} (hele afdelingen)", one.department


def just(actor: Person) -> list[tuple[str, str]]:
    """The choices of one who may not assign: nobody, or oneself."""
    return [NOBODY, (f"person:{actor.ref}", actor.name)]


def chosen(value: str | None) -> tuple[Person | None, Department | None]:
    """The person or the department that a value of `choices` names. Raises NotFound for one that is gone."""
    kind, _, ref = (value or "").partition(":")
    return people.get(ref) if kind == "person" else None, people.department(ref) if kind == "department" else None


def choice_of(task: Task) -> str:
    """The value of `choices` that names who owes the task now."""
    if task.assignee_id:
        return f"person:{task.assignee_id}"
    return f"department:{task.department_id}" if task.department_id else ""


def fit(
    case: Case, assignee: Person | None, department: Department | None, field: str = "owner"
) -> list[Person]:  # fmt: skip
    """Who is to be told. Raises Invalid for who is excluded from the case, and for a queue on a restricted one."""
    if assignee:
        access.refuse_excluded(case, assignee, field)
    if department is None:
        return [assignee] if assignee else []
    if case.restricted:
        raise Invalid("Sagen er kun for navngivne personer. Vælg en person i stedet for en afdeling.", field)
    excluded = access.excluded_persons(case.ref)
    told = [person for person in people.members(department.ref) if person.ref not in excluded]
    if not told:
        raise Invalid("Ingen i afdelingen kan modtage opgaven. Vælg en anden.", field)
    return told


def refuse_who_cannot_answer(task: Task, assignee: Person | None) -> None:
    """Raise Invalid for the question of a critical date and one who is not on the case: it is answered there."""
    asks = task.kind == TaskKind.SAFE_AFTER
    if asks and (assignee is None or not access.relations_of(task.case_id, assignee.ref).exists()):
        raise Invalid("Spørgsmålet besvares på sagen. Vælg en, der er på den.", "owner")


def no_longer(task: Task) -> dict[str, None]:
    """The columns to empty where someone or some queue owned the task once, and can own it no more."""
    case = task.case
    gone: dict[str, None] = {}
    owner = Person.ref == task.assignee_id
    if task.assignee_id and not Person.select().where(owner, policy.may_have_part(case.ref)).exists():
        gone["assignee"] = None
    if task.department_id and (case.restricted or policy.is_department_excluded(task.department_id, case.ref)):
        gone["department"] = None
    return gone


def tell(actor: Actor, task: Task, told: list[Person]) -> None:
    """Owe each of them a letter, singly (SEC-40); nobody needs one about what they gave themselves."""
    due = clock.long_date(task.due_on) if task.due_on else "som aftalt"
    for person in told:
        if person.ref != actor.ref:
            key = f"task:{task.ref}:v{task.version}:assigned"
            outbox.put(LetterKind.TASK_ASSIGNED, person, key=key, about=task, due=due)
