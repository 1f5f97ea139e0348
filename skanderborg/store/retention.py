"""What decides that a case goes: holds that keep it, and proposals that two people say yes to."""

import peewee

from ..kinds import HoldKind
from .cases import Case
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person
from .sealed import UNTOLD, SealedField


class Hold(Table):
    """The case is kept until `ended_at`. Of a kind that holds by itself a row says from the start that it is over."""

    ref = RefField(primary_key=True)
    case = link(Case)
    kind = KindField(HoldKind, 12, verbose_name="Hvorfor")
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    ended_at = UtcField(null=True)
    ended_by = link(Person, null=True, backref="+", index=False)
    end_reason = SealedField(tells_where=False, verbose_name="Hvorfor ophævet")
    sealed_by = "case"


class Disposal(Table):
    """It is proposed that the case goes. `agreed_by` knows it, `decided_by` is a manager; from `erase_at` on it goes,
    unless the proposal `ended_at` before."""

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    rule = peewee.CharField(max_length=60, verbose_name=UNTOLD)  # id in config/retention.toml
    due_on = peewee.DateField(verbose_name="Kan slettes fra")
    proposed_at = UtcField()
    agreed_by = link(Person, null=True, backref="+", index=False, verbose_name="Sagt ja af")
    agreed_at = UtcField(null=True)
    decided_by = link(Person, null=True, backref="+", index=False, verbose_name="Besluttet af")
    decided_at = UtcField(null=True)
    archive_reference = peewee.CharField(max_length=60, null=True, verbose_name="Arkivets reference")
    erase_at = UtcField(null=True, verbose_name="Slettes tidligst")
    ended_at = UtcField(null=True)
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


Disposal.add_index(Disposal.index(Disposal.case, unique=True, where=Disposal.ended_at.is_null(), name="disposal_open"))
