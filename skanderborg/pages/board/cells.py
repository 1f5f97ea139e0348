"""One cell of the board: the worst that stands in a box of a case, in the shortest words, and how far the box is."""

from datetime import date
from typing import NamedTuple

from ... import clock, content
from ...domain.tasks import marks
from ...kinds import Basis, Box, Kind, Mark, TaskKind, TaskStatus
from ...store.work import Task

GAP = "\u00a0"  # a space at which no line breaks
WORST_FIRST: tuple[Kind, ...] = (
    Mark.ACUTE, Mark.OVERDUE, Mark.TODAY, Mark.UNOWNED, TaskStatus.WAITING, TaskStatus.ACTIVE, TaskStatus.NOT_STARTED,
    Mark.ASSESSED, TaskStatus.DONE, TaskStatus.NOT_RELEVANT,
)  # fmt: skip
SOON = (Mark.ACUTE, Mark.TODAY, TaskStatus.WAITING)
QUIET = (Mark.ASSESSED, Mark.EMPTY, TaskStatus.DONE, TaskStatus.NOT_RELEVANT)
SAYS_IT_ITSELF = (Mark.TODAY, Mark.UNOWNED, Mark.EMPTY, TaskStatus.NOT_RELEVANT)


class Cell(NamedTuple):
    """A box of a case: its worst mark, whom or what it waits for and when, in the shortest words; how many tasks are
    done of those that count; and how many nobody owns, where the words do not say it."""

    box: Box
    mark: Kind
    text: str
    done: int
    total: int
    unowned: int = 0
    is_late: bool = False

    @property
    def tone(self) -> str:
        """How it looks: red for late alone, amber for today and what waits for an answer, a frame for what is
        nobody's, grey for what is done."""
        if self.is_late:
            return "late"
        if self.mark in SOON:
            return "soon"
        return "free" if self.mark == Mark.UNOWNED else "quiet" if self.mark in QUIET else "plain"

    @property
    def label(self) -> str:
        """The mark in words, for who does not see it; nothing where the text says the same."""
        return "" if self.mark in SAYS_IT_ITSELF else self.mark.label

    @property
    def progress(self) -> str:
        """«1 af 3 udført»."""
        return f"{self.done} af {self.total} udført" if self.total else ""


def cell_of(box: Box, found: list[Task], today: date) -> Cell:
    """The cell of a box with these tasks; each with its owner's name and, behind a request, the department (`asked`)
    and the `basis`."""
    if not found:
        return Cell(box, Mark.EMPTY, "ingen opgaver", 0, 0)
    ranked = sorted(found, key=lambda task: (_rank(task, today), task.due_on or date.max))
    worst = mark_in_cell(ranked[0], today)
    alike = [task for task in ranked if mark_in_cell(task, today) == worst]
    # *Sikkerhed* is never done: what is assessed is assessed again, and counts for nothing.
    counted = [task for task in found if task.status != TaskStatus.NOT_RELEVANT and task.kind != TaskKind.SAFETY]
    done, total = sum(task.status == TaskStatus.DONE for task in counted), len(counted)
    unowned = sum(marks.is_unowned(task) for task in found)
    is_late = any(marks.is_overdue(task, today) for task in found)
    if worst == Mark.UNOWNED:
        return Cell(box, worst, f"{unowned}{GAP}uden ansvarlig", done, total, 0, is_late)
    text = _awaited(worst, alike, today) or _how_far(alike, done, total)
    return Cell(box, worst, text, done, total, unowned, is_late)


def _rank(task: Task, today: date) -> int:
    return WORST_FIRST.index(mark_in_cell(task, today))


def mark_in_cell(task: Task, today: date) -> Kind:
    """The mark of a task on the board: danger before all, then what is late, due today, and without an owner."""
    if task.closed_at is None and task.basis == Basis.ACUTE:
        return Mark.ACUTE
    mark = marks.mark_of(task)
    if mark == Mark.OVERDUE or task.closed_at is not None:
        return mark
    if task.due_on == today:
        return Mark.TODAY
    return Mark.UNOWNED if marks.is_unowned(task) else mark


def _awaited(worst: Kind, alike: list[Task], today: date) -> str:
    """Who must answer first, and when: «Jobcenter 3. dec.»; whom nobody has referred to yet: «Politi mangler» (UX-37);
    else the day alone. Nothing of what is closed."""
    first = alike[0]
    if first.closed_at is not None:
        return ""
    when = _when(worst, first.due_on, today)
    if first.kind == TaskKind.REFERRAL:
        names = [_short(task.organisation) for task in alike if task.kind == TaskKind.REFERRAL]
        missing = f"{names[0] if len(names) == 1 else 'begge'} mangler"
        return f"{missing} {when}" if worst == Mark.TODAY else missing
    return f"{first.asked or 'Afdelingen'} {when}".rstrip() if first.kind == TaskKind.REQUEST else when


def _short(organisation: str | None) -> str:
    entry = content.contacts().get(organisation or "")
    if entry is None:
        return content.contact_name(organisation) if organisation else "Organisation"
    return entry.short or entry.name


def _when(worst: Kind, due_on: date | None, today: date) -> str:
    """«18. nov.», «i dag», «igen 23. dec.», in one line; nothing without a deadline."""
    if due_on is None:
        return ""
    if due_on == today:
        return f"i{GAP}dag"
    day = clock.short_date_without_weekday(due_on).replace(" ", GAP)
    return f"igen{GAP}{day}" if worst == Mark.ASSESSED else day


def _how_far(alike: list[Task], done: int, total: int) -> str:
    """«3 af 3»; of referrals «begge henvist», or «begge besvaret» where the citizen did not want one."""
    if alike[0].status == TaskStatus.NOT_RELEVANT:
        return "ikke relevant"
    referrals = [task for task in alike if task.kind == TaskKind.REFERRAL and task.closed_at]
    if not referrals or len(referrals) != total or done != total:
        return f"{done}{GAP}af{GAP}{total}"
    word = "besvaret" if any(task.declined for task in referrals) else "henvist"
    return f"begge {word}" if total == 2 else word
