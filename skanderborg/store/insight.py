"""Table of requests for insight: who asked to see what is kept of whom, and what came of it (D-24)."""

import peewee

from ..kinds import InsightAsker, InsightEnd, InsightGround, InsightKind
from .cases import Case, Party
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .incidents import Pack
from .people import Person
from .sealed import UNTOLD, SealedField, SealedJsonField


class Insight(Table):
    """Somebody asked for insight; open until `ended_at`, and as long the case is kept.

    `choices` holds what becomes of each item of the case, by its name («note:<ref>»): choice, ground, own text, and a
    mark of what it said then. What stands as `jurist`… is written where somebody else than the citizen asks.
    """

    ref = RefField(primary_key=True)
    case = link(Case, index=False)
    number = peewee.IntegerField()  # in the case, from 1
    kind = SealedField(KindField(InsightKind, 16), verbose_name="Slags")
    asker = KindField(InsightAsker, 12, verbose_name="Hvem spørger")
    name = SealedField(tells_where=False, verbose_name="Navn")
    about = link(
        Party, null=True, backref="+", index=False, verbose_name=UNTOLD
    )  # a child, or who asks; else the citizen
    decides = SealedField(tells_where=False, verbose_name="Hvad sagen afgør")
    received_on = SealedField(peewee.DateField(), verbose_name="Modtaget")
    due_on = peewee.DateField(verbose_name="Svarfrist")
    jurist = SealedField(tells_where=False, verbose_name="Juristen")
    decided_on = SealedField(peewee.DateField(null=True), verbose_name="Afgjort")
    is_granted = peewee.BooleanField(null=True, verbose_name="Der gives indsigt")
    ground = SealedField(KindField(InsightGround, 12, null=True), verbose_name="Hjemmel")
    decision = SealedField(tells_where=False, verbose_name="Juristens afgørelse")
    choices = SealedJsonField(must_open=True, verbose_name=UNTOLD)
    outcome = KindField(InsightEnd, 12, null=True, verbose_name="Udfald")
    end_reason = SealedField(tells_where=False, verbose_name="Hvorfor afsluttet")
    pack = link(Pack, null=True, backref="+", index=False, verbose_name=UNTOLD)
    ended_at = UtcField(null=True)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
    untold = frozenset({"choices"})

    class Meta:
        indexes = ((("case", "number"), True),)


Insight.add_index(Insight.index(Insight.due_on, where=Insight.ended_at.is_null(), name="insight_open"))
