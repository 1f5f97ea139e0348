"""Two cases that have to do with each other; a link is seen only by who sees both (SEC-08, SEC-10).

For anyone else nothing of it exists: no row, no count, no line of Historik. access/walls.py keeps the sides apart.
"""

import peewee

from .. import clock, policy
from ..errors import Invalid, NotFound, TooLate
from ..kinds import CaseKind, EventKind, LinkKind
from ..policy import Action
from ..store import events
from ..store.cases import Case, CaseLink
from ..store.db import rewrite, transaction
from ..store.idempotency import creates
from ..store.people import Person
from . import access, cases, names, written
from .cases import phases
from .verbs import reads
from .written import insert_by

NO_SUCH_CASE = "Du kan ikke se en sag med den kode. Kontrollér koden."
SAME_CONTACT = (
    "Samme person er tovholder på begge sager. Vælg en anden tovholder på en af dem først: parterne skal have hver sin."
)
CONTINUES = "Fortsætter i en anden sag."


def seen(actor: Person, case_ref: str) -> peewee.ModelSelect:
    """Refs of the links of a case, ended ones too, whose far end the actor sees; a subquery for Historik."""
    far = Case.alias()
    visible = policy.visible_cases(actor).select(Case.ref)
    return (
        CaseLink.select(CaseLink.ref)
        .join(far, on=(far.ref == far_end(case_ref)))
        .where(about(case_ref), far.ref.in_(visible))
    )


def about(case_ref: str) -> peewee.Expression:
    """Whether a link is one of the case's."""
    return (CaseLink.case == case_ref) | (CaseLink.other == case_ref)


def far_end(case_ref: str) -> peewee.Node:
    """The ref of the other case of a link of this one."""
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
        about(case.ref), about(other.ref), CaseLink.kind == kind, CaseLink.ended_at.is_null()
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
        if any(link.by_id == actor.ref and link.reason == reason for link in CaseLink.select().where(about(case.ref))):
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
