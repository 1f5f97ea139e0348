"""Who was shown something while it was open to him or her, and was slower than another: told so, and not by whom.

To anyone who was never shown it, it is not there (SEC-08); the log of looks tells the two apart.
"""

import peewee

from ..kinds import Action, EventKind, Phase, Role
from ..store.cases import Case
from ..store.events import Event
from ..store.people import Membership, Person
from ..store.work import Request, Task
from .actors import roles
from .grants import Row
from .sight import is_for_named_only, is_open_to, my_departments

NOT_YOURS = {
    Task: "Opgaven er ikke længere hos dig: en anden har taget den, eller den er lukket. Du behøver ikke at gøre mere.",
    Request: "Anmodningen er ikke længere hos jer: en anden har taget den, eller den er trukket tilbage. Du behøver "
    "ikke at gøre mere.",
}
WORK = {Task: Action.TASK_WORK, Request: Action.REQUEST_HANDLE}
LEFT_THE_QUEUE = (
    EventKind.TASK_TAKEN, EventKind.TASK_ASSIGNED, EventKind.TASK_COMPLETED, EventKind.TASK_SET_ASIDE,
    EventKind.REQUEST_TAKEN, EventKind.REQUEST_ASKED, EventKind.REQUEST_ANSWERED, EventKind.REQUEST_RETURNED,
    EventKind.REQUEST_WITHDRAWN,
)  # fmt: skip


def was_slower(actor: Person, ref: str) -> bool:
    """Whether this is a suspicion that someone else took, and that the actor was shown while it could be taken: by the
    page of the case, or a list on which it stood."""
    if Role.RESOURCE_PERSON not in roles(actor):
        return False
    taken = (Case.ref == ref) & (Case.phase == Phase.SPARRING) & (Case.restricted == False)  # noqa: E712
    case = Case.select().where(taken, is_open_to(actor, Case.ref)).first()
    if case is None:
        return False
    looked = (Event.chain == f"case:{ref}") & (Event.actor == actor.ref)
    seen = looked | _lists_of(actor, Action.SUSPICION_LIST)
    return _exists(seen, Event.at >= case.reported_at, Event.at <= case.claimed_at)


def why_not(actor: Person, model: type[Row], ref: str, action: Action) -> str | None:
    """What to tell who wants to work on a task or request that was in sight and is no more; None for anyone else."""
    if WORK.get(model) != action:
        return None
    may_know = (model.ref == ref) & is_open_to(actor, model.case) & (Case.restricted == False)  # noqa: E712
    row = model.select(model, Case).join(Case).where(may_know).first()
    return NOT_YOURS[model] if row is not None and (_opened(actor, row) or _stood_on_list(actor, row)) else None


def _opened(actor: Person, row: Row) -> bool:
    """Whether its own page was shown to the actor: that happens only while it may be seen."""
    return _exists(Event.chain == f"case:{row.case_id}", Event.object_ref == row.ref, Event.actor == actor.ref)


def _stood_on_list(actor: Person, row: Row) -> bool:
    """Whether the actor looked at a list on which it stood, untaken, for the whole department."""
    is_request = isinstance(row, Request)
    if is_request and (row.named_id or is_for_named_only(row.party_works_there)):
        return False
    if not my_departments(actor).where(Membership.department == row.department_id).exists():
        return False
    ends = Event.select(peewee.fn.MIN(Event.at)).where(
        Event.chain == f"case:{row.case_id}", Event.object_ref == row.ref, Event.action.in_(LEFT_THE_QUEUE)
    )
    since = row.sent_at if is_request else row.created_at
    return since is not None and _exists(_lists_of(actor, Action.REQUEST_LIST), Event.at >= since, Event.at <= ends)


def _lists_of(actor: Person, action: Action) -> peewee.Expression:
    return (Event.chain == f"person:{actor.ref}") & Event.action.in_([action, Action.MY_DAY])


def _exists(*which: peewee.Expression) -> bool:
    """Whether there was such a look."""
    return bool(Event.select().where(Event.outcome == "ok", Event.is_write == False, *which).exists())  # noqa: E712
