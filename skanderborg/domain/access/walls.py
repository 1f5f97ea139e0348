"""The wall between the cases of two parties: each has its own tovholder, and nobody works on both unawares (SEC-10).

Two cases stand against each other once someone who sees both has linked them (see links.py). Who does not see both is
told no more than what must be done: that the other case exists is confidential (SEC-08).
"""

import peewee

from ... import policy
from ...errors import Walled
from ...kinds import LinkKind, RelationKind
from ...policy import Actor, System
from ...store.cases import Case, CaseLink, Relation
from ...store.db import lock_chain
from ...store.people import Person

BOTH_CONTACTS = "Den valgte er tovholder på modpartens sag. De to sager skal have hver sin tovholder: vælg en anden."
YOURSELF = "Du kan ikke være tovholder på begge parters sager. Lad en anden tage den."
ON_BOTH_SIDES = "Den valgte er på modpartens sag. Intet om den ene part må nå den anden. Sæt hak, hvis det skal ske."
NOT_YOU = "Du kan ikke være tovholder på denne sag. Sig nej, så spørger de en anden."


def opposing(case_ref: str) -> peewee.ModelSelect:
    """Refs of the cases of the other party, as a subquery."""
    now = (CaseLink.kind == LinkKind.OPPOSING_PARTY) & CaseLink.ended_at.is_null()
    there = CaseLink.select(CaseLink.other.alias("ref")).where(CaseLink.case == case_ref, now)
    return there | CaseLink.select(CaseLink.case.alias("ref")).where(CaseLink.other == case_ref, now)


def hold_contacts() -> None:
    """Let nobody else become tovholder of any case until the end of the transaction. One lock for all, since whoever
    inherits a case is looked for among many; a verb that may write rows before it asks takes it first, and so does one
    that names someone, who may be the tovholder (same_person.py)."""
    lock_chain("contacts")


def is_contact_of_opposing(case: Case, person: Person) -> bool:
    """Whether a person is tovholder of a case of the other party. Held until the end of the transaction."""
    hold_contacts()
    return _tied(case, person).where(Relation.kind == RelationKind.PRIMARY_CONTACT).exists()


def refuse_contact(actor: Actor, case: Case, person: Person, field: str | None = None) -> None:
    """Raise Walled, naming the field, for someone who would be tovholder of both parties' cases.

    Who may not know of the other party's case is refused nobody: he or she would learn who is on it. The one who was
    asked cannot say yes then.
    """
    if not is_contact_of_opposing(case, person):
        return
    sees_both = _sees_both(actor, case)
    if not isinstance(actor, System) and actor.ref == person.ref:
        raise Walled(YOURSELF if sees_both else NOT_YOU, field)
    if sees_both:
        raise Walled(BOTH_CONTACTS, field)


def warn_of_both_sides(actor: Actor, case: Case, person: Person, is_confirmed: bool) -> None:
    """Raise Walled, unless it is confirmed, before someone who works for the other party is let onto a case.

    Only who sees both cases is told. Everyone else is asked by the form, whomever they choose and on every case, to ask
    that person first, and so learns nothing of the other side.
    """
    if not is_confirmed and _sees_both(actor, case) and _tied(case, person).exists():
        raise Walled(ON_BOTH_SIDES, "anyway")


def _tied(case: Case, person: Person) -> peewee.ModelSelect:
    return Relation.select().where(
        Relation.person == person.ref, Relation.until_at.is_null(), Relation.case.in_(opposing(case.ref))
    )


def _sees_both(actor: Actor, case: Case) -> bool:
    if isinstance(actor, System):
        return True
    seen = policy.visible_cases(actor)
    return seen.where(Case.ref == case.ref).exists() and seen.where(Case.ref.in_(opposing(case.ref))).exists()
