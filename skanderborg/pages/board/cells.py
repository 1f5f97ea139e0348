"""One cell of the board: the worst that stands in a box of a case, in a few words."""

from datetime import date
from typing import NamedTuple

from ... import clock, content
from ...domain.tasks import marks
from ...kinds import Basis, Box, Kind, Mark, TaskKind, TaskStatus
from ...store.work import Task

GAP = "\u00a0"  # a space at which no line breaks
WORST_FIRST: tuple[Kind, ...] = (
    Mark.ACUTE, Mark.OVERDUE, Mark.UNOWNED, TaskStatus.WAITING, TaskStatus.ACTIVE, TaskStatus.NOT_STARTED,
    Mark.ASSESSED, TaskStatus.DONE, TaskStatus.NOT_RELEVANT,
)  # fmt: skip


class Cell(NamedTuple):
    """A box of a case: its worst mark, how far it is or what it waits for, and the nearest date."""

    box: Box
    mark: Kind
    text: str
    date: str


def cell_of(box: Box, found: list[Task], today: date) -> Cell:
    """The cell of a box with these tasks; each with its owner's name and, behind a request, the department (`asked`)
    and the `basis`.

    Red only for overdue and danger.
    """
    if not found:
        return Cell(box, Mark.EMPTY, "", "")
    worst = min((mark_in_cell(task) for task in found), key=WORST_FIRST.index)
    still_open = sorted((task for task in found if task.closed_at is None), key=lambda task: task.due_on or date.max)
    text = _answer_awaited(still_open, today) or _not_referred(still_open) or _progress(found)
    return Cell(box, worst, text, _nearest(still_open, text, today))


def mark_in_cell(task: Task) -> Kind:
    """The mark of a task on the board: danger before all, and *Uden ansvarlig* right after overdue."""
    if task.closed_at is None and task.basis == Basis.ACUTE:
        return Mark.ACUTE
    mark = marks.mark_of(task)
    return Mark.UNOWNED if mark != Mark.OVERDUE and marks.is_unowned(task) else mark


def _answer_awaited(still_open: list[Task], today: date) -> str:
    """«Jobcenter · svar tir. 24. nov.»: the request that must be answered first."""
    for task in still_open:
        if task.kind == TaskKind.REQUEST and task.due_on:
            return f"{task.asked or 'Afdelingen'} · svar {_day(task.due_on, today)}"
    return ""


def _not_referred(still_open: list[Task]) -> str:
    """«Politi: ikke henvist endnu» (UX-37)."""
    names = [_short(task.organisation) for task in still_open if task.kind == TaskKind.REFERRAL]
    return f"{' og '.join(names)}: ikke henvist endnu" if names else ""


def _short(organisation: str | None) -> str:
    entry = content.contacts().get(organisation or "")
    if entry is None:
        return content.contact_name(organisation) if organisation else "Organisation"
    return entry.short or entry.name


def _progress(found: list[Task]) -> str:
    """«1 af 3»; *Sikkerhed* is never done: «Vurderet 19. nov.», beside what else there is."""
    counted = [task for task in found if task.status != TaskStatus.NOT_RELEVANT and task.kind != TaskKind.SAFETY]
    done = sum(task.status == TaskStatus.DONE for task in counted)
    said = [_assessed(task) for task in found if task.kind == TaskKind.SAFETY]
    return " · ".join([*said, *([f"{done}{GAP}af{GAP}{len(counted)}"] if counted else [])])


def _assessed(task: Task) -> str:
    return marks.words_of(task).replace(". ", f".{GAP}") if task.assessed_on else "Ikke vurderet endnu"


def _nearest(still_open: list[Task], text: str, today: date) -> str:
    """The nearest deadline, unless the text has said it."""
    first = next((task for task in still_open if task.due_on), None)
    if first is None or "· svar" in text:
        return ""
    word = "igen" if first.assessed_on and first.due_on > today else "frist"
    return f"{word} {_day(first.due_on, today)}"


def _day(day: date, today: date) -> str:
    """«i dag», «tor. 3. dec.», «var tor. 3. dec.», in one line; a row is kept for the day alone."""
    if day == today:
        return f"i{GAP}dag"
    return f"{'var ' if day < today else ''}{clock.short_date(day).replace(' ', GAP)}"
