"""The case: what it is, who it is about, who may see it and who never."""

import peewee

from ..kinds import (
    Answer,
    Basis,
    CaseKind,
    CitizenRole,
    HandoverOutcome,
    LinkKind,
    PartyRole,
    Phase,
    Protection,
    RelationKind,
    RoleSide,
)
from .db import Table
from .fields import KindField, RefField, UtcField, link
from .people import Department, Person
from .sealed import SealedField


class Case(Table):
    """A suspicion is a case in phase Mistanke (decision 9). Deadlines and safety stand here; all else hangs on it."""

    ref = RefField(primary_key=True)
    code = peewee.CharField(max_length=8, unique=True)  # short and random, for the screen only
    kind = KindField(CaseKind, 20, verbose_name="Slags")
    phase = KindField(Phase, 20, verbose_name="Fase")
    citizen_role = KindField(CitizenRole, 20, verbose_name="Rolle")
    danger_now = SealedField(KindField(Answer, 8))  # answered on the phone
    children = KindField(Answer, 8, verbose_name="Børn")
    is_acute = peewee.BooleanField(default=False, verbose_name="Akut")
    # named persons only, no department queue
    restricted = peewee.BooleanField(default=False, verbose_name="Kun navngivne personer")
    what_happened = SealedField(tells_where=False, verbose_name="Hvad skete der")
    safe_contact = SealedField(tells_where=False, verbose_name="Sikker kontakt")  # how the citizen may be contacted …
    safe_when = SealedField(tells_where=False, verbose_name="Hvornår")  # … when …
    safe_never = SealedField(tells_where=False, verbose_name="Aldrig")  # … and what never
    # how the citizen is reminded of what was agreed
    safe_reminder = SealedField(tells_where=False, verbose_name="Påmindelse til borgeren")
    custody = SealedField(tells_where=False, verbose_name="Forældremyndighed og samvær")
    counsel = SealedField(tells_where=False, verbose_name="Bistandsadvokat")
    reported_by = link(Person, backref="+")
    reported_at = UtcField()
    addressed_to = link(Person, null=True, backref="+")
    claimed_at = UtcField(null=True)
    offered_to = link(Person, null=True, backref="+", verbose_name="Spurgt")  # asked to be tovholder, has not answered
    # why no sparring was recorded
    sparring_waived = SealedField(tells_where=False, verbose_name="Hvorfor ingen sparring")
    # when contact with the citizen is agreed next …
    next_contact_on = peewee.DateField(null=True, verbose_name="Næste aftalte kontakt")
    next_contact = SealedField(tells_where=False, verbose_name="Hvad er aftalt")  # … and what is agreed, or waited for
    close_reason = SealedField(tells_where=False)
    closed_at = UtcField(null=True)
    reopened_at = UtcField(null=True)
    board_stamp = peewee.IntegerField(default=1)  # moved by the log: see `Entry`
    version = peewee.IntegerField(default=1)
    sealed_by = "ref"
    unbound = frozenset({"board_stamp", "version"})
    tells_who = frozenset({"safe_contact"})
    is_on_board = True


class Party(Table):
    """A named person in a case, with own sealed fields."""

    ref = RefField(primary_key=True)
    case = link(Case)
    role = KindField(PartyRole, 20, verbose_name="Rolle")
    name = SealedField(tells_where=False, verbose_name="Navn")
    name_index = peewee.CharField(max_length=64, null=True)  # blind hash, to suggest a duplicate
    contact = SealedField(tells_where=True, verbose_name="Kontakt")
    relation_text = SealedField(tells_where=False, verbose_name="Relation")
    born = SealedField(tells_where=False, verbose_name="Født")  # a year is enough
    address = SealedField(tells_where=True, verbose_name="Adresse")
    # school, daycare or workplace: as telling as an address
    institution = SealedField(tells_where=True, verbose_name="Skole, institution eller arbejdsplads")
    # of the address; empty: never asked
    protection = KindField(Protection, 12, null=True, verbose_name="Adressebeskyttelse")
    protection_until = peewee.DateField(null=True, verbose_name="Beskyttelsen udløber")
    removed_at = UtcField(null=True)
    created_at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"
    untold = frozenset({"name_index"})
    tells_who = frozenset({"name", "contact", "relation_text"})


class Relation(Table):
    """What ties a person to a case, from when, until when and why."""

    ref = RefField(primary_key=True)
    case = link(Case)
    person = link(Person, verbose_name="Person")
    kind = KindField(RelationKind, 20)
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    by = link(Person, null=True, backref="+", index=False)
    from_at = UtcField()
    until_at = UtcField(null=True)
    asked_at = UtcField(null=True)  # since when it waits for an answer whether it shall stand: domain/access/moves.py
    sealed_by = "case"
    is_on_board = True


