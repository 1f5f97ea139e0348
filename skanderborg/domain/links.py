"""Two cases that have to do with each other; a link is seen only by who sees both (SEC-08, SEC-10).

For anyone else nothing of it exists: no row, no count, no line of Historik. access/walls.py keeps the sides apart.
"""

from typing import NamedTuple

import peewee

from .. import clock, policy
from ..errors import Invalid, NotFound, TooLate
from ..kinds import CaseKind, EventKind, LinkKind, PartyRole
from ..policy import Action
from ..store import events, keys
from ..store.cases import Case, CaseLink, Party, Relation
from ..store.db import rewrite, transaction
from ..store.idempotency import creates
from ..store.people import Person
from ..store.prepared import Parameter, prepared
from . import access, cases, names, written
from .cases import phases
from .verbs import reads
from .written import insert_by

NO_SUCH_CASE = "Du kan ikke se en sag med den kode. Kontrollér koden."
SAME_CONTACT = (
    "Samme person er tovholder på begge sager. Vælg en anden tovholder på en af dem først: parterne skal have hver sin."
)
MOST_RELATED = 20
SIDES = [PartyRole.CITIZEN.value, PartyRole.OPPOSING.value]
CONTINUES = "Fortsætter i en anden sag."


class Linked(NamedTuple):
    """A link as one of its two cases shows it: `other` is the case at its far end."""

    link: CaseLink
    other: Case
    by: str

    @property
    def kind(self) -> LinkKind:
        """How the two have to do with each other."""
        return LinkKind(self.link.kind)


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


