"""What has waited too long, and which resource persons are away: a row is made of each, once for each occasion."""

from collections.abc import Iterator
from datetime import date, datetime, time

import peewee

from ... import clock
from ...kinds import EscalationKind, RelationKind, TaskKind
from ...store.cases import Case, Relation
from ...store.db import append_once, transaction
from ...store.emergency import EmergencyUse
from ...store.insight import Insight
from ...store.people import Absence
from ...store.wall import of_day
from ...store.work import Escalation, Task
from .. import rules

AT_ONCE = 500  # rows of a kind that one tick makes; the next tick makes the rest
OF_SAFETY = (TaskKind.SAFETY, TaskKind.SAFE_AFTER)
OWN_LADDER = (*OF_SAFETY, TaskKind.CHILD_REPORT, TaskKind.REQUEST)  # musts that are told of in another way
Found = tuple[EscalationKind, str, str, str, datetime]  # kind, case, about, occasion, due_at


def make_due(now: datetime) -> int:
    """Make a row of everything that others must be told of at `now`; returns how many were new.

    Running it twice, late, or in several workers at once makes none twice.
    """
    found = [*_untouched(now), *_of_the_day(now)]
    return _keep(found, now) if found else 0


@transaction
def _keep(found: list[Found], now: datetime) -> int:
    names = ("kind", "case", "about", "occasion", "due_at")
    return sum(append_once(Escalation, created_at=now, **dict(zip(names, one, strict=True))) for one in found)


# ── danger ──────────────────────────────────────────────────────────────────────────────────────────


def is_untouched() -> peewee.Expression:
    """Whether a task is an assessment of safety that nobody has made, or not since a danger sign came."""
    never = Task.danger_at.is_null(False) | Task.assessed_on.is_null()
    return (Task.kind == TaskKind.SAFETY) & Task.closed_at.is_null() & never


def waits_since(task: Task) -> datetime:
    """The instant from which an untouched assessment waits: the danger sign, else when it was made or fell due."""
    made_at: datetime = task.danger_at or task.created_at
    if task.danger_at:
        return made_at
    return max(made_at, clock.next_valid_instant(task.due_on, time.min)) if task.due_on else made_at


def _untouched(now: datetime) -> Iterator[Found]:
    """Asked at each tick, since it must be told the same day; working hours are not for SQL."""
    current, kind = rules.current(), EscalationKind.SAFETY_UNTOUCHED
    columns = (Task.ref, Task.case, Task.danger_at, Task.due_on, Task.created_at)
    waiting = list(Task.select(*columns).join(Case).where(is_untouched(), Case.closed_at.is_null()))
    told = _occasions(kind, [f"task:{task.ref}" for task in waiting])
    for task in waiting:
        since, about = waits_since(task), f"task:{task.ref}"
        if (about, occasion_of(since)) in told:
            continue
        due_at = clock.add_working_hours(
            since, current.safety_untouched_working_hours, current.office_opens, current.office_closes
        )
        if due_at <= now:
            yield kind, task.case_id, about, occasion_of(since), due_at


def _occasions(kind: EscalationKind, about: list[str]) -> set[tuple[str, str]]:
    rows = Escalation.select(Escalation.about, Escalation.occasion)
    return set(rows.where(Escalation.kind == kind, Escalation.about.in_(about)).tuples()) if about else set()


