"""What someone who is asked to be tovholder sees before answering: the offer, and nothing of what the citizen said."""

from datetime import datetime
from typing import NamedTuple

import peewee

from ... import clock, policy
from ...errors import Invalid
from ...kinds import Answer, MeetingStatus, TaskKind
from ...policy import Action
from ...store import events
from ...store.cases import Case
from ...store.db import transaction
from ...store.people import Person
from ...store.work import Meeting, Task
from .. import access
from . import handover

FIRST = {
    None: "Svar først, om du kender nogen i sagen.",
    Answer.YES: "Du kender nogen i sagen. Tryk på «Jeg er inhabil», så afgør din leder det.",
    Answer.UNKNOWN: "Ring til den, der spørger, og find ud af, om du kender nogen, før du siger ja.",
}


class Offer(NamedTuple):
    """What kind of case, how far it is, how much is open, who asks and why, and when the next meeting is."""

    case: Case
    asker: Person | None
    note: str | None
    open_tasks: int
    next_meeting_at: datetime | None


@transaction
def opened(actor: Person, ref: str) -> Offer:
    """The offer that the actor has to answer; the look is written down. Raises as policy.case_for does."""
    case = policy.case_for(actor, ref, Action.CASE_ACCEPT)
    events.looked(actor, "case:offer-read", case)
    still_open = Task.select(peewee.fn.COUNT(Task.ref)).where(
        Task.case == ref, Task.closed_at.is_null(), Task.kind != TaskKind.CHILD_REPORT
    )
    to_come = Meeting.select(peewee.fn.MIN(Meeting.starts_at)).where(
        Meeting.case == ref, Meeting.status == MeetingStatus.PLANNED, Meeting.starts_at > clock.now()
    )
    both = Task.select(still_open.alias("open_tasks"), to_come.alias("next_meeting"))
    [(open_tasks, meeting_at)] = both.from_(peewee.SQL("(SELECT 1) AS one")).tuples()
    asker, note = access.primary_contact(ref), handover.note_to(actor, case)
    return Offer(case, asker, note, open_tasks, Meeting.starts_at.python_value(meeting_at))


def known(actor: Person, ref: str, knows: Answer | None) -> Case:
    """The case for whoever says yes, or says it again: asked now, or tovholder by the answer. `knows`: whether
    he or she knows anyone in it, which who does not see the case says first.

    Raises as policy.case_for does, and Invalid where the actor may be inhabil (D-30).
    """
    case = policy.case_for(actor, ref, Action.CASE_KNOW)
    if knows == Answer.NO or (not knows and policy.may(actor, Action.CASE_READ, case)):
        return case
    raise Invalid(FIRST[knows or None], "knows")