# ── reading ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_READ)
def of_case(actor: Person, case: Case) -> list[Linked]:
    """The links of a case whose far end the actor sees too, the oldest first."""
    found = list(
        CaseLink.select(CaseLink, Case, Person.name.alias("by_name"))
        .join(Case, on=(Case.ref == _far_end(case.ref)), attr="far")
        .join_from(CaseLink, Person, on=(CaseLink.by == Person.ref))
        .where(_about(case.ref), CaseLink.ended_at.is_null(), policy.sees_case(actor))
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
    return Related(
        [Near(LinkKind(row.linked_as), row) for row in found if row.linked_as], _by_a_name(case, alike) if alike else []
    )


def _by_a_name(case: Case, alike: list[Alike]) -> list[Alike]:
    """Those of the cases that are alike by what is a name: «ukendt», «anonym» and initials fit anybody."""
    named = [party.name_index for party in Party.select().where(Party.case == case.ref) if names.is_name(party.name)]
    theirs = Party.select(Party.case).where(
        Party.case.in_([one.case.ref for one in alike]), Party.name_index.in_(named), Party.role.in_(SIDES),
        Party.removed_at.is_null(),
    )  # fmt: skip
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


def seen(actor: Person, case_ref: str) -> peewee.ModelSelect:
    """Refs of the links of a case, ended ones too, whose far end the actor sees; a subquery for Historik."""
    far = Case.alias()
    visible = policy.visible_cases(actor).select(Case.ref)
    return (
        CaseLink.select(CaseLink.ref)
        .join(far, on=(far.ref == _far_end(case_ref)))
        .where(_about(case_ref), far.ref.in_(visible))
    )


def _about(case_ref: str) -> peewee.Expression:
    return (CaseLink.case == case_ref) | (CaseLink.other == case_ref)


def _far_end(case_ref: str) -> peewee.Node:
    return peewee.Case(None, [(CaseLink.case == case_ref, CaseLink.other)], CaseLink.case)


def may_continue_elsewhere(case: Case) -> bool:
    """Whether a case can go on in another: it is sparring only, or nobody in it has a name."""
    citizen = cases.citizen_of(case)
    return case.kind == CaseKind.SPARRING_ONLY or citizen is None or not names.is_name(citizen.name)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────────


@reads(Action.CASE_LINK)
def make(actor: Person, case: Case, code: str, kind: LinkKind, reason: str, key: str | None = None) -> CaseLink:
    """Link a case with the one that has the code; linking them so twice changes nothing.

    A code that the actor does not see is answered as one that does not exist. Raises Invalid, naming the field, for
    that, for the case itself, and where both parties would have the same tovholder.
    """
    return _make(actor, case, _by_code(actor, case, code), kind, reason, key=key)


@creates(CaseLink)
def _make(actor: Person, case: Case, other: Case, kind: LinkKind, reason: str) -> CaseLink:
    """Given both cases as rows, so that both are held from the start, in fixed order."""
    already = CaseLink.select().where(
        _about(case.ref), _about(other.ref), CaseLink.kind == kind, CaseLink.ended_at.is_null()
    )
    if standing := already.first():
        return written.already(standing, reason=reason)
    if kind == LinkKind.OPPOSING_PARTY:
        _refuse_same_contact(case, other)
    made = insert_by(actor, CaseLink, case, other=other.ref, kind=kind, reason=reason)
    _tell_both(actor, EventKind.LINK_MADE, made, {"kind": [None, kind], "reason": [None, reason]})
    return made


@reads(Action.CASE_LINK)
def end(actor: Person, case: Case, link_ref: str) -> None:
    """End a link; it stays in the history of both. Raises NotFound for one that the actor does not see whole."""
    link = CaseLink.get_or_none(CaseLink.ref == link_ref, CaseLink.ref.in_(seen(actor, case.ref)))
    if link is None:
        raise NotFound()
    _end(actor, case, _other_of(link, case), link)


@transaction
def _end(actor: Person, case: Case, other: Case, link: CaseLink) -> None:
    if CaseLink.select().where(CaseLink.ref == link.ref, CaseLink.ended_at.is_null(False)).exists():
        return
    rewrite(CaseLink, CaseLink.ref == link.ref, CaseLink.ended_at.is_null(), ended_at=clock.now())
    _tell_both(actor, EventKind.LINK_ENDED, link, {"kind": [link.kind, None]})


def _other_of(link: CaseLink, case: Case) -> Case:
    """The case at the far end, by its name alone: for the chain that its history hangs on."""
    return Case(ref=link.other_id if link.case_id == case.ref else link.case_id)


@reads(Action.CASE_LINK)
def continue_in(actor: Person, case: Case, code: str, reason: str, seen_version: int) -> Case:
    """Let an anonymous or sparring-only case go on in the case of its citizen: linked and closed in one step.

    What was written stays readable from there, to who sees both; those who see only this case are told that it goes on,
    never where. Raises Invalid for one that is named and full, and as `make` and `phases.close` do; Conflict.
    """
    if case.closed_at:
        if any(link.by_id == actor.ref and link.reason == reason for link in CaseLink.select().where(_about(case.ref))):
            return case
        raise TooLate(written.FASTER, case)
    if not may_continue_elsewhere(case):
        raise Invalid("Sagen har et navn og er en hel sag. Forbind sagerne, og afslut den ene for sig.")
    return _continue_in(actor, case, _by_code(actor, case, code), reason, seen_version)


@transaction
def _continue_in(actor: Person, case: Case, other: Case, reason: str, seen_version: int) -> Case:
    _make(actor, case, other, LinkKind.SAME_PERSON, reason)
    return phases.close(actor, case, CONTINUES, CONTINUES, seen_version)


def _by_code(actor: Person, case: Case, code: str) -> Case:
    typed = "".join(code.split()).upper()
    other = policy.visible_cases(actor).where(Case.code == typed).first()
    if other is None:
        raise Invalid(NO_SUCH_CASE, "code")
    if other.ref == case.ref:
        raise Invalid("Det er sagens egen kode. Skriv koden på den anden sag.", "code")
    return other


def _refuse_same_contact(case: Case, other: Case) -> None:
    mine, theirs = (access.primary_contact(one.ref) for one in (case, other))
    if mine and theirs and mine.ref == theirs.ref:
        raise Invalid(SAME_CONTACT, "code")


def _tell_both(actor: Person, action: EventKind, link: CaseLink, changes: dict[str, list[str | None]]) -> None:
    """The event stands in the history of both cases, each time under the link's own ref (see history)."""
    from_there = CaseLink(ref=link.ref, case=link.other_id, other=link.case_id)
    for about in sorted((link, from_there), key=lambda one: one.case_id):
        events.record(actor, action, about, changes=changes)
