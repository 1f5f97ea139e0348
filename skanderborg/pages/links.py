"""Cases that have to do with one: those that are linked with it, and those that may have to be (SEC-08, SEC-10)."""

from typing import NamedTuple

import peewee

from .. import policy
from ..domain import access, names
from ..domain.links import about, far_end
from ..domain.verbs import reads
from ..kinds import LinkKind, PartyRole
from ..policy import Action
from ..store import keys
from ..store.cases import Case, CaseLink, Party, Relation
from ..store.people import Person
from ..store.prepared import Parameter, prepared

MOST_RELATED = 20
SIDES = [PartyRole.CITIZEN.value, PartyRole.OPPOSING.value]


class Linked(NamedTuple):
    """A link as one of its two cases shows it: `other` is the case at its far end."""

    link: CaseLink
    other: Case
    by: str


class Near(NamedTuple):
    """A link in short, for the front page."""

    kind: LinkKind
    other: Case


class Alike(NamedTuple):
    """Another case in which a name of this one stands: as its citizen, or on the other side (`is_opposing`)."""

    case: Case
    primary_contact: str | None
    is_opposing: bool


class Related(NamedTuple):
    """The cases that are linked with one, and those that may have to be."""

    links: list[Near]
    alike: list[Alike]

    def refs(self) -> list[str]:
        """Of the cases of which it tells."""
        return [str(case.ref) for case in [*(one.other for one in self.links), *(one.case for one in self.alike)]]


def told_of(actor: Person, case: Case) -> list[str]:
    """Refs of the cases of which the page of a case's links tells."""
    return [str(one.other.ref) for one in of_case(actor, case)]


@reads(Action.CASE_READ)
def of_case(actor: Person, case: Case) -> list[Linked]:
    """The links of a case whose far end the actor sees too, the oldest first."""
    found = list(
        CaseLink.select(CaseLink, Case, Person.name.alias("by_name"))
        .join(Case, on=(Case.ref == far_end(case.ref)), attr="far")
        .join_from(CaseLink, Person, on=(CaseLink.by == Person.ref))
        .where(about(case.ref), CaseLink.ended_at.is_null(), policy.sees_case(actor))
        .order_by(CaseLink.at, CaseLink.ref)
    )
    keys.preload({f"case:{link.case_id}" for link in found})
    return [Linked(link, link.far, link.by.by_name) for link in found]


@reads(Action.CASE_READ)
def related(actor: Person, case: Case) -> Related:
    """What is linked with a case, and, for a resource person who did not report it, where its citizen or opposing party
    is named as either, in closed cases too; of those that the actor sees anyway, in one query (SEC-08, SC-02)."""
    asks_alike = not case.closed_at and case.reported_by_id != actor.ref and policy.may(actor, Action.SUSPICION_LIST)
    found = _near.all(policy.shape_of(actor), asks_alike, actor=actor.ref, case=case.ref)
    alike = [Alike(row, row.primary_contact, bool(row.crossed)) for row in found if not row.linked_as]
    alike = _by_a_name(case, alike) if alike else []
    return Related([Near(row.linked_as, row) for row in found if row.linked_as], alike)


def _by_a_name(case: Case, alike: list[Alike]) -> list[Alike]:
    """Those of the cases that are alike by what is a name: «ukendt», «anonym» and initials fit anybody."""
    named = [party.name_index for party in Party.select().where(Party.case == case.ref) if names.is_name(party.name)]
    theirs = (
        Party.select(Party.case)
        .where(Party.case.in_([one.case.ref for one in alike]), Party.name_index.in_(named), Party.role.in_(SIDES))
        .where(Party.removed_at.is_null())
    )
    known = {ref for (ref,) in theirs.tuples()} if named else set()
    return [one for one in alike if one.case.ref in known]


@prepared
def _near(roles: str, asks_alike: bool, *, actor: Parameter, case: Parameter) -> peewee.ModelSelect:
    refs = _linked_with(case)
    if asks_alike:
        refs |= _named_alike(Party.alias(), Party.alias(), case)
    between = ((CaseLink.case == case) & (CaseLink.other == Case.ref)) | (
        (CaseLink.other == case) & (CaseLink.case == Case.ref)
    )
    return (
        Case.select(Case.ref, Case.code, Case.phase, Case.closed_at, CaseLink.kind.alias("linked_as"),
                    Person.name.alias("primary_contact"), _crossed(case).alias("crossed"))
        .join(CaseLink, peewee.JOIN.LEFT_OUTER, on=(between & CaseLink.ended_at.is_null()))
        .join_from(Case, Relation, peewee.JOIN.LEFT_OUTER, on=access.is_primary_contact())
        .join(Person, peewee.JOIN.LEFT_OUTER, on=(Relation.person == Person.ref))
        .where(policy.sees_case(policy.Asker(actor, roles)), Case.ref != case, Case.ref.in_(refs))
        .order_by(Case.reported_at.desc(), Case.ref)
        .limit(MOST_RELATED)
        .objects()
    )  # fmt: skip


def _linked_with(case_ref: str) -> peewee.ModelSelect:
    now = CaseLink.ended_at.is_null()
    there = CaseLink.select(CaseLink.other.alias("ref")).where(CaseLink.case == case_ref, now)
    return there | CaseLink.select(CaseLink.case.alias("ref")).where(CaseLink.other == case_ref, now)


def _named_alike(here: type[Party], there: type[Party], case_ref: str) -> peewee.ModelSelect:
    """The cases of parties who are named like one of this case's, on either side."""
    return (
        there.select(there.case.alias("ref"))
        .join(here, on=(there.name_index == here.name_index))
        .where(here.case == case_ref, *(one.role.in_(SIDES) & one.removed_at.is_null() for one in (here, there)))
    )


def _crossed(case_ref: str) -> peewee.Node:
    """Whether who is the citizen in one of the two is the opposing party in the other."""
    here, there = Party.alias(), Party.alias()
    found = _named_alike(here, there, case_ref).where(there.case == Case.ref, here.role != there.role)
    return peewee.Case(None, [(peewee.fn.EXISTS(found), 1)], 0)
