"""What has waited too long is told to others, by kind (REL-25; docs/domain.md «What falls due»).

Letters of their own, beside the morning's digest; each once for each occasion. finding.py makes a row of what waits, a
tick turns it into letters if it still does, as with reminders.
"""

from datetime import date, datetime
from typing import NamedTuple

from ... import clock, policy
from ...addresses import Place
from ...kinds import EscalationKind, LetterKind, OversightKind, RelationKind
from ...mail import outbox
from ...store.cases import Relation
from ...store.db import Table
from ...store.emergency import EmergencyUse
from ...store.insight import Insight
from ...store.people import Absence, Person
from ...store.work import Escalation, Task
from .. import access, people
from ..access import duties
from ..oversight import items
from ..reminders import tick
from ..reminders.reach import Side, heads, managers, managers_of, managers_over, once, reach, side, tovholder
from . import finding

TO_THOSE_ON_CASE = {
    EscalationKind.SAFETY_OVERDUE: LetterKind.SAFETY_OVERDUE,
    EscalationKind.MUST_OVERDUE: LetterKind.TASK_OVERDUE,
}
TO_MANAGERS = {
    EscalationKind.MUST_MANAGER: LetterKind.DEPARTMENT_OVERDUE,
    EscalationKind.QUEUE_UNTAKEN: LetterKind.QUEUE_UNTAKEN,
}

OF_INSIGHT = (
    EscalationKind.INSIGHT_OVERDUE,
    EscalationKind.INSIGHT_MANAGER,
)  # who asked waits, though a case is closed


class Letter(NamedTuple):
    """A letter to one person: the row it tells of, and the place it opens, where not that row's own."""

    kind: LetterKind
    to: Person
    about: Table
    opens: Place | None = None
    missing: int = 0  # of child duties
    key: str = ""  # what it is once for, where not for its row


def owe_due(now: datetime) -> int:
    """Find what has waited too long at `now` and owe its letters; returns how many were new. See `tick.owe_due`."""
    finding.make_due(now)
    return tick.owe_due(Escalation, now, _owe)


def _owe(row: Escalation, now: datetime) -> int | None:
    goes_on = row.case.closed_at is None or row.kind in (*OF_INSIGHT, EscalationKind.EMERGENCY_UNSIGNED)
    found = _letters(row, clock.today(now)) if goes_on else []
    return sum(_put(row, letter) for letter in found) if found else None


def _put(row: Escalation, letter: Letter) -> bool:
    return outbox.put(
        letter.kind, letter.to, key=letter.key or f"escalation:{row.ref}", about=letter.about, opens=letter.opens,
        due_at=row.due_at, missing=letter.missing,
    )  # fmt: skip


def _letters(row: Escalation, today: date) -> list[Letter]:
    """Empty where it does not wait any more."""
    if row.kind == EscalationKind.RESOURCE_AWAY:
        return _of_leave(row, today)
    if row.kind == EscalationKind.DUTIES_MISSING:
        return _of_duties(row, today)
    if row.kind in OF_INSIGHT:
        return _of_insight(row, today)
    if row.kind == EscalationKind.EMERGENCY_UNSIGNED:
        return _of_emergency(row)
    task = Task.get_or_none(Task.ref == row.about.removeprefix("task:"))
    if task is None or not _still_waits(row, task):
        return []
    task.case = row.case
    if row.kind == EscalationKind.SAFETY_UNTOUCHED:
        return _of_danger(task, today)
    if row.kind in TO_MANAGERS:
        kind = TO_MANAGERS[row.kind]
        return [_to_manager(kind, person, task, today) for person in _heads(task, today)]
    kind = TO_THOSE_ON_CASE[row.kind]
    return [_to_one_on_case(kind, person, row, task, today) for person in _on_case(row, task, today)]


def _still_waits(row: Escalation, task: Task) -> bool:
    if task.closed_at is not None:
        return False
    if row.kind == EscalationKind.SAFETY_UNTOUCHED:
        is_untouched = task.danger_at is not None or task.assessed_on is None
        return is_untouched and finding.occasion_of(finding.waits_since(task)) == row.occasion
    is_untaken = task.assignee_id is None and task.department_id is not None
    return str(task.due_on) == row.occasion and (is_untaken or row.kind != EscalationKind.QUEUE_UNTAKEN)


# ── who is told ─────────────────────────────────────────────────────────────────────────────────────


def _on_case(row: Escalation, task: Task, today: date) -> list[Person]:
    """The resource persons of the case, of safety the tovholder as well; who is next in turn, where they are not there.

    Only who can open the task.
    """
    first = tovholder(row.case_id) if row.kind == EscalationKind.SAFETY_OVERDUE else []
    sides = [persons for persons in (first, access.resource_persons_on(row.case_id)) if persons] or [[]]
    told = once([person for persons in sides for person in reach(side(persons, task), task, today)])
    return [person for person in told if policy.opens(person, task)]


