"""What the screen says of a task: derived from the row and the day, never stored."""

from datetime import date

from ... import clock, content
from ...kinds import Kind, Mark, TaskKind
from ...store.work import Task

CLOSED_BY_FACT = (
    TaskKind.REFERRAL, TaskKind.REQUEST, TaskKind.CHILD_REPORT, TaskKind.SAFE_AFTER, TaskKind.SHEET_BACK,
)  # fmt: skip
NEVER_POSTPONED = (TaskKind.SAFETY, TaskKind.CHILD_REPORT, TaskKind.SAFE_AFTER, TaskKind.SHEET_BACK)


def is_overdue(task: Task, today: date) -> bool:
    """Whether the task is open and its deadline has passed."""
    return task.closed_at is None and task.due_on is not None and task.due_on < today


def is_unowned(task: Task) -> bool:
    """Whether nobody owes the task: neither a person nor a department's queue."""
    return task.closed_at is None and task.assignee_id is None and task.department_id is None


def is_duty(task: Task) -> bool:
    """Whether the task is a personal duty, of which the others on the case see no more than how many are missing."""
    return task.kind == TaskKind.CHILD_REPORT


def mark_of(task: Task) -> Kind:
    """The status that is shown. Overdue beats all; *Sikkerhed* is never done, but assessed."""
    today = clock.today()
    if is_overdue(task, today):
        return Mark.OVERDUE
    if task.kind == TaskKind.SAFETY and task.assessed_on and task.closed_at is None and task.due_on != today:
        return Mark.ASSESSED
    return task.status


def words_of(task: Task) -> str:
    """The words of the badge: «Vurderet 19. nov.», «Vurdér igen» or the status."""
    if task.kind == TaskKind.SAFETY and task.assessed_on and task.closed_at is None:
        is_assessed = mark_of(task) == Mark.ASSESSED
        return f"Vurderet {clock.short_date_without_weekday(task.assessed_on)}" if is_assessed else "Vurdér igen"
    return mark_of(task).label


def owner_of(task: Task) -> str:
    """Who owes an open task: a name, «Jobcenter (hele afdelingen)», or «Uden ansvarlig». Wants assignee and
    department joined."""
    if task.assignee_id:
        return task.assignee.name
    if task.department_id:
        return f"{task.department.name} (hele afdelingen)"
    return Mark.UNOWNED.label


def deadline_of(task: Task) -> str:
    """When an open task is due: «frist ons. 18. nov.», «frist var …», «i dag», or «uden frist»."""
    if task.due_on is None:
        return "uden frist"
    today = clock.today()
    if task.due_on == today:
        return "i dag"
    word = "vurderes igen" if task.assessed_on and task.due_on > today else "frist"
    return (
        f"{word} var {clock.short_date(task.due_on)}"
        if task.due_on < today
        else f"{word} {clock.short_date(task.due_on)}"
    )


def when_of(task: Task) -> str:
    """When a task of a short list is due: «i dag», «20. nov.», or nothing for one without a deadline."""
    if task.due_on is None:
        return ""
    return "i dag" if task.due_on == clock.today() else clock.short_date_without_weekday(task.due_on)


def day_of(task: Task) -> str:
    """As `deadline_of`, where a row has no room for more: «var 18. nov.», «i dag», «3. dec.», «igen 3. dec.»."""
    if task.due_on is None:
        return "uden frist"
    today, day = clock.today(), clock.short_date_without_weekday(task.due_on)
    if task.due_on <= today:
        return "i dag" if task.due_on == today else f"var {day}"
    return f"igen {day}" if task.assessed_on else day


def closing_of(task: Task) -> str:
    """When a closed task was closed and by whom, after the word of its badge: «19. nov. af Solveig Sand»."""
    return closed_by(task, task.closed_by.name if task.closed_by_id else None)


def closed_by(task: Task, name: str | None) -> str:
    """The same where the name of who closed it is known."""
    on = clock.short_date_without_weekday(clock.today(task.closed_at))
    return f"{on} af {name}" if name else on


def why_of(task: Task) -> str:
    """Why it must be done, in the words that the task was planned with; empty for a free task."""
    template = content.task_template(task.template, task.created_at) if task.template else None
    return template.why if template else ""
