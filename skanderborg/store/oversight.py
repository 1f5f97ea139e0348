"""Breaches of security, told by whoever noticed and dealt with by the auditor, who learns of no case by them."""

import peewee

from ..kinds import Answer, BreachDecision, BreachKind, BreachStep
from .cases import Case
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person
from .sealed import SealedField


class DataBreach(Table):
    """Something was seen by or sent to the wrong one. `due_at`: 72 hours after it was found (GDPR art. 33).

    Its text is sealed with the key of the case that it is about, where it is about one, and goes with it.
    """

    ref = RefField(primary_key=True)
    kind = KindField(BreachKind, 8)
    danger = KindField(Answer, 8)  # whether it can bring someone into danger
    what = SealedField(tells_where=False)
    found_at = UtcField()
    due_at = UtcField()
    by = link(Person, backref="+", index=False)
    at = UtcField()
    decision = KindField(BreachDecision, 16, null=True)
    reason = SealedField(tells_where=False)
    decided_by = link(Person, null=True, backref="+", index=False)
    decided_at = UtcField(null=True)
    about_case = link(Case, null=True, backref="+", index=False)
    version = peewee.IntegerField(default=1)
    sealed_by = "about_case"


class DataBreachStep(Table):
    """A step of what must be done, done."""

    breach = link(DataBreach, index=False)
    step = KindField(BreachStep, 12)
    by = link(Person, backref="+", index=False)
    at = UtcField()

    class Meta:
        primary_key = peewee.CompositeKey("breach", "step")
