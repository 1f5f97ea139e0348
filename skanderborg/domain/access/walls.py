"""The wall between the cases of two parties: each has its own tovholder, and nobody works on both unawares (SEC-10).

Two cases stand against each other once someone who sees both has linked them (see links.py). Who does not see both is
told no more than what must be done: that the other case exists is confidential (domain 0, finding 6).
"""

import peewee

from ... import policy
from ...errors import Invalid
from ...kinds import LinkKind, RelationKind
from ...policy import Actor, System
from ...store.cases import Case, CaseLink, Relation
from ...store.db import lock_chain
from ...store.people import Person

BOTH_CONTACTS = "Den valgte er tovholder på modpartens sag. De to sager skal have hver sin tovholder: vælg en anden."
NEUTRAL_CONTACT = "Vælg en anden. Den valgte kan ikke være tovholder på denne sag."
YOURSELF = "Du kan ikke være tovholder på begge parters sager. Lad en anden tage den."
ON_BOTH_SIDES = "Den valgte er på modpartens sag. Intet om den ene part må nå den anden. Sæt hak, hvis det skal ske."
NEUTRAL_SIDES = "Spørg den valgte, om noget taler imod, at han eller hun får adgang. Sæt hak, når I har afklaret det."


def opposing(case_ref: str) -> peewee.ModelSelect:
    """Refs of the cases of the other party, as a subquery."""
    now = (CaseLink.kind == LinkKind.OPPOSING_PARTY) & CaseLink.ended_at.is_null()
    there = CaseLink.select(CaseLink.other.alias("ref")).where(CaseLink.case == case_ref, now)
    return there | CaseLink.select(CaseLink.case.alias("ref")).where(CaseLink.other == case_ref, now)


def is_contact_of_opposing(case: Case, person: Person) -> bool:
    """Whether a person is tovholder of a case of the other party. Held until the end of the transaction."""
    lock_chain(f"contact:{person.ref}")
    return _tied(case, person).where(Relation.kind == RelationKind.PRIMARY_CONTACT).exists()


def refuse_contact(actor: Actor, case: Case, person: Person, field: str | None = None) -> None:
    """Raise Invalid, naming the field, for someone who would be tovholder of both parties' cases."""
    if not is_contact_of_opposing(case, person):
        return
    if not isinstance(actor, System) and actor.ref == person.ref:
        raise Invalid(YOURSELF, field)
    raise Invalid(BOTH_CONTACTS if _sees_opposing(actor, case) else NEUTRAL_CONTACT, field)


def warn_of_both_sides(actor: Actor, case: Case, person: Person, is_confirmed: bool) -> None:
    """Raise Invalid, unless it is confirmed, before someone who works for the other party is let onto a case."""
    if is_confirmed or not _tied(case, person).exists():
        return
    raise Invalid(ON_BOTH_SIDES if _sees_opposing(actor, case) else NEUTRAL_SIDES, "anyway")


def _tied(case: Case, person: Person) -> peewee.ModelSelect:
    return Relation.select().where(
        Relation.person == person.ref, Relation.until_at.is_null(), Relation.case.in_(opposing(case.ref))
    )


def _sees_opposing(actor: Actor, case: Case) -> bool:
    return isinstance(actor, System) or policy.visible_cases(actor).where(Case.ref.in_(opposing(case.ref))).exists()
