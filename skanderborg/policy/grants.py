"""What each role and each tie to a case allows (kinds/actions.py), and the questions about it.

What is allowed with a row is worked out when the row is loaded (lookups.py) and remembered on it.
"""

from typing import Any, TypeVar

from ..errors import NO_ACCESS, NotAllowed
from ..kinds import Action, RelationKind, Role, TaskKind
from ..store.cases import Case
from ..store.db import Table
from ..store.people import Person
from ..store.work import Meeting, Request, Task
from .actors import Actor, System, roles

Row = TypeVar("Row", Task, Request, Meeting)

EVERYONE = frozenset({
    Action.MY_DAY, Action.BOARD_READ, Action.CASE_LIST, Action.REQUEST_LIST, Action.PROFILE, Action.SUSPICION_REPORT,
    Action.GUIDE_READ, Action.CONTACT_READ, Action.PRACTISE, Action.DEPARTMENT_READ, Action.BREACH_REPORT,
})  # fmt: skip

BY_ROLE = {
    Role.RESOURCE_PERSON: frozenset({Action.SUSPICION_LIST, Action.FIGURES_READ, Action.EMERGENCY_OPEN}),
    Role.NIGHT_DUTY: frozenset({Action.EMERGENCY_OPEN}),
    Role.MANAGER: frozenset({
        Action.IMPARTIALITY_DECIDE, Action.RETENTION_DECIDE, Action.ACCESS_REVIEW, Action.FIGURES_READ,
        Action.EMERGENCY_SIGN,
    }),
    Role.AUDITOR: frozenset({Action.LOG_READ, Action.LOG_JUDGE, Action.BREACH_LIST, Action.FIGURES_READ}),
    Role.ADMINISTRATOR: frozenset({Action.PEOPLE_MANAGE, Action.CONTENT_MANAGE}),
}  # fmt: skip

PARTICIPATE = frozenset({
    Action.CASE_KNOW, Action.CASE_READ, Action.CASE_WORK, Action.SPARRING_RECORD, Action.NOTE_WRITE, Action.TASK_READ,
    Action.TASK_WORK, Action.TASK_CREATE, Action.REFERRAL_RECORD, Action.REQUEST_READ, Action.MEETING_READ,
    Action.MEETING_HOLD, Action.CASE_ASSESS, Action.CASE_REVEAL, Action.CASE_SHARE, Action.CHILD_REPORT,
    Action.INCIDENT_RECORD, Action.EVIDENCE_READ,
})  # fmt: skip
COORDINATE = PARTICIPATE | {
    Action.CASE_DESCRIBE, Action.CASE_CONCLUDE, Action.CASE_MOVE, Action.CASE_CLOSE, Action.CASE_GRANT,
    Action.CASE_EXCLUDE, Action.TASK_ASSIGN, Action.REQUEST_SEND, Action.REQUEST_OWN,
    Action.MEETING_PLAN, Action.CASE_LINK, Action.CASE_TRANSFER, Action.CASE_EXPORT,
    Action.CASE_RETAIN,
}  # fmt: skip

BY_RELATION = {
    RelationKind.PRIMARY_CONTACT: COORDINATE | {Action.CASE_HAND_OVER, Action.EMERGENCY_PRINT},
    RelationKind.RESOURCE: COORDINATE | {Action.REQUEST_RELEASE},
    RelationKind.PARTICIPANT: PARTICIPATE,
}
UNCLAIMED = frozenset(
    {Action.CASE_KNOW, Action.CASE_READ, Action.SUSPICION_TAKE}
)  # a resource person, before anyone has taken it
OFFERED = frozenset({Action.CASE_KNOW, Action.CASE_ACCEPT})  # who was asked to be tovholder: the offer, not the case
HELPER = {
    Task: frozenset({Action.TASK_READ, Action.TASK_WORK, Action.CHILD_REPORT}),
    Request: frozenset({Action.REQUEST_READ, Action.REQUEST_HANDLE}),
    Meeting: frozenset({Action.MEETING_READ}),
}
HEADED = frozenset({Action.DEPARTMENT_REMIND})  # what one is told of as a manager, never the case (departments.py) …
HEADED_QUEUE = HEADED | {Action.DEPARTMENT_GIVE}  # … and what of it lies untaken in the department's queue
REPORTED = frozenset({Action.BREACH_READ})  # a breach of security, to who told of it …
OVERSEES = REPORTED | {Action.BREACH_HANDLE}  # … and to the auditor
FOUND = frozenset({Action.EMERGENCY_OPEN})  # a case that was looked up in an emergency, and no more of it …
SHEET = frozenset({Action.EMERGENCY_READ, Action.EMERGENCY_REVEAL})  # … than its emergency sheet, for a while
NOTHING: frozenset[Action] = frozenset()
READ = {Task: Action.TASK_READ, Request: Action.REQUEST_READ, Meeting: Action.MEETING_READ}


def may(actor: Actor, action: Action, row: Table | None = None) -> bool:
    """Whether the actor may do this, to the row if one is given. Pure: what it allows was read when it was loaded."""
    if isinstance(actor, System):
        return True
    if row is None:
        return action in EVERYONE or any(action in BY_ROLE.get(Role(role), NOTHING) for role in roles(actor))
    allowed_to, allowed = getattr(row, "allowed", (None, NOTHING))
    return allowed_to == actor.ref and action in allowed


def require(actor: Actor, action: Action, row: Table | None = None) -> None:
    """Raise NotAllowed unless the actor may do this; only where a row was seen there is a tovholder to ask."""
    if not may(actor, action, row):
        raise NotAllowed(NO_ACCESS) if row is None else NotAllowed()


def personal(part: Row, asker: str | None, allowed: frozenset[Action], stands_in: bool = False) -> frozenset[Action]:
    """What is allowed with a part: a personal duty is its owner's alone, whatever others may do on the case."""
    if not isinstance(part, Task) or part.kind != TaskKind.CHILD_REPORT:
        return allowed
    kept_for_another = stands_in and part.assignee_id != part.duty_of_id  # then the substitute may write it down
    return HELPER[Task] if kept_for_another or (asker and part.assignee_id == asker) else NOTHING


def allow(row: Any, actor: Person, allowed: frozenset[Action]) -> None:
    """Remember on the row what this actor may do with it, for `may` and `require`."""
    row.allowed = (actor.ref, allowed)


def carry(from_row: Table, to_row: Row | Case) -> Any:
    """Pass on what is allowed, and the case it hangs on, to the fresh copy of a row, or to a new row of a case."""
    to_row.allowed = getattr(from_row, "allowed", (None, NOTHING))
    if isinstance(from_row, Case):
        if not isinstance(to_row, Case):
            to_row.case = from_row
    elif "case" in from_row.__rel__:
        to_row.case = from_row.case
    return to_row
