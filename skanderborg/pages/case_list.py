"""*Sager*: the cases that one sees, open or closed, narrowed and in the order that is asked for."""

from typing import Any, NamedTuple

import peewee

from .. import policy
from ..domain import paging
from ..domain.cases import identity
from ..domain.verbs import verb
from ..kinds import CaseOrder, CitizenRole, Phase, RelationKind
from ..policy import Action
from ..store import events, keys
from ..store.cases import Case, Party, Relation
from ..store.people import Person


class ListedCase(NamedTuple):
    """One case in a list."""

    case: Case
    initials: str
    primary_contact: str | None


class CaseFilter(NamedTuple):
    """What is asked for; everything that is said must hold."""

    is_closed: bool = False
    mine: bool = False  # the actor is tovholder
    phase: Phase | None = None
    citizen_role: CitizenRole | None = None
    order: CaseOrder = CaseOrder.NEWEST


@verb(Action.CASE_LIST)
def listed(actor: Person, wanted: CaseFilter, number: int) -> paging.Page:
    """One page of the cases that the actor sees; which ones follows from the log of what was asked."""
    query = (
        Case.select(Case, *identity.who())
        .join(Party, peewee.JOIN.LEFT_OUTER, on=identity.is_citizen(), attr="citizen")
        .where(policy.sees_case(actor), *_conditions(actor, wanted))
        .order_by(*_order(wanted.order), Case.reported_at.desc(), Case.ref)
    )
    found = paging.counted(query, number)
    keys.preload({f"case:{case.ref}" for case in found.rows})
    lines = [ListedCase(case, identity.initials_of(case), case.primary_contact) for case in found.rows]
    events.looked_at_list(actor, Action.CASE_LIST, [case.ref for case in found.rows])
    return found._replace(rows=lines)


def _conditions(actor: Person, wanted: CaseFilter) -> list[peewee.Expression]:
    held = Relation.select(Relation.case).where(
        Relation.person == actor.ref, Relation.kind == RelationKind.PRIMARY_CONTACT, Relation.until_at.is_null()
    )
    asked = [
        (True, Case.closed_at.is_null(not wanted.is_closed)),
        (wanted.mine, Case.ref.in_(held)),
        (wanted.phase is not None, Case.phase == wanted.phase),
        (wanted.citizen_role is not None, Case.citizen_role == wanted.citizen_role),
    ]
    return [condition for is_asked, condition in asked if is_asked]


def _order(order: CaseOrder) -> tuple[Any, ...]:
    """What the rows are sorted by before the newest come first; initials lie sealed, and cannot be sorted by."""
    places = [(Case.phase == phase, place) for place, phase in enumerate(Phase)]
    orders: dict[CaseOrder, tuple[Any, ...]] = {
        CaseOrder.NEWEST: (),
        CaseOrder.OLDEST: (Case.reported_at.asc(),),
        CaseOrder.CODE: (Case.code,),
        CaseOrder.PHASE: (peewee.Case(None, places, len(places)),),
        CaseOrder.CONTACT: (peewee.SQL("primary_contact").asc(nulls="LAST"),),
    }
    return orders[order]
