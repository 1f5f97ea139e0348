"""What the frame of every page shows: numbers in the navigation, whether letters are sent, and a draft of the page."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import peewee

from .. import clock, policy
from ..domain import access, due, letters, requests
from ..mail import outbox
from ..policy import Action
from ..store.cases import Case
from ..store.outbox import OutboxLetter, Tick
from ..store.people import Draft, Person
from ..store.prepared import Parameter, prepared
from ..store.work import Request, Task


class Frame(NamedTuple):
    """Counts for the navigation (`cases`: rows of the board), the worker's last tick, whether letters are stuck, how
    many failed that the actor can do something about, and to the actor's own mailbox, and the newest draft of the page,
    if there is one."""

    my_day: int
    requests: int
    cases: int
    last_tick: datetime | None
    is_mail_stuck: bool
    failed_letters: int
    failed_to_me: int
    draft: str | None
    draft_at: datetime | None


NOBODYS = Frame(0, 0, 0, None, is_mail_stuck=False, failed_letters=0, failed_to_me=0, draft=None, draft_at=None)


def around(actor: Person, page: str, late_after: timedelta) -> Frame:
    """Counts and heartbeat of the frame, and what the actor has typed on `page` and not sent, in one query.

    Mail is stuck when a letter has waited for longer than `late_after` since it was due, and none was sent after that:
    the server that still takes others' letters is not down, whatever it has against this one.
    """
    now, instant = clock.now(), Tick.at.python_value
    found = _frame.first(
        policy.shape_of(actor), policy.may(actor, Action.SUSPICION_LIST), policy.may(actor, Action.PEOPLE_MANAGE),
        actor=actor.ref, today=clock.today(now), page=page, late=now - late_after,
    )  # fmt: skip
    late_due, last_sent = instant(found.late_due), instant(found.last_sent)
    if last_sent and last_sent > now:
        last_sent = None  # by a clock that was ahead: it tells nothing of the hours since
    return Frame(
        my_day=found.tasks + found.suspicions,
        requests=found.owed + found.my_turn + found.held,
        cases=found.cases,
        last_tick=instant(found.last_tick),
        is_mail_stuck=late_due is not None and (last_sent is None or last_sent < late_due + late_after),
        failed_letters=found.failed,
        failed_to_me=found.failed_to_me,
        draft=found.draft,
        draft_at=instant(found.draft_at),
    )


@prepared
def _frame(
    roles: str,
    takes_cases: bool,
    looks_after_people: bool,
    *,
    actor: Parameter,
    today: Parameter,
    page: Parameter,
    late: Parameter,
) -> Any:
    asker = policy.Asker(actor, roles, today)
    owed, my_turn, held = (_count(Request).where(condition) for condition in requests.waiting(asker))
    last_tick, last_sent = (Tick.select(Tick.at).where(Tick.name == name) for name in ("worker", "sent"))
    kept = (Draft.person == actor, Draft.page == page, Draft.used_at.is_null())
    draft, draft_at = (
        Draft.select(column).where(*kept).order_by(Draft.saved_at.desc(), Draft.ref).limit(1)
        for column in (Draft.ref, Draft.saved_at)
    )
    columns: dict[str, Any] = {
        "tasks": _tasks_due(asker),
        "suspicions": _unclaimed(asker) if takes_cases else peewee.SQL("0"),
        "owed": owed,
        "my_turn": my_turn,
        "held": held,
        "cases": _count(Case).where(policy.sees_case(asker), Case.closed_at.is_null(), Case.claimed_at.is_null(False)),
        "last_tick": last_tick,
        "last_sent": last_sent,
        "late_due": _late_due(late),
        "failed": letters.count_for(asker, looks_after_people),
        "failed_to_me": letters.count_to(asker),
        "draft": draft,
        "draft_at": draft_at,
    }
    named = (column.alias(name) for name, column in columns.items())
    return Tick.select(*named).from_(peewee.SQL("(SELECT 1) AS one"))


def _count(model: Any) -> peewee.ModelSelect:
    return model.select(peewee.fn.COUNT(model.ref))


def _tasks_due(asker: policy.Asker) -> peewee.ModelSelect:
    """The tasks that are due on *Min dag*, and that the digest counts."""
    mine = _count(Task).join(Case).where(due.tasks_near(asker), due.tasks(asker))
    return mine.where(Task.due_on <= asker.today)


def _unclaimed(asker: policy.Asker) -> peewee.ModelSelect:
    """Suspicions that the actor may take."""
    return _count(Case).where(access.is_unclaimed(), Case.closed_at.is_null(), policy.sees_case(asker))


def _late_due(late: Parameter) -> peewee.ModelSelect:
    """When the newest letter was due that has waited since before `late`."""
    return OutboxLetter.select(peewee.fn.MAX(OutboxLetter.due_at)).where(*outbox.OWED, OutboxLetter.due_at < late)
