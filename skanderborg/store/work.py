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
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Department, Person
from .record import Consent
from .sealed import UNTOLD, SealedField


class Meeting(Table):
    """An agreed meeting, with one party only. The wall time is what was agreed; the instant follows from it."""

    ref = RefField(primary_key=True)
    case = link(Case)
    kind = KindField(MeetingKind, 20)
    party = KindField(MeetingWith, 20)
    starts_at = UtcField(verbose_name="Tidspunkt")
    ends_at = UtcField(verbose_name="Slut")
    wall_start = peewee.CharField(max_length=16)  # 2026-11-26T10:00, local time
    zone = peewee.CharField(max_length=40)
    place = SealedField(tells_where=True, verbose_name="Sted")
    agenda = SealedField(tells_where=False, verbose_name="Dagsorden")
    minutes = SealedField(tells_where=False, verbose_name="Referat")
    cancel_reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    status = KindField(MeetingStatus, 20, verbose_name="Status")
    sequence = peewee.IntegerField(default=0)
    previous = peewee.ForeignKeyField("self", null=True, on_delete="RESTRICT")
    by = link(Person, backref="+", index=False)
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
    was_until = UtcField(null=True)  # empty: moved before that was kept
    reason = SealedField(tells_where=False)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"


class Participant(Table):
    """A member of staff who takes part in a meeting."""

    ref = RefField(primary_key=True)
    meeting = link(Meeting, index=False)
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
    kind = KindField(TaskKind, 20, verbose_name="Slags")
    box = KindField(Box, 20, verbose_name="Boks")
    template = peewee.CharField(max_length=60, null=True, verbose_name=UNTOLD)  # id in config/workflow.toml
    title = SealedField(tells_where=False, verbose_name="Titel")
    # what a helper, who never sees the case, needs to know
    brief = SealedField(tells_where=False, verbose_name="Til den, der udfører")
    must = peewee.BooleanField(default=False, verbose_name=UNTOLD)
    status = KindField(TaskStatus, 20, verbose_name="Status")
    due_on = peewee.DateField(null=True, verbose_name="Frist")
    assignee = link(Person, null=True, verbose_name="Ansvarlig")
    department = link(Department, null=True, verbose_name="Afdeling")
    duty_of = link(Person, null=True, backref="+", index=False)  # whose personal duty it is, though they may have left
    # a referral's, id in config/contacts.toml
    organisation = peewee.CharField(max_length=60, null=True, verbose_name="Organisation")
    meeting = link(Meeting, null=True, verbose_name=UNTOLD)  # where it was decided
    # why it waits, is not relevant or must be assessed again; of safety, what was assessed
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    postpone_reason = SealedField(tells_where=False, verbose_name="Hvorfor udskudt")
    assessed_on = peewee.DateField(null=True, verbose_name="Vurderet")
    # of safety: the first danger sign that nobody has assessed yet
    danger_at = UtcField(null=True, verbose_name="Faresignal uden vurdering siden")
    closed_at = UtcField(null=True, verbose_name="Lukket")  # done or not relevant; open work is found by its absence
    closed_by = link(Person, null=True, backref="+", index=False, verbose_name="Lukket af")
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
    department = link(Department, verbose_name="Afdeling")
    named = link(Person, null=True, backref="+", verbose_name="Stilet til")
    handler = link(Person, null=True, backref="+", verbose_name="Behandles af")
    asker = link(Person, backref="+", verbose_name="Afsender")
    status = KindField(RequestStatus, 20, verbose_name="Status")
    ask = SealedField(tells_where=False, verbose_name="Anmodning")
    who = SealedField(tells_where=False)  # empty: the asker rings with the name
    contact_rules = SealedField(tells_where=False)
    basis = KindField(Basis, 20, verbose_name="Grundlag")
    party_works_there = KindField(Answer, 8)
    due_on = peewee.DateField(verbose_name="Frist")
    answer = SealedField(tells_where=False, verbose_name="Svar")
    outcome = KindField(Outcome, 20, null=True, verbose_name="Udfald")
    return_reason = SealedField(tells_where=False, verbose_name="Hvorfor sendt tilbage")
    withdraw_reason = SealedField(tells_where=False, verbose_name="Hvorfor trukket tilbage")
    suggested = link(Department, null=True, backref="+", index=False, verbose_name="Foreslået afdeling")
    created_at = UtcField()
    sent_at = UtcField(null=True, verbose_name=UNTOLD)
    taken_at = UtcField(null=True, verbose_name=UNTOLD)
    answered_at = UtcField(null=True, verbose_name=UNTOLD)
    read_at = UtcField(null=True)
    # the consent it rests on was taken back; nobody may act on it
    frozen_at = UtcField(null=True, verbose_name="Sat på pause")
    consent = link(Consent, null=True, backref="+", verbose_name=UNTOLD)
    closed_at = UtcField(null=True, verbose_name="Lukket")
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
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"


class Referral(Table):
    """The citizen was pointed to an organisation, or did not want it."""

    ref = RefField(primary_key=True)
    case = link(Case)
    task = link(Task, null=True)
    organisation = peewee.CharField(max_length=60, verbose_name="Organisation")
    way = KindField(ReferralWay, 20, verbose_name="Måde")
    on = peewee.DateField(verbose_name="Dato")
    result = SealedField(tells_where=False)
    by = link(Person, backref="+", index=False)
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
Task.add_index(
    Task.index(Task.assignee, where=Task.closed_at.is_null() & Task.assignee.is_null(False), name="task_open_assignee")
)
Task.add_index(
    Task.index(
        Task.department, where=Task.closed_at.is_null() & Task.department.is_null(False), name="task_open_department"
    )
)
Task.add_index(
    Task.index(
        Task.case,
        Task.duty_of,
        unique=True,
        where=Task.closed_at.is_null() & Task.duty_of.is_null(False),
        name="task_open_duty",
    )
)
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
