"""What was said, advised, decided and written down in a case. Append-only: corrections are new rows."""

import peewee

from .cases import Case
from .db import RefField, Table, UtcField, link
from .people import Person
from .sealed import SealedField


class Sparring(Table):
    """Advice that was sought: when, from whom, what it was (seed 0, «Sparring»)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    way = peewee.CharField(max_length=20)
    person = link(Person, null=True, backref="+")  # internal
    external_name = SealedField()
    held_on = peewee.DateField()
    advice = SealedField()
    next_step = SealedField()
    by = link(Person, backref="+")
    at = UtcField()
    sealed_by = "case"


class Conclusion(Table):
    """One version of the conclusion; earlier ones stay readable (D-05)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    number = peewee.IntegerField()
    conclusion = peewee.CharField(max_length=20)
    reason = SealedField()
    by = link(Person, backref="+")
    at = UtcField()
    sealed_by = "case"

    class Meta:
        indexes = ((("case", "number"), True),)


class Note(Table):
    """A note of the case (D-23)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    theme = SealedField()
    text = SealedField()
    by = link(Person, backref="+")
    at = UtcField()
    sealed_by = "case"
