"""What keeps people safe: the safety plan, warnings to staff, the network, institutions, and the duty to report."""

import peewee

from ..kinds import Answer, InstitutionKind, MayKnow, ReportChannel, ReportOutcome, SafetyArea, SafetyStatus
from .cases import Case, Party
from .db import KindField, RefField, Table, UtcField, link
from .people import Person
from .sealed import SealedField
from .work import Task


class SafetyItem(Table):
    """One point of the safety plan (D-16)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    area = KindField(SafetyArea, 12)
    text = SealedField(tells_where=False)
    status = KindField(SafetyStatus, 12)
    who = SealedField(tells_where=False)
    due_on = peewee.DateField(null=True)
    closed_on = peewee.DateField(null=True)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
    untold = frozenset({"closed_on"})


class WarningNote(Table):
    """A note that warns staff who meet the parties; it is looked at again within a year."""

    ref = RefField(primary_key=True)
    case = link(Case)
    text = SealedField(tells_where=False)
    review_on = peewee.DateField()
    ended_at = UtcField(null=True)
    end_reason = SealedField(tells_where=False)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class NetworkPerson(Table):
    """Someone around the citizen: what they can help with, and what they may know (D-08)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    name = SealedField(tells_where=False)
    relation_text = SealedField(tells_where=False)
    contact = SealedField(tells_where=True)
    can_help = SealedField(tells_where=False)
    may_know = KindField(MayKnow, 12)
    told_on = peewee.DateField(null=True)
    agreed = SealedField(tells_where=False)
    is_witness = peewee.BooleanField(default=False)
    removed_at = UtcField(null=True)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class Institution(Table):
    """A school, daycare or workplace that was told what to do; its name is as telling as an address."""

    ref = RefField(primary_key=True)
    case = link(Case)
    kind = KindField(InstitutionKind, 12)
    name = SealedField(tells_where=True)
    contact = SealedField(tells_where=True)
    child = link(Party, null=True, backref="+", index=False)
    custody_clear = KindField(Answer, 8)  # is custody and visitation clarified (S1-85 collides with the law)
    instruction = SealedField(tells_where=False)
    instructed_on = peewee.DateField(null=True)
    removed_at = UtcField(null=True)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class ChildReport(Table):
    """What one professional did with the personal duty to report concern for a child (D-15)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    task = link(Task, unique=True)
    person = link(Person, backref="+", index=False)  # whose duty it was
    outcome = KindField(ReportOutcome, 12)
    sent_on = peewee.DateField(null=True)
    receiver = SealedField(tells_where=False)
    channel = KindField(ReportChannel, 12, null=True)
    reason = SealedField(tells_where=False)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"


class ChildStep(Table):
    """A step of the duty that leaves it open: the call to those who receive reports of concern, and why the report
    itself cannot be sent yet (D-15)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    task = link(Task)
    person = link(Person, backref="+", index=False)  # whose duty it is
    outcome = KindField(ReportOutcome, 12)
    called_at = peewee.CharField(max_length=5, null=True)  # «14:05», the wall's, on the day it was written down
    called_whom = SealedField(tells_where=False)
    known = SealedField(tells_where=False)
    reason = SealedField(tells_where=False)
    look_on = peewee.DateField(null=True)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"
