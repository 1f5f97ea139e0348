"""The round: which cases somebody went through, and when each comes back to them."""

import peewee

from .cases import Case
from .db import Table
from .fields import RefField, UtcField, link
from .people import Person
from .sealed import UNTOLD


class RoundStop(Table):
    """A case on the round of one person: seen last on a day, and again from another on."""

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    person = link(Person, backref="+", verbose_name=UNTOLD)
    seen_on = peewee.DateField(verbose_name="Set")
    again_on = peewee.DateField(verbose_name="Igen den")
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"

    class Meta:
        indexes = ((("case", "person"), True),)