class Exclusion(Table):
    """Spærring: this person, or everyone in this department, never sees the case (SEC-05)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    person = link(Person, null=True)
    department = link(Department, null=True)
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    # the person, who is inhabil and said so, or someone else; empty: the system, which knew a party for a colleague
    by = link(Person, null=True, backref="+", index=False)
    from_at = UtcField()
    until_at = UtcField(null=True)
    decided_by = link(Person, null=True, backref="+", index=False)  # the manager of who is inhabil
    decided_at = UtcField(null=True)
    waits_since = UtcField(null=True)  # for a manager to agree: not in force before
    sealed_by = "case"


class Likeness(Table):
    """Someone who is named in a case is called as a member of staff, or reached where that one is: is it the same
    person? `about` names the row, «party:<ref>» or «network_person:<ref>». Asked once for the two of them."""

    ref = RefField(primary_key=True)
    case = link(Case)
    about = peewee.CharField(max_length=48)
    person = link(Person, backref="+", index=False, verbose_name="Kollega")
    asked_at = UtcField()
    answered_at = UtcField(null=True)
    answered_by = link(Person, null=True, backref="+", index=False)
    is_same = SealedField(peewee.BooleanField(null=True), verbose_name="Samme person")
    sealed_by = "case"

    class Meta:
        indexes = ((("about", "person"), True),)


class CaseLink(Table):
    """Two cases that have to do with each other; seen only by who sees both (SEC-08)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    other = link(Case, backref="+")
    kind = KindField(LinkKind, 20, verbose_name="Slags")
    reason = SealedField(tells_where=False, verbose_name="Begrundelse")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    ended_at = UtcField(null=True)
    sealed_by = "case"


class Handover(Table):
    """Someone was asked to become tovholder, with what the one before had to say (D-11)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    from_person = link(Person, null=True, backref="+", index=False)
    to_person = link(Person, backref="+", index=False)
    note = SealedField(tells_where=False)
    offered_at = UtcField()
    answered_at = UtcField(null=True)
    outcome = KindField(HandoverOutcome, 12, null=True)
    sealed_by = "case"


class RoleShare(Table):
    """Who does what in a case, inside the municipality and outside it (D-12; S4-19)."""

    ref = RefField(primary_key=True)
    case = link(Case)
    side = SealedField(KindField(RoleSide, 12), verbose_name="Hører til")
    who = SealedField(tells_where=False, verbose_name="Hvem")
    does = SealedField(tells_where=False, verbose_name="Gør")
    contact = SealedField(tells_where=False, verbose_name="Kontakt")
    since_on = SealedField(peewee.DateField(null=True), verbose_name="Med siden")
    ended_at = UtcField(null=True)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    version = peewee.IntegerField(default=1)
    sealed_by = "case"


class Transfer(Table):
    """A case was handed to another municipality: what was passed on, to whom, on which basis."""

    ref = RefField(primary_key=True)
    case = link(Case)
    municipality = SealedField(tells_where=False, verbose_name="Kommune")
    receiver = SealedField(tells_where=False, verbose_name="Modtager")
    what = SealedField(tells_where=False, verbose_name="Hvad")
    basis = SealedField(KindField(Basis, 20), verbose_name="Grundlag")
    on = SealedField(peewee.DateField(), verbose_name="Dato")
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"


class PhaseMove(Table):
    """A phase was left for another; with a reason where its condition was not met."""

    ref = RefField(primary_key=True)
    case = link(Case)
    from_phase = KindField(Phase, 20)
    to_phase = KindField(Phase, 20)
    reason = SealedField(tells_where=False)
    by = link(Person, backref="+", index=False)
    at = UtcField()
    sealed_by = "case"


Case.add_index(Case.index(Case.reported_at, where=Case.closed_at.is_null(), name="case_open"))
Relation.add_index(Relation.index(Relation.person, where=Relation.until_at.is_null(), name="relation_now_person"))
Relation.add_index(
    Relation.index(
        Relation.case,
        Relation.person,
        Relation.kind,
        unique=True,
        where=Relation.until_at.is_null(),
        name="relation_now",
    )
)
Relation.add_index(
    Relation.index(
        Relation.case,
        unique=True,
        where=Relation.until_at.is_null() & (Relation.kind == "primary-contact"),
        name="relation_one_primary_contact",
    )
)
Relation.add_index(Relation.index(Relation.case, where=Relation.asked_at.is_null(False), name="relation_asked"))
Exclusion.add_index(Exclusion.index(Exclusion.case, where=Exclusion.until_at.is_null(), name="exclusion_now"))
