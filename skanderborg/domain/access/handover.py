"""Handing a case over: a note to the next tovholder, and what is open follows (D-11; REL-15).

Tasks, requests and meetings are the new one's from the moment that he or she says yes; what reminds of them goes along.
"""

import peewee

from ... import clock, policy
from ...kinds import Box, EventKind, HandoverOutcome, MeetingStatus, TaskKind
from ...policy import Actor
from ...store.cases import Case, Handover
from ...store.db import insert, rewrite
from ...store.people import Person
from ...store.work import Meeting, Participant, Request, Task
from .. import meetings, rules, tasks
from ..reminders import reminded
from ..written import revise

NEW_CONTACT = "new-contact"  # of the task, beside the templates of config/workflow.toml
TELL_CITIZEN = "Fortæl borgeren, hvem der nu er kontaktperson – sådan som det er aftalt at kontakte borgeren"


def begin(case: Case, before: Person | None, to: Person, note: str | None) -> None:
    """Keep what the next one must know, until there is an answer; inside the transaction of the offer."""
    end(case, HandoverOutcome.WITHDRAWN)
    insert(Handover, case=case.ref, from_person=before, to_person=to, note=note, offered_at=clock.now())


def end(case: Case, outcome: HandoverOutcome) -> None:
    """Write down the answer; inside the transaction of what was answered."""
    is_open = Handover.case == case.ref, Handover.answered_at.is_null()
    rewrite(Handover, *is_open, answered_at=clock.now(), outcome=outcome)


def under_way(case: Case) -> Handover | None:
    """What a tovholder asks someone to take over; nothing where the case itself asks the reporter."""
    found: Handover | None = Handover.get_or_none(Handover.case == case.ref, Handover.answered_at.is_null())
    return found


def note_to(actor: Person, case: Case) -> str | None:
    """What the one before wrote to the actor, who is asked or has just taken over."""
    latest = (
        Handover.select()
        .where(Handover.case == case.ref, Handover.to_person == actor.ref, Handover.note.is_null(False))
        .order_by(Handover.offered_at.desc())
        .first()
    )
    return latest.note if latest else None


def carry_over(actor: Person, case: Case, before: Person) -> None:
    """Give the new tovholder what the one before owed on the case; inside the transaction of the answer.

    The duty to report concern for a child is personal and stays where it is.
    """
    _tasks(actor, case, before, Task.kind != TaskKind.CHILD_REPORT)
    _requests(actor, case, before)
    _meetings(actor, case, before)


def tell_citizen(actor: Actor, case: Case, contact: Person) -> None:
    """Ask the new tovholder to see to it that the citizen is told who the contact is now (D-11); inside the transaction
    in which he or she became it. Where an earlier one is still to be told of, that one is enough."""
    asked = Task.select().where(Task.case == case.ref, Task.template == NEW_CONTACT, Task.closed_at.is_null())
    if case.closed_at or asked.exists():
        return
    due_on = clock.add_working_days(clock.today(), rules.current().new_contact_working_days)
    tasks.add_must(actor, case, box=Box.CLARIFICATION, title=TELL_CITIZEN, due_on=due_on, assignee=contact,
                   template=NEW_CONTACT)  # fmt: skip


def carry_planned_over(actor: Person, case: Case, before: Person) -> None:
    """Give the new tovholder only the tasks that the card gave the tovholder; what was made by hand has its owner."""
    _tasks(actor, case, before, Task.template.is_null(False) & (Task.kind != TaskKind.CHILD_REPORT))


def _tasks(actor: Person, case: Case, before: Person, which: peewee.Expression) -> None:
    owed = Task.select().where(Task.case == case.ref, Task.assignee == before.ref, Task.closed_at.is_null(), which)
    for task in list(owed):
        revise(actor, EventKind.TASK_HANDED_OVER, tasks.of(case, task), task.version, assignee=actor)


def _requests(actor: Person, case: Case, before: Person) -> None:
    """The answers go to whoever coordinates now."""
    asked = Request.select().where(
        Request.case == case.ref, Request.asker == before.ref, Request.closed_at.is_null()
    )  # fmt: skip
    for request in list(asked):
        request.case = case
        revise(actor, EventKind.REQUEST_HANDED_OVER, request, request.version, asker=actor)


def _meetings(actor: Person, case: Case, before: Person) -> None:
    """The new one takes the place of the one before in the meetings to come."""
    to_come = (
        Meeting.select()
        .join(Participant)
        .where(Meeting.case == case.ref, Meeting.status == MeetingStatus.PLANNED, Meeting.ends_at > clock.now())
        .where(Participant.person == before.ref, Participant.removed_at.is_null())
    )
    for meeting in list(to_come):
        meeting.case = case
        policy.carry(case, meeting)
        others = [person for person in reminded.participants(meeting.ref) if person.ref not in (before.ref, actor.ref)]
        meetings.set_participants(actor, meeting, [actor, *others], meeting.version)
