"""Who hears that an emergency sheet was opened: those whose case it is, the managers, and, where it is odd, the
auditors.

The letters say nothing of whom or what, and are alarms: what happens next withdraws none of them.
"""

from ... import clock, policy
from ...addresses import Place
from ...kinds import EscalationKind, LetterKind
from ...mail import outbox
from ...policy import Action
from ...store.db import append_once, new_ref
from ...store.emergency import EmergencyUse
from ...store.people import Person
from ...store.work import Escalation
from .. import access, breaches, people
from ..reminders.reach import once, reach, side, tovholder


def of_use(actor: Person, use: EmergencyUse, *, is_second: bool) -> None:
    """Tell tovholder, resource persons and the managers who are to look at it; of a second one while another lasts they
    and the auditors hear at once that it is one. Inside the caller's transaction."""
    key = f"emergency:{use.ref}"
    on_case, over = (LetterKind.EMERGENCY_ALARM,) * 2 if is_second else _USUAL
    for person in _on_case(use):
        if person.ref != actor.ref:
            outbox.put(on_case, person, key=key, about=use, opens=Place.EMERGENCY_OF_CASE)
    managers = [person for person in people.active() if may_sign(person, use)]
    for person in managers:
        outbox.put(over, person, key=f"{key}:sign", about=use, opens=Place.EMERGENCIES)
    if not managers:
        _escalate(use)
    if is_second:
        alarm_auditors()


_USUAL = (LetterKind.EMERGENCY_USED, LetterKind.EMERGENCY_SIGN)


def _on_case(use: EmergencyUse) -> list[Person]:
    case, today = use.case, clock.today()
    contact, resources = tovholder(case.ref), access.resource_persons_on(case.ref)
    told = [person for side_of in (contact, resources) for person in reach(side(side_of, case), case, today)]
    return once(told)


def may_sign(person: Person, use: EmergencyUse) -> bool:
    """Whether someone may look at this use as a manager."""
    mine = policy.emergencies_to_sign(person).where(EmergencyUse.ref == use.ref)
    return policy.may(person, Action.EMERGENCY_SIGN) and bool(mine.exists())


def _escalate(use: EmergencyUse) -> None:
    """No manager is left who may look at it: all others are told as soon as the worker looks."""
    append_once(
        Escalation, kind=EscalationKind.EMERGENCY_UNSIGNED, case=use.case_id, about=f"emergency_use:{use.ref}",
        occasion=str(clock.today(use.at)), due_at=use.at, created_at=use.at,
    )  # fmt: skip


def alarm_auditors() -> None:
    """Owe the auditors a letter that names no case, nor anything of one, since they see none; inside the caller's
    transaction."""
    key = f"emergency-alarm:{new_ref()}"
    for person in breaches.overseers():
        outbox.put(LetterKind.EMERGENCY_ALARM, person, key=key, about=person, opens=Place.ACCESS_LOG)
