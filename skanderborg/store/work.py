"""What is to be done: tasks, requests to departments, referrals, meetings, and the reminders of them."""

import peewee

from ..kinds import (
    Answer,
    Basis,
    Box,
    DeadlineKind,
    EscalationKind,
    MeetingKind,
    MeetingStatus,
    MeetingWith,
    MessageKind,
    Outcome,
    ReferralWay,
    ReminderKind,
    RequestStatus,
    TaskKind,
    TaskStatus,
)
from .cases import Case
from .db import KindField, RefField, Table, UtcField, link
from .people import Department, Person
from .record import Consent
from .sealed import SealedField


class Meeting(Table):
    """An agreed meeting, with one party only. The wall time is what was agreed; the instant follows from it."""

    ref = RefField(primary_key=True)
    case = link(Case)
    kind = KindField(MeetingKind, 20)
    party = KindField(MeetingWith, 20)
    starts_at = UtcField()
    ends_at = UtcField()
    wall_start = peewee.CharField(max_length=16)  # 2026-11-26T10:00, local time
    zone = peewee.CharField(max_length=40)
    place = SealedField(tells_where=True)
    agenda = SealedField(tells_where=False)
    minutes = SealedField(tells_where=False)
    cancel_reason = SealedField(tells_where=False)
    status = KindField(MeetingStatus, 20)
    sequence = peewee.IntegerField(default=0)
    previous = peewee.ForeignKeyField("self", null=True, on_delete="RESTRICT")
    by = link(Person, backref="+")
    created_at = UtcField()
    held_at = UtcField(null=True)
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class MeetingMove(Table):
    """A meeting was moved or cancelled: from when, why, by whom."""

    ref = RefField(primary_key=True)
    case = link(Case)
    meeting = link(Meeting)
    was_at = UtcField()
    reason = SealedField(tells_where=False)
    by = link(Person, backref="+")
    at = UtcField()
    sealed_by = "case"


class Participant(Table):
    """A member of staff who takes part in a meeting."""

    ref = RefField(primary_key=True)
    meeting = link(Meeting)
    person = link(Person)
    added_at = UtcField()
    removed_at = UtcField(null=True)
    gives_rights = True

    class Meta:
        indexes = ((("meeting", "person"), True),)


class Task(Table):
    """Something that must be done in a case, by a person or by whoever in a department takes it."""

    ref = RefField(primary_key=True)
    case = link(Case)
    kind = KindField(TaskKind, 20)
    box = KindField(Box, 20)
    template = peewee.CharField(max_length=60, null=True)  # id in config/workflow.toml
    title = SealedField(tells_where=False)
    brief = SealedField(tells_where=False)  # what a helper, who never sees the case, needs to know
    must = peewee.BooleanField(default=False)
    status = KindField(TaskStatus, 20)
    due_on = peewee.DateField(null=True)
    assignee = link(Person, null=True)
    department = link(Department, null=True)
    duty_of = link(Person, null=True, backref="+", index=False)  # whose personal duty it is, though they may have left
    organisation = peewee.CharField(max_length=60, null=True)  # a referral's, id in config/contacts.toml
    meeting = link(Meeting, null=True)  # where it was decided
    # why it waits, is not relevant or must be assessed again; of safety, what was assessed
    reason = SealedField(tells_where=False)
    postpone_reason = SealedField(tells_where=False)
    assessed_on = peewee.DateField(null=True)
    danger_at = UtcField(null=True)  # of safety: the first danger sign that nobody has assessed yet
    closed_at = UtcField(null=True)  # done or not relevant; open work is found by its absence
    closed_by = link(Person, null=True, backref="+", index=False)
    created_by = link(Person, null=True, backref="+", index=False)
    created_at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
    is_on_board = True


