"""Emergency access: who used it, why and until when; and the sheets that were printed for the night duty."""

import peewee

from ..kinds import EmergencyCategory, EmergencyVerdict, SheetOutcome
from .cases import Case
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person
from .sealed import SealedField
from .work import Task


class EmergencyUse(Table):
    """Someone who is not on the case opened its emergency sheet: a grant that ends, and that a manager looks at."""

    ref = RefField(primary_key=True)
    case = link(Case)
    person = link(Person)
    category = SealedField(KindField(EmergencyCategory, 12), verbose_name="Hvad sker der")
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    # why the sheet that was open already was not enough; empty: none was
    why_again = SealedField(tells_where=False, verbose_name="Hvorfor endnu et ark")
    at = UtcField()
    until_at = UtcField()
    revealed_at = UtcField(null=True)
    verdict = SealedField(KindField(EmergencyVerdict, 16, null=True), verbose_name="Lederens vurdering")
    note = SealedField(tells_where=False, verbose_name="Bemærkning")
    signed_by = link(Person, null=True, backref="+", index=False)
    signed_at = UtcField(null=True)
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class PrintedSheet(Table):
    """An emergency sheet on paper with the night duty, to be taken back by `ends_on`: see its task."""

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    number = peewee.IntegerField()
    task = link(Task, unique=True)
    ends_on = peewee.DateField(verbose_name="Gælder til")
    outcome = SealedField(KindField(SheetOutcome, 12, null=True), verbose_name="Hvad blev der af arket")
    over_on = peewee.DateField(null=True, verbose_name="Dato")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"

    class Meta:
        indexes = ((("case", "number"), True),)


EmergencyUse.add_index(
    EmergencyUse.index(EmergencyUse.at, where=EmergencyUse.signed_at.is_null(), name="emergency_use_unsigned")
)
