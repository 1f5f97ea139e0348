"""What keeps people safe: the safety plan, warnings to staff, the network, institutions, and the duty to report."""

import peewee

from ..kinds import Answer, InstitutionKind, MayKnow, ReportChannel, ReportOutcome, SafetyArea, SafetyStatus
from .cases import Case, Party
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person
from .sealed import UNTOLD, SealedField
from .work import Task


class SafetyItem(Table):
    """One point of the safety plan (D-16)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    area = SealedField(KindField(SafetyArea, 12), verbose_name="Område")
    text = SealedField(tells_where=False, verbose_name="Tekst")
    status = SealedField(KindField(SafetyStatus, 12), verbose_name="Status")
    who = SealedField(tells_where=False, verbose_name="Hvem")
    due_on = SealedField(peewee.DateField(null=True), verbose_name="Frist")
    closed_on = SealedField(peewee.DateField(null=True))
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
    untold = frozenset({"closed_on"})


class WarningNote(Table):
    """A note that warns staff who meet the parties; it is looked at again within a year."""

    ref = RefField(primary_key=True)
    case = link(Case)
    text = SealedField(tells_where=False, verbose_name="Tekst")
    review_on = peewee.DateField(verbose_name="Gennemgås")
    ended_at = UtcField(null=True)
    end_reason = SealedField(tells_where=False, verbose_name="Hvorfor ophævet")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class NetworkPerson(Table):
    """Someone around the citizen: what they can help with, and what they may know (D-08)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    name = SealedField(tells_where=False, verbose_name="Navn")
    relation_text = SealedField(tells_where=False, verbose_name="Relation")
    contact = SealedField(tells_where=True, verbose_name="Kontakt")
    can_help = SealedField(tells_where=False, verbose_name="Kan hjælpe med")
    may_know = SealedField(KindField(MayKnow, 12), verbose_name="Må vide det")
    told_on = SealedField(peewee.DateField(null=True), verbose_name="Orienteret")
    agreed = SealedField(tells_where=False, verbose_name="Aftale")
    is_witness = SealedField(peewee.BooleanField(), default=False, verbose_name="Kan være vidne")
    removed_at = UtcField(null=True)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
    tells_who = frozenset({"name", "contact"})


class Institution(Table):
    """A school, daycare or workplace that was told what to do; its name is as telling as an address."""

    ref = RefField(primary_key=True)
    case = link(Case)
    kind = SealedField(KindField(InstitutionKind, 12), verbose_name="Slags")
    name = SealedField(tells_where=True, verbose_name="Navn")
    contact = SealedField(tells_where=True, verbose_name="Kontakt")
    child = link(Party, null=True, backref="+", index=False, verbose_name=UNTOLD)
    # is custody and visitation clarified (S1-85 collides with the law)
    custody_clear = SealedField(KindField(Answer, 8), verbose_name="Forældremyndighed og samvær afklaret")
    instruction = SealedField(tells_where=False, verbose_name="Bedt om")
    instructed_on = SealedField(peewee.DateField(null=True), verbose_name="Instrueret")
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
    outcome = SealedField(KindField(ReportOutcome, 12), verbose_name="Udfald")
    sent_on = SealedField(peewee.DateField(null=True), verbose_name="Sendt")
    receiver = SealedField(tells_where=False, verbose_name="Modtager")
    channel = SealedField(KindField(ReportChannel, 12, null=True), verbose_name="Sendt hvordan")
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
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
    outcome = SealedField(KindField(ReportOutcome, 12), verbose_name="Udfald")
    # «14:05», the wall's, on the day it was written down
    called_at = SealedField(peewee.CharField(max_length=5, null=True), verbose_name="Ringet kl.")
    called_whom = SealedField(tells_where=False, verbose_name="Talt med")
    known = SealedField(tells_where=False, verbose_name="Fortalt")
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    look_on = SealedField(peewee.DateField(null=True), verbose_name="Ses på igen")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"
