"""What the police know and decided: reports, orders and breaches of them. The citizen reports; the tool remembers."""

import peewee

from ..kinds import Answer, OrderKind
from .cases import Case
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person
from .sealed import SealedField


class PoliceReport(Table):
    """The citizen reported it to the police."""

    ref = RefField(primary_key=True)
    case = link(Case)
    reported_on = SealedField(peewee.DateField(), verbose_name="Anmeldt")
    district = SealedField(tells_where=False, verbose_name="Politikreds")
    journal_number = SealedField(tells_where=False, verbose_name="Journalnummer")
    officer = SealedField(tells_where=False, verbose_name="Betjent")
    receipt = SealedField(KindField(Answer, 8), verbose_name="Kvittering")
    # before the police contact the udøver
    tell_us_first = SealedField(KindField(Answer, 8), verbose_name="Vi får besked først")
    agreed_on = SealedField(peewee.DateField(null=True), verbose_name="Aftalt")
    # when the police contact the udøver, once known
    contact_on = peewee.DateField(null=True, verbose_name="Politiet kontakter udøveren")
    note = SealedField(tells_where=False, verbose_name="Besked")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class Order(Table):
    """Tilhold, strakstilhold or opholdsforbud: decided by the police, at most five years (lov om tilhold)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    kind = SealedField(KindField(OrderKind, 20), verbose_name="Slags")
    from_on = SealedField(peewee.DateField(), verbose_name="Fra")
    to_on = SealedField(peewee.DateField(), verbose_name="Til")
    area = SealedField(tells_where=True, verbose_name="Område")
    journal_number = SealedField(tells_where=False, verbose_name="Journalnummer")
    ended_on = SealedField(peewee.DateField(null=True), verbose_name="Ophævet")
    end_reason = SealedField(tells_where=False, verbose_name="Hvorfor ophævet")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class Breach(Table):
    """An order was broken."""

    ref = RefField(primary_key=True)
    case = link(Case)
    order = link(Order)
    on = SealedField(peewee.DateField(), verbose_name="Dato")
    what = SealedField(tells_where=False, verbose_name="Hvad")
    reported = SealedField(KindField(Answer, 8), verbose_name="Meldt til politiet")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"
