"""What is dealt with by the auditor, who learns of no case by it: breaches of security that somebody told of, what the
log showed by itself, and looks drawn by lot; and what managers confirm, who may what."""

import peewee

from ..kinds import Answer, BreachDecision, BreachKind, BreachStep, OversightKind, OversightVerdict, ReviewAnswer
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


class Finding(Table):
    """Something for the auditor to judge: what one person did so often from `since` to `at`, or a look, by its event.

    `key` makes it one, however often a tick finds it.
    """

    ref = RefField(primary_key=True)
    key = peewee.CharField(max_length=80, unique=True)
    kind = KindField(OversightKind, 12)
    person = link(Person, backref="+", index=False)
    since = UtcField()
    at = UtcField(index=True)
    counted = peewee.IntegerField()
    event = peewee.CharField(max_length=26, null=True)
    found_at = UtcField()
    verdict = KindField(OversightVerdict, 12, null=True)
    judged_by = link(Person, null=True, backref="+", index=False)
    judged_at = UtcField(null=True)
    version = peewee.IntegerField(default=1)


class AccessReview(Table):
    """Whether a person shall have the roles and ties that he or she has, asked in each half-year of who heads them."""

    ref = RefField(primary_key=True)
    half = peewee.DateField()  # its first day
    person = link(Person, backref="+", index=False)
    asked_at = UtcField()
    answer = KindField(ReviewAnswer, 4, null=True)
    by = link(Person, null=True, backref="+", index=False)
    at = UtcField(null=True)
    version = peewee.IntegerField(default=1)

    class Meta:
        indexes = ((("half", "person"), True),)


AccessReview.add_index(
    AccessReview.index(AccessReview.person, where=AccessReview.answer.is_null(), name="access_review_open")
)
