"""Who named in a case was told that data about them is kept, and how; or why not (GDPR art. 13, 14)."""

import peewee

from ..kinds import InformGround, InformWay
from .cases import Case
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Person
from .sealed import UNTOLD, SealedField


class Informed(Table):
    """Someone was told, in a `way`, or it was decided on a `ground` not to tell; the newest row of each counts.

    `about` names whom: «party:<ref>» or «network_person:<ref>».
    """

    ref = RefField(primary_key=True)
    case = link(Case)
    about = peewee.CharField(max_length=48, verbose_name=UNTOLD)
    way = SealedField(KindField(InformWay, 12, null=True), verbose_name="Hvordan")
    ground = SealedField(KindField(InformGround, 12, null=True), verbose_name="Hvorfor ikke")
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    on = SealedField(peewee.DateField(), verbose_name="Dato")
    look_on = SealedField(peewee.DateField(null=True), verbose_name="Afgøres igen")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"