def occasion_of(instant: datetime) -> str:
    """An instant as an occasion; to the second."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


# ── deadlines that passed, told in the morning ──────────────────────────────────────────────────────


def told_at(day: date) -> datetime:
    """The instant of a day at which what has waited too long is told."""
    return clock.next_valid_instant(day, rules.current().escalation_at)


def _of_the_day(now: datetime) -> list[Found]:
    today = clock.today(now)
    if not clock.is_working_day(today) or now < told_at(today):
        return []
    current, due_at = rules.current(), told_at(today)
    must = Task.must & Task.kind.not_in(OWN_LADDER)
    untaken = Task.assignee.is_null() & Task.department.is_null(False) & (Task.kind != TaskKind.REQUEST)
    steps = [
        (EscalationKind.SAFETY_OVERDUE, Task.kind.in_(OF_SAFETY), current.safety_overdue_working_days),
        (EscalationKind.MUST_OVERDUE, must, current.must_overdue_working_days),
        (EscalationKind.MUST_MANAGER, must, current.must_manager_working_days),
        (EscalationKind.QUEUE_UNTAKEN, untaken, current.queue_untaken_working_days),
        (EscalationKind.DUTIES_MISSING, Task.kind == TaskKind.CHILD_REPORT, current.duties_missing_working_days),
    ]
    rows = [(kind, *row) for kind, which, days in steps for row in _overdue(kind, which, today, days)]
    rows += [(EscalationKind.RESOURCE_AWAY, *row) for row in _away(today)]
    rows += [
        (EscalationKind.INSIGHT_OVERDUE, *row)
        for row in _unanswered(EscalationKind.INSIGHT_OVERDUE, today, current.must_overdue_working_days)
    ]
    rows += [
        (EscalationKind.INSIGHT_MANAGER, *row)
        for row in _unanswered(EscalationKind.INSIGHT_MANAGER, today, current.must_manager_working_days)
    ]
    rows += [(EscalationKind.EMERGENCY_UNSIGNED, *row) for row in _unsigned(today)]
    return [(kind, case, about, occasion, due_at) for kind, case, about, occasion in rows]


def _overdue(kind: EscalationKind, which: peewee.Expression, today: date, days: int) -> list[tuple[str, str, str]]:
    """The tasks of which `which` is so and whose deadline passed that many working days ago, if not told of already."""
    about = peewee.Value("case:" if kind == EscalationKind.DUTIES_MISSING else "task:").concat(
        Task.case if kind == EscalationKind.DUTIES_MISSING else Task.ref
    )
    day = of_day(Task.due_on)
    told = _told(kind, Task.case).where(Escalation.about == about, Escalation.occasion == day)
    query = (
        Task.select(Task.case, about, day)
        .join(Case)
        .where(Task.closed_at.is_null(), Case.closed_at.is_null(), which, ~peewee.fn.EXISTS(told))
        .where(Task.due_on <= clock.last_day_waiting(today, days))
    )
    return list(query.limit(AT_ONCE).tuples())


def _unsigned(today: date) -> list[tuple[str, str, str]]:
    """Each use of the emergency access that no manager has looked at for so many working days."""
    last = clock.last_day_waiting(today, rules.current().emergency_unsigned_working_days)
    waiting = EmergencyUse.select().where(EmergencyUse.signed_at.is_null(), EmergencyUse.at < told_at(today))
    found = [(use.case_id, f"emergency_use:{use.ref}", str(used_on)) for use in waiting.order_by(EmergencyUse.at)
             if (used_on := clock.today(use.at)) <= last]  # fmt: skip
    told = {about for about, _ in _occasions(EscalationKind.EMERGENCY_UNSIGNED, [about for _, about, _ in found])}
    return [row for row in found if row[1] not in told][:AT_ONCE]


def _away(today: date) -> list[tuple[str, str, str]]:
    """Each resource person who is away, on each open case that he or she takes part in as such."""
    about, day = peewee.Value("absence:").concat(Absence.ref), of_day(Absence.from_on)
    told = _told(EscalationKind.RESOURCE_AWAY, Relation.case).where(Escalation.about == about)
    query = (
        Relation.select(Relation.case, about, day)
        .join(Case)
        .join_from(Relation, Absence, on=(Absence.person == Relation.person))
        .where(Relation.kind == RelationKind.RESOURCE, Relation.until_at.is_null(), Case.closed_at.is_null())
        .where(Absence.covers(today), ~peewee.fn.EXISTS(told))
    )
    return list(query.limit(AT_ONCE).tuples())


def _unanswered(kind: EscalationKind, today: date, days: int) -> list[tuple[str, str, str]]:
    """The requests for insight whose deadline passed that many working days ago, of closed cases too."""
    about, day = peewee.Value("insight:").concat(Insight.ref), of_day(Insight.due_on)
    told = _told(kind, Insight.case).where(Escalation.about == about)
    late = Insight.due_on <= clock.last_day_waiting(today, days)
    query = Insight.select(Insight.case, about, day).where(Insight.ended_at.is_null(), late, ~peewee.fn.EXISTS(told))
    return list(query.limit(AT_ONCE).tuples())


def _told(kind: EscalationKind, case: peewee.Field) -> peewee.ModelSelect:
    return Escalation.select(peewee.SQL("1")).where(Escalation.kind == kind, Escalation.case == case)