class Request(Table):
    """A coordination request: all that a department gets to see of a case (SEC-09)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    task = link(Task, unique=True)
    department = link(Department)
    named = link(Person, null=True, backref="+")
    handler = link(Person, null=True, backref="+")
    asker = link(Person, backref="+")
    status = KindField(RequestStatus, 20)
    ask = SealedField(tells_where=False)
    who = SealedField(tells_where=False)  # empty: the asker rings with the name
    contact_rules = SealedField(tells_where=False)
    basis = KindField(Basis, 20)
    party_works_there = KindField(Answer, 8)
    due_on = peewee.DateField()
    answer = SealedField(tells_where=False)
    outcome = KindField(Outcome, 20, null=True)
    return_reason = SealedField(tells_where=False)
    withdraw_reason = SealedField(tells_where=False)
    suggested = link(Department, null=True, backref="+", index=False)
    created_at = UtcField()
    sent_at = UtcField(null=True)
    taken_at = UtcField(null=True)
    answered_at = UtcField(null=True)
    read_at = UtcField(null=True)
    frozen_at = UtcField(null=True)  # the consent it rests on was taken back; nobody may act on it
    consent = link(Consent, null=True, backref="+")
    closed_at = UtcField(null=True)
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
    is_on_board = True


class RequestMessage(Table):
    """A question of the department's, or the asker's reply to it."""

    ref = RefField(primary_key=True)
    case = link(Case)
    request = link(Request)
    kind = KindField(MessageKind, 20)
    text = SealedField(tells_where=False)
    by = link(Person, backref="+")
    at = UtcField()
    sealed_by = "case"


class Referral(Table):
    """The citizen was pointed to an organisation, or did not want it."""

    ref = RefField(primary_key=True)
    case = link(Case)
    task = link(Task, null=True)
    organisation = peewee.CharField(max_length=60)
    way = KindField(ReferralWay, 20)
    on = peewee.DateField()
    result = SealedField(tells_where=False)
    by = link(Person, backref="+")
    at = UtcField()
    sealed_by = "case"


class Decision(Table):
    """A decision of a meeting; the task it became says whether it is open."""

    ref = RefField(primary_key=True)
    case = link(Case)
    meeting = link(Meeting)
    task = link(Task, null=True)
    text = SealedField(tells_where=False)
    at = UtcField()
    sealed_by = "case"


class Reminder(Table):
    """Something will be said at `due_at`, if it still holds then. Exactly one of meeting, request, or neither
    (a suspicion) names what it is about; without `person` it goes to whoever owes it at that time."""

    ref = RefField(primary_key=True)
    kind = KindField(ReminderKind, 24)
    case = link(Case)
    meeting = link(Meeting, null=True)
    request = link(Request, null=True)
    person = link(Person, null=True)
    due_at = UtcField()
    created_at = UtcField()
    owed_at = UtcField(null=True)
    void_at = UtcField(null=True)
    failure = peewee.CharField(max_length=60, null=True)


class Deadline(Table):
    """Something of a case runs out at `due_at`: a protected address, an order, a consent, the review of a warning.

    Like a reminder: a tick turns each that still holds into a letter to the tovholder. `about` names the row.
    """

    ref = RefField(primary_key=True)
    kind = KindField(DeadlineKind, 24)
    case = link(Case)
    about = peewee.CharField(max_length=40)
    due_at = UtcField()
    created_at = UtcField()
    owed_at = UtcField(null=True)
    void_at = UtcField(null=True)
    failure = peewee.CharField(max_length=60, null=True)


class Escalation(Table):
    """Something has waited too long, or someone is away: others are told of it at `due_at`, once for each `occasion`.

    `about` names what waits («task:<ref>»), `occasion` the day or instant from which it is reckoned: with another one
    it is told anew. Made and owed by ticks.
    """

    ref = RefField(primary_key=True)
    kind = KindField(EscalationKind, 24)
    case = link(Case)
    about = peewee.CharField(max_length=40)
    occasion = peewee.CharField(max_length=32)
    due_at = UtcField()
    created_at = UtcField()
    owed_at = UtcField(null=True)
    void_at = UtcField(null=True)
    failure = peewee.CharField(max_length=60, null=True)

    class Meta:
        indexes = ((("about", "kind", "occasion", "case"), True),)


Task.add_index(Task.index(Task.case, where=Task.closed_at.is_null(), name="task_open_case"))
Task.add_index(Task.index(Task.case, where=Task.closed_at.is_null() & (Task.kind == "safety"), name="task_open_safety"))
Task.add_index(Task.index(Task.assignee, where=Task.closed_at.is_null(), name="task_open_assignee"))
Task.add_index(Task.index(Task.department, where=Task.closed_at.is_null(), name="task_open_department"))
Task.add_index(Task.index(Task.case, Task.duty_of, unique=True, where=Task.closed_at.is_null(), name="task_open_duty"))
Request.add_index(Request.index(Request.department, where=Request.closed_at.is_null(), name="request_open_department"))
Request.add_index(Request.index(Request.asker, where=Request.closed_at.is_null(), name="request_open_asker"))
Reminder.add_index(
    Reminder.index(
        Reminder.due_at, where=Reminder.owed_at.is_null() & Reminder.void_at.is_null(), name="reminder_still_to_come"
    )
)
Deadline.add_index(
    Deadline.index(
        Deadline.due_at, where=Deadline.owed_at.is_null() & Deadline.void_at.is_null(), name="deadline_still_to_come"
    )
)
Escalation.add_index(
    Escalation.index(
        Escalation.due_at,
        where=Escalation.owed_at.is_null() & Escalation.void_at.is_null(),
        name="escalation_still_to_come",
    )
)
