"""What the police know and decided: reports, orders and breaches of them. The citizen reports; the tool remembers."""

import peewee

from ..kinds import Answer, OrderKind
from .cases import Case
from .db import KindField, RefField, Table, UtcField, link
from .people import Person
from .sealed import SealedField


class PoliceReport(Table):
    """The citizen reported it to the police."""

    ref = RefField(primary_key=True)
    case = link(Case)
    reported_on = peewee.DateField()
    district = SealedField(tells_where=False)
    journal_number = SealedField(tells_where=False)
    officer = SealedField(tells_where=False)
    receipt = KindField(Answer, 8)
    tell_us_first = KindField(Answer, 8)  # before the police contact the udøver
    agreed_on = peewee.DateField(null=True)
    contact_on = peewee.DateField(null=True)  # when the police contact the udøver, once known
    note = SealedField(tells_where=False)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class Order(Table):
    """Tilhold, strakstilhold or opholdsforbud: decided by the police, at most five years (lov om tilhold)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    kind = KindField(OrderKind, 20)
    from_on = peewee.DateField()
    to_on = peewee.DateField()
    area = SealedField(tells_where=True)
    journal_number = SealedField(tells_where=False)
    ended_on = peewee.DateField(null=True)
    end_reason = SealedField(tells_where=False)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class Breach(Table):
    """An order was broken."""

    ref = RefField(primary_key=True)
    case = link(Case)
    order = link(Order)
    on = peewee.DateField()
    what = SealedField(tells_where=False)
    reported = KindField(Answer, 8)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"