def _to_one_on_case(kind: LetterKind, person: Person, row: Escalation, task: Task, today: date) -> Letter:
    """Of tasks one letter a case and morning, which opens the case: what the card asks for falls due in handfuls."""
    if kind == LetterKind.TASK_OVERDUE and policy.opens(person, row.case):
        return Letter(kind, person, row, Place.CASE, key=f"overdue:{row.case_id}:{today}")
    return Letter(kind, person, task)


def _heads(task: Task, today: date) -> list[Person]:
    """Who heads the department of the task's owner: of its queue, or, where nobody owns it, of the tovholder."""
    if task.assignee_id:
        found = managers_over(task.assignee_id, today)
    elif task.department_id:
        found = managers_of(task.department, today)
    else:
        found = [one for contact in tovholder(task.case_id) for one in managers_over(contact.ref, today)]
    told = Side(once(found or managers()), lambda person: policy.is_told_by_role(person, task))
    return reach(told, task, today)


def _to_manager(kind: LetterKind, person: Person, task: Task, today: date) -> Letter:
    """One letter a morning, however many it opens the list of: it names none of them. Who is told in a manager's place,
    since there is none, sees the task itself."""
    if policy.is_told_by_role(person, task):
        return Letter(kind, person, person, Place.DEPARTMENT, key=f"department:{kind}:{today}")
    return Letter(LetterKind.TASK_OVERDUE, person, task)


def _of_danger(task: Task, today: date) -> list[Letter]:
    """Every resource person who is there, and the manager, on the same day. Who is not on the case is told no more than
    that something waits, and with whom; of a case for named persons only, nobody else is."""
    here = people.present(people.resource_persons(), today)
    told = [one for one in here if policy.opens(one, task) or policy.is_told_by_role(one, task)]
    told = once([*told, *_heads(task, today)])
    return [
        Letter(
            LetterKind.SAFETY_UNTOUCHED, person, task, None if policy.opens(person, task) else Place.DEPARTMENT
        )
        for person in told
    ]  # fmt: skip


def _of_duties(row: Escalation, today: date) -> list[Letter]:
    """How many are missing, to the resource persons; whose they are is nobody's business."""
    missing = duties.progress(row.case_id).missing
    told = reach(side(access.resource_persons_on(row.case_id), row.case), row.case, today) if missing else []
    return [
        Letter(LetterKind.DUTIES_MISSING, person, row, Place.CHILDREN, missing)
        for person in told
        if policy.opens(person, row.case)
    ]


def _of_insight(row: Escalation, today: date) -> list[Letter]:
    """A request for insight that nobody answered in time: to the resource persons of the case, and to who heads the
    tovholder, who sees nothing of it, as of a task that the card asks for."""
    request = Insight.get_or_none(Insight.ref == row.about.removeprefix("insight:"), Insight.ended_at.is_null())
    if request is None:
        return []
    request.case, on_case = row.case, side(access.resource_persons_on(row.case_id), row.case)
    first = heads(tovholder(row.case_id), row.case, today) if row.kind == EscalationKind.INSIGHT_MANAGER else on_case
    return [_of_answer(person, request, today) for person in reach(first, row.case, today)]


def _of_answer(person: Person, request: Insight, today: date) -> Letter:
    """Who does not see the case is told by the list of the department, once a morning."""
    if policy.opens(person, request.case):
        return Letter(LetterKind.ANSWER_OVERDUE, person, request, Place.INSIGHT)
    kind = LetterKind.DEPARTMENT_OVERDUE
    return Letter(kind, person, person, Place.DEPARTMENT, key=f"department:{kind}:{today}")


def _of_emergency(row: Escalation) -> list[Letter]:
    """Every manager to whom the case is not closed, who may all look at it from now on; it is put before the auditors
    as well."""
    use = EmergencyUse.get_or_none(EmergencyUse.ref == row.about.removeprefix("emergency_use:"))
    if use is None or use.signed_at:
        return []
    items.tell([items.Noticed(OversightKind.EMERGENCY, use.person_id, use.at, use.at, 1)], clock.now())
    excluded, kind = access.excluded_persons(row.case_id) | {use.person_id}, LetterKind.EMERGENCY_UNSIGNED
    return [Letter(kind, person, use, Place.EMERGENCIES) for person in managers() if person.ref not in excluded]


def _of_leave(row: Escalation, today: date) -> list[Letter]:
    """The tovholder is asked who takes over from a resource person who is away, if he or she still is, and still is
    one of the case."""
    absence = Absence.get_or_none(Absence.ref == row.about.removeprefix("absence:"))
    if absence is None or not absence.from_on <= today <= absence.to_on:
        return []
    on_case = (
        Relation.select()
        .where(
            Relation.case == row.case_id, Relation.person == absence.person_id, Relation.kind == RelationKind.RESOURCE
        )
        .where(Relation.until_at.is_null())
    )
    asked = reach(side(tovholder(row.case_id), row.case), row.case, today) if on_case.exists() else []
    return [
        Letter(LetterKind.RESOURCE_AWAY, person, row, Place.ACCESS)
        for person in asked
        if person.ref != absence.person_id and policy.opens(person, row.case)
    ]
