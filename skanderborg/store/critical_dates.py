"""Days that are known beforehand to raise danger, and what was answered after them."""

import peewee

from ..kinds import Answer
from .cases import Case
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person
from .sealed import UNTOLD, SealedField


class CriticalDate(Table):
    """A day on which danger may rise. `about` names the row that it follows («order:<ref>»), if it follows one."""

    ref = RefField(primary_key=True)
    case = link(Case)
    kind = peewee.CharField(max_length=40, verbose_name="Slags")  # an id of config/critical_dates.toml
    on = peewee.DateField(verbose_name="Dato")
    note = SealedField(tells_where=True, verbose_name="Hvad sker der")
    about = peewee.CharField(max_length=48, null=True, verbose_name=UNTOLD)
    cancelled_at = UtcField(null=True, verbose_name=UNTOLD)
    cancel_reason = SealedField(tells_where=True, verbose_name="Hvorfor aflyst")
    answered_at = UtcField(null=True, verbose_name=UNTOLD)
    is_safe = SealedField(KindField(Answer, 8, null=True), verbose_name="Borgeren er i sikkerhed")
    has_acted = SealedField(KindField(Answer, 8, null=True), verbose_name="Udøveren gjorde noget")
    answer = SealedField(tells_where=True, verbose_name="Hvad I gør nu")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
